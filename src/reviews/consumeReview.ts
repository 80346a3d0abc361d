import { z } from 'zod';
import type { ExecutionStatus } from '../database/generated/prisma/client.ts';
import type { SharedStatement } from '../database/sharing.ts';
import { statement } from '../database/statement.ts';
import { limitedTo, type Viewer } from '../identity/viewer.ts';
import { checkInput, id, NotFoundError } from '../input.ts';
import {
  callDigest,
  type Evaluated,
  evaluateForUse,
  executionOfReview,
  isAllowedByPolicy,
  isOfDisabled,
  isRunOpen,
  isUsable,
  whyUnusable,
} from './approvalUse.ts';
import { ReviewConflictError } from './errors.ts';
import { isEnded } from './execution.ts';
import { expireReviewsOf } from './expireReviews.ts';
import { digest, idempotencyKey } from './fields.ts';
import { payloadDigestOf } from './payloads.ts';
import {
  hasStatus,
  isInTime,
  isVisibleTo,
  type Review,
  reviewColumns,
  reviewColumnsIn,
} from './review.ts';
import { outcomeOf, type ReviewResult, rejectionText } from './reviewResult.ts';
import type { ReviewStore } from './reviewStore.ts';
import { numbered, type ParametersOf, shared } from './sharedStatement.ts';

const consumeReviewInput = z.object({ nodeExecId: id, payloadDigest: digest, idempotencyKey });

/** The row may change between the two statements. */
const MAX_ATTEMPTS = 10;

/** The parameters of `consume`, in their order. */
const parameters = {
  userId: 'text',
  nodeExecId: 'text',
  actor: 'text',
  payloadDigest: 'text',
  call: 'text',
  /**
   * The askId of the review when it was read: its payload matched the caller's digest, if it was
   * written directly in the database and so has no stored one, and the version of the policy lets it
   * be used.
   */
  askId: 'uuid',
  policyVersion: 'int',
} as const;

/** SQL: what the use of an approval sets. @param $ SQL: the parameters */
const useOf = ($: ParametersOf<typeof parameters>): string =>
  `"processed" = true, "consumedAt" = now(), "consumedBy" = ${$.actor}, "callDigest" = ${$.call},
    "updatedAt" = now()`;

/** SQL: whether the approval `r` can be used, if its run has not ended. @param $ SQL: the parameters */
const isConsumable = ($: ParametersOf<typeof parameters>): string =>
  `${hasStatus('r', 'APPROVED')} AND NOT r."processed" AND r."consumedAt" IS NULL
    AND ${isUsable('r', $.actor, $.userId)}
    AND (r."payloadDigest" = ${$.payloadDigest}
      OR (r."payloadDigest" IS NULL AND r."askId" = ${$.askId}))
    AND ${isAllowedByPolicy('r', $.policyVersion, $.askId, $.userId)}`;

const one = numbered(parameters);

const consume: SharedStatement = {
  alone: statement(
    'consumeReview',
    `WITH ${executionOfReview}
    UPDATE "PendingReview" r SET ${useOf(one)}
    WHERE "userId" = ${one.userId} AND "nodeExecId" = ${one.nodeExecId} AND ${isConsumable(one)}
      AND ${isRunOpen}
    RETURNING ${reviewColumns}`,
  ),
  // A review without a run is left to the statement above.
  ...shared(
    'consume',
    parameters,
    ({ $ }) => `unlocked AS MATERIALIZED (
      SELECT a.*, ${isEnded('e')} AS "isEnded" FROM owner JOIN a USING ("userId")
        JOIN "PendingReview" r ON r."userId" = ${$.userId} AND r."nodeExecId" = a."nodeExecId"
        JOIN "GraphExecution" e ON e."userId" = ${$.userId} AND e."graphExecId" = r."graphExecId"
      ORDER BY r."userId", r."nodeExecId" FOR SHARE OF e SKIP LOCKED FOR UPDATE OF r SKIP LOCKED
    ), consumed AS (
      UPDATE "PendingReview" r SET ${useOf($)} FROM unlocked a
      WHERE r."userId" = ${$.userId} AND r."nodeExecId" = a."nodeExecId" AND ${isConsumable($)}
        AND NOT a."isEnded"
      RETURNING a."position", ${reviewColumns}
    )
    SELECT a."position", consumed."position" IS NOT NULL AS "isAnswer", ${reviewColumnsIn('consumed')}
    FROM unlocked a LEFT JOIN consumed USING ("position")`,
  ),
};

const read = statement(
  'readForConsuming',
  `SELECT ${reviewColumns}, e."status" AS "executionStatus", ${isInTime('r')} AS "inTime",
    r."callDigest" = $3 AND r."outcome" IS NULL AS "isRepeat", ${isOfDisabled('r')} AS "isOfDisabled"
  FROM "PendingReview" r
  LEFT JOIN "GraphExecution" e ON e."userId" = $1 AND e."graphExecId" = r."graphExecId"
  WHERE r."userId" = $1 AND r."nodeExecId" = $2 AND ${isVisibleTo('r', '$4')}`,
);

type Found = Review & {
  executionStatus: ExecutionStatus | null;
  inTime: boolean;
  isOfDisabled: boolean;
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
      call,
      evaluated?.askId,
      evaluated?.version,
    ];
    const review = await database.share<Review>(consume, viewer.userId, nodeExecId, values);
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
