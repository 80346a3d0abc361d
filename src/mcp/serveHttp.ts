import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RefusedError } from '@holdpoint/client';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { LRUCache } from 'lru-cache';
import { bearerToken } from '../identity/authenticator.ts';
import { McpExecution } from './mcpExecution.ts';
import { createMcpServer } from './mcpServer.ts';
import { openReviewClient } from './reviewClient.ts';

export const MCP_PATH = '/mcp';

const MAX_BODY_BYTES = 1_500_000;
const MAX_SESSIONS = 10_000;
/** A session without a request for this long has ended: its client is gone. */
const SESSION_IDLE_MS = 24 * 3_600_000;
const MAX_TOKENS = 10_000;
/** How long a token that the service took is taken for good. */
const TOKEN_CHECK_MS = 60_000;
const CLOSE_GRACE_MS = 1_000;

export type McpHttpOptions = {
  /** The service's GraphQL endpoint. */
  serviceUrl: string;
  host: string;
  port: number;
  /** Of pages that may call; a request of any other page is refused. */
  allowedOrigins: readonly string[];
};

/** Whose token it is: a session goes on under another token of the same actor. */
type Caller = { userId: string; actor: string };

type Session = {
  caller: Caller;
  /** The newest token that the caller sent. */
  token: string;
  transport: StreamableHTTPServerTransport;
  close(): Promise<void>;
};

/**
 * The tools over Streamable HTTP. Every caller brings a token of its own, which is the service's to check, and may do
 * what that token may: this process has none. Each session of the protocol is one execution, which ends with it.
 * Sessions are kept in this process: several of them need a load balancer that keeps a session with one.
 */
export async function serveMcpOverHttp({
  serviceUrl,
  host,
  port,
  allowedOrigins,
}: McpHttpOptions): Promise<{ url: string; close(): Promise<void> }> {
  const callers = new LRUCache<string, Caller>({ max: MAX_TOKENS, ttl: TOKEN_CHECK_MS });
  const sessions = new LRUCache<string, Session>({
    max: MAX_SESSIONS,
    ttl: SESSION_IDLE_MS,
    ttlAutopurge: true,
    updateAgeOnGet: true,
    dispose: (session, _id, reason) => {
      if (reason !== 'delete') void session.close();
    },
  });

  /** @throws RefusedError where the service does not know the token; UnreachableError */
  async function callerOf(token: string): Promise<Caller> {
    const key = hashOf(token);
    const known = callers.get(key);
    if (known) return known;
    const { userId, actor } = await openReviewClient(serviceUrl, token).operations.viewer();
    callers.set(key, { userId, actor });
    return { userId, actor };
  }

  /** A session of which the client does not know yet: its first request has to be `initialize`. */
  async function openSession(caller: Caller, token: string): Promise<Session> {
    const sessionId = randomUUID();
    const execution = new McpExecution(`copilot-session-mcp-${sessionId}`);
    const transport = new StreamableHTTPServerTransport({
      maxRequestBodySize: MAX_BODY_BYTES,
      sessionIdGenerator: () => sessionId,
      onsessioninitialized: () => void sessions.set(sessionId, session),
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
    if (path !== MCP_PATH) return refuse(response, 404, `Nothing is here. MCP is at ${MCP_PATH}`);
    const { origin, authorization = '' } = request.headers;
    if (origin !== undefined && !allowedOrigins.includes(origin)) {
      return refuse(response, 403, 'Pages of this origin may not call');
    }
    if (request.method !== 'POST' && request.method !== 'DELETE') {
      response.setHeader('Allow', 'POST, DELETE');
      return refuse(response, 405, 'This server sends nothing by itself: call it with POST');
    }
    const token = bearerToken(authorization);
    if (token === null) {
      return refuse(response, 401, 'Send a token of Holdpoint as Authorization: Bearer …');
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
      return refuse(response, 404, 'This session has ended: begin a new one');
    }
    const session = known ?? (await openSession(caller, token));
    session.token = token;
    await session.transport.handleRequest(request, response);
    // What was no `initialize` made no session.
    if (!known && session.transport.sessionId === undefined) await session.close();
  }

  const http = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error(error);
      if (response.headersSent) response.destroy();
      else refuse(response, 500, 'Something went wrong here');
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

/** Callers are remembered by what does not give their token away. */
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
