import { glob, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/database/database.ts';
import { workspaceTables } from '../../src/database/workspaceTables.ts';
import { pruneEvents } from '../../src/feed/pruneEvents.ts';
import { operations } from '../identity/operations.ts';
import { ask, eventsOf } from '../support/operations.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { testService } from '../support/testService.ts';
import { aboutManyWorkspaces, watchPartitions } from '../support/touchedPartitions.ts';
import { allStatementsRun, onPartitions, statementsIn } from './onPartitions.ts';
import { inEachPartition } from './workspaces.ts';

await onPartitions('feed/subscriptions');

const service = await testService({ config: { metricsToken: 'a token for metrics' } });
const { sql, database } = service;

it('all tables are partitioned but those that no request of a workspace writes by itself', async () => {
  const names = await sql<{ name: string }>(
    `SELECT relname AS "name" FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT relispartition`,
  );
  expect(names.map(({ name }) => name).sort()).toEqual([
    'ApiToken', // is looked up by its secret, before the workspace is known
    'FeedEpoch', // has one row, for all workspaces
    'Session', // is looked up by its secret
    '_prisma_migrations',
  ]);
  expect(await workspaceTables(database.pool)).toContain('PendingReview');
});

const watchedApart = await testDatabase();

it.each([
  ['names no workspace', 'SELECT 1 FROM "Member"'],
  [
    'joins a workspace that is no parameter',
    `SELECT 1 FROM (SELECT 'acme' AS u OFFSET 0) v JOIN "Member" m ON m."userId" = v.u`,
  ],
  [
    'writes to two workspaces',
    `INSERT INTO "Team" ("userId", "teamId", "name")
    SELECT 'w' || i, 'team', '' FROM generate_series(1, 8) i`,
  ],
  [
    'does so in a trigger',
    `INSERT INTO "PeopleChange" ("userId", "actor", "change", "subject")
    VALUES ('acme', 'actor', 'change', 'subject')`,
  ],
])('a statement is found that %s', async (_what, text) => {
  await watchedApart.sql(`CREATE OR REPLACE FUNCTION look() RETURNS TRIGGER LANGUAGE plpgsql AS
    $$ BEGIN PERFORM 1 FROM "Policy"; RETURN NULL; END $$`);
  await watchedApart.sql(`CREATE OR REPLACE TRIGGER look AFTER INSERT ON "PeopleChange"
    FOR EACH STATEMENT EXECUTE FUNCTION look()`);
  const { check } = watchPartitions(new URL(watchedApart.url).pathname.slice(1));
  const connections = openDatabase(watchedApart.url);
  await connections.query({ name: 'bad', text }, []);
  await connections.close();
  expect(check).toThrow('bad touched the partitions');
  watchPartitions(new URL(watchedApart.url).pathname.slice(1));
});

it('every operation, of four workspaces at a time', async () => {
  const clients = (await inEachPartition(service)).map(({ user }) =>
    service.as({ user, actor: 'somebody' }),
  );
  for (const { documents } of Object.values(operations)) {
    for (const document of documents) {
      await Promise.all(
        clients.map(async (client) => {
          if (!document.startsWith('subscription')) return client.answer(document);
          return client.subscribe(document).close();
        }),
      );
    }
  }
  for (const path of ['metrics', 'ready']) {
    const { status } = await fetch(`${service.url}/${path}`, {
      headers: { authorization: 'Bearer a token for metrics' },
    });
    expect(status).toBe(200);
  }
});

it('rows that are looked up by their key at the same time are read apart', async () => {
  const made = await inEachPartition(service);
  const connections = openDatabase(database.url);
  connections.keepWorkspacesApart();
  const found = await Promise.all(
    made.map(({ user: userId }) =>
      connections.prisma.pendingReview.findUnique({
        where: { userId_nodeExecId: { userId, nodeExecId: 'first' } },
      }),
    ),
  );
  expect(found.map((review) => review?.userId)).toEqual(made.map(({ user }) => user));
  await connections.close();
});

it('subscribers of several workspaces get their own events', async () => {
  const made = await inEachPartition(service);
  const subscriptions = made.map(({ reviewer }) =>
    reviewer.subscribe<{ reviewEvents: { nodeExecId: string } }>(
      'subscription { reviewEvents(after: "1") { nodeExecId } }',
    ),
  );
  const next = Promise.all(subscriptions.map((subscription) => subscription.next()));
  await Promise.all(made.map(({ agent, user }) => ask(agent, `of ${user}`)));
  for (const { reviewer, user } of made) {
    expect(await eventsOf(reviewer, `of ${user}`)).toHaveLength(1);
  }
  expect((await next).map(({ reviewEvents }) => reviewEvents.nodeExecId)).toEqual(
    made.map(({ user }) => `of ${user}`),
  );
});

it('old events are deleted workspace by workspace', async () => {
  const made = await inEachPartition(service);
  await sql(`UPDATE "ReviewEvent" SET "at" = now() - interval '400 days'`);
  const connections = openDatabase(database.url);
  expect(await pruneEvents(connections, 365)).toBeGreaterThanOrEqual(made.length);
  await connections.close();
});

allStatementsRun('database/*', 'feed/*', 'telemetry/*');

it('the statements of all files are checked', async () => {
  const checked = new Set<string>();
  for await (const file of glob('test/partitions/*.test.ts')) {
    const [, list = ''] = /allStatementsRun\(([^;]*)\);/.exec(await readFile(file, 'utf8')) ?? [];
    for (const [, pattern = ''] of list.matchAll(/'(.+?)'/g)) {
      for (const name of (await statementsIn(pattern)).keys()) checked.add(name);
    }
  }
  const all = await statementsIn('**/*');
  expect([...all.keys()].filter((file) => !checked.has(file))).toEqual([]);
  const names = new Set([...all.values()].flat());
  expect(Object.keys(aboutManyWorkspaces).filter((name) => !names.has(name))).toEqual([]);
});
