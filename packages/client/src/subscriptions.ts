import { linkedController, sleep } from './abort.ts';
import type { Client } from './connect.ts';
import { type FeedEvent, followEvents } from './followEvents.ts';
import { FeedCursorDocument, type ReviewFragment } from './generated/graphql.ts';
import type { Operations } from './operations.ts';
import { Backoff, isTransient } from './retry.ts';

export type FeedOptions = {
  /**
   * Where to go on: a feedCursor, or the cursor of the last event that was seen. Absent: from now
   * on.
   */
  after?: string | undefined;
  graphExecId?: string | undefined;
  /** Ends the feed, quietly; so does leaving the loop. */
  signal?: AbortSignal | undefined;
};

/**
 * Both subscriptions of the API. A connection that breaks is made again, and nothing is missed or
 * comes twice.
 */
export function subscriptionsOf(client: Client, operations: Operations) {
  async function* reviewEvents(
    options: FeedOptions & { nodeExecIds?: string[] | undefined } = {},
  ): AsyncGenerator<FeedEvent, void> {
    const { graphExecId, nodeExecIds } = options;
    const { controller, release } = linkedController(options.signal);
    const { signal } = controller;
    try {
      const after = options.after ?? (await feedCursor(client, signal));
      if (after === null) return;
      yield* followEvents(client, { after, graphExecId, nodeExecIds, signal });
    } finally {
      release();
      controller.abort();
    }
  }

  /**
   * New WAITING reviews, with their exact payloads. One that was settled meanwhile is passed over.
   */
  async function* pendingReviewAdded(
    options: FeedOptions = {},
  ): AsyncGenerator<{ cursor: string; review: ReviewFragment }, void> {
    for await (const { kind, cursor, nodeExecId } of reviewEvents(options)) {
      if (kind !== 'REQUESTED') continue;
      const [review] = await operations.reviews([nodeExecId], options).catch((error: unknown) => {
        if (options.signal?.aborted) return [];
        throw error;
      });
      if (review?.status === 'WAITING') yield { cursor, review };
    }
  }

  return { reviewEvents, pendingReviewAdded };
}

/**
 * Where the owner's feed stands now. A service that is away is waited for.
 * @returns null where `signal` comes first
 * @throws RefusedError
 */
export async function feedCursor(client: Client, signal: AbortSignal): Promise<string | null> {
  const backoff = new Backoff();
  while (!signal.aborted) {
    try {
      const { pendingReviews } = await client.request(FeedCursorDocument, {}, { signal });
      return pendingReviews.feedCursor;
    } catch (error) {
      if (signal.aborted) break;
      if (!isTransient(error)) throw error;
      await sleep(backoff.next(), signal);
    }
  }
  return null;
}
