import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import { serviceActor } from '../identity/viewer.ts';
import { BATCH } from './expireReviews.ts';
import { hasStatus } from './review.ts';

// Rows that are locked are skipped: somebody is consuming or stopping them. If not, the next run
// finds them.
const lapse = statement(
  'lapseApprovals',
  `WITH due AS (
    SELECT "nodeExecId" FROM "PendingReview"
    WHERE "userId" = $1 AND "status" = 'APPROVED' AND NOT "processed" AND "voidedAt" IS NULL
      AND "validUntil" <= now()
    ORDER BY "validUntil" LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
  )
  UPDATE "PendingReview" r SET "voidedAt" = r."validUntil", "updatedAt" = now()
  FROM due, (SELECT set_config('holdpoint.actor', '${serviceActor}', true)) acting
  WHERE r."userId" = $1 AND r."nodeExecId" = due."nodeExecId"
    AND ${hasStatus('r', 'APPROVED')} AND NOT r."processed" AND r."voidedAt" IS NULL
  RETURNING 1`,
);

/**
 * Records as void one batch of a workspace's approvals that nobody consumed in time.
 * Nothing waits for this: an approval cannot be consumed from the moment it lapses.
 * @returns how many
 */
export const lapseApprovals = async (database: Queries, userId: string): Promise<number> =>
  (await database.query(lapse, [userId])).length;
