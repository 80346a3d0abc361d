import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import type { WebhookAttempt } from './webhook.ts';

/** How many attempts a delivery remembers. */
const MAX_ATTEMPTS = 20;

export type WebhookKey = { userId: string; webhookId: string };

/** A delivery that is to be sent now. */
export type DueDelivery = {
  number: number;
  nodeExecId: string;
  body: string;
  attempts: number;
  failures: number;
  queuedAt: Date;
  /** When it was read, by the database's clock. */
  now: Date;
};

/**
 * SQL: `alias` is a pending delivery of webhook $2 in workspace $1, of the same review as `other`. The
 * expressions are those of the index "WebhookDelivery_review", so that PostgreSQL uses it also before
 * the table has been analyzed.
 */
export const isPendingOfSameReview = (alias: string, other: string): string =>
  `${alias}."status" = 'PENDING' AND ${alias}."nodeExecId" = ${other}."nodeExecId"
    AND ${alias}."userId" = $1 AND ${alias}."userId" || '' = $1 AND ${alias}."webhookId" || '' = $2`;

/**
 * SQL: the first pending delivery of each review, if it meets a condition. The later ones wait for
 * it.
 */
const firstOfEachReview = (columns: string, condition: string, limit: string): string => `
  SELECT ${columns} FROM "WebhookDelivery" d
  WHERE d."userId" = $1 AND d."webhookId" = $2 AND d."status" = 'PENDING' AND ${condition}
    AND d."number" = (SELECT min(first."number") FROM "WebhookDelivery" first
      WHERE ${isPendingOfSameReview('first', 'd')})
  ORDER BY d."nextAttemptAt", d."number" LIMIT ${limit}`;

const due = statement(
  'dueWebhookDeliveries',
  firstOfEachReview(
    `d."number", d."nodeExecId", d."body", d."attempts", d."failures", d."queuedAt", now() AS "now"`,
    `d."nextAttemptAt" <= now() AND d."nodeExecId" <> ALL ($3::text[])`,
    '$4::int',
  ),
);

/**
 * @param busy the reviews that something is being sent for
 * @returns what can be sent now: at most one delivery of each review, and none before an earlier
 *   one
 */
export const dueDeliveries = (
  queries: Queries,
  { userId, webhookId }: WebhookKey,
  busy: readonly string[],
  limit: number,
): Promise<DueDelivery[]> => queries.query(due, [userId, webhookId, busy, limit]);

// An attempt is recorded only once, and only if the delivery has not been sent again meanwhile.
const record = statement(
  'recordWebhookAttempt',
  `WITH settled AS (
    UPDATE "WebhookDelivery" d SET
      "status" = $5::"WebhookDeliveryStatus",
      "attempts" = d."attempts" + 1,
      "failures" = CASE WHEN $5::text = 'DELIVERED' THEN 0 ELSE d."failures" + 1 END,
      "lastAttempts" = CASE WHEN jsonb_array_length(d."lastAttempts") < ${MAX_ATTEMPTS}
        THEN d."lastAttempts" ELSE d."lastAttempts" - 0 END || $6::jsonb,
      "nextAttemptAt" = now() + $7::bigint * interval '1 ms',
      "deliveredAt" = CASE WHEN $5::text = 'DELIVERED' THEN clock."now" ELSE d."deliveredAt" END
    FROM (SELECT now() AS "now") clock
    WHERE d."userId" = $1 AND d."webhookId" = $2 AND d."number" = $3::bigint
      AND d."status" = 'PENDING' AND d."attempts" = $4::int
    RETURNING d."userId", d."webhookId", d."number", d."nodeExecId", d."status", d."nextAttemptAt"
  )
  UPDATE "WebhookDelivery" d SET "nextAttemptAt" = settled."nextAttemptAt" FROM settled
  WHERE settled."status" = 'PENDING'
    AND ${isPendingOfSameReview('d', 'settled')} AND d."number" > settled."number"`,
);

export type AttemptResult = {
  status: 'DELIVERED' | 'PENDING' | 'PARKED';
  attempt: WebhookAttempt;
  /** If it is still pending. */
  retryInMs: number;
};

/** Records an attempt. If the delivery is retried, later ones of the same review wait as long. */
export async function recordAttempt(
  queries: Queries,
  { userId, webhookId }: WebhookKey,
  { number, attempts }: DueDelivery,
  { status, attempt, retryInMs }: AttemptResult,
): Promise<void> {
  await queries.query(record, [
    ...[userId, webhookId, number, attempts, status],
    ...[JSON.stringify([attempt]), retryInMs],
  ]);
}

const nextAttempt = statement(
  'nextWebhookAttempt',
  firstOfEachReview(
    `extract(epoch FROM greatest(d."nextAttemptAt",
      (SELECT "pausedUntil" FROM "Webhook" WHERE "userId" = $1 AND "id" = $2)) - now())::float8
      * 1000 AS "inMs"`,
    'true',
    '1',
  ),
);

/** @returns when the next delivery is due, in milliseconds; null if none is pending */
export async function nextAttemptInMs(
  queries: Queries,
  { userId, webhookId }: WebhookKey,
): Promise<number | null> {
  const [next] = await queries.query<{ inMs: number }>(nextAttempt, [userId, webhookId]);
  return next ? Math.max(0, next.inMs) : null;
}
