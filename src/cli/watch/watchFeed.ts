import { setTimeout as pause } from 'node:timers/promises';
import { type Client, type FeedEvent, followEvents, RefusedError } from '@holdpoint/client';
import {
  ReviewsDocument,
  WaitingReviewsDocument,
  type WaitingReviewsQuery,
} from '@holdpoint/client/documents';
import { type Review, reviewOf } from './review.ts';

/** The service answers at most this many reviews at once. */
const PAGE = 100;
const RETRY_MS = 1_000;

export type FeedListener = {
  /** The reviews that wait, oldest first, once at the beginning. */
  onWaiting(reviews: Review[]): void;
  /** Each event once, in order, with its review as it is now: null where it is deleted. */
  onEvent(event: FeedEvent, review: Review | null): void;
  onCutOff(): void;
  onBack(): void;
};

/**
 * Reads what waits, then follows the feed from the very place where it stood before the first page was read: nothing
 * is missed, and what the pages already had is for the listener to recognise.
 * @throws UnreachableError at the beginning only, RefusedError
 */
export async function watchFeed(
  client: Client,
  listener: FeedListener,
  signal: AbortSignal,
): Promise<void> {
  const { reviews, feedCursor } = await readWaiting(client);
  listener.onWaiting(reviews);

  const events: FeedEvent[] = [];
  let isDone = false;
  let arrival = Promise.withResolvers<void>();
  const handling = (async () => {
    while (!isDone || events.length > 0) {
      if (events.length === 0) await arrival.promise;
      arrival = Promise.withResolvers<void>();
      const batch = events.splice(0, PAGE);
      if (batch.length === 0) continue;
      const current = await readReviews(client, batch, signal);
      if (signal.aborted) return;
      for (const event of batch) listener.onEvent(event, current.get(event.nodeExecId) ?? null);
    }
  })();
  const following = (async () => {
    const onCutOff = () => listener.onCutOff();
    const onBack = () => listener.onBack();
    for await (const event of followEvents(client, {
      after: feedCursor,
      signal,
      onCutOff,
      onBack,
    })) {
      events.push(event);
      arrival.resolve();
    }
  })();
  try {
    await Promise.race([following, handling]);
  } finally {
    isDone = true;
    arrival.resolve();
  }
}

async function readWaiting(client: Client): Promise<{ reviews: Review[]; feedCursor: string }> {
  const reviews: Review[] = [];
  let feedCursor = '';
  let after: string | null = null;
  do {
    const { pendingReviews }: WaitingReviewsQuery = await client.request(WaitingReviewsDocument, {
      first: PAGE,
      after,
    });
    feedCursor ||= pendingReviews.feedCursor;
    reviews.push(...pendingReviews.edges.map(({ node }) => reviewOf(node)));
    after = pendingReviews.pageInfo.hasNextPage ? pendingReviews.pageInfo.endCursor : null;
  } while (after !== null);
  return { reviews: reviews.reverse(), feedCursor };
}

async function readReviews(
  client: Client,
  events: readonly FeedEvent[],
  signal: AbortSignal,
): Promise<Map<string, Review>> {
  const nodeExecIds = [...new Set(events.map(({ nodeExecId }) => nodeExecId))];
  while (!signal.aborted) {
    try {
      const { reviews } = await client.request(ReviewsDocument, { nodeExecIds });
      return new Map(reviews.map((review) => [review.nodeExecId, reviewOf(review)]));
    } catch (error) {
      if (error instanceof RefusedError && error.isFinal) throw error;
      await pause(RETRY_MS, undefined, { signal }).catch(() => {});
    }
  }
  return new Map();
}
