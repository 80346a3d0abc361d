import type { IncomingMessage } from 'node:http';
import { parseJson } from '@holdpoint/client/json';
import { createGraphQLError, type GraphQLParams } from 'graphql-yoga';
import type { Pipeline } from '../pipeline/pipeline.ts';

const RESPONSE_TYPE = 'application/graphql-response+json';

/** The usual values of `Accept`, and the type that they are answered with. */
const responseTypes = new Map([
  [undefined, 'application/json'],
  ['*/*', 'application/json'],
  ['application/json', 'application/json'],
  [RESPONSE_TYPE, RESPONSE_TYPE],
  [`${RESPONSE_TYPE}, application/json`, RESPONSE_TYPE],
  [`${RESPONSE_TYPE},application/json`, RESPONSE_TYPE],
]);

/**
 * The type of the answer for a usual `Accept`; undefined if it takes a negotiation, which is
 * Yoga's.
 */
export const plainResponseType = ({ headers }: IncomingMessage): string | undefined =>
  responseTypes.get(headers.accept);

const plainContentType = /^application\/json(; *charset="?utf-8"?)?$/i;
const members = new Set(['query', 'variables', 'operationName', 'extensions']);

/**
 * What an ordinary, well-formed request asks for; null for any other, of which Yoga says what is
 * wrong.
 */
export function plainParams(
  pipeline: Pipeline,
  { method, url, headers }: IncomingMessage,
  body: string,
): GraphQLParams | null {
  if (method === 'POST' && !plainContentType.test(headers['content-type'] ?? '')) return null;
  try {
    const sent =
      method === 'POST'
        ? paramsOfBody(body)
        : paramsOfForm(new URL(url ?? '/', 'http://localhost').searchParams);
    if (!isObject(sent)) return null;
    const params: GraphQLParams = pipeline.withText(sent);
    const { query, variables, operationName, extensions } = params;
    const isWellFormed =
      typeof query === 'string' &&
      (variables == null || isObject(variables)) &&
      (operationName == null || typeof operationName === 'string') &&
      (extensions == null || isObject(extensions)) &&
      Object.keys(params).every((name) => members.has(name));
    return isWellFormed ? params : null;
  } catch {
    return null;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws GraphQLError with status 400 if the body is not JSON */
export function paramsOfBody(body: string): unknown {
  try {
    return parseJson(body);
  } catch (error) {
    throw badRequest(`The body is not JSON: ${(error as Error).message}`);
  }
}

/**
 * The parameters of a URL or of a form.
 * @throws GraphQLError with status 400 if one of them is not JSON
 */
export function paramsOfForm(form: URLSearchParams): object {
  const json = (name: string) => {
    const text = form.get(name);
    if (text === null || text === '') return undefined;
    try {
      return parseJson(text);
    } catch (error) {
      throw badRequest(`The parameter ${name} is not JSON: ${(error as Error).message}`);
    }
  };
  const params = {
    query: form.get('query'),
    documentId: form.get('documentId'),
    operationName: form.get('operationName'),
    variables: json('variables'),
    extensions: json('extensions'),
  };
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value != null));
}

const badRequest = (message: string) =>
  createGraphQLError(message, {
    extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
  });
