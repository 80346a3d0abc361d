import type { Queries } from '../database/connections.ts';
import type { ExecutionStatus, GraphExecution } from '../database/generated/prisma/client.ts';
import { statement } from '../database/statement.ts';
import { limitedTo, type Viewer } from '../identity/viewer.ts';
import { isSynthetic } from './copilotIds.ts';
import { hasStatus, isVoid } from './review.ts';

/** Whether an execution in this status can ask for nothing more (case A10). */
export const hasEnded = (status: ExecutionStatus): boolean =>
  status === 'COMPLETED' || status === 'FAILED' || status === 'TERMINATED';

/** The record of a copilot session only says whether it was stopped: nobody sees it. */
export const maySeeExecution = (
  viewer: Viewer,
  { graphExecId, registeredBy }: Pick<GraphExecution, 'graphExecId' | 'registeredBy'>,
): boolean => !isSynthetic(graphExecId) && [null, registeredBy].includes(limitedTo(viewer));

/**
 * What becomes of an execution's reviews when it ends (cases A24, A25). `isStop`: somebody with `review:decide` stopped
 * it. That also takes back, for good, every approval that was not used, and the standing approvals.
 */
export type End = { message: string; isStop: boolean };

export const stoppedMessage = 'Execution was stopped by user';
export const endedMessage = 'Execution ended';

// Rows are locked in the order of ids, as deciding does, so that the two cannot wait for each other. What happens to each
// follows from how it stands once it is locked: it may have been approved while this waited for it. What has lapsed stays
// void since then.
const settle = statement(
  'endExecution',
  `WITH concerned AS (
    SELECT "nodeExecId", "status" FROM "PendingReview" r
    WHERE "userId" = $1 AND "graphExecId" = $2 AND ("status" = 'WAITING'
      OR ($5::boolean AND "status" = 'APPROVED' AND NOT "processed" AND NOT ${isVoid('r')}))
    ORDER BY "nodeExecId" FOR UPDATE
  ), settled AS (
    UPDATE "PendingReview" r SET
      "status" = 'REJECTED', "processed" = true, "reviewMessage" = $3, "decidedBy" = $4,
      "decisionSource" = 'CANCELLATION', "wasEdited" = false, "reviewedAt" = now(), "updatedAt" = now()
    FROM concerned
    WHERE r."userId" = $1 AND r."nodeExecId" = concerned."nodeExecId" AND ${hasStatus('concerned', 'WAITING')}
    RETURNING 1
  ), voided AS (
    UPDATE "PendingReview" r SET "voidedAt" = now(), "updatedAt" = now()
    FROM concerned, (SELECT set_config('holdpoint.actor', $4, true)) acting
    WHERE r."userId" = $1 AND r."nodeExecId" = concerned."nodeExecId" AND ${hasStatus('concerned', 'APPROVED')}
    RETURNING 1
  )
  SELECT (SELECT count(*) FROM settled) AS "settled", (SELECT count(*) FROM voided) AS "voided"`,
);

const revoke = statement(
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
 * Rejects, as already consumed, every WAITING review of an execution that ends, and takes back what a stop takes back. To be
 * run in a transaction after the statement that moved the execution: that one waited for every ask under way, and this
 * one sees what those asks left.
 * @returns how many were rejected, and whether any review changed
 */
export async function endExecution(
  queries: Queries,
  { userId, actor }: Viewer,
  graphExecId: string,
  { message, isStop }: End,
): Promise<{ rejected: number; changed: boolean }> {
  const values = [userId, graphExecId, message, actor, isStop];
  const [row] = await queries.query<{ settled: number; voided: number }>(settle, values);
  if (isStop) await queries.query(revoke, [userId, graphExecId, actor]);
  const { settled = 0, voided = 0 } = row ?? {};
  return { rejected: settled, changed: settled + voided > 0 };
}
