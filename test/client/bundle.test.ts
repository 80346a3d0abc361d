import { resolve } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { expect, it } from 'vitest';
import { apiVersion } from '../../packages/client/src/apiVersion.ts';
import { bundleClient } from './bundleClient.ts';

const project = resolve('.');
const MAX_BYTES = 60_000;

it(`is at most ${MAX_BYTES} bytes with its dependencies, and imports nothing of Node or the server`, async () => {
  const output = await bundleClient('es');
  let bytes = 0;
  const modules: string[] = [];
  for (const chunk of output) {
    if (chunk.type !== 'chunk') continue;
    bytes += Buffer.byteLength(chunk.code);
    modules.push(...chunk.moduleIds);
    expect(chunk.code).not.toMatch(/["'`]node:/);
    expect(
      chunk.imports.filter((path) => !output.some(({ fileName }) => fileName === path)),
    ).toEqual([]);
  }
  console.log(`@holdpoint/client: ${bytes} bytes minified`);
  expect(bytes).toBeLessThanOrEqual(MAX_BYTES);
  const own = modules.filter((id) => id.startsWith(project) && !id.includes('/node_modules/'));
  expect(own.length).toBeGreaterThan(20);
  expect(own.filter((id) => !/\/packages\/client\/src\/(?!approvals|testing)/.test(id))).toEqual(
    [],
  );
  expect(modules.join()).not.toMatch(/browser-external|node_modules\/graphql\//);
});

it('runs without the globals of Node', async () => {
  const output = await bundleClient('iife');
  const data = { apiVersion, viewer: { userId: 'u', actor: 'a', scopes: [] } };
  const page = createContext({
    URL,
    AbortController,
    AbortSignal,
    TextEncoder,
    crypto,
    setTimeout,
    clearTimeout,
    fetch: async () => new Response(JSON.stringify({ data })),
  });
  const code = output.map((chunk) => (chunk.type === 'chunk' ? chunk.code : '')).join('\n');
  runInContext(code, page);
  const viewer = await runInContext(
    'holdpoint.createClient({ url: "https://example.com", token: "x" }).viewer()',
    page,
  );
  expect(viewer.userId).toBe('u');
});
