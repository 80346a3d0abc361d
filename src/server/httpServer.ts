import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import { stringifyJson } from '@holdpoint/client/json';
import type { ExecutionResult } from 'graphql';
import type { Logger } from 'pino';
import type { LiveSubscriptions } from '../feed/liveSubscriptions.ts';
import type { Authenticator } from '../identity/authenticator.ts';
import type { Viewer } from '../identity/viewer.ts';
import { KEEP_ALIVE_MS } from '../keepAlive.ts';
import type { RequestLimiter } from '../limits/requestLimiter.ts';
import type { UnreadAnswers } from '../limits/unreadAnswers.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { answerMetrics, METRICS_PATH } from '../telemetry/answerMetrics.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { Observation, type Observer, outcomeOfStatus } from '../telemetry/observation.ts';
import { requestContext, requestIdOf } from '../telemetry/requestContext.ts';
import { ATTACHMENTS_PATH, type AttachmentServer } from './attachments.ts';
import { answerEventStream, wantsEventStream } from './eventStream.ts';
import { answerGraphiql } from './graphiql.ts';
import type { Health } from './health.ts';
import { limitReading } from './limitReading.ts';
import { allowOrigin } from './origins.ts';
import type { ReviewerPage } from './page.ts';
import { removePathPrefix } from './pathPrefix.ts';
import { MAX_SUBSCRIPTION_CHARACTERS, readBody, subscriptionTooLarge } from './readBody.ts';
import { plainParams, plainResponseType } from './requestParams.ts';
import { countUnread, refuse, send, sendErrors, sendJson } from './responses.ts';
import { CALLBACK_PATH, SIGN_IN_PATH, SIGN_OUT_PATH, type SignIn } from './signIn.ts';
import type { TokenWatch } from './tokenWatch.ts';
import { GRAPHQL_PATH, type Yoga, type YogaContext } from './yoga.ts';

export type HttpServerOptions = {
  pipeline: Pipeline;
  yoga: Yoga;
  live: LiveSubscriptions;
  authenticator: Authenticator;
  requestLimiter: RequestLimiter;
  unreadAnswers: UnreadAnswers;
  tokenWatch: TokenWatch;
  health: Health;
  page: ReviewerPage;
  attachments: AttachmentServer;
  /** Null without an identity provider. */
  signIn?: SignIn | null;
  allowedOrigins: readonly string[];
  /** The path of the public URL, e.g. `/holdpoint`. Requests may have it or not. */
  pathPrefix?: string;
  /** Whether every GraphQL request needs a token and GraphiQL is off. */
  production: boolean;
  /** Notified of every operation; null if neither metrics nor traces are on. */
  observer?: Observer | null;
  metrics?: Metrics | null;
  metricsToken?: string | null;
  log: Logger;
};

const serverOptions: ServerOptions = {
  keepAliveTimeout: KEEP_ALIVE_MS,
  // Other upgrades, such as cleartext HTTP/2, are ignored: the answer is HTTP/1.1.
  shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
};

/**
 * The HTTP server: GraphQL, attachments, the page for reviewers, signing in, health and metrics. Only
 * GraphQL and attachments need a token or a session.
 */
export function createHttpServer(options: HttpServerOptions): Server {
  const { health, page, attachments, signIn, pathPrefix = '', log } = options;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request);
    // Connections from before the service began to close may still send requests.
    if (!server.listening) response.setHeader('Connection', 'close');
    const isApi = path === GRAPHQL_PATH || path.startsWith(ATTACHMENTS_PATH);
    if (isApi && !server.listening) {
      sendErrors(response, 503, 'SERVICE_UNAVAILABLE', 'The service is shutting down. Try again');
    } else if (path === GRAPHQL_PATH) await answerObserved(options, request, response);
    else if (path === METRICS_PATH) {
      const { metrics = null, metricsToken = null } = options;
      await answerMetrics(metrics, metricsToken, request, response);
    } else if (path === '/health') sendJson(response, 200, { status: 'ok' });
    else if (path === '/ready') {
      const state = await health.ready();
      sendJson(response, state.ready ? 200 : 503, state);
    } else if (page.answer(path, request, response)) return;
    else if (await signIn?.answer(path, request, response)) return;
    else if (await attachments.answer(path, request, response)) return;
    else {
      const message = `Not found. GraphQL is at ${pathPrefix}${GRAPHQL_PATH}`;
      sendErrors(response, 404, 'NOT_FOUND', message);
    }
  }

  const server = createServer(serverOptions, (request, response) => {
    removePathPrefix(request, pathPrefix);
    const requestId = requestIdOf(request.headers['x-request-id']);
    response.setHeader('X-Request-Id', requestId);
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    requestContext.run({ requestId }, () => {
      const start = performance.now();
      answer(request, response)
        .catch((error: unknown) => {
          if (request.destroyed && !request.complete) return; // the client disconnected
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

/** Whether a browser requests GraphiQL. */
const wantsPage = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' && (headers.accept?.includes('text/html') ?? false);

async function answerGraphql(
  options: HttpServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
  observation?: Observation,
): Promise<void> {
  const { pipeline, authenticator, allowedOrigins, production } = options;
  const { requestLimiter, unreadAnswers, signIn } = options;
  allowOrigin(request, response, allowedOrigins);
  if (request.method === 'OPTIONS') return void response.writeHead(204).end();
  if (request.method !== 'GET' && request.method !== 'POST') {
    response.setHeader('Allow', 'GET, POST');
    return sendErrors(response, 405, 'METHOD_NOT_ALLOWED', 'Use POST or GET for GraphQL');
  }

  if (!production && wantsPage(request)) return answerGraphiql(response);

  let viewer: Viewer;
  let body: string;
  try {
    const session = signIn?.sessionOf(request) ?? null;
    viewer = await authenticator.viewerOf(request.headers.authorization, session);
    await requestLimiter.admit(viewer);
    body = request.method === 'POST' ? await readBody(request) : '';
    pipeline.received(viewer, body.length);
  } catch (error) {
    return refuse(pipeline, response, error);
  }

  const params = plainParams(pipeline, request, body);
  const operation = params && pipeline.prepare(params, viewer, observation);
  let result: ExecutionResult | undefined;
  if (operation && 'errors' in operation) result = operation;
  if (operation && 'node' in operation) {
    const kind = operation.node.operation;
    if (kind === 'subscription' && wantsEventStream(request)) {
      if (observation) observation.transport = 'sse';
      if (body.length > MAX_SUBSCRIPTION_CHARACTERS) {
        return sendErrors(response, 413, 'CONTENT_TOO_LARGE', subscriptionTooLarge);
      }
      const onStarted = (started: ExecutionResult) => {
        observation?.note(started);
        observation?.end();
      };
      return answerEventStream(options, operation, request, response, onStarted);
    }
    const contentType = plainResponseType(request);
    if (kind !== 'subscription' && request.method === 'POST' && contentType) {
      const isAbandoned = () => response.closed;
      result = await pipeline.execute({ ...operation, isAbandoned });
      // Without data nothing was executed, for instance because of a wrong variable: Yoga knows the
      // status.
      if ('data' in result) {
        observation?.note(result);
        send(response, 200, contentType, stringifyJson(result));
        return countUnread(unreadAnswers, viewer, response);
      }
    }
  }
  await answerWithYoga(options.yoga, request, response, body, { viewer, observation, result });
  countUnread(unreadAnswers, viewer, response);
}

/** Carries a request to Yoga as a fetch Request, and sends its answer. */
async function answerWithYoga(
  yoga: Yoga,
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
  context: YogaContext,
): Promise<void> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const url = new URL(request.url ?? '/', 'http://localhost');
  const init = { method: request.method ?? 'GET', headers, ...(body !== '' && { body }) };
  const fetched = await yoga.fetch(url, init, context);
  fetched.headers.delete('Cache-Control'); // that of an event stream would allow storing it
  response.writeHead(fetched.status, Object.fromEntries(fetched.headers));
  response.end(await fetched.text());
}

const paths = [
  GRAPHQL_PATH,
  ATTACHMENTS_PATH,
  METRICS_PATH,
  SIGN_IN_PATH,
  CALLBACK_PATH,
  SIGN_OUT_PATH,
  '/health',
  '/ready',
];

/** Other paths are text from the client and may contain what must not be logged. */
function loggedPathOf(request: IncomingMessage): string {
  const path = pathOf(request);
  if (path.startsWith(`${ATTACHMENTS_PATH}/`)) return ATTACHMENTS_PATH;
  return paths.find((known) => known === path) ?? 'another';
}

const pathOf = ({ url = '/' }: IncomingMessage): string => url.split('?', 1)[0] ?? '/';
