import type { IncomingMessage } from 'node:http';
import { stringifyJson } from '@holdpoint/client/json';
import { execute, getOperationAST } from 'graphql';
import type { Viewer } from '../identity/viewer.ts';
import { schema } from '../schema/index.ts';
import type { Graphql } from './createGraphql.ts';
import { parseBody } from './exactJson.ts';
import type { Observation } from './observation.ts';
import { operationOf } from './operationOf.ts';
import type { DocumentParams, TrustedDocuments } from './trustedDocuments.ts';

const RESPONSE_TYPE = 'application/graphql-response+json';

/** The plain values of Accept and the type that Yoga answers them with; any other goes to Yoga itself. */
const responseTypes = new Map([
  [undefined, 'application/json'],
  ['*/*', 'application/json'],
  ['application/json', 'application/json'],
  [RESPONSE_TYPE, RESPONSE_TYPE],
  [`${RESPONSE_TYPE}, application/json`, RESPONSE_TYPE],
  [`${RESPONSE_TYPE},application/json`, RESPONSE_TYPE],
]);

const contentTypes = /^application\/json(; *charset="?utf-8"?)?$/i;

const params = new Set(['query', 'variables', 'operationName', 'extensions']);

/**
 * The fast way for what most requests are: a POST of JSON with a document that Yoga has found valid before. It skips
 * the translation to fetch's Request and Response, half the time of a small request, and runs the same context,
 * execution and masking. Whatever is out of the ordinary is left to Yoga: then nothing was executed.
 * @returns the answer, or null where Yoga is to answer
 */
export async function answerPlainPost(
  { validDocuments, compiledQueries, contextOf, maskErrors, trusted }: Graphql,
  request: IncomingMessage,
  body: string,
  viewer: Viewer,
  observation?: Observation,
): Promise<{ contentType: string; body: string } | null> {
  const contentType = responseTypes.get(request.headers.accept);
  if (!contentType || !contentTypes.test(request.headers['content-type'] ?? '')) return null;

  const operation = operationIn(body, trusted);
  const document = operation && validDocuments.get(operation.query);
  if (!document) return null;
  const { variables, operationName } = operation;
  const node = getOperationAST(document, operationName);
  if (!node || node.operation === 'subscription') return null;

  if (observation) observation.operation = operationOf(document, operationName);
  const contextValue = contextOf({ viewer, observation });
  const result =
    (await compiledQueries.answer(document, node, contextValue, variables ?? {})) ??
    (await execute({
      schema,
      document,
      contextValue,
      variableValues: variables ?? null,
      operationName: operationName ?? null,
    }));
  // Without data nothing ran: a variable was refused, and Yoga knows the status for that.
  if (!('data' in result)) return null;
  if (result.errors) result.errors = maskErrors(result.errors);
  observation?.note(result);
  return { contentType: `${contentType}; charset=utf-8`, body: stringifyJson(result) };
}

type Operation = {
  query: string;
  variables?: Record<string, unknown> | null;
  operationName?: string | null;
};

function operationIn(body: string, trusted: TrustedDocuments | null): Operation | null {
  let parsed: unknown;
  try {
    parsed = parseBody(body);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
    if (trusted) parsed = trusted.resolve(parsed as DocumentParams);
  } catch {
    return null;
  }
  for (const name in parsed as object) if (!params.has(name)) return null;
  const { query, variables, operationName, extensions } = parsed as Record<string, unknown>;
  return typeof query === 'string' &&
    (variables == null || (typeof variables === 'object' && !Array.isArray(variables))) &&
    (operationName == null || typeof operationName === 'string') &&
    extensions == null
    ? (parsed as Operation)
    : null;
}
