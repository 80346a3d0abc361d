import type { Queries } from '../database/connections.ts';
import type { ExecutionStatus, GraphExecution } from '../database/generated/prisma/client.ts';
import { statement } from '../database/statement.ts';
import { limitedTo, type Viewer } from '../identity/viewer.ts';
import { isSynthetic } from './copilotIds.ts';
import { hasStatus, isOpen, isVoid } from './review.ts';

/** Whether a run in this status has ended, so that it can request no more reviews. */
export const hasEnded = (status: ExecutionStatus): boolean =>
  status === 'COMPLETED' || status === 'FAILED' || status === 'TERMINATED';

/**
 * Whether the viewer may see the run. The record of a copilot session is internal, and never shown:
 * it only says whether the session was stopped.
 */
export const maySeeExecution = (
  viewer: Viewer,
  { graphExecId, registeredBy }: Pick<GraphExecution, 'graphExecId' | 'registeredBy'>,
): boolean => !isSynthetic(graphExecId) && [null, registeredBy].includes(limitedTo(viewer));

export const stoppedMessage = 'Execution was stopped by user';
export const endedMessage = 'Execution ended';

// Rows are locked in the order of their IDs, as decideReviews does, to avoid deadlocks. What
// happens to a row depends on its status after it is locked: it may have been approved in the
// meantime. The rows are named in an array: joining them could take quadratic time.
const resolveReviews = statement(
  'endExecution',
  `WITH locked AS (
    SELECT "nodeExecId", "status" FROM "PendingReview" r
    WHERE "userId" = $1 AND "graphExecId" = $2 AND ("status" IN ('WAITING', 'CHANGES_REQUESTED')
      OR ($5::boolean AND "status" = 'APPROVED' AND NOT "processed" AND NOT ${isVoid('r')}))
    ORDER BY "nodeExecId" FOR UPDATE
  ), rejected AS (
    UPDATE "PendingReview" r SET
      "status" = 'REJECTED', "processed" = true, "reviewMessage" = $3, "decidedBy" = $4,
      "decisionSource" = 'CANCELLATION', "wasEdited" = false, "reviewedAt" = now(), "updatedAt" = now()
    WHERE r."userId" = $1 AND r."nodeExecId" = ANY (
      ARRAY(SELECT "nodeExecId" FROM locked WHERE ${isOpen('locked')}))
    RETURNING 1
  ), voided AS (
    UPDATE "PendingReview" r SET "voidedAt" = now(), "updatedAt" = now()
    FROM (SELECT set_config('holdpoint.actor', $4, true)) acting
    WHERE r."userId" = $1 AND r."nodeExecId" = ANY (
      ARRAY(SELECT "nodeExecId" FROM locked WHERE ${hasStatus('locked', 'APPROVED')}))
    RETURNING 1
  )
  SELECT (SELECT count(*) FROM rejected) AS "rejected", (SELECT count(*) FROM voided) AS "voided"`,
);

const revokeApprovals = statement(
  'revokeAutoApprovalsOfExecution',
  `WITH locked AS (
    SELECT "nodeId", "graphId", "graphVersion", "requestedBy" FROM "AutoApproval"
    WHERE "userId" = $1 AND "graphExecId" = $2 AND "revokedAt" IS NULL
    ORDER BY "nodeId", "graphId", "graphVersion", "requestedBy" FOR UPDATE
  )
  UPDATE "AutoApproval" a SET "revokedAt" = now(), "revokedBy" = $3 FROM locked
  WHERE a."userId" = $1 AND a."graphExecId" = $2 AND a."nodeId" = locked."nodeId"
    AND a."graphId" = locked."graphId" AND a."graphVersion" = locked."graphVersion"
    AND a."requestedBy" = locked."requestedBy"`,
);

/**
 * Rejects every WAITING review of a run that ends, as processed. If somebody with `review:decide`
 * stopped it, this also voids its unused approvals and revokes its standing approvals. Run it in a
 * transaction after the statement that changed the run's status: that one has waited for all
 * requests in progress, so this one sees their reviews.
 * @param isStop whether somebody with `review:decide` stopped the run
 * @returns how many reviews were rejected, and whether any review changed
 */
export async function endExecution(
  queries: Queries,
  { userId, actor }: Viewer,
  graphExecId: string,
  { message, isStop }: { message: string; isStop: boolean },
): Promise<{ rejected: number; hasChanges: boolean }> {
  const values = [userId, graphExecId, message, actor, isStop];
  const [row] = await queries.query<{ rejected: number; voided: number }>(resolveReviews, values);
  if (isStop) await queries.query(revokeApprovals, [userId, graphExecId, actor]);
  const { rejected = 0, voided = 0 } = row ?? {};
  return { rejected, hasChanges: rejected + voided > 0 };
}

/** SQL: `hasEnded`, of the run in `alias`. */
export const isEnded = (alias: string): string =>
  `${alias}."status" IN ('COMPLETED', 'FAILED', 'TERMINATED')`;
