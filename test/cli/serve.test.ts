import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { testDatabase } from '../support/testDatabase.ts';
import { portInUse, runHoldpoint, startProgram } from './runProgram.ts';

const database = await testDatabase();
const env = {
  DATABASE_URL: database.url,
  HOLDPOINT_JWT_SECRET: 'a secret for tests only, of more than 32 bytes',
  PORT: '0',
};

it('prints where it listens, where the data is and how to create tokens, and exits with 0 on SIGTERM', async () => {
  const service = startProgram('src/main.ts', ['serve'], env);
  await service.until(/review:decide\n/);
  const { host, pathname } = new URL(database.url);
  expect(service.output.stdout).toMatch(
    /^Holdpoint listens on http:\/\/127\.0\.0\.1:\d+\/graphql\n/,
  );
  expect(service.output.stdout).toContain(`Data: PostgreSQL at ${host}${pathname}\n`);
  expect(service.output.stdout).toContain('--as my-agent --scope review:request\n');

  service.process.kill('SIGTERM');
  const { exitCode, stderr } = await service.ended;
  expect(exitCode).toBe(0);
  const lines = stderr.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).msg)).toContain('closed');
});

it('prints links to its public URL', async () => {
  const service = startProgram('src/main.ts', ['serve'], {
    ...env,
    HOLDPOINT_PUBLIC_URL: 'https://example.com/tools/holdpoint/',
  });
  await service.until(/review:decide\n/);
  const { stdout } = service.output;
  expect(stdout).toMatch(/^Holdpoint listens on http:\/\/127\.0\.0\.1:\d+\/graphql$/m);
  expect(stdout).toContain('Page: https://example.com/tools/holdpoint/\n');
  expect(stdout).toContain('GraphiQL: https://example.com/tools/holdpoint/graphql#token=<token>\n');
  service.process.kill('SIGTERM');
  await service.ended;
});

it('treats the several signals of one Ctrl-C as one', async () => {
  const service = startProgram('src/main.ts', ['serve'], env);
  await service.until(/review:decide\n/);
  for (let count = 0; count < 3; count++) service.process.kill('SIGINT');
  expect((await service.ended).exitCode).toBe(0);
});

it('lists all invalid environment variables at once, by name', async () => {
  const { exitCode, stderr } = await runHoldpoint(['serve'], {
    PORT: 'http',
    DATABASE_URL: 'mysql://x',
    LOG_LEVEL: 'loud',
  });
  expect(exitCode).toBe(1);
  const names = stderr
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ')[0]);
  expect(names).toEqual(expect.arrayContaining(['PORT', 'DATABASE_URL', 'LOG_LEVEL']));
  expect(names.every((name) => /^[A-Z_]+$/.test(name ?? ''))).toBe(true);
});

it('reports in one line that the port is in use', async () => {
  const port = await portInUse();
  const { exitCode, stderr } = await runHoldpoint(['serve'], {
    ...env,
    PORT: String(port),
    LOG_LEVEL: 'silent',
  });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: `Port ${port} on 127.0.0.1 is in use. Stop the process that uses it, or set PORT\n`,
  });
});

it('creates tokens on the embedded database whether or not the service is running', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdpoint-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o755); // another user runs the server when the tests run as root
  const embedded = { HOLDPOINT_DATA_DIR: join(folder, 'data'), PORT: '0' };
  const create = (actor: string) =>
    runHoldpoint(
      ['token', 'create', '--workspace', 'u', '--as', actor, '--scope', 'review:read'],
      embedded,
    );
  const aToken = { exitCode: 0, stdout: expect.stringMatching(/^holdpoint_\S+\n$/) };

  // No service would accept a token of a database that was made by mistake.
  expect(await create('nobody')).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringMatching(/^There is no database in .*data\. .*: holdpoint migrate\n$/),
  });
  expect(existsSync(embedded.HOLDPOINT_DATA_DIR)).toBe(false);
  expect((await runHoldpoint(['migrate'], embedded)).stdout).toMatch(/^Applied 0001_/);
  expect(await create('before')).toMatchObject(aToken);
  const service = startProgram('src/main.ts', ['serve'], embedded);
  await service.until(/review:decide\n/);
  const during = await create('during');
  expect(during).toMatchObject(aToken);
  const url = /http:\S+/.exec(service.output.stdout)?.[0] as string;
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${during.stdout.trim()}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ query: '{ viewer { actor } }' }),
  });
  expect(await response.json()).toEqual({ data: { viewer: { actor: 'during' } } });

  const second = await runHoldpoint(['serve'], embedded);
  expect(second.exitCode).toBe(1);
  expect(second.stderr).toMatch(
    /^The data folder .* is in use by another Holdpoint process[^\n]*\n$/m,
  );

  service.process.kill('SIGTERM');
  await service.ended;
  const { stdout } = await runHoldpoint(['token', 'list'], embedded);
  expect(stdout).toContain('before');
  expect(stdout).toContain('during');
}, 40_000);

it('exits immediately on a second signal during shutdown', async () => {
  const service = startProgram('src/main.ts', ['serve'], env);
  await service.until(/review:decide\n/);
  const url = new URL(/http:\S+/.exec(service.output.stdout)?.[0] as string);
  const unknown = `Bearer holdpoint_${'x'.repeat(43)}`;
  // A request that waits for the database delays the shutdown.
  const lock = await database.pool.connect();
  await lock.query('BEGIN; LOCK TABLE "ApiToken"');
  const stuck = fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: unknown },
    body: JSON.stringify({ query: '{ viewer { actor } }' }),
  }).catch(() => {});
  const waiting = `SELECT FROM pg_locks WHERE NOT granted AND "relation" = '"ApiToken"'::regclass`;
  await expect.poll(() => lock.query(waiting).then(({ rowCount }) => rowCount)).toBe(1);
  service.process.kill('SIGTERM');
  await pause(700);
  expect(service.process.exitCode).toBe(null);
  service.process.kill('SIGTERM');
  expect((await service.ended).exitCode).toBe(143);
  await stuck;
  await lock.query('ROLLBACK');
  lock.release();
});

it('logs an unhandled rejection, shuts down and exits with 1', async () => {
  const fault = 'data:text/javascript,setTimeout(() => Promise.reject(new Error("boom")), 1500)';
  const service = startProgram('--import', [fault, 'src/main.ts', 'serve'], env);
  const { exitCode, stderr } = await service.ended;
  expect(exitCode).toBe(1);
  const logged = stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(logged).toContainEqual(
    expect.objectContaining({ msg: 'unhandledRejection: the service ends' }),
  );
  expect(logged.at(-1).msg).toBe('closed');
});
