import { abortable } from './abort.ts';
import { apiVersion } from './apiVersion.ts';
import { IncompatibleError, type RefusedError } from './errors.ts';
import { HandshakeDocument, type HandshakeQuery } from './generated/graphql.ts';
import { type Answer, post, refusalOf } from './post.ts';

const BODY = JSON.stringify({ query: HandshakeDocument.toString() });

/** One request in flight, shared by all callers. */
type Attempt = { scopes: Promise<readonly string[]>; callers: number; stop: AbortController };

/**
 * The first request with each token. It checks that the server is Holdpoint, that its API is
 * compatible with this client, and what the token may do.
 */
export class Handshake {
  readonly #url: string;
  readonly authorization: string | null;
  /** The scopes of the token; null until the service has returned them. */
  scopes: readonly string[] | null = null;
  #attempt: Attempt | null = null;

  constructor(url: string, authorization: string | null) {
    this.#url = url;
    this.authorization = authorization;
  }

  /**
   * Sends the request. Concurrent callers share it, and it is aborted when all of them have left.
   * After a failure the next call tries again.
   * @throws UnreachableError, RefusedError, IncompatibleError; the reason of `signal`
   */
  async shake(signal: AbortSignal | undefined): Promise<readonly string[]> {
    this.#attempt ??= this.#begin();
    const attempt = this.#attempt;
    attempt.callers++;
    try {
      return await abortable(attempt.scopes, signal);
    } finally {
      if (--attempt.callers === 0) {
        this.#attempt = null;
        attempt.stop.abort();
      }
    }
  }

  #begin(): Attempt {
    const stop = new AbortController();
    const ask = async () => {
      const answer = await post(this.#url, this.authorization, BODY, stop.signal);
      this.scopes = scopesIn(answer, this.#url);
      return this.scopes;
    };
    return { scopes: ask(), callers: 0, stop };
  }
}

function scopesIn({ data, errors, retryAfterMs }: Answer, url: string): readonly string[] {
  if (Array.isArray(errors) && errors.length > 0)
    throw refusal(refusalOf(errors, retryAfterMs), url);
  const { apiVersion: served = '', viewer } = (data ?? {}) as Partial<HandshakeQuery>;
  if (!VERSION.test(served) || !Array.isArray(viewer?.scopes)) {
    throw notHoldpoint(url, 'it does not tell its API version');
  }
  const age = ageOf(served, apiVersion);
  if (age === null) return viewer.scopes;
  throw new IncompatibleError(
    `The API at ${url} has version ${served}, which is ${age} than ${apiVersion}, for which this client was made: ` +
      `upgrade the ${age === 'older' ? 'service' : 'client'}`,
  );
}

/**
 * Every Holdpoint error has a code, and GRAPHQL_VALIDATION_FAILED means that it does not know this
 * query.
 */
function refusal(refused: RefusedError, url: string): RefusedError {
  const { code, message } = refused;
  if (code !== null && code !== 'GRAPHQL_VALIDATION_FAILED') return refused;
  if (!UNKNOWN_VERSION.test(message)) return notHoldpoint(url, message);
  return new IncompatibleError(
    `The API at ${url} does not tell its version, so it is older than ${apiVersion}, for which this client was made: ` +
      'upgrade the service',
  );
}

/** Must be the only error: a server that is not Holdpoint does not know `viewer` either. */
const UNKNOWN_VERSION = /^Cannot query field "apiVersion" on type "Query"\.[^;]*$/;

const notHoldpoint = (url: string, why: string) =>
  new IncompatibleError(`What answers at ${url} is not Holdpoint: ${why}`);

const VERSION = /^(\d+)\.(\d+)$/;

/** Whether an API is too old or too new for a client; null if the client can use it. */
export function ageOf(served: string, made: string): 'older' | 'newer' | null {
  const [major, minor] = numbersOf(served);
  const [madeMajor, madeMinor] = numbersOf(made);
  if (major === madeMajor && minor >= madeMinor) return null;
  return major > madeMajor ? 'newer' : 'older';
}

function numbersOf(version: string): [major: number, minor: number] {
  const [, major, minor] = VERSION.exec(version) ?? [];
  return [Number(major), Number(minor)];
}
