import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from './connect.ts';
import { RefusedError } from './errors.ts';
import { ReviewEventsDocument, type ReviewEventsSubscription } from './generated/graphql.ts';

const MIN_RETRY_MS = 250;
const MAX_RETRY_MS = 5_000;

export type FeedEvent = ReviewEventsSubscription['reviewEvents'];

export type FollowOptions = {
  /** Where to go on: a feedCursor, or the cursor of the last event that was seen. */
  after: string;
  /** Of one execution only. */
  graphExecId?: string;
  signal: AbortSignal;
  onCutOff?: (error: Error | null) => void;
  onBack?: () => void;
};

/**
 * Every event of the owner's feed since `after`, then live, each exactly once, until `signal`. A connection that
 * breaks is made again, and the feed goes on after the last event that came.
 * @throws RefusedError where asking again would be of no use: the token has ended, say
 */
export async function* followEvents(
  client: Client,
  { after, graphExecId, signal, onCutOff, onBack }: FollowOptions,
): AsyncGenerator<FeedEvent, void> {
  let cursor = after;
  let isCutOff = false;
  let retryMs = MIN_RETRY_MS;
  const onConnected = () => {
    if (isCutOff) onBack?.();
    isCutOff = false;
  };

  while (!signal.aborted) {
    let reason: Error | null = null;
    try {
      const variables = { after: cursor, ...(graphExecId !== undefined && { graphExecId }) };
      for await (const { reviewEvents } of client.subscribe(ReviewEventsDocument, variables, {
        signal,
        onConnected,
      })) {
        retryMs = MIN_RETRY_MS;
        cursor = reviewEvents.cursor;
        yield reviewEvents;
      }
    } catch (error) {
      if (error instanceof RefusedError && error.isFinal) throw error;
      reason = error as Error;
    }
    if (signal.aborted) return;
    if (!isCutOff) onCutOff?.(reason);
    isCutOff = true;
    await pause(retryMs, undefined, { signal }).catch(() => {});
    retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
  }
}
