import {
  outcomeOfReview,
  payloadDigest,
  ReviewConflictError,
  unusable,
  withdrawn,
} from '@holdpoint/client';
import { PASSED_ON, type Reviewed, type ReviewingClient } from './decide.ts';
import { AlreadyResumedError, NotDecidedError } from './errors.ts';

/**
 * Claims the decisions of one resume for this worker. Every worker starts with the same one, an
 * approval if there is any. That can be consumed once, so exactly one worker gets past it.
 * @throws AlreadyResumedError for all other workers; NotDecidedError if an approval was withdrawn or
 *   may no longer be used, e.g. because the policy denies it since
 */
export async function claim(
  client: ReviewingClient,
  decisions: readonly Reviewed[],
  takeOver: boolean,
): Promise<void> {
  const open = decisions
    .filter(({ isConsumed }) => !isConsumed)
    .sort((left, right) => (left.nodeExecId < right.nodeExecId ? -1 : 1));
  const approved = open.filter((decision) => decision.approved);
  const rejected = open.filter((decision) => !decision.approved);
  let isClaimed = approved.length > 0;
  await checkUnchanged(client, open);

  for (const { nodeExecId, data } of approved) {
    try {
      await client.consumeReview({ nodeExecId, payloadDigest: await payloadDigest(data) });
    } catch (error) {
      if (!(error instanceof ReviewConflictError)) throw error;
      const [review] = error.reviews;
      if (review?.status === 'WAITING') throw new NotDecidedError(withdrawn(review));
      if (review && outcomeOfReview(review)?.approved) {
        throw new NotDecidedError(unusable(review, error.message));
      }
      throw new AlreadyResumedError(nodeExecId, error);
    }
  }
  for (const { nodeExecId, isRevisable } of rejected) {
    const isFirst = isRevisable
      ? await isPassedOn(client, nodeExecId)
      : (await client.setReviewProcessed({ nodeExecId, processed: true })).changed;
    if (!isClaimed && !isFirst && !takeOver) throw new AlreadyResumedError(nodeExecId);
    isClaimed = true;
  }
}

/**
 * While the last decision was waited for, an earlier one may have been withdrawn, or have lapsed.
 * Nothing is claimed then: with some of the decisions claimed, the next call would take this worker
 * for another one.
 * @throws NotDecidedError
 */
async function checkUnchanged(
  client: ReviewingClient,
  decisions: readonly Reviewed[],
): Promise<void> {
  if (decisions.length < 2) return; // claiming the only one tells
  await Promise.all(
    decisions.map(async ({ nodeExecId, approved, data }) => {
      const [review] = await client.reviews([nodeExecId]);
      if (!review) return;
      const isApproved = review.status === 'APPROVED';
      const isSame = isApproved
        ? approved && !review.voidedAt && review.payloadDigest === (await payloadDigest(data))
        : !approved && review.status !== 'WAITING';
      if (isSame) return;
      const outcome = outcomeOfReview(review);
      throw new NotDecidedError(outcome === null || outcome.approved ? withdrawn(review) : outcome);
    }),
  );
}

/**
 * Claims a request for changes. It has no decision that could be marked as processed, so the first
 * of the comments that say so is the claim.
 */
async function isPassedOn(client: ReviewingClient, nodeExecId: string): Promise<boolean> {
  const { comment } = await client.addComment({ nodeExecId, text: PASSED_ON });
  const comments = await client.comments(nodeExecId);
  const first = comments.find(
    ({ actor, text, revision }) =>
      actor === comment.actor && text === PASSED_ON && revision === comment.revision,
  );
  return first?.id === comment.id;
}
