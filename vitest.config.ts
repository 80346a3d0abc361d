import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/globalSetup.ts',
    // Load the sources with Node, as in production. Vite would load a second copy of graphql.
    experimental: { viteModuleRunner: false },
    pool: 'forks',
    // As in the npm scripts: our packages resolve to their TypeScript sources.
    execArgv: ['--conditions=holdpoint-source'],
    maxWorkers: 2,
    // CI machines are shared, so a timeout may be bad luck. The report lists retried tests.
    retry: Number(process.env['TEST_RETRIES'] ?? 0),
    testTimeout: 20_000,
    hookTimeout: 30_000,
    teardownTimeout: 10_000,
    expect: { poll: { timeout: 10_000 } },
  },
});
