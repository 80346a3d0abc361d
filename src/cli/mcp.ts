import { randomUUID } from 'node:crypto';
import { UnreachableError } from '@holdpoint/client';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { McpExecution } from '../mcp/mcpExecution.ts';
import { createMcpServer } from '../mcp/mcpServer.ts';
import { openReviewClient, type ReviewClient } from '../mcp/reviewClient.ts';
import { serveMcpOverHttp } from '../mcp/serveHttp.ts';
import { CommandError } from './commandError.ts';
import { readToken } from './readToken.ts';
import { safeText } from './safeText.ts';

export type McpOptions = {
  /** Of the service. */
  url: string;
  tokenFile?: string;
  /** The execution of what is asked for; a new one for each run where none is given. */
  execution?: string;
  /** Over HTTP instead of stdio. */
  port?: number;
  host: string;
  origin?: string[];
};

/** Runs the Model Context Protocol server until its caller, or a signal, ends it. Over stdio only the protocol is on stdout. */
export async function runMcp(options: McpOptions): Promise<void> {
  if (options.port === undefined) await runOverStdio(options);
  else await runOverHttp({ ...options, port: options.port });
}

async function runOverStdio({ url, tokenFile, execution }: McpOptions): Promise<void> {
  const token = await readToken(tokenFile, 'review:request');
  await checkToken(openReviewClient(url, token, 0));
  const client = openReviewClient(url, token);
  const session = new McpExecution(execution ?? `copilot-session-mcp-${randomUUID()}`);
  const server = createMcpServer(client, session);
  const transport = new StdioServerTransport();
  const ended = Promise.race([
    new Promise((resolve) => process.stdin.once('end', resolve).once('close', resolve)),
    // A caller that reads no more is gone.
    new Promise((resolve) => process.stdout.once('error', resolve)),
    signalled(),
  ]);
  transport.onerror = (error) => console.error(`holdpoint mcp: ${error.message}`);
  await server.connect(transport);
  await ended;
  // An execution that was named is somebody else's to end.
  if (execution === undefined) await session.end(openReviewClient(url, token, 0));
  await server.close();
  // A wait that its caller has left would keep the process alive.
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
  console.log(`MCP over HTTP listens on ${server.url}; each caller sends its own token`);
  await signalled();
  await server.close();
  process.exit(0);
}

/** A token that is of no use is told at the start; a service that is away may come back. */
async function checkToken({ operations }: ReviewClient): Promise<void> {
  try {
    const { scopes, actor } = await operations.viewer();
    if (scopes.includes('review:request')) return;
    throw new CommandError(
      `The token of ${safeText(actor)} has the scopes ${scopes.join(', ')}: to ask for reviews it needs review:request`,
    );
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    console.error(`holdpoint mcp: ${error.message}. Tools fail until it can be reached`);
  }
}

const signalled = (): Promise<unknown> =>
  Promise.race(
    (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map(
      (signal) => new Promise((resolve) => process.once(signal, resolve)),
    ),
  );
