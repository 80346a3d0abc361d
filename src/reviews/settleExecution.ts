import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import { hasStatus } from './review.ts';

// Rows are locked in the order of ids, as deciding does, so that the two cannot wait for each other.
const settle = statement(
  'settleExecution',
  `WITH waiting AS (
    SELECT "nodeExecId" FROM "PendingReview"
    WHERE "userId" = $1 AND "graphExecId" = $2 AND "status" = 'WAITING'
    ORDER BY "nodeExecId" FOR UPDATE
  ), settled AS (
    UPDATE "PendingReview" r SET
      "status" = 'REJECTED', "processed" = true, "reviewMessage" = $3, "decidedBy" = $4,
      "decisionSource" = 'CANCELLATION', "wasEdited" = false, "reviewedAt" = now(), "updatedAt" = now()
    FROM waiting
    WHERE r."userId" = $1 AND r."nodeExecId" = waiting."nodeExecId"
      AND ${hasStatus('r', 'WAITING')}
    RETURNING 1
  )
  SELECT count(*) AS "count" FROM settled`,
);

/**
 * Rejects, as already consumed, every WAITING review of an execution that ends (cases A24, A25). To be run in a
 * transaction after the statement that moved the execution: that one waited for every ask under way, and this
 * one sees what those asks left.
 * @returns how many were rejected
 */
export async function settleExecution(
  queries: Queries,
  viewer: Viewer,
  graphExecId: string,
  message: string,
): Promise<number> {
  const [row] = await queries.query<{ count: number }>(settle, [
    viewer.userId,
    graphExecId,
    message,
    viewer.actor,
  ]);
  return row?.count ?? 0;
}

export const stoppedMessage = 'Execution was stopped by user';
export const endedMessage = 'Execution ended';
