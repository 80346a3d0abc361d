import type { Client } from '@urql/core';
import { FeedDocument, type FeedSubscription } from '../generated/graphql.ts';
import { documentOf, type ServiceError, serviceErrorOf } from './openClient.ts';

const MIN_RETRY_MS = 250;
const MAX_RETRY_MS = 5_000;

export type FeedEvent = FeedSubscription['reviewEvents'];

export type FeedListener = {
  onEvent(event: FeedEvent): void;
  onConnected(): void;
  onCutOff(): void;
  /** The cursor is too old to go on from: what waits is to be read anew. */
  onTooOld(): void;
  /** Asking again is of no use: the token has no right to read, say. */
  onRefused(error: ServiceError): void;
};

const final = new Set(['FORBIDDEN', 'UNAUTHENTICATED', 'GRAPHQL_VALIDATION_FAILED']);

/**
 * Every event since `after`, then live, each once. A connection that breaks is made again, at once where the browser says
 * that the network is back, and the feed goes on after the last event that came.
 * @returns what stops it
 */
export function followFeed(client: Client, after: string, listener: FeedListener): () => void {
  let cursor = after;
  let retryMs = MIN_RETRY_MS;
  let isStopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let subscription: { unsubscribe(): void } | undefined;

  function subscribe(): void {
    clearTimeout(timer);
    timer = undefined;
    let isOver = false;
    const over = () => {
      if (isOver || isStopped) return;
      isOver = true;
      subscription?.unsubscribe();
      listener.onCutOff();
      timer = setTimeout(subscribe, retryMs);
      retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
    };
    const onConnected = () => {
      if (!isStopped) listener.onConnected();
    };
    subscription = client
      .subscription(documentOf(FeedDocument), { after: cursor }, { onConnected, onOver: over })
      .subscribe(({ data, error, hasNext }) => {
        if (isStopped || isOver) return;
        if (data) {
          retryMs = MIN_RETRY_MS;
          cursor = data.reviewEvents.cursor;
          listener.onEvent(data.reviewEvents);
        }
        if (!error) {
          if (!hasNext) over();
          return;
        }
        const failure = serviceErrorOf(error);
        if (failure.code === 'CURSOR_EXPIRED') {
          stop();
          listener.onTooOld();
        } else if (failure.code !== null && final.has(failure.code)) {
          stop();
          listener.onRefused(failure);
        } else over();
      });
  }

  /** The browser knows sooner than the next try that the network is back, or that somebody looks again. */
  const hurry = () => {
    if (timer === undefined || document.visibilityState === 'hidden') return;
    retryMs = MIN_RETRY_MS;
    subscribe();
  };
  const stop = () => {
    isStopped = true;
    clearTimeout(timer);
    removeEventListener('online', hurry);
    document.removeEventListener('visibilitychange', hurry);
    subscription?.unsubscribe();
  };
  addEventListener('online', hurry);
  document.addEventListener('visibilitychange', hurry);
  subscribe();
  return stop;
}
