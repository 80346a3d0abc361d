import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import type { WebhookKey } from './deliveryQueue.ts';

const disable = statement(
  'disableWebhook',
  `WITH job AS (
    DELETE FROM "Job" WHERE "userId" = $1 AND "kind" = 'deliverWebhook' AND "key" = $2
  )
  UPDATE "Webhook" SET "enabled" = false, "disabledReason" = $3, "pausedUntil" = NULL
  WHERE "userId" = $1 AND "id" = $2 RETURNING 1`,
);

/**
 * Disables a webhook.
 * @param reason why the service disables it; null if somebody asked for it
 * @returns false if there is no such webhook
 */
export async function disableWebhook(
  queries: Queries,
  { userId, webhookId }: WebhookKey,
  reason: string | null,
): Promise<boolean> {
  return (await queries.query(disable, [userId, webhookId, reason])).length > 0;
}

const pause = statement(
  'pauseWebhook',
  `UPDATE "Webhook" SET "pausedUntil" = greatest("pausedUntil", now() + $3::bigint * interval '1 ms')
  WHERE "userId" = $1 AND "id" = $2 AND "enabled"`,
);

/** Sends nothing to a webhook for this long. */
export async function pauseWebhook(
  queries: Queries,
  { userId, webhookId }: WebhookKey,
  milliseconds: number,
): Promise<void> {
  await queries.query(pause, [userId, webhookId, milliseconds]);
}
