import { z } from 'zod';
import { statement } from '../database/statement.ts';
import { may, type Viewer } from '../identity/viewer.ts';
import { checkInput, id, NotFoundError } from '../input.ts';
import { isSynthetic } from './copilotIds.ts';
import { endExecution, stoppedMessage } from './execution.ts';
import type { ReviewStore } from './reviewStore.ts';

const cancelPendingReviewsInput = z.object({ graphExecId: id });

// $4: whether the actor may decide. It may stop any execution, and then only such an actor reopens it; an agent may only
// stop its own.
const terminate = statement(
  'terminateExecution',
  `UPDATE "GraphExecution" SET "status" = 'TERMINATED', "updatedAt" = now(),
    "stoppedBy" = CASE WHEN $4::boolean THEN $3 ELSE "stoppedBy" END
  WHERE "userId" = $1 AND "graphExecId" = $2 AND ($4::boolean OR "registeredBy" = $3)
  RETURNING 1`,
);

// A copilot session that nothing was asked under yet: it is stopped before it begins.
const stopSession = statement(
  'stopSession',
  `INSERT INTO "GraphExecution"
    ("userId", "graphExecId", "graphId", "graphVersion", "status", "registeredBy", "stoppedBy")
  VALUES ($1, $2, $2, 0, 'TERMINATED', $3, $3) ON CONFLICT DO NOTHING RETURNING 1`,
);

/**
 * Stops an execution or a copilot session: its WAITING reviews are rejected as consumed (case A24). Racing with a
 * decision, each review has one outcome. Stopped by somebody with `review:decide`, it stays stopped, and what was
 * approved and not used is void.
 * @returns how many were rejected
 * @throws InvalidInputError, NotFoundError (a real execution that the owner does not have, or that the agent does not own)
 */
export async function cancelPendingReviews(
  { database, notifyFeed, onResolved }: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<number> {
  const { graphExecId } = checkInput(cancelPendingReviewsInput, rawInput);
  const { userId, actor } = viewer;
  const mayDecide = may(viewer, 'review:decide');
  const end = await database.transaction(async (queries) => {
    const isSession = isSynthetic(graphExecId);
    for (;;) {
      const key = [userId, graphExecId, actor];
      const stopped = await queries.query(terminate, [...key, mayDecide]);
      if (stopped.length > 0) break;
      if (!isSession) throw new NotFoundError('Execution', [graphExecId]);
      if (!mayDecide) return { rejected: 0, changed: false };
      const recorded = await queries.query(stopSession, key);
      if (recorded.length > 0) break;
    }
    return endExecution(queries, viewer, graphExecId, {
      message: stoppedMessage,
      isStop: mayDecide,
    });
  });
  if (end.changed) notifyFeed(userId);
  if (end.rejected > 0) {
    onResolved?.({ source: 'CANCELLATION', status: 'REJECTED', count: end.rejected });
  }
  return end.rejected;
}
