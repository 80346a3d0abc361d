import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RefusedError } from '@holdpoint/client';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { LRUCache } from 'lru-cache';
import { bearerToken } from '../identity/authenticator.ts';
import { KEEP_ALIVE_MS } from '../keepAlive.ts';
import { McpExecution } from './mcpExecution.ts';
import { createMcpServer } from './mcpServer.ts';
import { openReviewClient } from './reviewClient.ts';

export const MCP_PATH = '/mcp';

const MAX_BODY_BYTES = 1_500_000;
/** Another one ends the oldest session of the workspace that has the most. */
const MAX_SESSIONS = 10_000;
/** Another one ends the oldest session of the same workspace. */
const MAX_SESSIONS_PER_WORKSPACE = 1_000;
/** Sessions without a request for this long are closed. */
const SESSION_IDLE_MS = 24 * 3_600_000;
const MAX_TOKENS = 10_000;
/** How long a verified token is cached. */
const TOKEN_CHECK_MS = 60_000;
const CLOSE_GRACE_MS = 1_000;

export type McpHttpOptions = {
  /** The service's GraphQL endpoint. */
  serviceUrl: string;
  host: string;
  port: number;
  /** Origins of web pages that may send requests. */
  allowedOrigins: readonly string[];
  maxSessions?: number;
  maxSessionsPerWorkspace?: number;
};

/** A session may switch to another token of the same caller. */
type Caller = { userId: string; actor: string };

type Session = {
  caller: Caller;
  /** The latest token that the caller sent. */
  token: string;
  transport: StreamableHTTPServerTransport;
  close(): Promise<void>;
};

/**
 * Serves MCP over Streamable HTTP. This process has no token: every caller sends one, which the
 * service verifies. Each MCP session is one run, which ends with the session. Sessions are kept in
 * memory, so several processes need a load balancer with sticky sessions.
 */
export async function serveMcpOverHttp({
  serviceUrl,
  host,
  port,
  allowedOrigins,
  maxSessions = MAX_SESSIONS,
  maxSessionsPerWorkspace = MAX_SESSIONS_PER_WORKSPACE,
}: McpHttpOptions): Promise<{ url: string; close(): Promise<void> }> {
  const callers = new LRUCache<string, Caller>({ max: MAX_TOKENS, ttl: TOKEN_CHECK_MS });
  const sessions = new LRUCache<string, Session>({
    max: maxSessions,
    ttl: SESSION_IDLE_MS,
    ttlAutopurge: true,
    updateAgeOnGet: true,
    dispose: (session, _id, reason) => {
      if (reason !== 'delete') void session.close();
    },
  });

  /** @throws RefusedError if the service refuses the token; UnreachableError */
  async function callerOf(token: string): Promise<Caller> {
    const key = hashOf(token);
    const known = callers.get(key);
    if (known) return known;
    const { userId, actor } = await openReviewClient(serviceUrl, token).operations.viewer();
    callers.set(key, { userId, actor });
    return { userId, actor };
  }

  /** Ends a session if there are too many, so that no workspace takes the place of others. */
  function makeRoom({ userId }: Caller): void {
    const byWorkspace = Map.groupBy(sessions.entries(), ([, { caller }]) => caller.userId);
    const theirs = byWorkspace.get(userId) ?? [];
    if (theirs.length >= maxSessionsPerWorkspace) end(theirs.at(-1));
    else if (sessions.size >= maxSessions) {
      const all = [...byWorkspace.values()];
      const most = Math.max(...all.map(({ length }) => length));
      end(all.find(({ length }) => length === most)?.at(-1));
    }
  }

  function end([id, session]: [string, Session] | [] = []): void {
    if (!id || !session) return;
    sessions.delete(id);
    void session.close();
  }

  /** Opens a session for a client whose first request has to be `initialize`. */
  async function openSession(caller: Caller, token: string): Promise<Session> {
    const sessionId = randomUUID();
    const execution = new McpExecution(`copilot-session-mcp-${sessionId}`);
    const transport = new StreamableHTTPServerTransport({
      maxRequestBodySize: MAX_BODY_BYTES,
      sessionIdGenerator: () => sessionId,
      onsessioninitialized: () => {
        makeRoom(caller);
        sessions.set(sessionId, session);
      },
      onsessionclosed: async () => {
        sessions.delete(sessionId);
        await session.close();
      },
    });
    const client = openReviewClient(serviceUrl, () => session.token);
    const server = createMcpServer(client, execution);
    const session: Session = {
      caller,
      token,
      transport,
      async close() {
        await execution.end(client);
        await server.close();
      },
    };
    await server.connect(transport as Parameters<typeof server.connect>[0]);
    return session;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?', 1)[0];
    if (path === '/health') return send(response, 200, { status: 'ok' });
    if (path !== MCP_PATH)
      return refuse(response, 404, `Not found. The MCP endpoint is ${MCP_PATH}`);
    const { origin, authorization = '' } = request.headers;
    if (origin !== undefined && !allowedOrigins.includes(origin)) {
      return refuse(response, 403, 'This origin is not allowed');
    }
    if (request.method !== 'POST' && request.method !== 'DELETE') {
      response.setHeader('Allow', 'POST, DELETE');
      return refuse(
        response,
        405,
        'Method not allowed. Use POST: this server sends no messages of its own',
      );
    }
    const { 'content-encoding': encoding = 'identity' } = request.headers;
    if (encoding.toLowerCase() !== 'identity') {
      response.setHeader('Accept-Encoding', 'identity');
      return refuse(response, 415, 'Bodies must not be compressed');
    }
    const token = bearerToken(authorization);
    if (token === null) {
      return refuse(response, 401, 'Send a Holdpoint token: "Authorization: Bearer <token>"');
    }
    let caller: Caller;
    try {
      caller = await callerOf(token);
    } catch (error) {
      const isRefused = error instanceof RefusedError && error.code === 'UNAUTHENTICATED';
      return refuse(response, isRefused ? 401 : 503, (error as Error).message);
    }

    const sessionId = request.headers['mcp-session-id'];
    const known = typeof sessionId === 'string' ? sessions.get(sessionId) : undefined;
    const isTheirs = known?.caller.userId === caller.userId && known.caller.actor === caller.actor;
    if (sessionId !== undefined && !(known && isTheirs)) {
      return refuse(response, 404, 'This session does not exist or has ended. Start a new one');
    }
    const session = known ?? (await openSession(caller, token));
    session.token = token;
    await session.transport.handleRequest(request, response);
    // The request was not `initialize`.
    if (!known && session.transport.sessionId === undefined) await session.close();
  }

  const http = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    answer(request, response).catch((error: unknown) => {
      console.error(error);
      if (response.headersSent) response.destroy();
      else refuse(response, 500, 'Internal error');
    });
  });
  http.listen(port, host);
  await once(http, 'listening');
  const { port: listening } = http.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${listening}${MCP_PATH}`,
    async close() {
      const closed = once(http, 'close');
      http.close();
      http.closeIdleConnections();
      setTimeout(() => http.closeAllConnections(), CLOSE_GRACE_MS).unref();
      await closed;
    },
  };
}

/** So that tokens are not kept in memory. */
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

function refuse(response: ServerResponse, status: number, message: string): void {
  if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  if (!response.req.complete) response.setHeader('Connection', 'close');
  send(response, status, { jsonrpc: '2.0', error: { code: -32_000, message }, id: null });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}
