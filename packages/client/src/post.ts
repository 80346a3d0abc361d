import { linkedController } from './abort.ts';
import { IncompatibleError, RefusedError, UnreachableError } from './errors.ts';
import { parseJson } from './json/parseJson.ts';

const REQUEST_TIMEOUT_MS = 30_000;

export type Answer = {
  data?: unknown;
  errors?: readonly GraphqlError[] | undefined;
};
export type GraphqlError = { message: string; extensions?: unknown };

/**
 * Sends one request. Payloads in the response keep their exact text: see parseJson.
 * @throws UnreachableError; RefusedError if a proxy answers for an unavailable service;
 * IncompatibleError if the response is not GraphQL; the reason of `signal`
 */
export async function post(
  url: string,
  authorization: string,
  body: string,
  signal: AbortSignal | undefined,
): Promise<Answer> {
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
        authorization,
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
      },
      body,
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
  const answer = parseAnswer(text);
  if (answer) return answer;
  const what = `${url} answered ${response.status} ${response.statusText}`.trimEnd();
  // Probably a proxy error: the service is unavailable or busy.
  if (response.status >= 500 || response.status === 429 || response.status === 408) {
    throw new RefusedError(`${what}, which is no answer of Holdpoint`, `HTTP_${response.status}`);
  }
  throw new IncompatibleError(
    `${what}, which is no answer of Holdpoint: is its GraphQL at that URL?`,
  );
}

function parseAnswer(text: string): Answer | null {
  try {
    const answer = parseJson(text);
    const isAnswer =
      typeof answer === 'object' && answer !== null && ('data' in answer || 'errors' in answer);
    return isAnswer ? (answer as Answer) : null;
  } catch {
    return null;
  }
}

/** @throws RefusedError */
export function dataOf({ data, errors }: Answer): unknown {
  if (Array.isArray(errors) && errors.length > 0) throw refusalOf(errors);
  if (data === undefined || data === null) throw new RefusedError('The answer holds no data', null);
  return data;
}

export function refusalOf(errors: readonly GraphqlError[]): RefusedError {
  const { code } = (errors[0]?.extensions ?? {}) as { code?: unknown };
  const message = errors.map((error) => error.message).join('; ');
  return new RefusedError(message, typeof code === 'string' ? code : null);
}
