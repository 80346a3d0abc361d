import { linkedController, sleep } from './abort.ts';
import type { Client } from './connect.ts';
import { type FeedEvent, followEvents } from './followEvents.ts';
import { FeedCursorDocument, type ReviewFragment } from './generated/graphql.ts';
import type { Operations } from './operations.ts';
import { Backoff, isTransient } from './retry.ts';

export type FeedOptions = {
  /** The cursor to resume after: a feedCursor, or that of the last event. Defaults to now. */
  after?: string | undefined;
  graphExecId?: string | undefined;
  /** Ends the feed without an error, as leaving the loop does. */
  signal?: AbortSignal | undefined;
};

/**
 * Both subscriptions of the API. A broken connection is retried, and no event is missed or
 * repeated.
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

  /** New WAITING reviews with their exact payloads. Those that are already decided are skipped. */
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
 * The current cursor of the workspace's feed. It waits while the service is unreachable.
 * @returns null if `signal` aborts first
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
      await sleep(backoff.next(error), signal);
    }
  }
  return null;
}
