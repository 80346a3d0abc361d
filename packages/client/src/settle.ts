import { abortable, linkedController, sleep } from './abort.ts';
import { UnreachableError } from './errors.ts';
import type { CommentFragment, RequestReviewInput, ReviewFragment } from './generated/graphql.ts';
import { JsonText } from './json/jsonText.ts';
import { jsonTextOf } from './json/parseJson.ts';
import { payloadOf } from './payloadOf.ts';
import { InvalidInputError, NotFoundError, ReviewConflictError } from './problems.ts';
import type { AskedReview } from './requestOf.ts';
import { Backoff, isTransient } from './retry.ts';
import type { ReviewContext, StepOptions } from './stepOptions.ts';

const MAX_TIMER_MS = 2_147_483_647;

/** A new payload for a request, based on what the reviewers said about the last one. */
export type Revised<Payload> = {
  payload: Payload;
  /** What changed, for the reviewers. */
  note?: string | undefined;
};

/**
 * Revises a request after a reviewer asked for changes.
 * @param message what should change; empty if only comments say it
 * @param comments on this revision, oldest first, perhaps on places in the payload
 * @param review with the payload that is to be revised, which a reviewer may have edited
 * @returns undefined to leave it. If it throws, the call throws; the next call revises again
 */
export type OnChangesRequested<Payload> = (
  message: string,
  comments: readonly CommentFragment[],
  review: ReviewFragment,
) => Revised<Payload> | undefined | Promise<Revised<Payload> | undefined>;

type Waiting = Pick<StepOptions, 'timeLimitMs' | 'signal' | 'onWaiting'> & {
  onChangesRequested?: OnChangesRequested<unknown> | undefined;
};

/**
 * Requests a review and waits until it is settled. As often as changes are requested, it is revised
 * and waits again. All of it continues after a restart: what the request has become is read from
 * the service, and a revision replaces exactly the payload that it is based on.
 * @returns the review as it was settled
 */
export async function settle(
  { url, operations, watcher }: ReviewContext,
  input: AskedReview,
  { timeLimitMs, signal, onWaiting, onChangesRequested }: Waiting,
): Promise<ReviewFragment | 'deleted' | 'timeout'> {
  const { nodeExecId, graphExecId } = input;
  const limit = timeLimit(timeLimitMs, signal);
  const end = limit?.signal ?? signal;
  const request = () => operations.requestReview(input, { signal: end });
  let current: () => Promise<ReviewFragment | null> = async () => (await request()).review;
  let isAsked = false;
  try {
    for (;;) {
      end?.throwIfAborted();
      const wait = watcher.expect({ nodeExecId, graphExecId, requestAgain: request });
      let review: ReviewFragment | null;
      try {
        review = await current();
        isAsked = true;
        if (review) checkKind(review, input);
        if (review?.status === 'WAITING') {
          onWaiting?.(nodeExecId);
          review = await abortable(wait.untilDecided(review.nodeId), end);
          // Meanwhile it may have been deleted, and another one requested under its ID.
          if (review) checkKind(review, input);
        }
      } finally {
        wait.end();
      }
      if (!review) return 'deleted';
      if (review.status !== 'CHANGES_REQUESTED' || !onChangesRequested) return review;
      const unrevised = plain(review);
      const comments = await operations.comments(nodeExecId, { signal: end });
      const said = comments.filter(({ revision }) => revision === unrevised.revision);
      const revised = await abortable(
        Promise.resolve(onChangesRequested(unrevised.reviewMessage ?? '', said, unrevised)),
        end,
      );
      if (!revised) return review;
      const payload = payloadOf(revised.payload);
      const note = revised.note ?? null;
      current = () => revise(operations, unrevised, { payload, note }, end);
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (limit?.signal.aborted && error === limit.signal.reason) {
      if (isAsked) return 'timeout';
      throw new UnreachableError(
        url,
        new Error(`no answer within the time limit of ${timeLimitMs} ms`),
      );
    }
    throw error;
  } finally {
    limit?.clear();
  }
}

/**
 * Sends a revision. If another worker was faster, or if the answer was lost, the review is no longer
 * what the revision is based on.
 * @returns the review as it is now; null if it was deleted
 */
async function revise(
  operations: ReviewContext['operations'],
  { nodeExecId, revision, payloadDigest }: ReviewFragment,
  revised: { payload: JsonText; note: string | null },
  signal: AbortSignal | undefined,
): Promise<ReviewFragment | null> {
  const input = { nodeExecId, basedOnDigest: payloadDigest, ...revised };
  const backoff = new Backoff();
  for (;;) {
    try {
      return (await operations.reviseReview(input, { signal })).review;
    } catch (error) {
      if (error instanceof NotFoundError) return null;
      const isConflict = error instanceof ReviewConflictError;
      if (!isConflict && !isTransient(error)) throw error;
      // This retries for as long as the service is unreachable.
      const [review] = await operations.reviews([nodeExecId], { signal });
      const isUnchanged = review?.status === 'CHANGES_REQUESTED' && review.revision === revision;
      if (!isUnchanged) return review ?? null;
      if (isConflict) throw error;
      await sleep(backoff.next(error), signal);
      signal?.throwIfAborted();
    }
  }
}

/** @throws ReviewConflictError if an answer would pass for an approval, or the other way round */
function checkKind(review: ReviewFragment, { kind = 'ACTION' }: RequestReviewInput): void {
  if (review.kind === kind) return;
  const text =
    review.kind === 'QUESTION'
      ? `${review.nodeExecId} is a question, and an answer is never an approval. Use askQuestion, or another ID`
      : `${review.nodeExecId} is a request for approval, not a question. Choose another ID`;
  throw new ReviewConflictError(text, [review]);
}

/** Parsed again: the objects of a response are shared, and may contain InexactNumbers. */
const plain = (review: ReviewFragment): ReviewFragment => ({
  ...review,
  payload: new JsonText(jsonTextOf(review.payload).text).value,
});

/** A signal that aborts after the time limit or when `signal` does. */
function timeLimit(milliseconds: number | undefined, signal: AbortSignal | undefined) {
  if (milliseconds === undefined) return undefined;
  if (!(milliseconds > 0)) {
    const message = `must be a number of milliseconds above 0, not ${milliseconds}`;
    throw new InvalidInputError([{ path: 'timeLimitMs', message }]);
  }
  const { controller, release } = linkedController(signal);
  const due = setTimeout(() => controller.abort(), Math.min(milliseconds, MAX_TIMER_MS));
  const clear = () => {
    clearTimeout(due);
    release();
  };
  return { signal: controller.signal, clear };
}
