import { connect, RefusedError } from '@holdpoint/client';
import {
  FeedDocument,
  type FeedSubscription,
  type TypedDocumentString,
  ViewerDocument,
  type ViewerQuery,
} from '../generated/graphql.ts';
import type { Session } from './session.ts';

const MIN_RETRY_MS = 250;
const MAX_RETRY_MS = 5_000;
/** A service that takes longer to answer a check is away. */
const CHECK_TIMEOUT_MS = 5_000;

export type FeedEvent = FeedSubscription['reviewEvents'];

export type FeedListener = {
  onEvent(event: FeedEvent): void;
  onConnected(): void;
  onDisconnected(): void;
  /** The cursor is too old to resume from, so the list must be read again. */
  onCursorExpired(): void;
};

export type Service = ReturnType<typeof openService>;

/** The API of the service that this page came from. A refused token ends the session. */
export function openService(session: Session) {
  const url = new URL('graphql', document.baseURI).href;
  const client = connect({
    url,
    token: () => session.authorization ?? 'Bearer',
    authorizationOf: (authorization) => authorization,
  });
  const listeners = new Set<() => void>();
  let isAway = false;
  let isChecking = false;
  addEventListener('offline', () => void check());

  function becomeAway(isNowAway: boolean): void {
    if (isAway === isNowAway) return;
    isAway = isNowAway;
    for (const listener of listeners) listener();
  }

  /** Finds out whether the service answers, and checks again until it does. */
  async function check(): Promise<void> {
    if (isChecking) return;
    isChecking = true;
    for (let retryMs = MIN_RETRY_MS; ; retryMs = Math.min(retryMs * 2, MAX_RETRY_MS)) {
      const signal = AbortSignal.timeout(CHECK_TIMEOUT_MS);
      const isAnswered = await client.request(ViewerDocument as never, {}, { signal }).then(
        () => true,
        (error: unknown) => !isUnanswered(error),
      );
      becomeAway(!isAnswered);
      if (isAnswered) break;
      await pauseBeforeRetry(retryMs, new AbortController().signal);
    }
    isChecking = false;
  }

  function endIfRefused(error: unknown, authorization: string | null): void {
    if (codeOf(error) === 'UNAUTHENTICATED' && authorization !== null) {
      session.end(authorization, messageOf(error));
    }
  }

  return {
    /** Whether the service does not answer. Together with `subscribe` for useSyncExternalStore. */
    isAway: (): boolean => isAway,

    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    /**
     * Reads whose token it is, without signing in. Null: the session of the cookie.
     * @throws RefusedError, UnreachableError
     */
    async viewerOf(token: string | null): Promise<ViewerQuery['viewer']> {
      const authorization = token === null ? null : `Bearer ${token}`;
      const other = connect({ url, token: '', authorizationOf: () => authorization });
      const { viewer } = await other.request<ViewerQuery, object>(ViewerDocument as never, {});
      return viewer;
    },

    /**
     * Runs a query or mutation. Payloads in the response keep their exact text.
     * @throws RefusedError, UnreachableError
     */
    async request<Result, Variables>(
      document: TypedDocumentString<Result, Variables>,
      variables: Variables,
    ): Promise<Result> {
      const { authorization } = session;
      try {
        return await client.request<Result, Variables>(document as never, variables);
      } catch (error) {
        endIfRefused(error, authorization);
        if (isUnanswered(error)) void check();
        throw error;
      }
    },

    /**
     * Reports every event after a cursor, each exactly once, until `signal` aborts. A broken
     * connection is retried and resumes after the last event. It gives up if a retry cannot help,
     * e.g. if the token may not read.
     */
    async follow(after: string, listener: FeedListener, signal: AbortSignal): Promise<void> {
      let cursor = after;
      let retryMs = MIN_RETRY_MS;
      while (!signal.aborted) {
        const { authorization } = session;
        let waitMs = 0;
        try {
          const { onConnected } = listener;
          const events = client.subscribe<FeedSubscription, { after: string }>(
            FeedDocument as never,
            { after: cursor },
            { signal, onConnected },
          );
          for await (const { reviewEvents } of events) {
            retryMs = MIN_RETRY_MS;
            cursor = reviewEvents.cursor;
            listener.onEvent(reviewEvents);
          }
        } catch (error) {
          if (signal.aborted) return;
          endIfRefused(error, authorization);
          if (codeOf(error) === 'CURSOR_EXPIRED') return listener.onCursorExpired();
          if (isFinal(error)) return listener.onDisconnected();
          waitMs = retryAfterOf(error);
        }
        if (signal.aborted) return;
        listener.onDisconnected();
        void check();
        const isEarly = await pauseBeforeRetry(Math.max(retryMs, waitMs), signal);
        retryMs = isEarly ? MIN_RETRY_MS : Math.min(retryMs * 2, MAX_RETRY_MS);
      }
    },
  };
}

/** The error code of the API, or null if the service did not answer with one. */
export const codeOf = (error: unknown): string | null =>
  error instanceof RefusedError && !isProxyError(error) ? error.code : null;

/** Whether no answer came, so that it is unknown whether the service did what was asked. */
export const isUnanswered = (error: unknown): boolean =>
  !(error instanceof RefusedError) || isProxyError(error);

export const messageOf = (error: unknown): string =>
  isUnanswered(error) ? 'The service is unavailable' : (error as Error).message;

/** A proxy, or whatever else is not Holdpoint, answered instead of the service. */
const isProxyError = ({ code }: RefusedError): boolean =>
  code === 'INCOMPATIBLE' || (code?.startsWith('HTTP_') ?? false);

/** How long the service asks to wait before a retry, in milliseconds; 0 if it does not say. */
export const retryAfterOf = (error: unknown): number =>
  error instanceof RefusedError ? (error.retryAfterMs ?? 0) : 0;

/** Whether asking again cannot help. */
export const isFinal = (error: unknown): boolean =>
  ['FORBIDDEN', 'UNAUTHENTICATED', 'GRAPHQL_VALIDATION_FAILED'].includes(codeOf(error) ?? '');

/**
 * Waits before a retry. It ends early when the network is back or somebody looks at the page again.
 * @returns whether it ended early
 */
function pauseBeforeRetry(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const listeners = new AbortController();
    const end = (isEarly: boolean) => {
      clearTimeout(timer);
      listeners.abort();
      resolve(isEarly);
    };
    const endIfVisible = () => {
      if (document.visibilityState === 'visible') end(true);
    };
    const timer = setTimeout(end, milliseconds, false);
    const options = { signal: listeners.signal };
    addEventListener('online', endIfVisible, options);
    document.addEventListener('visibilitychange', endIfVisible, options);
    signal.addEventListener('abort', () => end(true), options);
  });
}
