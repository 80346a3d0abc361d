import type {
  WebhookDelivery as DeliveryRow,
  Webhook as Row,
} from '../database/generated/prisma/client.ts';

/** A webhook as it is read: without its secrets. */
export type Webhook = Omit<Row, 'secret' | 'previousSecret'>;

/** One try to send. */
export type WebhookAttempt = {
  /** RFC 3339. */
  at: string;
  /** HTTP's; null where there was no answer. */
  status: number | null;
  /** Null where the receiver took it. */
  error: string | null;
  milliseconds: number;
};

/** One event for one webhook. `number` is the event's place in its owner's feed. */
export type WebhookDelivery = Omit<DeliveryRow, 'number' | 'lastAttempts' | 'body'> & {
  number: number | bigint;
  /** The newest ones, oldest first. */
  lastAttempts: WebhookAttempt[];
};

/** How many requests one receiver gets at a time. A review's deliveries all stand in the same slot. */
export const SLOTS = 8;

/** SQL: the columns of a `WebhookDelivery`. */
export const deliveryColumns = `
  d."userId", d."webhookId", d."number", d."kind", d."nodeExecId", d."slot", d."status", d."attempts",
  d."failures", d."lastAttempts", d."createdAt", d."queuedAt", d."nextAttemptAt", d."deliveredAt"`;
