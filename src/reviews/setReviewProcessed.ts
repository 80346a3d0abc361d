import { z } from 'zod';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import { callDigest } from './callDigest.ts';
import { NotFoundError, ReviewConflictError } from './errors.ts';
import { checkInput, id, idempotencyKey } from './input.ts';
import { readReviews } from './readReviews.ts';
import { type Review, reviewColumns, reviewJoins } from './review.ts';
import type { ReviewStore } from './reviewStore.ts';

const setReviewProcessedInput = z.object({
  nodeExecId: id,
  processed: z.boolean(),
  idempotencyKey,
});

const setProcessed = statement(
  'setReviewProcessed',
  `WITH acting AS (SELECT set_config('holdpoint.actor', $4, true)),
  before AS (
    SELECT "processed", "callDigest" FROM "PendingReview"
    WHERE "userId" = $1 AND "nodeExecId" = $2 FOR UPDATE
  ), r AS (
    UPDATE "PendingReview" r SET "processed" = $3,
      "callDigest" = CASE WHEN r."processed" = $3 THEN r."callDigest" ELSE $5 END,
      "updatedAt" = CASE WHEN r."processed" = $3 THEN r."updatedAt" ELSE now() END
    FROM acting, before WHERE r."userId" = $1 AND r."nodeExecId" = $2
      AND ($3 OR (r."consumedAt" IS NULL AND r."outcome" IS NULL))
    RETURNING r.*,
      before."processed" <> $3 OR coalesce(before."callDigest" = $5, false) AS "changed"
  )
  SELECT ${reviewColumns}, r."changed" FROM r ${reviewJoins}`,
);

export type SetReviewProcessedPayload = { review: Review; changed: boolean };

/**
 * Says whether the outcome has been consumed by the execution (case A27). What consumeReview gave out, or an outcome was
 * reported of, stays processed: it is used once.
 * @throws InvalidInputError, NotFoundError, ReviewConflictError
 */
export async function setReviewProcessed(
  store: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<SetReviewProcessedPayload> {
  const input = checkInput(setReviewProcessedInput, rawInput);
  const { nodeExecId, processed } = input;
  const call = callDigest('setReviewProcessed', viewer, processed, input.idempotencyKey);
  const values = [viewer.userId, nodeExecId, processed, viewer.actor, call];
  const [review] = await store.database.query<Review & { changed: boolean }>(setProcessed, values);
  if (review) {
    store.changed(viewer.userId);
    return { review, changed: review.changed };
  }
  const [used] = await readReviews(store, viewer.userId, [nodeExecId]);
  if (!used) throw new NotFoundError('Review', [nodeExecId]);
  throw new ReviewConflictError(`${nodeExecId} was used, which cannot be taken back`, [used]);
}
