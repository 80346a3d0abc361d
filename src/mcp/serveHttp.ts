import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { LRUCache } from 'lru-cache';
import { RefusedError } from '../client/errors.ts';
import { createMcpServer } from './mcpServer.ts';
import { openReviewClient, type ReviewClient } from './reviewClient.ts';

export const MCP_PATH = '/mcp';

const MAX_BODY_BYTES = 1_500_000;
const MAX_CLIENTS = 1_000;
/** How long a token that the service took is taken for good. */
const TOKEN_CHECK_MS = 60_000;
const CLOSE_GRACE_MS = 1_000;
const SESSION_CHARACTERS = 16;

export type McpHttpOptions = {
  /** The service's GraphQL endpoint. */
  serviceUrl: string;
  host: string;
  port: number;
  /** Of pages that may call; a request of any other page is refused. */
  allowedOrigins: readonly string[];
};

/**
 * The tools over Streamable HTTP. Every caller brings a token of its own, which is the service's to check, and may do
 * what that token may: this process has none. Nothing is kept between requests, so any number of processes may share the
 * callers.
 */
export async function serveMcpOverHttp({
  serviceUrl,
  host,
  port,
  allowedOrigins,
}: McpHttpOptions): Promise<{ url: string; close(): Promise<void> }> {
  const clients = new LRUCache<string, ReviewClient>({ max: MAX_CLIENTS, ttl: TOKEN_CHECK_MS });

  /** @throws RefusedError where the service does not know the token; UnreachableError */
  async function clientOf(token: string): Promise<ReviewClient> {
    const key = hashOf(token);
    const known = clients.get(key);
    if (known) return known;
    const client = openReviewClient(serviceUrl, token);
    await client.operations.viewer();
    clients.set(key, client);
    return client;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?', 1)[0];
    if (path === '/health') return send(response, 200, { status: 'ok' });
    if (path !== MCP_PATH) return refuse(response, 404, `Nothing is here. MCP is at ${MCP_PATH}`);
    const { origin, authorization = '' } = request.headers;
    if (origin !== undefined && !allowedOrigins.includes(origin)) {
      return refuse(response, 403, 'Pages of this origin may not call');
    }
    if (request.method !== 'POST') {
      response.setHeader('Allow', 'POST');
      return refuse(response, 405, 'This server keeps no sessions: everything is a POST');
    }
    const [, token] = /^Bearer ([\x21-\x7e]+)$/i.exec(authorization) ?? [];
    if (token === undefined) {
      return refuse(response, 401, 'Send a token of Holdpoint as Authorization: Bearer …');
    }
    let client: ReviewClient;
    try {
      client = await clientOf(token);
    } catch (error) {
      const isRefused = error instanceof RefusedError && error.code === 'UNAUTHENTICATED';
      return refuse(response, isRefused ? 401 : 503, (error as Error).message);
    }

    const server = createMcpServer(client, sessionOf(token));
    const transport = new StreamableHTTPServerTransport({ maxRequestBodySize: MAX_BODY_BYTES });
    response.once('close', () => void server.close());
    await server.connect(transport as Parameters<typeof server.connect>[0]);
    await transport.handleRequest(request, response);
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

/** One for each token, so that a caller who tries again, here or at another process, asks once. */
const sessionOf = (token: string): string =>
  `copilot-session-mcp-${hashOf(token).slice(0, SESSION_CHARACTERS)}`;

function refuse(response: ServerResponse, status: number, message: string): void {
  if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  if (!response.req.complete) response.setHeader('Connection', 'close');
  send(response, status, { jsonrpc: '2.0', error: { code: -32_000, message }, id: null });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}
