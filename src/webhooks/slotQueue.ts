import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import type { Slot } from './wake.ts';
import type { WebhookAttempt } from './webhook.ts';

/** How many attempts a delivery remembers. */
const MAX_ATTEMPTS = 20;

/** What is to be sent next from a slot. */
export type Next = {
  number: number;
  nodeExecId: string;
  body: string;
  attempts: number;
  failures: number;
  queuedAt: Date;
};

export type Taken = {
  url: string;
  /** Every one that holds, the newest first. */
  secrets: string[];
  /** By the database's clock. */
  now: Date;
  /** Whether the receiver's last attempt failed or took long. */
  slow: boolean;
  /** Null where nothing is due. */
  next: Next | null;
};

/**
 * SQL: `alias` is a delivery that is still to be sent, of the same webhook and review as `other`. Only the review's own index can be
 * used for it, also before the table is analyzed.
 */
export const pendingOfReview = (alias: string, other: string): string =>
  `${alias}."status" = 'PENDING' AND ${alias}."nodeExecId" = ${other}."nodeExecId"
    AND ${alias}."userId" || '' = ${other}."userId" AND ${alias}."webhookId" || '' = ${other}."webhookId"`;

/** SQL: the first of each review that is to be sent from a slot. An earlier one of the same review comes before it. */
const heads = `
  SELECT * FROM "WebhookDelivery" d
  WHERE d."userId" = $1 AND d."webhookId" = $2 AND d."slot" = $3::smallint AND d."status" = 'PENDING'
    AND d."number" = (SELECT min(first."number") FROM "WebhookDelivery" first
      WHERE ${pendingOfReview('first', 'd')})
  ORDER BY d."nextAttemptAt", d."number" LIMIT 1`;

const takeNext = statement(
  'takeWebhookDelivery',
  `WITH leased AS (
    UPDATE "WebhookSlot" s SET
      "leasedBy" = $4, "leasedUntil" = clock_timestamp() + $5::int * interval '1 ms'
    FROM "Webhook" w
    WHERE s."userId" = $1 AND s."webhookId" = $2 AND s."slot" = $3::smallint
      AND w."userId" = $1 AND w."id" = $2 AND w."enabled"
      AND (s."leasedBy" = $4 OR coalesce(s."leasedUntil" < clock_timestamp(), true))
    RETURNING w."url", w."slow", w."secret", w."previousSecret", w."previousSecretUntil"
  )
  SELECT leased.*, clock_timestamp() AS "now", d."number", d."nodeExecId", d."body", d."attempts",
    d."failures", d."queuedAt"
  FROM leased LEFT JOIN (${heads}) d ON d."nextAttemptAt" <= clock_timestamp()`,
);

type Row = Omit<Taken, 'secrets' | 'next'> & {
  secret: string;
  previousSecret: string | null;
  previousSecretUntil: Date | null;
} & { [Column in keyof Next]: Next[Column] | null };

/**
 * Leases a slot, or leases it for longer, and answers what is to be sent from it now.
 * @param lease who sends
 * @returns null where somebody else sends from it, or the webhook is disabled or gone
 */
export async function take(
  queries: Queries,
  { userId, webhookId, slot }: Slot,
  lease: string,
  leaseMs: number,
): Promise<Taken | null> {
  const [row] = await queries.query<Row>(takeNext, [userId, webhookId, slot, lease, leaseMs]);
  if (!row) return null;
  const { url, now, slow, secret, previousSecret, previousSecretUntil, ...next } = row;
  const previousHolds = previousSecret && previousSecretUntil && previousSecretUntil > now;
  return {
    url,
    now,
    slow,
    secrets: previousHolds ? [secret, previousSecret] : [secret],
    next: next.number === null ? null : (next as Next),
  };
}

// Only while it stands as it was taken: who lost the lease in the meantime does not count.
const settle = statement(
  'settleWebhookDelivery',
  `WITH settled AS (
    UPDATE "WebhookDelivery" d SET
      "status" = $5::"WebhookDeliveryStatus",
      "attempts" = d."attempts" + 1,
      "failures" = CASE WHEN $5::text = 'DELIVERED' THEN 0 ELSE d."failures" + 1 END,
      "lastAttempts" = CASE WHEN jsonb_array_length(d."lastAttempts") < ${MAX_ATTEMPTS}
        THEN d."lastAttempts" ELSE d."lastAttempts" - 0 END || $6::jsonb,
      "nextAttemptAt" = clock_timestamp() + $7::bigint * interval '1 ms',
      "deliveredAt" = CASE WHEN $5::text = 'DELIVERED' THEN clock_timestamp() ELSE d."deliveredAt" END
    WHERE d."userId" = $1 AND d."webhookId" = $2 AND d."number" = $3::bigint
      AND d."status" = 'PENDING' AND d."attempts" = $4::int
    RETURNING d."userId", d."webhookId", d."number", d."nodeExecId", d."status", d."nextAttemptAt"
  ), behind AS (
    UPDATE "WebhookDelivery" d SET "nextAttemptAt" = settled."nextAttemptAt" FROM settled
    WHERE settled."status" = 'PENDING'
      AND ${pendingOfReview('d', 'settled')} AND d."number" > settled."number"
  )
  UPDATE "Webhook" SET "slow" = $8::boolean
  WHERE "userId" = $1 AND "id" = $2 AND "slow" <> $8::boolean`,
);

export type Settled = {
  status: 'DELIVERED' | 'PENDING' | 'PARKED';
  attempt: WebhookAttempt;
  /** Where it is still to be sent. */
  retryInMs: number;
  /** Whether others should go first from now on. */
  slow: boolean;
};

/** Notes what came of an attempt. What stands behind a delivery that is tried again waits with it. */
export async function settleAttempt(
  queries: Queries,
  { userId, webhookId }: Slot,
  { number, attempts }: Next,
  { status, attempt, retryInMs, slow }: Settled,
): Promise<void> {
  await queries.query(settle, [
    ...[userId, webhookId, number, attempts, status],
    ...[JSON.stringify([attempt]), retryInMs, slow],
  ]);
}

const giveBack = statement(
  'releaseWebhookSlot',
  `UPDATE "WebhookSlot" SET "leasedBy" = NULL, "leasedUntil" = NULL
  WHERE "userId" = $1 AND "webhookId" = $2 AND "slot" = $3::smallint AND "leasedBy" = $4`,
);

const firstOfHeads = statement(
  'nextOfWebhookSlot',
  `SELECT d."nextAttemptAt" AS "at", d."nextAttemptAt" <= clock_timestamp() AS "due" FROM (${heads}) d`,
);

/**
 * Gives a slot back, then looks what is there: whatever came while it was leased, and whose job found it so, is
 * seen here.
 * @returns null where nothing is to be sent
 */
export async function release(
  queries: Queries,
  { userId, webhookId, slot }: Slot,
  lease: string,
): Promise<{ at: Date; due: boolean } | null> {
  await queries.query(giveBack, [userId, webhookId, slot, lease]);
  const [first] = await queries.query<{ at: Date; due: boolean }>(firstOfHeads, [
    userId,
    webhookId,
    slot,
  ]);
  return first ?? null;
}
