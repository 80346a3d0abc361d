import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { signJwt } from '../../src/identity/jwt.ts';
import type { Scope } from '../../src/identity/viewer.ts';
import { type Running, runHoldpoint, startProgram } from '../cli/runProgram.ts';
import type { AnsweredWithErrors } from '../support/answeredWithErrors.ts';
import { approve, ask } from '../support/operations.ts';
import { consume, readOutcome } from '../support/outcomes.ts';
import { TestClient } from '../support/testClient.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { JWT_SECRET } from '../support/testService.ts';

const run = promisify(execFile);

const clients: TestClient[] = [];
const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  for (const step of cleanUp.splice(0).reverse()) await step();
});

/** A database that can be backed up and restored while no service is running. */
type Store = {
  env: Record<string, string>;
  backUp(): Promise<unknown>;
  /** @returns the environment to use the restored database with */
  restore(): Promise<Record<string, string>>;
};

/** The service in a process of its own, always on the same port. */
async function openHost() {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    tokenOf: (user: string, actor: string, scope: Scope) =>
      signJwt(JWT_SECRET, { userId: user, actor, scopes: [scope] }, new Date(Date.now() + 600_000)),
    as(user: string, actor: string, scope: Scope): TestClient {
      const client = new TestClient(url, this.tokenOf(user, actor, scope));
      clients.push(client);
      return client;
    },
    async serve(env: Record<string, string>): Promise<Running> {
      const running = startProgram('src/main.ts', ['serve'], {
        ...env,
        HOLDPOINT_JWT_SECRET: JWT_SECRET,
        PORT: String(port),
        LOG_LEVEL: 'silent',
      });
      await running.until(/Holdpoint listens/);
      return running;
    },
  };
}

const events =
  'subscription ($after: String) { reviewEvents(after: $after) { cursor nodeExecId } }';
type Event = { reviewEvents: { cursor: string; nodeExecId: string } };

async function cursorOf(client: TestClient): Promise<string> {
  const { pendingReviews } = await client.query<{ pendingReviews: { feedCursor: string } }>(
    '{ pendingReviews { feedCursor } }',
  );
  return pendingReviews.feedCursor;
}

async function stop(service: Running): Promise<void> {
  service.process.kill('SIGTERM');
  await service.ended;
}

const afterRestore = (env: Record<string, string>) => runHoldpoint(['after-restore'], env);

async function checkRestore(store: Store): Promise<void> {
  const host = await openHost();
  const agent = host.as('acme', 'agent', 'review:request');
  const ada = host.as('acme', 'ada', 'review:decide');
  const newcomer = host.as('newcomer', 'agent', 'review:request');
  const inSession = { graphExecId: 'copilot-session-s' };

  let service = await host.serve(store.env);
  for (const id of ['kept', 'used', 'unused']) await ask(agent, id);
  await ask(agent, 'copilot-node-x:1', inSession);
  await approve(ada, 'used');
  await approve(ada, 'unused');
  await approve(ada, 'copilot-node-x:1', { autoApproveFuture: true });
  const { payloadDigest } = await readOutcome(agent, 'used');
  const cursors = ['0', '1', '3', await cursorOf(agent)];
  await stop(service);
  await store.backUp();

  // What the backup does not have.
  service = await host.serve(store.env);
  expect(await consume(agent, 'used', payloadDigest)).toMatchObject({
    review: { consumedBy: 'agent' },
  });
  const watching = startProgram('src/main.ts', ['watch', '--url', host.url], {
    HOLDPOINT_TOKEN: await host.tokenOf('acme', 'ann', 'review:read'),
  });
  await watching.until(/"kept"/);
  for (const id of ['lost-1', 'lost-2']) await ask(agent, id);
  await watching.until(/"lost-2"/);
  for (const id of ['a', 'b', 'c']) await ask(newcomer, id);
  cursors.push(await cursorOf(agent), String(Number(await cursorOf(agent)) - 1));
  const newcomersCursors = ['0', '2', await cursorOf(newcomer)];

  const early = await afterRestore(store.env);
  expect(early).toMatchObject({ exitCode: 1, stdout: '' });
  expect(early.stderr).toMatch(
    /^Stop all other Holdpoint processes first\. [^\n]* × "holdpoint\/\d/,
  );
  await stop(service);
  await watching.until(/Disconnected/);

  const env = await store.restore();
  const done = await afterRestore(env);
  expect(done).toMatchObject({ exitCode: 0, stderr: '' });
  expect(done.stdout).toContain('have expired (feeds: 1)');
  expect(done.stdout).toContain('Unused approvals voided: 3.');
  expect(done.stdout).toContain('Standing approvals revoked: 1.');
  const again = await afterRestore(env);
  expect(again).toMatchObject({ exitCode: 0, stderr: '' });
  expect(again.stdout).toContain('Unused approvals voided: 0.');
  expect(again.stdout).toContain('Standing approvals revoked: 0.');

  service = await host.serve(env);
  // A client of the feed reads everything again and goes on.
  const before = watching.output.stdout.split('\n').length;
  await expect
    .poll(() =>
      watching.output.stdout
        .split('\n')
        .slice(before - 1)
        .join('\n'),
    )
    .toContain('"WAITING","nodeExecId":"kept"');

  const start = await cursorOf(agent);
  const newcomersStart = await cursorOf(newcomer);
  const later = ['later-0', 'later-1', 'later-2', 'later-3', 'later-4'];
  for (const id of later) {
    await ask(agent, id);
    await ask(newcomer, id);
  }
  await watching.until(/"later-4"/);

  const refusalOf = async (client: TestClient, after: string) => {
    const first = client.subscribe(events, { after }).next();
    const error = await first.catch((thrown: unknown) => thrown as AnsweredWithErrors);
    return { after, code: (error as AnsweredWithErrors).code };
  };
  for (const after of cursors) {
    expect(await refusalOf(agent, after)).toEqual({ after, code: 'CURSOR_EXPIRED' });
  }
  for (const after of newcomersCursors) {
    expect(await refusalOf(newcomer, after)).toEqual({ after, code: 'CURSOR_EXPIRED' });
  }
  for (const [client, after] of [
    [agent, start],
    [newcomer, newcomersStart],
  ] as const) {
    const received = await client.subscribe<Event>(events, { after }).take(5);
    expect(received.map(({ reviewEvents }) => reviewEvents)).toEqual(
      later.map((nodeExecId, at) => ({ cursor: String(Number(after) + at + 1), nodeExecId })),
    );
  }

  // Nothing that may have been used before the restore can be used again.
  for (const id of ['used', 'unused']) {
    expect(await consume(agent, id, payloadDigest)).toMatchObject({
      __typename: 'ReviewConflictError',
    });
  }
  expect(await ask(agent, 'copilot-node-x:2', inSession)).toMatchObject({ state: 'WAITING' });
  await stop(service);
  watching.process.kill('SIGTERM');
}

async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 30_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    await new Promise((resolve) => server.close(resolve));
    if (isFree) return port;
  }
}

const server = await testDatabase({ empty: true });
const canDump = await (async () => {
  const [{ version } = { version: 0 }] = await server.sql<{ version: number }>(
    `SELECT current_setting('server_version_num')::int / 10000 AS "version"`,
  );
  const { stdout } = await run('pg_dump', ['--version']).catch(() => ({ stdout: '' }));
  return Number(/\(PostgreSQL\) (\d+)/.exec(stdout)?.[1] ?? 0) >= version;
})();

describe('after a restore, old cursors and approvals have ended, and clients go on', () => {
  it('with the embedded PostgreSQL', { timeout: 120_000 }, async () => {
    const home = await mkdtemp(join(tmpdir(), 'holdpoint-restore-'));
    await chmod(home, 0o755); // another user runs the server when the tests run as root
    cleanUp.push(() => rm(home, { recursive: true, force: true }));
    const data = join(home, 'data');
    const env = { HOLDPOINT_DATA_DIR: data };
    await checkRestore({
      env,
      backUp: () => run('tar', ['-czpf', join(home, 'backup.tgz'), '-C', home, 'data']),
      async restore() {
        await rm(data, { recursive: true });
        await run('tar', ['-xzpf', join(home, 'backup.tgz'), '-C', home]);
        return env;
      },
    });
  });

  it.skipIf(!canDump)('with pg_dump and pg_restore', { timeout: 120_000 }, async () => {
    const [first, second] = [await emptyDatabase(), await emptyDatabase()];
    const home = await mkdtemp(join(tmpdir(), 'holdpoint-restore-'));
    cleanUp.push(() => rm(home, { recursive: true, force: true }));
    const file = join(home, 'backup.dump');
    await checkRestore({
      env: { DATABASE_URL: first },
      backUp: () => run('pg_dump', ['--format=custom', '--file', file, first]),
      async restore() {
        await run('pg_restore', ['--no-owner', '--exit-on-error', '--dbname', second, file]);
        return { DATABASE_URL: second };
      },
    });
  });
});

async function emptyDatabase(): Promise<string> {
  const name = `restore_${randomInt(1e9)}`;
  await server.sql(`CREATE DATABASE ${name}`);
  cleanUp.push(() => server.sql(`DROP DATABASE ${name} WITH (FORCE)`));
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return url.href;
}
