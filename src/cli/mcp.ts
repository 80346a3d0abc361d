import { randomUUID } from 'node:crypto';
import { UnreachableError } from '@holdpoint/client';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { McpExecution } from '../mcp/mcpExecution.ts';
import { createMcpServer } from '../mcp/mcpServer.ts';
import { openReviewClient, type ReviewClient } from '../mcp/reviewClient.ts';
import { serveMcpOverHttp } from '../mcp/serveHttp.ts';
import { CommandError } from './errors.ts';
import { readToken } from './readToken.ts';
import { safeText } from './terminalText.ts';

export type McpOptions = {
  /** The URL of the service. */
  url: string;
  tokenFile?: string;
  /** The run that the reviews belong to; absent: a new one. */
  run?: string;
  /** Serves HTTP on this port instead of stdio. */
  port?: number;
  host: string;
  origin?: string[];
};

/**
 * Serves the Model Context Protocol until the client leaves or a signal arrives. Over stdio, stdout
 * carries only the protocol.
 */
export async function runMcp(options: McpOptions): Promise<void> {
  if (options.port === undefined) await runOverStdio(options);
  else await runOverHttp({ ...options, port: options.port });
}

async function runOverStdio({ url, tokenFile, run }: McpOptions): Promise<void> {
  const token = await readToken(tokenFile, 'review:request');
  await checkToken(openReviewClient(url, token, 0));
  const client = openReviewClient(url, token);
  const session = new McpExecution(run ?? `copilot-session-mcp-${randomUUID()}`);
  const server = createMcpServer(client, session);
  const transport = new StdioServerTransport();
  const ended = Promise.race([
    new Promise((resolve) => process.stdin.once('end', resolve).once('close', resolve)),
    // The client has closed its end of stdout.
    new Promise((resolve) => process.stdout.once('error', resolve)),
    signalled(),
  ]);
  transport.onerror = (error) => console.error(`holdpoint mcp: ${error.message}`);
  await server.connect(transport);
  await ended;
  // A run that was named on the command line belongs to its caller.
  if (run === undefined) await session.end(openReviewClient(url, token, 0));
  await server.close();
  // Requests that still wait for a decision would keep the process alive.
  process.exit(0);
}

async function runOverHttp({
  url,
  host,
  port,
  origin = [],
}: McpOptions & { port: number }): Promise<void> {
  const server = await serveMcpOverHttp({
    serviceUrl: url,
    host,
    port,
    allowedOrigins: origin,
  });
  console.log(`MCP over HTTP listens on ${server.url}. Each client sends its own token.`);
  await signalled();
  await server.close();
  process.exit(0);
}

/** Fails early on a useless token. An unreachable service may come back. */
export async function checkToken({ operations }: ReviewClient): Promise<void> {
  try {
    const { scopes, actor } = await operations.viewer();
    if (scopes.includes('review:request')) return;
    throw new CommandError(
      `The token of ${safeText(actor)} has the scopes ${scopes.join(', ')}, but requesting reviews needs review:request`,
    );
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    console.error(`holdpoint mcp: ${error.message}. Tools fail until the service is reachable`);
  }
}

const signalled = (): Promise<unknown> =>
  Promise.race(
    (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map(
      (signal) => new Promise((resolve) => process.once(signal, resolve)),
    ),
  );
