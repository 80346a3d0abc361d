import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

/**
 * Folders whose test files share a process, and the sources that are loaded in it. To load them
 * again for each file takes a third of the time. Each file has its own database and service. It
 * must leave nothing behind: an operation that is still retried after its end fails in another
 * file. Files of other folders measure their process, change it, or spend their time in other
 * processes.
 */
const sharing = [
  'approvals',
  'attachments',
  'attacks',
  'client',
  'identity',
  'json',
  'langgraph',
  'people',
  'pipeline',
  'policy',
  'reviews',
  'schema',
  'search',
  'server',
  'webhooks',
].map((folder) => `test/${folder}/**/*.test.ts`);

const test: TestProjectInlineConfiguration['test'] = {
  // Load the sources with Node, as in production. Vite would load a second copy of graphql.
  experimental: { viteModuleRunner: false },
  pool: 'forks',
  // As in the npm scripts: our packages resolve to their TypeScript sources.
  execArgv: ['--conditions=holdpoint-source'],
  // CI machines are shared, so a timeout may be bad luck. The report lists retried tests.
  retry: Number(process.env['TEST_RETRIES'] ?? 0),
  testTimeout: 20_000,
  hookTimeout: 30_000,
  expect: { poll: { timeout: 10_000 } },
};

export default defineConfig({
  test: {
    globalSetup: 'test/support/globalSetup.ts',
    maxWorkers: 2,
    teardownTimeout: 10_000,
    projects: [
      { test: { ...test, name: 'sharing', include: sharing, isolate: false } },
      {
        test: {
          ...test,
          name: 'alone',
          include: ['test/**/*.test.ts'],
          exclude: sharing,
        },
      },
    ],
  },
});
