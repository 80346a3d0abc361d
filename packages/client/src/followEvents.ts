import { sleep } from './abort.ts';
import type { Client } from './connect.ts';
import { RefusedError } from './errors.ts';
import { ReviewEventsDocument, type ReviewEventsSubscription } from './generated/graphql.ts';
import { Backoff } from './retry.ts';

export type FeedEvent = ReviewEventsSubscription['reviewEvents'];

export type FollowOptions = {
  /** The cursor to resume after: a feedCursor, or that of the last event. */
  after: string;
  /** Only events of this execution. */
  graphExecId?: string | undefined;
  /** Only events of these reviews; at most 100. */
  nodeExecIds?: string[] | undefined;
  signal: AbortSignal;
  /** Called each time the service has accepted a connection. */
  onConnected?: () => void;
  onCutOff?: (error: Error | null) => void;
  onBack?: () => void;
};

/**
 * Yields every event of the workspace after a cursor, then live, each exactly once, until `signal`
 * aborts. A broken connection is retried and resumes after the last event.
 * @throws RefusedError if a retry cannot help, e.g. because the token was revoked
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
      // The token has expired since the connection was accepted. The next one gets a fresh token.
      const isExpiry =
        client.renewsToken && wasAccepted && (error as RefusedError).code === 'UNAUTHENTICATED';
      if (error instanceof RefusedError && error.isFinal && !isExpiry) throw error;
      reason = error as Error;
    }
    if (signal.aborted) return;
    wasAccepted = false;
    if (!isCutOff) onCutOff?.(reason);
    isCutOff = true;
    await sleep(backoff.next(reason), signal);
  }
}
