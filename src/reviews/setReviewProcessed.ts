import { z } from 'zod';
import type { ExecutionStatus } from '../database/generated/prisma/client.ts';
import { statement } from '../database/statement.ts';
import { limitedTo, type Viewer } from '../identity/viewer.ts';
import { checkInput, id, NotFoundError } from '../input.ts';
import { callDigest, executionOfReview, isUsable, useObstacle } from './approvalUse.ts';
import { ReviewConflictError } from './errors.ts';
import { idempotencyKey } from './fields.ts';
import { hasStatus, isParty, isVisibleTo, type Review, reviewColumns } from './review.ts';
import type { ReviewStore } from './reviewStore.ts';

const setReviewProcessedInput = z.object({
  nodeExecId: id,
  processed: z.literal(true, 'must be true: an outcome is claimed once and for good'),
  idempotencyKey,
});

const claim = statement(
  'setReviewProcessed',
  `WITH ${executionOfReview}
  UPDATE "PendingReview" r SET "processed" = true, "callDigest" = $4, "updatedAt" = now()
  FROM (SELECT set_config('holdpoint.actor', $3, true)) acting
  WHERE "userId" = $1 AND "nodeExecId" = $2 AND NOT "processed" AND CASE
    WHEN ${hasStatus('r', 'APPROVED')} THEN ${isUsable('r', '$3')}
    ELSE ${hasStatus('r', 'REJECTED')} AND ("requestedBy" = $3 OR $3 = ANY ("consumers"))
  END
  RETURNING ${reviewColumns}`,
);

const look = statement(
  'lookBeforeClaiming',
  `SELECT ${reviewColumns}, e."status" AS "executionStatus",
    r."callDigest" = $3 AND r."outcome" IS NULL AS "isRepeat"
  FROM "PendingReview" r
  LEFT JOIN "GraphExecution" e ON e."userId" = $1 AND e."graphExecId" = r."graphExecId"
  WHERE r."userId" = $1 AND r."nodeExecId" = $2 AND ${isVisibleTo('r', '$4')}`,
);

type Found = Review & { executionStatus: ExecutionStatus | null; isRepeat: boolean | null };

/** `changed`: whether this call claimed the outcome, or the call that it repeats did. */
export type SetReviewProcessedPayload = { review: Review; changed: boolean };

/** Somebody may change the row between the two statements. */
const MAX_ATTEMPTS = 10;

/**
 * Claims the outcome of a decided review, once and for good (case A27): of any number of callers exactly one is told
 * that it did. An approval is claimed under the same conditions as consumeReview gives it out.
 * @throws InvalidInputError, NotFoundError, ReviewConflictError
 */
export async function setReviewProcessed(
  { database, notifyFeed }: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<SetReviewProcessedPayload> {
  const { nodeExecId, idempotencyKey: key } = checkInput(setReviewProcessedInput, rawInput);
  const call = callDigest('setReviewProcessed', viewer, true, key);
  const { userId, actor } = viewer;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const [review] = await database.query<Review>(claim, [userId, nodeExecId, actor, call]);
    if (review) {
      notifyFeed(userId);
      return { review, changed: true };
    }
    const values = [userId, nodeExecId, call, limitedTo(viewer)];
    const [found] = await database.query<Found>(look, values);
    if (!found) throw new NotFoundError('Review', [nodeExecId]);
    if (found.processed && !found.isRepeat) return { review: found, changed: false };
    const obstacle = obstacleOf(viewer, found);
    if (obstacle) throw new ReviewConflictError(`${nodeExecId} ${obstacle}`, [found]);
    if (found.processed) return { review: found, changed: true };
  }
  throw new Error(`setReviewProcessed of ${nodeExecId} met too many concurrent changes`);
}

function obstacleOf(viewer: Viewer, found: Found): string | null {
  if (found.status === 'WAITING') return 'is still WAITING: there is no outcome to claim';
  if (found.status === 'APPROVED') return useObstacle(viewer, found);
  if (isParty(viewer, found)) return null;
  return `was asked by ${found.requestedBy}: only that actor, or a consumer that its request named, can claim its outcome`;
}
