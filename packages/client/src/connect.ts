import { ConcurrencyLimit } from './concurrencyLimit.ts';
import type { TypedDocumentString } from './generated/graphql.ts';
import { Handshake } from './handshake.ts';
import { stringifyJson } from './json/stringifyJson.ts';
import { dataOf, post } from './post.ts';
import { requireScope } from './scopes.ts';
import { checkUrl } from './serviceUrl.ts';
import { type SubscribeOptions, subscribe } from './subscribe.ts';
import { type Bytes, type Upload, upload } from './upload.ts';

/** Concurrent requests, and thus connections. A thousand steps that start together wait in line. */
const MAX_REQUESTS = 20;

export type ConnectOptions = {
  /**
   * The HTTP endpoint, e.g. `http://127.0.0.1:4000/graphql`. The WebSocket has the same address.
   */
  url: string;
  /**
   * The token, or a function that returns the current one. It is called for each request and
   * connection. A new token costs one extra request, which reads its scopes.
   */
  token: string | (() => string | Promise<string>);
  /**
   * Makes the Authorization header of a token. Default: `Bearer <token>`. Null sends none: the page
   * of the service itself may be signed in with a cookie.
   */
  authorizationOf?: (token: string) => string | null;
};

export type RequestOptions = { signal?: AbortSignal | undefined };

export type SendOptions = RequestOptions & {
  /** Called just before the request is sent. Until then it cannot have taken effect. */
  onSending?: (() => void) | undefined;
};

export type Client = {
  readonly url: string;
  /** Whether each connection gets a fresh token, so that an expired one can be replaced. */
  readonly renewsToken: boolean;
  /**
   * Runs a query or mutation over HTTP. Payloads in the response keep their exact text: see
   * parseJson.
   * @throws UnreachableError, RefusedError; before anything is sent, IncompatibleError, and
   * RefusedError if the token lacks the scope
   */
  request<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    options?: SendOptions,
  ): Promise<Result>;
  /**
   * Uploads a file. Uploading the same bytes again does nothing.
   * @throws the errors of `request`; QuotaExceededError
   */
  upload(bytes: Bytes, mediaType: string, options?: RequestOptions): Promise<Upload>;
  /**
   * Runs one subscription over a WebSocket of its own until the service or `signal` ends it.
   * @throws the errors of `request`; the reason of `signal` if it aborts before the connection
   */
  subscribe<Result, Variables extends Record<string, unknown>>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    options: SubscribeOptions,
  ): AsyncGenerator<Result, void>;
};

/**
 * A typed connection to the API, for agents and front ends. Nothing is sent before the first call.
 * @throws InvalidInputError if `url` is not an http or https URL
 */
export function connect({
  url: givenUrl,
  token,
  authorizationOf = (text) => `Bearer ${text}`,
}: ConnectOptions): Client {
  const url = checkUrl(givenUrl);
  const limit = new ConcurrencyLimit(MAX_REQUESTS);
  let handshake: Handshake | undefined;

  /**
   * Returns the authorization header, after checking that the service is compatible and that the
   * token has the scope for this document.
   */
  async function authorize(
    document: unknown,
    signal: AbortSignal | undefined,
  ): Promise<string | null> {
    const authorization = authorizationOf(typeof token === 'function' ? await token() : token);
    if (!handshake || handshake.authorization !== authorization) {
      handshake = new Handshake(url, authorization);
    }
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
    upload(bytes, mediaType, { signal } = {}) {
      return limit.run(async () => {
        const authorization = await authorize(null, signal);
        return upload(url, authorization, bytes, mediaType, signal);
      }, signal);
    },
    async *subscribe(document, variables, options) {
      const authorization = await authorize(document, options.signal);
      yield* subscribe(url, authorization, document, variables, options);
    },
  };
}
