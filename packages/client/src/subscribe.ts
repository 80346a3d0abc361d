import { onAbort } from './abort.ts';
import { RefusedError, UnreachableError } from './errors.ts';
import type { TypedDocumentString } from './generated/graphql.ts';
import { parseJson } from './json/parseJson.ts';
import { type Answer, dataOf, type GraphqlError, refusalOf } from './post.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** A connection that is silent for this long is pinged. */
const KEEP_ALIVE_MS = 10_000;
const PONG_TIMEOUT_MS = 5_000;

export type SubscribeOptions = {
  signal: AbortSignal;
  /** Called when the service has accepted the connection. */
  onConnected?: (() => void) | undefined;
};

type Operation = { query: string; variables: Record<string, unknown> };
type Message = { type: string; payload?: unknown };

/**
 * Runs one subscription over a WebSocket of its own until the service or `signal` ends it. It does
 * not reconnect: only the caller knows where to resume.
 * @param url of the HTTP endpoint; the WebSocket has the same address
 * @throws UnreachableError, RefusedError
 */
export async function* subscribe<Result, Variables extends Record<string, unknown>>(
  url: string,
  authorization: string | null,
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  { signal, onConnected }: SubscribeOptions,
): AsyncGenerator<Result, void> {
  // Node 20 has no WebSocket of its own.
  const WebSocket = globalThis.WebSocket ?? (await import('ws')).WebSocket;
  if (signal.aborted) return;
  const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws');
  const operation = { query: document.toString(), variables };
  const reader = openResults(socket, url, authorization, operation, onConnected).getReader();
  const cancel = () => void reader.cancel().catch(() => {});
  const release = onAbort(signal, cancel);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value as Result;
    }
  } finally {
    release();
    cancel();
  }
}

/** Runs one operation in the protocol graphql-transport-ws. Canceling closes the socket. */
function openResults(
  socket: WebSocket,
  url: string,
  authorization: string | null,
  operation: Operation,
  onConnected: (() => void) | undefined,
): ReadableStream<unknown> {
  let isOpen = true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failure: unknown;
  const send = (message: object) => {
    // Browsers log an error if something is sent while the socket is closing.
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  };
  const close = () => {
    isOpen = false;
    clearTimeout(timer);
    socket.close();
  };

  return new ReadableStream({
    start(controller) {
      const fail = (error: Error) => {
        if (!isOpen) return;
        close();
        controller.error(error);
      };
      const giveUp = () => fail(new UnreachableError(url, new Error('no answer in time')));
      const ping = () => {
        send({ type: 'ping' });
        timer = setTimeout(giveUp, PONG_TIMEOUT_MS);
      };
      const receive = ({ type, payload }: Message) => {
        if (type === 'connection_ack') {
          send({ id: '1', type: 'subscribe', payload: operation });
          onConnected?.();
        } else if (type === 'next') {
          controller.enqueue(dataOf(payload as Answer));
        } else if (type === 'error') {
          fail(refusalOf(payload as GraphqlError[]));
        } else if (type === 'ping') {
          send({ type: 'pong' });
        } else if (type === 'complete') {
          close();
          controller.close();
        }
      };

      timer = setTimeout(giveUp, CONNECT_TIMEOUT_MS);
      socket.onopen = () => {
        if (isOpen)
          send({
            type: 'connection_init',
            payload: authorization === null ? {} : { authorization },
          });
      };
      socket.onmessage = ({ data }) => {
        if (!isOpen) return;
        clearTimeout(timer);
        timer = setTimeout(ping, KEEP_ALIVE_MS);
        try {
          receive(parseJson(String(data)) as Message);
        } catch (error) {
          fail(error as Error);
        }
      };
      // The close event follows; only Node says here what went wrong.
      socket.onerror = (event) => {
        failure = (event as { error?: unknown }).error;
      };
      socket.onclose = ({ code, reason }) => {
        const isRefusal = code === 4401 || code === 4403;
        if (isRefusal) fail(new RefusedError(reason || 'The token was refused', 'UNAUTHENTICATED'));
        else fail(new UnreachableError(url, failure ?? { code, reason }));
      };
    },
    cancel: close,
  });
}
