import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { closedPort } from '../support/closedPort.ts';
import { approve, ask, cancel, eventsOf, setProcessed } from '../support/operations.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { testService } from '../support/testService.ts';

const STARTS_WITHIN_MS = 5_000;
const installed = spawnSync('pgbouncer', ['--version']).status === 0;

describe.skipIf(!installed)(
  'behind PgBouncer in transaction mode (where it is installed)',
  async () => {
    if (!installed) return;
    const database = await testDatabase();
    const poolerUrl = await openPooler(database.url);
    const service = await testService({ database, config: { poolerUrl } });

    it('fifty reviews are requested, decided and consumed concurrently over four connections', async () => {
      const { agent, reviewer } = service.team();
      const feed = reviewer.subscribe('subscription { reviewEvents(after: "0") { kind } }');
      const ids = Array.from({ length: 50 }, (_, number) => `run-${number}`);
      await Promise.all(ids.map((id) => ask(agent, id)));
      await Promise.all(ids.map((id) => approve(reviewer, id)));
      await Promise.all(ids.map((id) => setProcessed(agent, id)));
      for (const id of ids) {
        const kinds = (await eventsOf(agent, id)).map(({ kind }) => kind);
        expect(kinds).toEqual(['REQUESTED', 'APPROVED', 'PROCESSED']);
      }
      for (let number = 0; number < 3 * ids.length; number++) await feed.next();
    });

    it('transactions of several statements work too', async () => {
      const { agent } = service.team();
      await ask(agent, 'cancelled');
      expect((await cancel(agent, 'exec')).cancelledCount).toBe(1);
    });
  },
);

/** A PgBouncer with few server connections, so that clients share each of them. */
async function openPooler(databaseUrl: string): Promise<string> {
  const { hostname, port, username, pathname } = new URL(databaseUrl);
  const folder = await mkdtemp(join(tmpdir(), 'holdpoint-pooler-'));
  await chmod(folder, 0o755);
  const listenPort = await closedPort();
  const file = join(folder, 'pgbouncer.ini');
  const password = new URL(databaseUrl).password;
  await writeFile(
    file,
    `[databases]
* = host=${hostname} port=${port} user=${username}${password && ` password=${password}`}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listenPort}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
`,
  );
  // PgBouncer refuses to run as root.
  const asRoot = process.getuid?.() === 0;
  const pooler = spawn('pgbouncer', [...(asRoot ? ['-u', 'postgres'] : []), '-q', file], {
    stdio: 'ignore',
  });
  afterAll(async () => {
    pooler.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });
  await Promise.race([
    listening(listenPort),
    once(pooler, 'exit').then(() => Promise.reject(new Error('PgBouncer did not start'))),
  ]);
  return `postgres://${username}@127.0.0.1:${listenPort}${pathname}`;
}

async function listening(port: number): Promise<void> {
  const end = performance.now() + STARTS_WITHIN_MS;
  for (;;) {
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'any', database: 'pgbouncer' });
    const error = await client.connect().then(
      () => null,
      (error: NodeJS.ErrnoException) => error,
    );
    await client.end().catch(() => {});
    if (error?.code !== 'ECONNREFUSED') return;
    if (performance.now() > end) throw error;
    await pause(50);
  }
}
