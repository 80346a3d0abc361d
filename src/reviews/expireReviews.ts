import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import { serviceActor } from '../identity/viewer.ts';
import { isOpen, isOpenIndexed } from './review.ts';
import type { ReviewStore } from './reviewStore.ts';

/**
 * How many reviews one statement settles. Requests of the same workspace wait for a batch, so it is
 * small. It is written into the statements, so that PostgreSQL plans for it.
 */
export const BATCH = 250;

// Nobody decided: decidedBy stays null, and the event's actor is the service. `processed` stays
// false, so that the agent gets this rejection like any other.
const settle = `SET
  "status" = 'REJECTED', "decisionSource" = 'EXPIRY', "reviewMessage" = 'Nobody decided in time',
  "wasEdited" = false, "reviewedAt" = now(), "updatedAt" = now()
  FROM due, (SELECT set_config('holdpoint.actor', '${serviceActor}', true)) acting
  WHERE r."userId" = $1 AND r."nodeExecId" = due."nodeExecId" AND ${isOpen('r')}`;

// Rows that are locked are skipped: somebody is deciding them. If not, the next run finds them.
const expireSome = statement(
  'expireReviews',
  `WITH due AS (
    SELECT "nodeExecId" FROM "PendingReview"
    WHERE "userId" = $1 AND ${isOpenIndexed}
      AND "expiresAt" <= now() AND "expiresAt" >= $2::timestamptz
    ORDER BY "expiresAt" LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
  ), settled AS (
    UPDATE "PendingReview" r ${settle} RETURNING r."expiresAt"
  )
  SELECT count(*)::int AS "count", max("expiresAt") AS "reached" FROM settled`,
);

const expireNamed = statement(
  'expireNamedReviews',
  `WITH due AS (
    SELECT "nodeExecId" FROM "PendingReview" r
    WHERE "userId" = $1 AND "nodeExecId" = ANY ($2::text[]) AND ${isOpen('r')}
      AND "expiresAt" <= now()
    ORDER BY "nodeExecId" FOR UPDATE
  )
  UPDATE "PendingReview" r ${settle} RETURNING 1`,
);

/**
 * Rejects one batch of a workspace's reviews that have expired, the longest overdue first.
 * @param from leaves out what expired earlier, where an earlier batch has settled that
 * @returns how many, and the latest `expiresAt` among them, null without any
 */
export async function expireReviews(
  database: Queries,
  userId: string,
  from: Date | '-infinity' = '-infinity',
): Promise<{ count: number; reached: Date | null }> {
  type Row = { count: number; reached: Date | null };
  const [row] = await database.query<Row>(expireSome, [userId, from]);
  return row as Row;
}

/**
 * Rejects those of these reviews that have expired, before a caller who is late is told how they
 * stand.
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
