import { expect, it } from 'vitest';
import { serverName } from '../../src/mcp/proxy/serverName.ts';

it.each([
  ['npx -y @modelcontextprotocol/server-filesystem /data', 'server-filesystem'],
  ['npx @acme/files@1.2.3', 'files'],
  ['npx files@latest', 'files'],
  ['/usr/bin/node --no-warnings dist/index.js', 'index.js'],
  ['uvx mcp-server-git --repository .', 'mcp-server-git'],
  ['npm exec -- files', 'files'],
  ['/opt/shop/server --port 1', 'server'],
  ['npx', 'npx'],
  ['', 'server'],
])('79. the name of %j is %j', (command, name) => {
  expect(serverName({ command: command.split(' ').filter(Boolean) })).toBe(name);
});

it('79. the name of a server at an address is its host', () => {
  expect(serverName({ url: 'https://shop.example.com/mcp' })).toBe('shop.example.com');
  expect(serverName({ url: 'http://127.0.0.1:3001/mcp' })).toBe('127.0.0.1-3001');
});
