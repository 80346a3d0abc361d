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
  isOfDisabled,
  isRunOpen,
  isUsable,
  whyUnusable,
} from './approvalUse.ts';
import { ReviewConflictError } from './errors.ts';
import { idempotencyKey } from './fields.ts';
import {
  hasStatus,
  isParty,
  isPartySql,
  isVisibleTo,
  type Review,
  reviewColumns,
} from './review.ts';
import type { ReviewStore } from './reviewStore.ts';

const setReviewProcessedInput = z.object({
  nodeExecId: id,
  processed: z.literal(true, 'must be true: a claim cannot be undone'),
  idempotencyKey,
});

const claim = statement(
  'setReviewProcessed',
  `WITH ${executionOfReview}
  UPDATE "PendingReview" r SET "processed" = true, "callDigest" = $4, "updatedAt" = now()
  FROM (SELECT set_config('holdpoint.actor', $3, true)) acting
  WHERE "userId" = $1 AND "nodeExecId" = $2 AND NOT "processed" AND CASE
    WHEN ${hasStatus('r', 'APPROVED')} THEN ${isUsable('r', '$3')} AND ${isRunOpen}
      AND ${isAllowedByPolicy('r', '$5', '$6')}
    ELSE r."status"::text IN ('REJECTED', 'ANSWERED') AND ${isPartySql('r', '$3')}
  END
  RETURNING ${reviewColumns}`,
);

const read = statement(
  'readForClaiming',
  `SELECT ${reviewColumns}, e."status" AS "executionStatus",
    r."callDigest" = $3 AND r."outcome" IS NULL AS "isRepeat", ${isOfDisabled('r')} AS "isOfDisabled"
  FROM "PendingReview" r
  LEFT JOIN "GraphExecution" e ON e."userId" = $1 AND e."graphExecId" = r."graphExecId"
  WHERE r."userId" = $1 AND r."nodeExecId" = $2 AND ${isVisibleTo('r', '$4')}`,
);

type Found = Review & {
  executionStatus: ExecutionStatus | null;
  isRepeat: boolean | null;
  isOfDisabled: boolean;
};

/** `changed`: whether this call, or the call that it repeats, claimed the outcome. */
export type SetReviewProcessedPayload = { review: Review; changed: boolean };

/** The row may change between the two statements. */
const MAX_ATTEMPTS = 10;

/**
 * Claims the outcome of a decided review, once and irrevocably. Exactly one of any number of
 * callers gets `changed: true`. The conditions for approvals are those of `consumeReview`.
 * @throws InvalidInputError, NotFoundError, ReviewConflictError
 */
export async function setReviewProcessed(
  store: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<SetReviewProcessedPayload> {
  const { nodeExecId, idempotencyKey: key } = checkInput(setReviewProcessedInput, rawInput);
  const call = callDigest('setReviewProcessed', viewer, true, key);
  const { userId, actor } = viewer;
  const { database, notifyFeed } = store;
  let evaluated: Evaluated | undefined;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const [review] = await database.query<Review>(claim, [
      userId,
      nodeExecId,
      actor,
      call,
      evaluated?.version ?? null,
      evaluated?.askId ?? null,
    ]);
    if (review) {
      notifyFeed(userId);
      return { review, changed: true };
    }
    const values = [userId, nodeExecId, call, limitedTo(viewer)];
    const [found] = await database.query<Found>(read, values);
    if (!found) throw new NotFoundError('Review', [nodeExecId]);
    if (found.processed && !found.isRepeat) return { review: found, changed: false };
    const reason = whyNotClaimable(viewer, found);
    if (reason) throw new ReviewConflictError(`Review ${nodeExecId} ${reason}`, [found]);
    if (found.processed) return { review: found, changed: true };
    if (found.status !== 'APPROVED') continue;
    evaluated = await evaluateForUse(store, found);
  }
  throw new Error(`setReviewProcessed(${nodeExecId}): too many concurrent changes`);
}

function whyNotClaimable(viewer: Viewer, found: Found): string | null {
  if (found.status === 'WAITING' || found.status === 'CHANGES_REQUESTED') {
    return `is still ${found.status}, so there is no outcome to claim`;
  }
  if (found.status === 'APPROVED') return whyUnusable(viewer, found);
  if (isParty(viewer, found)) return null;
  return `was requested by ${found.requestedBy}. Only that actor and the consumers named in the request can claim its outcome`;
}
