import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ExecutionStatus } from '../database/generated/prisma/client.ts';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import { checkInput, id, NotFoundError } from '../input.ts';
import { votesOf } from '../people/ballot.ts';
import { mayNotDecide, readViewerPeople } from '../people/viewerPeople.ts';
import { hasVotedTooOften, MAX_VOTES, namesOf, type Vote } from '../people/vote.ts';
import { isRunOpen } from './approvalUse.ts';
import { subjectDigest } from './digests.ts';
import { NotEligibleError, ReviewConflictError, SelfApprovalError } from './errors.ts';
import { hasEnded } from './execution.ts';
import { digest, message } from './fields.ts';
import { payloadDigestOf } from './payloads.ts';
import { isParty, isVoid, type Review, reviewColumns, rowVersion } from './review.ts';
import { rejectionText } from './reviewResult.ts';
import type { ReviewStore } from './reviewStore.ts';

const withdrawInput = z.object({ nodeExecId: id, subjectDigest: digest, reason: message });

const read = statement(
  'readForWithdrawing',
  `SELECT ${reviewColumns}, ${rowVersion('r')} AS "rowVersion", e."status" AS "executionStatus"
  FROM "PendingReview" r
  LEFT JOIN "GraphExecution" e ON e."userId" = $1 AND e."graphExecId" = r."graphExecId"
  WHERE r."userId" = $1 AND r."nodeExecId" = $2`,
);

const withdrawVote = statement(
  'withdrawVote',
  `UPDATE "PendingReview" r SET "votes" = $4::jsonb, "updatedAt" = now()
  FROM (SELECT set_config('holdpoint.actor', $3, true)) acting
  WHERE "userId" = $1 AND "nodeExecId" = $2 AND ${rowVersion('r')} = $5
  RETURNING ${reviewColumns}`,
);

// The review waits again as a new subject, with what the agent sent. Locks in the order run, review,
// standing approval, as all operations do. A standing approval that was made with the decision has
// the same time.
const withdrawDecided = statement(
  'withdrawDecision',
  `WITH execution AS (
    SELECT "status" FROM "GraphExecution" WHERE "userId" = $1 AND "graphExecId" = $8 FOR SHARE
  ), locked AS (
    SELECT r."nodeExecId", r."decidedBy", r."reviewedAt" FROM "PendingReview" r
    WHERE r."userId" = $1 AND r."nodeExecId" = $2 AND ${rowVersion('r')} = $5
      AND NOT ${isVoid('r')} AND ${isRunOpen}
    FOR UPDATE
  ), revoked AS (
    UPDATE "AutoApproval" a SET "revokedAt" = now(), "revokedBy" = $3 FROM locked
    WHERE a."userId" = $1 AND a."graphExecId" = $8 AND a."createdBy" = locked."decidedBy"
      AND a."createdAt" = locked."reviewedAt" AND a."revokedAt" IS NULL
  )
  UPDATE "PendingReview" r SET "status" = 'WAITING', "askId" = $6::uuid, "isRevised" = true,
    "votes" = $4::jsonb, "reviewMessage" = $7,
    "payload" = coalesce(r."originalPayload", r."payload"),
    "payloadDigest" = CASE WHEN coalesce(r."originalPayload", r."payload") = r."payload"
      THEN r."payloadDigest" END,
    "wasEdited" = NULL, "decidedBy" = NULL, "decisionSource" = NULL, "reviewedAt" = NULL,
    "validUntil" = NULL, "answer" = NULL, "claimedBy" = NULL, "claimedUntil" = NULL, "updatedAt" = now()
  FROM locked, (SELECT set_config('holdpoint.actor', $3, true)) acting
  WHERE r."userId" = $1 AND r."nodeExecId" = locked."nodeExecId"
  RETURNING ${reviewColumns}`,
);

type Found = Review & { rowVersion: string; executionStatus: ExecutionStatus | null };

/** The row may change between the two statements. */
const MAX_ATTEMPTS = 10;

/**
 * Takes the viewer's vote back, or a decision that was not used yet: then the review waits again as
 * a new subject, without votes and edits. Exactly one of this and `consumeReview` succeeds.
 * @throws InvalidInputError, NotFoundError, SelfApprovalError, NotEligibleError, ReviewConflictError
 */
export async function withdrawDecision(
  { database, notifyFeed, onChanged }: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<Review> {
  const input = checkInput(withdrawInput, rawInput);
  const { nodeExecId } = input;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const [found] = await database.query<Found>(read, [viewer.userId, nodeExecId]);
    if (!found) throw new NotFoundError('Review', [nodeExecId]);
    if (isParty(viewer, found)) throw new SelfApprovalError(viewer.actor, [nodeExecId]);
    const votes = votesOf(found);
    const mine = votes.filter((vote) => vote.endedBy === null && vote.actor === viewer.actor);
    const conflict = whyNotWithdrawable(viewer, found, mine);
    if (conflict) throw new ReviewConflictError(`Review ${nodeExecId} ${conflict}`, [found]);

    const payloadDigest = await payloadDigestOf(database, found);
    if (payloadDigest === undefined) continue; // changed since it was read
    if (subjectDigest({ ...found, payloadDigest }) !== input.subjectDigest) {
      const text = `Review ${nodeExecId} has changed since you read it, or the digest is wrong. Read it again`;
      throw new ReviewConflictError(text, [found]);
    }

    const people = await readViewerPeople(database, viewer);
    if (people.isBarred) throw new NotEligibleError(viewer.actor, [nodeExecId]);
    const key = [viewer.userId, nodeExecId, viewer.actor];
    let changed: Review | undefined;
    if (found.status === 'WAITING') {
      const left = ended(votes, (vote) => mine.includes(vote));
      const values = [...key, JSON.stringify(left), found.rowVersion];
      [changed] = await database.query<Review>(withdrawVote, values);
    } else {
      const tookPart = mine.length > 0 || found.decidedBy === viewer.actor;
      const isRejection = found.status !== 'APPROVED';
      const waiting = { ...found, status: 'WAITING' as const, claimedUntil: null };
      const reason = mayNotDecide(viewer, people, waiting);
      const mayDecide = reason === null || reason === 'ALREADY_VOTED';
      if (isRejection ? found.decidedBy !== viewer.actor : !(tookPart || mayDecide)) {
        throw new NotEligibleError(viewer.actor, [nodeExecId]);
      }
      // An approval can always be taken back.
      if (isRejection && hasVotedTooOften(votes, viewer.actor)) {
        const text = `Review ${nodeExecId} stays ${found.status}: ${viewer.actor} has voted ${MAX_VOTES} times on it, which is the limit`;
        throw new ReviewConflictError(text, [found]);
      }
      const left = found.votes === null ? null : JSON.stringify(ended(votes, () => true));
      const values = [left, found.rowVersion, randomUUID(), input.reason, found.graphExecId];
      [changed] = await database.query<Review>(withdrawDecided, [...key, ...values]);
    }
    if (!changed) continue;
    notifyFeed(viewer.userId);
    onChanged?.('withdrawn', 1);
    return changed;
  }
  throw new Error(`withdrawDecision(${nodeExecId}): too many concurrent changes`);
}

const ended = (votes: readonly Vote[], isWithdrawn: (vote: Vote) => boolean): Vote[] =>
  votes.map((vote) =>
    vote.endedBy === null && isWithdrawn(vote) ? { ...vote, endedBy: 'WITHDRAWN' } : vote,
  );

/** Why nothing can be withdrawn, to follow the review's ID. Null if it can. */
function whyNotWithdrawable(
  { actor }: Viewer,
  review: Found,
  mine: readonly Vote[],
): string | null {
  if (review.status === 'WAITING') {
    return mine.some((vote) => namesOf(vote).includes(actor))
      ? null
      : `is WAITING, and no vote by ${actor} counts on it`;
  }
  if (review.consumedAt) {
    return `was already consumed by ${review.consumedBy} at ${review.consumedAt.toISOString()}`;
  }
  if (review.processed) return 'is already processed';
  if (review.voidedAt) return `has been void since ${review.voidedAt.toISOString()}`;
  if (review.executionStatus && hasEnded(review.executionStatus)) {
    return `cannot be withdrawn: run ${review.graphExecId} is ${review.executionStatus}`;
  }
  const { status, decisionSource } = review;
  const isWithdrawable =
    ['REVIEWER', 'OVERRIDE', 'AUTO_APPROVAL'].includes(decisionSource ?? '') ||
    (decisionSource === 'POLICY' && status === 'APPROVED');
  return isWithdrawable ? null : rejectionText(review);
}
