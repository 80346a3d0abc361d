import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ExecutionResult } from 'graphql';
import type { GraphQLParams } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { Authenticator } from '../identity/authenticator.ts';
import { UnauthenticatedError } from '../identity/errors.ts';
import type { Viewer } from '../identity/viewer.ts';
import { GRAPHQL_PATH, type Graphql } from './createGraphql.ts';
import { answerEventStream, wantsEventStream } from './eventStream.ts';
import { paramsOfUrl, parseBody } from './exactJson.ts';
import type { Health } from './health.ts';
import { limitReading } from './limitReading.ts';
import type { LiveSubscriptions } from './liveSubscriptions.ts';
import { answerMetrics, METRICS_PATH } from './metrics/answerMetrics.ts';
import type { Metrics } from './metrics/metrics.ts';
import { Observation, type Observer, outcomeOfStatus } from './observation.ts';
import { allowOrigin } from './origins.ts';
import type { ReviewerPage } from './page.ts';
import { answerPlainPost } from './plainPost.ts';
import { type PreparedOperation, prepareOperation } from './prepareOperation.ts';
import { isAway } from './publicError.ts';
import { BodyNotUtf8Error, BodyTooLargeError, MAX_BODY_BYTES, readBody } from './readBody.ts';
import { requestContext, requestIdOf } from './requestContext.ts';
import type { TokenWatch } from './tokenWatch.ts';

export type HttpServerOptions = {
  graphql: Graphql;
  live: LiveSubscriptions;
  authenticator: Authenticator;
  tokenWatch: TokenWatch;
  health: Health;
  page: ReviewerPage;
  allowedOrigins: readonly string[];
  production: boolean;
  /** Off, every request goes through Yoga: to compare the two. */
  fastPost?: boolean;
  /** Told of every operation; null where nobody watches. */
  observer?: Observer | null;
  metrics?: Metrics | null;
  metricsToken?: string | null;
  log: Logger;
};

const serverOptions: ServerOptions = {
  // Any other offer, as of HTTP/2 in clear text, is declined by answering over HTTP/1.1.
  shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
};

/** The HTTP side: GraphQL at one path, the page of reviewers, and what whoever runs it asks. Without a token nothing is answered but the last two. */
export function createHttpServer(options: HttpServerOptions): Server {
  const { health, page, log } = options;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request);
    // A connection that was open before the service began to close may still bring requests.
    if (!server.listening) response.setHeader('Connection', 'close');
    if (path === GRAPHQL_PATH && !server.listening) {
      sendErrors(response, 503, 'SERVICE_UNAVAILABLE', 'The service is closing. Try again');
    } else if (path === GRAPHQL_PATH) await answerObserved(options, request, response);
    else if (path === METRICS_PATH) {
      const { metrics = null, metricsToken = null } = options;
      await answerMetrics(metrics, metricsToken, request, response);
    } else if (path === '/health') sendJson(response, 200, { status: 'ok' });
    else if (path === '/ready') {
      const state = await health.ready();
      sendJson(response, state.ready ? 200 : 503, state);
    } else if (page.answer(path, request, response)) return;
    else sendErrors(response, 404, 'NOT_FOUND', `Nothing is here. GraphQL is at ${GRAPHQL_PATH}`);
  }

  const server = createServer(serverOptions, (request, response) => {
    const requestId = requestIdOf(request.headers['x-request-id']);
    response.setHeader('X-Request-Id', requestId);
    requestContext.run({ requestId }, () => {
      const start = performance.now();
      answer(request, response)
        .catch((error: unknown) => {
          if (request.destroyed && !request.complete) return; // the client went away
          log.error({ err: error }, 'a request failed');
          if (!response.headersSent) {
            sendErrors(response, 500, 'INTERNAL_SERVER_ERROR', 'Something went wrong here');
          } else response.destroy();
        })
        .finally(() => {
          limitReading(response);
          if (!log.isLevelEnabled('debug')) return;
          const milliseconds = Math.round(performance.now() - start);
          const { method } = request;
          log.debug(
            { method, path: loggedPathOf(request), status: response.statusCode, milliseconds },
            'request',
          );
        });
    });
  });
  return server;
}

function answerObserved(
  options: HttpServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { observer } = options;
  const isOperation = request.method !== 'OPTIONS' && !wantsPage(request);
  if (!observer || !isOperation) return answerGraphql(options, request, response);
  const observation = new Observation(observer, 'http', request.headers);
  return observation
    .run(() => answerGraphql(options, request, response, observation))
    .then(
      () => observation.end(outcomeOfStatus(response.statusCode)),
      (error: unknown) => {
        observation.end();
        throw error;
      },
    );
}

/** Whether a browser asks for GraphiQL. */
const wantsPage = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' && (headers.accept?.includes('text/html') ?? false);

async function answerGraphql(
  options: HttpServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
  observation?: Observation,
): Promise<void> {
  const { graphql, live, tokenWatch, authenticator, allowedOrigins, production } = options;
  allowOrigin(request, response, allowedOrigins);
  if (request.method === 'OPTIONS') return void response.writeHead(204).end();
  if (request.method !== 'GET' && request.method !== 'POST') {
    response.setHeader('Allow', 'GET, POST');
    return sendErrors(response, 405, 'METHOD_NOT_ALLOWED', 'GraphQL is asked with POST or GET');
  }

  let viewer: Viewer | undefined;
  if (production || graphql.trusted || !wantsPage(request)) {
    try {
      viewer = await authenticator.viewerOf(request.headers.authorization);
    } catch (error) {
      return refuse(graphql, response, error);
    }
  }

  let body = '';
  if (request.method === 'POST') {
    try {
      body = await readBody(request);
    } catch (error) {
      return refuse(graphql, response, error);
    }
    const plain =
      viewer && options.fastPost !== false
        ? await answerPlainPost(graphql, request, body, viewer, observation)
        : null;
    if (plain) {
      response.writeHead(200, {
        'Content-Type': plain.contentType,
        'Content-Length': Buffer.byteLength(plain.body),
      });
      return void response.end(plain.body);
    }
  }
  if (viewer && wantsEventStream(request)) {
    const operation = await subscriptionOf(graphql, request, body, viewer, observation);
    if (operation) {
      if (observation) observation.transport = 'sse';
      const onStarted = (result: ExecutionResult) => {
        observation?.note(result);
        observation?.end();
      };
      return answerEventStream(live, tokenWatch, operation, viewer, request, response, onStarted);
    }
  }
  await answerWithYoga(graphql, request, response, body, viewer, observation);
}

/** The subscription that a request asks for, or null where it is something else, or wrong: then Yoga says what. */
async function subscriptionOf(
  graphql: Graphql,
  request: IncomingMessage,
  body: string,
  viewer: Viewer,
  observation?: Observation,
): Promise<PreparedOperation | null> {
  try {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const params = request.method === 'POST' ? parseBody(body) : paramsOfUrl(url);
    const operation = await prepareOperation(graphql, viewer, params as GraphQLParams, observation);
    return 'args' in operation && operation.kind === 'subscription' ? operation : null;
  } catch {
    return null;
  }
}

/** The long way: a fetch Request in, a fetch Response out, streamed; a client that goes away ends it. */
async function answerWithYoga(
  { yoga }: Graphql,
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
  viewer: Viewer | undefined,
  observation?: Observation,
): Promise<void> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const url = new URL(request.url ?? '/', 'http://localhost');
  const fetched = await yoga.fetch(
    url,
    { method: request.method ?? 'GET', headers, ...(body !== '' && { body }) },
    { viewer: viewer as Viewer, observation },
  );
  response.writeHead(fetched.status, Object.fromEntries(fetched.headers));
  if (!fetched.body) return void response.end();
  const stream = Readable.fromWeb(fetched.body as import('node:stream/web').ReadableStream);
  await pipeline(stream, response).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
}

/** Answers a request that is not let in or not taken; the connection ends where its body is still under way. */
function refuse({ maskErrors }: Graphql, response: ServerResponse, error: unknown): void {
  if (!response.req.complete) response.setHeader('Connection', 'close');
  if (error instanceof UnauthenticatedError) {
    response.setHeader('WWW-Authenticate', 'Bearer');
    sendErrors(response, 401, 'UNAUTHENTICATED', error.message);
  } else if (error instanceof BodyTooLargeError) {
    const message = `The body may have at most ${MAX_BODY_BYTES} bytes`;
    sendErrors(response, 413, 'CONTENT_TOO_LARGE', message);
  } else if (error instanceof BodyNotUtf8Error) {
    sendErrors(response, 400, 'BAD_REQUEST', 'The body is not UTF-8');
  } else {
    if (!isAway(error)) throw error;
    const [shown] = maskErrors([error]); // logs it
    sendErrors(response, 503, 'SERVICE_UNAVAILABLE', shown?.message ?? '');
  }
}

const paths = [GRAPHQL_PATH, METRICS_PATH, '/health', '/ready'];

/** Any other path is the client's own text, and may hold what is not for a log. */
const loggedPathOf = (request: IncomingMessage): string =>
  paths.find((path) => path === pathOf(request)) ?? 'another';

const pathOf = ({ url = '/' }: IncomingMessage): string => url.split('?', 1)[0] ?? '/';

function sendErrors(response: ServerResponse, status: number, code: string, message: string): void {
  sendJson(response, status, { errors: [{ message, extensions: { code } }] });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}
