import { z } from 'zod';
import type { ExecutionStatus } from '../database/generated/prisma/client.ts';
import { statement } from '../database/statement.ts';
import { limitedTo, type Viewer } from '../identity/viewer.ts';
import { checkInput, id, NotFoundError } from '../input.ts';
import { callDigest, executionOfReview, isUsable, useObstacle } from './approvalUse.ts';
import { ReviewConflictError } from './errors.ts';
import { expireReviewsOf } from './expireReviews.ts';
import { digest, idempotencyKey } from './fields.ts';
import { digestOfStored, payloadOf } from './payloads.ts';
import { hasStatus, isInTime, isVisibleTo, type Review, reviewColumns } from './review.ts';
import { outcomeOf, type ReviewResult, rejectionText } from './reviewResult.ts';
import type { ReviewStore } from './reviewStore.ts';

const consumeReviewInput = z.object({ nodeExecId: id, payloadDigest: digest, idempotencyKey });

/** Somebody may change the row by hand between the two statements. */
const MAX_ATTEMPTS = 10;

// All that may stand in the way is in the condition. Once stopping an execution was answered, nothing is consumed under
// it. A payload that was written by hand has no digest in the table: then $5 is the state of the review whose payload
// was found to have the caller's digest.
const consume = statement(
  'consumeReview',
  `WITH ${executionOfReview}
  UPDATE "PendingReview" r SET
    "processed" = true, "consumedAt" = now(), "consumedBy" = $3, "callDigest" = $6, "updatedAt" = now()
  FROM (SELECT set_config('holdpoint.actor', $3, true)) acting
  WHERE "userId" = $1 AND "nodeExecId" = $2 AND ${hasStatus('r', 'APPROVED')}
    AND NOT "processed" AND "consumedAt" IS NULL
    AND ${isUsable('r', '$3')}
    AND ("payloadDigest" = $4 OR ("payloadDigest" IS NULL AND "askId" = $5::uuid))
  RETURNING ${reviewColumns}`,
);

const look = statement(
  'lookBeforeConsuming',
  `SELECT ${reviewColumns}, e."status" AS "executionStatus", ${isInTime('r')} AS "inTime",
    r."callDigest" = $3 AND r."outcome" IS NULL AS "isRepeat"
  FROM "PendingReview" r
  LEFT JOIN "GraphExecution" e ON e."userId" = $1 AND e."graphExecId" = r."graphExecId"
  WHERE r."userId" = $1 AND r."nodeExecId" = $2 AND ${isVisibleTo('r', '$4')}`,
);

type Found = Review & {
  executionStatus: ExecutionStatus | null;
  inTime: boolean;
  /** Whether this very call has got it already, and nobody has said what came of it. */
  isRepeat: boolean | null;
};

export type ConsumeReviewPayload = { review: Review; result: ReviewResult };

/**
 * Gives an approval out, once, to the actor that asked or one it named: of any number of callers exactly one gets it,
 * and it is of the payload with this digest. Nobody gets one of an execution that has ended, or one that is void.
 * A caller whose answer was lost repeats with its idempotencyKey, and gets it again, until an outcome is reported.
 * @throws InvalidInputError, NotFoundError, ReviewConflictError (each obstacle with a message of its own)
 */
export async function consumeReview(
  store: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<ConsumeReviewPayload> {
  const input = checkInput(consumeReviewInput, rawInput);
  const { nodeExecId, payloadDigest } = input;
  const call = callDigest('consumeReview', viewer, payloadDigest, input.idempotencyKey);
  const { database, notifyFeed } = store;
  const key = [viewer.userId, nodeExecId];
  let readAskId: string | null = null;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const values = [...key, viewer.actor, payloadDigest, readAskId, call];
    const [review] = await database.query<Review>(consume, values);
    if (review) {
      notifyFeed(viewer.userId);
      return { review, result: outcomeOf(review) };
    }
    const [found] = await database.query<Found>(look, [...key, call, limitedTo(viewer)]);
    if (!found) throw new NotFoundError('Review', [nodeExecId]);
    if (found.status === 'WAITING' && !found.inTime) {
      await expireReviewsOf(store, viewer.userId, [nodeExecId]);
      continue;
    }
    const obstacle =
      obstacleOf(viewer, found) ?? (await digestObstacle(store, found, payloadDigest));
    if (obstacle) throw new ReviewConflictError(`${nodeExecId} ${obstacle}`, [found]);
    if (found.isRepeat) return { review: found, result: outcomeOf(found) };
    readAskId = found.askId;
  }
  throw new Error(`consumeReview of ${nodeExecId} met too many concurrent changes`);
}

/** Why a review cannot be consumed, whatever its payload is; null where nothing is in the way. */
function obstacleOf(viewer: Viewer, found: Found): string | null {
  if (found.status === 'WAITING') return 'is still WAITING: nobody has decided yet';
  if (found.status === 'REJECTED') return rejectionText(found);
  if (found.consumedAt && !found.isRepeat) {
    return `was already consumed by ${found.consumedBy} at ${found.consumedAt.toISOString()}`;
  }
  if (found.processed && !found.isRepeat) {
    return 'was already marked as processed, without being consumed';
  }
  return useObstacle(viewer, found);
}

async function digestObstacle(
  { database }: ReviewStore,
  found: Found,
  wantedDigest: string,
): Promise<string | null> {
  const payload = found.payloadDigest ? null : await payloadOf(database, found);
  if (payload === undefined) return null; // changed since it was read: the next attempt sees how
  const digest = found.payloadDigest ?? digestOfStored(payload as string);
  return digest === wantedDigest
    ? null
    : `was approved with the payload ${digest}, not ${wantedDigest}. Read it again and act on the payload that was approved`;
}
