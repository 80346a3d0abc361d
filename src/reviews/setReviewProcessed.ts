import { z } from 'zod';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import { NotFoundError } from './errors.ts';
import { checkInput, id } from './input.ts';
import { type Review, reviewColumns, reviewJoins } from './review.ts';
import type { ReviewStore } from './reviewStore.ts';

const setReviewProcessedInput = z.object({ nodeExecId: id, processed: z.boolean() });

const setProcessed = statement(
  'setReviewProcessed',
  `WITH acting AS (SELECT set_config('holdpoint.actor', $4, true)),
  r AS (
    UPDATE "PendingReview" r SET "processed" = $3,
      "updatedAt" = CASE WHEN r."processed" = $3 THEN r."updatedAt" ELSE now() END
    FROM acting WHERE r."userId" = $1 AND r."nodeExecId" = $2 RETURNING r.*
  )
  SELECT ${reviewColumns} FROM r ${reviewJoins}`,
);

/**
 * Says whether the outcome has been consumed by the execution (case A27).
 * @throws InvalidInputError, NotFoundError
 */
export async function setReviewProcessed(
  { database, changed }: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<Review> {
  const { nodeExecId, processed } = checkInput(setReviewProcessedInput, rawInput);
  const values = [viewer.userId, nodeExecId, processed, viewer.actor];
  const [review] = await database.query<Review>(setProcessed, values);
  if (!review) throw new NotFoundError('Review', [nodeExecId]);
  changed(viewer.userId);
  return review;
}
