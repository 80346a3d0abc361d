import { stringifyJson } from '@holdpoint/client/json';
import type { ExecutionResult } from 'graphql';
import { createGraphQLError, createYoga, type Plugin } from 'graphql-yoga';
import type { Viewer } from '../identity/viewer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { DocumentParams } from '../pipeline/trustedDocuments.ts';
import { schema } from '../schema/index.ts';
import type { Observation } from '../telemetry/observation.ts';
import { paramsOfBody, paramsOfForm } from './requestParams.ts';

export const GRAPHQL_PATH = '/graphql';

/** What the server hands to Yoga with a request. */
export type YogaContext = {
  viewer: Viewer;
  observation?: Observation | undefined;
  /** The result of the operation, if it was already executed or refused. */
  result?: ExecutionResult | undefined;
};

export type Yoga = ReturnType<typeof openYoga>;

/**
 * GraphQL over HTTP as its specification has it: methods, media types and status codes. The
 * operations themselves go through the pipeline.
 */
export const openYoga = (pipeline: Pipeline) =>
  createYoga<YogaContext>({
    schema,
    graphqlEndpoint: GRAPHQL_PATH,
    plugins: [usePipeline(pipeline)],
    maskedErrors: { maskError: (error) => pipeline.maskError(error) },
    fetchAPI: { Request, Response, Headers, ReadableStream, TextEncoder, URL, URLSearchParams },
    graphiql: false,
    landingPage: false,
    batching: false,
    multipart: false,
    cors: false,
    healthCheckEndpoint: '/yoga-health-is-not-used',
    maxRequestBodySize: false, // the server bounds the body before it comes here
    logging: false, // the pipeline logs, with the request's id
  });

/**
 * Reads requests and writes results with every number and payload as it was sent, and lets the
 * pipeline do the rest.
 */
const usePipeline = (pipeline: Pipeline): Plugin<object, YogaContext> => ({
  onRequestParse({ request, url, setRequestParser }) {
    const contentType = request.headers.get('content-type') ?? '';
    if (request.method === 'GET') setRequestParser(() => paramsOfForm(url.searchParams));
    else if (request.method === 'POST' && /^application\/([\w.-]+\+)?json\b/i.test(contentType)) {
      setRequestParser(async () => paramsOfBody(await request.text()) as object);
    } else if (
      request.method === 'POST' &&
      /^application\/x-www-form-urlencoded\b/i.test(contentType)
    ) {
      setRequestParser(async () => paramsOfForm(new URLSearchParams(await request.text())));
    }
  },
  onParams({ params, setParams, setParamsHandler, request, context }) {
    setParams(pipeline.withText(params));
    setParamsHandler(
      async ({ params }) => context.result ?? answer(pipeline, params, context, request.method),
    );
  },
  onResultProcess({ result, setResult, serverContext }) {
    serverContext.observation?.note(result as ExecutionResult);
    setResult(Object.assign({ ...result }, { stringify: stringifyJson }));
  },
});

async function answer(
  pipeline: Pipeline,
  params: DocumentParams,
  { viewer, observation }: YogaContext,
  method: string,
): Promise<ExecutionResult> {
  const operation = pipeline.prepare(params, viewer, observation);
  if ('errors' in operation) return operation;
  const { node } = operation;
  if (node.operation === 'subscription') return { errors: [subscriptionRefused()] };
  if (node.operation === 'mutation' && method === 'GET') return { errors: [mutationRefused()] };
  return await pipeline.execute(operation);
}

const mutationRefused = () =>
  createGraphQLError('Can only perform a mutation operation from a POST request.', {
    extensions: { code: 'BAD_REQUEST', http: { status: 405, headers: { Allow: 'POST' } } },
  });

const subscriptionRefused = () =>
  createGraphQLError('Subscriptions are sent as an event stream: accept text/event-stream', {
    extensions: { code: 'BAD_REQUEST', http: { status: 406 } },
  });
