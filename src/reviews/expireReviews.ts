import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import { serviceActor } from '../identity/viewer.ts';
import { hasStatus } from './review.ts';
import type { ReviewStore } from './reviewStore.ts';

/** Others wait for a batch at most as long as one of this size takes. A constant: see listReviews on limits. */
export const BATCH = 250;

/** Held for a batch, so that several processes hold others up no longer than one does. An arbitrary number, of Holdpoint's own. */
const TURN = 4_771_120_933;

// Nobody decided: decidedBy stays null, and the event's actor is the service. `processed` stays false, so that the agent
// gets the rejection as any other.
const settle = `SET
  "status" = 'REJECTED', "decisionSource" = 'EXPIRY', "reviewMessage" = 'Nobody decided in time',
  "wasEdited" = false, "reviewedAt" = now(), "updatedAt" = now()
  FROM due, (SELECT set_config('holdpoint.actor', '${serviceActor}', true)) acting
  WHERE r."userId" = due."userId" AND r."nodeExecId" = due."nodeExecId" AND ${hasStatus('r', 'WAITING')}`;

// What somebody else holds is being settled by that one, or comes the next time. So this never waits for a review.
const expireSome = statement(
  'expireReviews',
  `WITH turn AS (
    SELECT pg_try_advisory_xact_lock(${TURN}) AS "isMine"
  ), due AS (
    SELECT "userId", "nodeExecId" FROM "PendingReview"
    WHERE (SELECT "isMine" FROM turn) AND "status" = 'WAITING' AND "expiresAt" <= now() AND "expiresAt" >= $1::timestamptz
    ORDER BY "expiresAt" LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
  ), settled AS (
    UPDATE "PendingReview" r ${settle} RETURNING r."userId", r."expiresAt"
  )
  SELECT "isMine", "userId", "count", "reached" FROM turn LEFT JOIN (
    SELECT "userId", count(*) AS "count", max("expiresAt") AS "reached" FROM settled GROUP BY "userId"
  ) owner ON true`,
);

const expireNamed = statement(
  'expireNamedReviews',
  `WITH due AS (
    SELECT "userId", "nodeExecId" FROM "PendingReview" r
    WHERE "userId" = $1 AND "nodeExecId" = ANY ($2::text[]) AND ${hasStatus('r', 'WAITING')}
      AND "expiresAt" <= now()
    ORDER BY "nodeExecId" FOR UPDATE
  )
  UPDATE "PendingReview" r ${settle} RETURNING 1`,
);

const nextExpiry = statement(
  'nextExpiry',
  `SELECT extract(epoch FROM "expiresAt" - clock_timestamp())::float8 * 1000 AS "ms"
  FROM "PendingReview" WHERE "status" = 'WAITING' AND "expiresAt" IS NOT NULL
  ORDER BY "expiresAt" LIMIT 1`,
);

/**
 * Rejects one batch of reviews whose time has come, of all owners, the longest overdue first. Any number of processes
 * may, one at a time.
 * @param from passes over what expired before: this run has settled it
 * @returns null where another process is at it; else the owners that had some, how many were settled, and up to which time,
 * null without any
 */
export async function expireReviews(
  database: Queries,
  from: Date | '-infinity' = '-infinity',
): Promise<{ userIds: string[]; count: number; reached: Date | null } | null> {
  type Settled = { userId: string; count: number; reached: Date };
  type Row = { isMine: boolean } & (Settled | { userId: null });
  const answer = await database.query<Row>(expireSome, [from]);
  if (!answer[0]?.isMine) return null;
  const rows = answer.filter((row) => row.userId !== null);
  const reached = rows.map((row) => row.reached.getTime());
  return {
    userIds: rows.map(({ userId }) => userId),
    count: rows.reduce((sum, { count }) => sum + count, 0),
    reached: reached.length > 0 ? new Date(Math.max(...reached)) : null,
  };
}

/**
 * Rejects those of these reviews whose time has come, so that a caller who is late can be told how they stand.
 */
export async function expireReviewsOf(
  { database, notifyFeed, onResolved }: ReviewStore,
  userId: string,
  nodeExecIds: readonly string[],
): Promise<void> {
  const { length: count } = await database.query(expireNamed, [userId, nodeExecIds]);
  if (count === 0) return;
  notifyFeed(userId);
  onResolved?.({ source: 'EXPIRY', status: 'REJECTED', count });
}

/** @returns milliseconds from now, by the database's clock, negative for what is overdue; null: nothing expires */
export async function millisecondsToNextExpiry(database: Queries): Promise<number | null> {
  const [row] = await database.query<{ ms: number }>(nextExpiry, []);
  return row?.ms ?? null;
}
