import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ExecutionArgs, type ExecutionResult, GraphQLError, getOperationAST } from 'graphql';
import { type Context, handleProtocols, makeServer, type SubscribePayload } from 'graphql-ws';
import { isAsyncIterable } from 'graphql-yoga';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Authenticator } from '../identity/authenticator.ts';
import { UnauthenticatedError } from '../identity/unauthenticatedError.ts';
import type { Viewer } from '../identity/viewer.ts';
import { parseJson } from '../json/parseJson.ts';
import { stringifyJson } from '../json/stringifyJson.ts';
import { schema } from '../schema/index.ts';
import { GRAPHQL_PATH, type Graphql } from './createGraphql.ts';
import { isAllowedOrigin } from './origins.ts';
import { publicError } from './publicError.ts';
import { MAX_BODY_BYTES } from './readBody.ts';

const FORBIDDEN = 4403;
const SERVICE_RESTART = 1012;
const MAX_OPERATIONS = 100;
const INIT_TIMEOUT_MS = 10_000;
/** Keeps proxies from closing an idle connection; one that does not answer until the next is gone. */
const PING_MS = 12_000;
const CLOSE_GRACE_MS = 1_000;
/** setTimeout takes no longer time. A token that lives longer outlives the connection in any case. */
const MAX_TIMER_MS = 2 ** 31 - 1;

type Connection = {
  socket: WebSocket;
  send(text: string): Promise<void>;
  /** The text of the message that is being handled. */
  message: string;
  authorization: unknown;
  viewer?: Viewer;
};

type Operation = ExecutionArgs & { run(args: ExecutionArgs): Promise<unknown> };

export type WebSocketOptions = {
  graphql: Graphql;
  authenticator: Authenticator;
  allowedOrigins: readonly string[];
  production: boolean;
};

export type WebSocketConnections = {
  /** Closes the connections that came with this API token. */
  endToken(tokenId: string): void;
  /** Tells every client to come back, then closes. */
  close(): Promise<void>;
};

/**
 * GraphQL over WebSocket, in the protocol graphql-transport-ws, which graphql-ws keeps: acknowledging, ids,
 * completing. What differs from its recipe: results are written here, so that JSON goes out exactly; whatever is
 * wrong with one operation is an error of that operation and leaves the socket's others alone; a token
 * that ends ends its socket.
 */
export function serveWebSockets(
  server: Server,
  { graphql: { yoga }, authenticator, allowedOrigins, production }: WebSocketOptions,
): WebSocketConnections {
  const connections = new Set<Connection>();
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_BODY_BYTES,
    handleProtocols,
  });

  const protocol = makeServer<Record<string, unknown>, Connection>({
    connectionInitWaitTimeout: INIT_TIMEOUT_MS,
    onConnect: async ({ connectionParams, extra }) => {
      extra.authorization =
        connectionParams?.['authorization'] ?? connectionParams?.['Authorization'];
      return enter(extra);
    },
    onSubscribe: prepare,
    execute: (args) => (args as Operation).run(args) as Promise<ExecutionResult>,
    subscribe: (args) => (args as Operation).run(args) as Promise<ExecutionResult>,
    onOperation: ({ extra }, id, _payload, _args, result) =>
      written(result, (part) =>
        extra.send(`{"id":${JSON.stringify(id)},"type":"next","payload":${stringifyJson(part)}}`),
      ),
  });

  /** Lets a connection in, until its token ends. */
  async function enter(connection: Connection): Promise<boolean> {
    try {
      connection.viewer = await authenticator.viewerOf(connection.authorization);
    } catch (error) {
      connection.socket.close(FORBIDDEN, reasonOf(error));
      return false;
    }
    const { expiresAt } = connection.viewer;
    if (expiresAt) {
      const left = Math.min(expiresAt.getTime() - Date.now(), MAX_TIMER_MS);
      const timer = setTimeout(
        () => connection.socket.close(FORBIDDEN, 'The token has expired'),
        left,
      );
      connection.socket.once('close', () => clearTimeout(timer));
    }
    return true;
  }

  async function prepare(
    { extra, subscriptions }: Context<Record<string, unknown>, Connection>,
    _id: string,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const { message } = extra; // of this operation, until the first await
    if (Object.keys(subscriptions).length > MAX_OPERATIONS) {
      return [
        refusal(
          `At most ${MAX_OPERATIONS} operations at once on one socket`,
          'TOO_MANY_OPERATIONS',
        ),
      ];
    }
    try {
      const viewer = await authenticator.viewerOf(extra.authorization);
      const enveloped = yoga.getEnveloped({ viewer, params: payload });
      const document = enveloped.parse(payload.query);
      const errors: readonly GraphQLError[] = enveloped.validate(schema, document);
      if (errors.length > 0) return errors;
      const { execute, subscribe, contextFactory } = enveloped;
      return {
        schema,
        document,
        operationName: payload.operationName ?? null,
        variableValues: payload.variables ? exactVariables(message) : null,
        contextValue: await contextFactory(),
        run: (args: ExecutionArgs) => (isSubscription(args) ? subscribe(args) : execute(args)),
      } as Operation;
    } catch (error) {
      if (error instanceof UnauthenticatedError) extra.socket.close(FORBIDDEN, reasonOf(error));
      return [publicError(error, production).error];
    }
  }

  function open(socket: WebSocket): void {
    const connection: Connection = {
      socket,
      message: '',
      authorization: undefined,
      send: (text) =>
        new Promise((resolve, reject) => {
          // A socket that closed under way: the operation ends with it.
          if (socket.readyState !== socket.OPEN) return resolve();
          socket.send(text, (error) => (error ? reject(error) : resolve()));
        }),
    };
    connections.add(connection);
    let answered = true;
    const ping = setInterval(() => {
      if (!answered) return socket.terminate();
      answered = false;
      socket.ping();
    }, PING_MS);
    socket.on('pong', () => {
      answered = true;
    });
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: connection.send,
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) =>
          socket.on('message', (data) => {
            connection.message = String(data);
            handle(connection.message).catch((error: unknown) =>
              socket.close(4500, reasonOf(publicError(error, production).error)),
            );
          }),
      },
      connection,
    );
    socket.on('error', () => socket.terminate());
    socket.once('close', (code, reason) => {
      clearInterval(ping);
      connections.delete(connection);
      closed(code, String(reason)).catch(() => {});
    });
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.url?.split('?', 1)[0] !== GRAPHQL_PATH) return turnAway(socket, '404 Not Found');
    if (!isAllowedOrigin(request, allowedOrigins)) return turnAway(socket, '403 Forbidden');
    sockets.handleUpgrade(request, socket, head, open);
  });

  return {
    endToken(tokenId) {
      for (const { viewer, socket } of connections) {
        if (viewer?.tokenId === tokenId) socket.close(FORBIDDEN, 'The token has ended');
      }
    },
    async close() {
      for (const { socket } of connections) socket.close(SERVICE_RESTART, 'Service restart');
      const deadline = Date.now() + CLOSE_GRACE_MS;
      while (connections.size > 0 && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      for (const { socket } of connections) socket.terminate();
    },
  };
}

/** Results are sent while graphql-ws waits for the next one: it sees none, and completes the operation at their end. */
function written(
  result: unknown,
  send: (result: ExecutionResult) => Promise<void>,
): AsyncGenerator<ExecutionResult, void> {
  const results = isAsyncIterable<ExecutionResult>(result)
    ? result[Symbol.asyncIterator]()
    : [result as ExecutionResult].values();
  return {
    async next() {
      for (;;) {
        const { value, done } = await results.next();
        if (done) return { value: undefined, done: true };
        await send(value);
      }
    },
    async return() {
      await results.return?.();
      return { value: undefined, done: true };
    },
    async throw(error) {
      await results.return?.();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await results.return?.();
    },
  };
}

const exactVariables = (message: string) =>
  (parseJson(message) as { payload: SubscribePayload }).payload.variables as Record<
    string,
    unknown
  >;

const isSubscription = ({ document, operationName }: ExecutionArgs): boolean =>
  getOperationAST(document, operationName)?.operation === 'subscription';

const refusal = (message: string, code: string) =>
  new GraphQLError(message, { extensions: { code } });

/** A close frame has room for 123 bytes. */
const reasonOf = (error: unknown): string =>
  error instanceof Error
    ? Buffer.from(error.message)
        .subarray(0, 120)
        .toString()
        .replace(/\uFFFD$/, '')
    : '';

function turnAway(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
