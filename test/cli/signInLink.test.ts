import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { signInLink } from '../../src/cli/signInLink.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { defaultClaims, JWT_LEEWAY_MS, jwtVerifier } from '../../src/identity/jwt.ts';
import { bareEnv } from '../support/bareEnv.ts';
import { startProgram } from './runProgram.ts';

const folder = await mkdtemp(join(tmpdir(), 'holdpoint-link-'));
await chmod(folder, 0o755); // another user runs the server when the tests run as root
afterAll(() => rm(folder, { recursive: true, force: true }));

const HOUR_MS = 3_600_000;
const config = (more: Partial<Config> = {}): Config => ({
  ...readConfig({}),
  dataDir: join(folder, 'data'),
  ...more,
});
const URL_OF_SERVICE = 'http://127.0.0.1:4000';

it('the link signs in a reviewer of the demo workspace for twelve hours, who can decide but not request', async () => {
  const link = new URL((await signInLink(URL_OF_SERVICE, config())) as string);
  expect(link.href.split('#')[0]).toBe(`${URL_OF_SERVICE}/`);
  const token = new URLSearchParams(link.hash.slice(1)).get('token') as string;
  const secret = (await readFile(join(folder, 'data/secret'), 'utf8')).trim();
  const verify = jwtVerifier({ secret, jwksUrl: null, issuer: null, audience: null });
  const { userId, scopes, expiresAt } = await verify(token);
  expect({ userId, scopes }).toEqual({ userId: 'demo', scopes: ['review:decide'] });
  const left = Number(expiresAt) - JWT_LEEWAY_MS - Date.now();
  expect(left).toBeGreaterThan(11.9 * HOUR_MS);
  expect(left).toBeLessThanOrEqual(12 * HOUR_MS);
});

it('there is no link with a configured database, secret or identity provider, nor in production', async () => {
  for (const more of [
    { databaseUrl: 'postgresql://db/holdpoint' },
    { jwtSecret: 'a secret for tests only, of more than 32 bytes' },
    { jwksUrl: 'https://id.example.com/jwks.json' },
    { jwtAudience: 'holdpoint' },
    { jwtClaims: { ...defaultClaims, workspace: 'tenant' } },
    { production: true },
  ]) {
    expect(await signInLink(URL_OF_SERVICE, config(more)), JSON.stringify(more)).toBeNull();
  }
});

describe('npm start', () => {
  const env = { HOLDPOINT_DATA_DIR: join(folder, 'data'), PORT: '0' };

  it('prints no token if its output is not a terminal', async () => {
    const service = startProgram('src/main.ts', ['serve'], { ...env, LOG_LEVEL: 'trace' });
    await service.until(/review:decide\n/);
    expect(service.output.stdout).toMatch(/^Page: http:\/\/127\.0\.0\.1:\d+\/$/m);
    service.process.kill('SIGTERM');
    await service.ended;
    expect(service.output.stdout + service.output.stderr).not.toMatch(/token=ey/);
  }, 30_000);

  const hasTerminal = spawnSync('script', ['--version']).stdout?.includes('util-linux') ?? false;

  it.skipIf(!hasTerminal)(
    'prints the link on a terminal',
    async () => {
      const program = `${process.execPath} --conditions=holdpoint-source src/main.ts serve`;
      const terminal = spawn('script', ['-qec', program, '/dev/null'], {
        env: { ...bareEnv, ...env },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      onTestFinished(async () => {
        // The service notices that its terminal is gone, and shuts down.
        terminal.kill('SIGTERM');
        if (terminal.exitCode === null) await once(terminal, 'exit');
      });
      let shown = '';
      for await (const chunk of terminal.stdout) {
        shown += chunk;
        if (shown.includes('review:decide')) break;
      }
      expect(shown).toMatch(/Page, signed in to workspace demo: \S+\/#token=ey[\w.-]+\s/);
    },
    30_000,
  );
});
