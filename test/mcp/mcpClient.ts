import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Progress } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, onTestFinished } from 'vitest';
import type { Answer } from '../../src/mcp/answer.ts';
import { serveMcpOverHttp } from '../../src/mcp/serveHttp.ts';
import { bareEnv } from '../support/bareEnv.ts';
import type { TestService } from '../support/testService.ts';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export type Called = Answer & { text: string; isError: boolean };

/** An agent that uses Holdpoint through the client of the MCP SDK. */
export type McpAgent = {
  client: Client;
  call(
    tool: string,
    args: Record<string, unknown>,
    options?: { timeout?: number; onprogress?: (progress: Progress) => void },
  ): Promise<Called>;
};

export async function connectAgent(
  transport: Transport,
  client = new Client({ name: 'test', version: '1' }),
): Promise<McpAgent> {
  await client.connect(transport);
  onTestFinished(() => client.close());
  await client.listTools(); // from then on the client validates results against the tools' schemas
  return {
    client,
    async call(name, args, options) {
      const result = await client.callTool({ name, arguments: args }, undefined, options);
      const [content] = result.content as { text: string }[];
      return {
        ...(result.structuredContent as Answer),
        text: content?.text ?? '',
        isError: result.isError === true,
      };
    },
  };
}

/**
 * Serves MCP over HTTP for a service, until the end of the test file. Call it at the top of the
 * file.
 */
export async function mcpOverHttp(service: TestService, allowedOrigins: string[] = []) {
  const server = await serveMcpOverHttp({
    serviceUrl: `${service.url}/graphql`,
    host: '127.0.0.1',
    port: 0,
    allowedOrigins,
  });
  afterAll(() => server.close());
  return server;
}

/** Starts `holdpoint mcp` as a client's configuration does. */
export const stdioTransport = (env: Record<string, string>, args: string[] = []) =>
  new StdioClientTransport({
    command: process.execPath,
    args: ['--conditions=holdpoint-source', 'src/main.ts', 'mcp', ...args],
    cwd: root,
    env: { ...bareEnv, ...env },
    stderr: 'pipe',
  });

export const sessionTransport = (url: string, token: string) =>
  new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  });

export const httpTransport = (url: string, token: string) =>
  sessionTransport(url, token) as Transport;
