import type {
  WebhookDelivery as DeliveryRow,
  Webhook as Row,
} from '../database/generated/prisma/client.ts';

/** A webhook without its secrets. */
export type Webhook = Omit<Row, 'secret' | 'previousSecret'>;

/** One attempt to send a message. */
export type WebhookAttempt = {
  /** RFC 3339. */
  at: string;
  /** The HTTP status; null if there was no answer. */
  status: number | null;
  /** Null if the receiver accepted the message. */
  error: string | null;
  milliseconds: number;
};

/** One event for one webhook. `number` is the event's number in its workspace's feed. */
export type WebhookDelivery = Omit<DeliveryRow, 'number' | 'lastAttempts' | 'body'> & {
  number: number | bigint;
  /** The latest ones, oldest first. */
  lastAttempts: WebhookAttempt[];
};

/** SQL: the columns of a `WebhookDelivery`. */
export const deliveryColumns = `
  d."userId", d."webhookId", d."number", d."kind", d."nodeExecId", d."status", d."attempts",
  d."failures", d."lastAttempts", d."createdAt", d."queuedAt", d."nextAttemptAt", d."deliveredAt"`;
