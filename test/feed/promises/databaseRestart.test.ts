import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { startEmbedded } from '../../../src/database/embedded/embedded.ts';
import { ask } from '../../support/operations.ts';
import { testService } from '../../support/testService.ts';
import { everyEvent, Follower, type Item, transports } from './follower.ts';

const RETRY_MS = 50;

it('subscribers stay connected and miss nothing when PostgreSQL restarts', async () => {
  const home = await mkdtemp(join(tmpdir(), 'holdpoint-restart-'));
  await chmod(home, 0o755); // another user runs the server when the tests run as root
  const server = await startEmbedded({
    dataDir: join(home, 'data'),
    log: pino({ level: 'silent' }),
  });
  const service = await testService({ config: { databaseUrl: server.url } });
  const team = service.team();
  const token = await team.reviewer.token;
  try {
    const needsDatabase = `subscription ($after: String) { reviewEvents(after: $after) {
      cursor kind nodeExecId review { execution { status } } } }`;
    const followers = transports.flatMap((transport) =>
      [everyEvent, needsDatabase].map(
        (query) => new Follower(service.url, token, { transport, after: '0', query }),
      ),
    );
    await ask(team.agent, 'first');
    for (const follower of followers) await follower.count(1);

    let number = 0;
    let writing = true;
    const written = Promise.all(
      [0, 1].map(async () => {
        while (writing) {
          const id = `${number++}`;
          // Retrying is safe, so agents do this meanwhile.
          while (!(await ask(team.agent, id).catch(() => null))) await pause(RETRY_MS);
        }
      }),
    );
    const pidFile = join(server.dataDir, 'postgres', 'data', 'postmaster.pid');
    for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
      const before = number;
      const [pid] = (await readFile(pidFile, 'utf8')).split('\n');
      process.kill(Number(pid), signal);
      await expect
        .poll(async () => (await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0], {
          timeout: 20_000,
        })
        .not.toMatch(new RegExp(`^(${pid})?$`));
      await expect.poll(() => number, { timeout: 20_000 }).toBeGreaterThan(before + 10);
    }
    writing = false;
    await written;
    await ask(team.agent, 'last');

    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    const { rows: history } = await client.query<Item>(
      `SELECT "number"::text AS "cursor", "kind"::text AS "kind", "nodeExecId"
      FROM "ReviewEvent" ORDER BY "number"`,
    );
    await client.end();
    for (const follower of followers) {
      await follower.until(({ last }) => last?.nodeExecId === 'last');
      const events = follower.events.map(({ cursor, kind, nodeExecId }) => ({
        cursor,
        kind,
        nodeExecId,
      }));
      expect(events).toEqual(history);
      expect(follower.errors).toBeUndefined();
      expect(follower.closed).toBeUndefined();
    }
    for (const follower of followers) follower.cut();
  } finally {
    await service.close();
    await server.stop();
    await rm(home, { recursive: true, force: true });
  }
}, 90_000);
