import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import { serviceActor } from '../identity/viewer.ts';
import { hasStatus } from './review.ts';

/** Others wait for a batch at most as long as one of this size takes. */
export const LAPSE_BATCH = 250;

// What somebody else holds is being consumed or stopped at this moment, or comes the next time.
const lapse = statement(
  'lapseApprovals',
  `WITH due AS (
    SELECT "userId", "nodeExecId" FROM "PendingReview"
    WHERE "status" = 'APPROVED' AND NOT "processed" AND "voidedAt" IS NULL AND "validUntil" <= now()
    ORDER BY "validUntil" LIMIT ${LAPSE_BATCH} FOR UPDATE SKIP LOCKED
  )
  UPDATE "PendingReview" r SET "voidedAt" = r."validUntil", "updatedAt" = now()
  FROM due, (SELECT set_config('holdpoint.actor', '${serviceActor}', true)) acting
  WHERE r."userId" = due."userId" AND r."nodeExecId" = due."nodeExecId"
    AND ${hasStatus('r', 'APPROVED')} AND NOT r."processed" AND r."voidedAt" IS NULL
  RETURNING r."userId"`,
);

/**
 * Notes as void one batch of approvals that nobody consumed in time, of all owners (case A14a). Nothing waits for this: an
 * approval cannot be consumed from the moment on that it lapses.
 * @returns the owner of each
 */
export async function lapseApprovals(database: Queries): Promise<string[]> {
  const rows = await database.query<{ userId: string }>(lapse, []);
  return rows.map(({ userId }) => userId);
}
