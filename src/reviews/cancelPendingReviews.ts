import { z } from 'zod';
import { statement } from '../database/statement.ts';
import { isSynthetic } from '../identity/copilotIds.ts';
import type { Viewer } from '../identity/viewer.ts';
import { NotFoundError } from './errors.ts';
import { checkInput, id } from './input.ts';
import type { ReviewStore } from './reviewStore.ts';
import { settleExecution, stoppedMessage } from './settleExecution.ts';

const cancelPendingReviewsInput = z.object({ graphExecId: id });

const terminate = statement(
  'terminateExecution',
  `UPDATE "GraphExecution" SET "status" = 'TERMINATED', "updatedAt" = now()
  WHERE "userId" = $1 AND "graphExecId" = $2 RETURNING 1`,
);

/**
 * Stops an execution or a copilot session: its WAITING reviews are rejected as consumed (case A24). Racing with a
 * decision, each review has one outcome.
 * @returns how many were rejected
 * @throws InvalidInputError, NotFoundError (a real execution that the owner does not have)
 */
export async function cancelPendingReviews(
  { database, changed, settled }: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<number> {
  const { graphExecId } = checkInput(cancelPendingReviewsInput, rawInput);
  const count = await database.transaction(async (queries) => {
    if (!isSynthetic(graphExecId)) {
      const terminated = await queries.query(terminate, [viewer.userId, graphExecId]);
      if (terminated.length === 0) throw new NotFoundError('Execution', [graphExecId]);
    }
    return settleExecution(queries, viewer, graphExecId, stoppedMessage);
  });
  if (count > 0) {
    changed(viewer.userId);
    settled?.({ source: 'CANCELLATION', status: 'REJECTED', count });
  }
  return count;
}
