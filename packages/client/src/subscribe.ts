import { createClient } from 'graphql-ws';
import { RefusedError, UnreachableError } from './errors.ts';
import type { TypedDocumentString } from './generated/graphql.ts';
import { onAbort } from './onAbort.ts';
import { type Answer, dataOf, type GraphqlError, refusalOf } from './post.ts';

const KEEP_ALIVE_MS = 10_000;
/** A connection that does not answer a ping for this long is given up. */
const PONG_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 10_000;

export type SubscribeOptions = {
  signal: AbortSignal;
  /** The service has accepted the connection. */
  onConnected?: () => void;
};

/**
 * Runs one subscription over a WebSocket of its own, until the service or `signal` ends it.
 * @param url of the HTTP endpoint; the WebSocket is at the same place
 * @throws UnreachableError, RefusedError
 */
export async function* subscribe<Result, Variables extends Record<string, unknown>>(
  url: string,
  authorization: string,
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  { signal, onConnected }: SubscribeOptions,
): AsyncGenerator<Result, void> {
  let connections = 0;
  let pongTimer: ReturnType<typeof setTimeout> | undefined;
  const socket = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: await webSocketClass(),
    connectionParams: { authorization },
    connectionAckWaitTimeout: CONNECT_TIMEOUT_MS,
    keepAlive: KEEP_ALIVE_MS,
    // Who subscribes knows where to go on, so a broken connection ends the subscription. After a
    // close with code 1000 graphql-ws connects again even so, and would begin from the old place.
    retryAttempts: 0,
    on: {
      connected: () => {
        if (connections++ > 0) socket.terminate();
        else onConnected?.();
      },
      ping: (isReceived) => {
        if (!isReceived) pongTimer = setTimeout(() => socket.terminate(), PONG_TIMEOUT_MS);
      },
      pong: (isReceived) => {
        if (isReceived) clearTimeout(pongTimer);
      },
      closed: () => clearTimeout(pongTimer),
    },
  });
  const release = onAbort(signal, () => socket.terminate());
  try {
    if (signal.aborted) return;
    const results = socket.iterate({ query: document.toString(), variables });
    for await (const answer of results) yield dataOf(answer as Answer) as Result;
  } catch (error) {
    if (!signal.aborted) throw subscriptionError(error, url);
  } finally {
    release();
    clearTimeout(pongTimer);
    void socket.dispose();
  }
}

/** Browsers and Node from 22 on have one. */
async function webSocketClass(): Promise<unknown> {
  return globalThis.WebSocket ?? (await import('ws')).WebSocket;
}

function subscriptionError(error: unknown, url: string): Error {
  if (error instanceof RefusedError) return error;
  if (Array.isArray(error)) return refusalOf(error as GraphqlError[]);
  const { code, reason } = error as { code?: unknown; reason?: unknown };
  if (code === 4401 || code === 4403) {
    return new RefusedError(String(reason || 'The token was refused'), 'UNAUTHENTICATED');
  }
  return new UnreachableError(url, error);
}
