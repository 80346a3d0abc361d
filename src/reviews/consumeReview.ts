import { z } from 'zod';
import type { ExecutionStatus } from '../database/generated/prisma/client.ts';
import { statement } from '../database/statement.ts';
import { limitedTo, type Viewer } from '../identity/viewer.ts';
import { checkInput, id, NotFoundError } from '../input.ts';
import {
  callDigest,
  type Evaluated,
  evaluateForUse,
  executionOfReview,
  isAllowedByPolicy,
  isUsable,
  whyUnusable,
} from './approvalUse.ts';
import { ReviewConflictError } from './errors.ts';
import { expireReviewsOf } from './expireReviews.ts';
import { digest, idempotencyKey } from './fields.ts';
import { payloadDigestOf } from './payloads.ts';
import { hasStatus, isInTime, isVisibleTo, type Review, reviewColumns } from './review.ts';
import { outcomeOf, type ReviewResult, rejectionText } from './reviewResult.ts';
import type { ReviewStore } from './reviewStore.ts';

const consumeReviewInput = z.object({ nodeExecId: id, payloadDigest: digest, idempotencyKey });

/** The row may change between the two statements. */
const MAX_ATTEMPTS = 10;

// $5 is the askId of the review when it was read: its payload was found to match the caller's digest,
// if it was written directly in the database and so has no stored one, and version $7 of the policy
// lets it be used.
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
    AND ${isAllowedByPolicy('r', '$7', '$5')}
  RETURNING ${reviewColumns}`,
);

const read = statement(
  'readForConsuming',
  `SELECT ${reviewColumns}, e."status" AS "executionStatus", ${isInTime('r')} AS "inTime",
    r."callDigest" = $3 AND r."outcome" IS NULL AS "isRepeat"
  FROM "PendingReview" r
  LEFT JOIN "GraphExecution" e ON e."userId" = $1 AND e."graphExecId" = r."graphExecId"
  WHERE r."userId" = $1 AND r."nodeExecId" = $2 AND ${isVisibleTo('r', '$4')}`,
);

type Found = Review & {
  executionStatus: ExecutionStatus | null;
  inTime: boolean;
  /** Whether this call was answered before, and no outcome was reported since. */
  isRepeat: boolean | null;
};

export type ConsumeReviewPayload = { review: Review; result: ReviewResult };

/**
 * Uses an approval, for the actor that requested it or a consumer that the request named. Exactly
 * one of any number of callers succeeds, and only for the payload that was approved. An approval
 * that is void, that the policy denies, or whose run has ended, cannot be used. A caller who lost the response can repeat
 * the call with the same idempotency key, until an outcome is reported.
 * @throws InvalidInputError, NotFoundError, ReviewConflictError
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
  let evaluated: Evaluated | undefined;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const values = [
      ...key,
      viewer.actor,
      payloadDigest,
      evaluated?.askId,
      call,
      evaluated?.version,
    ];
    const [review] = await database.query<Review>(consume, values);
    if (review) {
      notifyFeed(viewer.userId);
      return { review, result: outcomeOf(review) };
    }
    const [found] = await database.query<Found>(read, [...key, call, limitedTo(viewer)]);
    if (!found) throw new NotFoundError('Review', [nodeExecId]);
    if (found.status === 'WAITING' && !found.inTime) {
      await expireReviewsOf(store, viewer.userId, [nodeExecId]);
      continue;
    }
    const reason =
      whyNotConsumable(viewer, found) ?? (await whyDigestDiffers(store, found, payloadDigest));
    if (reason) throw new ReviewConflictError(`Review ${nodeExecId} ${reason}`, [found]);
    if (found.isRepeat) return { review: found, result: outcomeOf(found) };
    evaluated = await evaluateForUse(store, found);
  }
  throw new Error(`consumeReview(${nodeExecId}): too many concurrent changes`);
}

/** Why the review cannot be consumed, whatever its payload. Null if it can. */
function whyNotConsumable(viewer: Viewer, found: Found): string | null {
  if (found.status === 'WAITING') return 'is still WAITING for a decision';
  if (found.status === 'REJECTED') return rejectionText(found);
  if (found.status === 'ANSWERED') return 'was answered, and an answer is not an approval';
  if (found.status === 'CHANGES_REQUESTED') return 'is not approved: changes were requested';
  if (found.consumedAt && !found.isRepeat) {
    return `was already consumed by ${found.consumedBy} at ${found.consumedAt.toISOString()}`;
  }
  if (found.processed && !found.isRepeat) {
    return 'is already processed, without having been consumed';
  }
  return whyUnusable(viewer, found);
}

async function whyDigestDiffers(
  { database }: ReviewStore,
  found: Found,
  wantedDigest: string,
): Promise<string | null> {
  const digest = await payloadDigestOf(database, found);
  if (digest === undefined) return null; // changed since it was read; the next attempt reads it again
  return digest === wantedDigest
    ? null
    : `was approved with payload ${digest}, not ${wantedDigest}. Read it again and act on the approved payload`;
}
