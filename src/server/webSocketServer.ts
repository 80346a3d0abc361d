import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { maxNesting, nestsTooDeep, parseJson, stringifyJson } from '@holdpoint/client/json';
import { type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql';
import { type Context, handleProtocols, makeServer, type SubscribePayload } from 'graphql-ws';
import { isAsyncIterable } from 'graphql-yoga';
import { type WebSocket, WebSocketServer } from 'ws';
import type { LiveSubscriptions } from '../feed/liveSubscriptions.ts';
import type { Authenticator } from '../identity/authenticator.ts';
import { UnauthenticatedError } from '../identity/errors.ts';
import type { Viewer } from '../identity/viewer.ts';
import { clientAddress, type TrustProxy } from '../limits/clientAddress.ts';
import { ConcurrentUse } from '../limits/concurrentUse.ts';
import type { LimitListener } from '../limits/errors.ts';
import type { RequestLimiter } from '../limits/requestLimiter.ts';
import type { UnreadAnswers } from '../limits/unreadAnswers.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { DocumentParams } from '../pipeline/trustedDocuments.ts';
import { Observation, type Observer } from '../telemetry/observation.ts';
import { isAllowedOrigin } from './origins.ts';
import { removePathPrefix } from './pathPrefix.ts';
import { MAX_BODY_BYTES, MAX_SUBSCRIPTION_CHARACTERS, subscriptionTooLarge } from './readBody.ts';
import type { SignIn } from './signIn.ts';
import { SocketConnection } from './socketConnection.ts';
import type { TokenWatch } from './tokenWatch.ts';
import { GRAPHQL_PATH } from './yoga.ts';

const BAD_REQUEST = 4400;
const FORBIDDEN = 4403;
const INTERNAL_ERROR = 4500;
const SERVICE_RESTART = 1012;
const TRY_AGAIN_LATER = 1013;
const MAX_OPERATIONS = 100;
const INIT_TIMEOUT_MS = 10_000;
/** When to come back after too many handshakes: most of them take milliseconds. */
const HANDSHAKE_RETRY_SECONDS = 1;

export type WebSocketOptions = {
  pipeline: Pipeline;
  live: LiveSubscriptions;
  authenticator: Authenticator;
  requestLimiter: RequestLimiter;
  unreadAnswers: UnreadAnswers;
  tokenWatch: TokenWatch;
  /** Null without an identity provider. */
  signIn?: SignIn | null;
  allowedOrigins: readonly string[];
  /** The path of the public URL, e.g. `/holdpoint`. Requests may have it or not. */
  pathPrefix?: string;
  trustProxy: TrustProxy;
  /** How many sockets of one address may be unauthenticated at the same time. */
  maxHandshakes: number;
  onLimit?: LimitListener | undefined;
  /** Notified of every operation; null if neither metrics nor traces are on. */
  observer?: Observer | null;
};

type Extra = SocketConnection;

/** What graphql-ws passes from `prepare` to `execute` and `subscribe`. */
type SocketOperation = ExecutionArgs & {
  execute(args: ExecutionArgs): Promise<ExecutionResult>;
  subscribe(args: ExecutionArgs): Promise<ExecutionResult | AsyncGenerator<ExecutionResult>>;
};

/**
 * GraphQL over WebSocket. graphql-ws implements the protocol (graphql-transport-ws): acknowledging,
 * ids, completing. Differences from its recipes: results are serialized here, with exact JSON and
 * once per group of subscribers; an error in one operation does not close the socket; and the
 * socket is closed when its token or session ends.
 * @returns `close`, which tells all clients to reconnect
 */
export function serveWebSockets(
  server: Server,
  options: WebSocketOptions,
): { close(): Promise<void> } {
  const { pipeline, live, authenticator, tokenWatch, allowedOrigins, observer } = options;
  const { requestLimiter, trustProxy, onLimit } = options;
  const handshakes = new ConcurrentUse(options.maxHandshakes);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_BODY_BYTES,
    handleProtocols,
  });

  const protocol = makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout: INIT_TIMEOUT_MS,
    onConnect: async ({ connectionParams, extra }) => {
      extra.authorization =
        connectionParams?.['authorization'] ?? connectionParams?.['Authorization'];
      let viewer: Viewer;
      try {
        viewer = await authenticator.viewerOf(extra.authorization, extra.session);
      } catch (error) {
        if (error instanceof UnauthenticatedError) extra.close(FORBIDDEN, error.message);
        else {
          extra.close(TRY_AGAIN_LATER, pipeline.maskError(error).message);
        }
        return false;
      }
      extra.authenticate(viewer);
      const unwatch = tokenWatch.watch(viewer, (reason) => extra.close(FORBIDDEN, reason));
      extra.socket.once('close', unwatch);
      if (extra.socket.readyState === extra.socket.CLOSED) unwatch();
      return true;
    },
    onSubscribe: (context, id, payload) =>
      observer ? prepareObserved(observer, context, id, payload) : prepare(context, id, payload),
    execute: (args) => (args as SocketOperation).execute(args),
    subscribe: (args) => (args as SocketOperation).subscribe(args),
    onOperation: ({ extra }, id, _payload, _args, result) => {
      if (isAsyncIterable(result)) return;
      extra.send(nextMessage(id, stringifyJson(result)));
      return nothingMore();
    },
  });

  async function prepare(
    { extra, subscriptions }: Context<Record<string, unknown>, Extra>,
    id: string,
    payload: SubscribePayload,
    observation?: Observation,
  ): Promise<SocketOperation | readonly GraphQLError[]> {
    const { message } = extra; // only until the first await: then it is another operation's
    if (Object.keys(subscriptions).length > MAX_OPERATIONS) {
      const text = `A socket can have at most ${MAX_OPERATIONS} operations at once`;
      return [new GraphQLError(text, { extensions: { code: 'TOO_MANY_OPERATIONS' } })];
    }
    try {
      const viewer = await authenticator.viewerOf(extra.authorization, extra.session);
      await requestLimiter.admit(viewer);
      pipeline.received(viewer, message.length);
      const variables = payload.variables ? exactVariables(message) : null;
      const { query, operationName, extensions } = payload;
      const params: DocumentParams = {
        query,
        ...(operationName != null && { operationName }),
        ...(variables && { variables }),
        ...(extensions && { extensions }),
        ...('documentId' in payload && { documentId: payload['documentId'] }),
      };
      const operation = pipeline.prepare(params, viewer, observation);
      if ('errors' in operation) return operation.errors.map(withoutHttp);
      const isSubscription = operation.node.operation === 'subscription';
      if (isSubscription && message.length > MAX_SUBSCRIPTION_CHARACTERS) {
        return [
          new GraphQLError(subscriptionTooLarge, { extensions: { code: 'CONTENT_TOO_LARGE' } }),
        ];
      }
      const isAbandoned = () => extra.socket.readyState !== extra.socket.OPEN;
      return {
        ...operation.args,
        execute: () => pipeline.execute({ ...operation, isAbandoned }),
        subscribe: async () => {
          const running = await live.start(operation, {
            send: (result) => extra.send(nextMessage(id, result)),
            fail: (result) => extra.send(nextMessage(id, result)),
            sent: () => extra.sent(),
          });
          if (!('stop' in running)) return running;
          return until(running.ended, extra.run(id, running));
        },
      };
    } catch (error) {
      if (error instanceof UnauthenticatedError) extra.close(FORBIDDEN, error.message);
      return [pipeline.maskError(error)];
    }
  }

  /**
   * Like `prepare`, and reports the outcome: of a query when it is answered, of a subscription when
   * it has started.
   */
  async function prepareObserved(
    watched: Observer,
    context: Context<Record<string, unknown>, Extra>,
    id: string,
    payload: SubscribePayload,
  ): Promise<SocketOperation | readonly GraphQLError[]> {
    const observation = new Observation(watched, 'websocket', payload.extensions ?? {});
    const endAfter = <Result extends object>(result: Result): Result => {
      observation.note(result);
      observation.end();
      return result;
    };
    const prepared = await observation.run(() => prepare(context, id, payload, observation));
    if (!('execute' in prepared)) {
      endAfter({ errors: prepared });
      return prepared;
    }
    const { execute, subscribe } = prepared;
    return {
      ...prepared,
      execute: async (args) => endAfter(await observation.run(() => execute(args))),
      subscribe: async (args) => endAfter(await observation.run(() => subscribe(args))),
    };
  }

  function open(
    socket: WebSocket,
    stream: Duplex,
    session: string | null,
    endHandshake: () => void,
  ): void {
    const connection = new SocketConnection(socket, session, options.unreadAnswers);
    connection.limitUntilAuthenticated(stream, endHandshake);
    // They are answered, so they must not come faster than they can be sent.
    socket.on('ping', () => connection.admit());
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => void connection.send(text),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) =>
          socket.on('message', (data, isBinary) => {
            if (!connection.admit()) return;
            // Decoding bytes that are not UTF-8 would change them silently.
            if (isBinary) return connection.close(BAD_REQUEST, 'Messages are text');
            const text = String(data);
            if (nestsTooDeep(text)) {
              return connection.close(BAD_REQUEST, `JSON nested deeper than ${maxNesting} levels`);
            }
            connection.message = text;
            handle(connection.message).catch((error: unknown) => {
              pipeline.maskError(error); // logs it
              connection.close(INTERNAL_ERROR, 'Something went wrong here');
            });
          }),
      },
      connection,
    );
    socket.once('close', (code, reason) => {
      closed(code, String(reason)).catch((error: unknown) => pipeline.maskError(error));
    });
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Without a listener, a client that disconnects now would crash the process.
    socket.on('error', () => socket.destroy());
    if (!server.listening) return turnAway(socket, '503 Service Unavailable');
    removePathPrefix(request, options.pathPrefix ?? '');
    if (request.url?.split('?', 1)[0] !== GRAPHQL_PATH) return turnAway(socket, '404 Not Found');
    if (!isAllowedOrigin(request, allowedOrigins)) return turnAway(socket, '403 Forbidden');
    const endHandshake = handshakes.begin(clientAddress(request, trustProxy));
    if (!endHandshake) {
      onLimit?.('handshakes_per_address');
      return turnAway(socket, '429 Too Many Requests', `Retry-After: ${HANDSHAKE_RETRY_SECONDS}`);
    }
    socket.once('close', endHandshake);
    const session = options.signIn?.sessionOf(request) ?? null;
    sockets.handleUpgrade(request, socket, head, (opened) =>
      open(opened, socket, session, endHandshake),
    );
  });

  return {
    async close() {
      const closing = [...sockets.clients].map((socket) => {
        const closed = new Promise((resolve) => socket.once('close', resolve));
        socket.close(SERVICE_RESTART, 'Service restart');
        const timer = setTimeout(() => socket.terminate(), 1_000);
        return closed.then(() => clearTimeout(timer));
      });
      await Promise.all(closing);
    },
  };
}

/** The error without the HTTP status that it would have. */
function withoutHttp(error: GraphQLError): GraphQLError {
  const { http: _http, ...extensions } = error.extensions;
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source,
    positions: error.positions,
    extensions,
  });
}

const nextMessage = (id: string, result: string): string =>
  `{"id":${JSON.stringify(id)},"type":"next","payload":${result}}`;

/**
 * For graphql-ws: an iterator without results, because they are sent here, that ends with the
 * subscription.
 */
function until(ended: Promise<void>, stop: () => void): AsyncGenerator<ExecutionResult, void> {
  const done = { value: undefined, done: true } as const;
  return {
    async next() {
      await ended;
      return done;
    },
    async return() {
      stop();
      return done;
    },
    async throw(error) {
      stop();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      stop();
    },
  };
}

const nothingMore = () => until(Promise.resolve(), () => {});

const exactVariables = (message: string) =>
  (parseJson(message) as { payload: SubscribePayload }).payload.variables as Record<
    string,
    unknown
  >;

function turnAway(socket: Duplex, status: string, ...headers: string[]): void {
  const lines = [`HTTP/1.1 ${status}`, 'Connection: close', 'Content-Length: 0', ...headers];
  socket.end(`${lines.join('\r\n')}\r\n\r\n`);
}
