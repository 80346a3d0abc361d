import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/globalSetup.ts',
    // Node runs the sources as it does in production, instead of Vite, which would load a second graphql.
    experimental: { viteModuleRunner: false },
    pool: 'forks',
    // As the npm scripts: 'holdpoint/client' and the others resolve to TypeScript.
    execArgv: ['--conditions=holdpoint-source'],
    maxWorkers: 2,
    // On a machine that others use too, a time limit may be met by bad luck. The report names what needed a second run.
    retry: process.env['CI'] ? 1 : 0,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    teardownTimeout: 10_000,
    expect: { poll: { timeout: 10_000 } },
  },
});
