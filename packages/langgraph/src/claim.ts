import {
  outcomeOfReview,
  payloadDigest,
  ReviewConflictError,
  unusable,
  withdrawn,
} from '@holdpoint/client';
import type { Reviewed, ReviewingClient } from './decide.ts';
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
  for (const [at, { nodeExecId }] of rejected.entries()) {
    const { changed } = await client.setReviewProcessed({ nodeExecId, processed: true });
    const isFirst = approved.length === 0 && at === 0;
    if (isFirst && !changed && !takeOver) throw new AlreadyResumedError(nodeExecId);
  }
}
