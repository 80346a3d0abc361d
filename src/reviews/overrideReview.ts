import { z } from 'zod';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import { checkInput, InvalidInputError, id, NotFoundError, text } from '../input.ts';
import { isBarred, validUntil } from './decideStatements.ts';
import { subjectDigest, subjectDigestSql } from './digests.ts';
import { BarredError, ReviewConflictError, SelfApprovalError } from './errors.ts';
import { expireReviewsOf } from './expireReviews.ts';
import { digest } from './fields.ts';
import { payloadDigestOf } from './payloads.ts';
import { isInTime, isOpen, isParty, isPartySql, type Review, reviewColumns } from './review.ts';
import { rejectionText } from './reviewResult.ts';
import type { ReviewStore } from './reviewStore.ts';

const MIN_REASON = 10;
const MAX_REASON = 2_000;

const overrideInput = z.object({
  nodeExecId: id,
  decision: z.enum(['APPROVE', 'REJECT']),
  subjectDigest: digest,
  reason: text(MAX_REASON).refine((reason) => reason.trim().length >= MIN_REASON, {
    error: ({ input }) =>
      `must have at least ${MIN_REASON} characters, not ${String(input).trim().length}`,
  }),
});

// $7: the askId for which the caller computed the digest of a payload that has none stored.
const override = statement(
  'overrideReview',
  `UPDATE "PendingReview" r SET
    "status" = $4::"ReviewStatus", "reviewMessage" = $5, "wasEdited" =
      coalesce(r."originalPayload" <> r."payload", false), "decidedBy" = $3,
    "decisionSource" = 'OVERRIDE', "reviewedAt" = now(), "updatedAt" = now(),
    "validUntil" = ${validUntil('$4', '$8')}
  WHERE "userId" = $1 AND "nodeExecId" = $2 AND ${isOpen('r')}
    AND ($4 = 'REJECTED' OR "kind" = 'ACTION')
    AND NOT ${isPartySql('r', '$3')} AND ${isInTime('r')} AND NOT ${isBarred('$3')}
    AND (${subjectDigestSql('r', 'r."payloadDigest"')} = $6
      OR (r."payloadDigest" IS NULL AND r."askId" = $7::uuid))
  RETURNING ${reviewColumns}`,
);

const read = statement(
  'readForOverriding',
  `SELECT ${reviewColumns}, ${isInTime('r')} AS "inTime", ${isBarred('$3')} AS "isBarred"
  FROM "PendingReview" r WHERE "userId" = $1 AND "nodeExecId" = $2`,
);

type Found = Review & { inTime: boolean; isBarred: boolean };

/** The row may change between the two statements. */
const MAX_ATTEMPTS = 10;

/**
 * Settles a review that is WAITING, or has changes requested, without the approvals that it requires. Nothing else bypasses them.
 * Repeating the call succeeds.
 * @throws InvalidInputError, NotFoundError, SelfApprovalError, BarredError, ReviewConflictError
 */
export async function overrideReview(
  store: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<Review> {
  const input = checkInput(overrideInput, rawInput);
  const { nodeExecId, reason } = input;
  const status = input.decision === 'APPROVE' ? 'APPROVED' : 'REJECTED';
  const { database, limits, notifyFeed, onResolved } = store;
  const key = [viewer.userId, nodeExecId, viewer.actor];
  let readAskId: string | null = null;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const values = [...key, status, reason, input.subjectDigest, readAskId, limits.approvalHours];
    const [review] = await database.query<Review>(override, values);
    if (review) {
      notifyFeed(viewer.userId);
      onResolved?.({ source: 'OVERRIDE', status, count: 1 });
      return review;
    }
    const [found] = await database.query<Found>(read, key);
    if (!found) throw new NotFoundError('Review', [nodeExecId]);
    if (isParty(viewer, found)) throw new SelfApprovalError(viewer.actor, [nodeExecId]);
    if (found.isBarred) throw new BarredError(viewer.actor);
    const isUndecided = found.status === 'WAITING' || found.status === 'CHANGES_REQUESTED';
    if (isUndecided && !found.inTime) {
      await expireReviewsOf(store, viewer.userId, [nodeExecId]);
      continue;
    }
    if (!isUndecided) {
      const isRepeat =
        found.decisionSource === 'OVERRIDE' &&
        found.decidedBy === viewer.actor &&
        found.status === status;
      if (isRepeat) return found;
      const how =
        found.status === 'REJECTED'
          ? rejectionText(found)
          : `is already ${found.status.toLowerCase()} by ${found.decidedBy}`;
      throw new ReviewConflictError(`Review ${nodeExecId} ${how}`, [found]);
    }
    if (found.kind === 'QUESTION' && status === 'APPROVED') {
      const message = `must be REJECT, because ${nodeExecId} is a question: nothing can be approved`;
      throw new InvalidInputError([{ path: 'input.decision', message }]);
    }
    const payloadDigest = await payloadDigestOf(database, found);
    if (payloadDigest === undefined) continue; // changed since it was read
    if (subjectDigest({ ...found, payloadDigest }) !== input.subjectDigest) {
      const text = `Review ${nodeExecId} has changed since you read it, or the digest is wrong. Read it again, then decide`;
      throw new ReviewConflictError(text, [found]);
    }
    readAskId = found.askId;
  }
  throw new Error(`overrideReview(${nodeExecId}): too many concurrent changes`);
}
