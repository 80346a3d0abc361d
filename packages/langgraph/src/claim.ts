import { payloadDigest, ReviewConflictError } from '@holdpoint/client';
import type { Reviewed, ReviewingClient } from './decide.ts';
import { AlreadyResumedError } from './errors.ts';

/**
 * Takes the decisions of one resume for this worker alone. Every worker begins with the same one,
 * an approval if there is any, and that can be taken once: so of any number of workers exactly one
 * gets past it.
 * @throws AlreadyResumedError to all others
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
      if (error instanceof ReviewConflictError) throw new AlreadyResumedError(nodeExecId, error);
      throw error;
    }
  }
  for (const [at, { nodeExecId }] of rejected.entries()) {
    const { changed } = await client.setReviewProcessed({ nodeExecId, processed: true });
    const isFirst = approved.length === 0 && at === 0;
    if (isFirst && !changed && !takeOver) throw new AlreadyResumedError(nodeExecId);
  }
}
