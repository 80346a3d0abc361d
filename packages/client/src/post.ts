import { linkedController } from './abort.ts';
import { IncompatibleError, RefusedError, UnreachableError } from './errors.ts';
import { parseJson } from './json/parseJson.ts';

const REQUEST_TIMEOUT_MS = 30_000;

export type Answer = {
  data?: unknown;
  errors?: readonly GraphqlError[] | undefined;
  /** What the header Retry-After says. */
  retryAfterMs?: number | null;
};
export type GraphqlError = { message: string; extensions?: unknown };

const JSON_TYPE = 'application/json';

/**
 * Sends one request. Payloads in the response keep their exact text: see parseJson.
 * @throws UnreachableError; RefusedError if a proxy answers for an unavailable service;
 * IncompatibleError if the response is not GraphQL; the reason of `signal`
 */
export async function post(
  url: string,
  authorization: string | null,
  body: string,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  return postBody(url, authorization, { type: JSON_TYPE, content: body }, isGraphql, signal);
}

type Body = { type: string; content: string | Uint8Array<ArrayBuffer> };

const isGraphql = (answer: object): answer is Answer => 'data' in answer || 'errors' in answer;

/**
 * Sends a request with any body.
 * @param isAnswer whether a JSON object is an answer of the service
 * @throws the errors of `post`
 */
export async function postBody<Answered extends object>(
  url: string,
  authorization: string | null,
  { type, content }: Body,
  isAnswer: (answer: object) => answer is Answered,
  signal: AbortSignal | undefined,
): Promise<Answered & { retryAfterMs: number | null }> {
  let response: Response;
  let text: string;
  const { controller, release } = linkedController(signal);
  const timeout = setTimeout(
    () => controller.abort(new DOMException('No answer in time', 'TimeoutError')),
    REQUEST_TIMEOUT_MS,
  );
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: {
        ...(authorization !== null && { authorization }),
        'content-type': type,
        accept: 'application/graphql-response+json, application/json',
      },
      body: content,
      signal: controller.signal,
    });
    text = await response.text();
  } catch (error) {
    signal?.throwIfAborted();
    throw new UnreachableError(url, error);
  } finally {
    clearTimeout(timeout);
    release();
  }
  const retryAfterMs = retryAfterIn(response.headers);
  const answer = parseAnswer(text);
  if (answer && isAnswer(answer)) return { ...answer, retryAfterMs };
  const what = `${url} answered ${response.status} ${response.statusText}`.trimEnd();
  // Probably a proxy error: the service is unavailable or busy.
  if (response.status >= 500 || response.status === 429 || response.status === 408) {
    const message = `${what}, which is not an answer from Holdpoint`;
    throw new RefusedError(message, `HTTP_${response.status}`, retryAfterMs);
  }
  throw new IncompatibleError(
    `${what}, which is not an answer from Holdpoint. Is this the URL of its API?`,
  );
}

function parseAnswer(text: string): object | null {
  try {
    const answer = parseJson(text);
    return typeof answer === 'object' ? answer : null;
  } catch {
    return null;
  }
}

/** Seconds or a date, in milliseconds from now; null if there is none. */
function retryAfterIn(headers: Headers): number | null {
  const text = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(at - Date.now(), 0);
}

/** @throws RefusedError */
export function dataOf({ data, errors, retryAfterMs }: Answer): unknown {
  if (Array.isArray(errors) && errors.length > 0) throw refusalOf(errors, retryAfterMs);
  if (data === undefined || data === null)
    throw new RefusedError('The answer contains no data', null);
  return data;
}

/** @param retryAfterMs how long to wait, unless the error itself says it */
export function refusalOf(
  errors: readonly GraphqlError[],
  retryAfterMs: number | null = null,
): RefusedError {
  const { code, retryAfterSeconds } = (errors[0]?.extensions ?? {}) as Record<string, unknown>;
  const message = errors.map((error) => error.message).join('; ');
  const waitMs = typeof retryAfterSeconds === 'number' ? retryAfterSeconds * 1_000 : retryAfterMs;
  return new RefusedError(message, typeof code === 'string' ? code : null, waitMs);
}
