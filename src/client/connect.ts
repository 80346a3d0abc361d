import { createClient } from 'graphql-ws';
import { parseJson } from '../json/parseJson.ts';
import { stringifyJson } from '../json/stringifyJson.ts';
import { IncompatibleError, RefusedError, UnreachableError } from './errors.ts';
import type { TypedDocumentString } from './generated/graphql.ts';
import { Turns } from './turns.ts';

const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 10_000;
/** A connection that does not answer a ping for this long is given up. */
const PONG_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** At once, and thus of connections: a thousand steps that ask at the same moment stand in line. */
const MAX_REQUESTS = 20;

export type ConnectOptions = {
  /** Of the HTTP endpoint, `http://127.0.0.1:4000/graphql`; the WebSocket is at the same place. */
  url: string;
  /** The token, or what answers the one to use now: called for each request and connection. */
  token: string | (() => string | Promise<string>);
};

export type SubscribeOptions = {
  signal: AbortSignal;
  /** The service has accepted the connection. */
  onConnected?: () => void;
};

export type RequestOptions = { signal?: AbortSignal | undefined };

export type Client = {
  readonly url: string;
  /** Whether each connection asks for the token anew, so that one that has expired is no end. */
  readonly renewsToken: boolean;
  /**
   * Runs a query or mutation over HTTP. Payloads in the answer keep their exact text: see parseJson.
   * @throws UnreachableError, RefusedError
   */
  request<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    options?: RequestOptions,
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
  const authorization = async () => `Bearer ${typeof token === 'function' ? await token() : token}`;
  const turns = new Turns(MAX_REQUESTS);
  return {
    url,
    renewsToken: typeof token === 'function',
    async request(document, variables, options = {}) {
      const body = stringifyJson({ query: document.toString(), variables });
      const answer = await turns.take(
        async () => post(url, await authorization(), body, options.signal),
        options.signal,
      );
      return dataOf(answer, url) as never;
    },
    async *subscribe(document, variables, { signal, onConnected }) {
      let connections = 0;
      let pongTimer: ReturnType<typeof setTimeout> | undefined;
      const socket = createClient({
        url: url.replace(/^http/, 'ws'),
        webSocketImpl: await webSocketClass(),
        connectionParams: async () => ({ authorization: await authorization() }),
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
      const end = () => socket.terminate();
      signal.addEventListener('abort', end);
      try {
        if (signal.aborted) return;
        const results = socket.iterate({ query: document.toString(), variables });
        for await (const answer of results) yield dataOf(answer, url) as never;
      } catch (error) {
        if (!signal.aborted) throw subscriptionError(error, url);
      } finally {
        signal.removeEventListener('abort', end);
        clearTimeout(pongTimer);
        void socket.dispose();
      }
    },
  };
}

/** Browsers and Node from 22 on have one. */
async function webSocketClass(): Promise<unknown> {
  return globalThis.WebSocket ?? (await import('ws')).WebSocket;
}

async function post(
  url: string,
  authorization: string,
  body: string,
  signal: AbortSignal | undefined,
): Promise<Answer<unknown>> {
  let response: Response;
  let text: string;
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization,
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
      },
      body,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    text = await response.text();
  } catch (error) {
    signal?.throwIfAborted();
    throw new UnreachableError(url, error);
  }
  const answer = parseAnswer(text);
  if (answer) return answer;
  const what = `${url} answered ${response.status} ${response.statusText}`.trimEnd();
  // Thus speaks a proxy before a service that is away, or busy.
  if (response.status >= 500 || response.status === 429 || response.status === 408) {
    throw new RefusedError(`${what}, which is no answer of Holdpoint`, `HTTP_${response.status}`);
  }
  throw new IncompatibleError(
    `${what}, which is no answer of Holdpoint: is its GraphQL at that URL?`,
  );
}

function parseAnswer(text: string): Answer<unknown> | null {
  try {
    const answer = parseJson(text);
    const isAnswer =
      typeof answer === 'object' && answer !== null && ('data' in answer || 'errors' in answer);
    return isAnswer ? (answer as Answer<unknown>) : null;
  } catch {
    return null;
  }
}

function dataOf({ data, errors }: Answer<unknown>, url: string): unknown {
  if (Array.isArray(errors) && errors.length > 0) throw refusalOf(errors, url);
  if (data === undefined || data === null) throw new RefusedError('The answer holds no data', null);
  return data;
}

function subscriptionError(error: unknown, url: string): Error {
  if (error instanceof RefusedError) return error;
  if (Array.isArray(error)) return refusalOf(error as GraphqlError[], url);
  const { code, reason } = error as { code?: unknown; reason?: unknown };
  if (code === 4401 || code === 4403) {
    return new RefusedError(String(reason || 'The token was refused'), 'UNAUTHENTICATED');
  }
  return new UnreachableError(url, error);
}

const unknownToSchema = /^(Cannot query field|Unknown (type|argument)|Field "\w+" is not defined)/;

function refusalOf(errors: readonly GraphqlError[], url: string): RefusedError {
  const { code } = (errors[0]?.extensions ?? {}) as { code?: unknown };
  const message = errors.map((error) => error.message).join('; ');
  // Our documents fit the API that this client was made for. Other servers tell it without a code.
  if (
    code === 'GRAPHQL_VALIDATION_FAILED' ||
    (code === undefined && unknownToSchema.test(message))
  ) {
    return new IncompatibleError(
      `What answers at ${url} is not Holdpoint, or its API is older or newer than this client, ` +
        `and both should be of one version: ${message}`,
    );
  }
  return new RefusedError(message, typeof code === 'string' ? code : null);
}
