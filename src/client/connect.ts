import { createClient } from 'graphql-ws';
import { parseJson } from '../json/parseJson.ts';
import { stringifyJson } from '../json/stringifyJson.ts';
import { RefusedError, UnreachableError } from './errors.ts';
import type { TypedDocumentString } from './generated/graphql.ts';

const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 10_000;
/** A connection that does not answer a ping for this long is given up. */
const PONG_TIMEOUT_MS = 5_000;

export type ConnectOptions = {
  /** Of the HTTP endpoint, `http://127.0.0.1:4000/graphql`; the WebSocket is at the same place. */
  url: string;
  token: string;
};

export type SubscribeOptions = {
  signal: AbortSignal;
  /** The service has accepted the connection. */
  onConnected?: () => void;
};

export type Client = {
  readonly url: string;
  /**
   * Runs a query or mutation over HTTP. Payloads in the answer keep their exact text: see parseJson.
   * @throws UnreachableError, RefusedError
   */
  request<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
  ): Promise<Result>;
  /**
   * Runs one subscription over a WebSocket of its own, until the service or `signal` ends it.
   * @throws UnreachableError, RefusedError
   */
  subscribe<Result, Variables extends Record<string, unknown>>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    options: SubscribeOptions,
  ): AsyncGenerator<Result, void>;
};

type Answer<Result> = {
  data?: Result | null | undefined;
  errors?: readonly GraphqlError[] | undefined;
};
type GraphqlError = { message: string; extensions?: unknown };

/** How agents and reviewers speak to the service. Nothing is sent before the first request. */
export function connect({ url, token }: ConnectOptions): Client {
  const authorization = `Bearer ${token}`;
  return {
    url,
    async request(document, variables) {
      const answer = await post(url, authorization, { query: document.toString(), variables });
      return dataOf(answer) as never;
    },
    async *subscribe(document, variables, { signal, onConnected }) {
      let connections = 0;
      let pongTimer: NodeJS.Timeout | undefined;
      const socket = createClient({
        url: url.replace(/^http/, 'ws'),
        connectionParams: { authorization },
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
      const end = () => socket.terminate();
      signal.addEventListener('abort', end);
      try {
        if (signal.aborted) return;
        const results = socket.iterate({ query: document.toString(), variables });
        for await (const answer of results) yield dataOf(answer) as never;
      } catch (error) {
        if (!signal.aborted) throw subscriptionError(error, url);
      } finally {
        signal.removeEventListener('abort', end);
        clearTimeout(pongTimer);
      }
    },
  };
}

async function post(url: string, authorization: string, body: unknown): Promise<Answer<unknown>> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization,
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
      },
      body: stringifyJson(body),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    text = await response.text();
  } catch (error) {
    throw new UnreachableError(url, error);
  }
  try {
    return parseJson(text) as Answer<unknown>;
  } catch {
    throw new RefusedError(
      `${url} answered ${response.status} ${response.statusText}, which is no answer of Holdpoint`,
      response.status >= 500 ? 'HTTP_5XX' : null,
    );
  }
}

function dataOf({ data, errors }: Answer<unknown>): unknown {
  if (errors?.[0]) throw refusalOf(errors);
  if (data === undefined || data === null) throw new RefusedError('The answer holds no data', null);
  return data;
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

function refusalOf(errors: readonly GraphqlError[]): RefusedError {
  const { code } = (errors[0]?.extensions ?? {}) as { code?: unknown };
  const message = errors.map((error) => error.message).join('; ');
  return new RefusedError(message, typeof code === 'string' ? code : null);
}
