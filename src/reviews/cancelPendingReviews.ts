import { z } from 'zod';
import { statement } from '../database/statement.ts';
import { may, type Viewer } from '../identity/viewer.ts';
import { checkInput, id, NotFoundError } from '../input.ts';
import { isSynthetic } from './copilotIds.ts';
import { endExecution, stoppedMessage } from './execution.ts';
import type { ReviewStore } from './reviewStore.ts';

const cancelPendingReviewsInput = z.object({ graphExecId: id });

// $4: whether the actor has review:decide. Such an actor can stop any run, and only such an actor
// can reopen it then. Other actors can only stop their own runs.
const terminate = statement(
  'terminateExecution',
  `UPDATE "GraphExecution" SET "status" = 'TERMINATED', "updatedAt" = now(),
    "stoppedBy" = CASE WHEN $4::boolean THEN $3 ELSE "stoppedBy" END
  WHERE "userId" = $1 AND "graphExecId" = $2 AND ($4::boolean OR "registeredBy" = $3)
  RETURNING 1`,
);

// A copilot session in which nothing was requested yet: it is recorded as stopped.
const stopSession = statement(
  'stopSession',
  `INSERT INTO "GraphExecution"
    ("userId", "graphExecId", "graphId", "graphVersion", "status", "registeredBy", "stoppedBy")
  VALUES ($1, $2, $2, 0, 'TERMINATED', $3, $3) ON CONFLICT DO NOTHING RETURNING 1`,
);

/**
 * Stops a run or a copilot session, and rejects its WAITING reviews as processed. If it is stopped
 * with `review:decide`, its unused approvals become void, and it stays stopped until an actor with
 * `review:decide` reopens it.
 * @returns how many reviews were rejected
 * @throws InvalidInputError; NotFoundError if the run is unknown, or registered by another agent
 */
export async function cancelPendingReviews(
  { database, notifyFeed, onResolved }: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<number> {
  const { graphExecId } = checkInput(cancelPendingReviewsInput, rawInput);
  const { userId, actor } = viewer;
  const mayDecide = may(viewer, 'review:decide');
  const end = await database.transaction(userId, async (queries) => {
    const isSession = isSynthetic(graphExecId);
    for (;;) {
      const key = [userId, graphExecId, actor];
      const stopped = await queries.query(terminate, [...key, mayDecide]);
      if (stopped.length > 0) break;
      if (!isSession) throw new NotFoundError('Run', [graphExecId]);
      if (!mayDecide) return { rejected: 0, hasChanges: false };
      const recorded = await queries.query(stopSession, key);
      if (recorded.length > 0) break;
    }
    return endExecution(queries, viewer, graphExecId, {
      message: stoppedMessage,
      isStop: mayDecide,
    });
  });
  if (end.hasChanges) notifyFeed(userId);
  if (end.rejected > 0) {
    onResolved?.({ source: 'CANCELLATION', status: 'REJECTED', count: end.rejected });
  }
  return end.rejected;
}
