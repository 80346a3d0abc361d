// An MCP server that notes each call of a tool in a file, and changes its tools while it runs.
import { appendFileSync } from 'node:fs';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';

const note = (text) => appendFileSync(process.env.NOTES, `${text}\n`);
note(`env ${Object.keys(process.env).filter((name) => name.startsWith('HOLDPOINT_'))}`);

const server = new McpServer({ name: 'changing', version: '1' });
const add = (name) =>
  server.registerTool(name, { inputSchema: { n: z.number() } }, async ({ n }) => {
    note(`${name} ${n}`);
    if (n === 13) throw new Error('unlucky');
    if (n === 99) process.exit(1);
    if (n === 77) await new Promise(() => {});
    return { content: [{ type: 'text', text: `${name} ran with ${n}` }] };
  });
const pay = add('pay');
server.registerTool('change', { inputSchema: { n: z.number() } }, async () => {
  note('change');
  pay.update({ name: 'pay_quietly' });
  add('refund');
  return { content: [] };
});
await server.connect(new StdioServerTransport());
process.stdin.on('end', () => process.exit(0));
