import { z } from 'zod';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import { checkInput, id } from '../input.ts';
import { hasStatus } from './review.ts';
import type { ReviewStore } from './reviewStore.ts';

const deleteReviewInput = z.object({ nodeExecId: id });

// What others have said on it is evidence, and what they took back must not be approved as a new
// request. A deleted row cannot say who deleted it, so the trigger reads the actor from the
// transaction.
const remove = statement(
  'deleteReview',
  `WITH acting AS (SELECT set_config('holdpoint.actor', $3, true))
  DELETE FROM "PendingReview" r USING acting
  WHERE "userId" = $1 AND "nodeExecId" = $2 AND "requestedBy" = $3 AND ${hasStatus('r', 'WAITING')}
    AND NOT EXISTS (SELECT FROM "ReviewEvent" e
      WHERE e."userId" = $1 AND e."nodeExecId" = $2 AND e."actor" <> $3 AND e."kind" IN ('VOTED',
        'WITHDRAWN', 'APPROVED', 'REJECTED', 'ANSWERED', 'CHANGES_REQUESTED', 'REASSIGNED', 'COMMENTED'))
  RETURNING 1`,
);

/**
 * Withdraws the actor's own request while it is WAITING and nobody else has acted on it. Its events
 * are kept.
 * @returns 1, or 0 if there was no such review
 * @throws InvalidInputError
 */
export async function deleteReview(
  { database, notifyFeed }: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<number> {
  const { nodeExecId } = checkInput(deleteReviewInput, rawInput);
  const deleted = await database.query(remove, [viewer.userId, nodeExecId, viewer.actor]);
  if (deleted.length > 0) notifyFeed(viewer.userId);
  return deleted.length;
}
