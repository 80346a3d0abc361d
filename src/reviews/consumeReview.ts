import { z } from 'zod';
import type { ExecutionStatus } from '../database/generated/prisma/client.ts';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import { callDigest } from './callDigest.ts';
import { NotFoundError, ReviewConflictError } from './errors.ts';
import { hasEnded } from './execution.ts';
import { expireReviewsOf, isInTime } from './expireReviews.ts';
import { checkInput, digest, id, idempotencyKey } from './input.ts';
import { hasStatus, payloadDigestOf, type Review, reviewColumns, reviewJoins } from './review.ts';
import { outcomeOf, type ReviewResult } from './reviewResult.ts';
import type { ReviewStore } from './reviewStore.ts';
import { rejectedText } from './settledText.ts';

const consumeReviewInput = z.object({ nodeExecId: id, payloadDigest: digest, idempotencyKey });

/** Somebody may change the row by hand between the two statements. */
const MAX_ATTEMPTS = 10;

// All that may stand in the way is in the condition. The share lock makes a concurrent cancel wait for us, or us for it:
// once stopping an execution was answered, nothing is consumed under it. Of a payload that was written by hand there is no
// digest: then $5 is the text that the caller's digest was found to be of.
const consume = statement(
  'consumeReview',
  `WITH execution AS (
    SELECT "status" FROM "GraphExecution" WHERE "userId" = $1 AND "graphExecId" =
      (SELECT "graphExecId" FROM "PendingReview" WHERE "userId" = $1 AND "nodeExecId" = $2)
    FOR SHARE
  ), r AS (
    UPDATE "PendingReview" r SET
      "processed" = true, "consumedAt" = now(), "consumedBy" = $3, "callDigest" = $6, "updatedAt" = now()
    FROM (SELECT set_config('holdpoint.actor', $3, true)) acting
    WHERE "userId" = $1 AND "nodeExecId" = $2 AND ${hasStatus('r', 'APPROVED')}
      AND NOT "processed" AND "consumedAt" IS NULL
      AND ("payloadDigest" = $4
        OR ("payloadDigest" IS NULL AND translate("payload"::text, E'\\r\\n', '  ') = $5))
      AND NOT EXISTS (
        SELECT FROM execution WHERE "status" IN ('COMPLETED', 'FAILED', 'TERMINATED'))
    RETURNING r.*
  )
  SELECT ${reviewColumns} FROM r ${reviewJoins}`,
);

const look = statement(
  'lookBeforeConsuming',
  `SELECT ${reviewColumns}, e."status" AS "executionStatus", ${isInTime('r')} AS "inTime",
    r."callDigest" = $3 AND r."outcome" IS NULL AS "isRepeat"
  FROM "PendingReview" r ${reviewJoins}
  LEFT JOIN "GraphExecution" e ON e."userId" = r."userId" AND e."graphExecId" = r."graphExecId"
  WHERE r."userId" = $1 AND r."nodeExecId" = $2`,
);

type Found = Review & {
  executionStatus: ExecutionStatus | null;
  inTime: boolean;
  /** Whether this very call has got it already, and nobody has said what came of it. */
  isRepeat: boolean | null;
};

export type ConsumeReviewPayload = { review: Review; result: ReviewResult };

/**
 * Gives an approval out, once: of any number of callers exactly one gets it, and it is of the payload with this digest.
 * Nobody gets one of an execution that has ended. An approval without a review (case A8) has nothing to consume.
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
  const { database, changed } = store;
  const key = [viewer.userId, nodeExecId];
  let textOfDigest: string | null = null;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const values = [...key, viewer.actor, payloadDigest, textOfDigest, call];
    const [review] = await database.query<Review>(consume, values);
    if (review) {
      changed(viewer.userId);
      return { review, result: outcomeOf(review) };
    }
    const [found] = await database.query<Found>(look, [...key, call]);
    if (!found) throw new NotFoundError('Review', [nodeExecId]);
    if (found.status === 'WAITING' && !found.inTime) {
      await expireReviewsOf(store, viewer.userId, [nodeExecId]);
      continue;
    }
    const obstacle = obstacleOf(found, payloadDigest);
    if (obstacle) throw new ReviewConflictError(`${nodeExecId} ${obstacle}`, [found]);
    if (found.isRepeat) return { review: found, result: outcomeOf(found) };
    textOfDigest = found.payload.text;
  }
  throw new Error(`consumeReview of ${nodeExecId} met too many concurrent changes`);
}

/** Why a review cannot be consumed, or null where nothing is in the way. */
function obstacleOf(found: Found, wantedDigest: string): string | null {
  if (found.status === 'WAITING') return 'is still WAITING: nobody has decided yet';
  if (found.status === 'REJECTED') return rejectedText(found);
  if (found.consumedAt && !found.isRepeat) {
    return `was already consumed by ${found.consumedBy} at ${found.consumedAt.toISOString()}`;
  }
  if (found.processed && !found.isRepeat) {
    return 'was already marked as processed, without being consumed';
  }
  if (found.executionStatus && hasEnded(found.executionStatus)) {
    return `is approved, but its execution ${found.graphExecId} is ${found.executionStatus}: nothing may be done under it any more`;
  }
  const digest = payloadDigestOf(found);
  if (digest === wantedDigest) return null;
  return `was approved with the payload ${digest}, not ${wantedDigest}`;
}
