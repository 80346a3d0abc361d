import { randomUUID } from 'node:crypto';
import { constants } from 'node:os';
import { createClient } from '@holdpoint/client';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { McpExecution } from '../mcp/mcpExecution.ts';
import { LineTransport } from '../mcp/proxy/lineTransport.ts';
import { McpProxy } from '../mcp/proxy/proxy.ts';
import { serverName } from '../mcp/proxy/serverName.ts';
import { openReviewClient } from '../mcp/reviewClient.ts';
import { CommandError, UsageError } from './errors.ts';
import { checkToken } from './mcp.ts';
import { readToken } from './readToken.ts';

/** Below the timeout of MCP clients. */
const PATIENCE_MS = 5_000;

export type McpProxyOptions = {
  /** The MCP server, if it is not started by a command. */
  url?: string;
  header?: string[];
  name?: string;
  /** The URL of Holdpoint. */
  holdpoint: string;
  tokenFile?: string;
  run?: string;
  wait?: number;
};

/** Stands between an MCP client on stdio and a server, until one of them leaves. */
export async function runMcpProxy(command: string[], options: McpProxyOptions): Promise<void> {
  const { url, header = [], name, holdpoint: service, tokenFile, run, wait } = options;
  if (command.length > 0 === (url !== undefined)) {
    throw new UsageError('give either the command of an MCP server after --, or its --url');
  }
  const token = await readToken(tokenFile, 'review:request');
  await checkToken(openReviewClient(service, token, 0));
  const log = (message: string) => console.error(`holdpoint mcp proxy: ${message}`);
  const execution = new McpExecution(run ?? `mcp-proxy-${randomUUID()}`);
  const client = new LineTransport(process.stdin, process.stdout);
  const server = url === undefined ? serverOf(command) : serverAt(url, header);
  const proxy = new McpProxy({
    client,
    server,
    holdpoint: createClient({
      url: service,
      token,
      patienceMs: PATIENCE_MS,
      onRetry: ({ message }) => log(`${message}. Retrying…`),
    }),
    execution,
    name: name ?? serverName(url === undefined ? { command } : { url }),
    waitMs: wait,
    log,
  });
  const ended = new Promise<number>((resolve) => {
    client.onclose = () => resolve(0);
    server.onclose = () => resolve(1);
    server.onerror = (error) => log(`the server: ${error.message}`);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => resolve(128 + constants.signals[signal]));
    }
  });
  await proxy.start().catch((error: Error) => {
    throw new CommandError(`Cannot start the MCP server: ${error.message}`);
  });
  const exitCode = await ended;
  if (exitCode === 1) log('the server has ended');
  await proxy.close();
  // A run that was named on the command line belongs to its caller.
  if (run === undefined) await execution.end(openReviewClient(service, token, 0));
  process.exit(exitCode);
}

function serverOf([command = '', ...args]: string[]): Transport {
  // The server is not trusted with Holdpoint's token.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('HOLDPOINT_')),
  ) as Record<string, string>;
  return new StdioClientTransport({ command, args, env, stderr: 'inherit' });
}

function serverAt(url: string, headers: readonly string[]): Transport {
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: Object.fromEntries(headers.map(headerOf)) },
  });
  return transport as Transport;
}

/** `Authorization: Bearer $API_TOKEN`, with the variable from the environment. */
function headerOf(text: string): [name: string, value: string] {
  const at = text.indexOf(':');
  if (at < 1) throw new UsageError(`--header must be "Name: value", not ${JSON.stringify(text)}`);
  const value = text.slice(at + 1).trim();
  const filled = value.replace(/\$(\w+)/g, (_, name: string) => {
    const found = process.env[name];
    if (found === undefined) throw new UsageError(`--header uses ${name}, which is not set`);
    return found;
  });
  return [text.slice(0, at).trim(), filled];
}
