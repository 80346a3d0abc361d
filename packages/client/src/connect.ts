import { ConcurrencyLimit } from './concurrencyLimit.ts';
import type { TypedDocumentString } from './generated/graphql.ts';
import { Handshake } from './handshake.ts';
import { stringifyJson } from './json/stringifyJson.ts';
import { dataOf, post } from './post.ts';
import { requireScope } from './scopes.ts';
import { type SubscribeOptions, subscribe } from './subscribe.ts';

/** At once, and thus of connections: a thousand steps that ask at the same moment stand in line. */
const MAX_REQUESTS = 20;

export type ConnectOptions = {
  /** Of the HTTP endpoint, `http://127.0.0.1:4000/graphql`; the WebSocket is at the same place. */
  url: string;
  /**
   * The token, or what answers the one to use now: called for each request and connection. One that
   * is not the last one costs a request more, which asks what it may do.
   */
  token: string | (() => string | Promise<string>);
};

export type RequestOptions = { signal?: AbortSignal | undefined };

export type SendOptions = RequestOptions & {
  /** It is about to be sent: until then nothing can have come of it. */
  onSending?: (() => void) | undefined;
};

export type Client = {
  readonly url: string;
  /** Whether each connection asks for the token anew, so that one that has expired is no end. */
  readonly renewsToken: boolean;
  /**
   * Runs a query or mutation over HTTP. Payloads in the answer keep their exact text: see
   * parseJson.
   * @throws UnreachableError, RefusedError; IncompatibleError, and RefusedError for a scope that
   *   the token lacks, before it is sent
   */
  request<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    options?: SendOptions,
  ): Promise<Result>;
  /**
   * Runs one subscription over a WebSocket of its own, until the service or `signal` ends it.
   * @throws as `request`; the reason of `signal` where that comes before the connection
   */
  subscribe<Result, Variables extends Record<string, unknown>>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    options: SubscribeOptions,
  ): AsyncGenerator<Result, void>;
};

/** How agents and reviewers speak to the service. Nothing is sent before the first request. */
export function connect({ url, token }: ConnectOptions): Client {
  const limit = new ConcurrencyLimit(MAX_REQUESTS);
  let handshake: Handshake | undefined;

  /**
   * The token to send a document with, once it is known that it is for this service to answer, and
   * that this very token may ask for it.
   */
  async function authorize(document: unknown, signal: AbortSignal | undefined): Promise<string> {
    const authorization = `Bearer ${typeof token === 'function' ? await token() : token}`;
    if (handshake?.authorization !== authorization) handshake = new Handshake(url, authorization);
    requireScope(document, handshake.scopes ?? (await handshake.shake(signal)));
    return authorization;
  }

  return {
    url,
    renewsToken: typeof token === 'function',
    async request(document, variables, { signal, onSending } = {}) {
      const body = stringifyJson({ query: document.toString(), variables });
      const answer = await limit.run(async () => {
        const authorization = await authorize(document, signal);
        onSending?.();
        return post(url, authorization, body, signal);
      }, signal);
      return dataOf(answer) as never;
    },
    async *subscribe(document, variables, options) {
      const authorization = await authorize(document, options.signal);
      yield* subscribe(url, authorization, document, variables, options);
    },
  };
}
