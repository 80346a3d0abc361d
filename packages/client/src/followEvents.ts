import { sleep } from './abort.ts';
import type { Client } from './connect.ts';
import { RefusedError } from './errors.ts';
import { ReviewEventsDocument, type ReviewEventsSubscription } from './generated/graphql.ts';
import { Backoff } from './retry.ts';

export type FeedEvent = ReviewEventsSubscription['reviewEvents'];

export type FollowOptions = {
  /** Where to go on: a feedCursor, or the cursor of the last event that was seen. */
  after: string;
  /** Of one execution only. */
  graphExecId?: string | undefined;
  /** Of these reviews only; at most 100. */
  nodeExecIds?: string[] | undefined;
  signal: AbortSignal;
  /** The service has accepted the connection, the first one or another. */
  onConnected?: () => void;
  onCutOff?: (error: Error | null) => void;
  onBack?: () => void;
};

/**
 * Every event of the owner's feed since `after`, then live, each exactly once, until `signal`. A
 * connection that breaks is made again, and the feed goes on after the last event that came.
 * @throws RefusedError where asking again would be of no use: the token has ended, say
 */
export async function* followEvents(
  client: Client,
  { after, graphExecId, nodeExecIds, signal, onConnected, onCutOff, onBack }: FollowOptions,
): AsyncGenerator<FeedEvent, void> {
  let cursor = after;
  let isCutOff = false;
  let wasAccepted = false;
  const backoff = new Backoff();

  while (!signal.aborted) {
    let reason: Error | null = null;
    try {
      const variables = {
        after: cursor,
        ...(graphExecId !== undefined && { graphExecId }),
        ...(nodeExecIds !== undefined && { nodeExecIds }),
      };
      const results = client.subscribe(ReviewEventsDocument, variables, {
        signal,
        onConnected() {
          wasAccepted = true;
          onConnected?.();
          if (isCutOff) onBack?.();
          isCutOff = false;
        },
      });
      for await (const { reviewEvents } of results) {
        backoff.reset();
        cursor = reviewEvents.cursor;
        yield reviewEvents;
      }
    } catch (error) {
      // The token of a connection that was accepted has expired since: the next one asks for a
      // fresh token.
      const isExpiry =
        client.renewsToken && wasAccepted && (error as RefusedError).code === 'UNAUTHENTICATED';
      if (error instanceof RefusedError && error.isFinal && !isExpiry) throw error;
      reason = error as Error;
    }
    if (signal.aborted) return;
    wasAccepted = false;
    if (!isCutOff) onCutOff?.(reason);
    isCutOff = true;
    await sleep(backoff.next(), signal);
  }
}
