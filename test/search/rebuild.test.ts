import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { migrate } from '../../src/database/migrate.ts';
import { ask } from '../support/operations.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { testService } from '../support/testService.ts';
import { findAll, idsOf, search, upToDate } from './operations.ts';

const folder = new URL('../../prisma/migrations/', import.meta.url);
const COUNT = 1_500;

/** Inserts reviews with plain SQL. */
const insertMany = (user: string, count = COUNT) => `
  INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId", "graphVersion",
    "nodeId", "payload", "requestedBy", "headline")
  SELECT '${user}', 'n' || n, 'copilot-1', 'graph', 1, 'pay', '{}', 'agent', 'Refund ' || n
  FROM generate_series(1, ${count}) n`;

it('90. reviews from before an upgrade can be found afterwards, and new ones at once', {
  timeout: 60_000,
}, async () => {
  const database = await testDatabase({ empty: true });
  const names = (await readdir(folder)).filter((name) => /^\d/.test(name)).sort();
  const earlier = names.slice(
    0,
    names.findIndex((name) => name.endsWith('_search')),
  );
  await database.sql(
    `CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY, checksum VARCHAR(64) NOT NULL,
      finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL, logs TEXT,
      rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
      applied_steps_count INTEGER NOT NULL DEFAULT 0)`,
  );
  for (const name of earlier) {
    await database.pool.query(await readFile(new URL(`${name}/migration.sql`, folder), 'utf8'));
    await database.sql(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at)
      VALUES ($1, '', $2, now())`,
      [randomUUID(), name],
    );
  }
  const users = ['one', 'two'];
  for (const user of users) await database.sql(insertMany(user));
  expect((await migrate(database.url)).some((name) => name.endsWith('_search'))).toBe(true);

  const service = await testService({ database });
  const agent = service.as({ user: 'one', actor: 'agent', scopes: ['review:request'] });
  const cursors = () => database.sql(`SELECT FROM "SearchCursor" WHERE "userId" = 'one'`);
  await expect.poll(cursors, { timeout: 5_000, interval: 20 }).toHaveLength(1);
  await ask(agent, 'new', { headline: 'the newest' });
  const reviewer = service.as({ user: 'one', actor: 'ann', scopes: ['review:decide'] });
  await expect
    .poll(async () => idsOf(await search(reviewer, { text: 'newest' })), { timeout: 1_500 })
    .toEqual(['new']);
  for (const user of users) await upToDate(database, user, 20_000);
  expect((await search(reviewer, { text: 'refund' })).totalCount).toBe(COUNT);
  expect(await findAll(reviewer, { text: 'refund 1499' })).toEqual(['n1499']);
});

it('90. if events were deleted before they were read, the search is rebuilt', async () => {
  const database = await testDatabase();
  const service = await testService({ database });
  const user = `owner-${randomUUID()}`;
  await database.sql(insertMany(user));
  await upToDate(database, user, 20_000);
  await service.close();

  await database.sql(
    `UPDATE "PendingReview" SET "headline" = 'Changed' WHERE "nodeExecId" LIKE 'n12%'`,
  );
  await database.sql(`DELETE FROM "PendingReview" WHERE "nodeExecId" LIKE 'n13%'`);
  await database.sql(`DELETE FROM "ReviewEvent" WHERE "userId" = '${user}'`);
  const next = await testService({ database });
  const reviewer = next.as({ user, actor: 'ann', scopes: ['review:decide'] });
  await upToDate(database, user, 20_000);
  const changed = await findAll(reviewer, { text: 'changed' });
  expect(changed).toHaveLength(111);
  expect((await search(reviewer, { text: 'refund' })).totalCount).toBe(COUNT - 222);
  const [entries] = await database.sql<{ count: string }>('SELECT count(*) FROM "SearchEntry"');
  expect(Number(entries?.count)).toBe(COUNT - 111);
});

it('90. a rebuild that is interrupted goes on where it ended, and reads what changed meanwhile', {
  timeout: 60_000,
}, async () => {
  const database = await testDatabase();
  const user = `owner-${randomUUID()}`;
  await database.sql(insertMany(user, 3_000));
  const rebuiltTo = async () => {
    const [cursor] = await database.sql<{ rebuiltTo: string | null }>(
      'SELECT "rebuiltTo" FROM "SearchCursor"',
    );
    return cursor?.rebuiltTo;
  };
  const reached: string[] = [];
  for (let round = 0; round < 30; round++) {
    const before = await rebuiltTo();
    const service = await testService({ database });
    await expect.poll(rebuiltTo, { timeout: 5_000, interval: 2 }).not.toBe(before);
    await database.sql(
      `UPDATE "PendingReview" SET "headline" = 'Round ${round}' WHERE "nodeExecId" = 'n${round + 1}'`,
    );
    await service.close();
    const now = await rebuiltTo();
    if (now === null) break;
    reached.push(now ?? '');
  }
  expect(reached.length).toBeGreaterThan(0);
  expect(reached).toEqual(reached.toSorted());
  const service = await testService({ database });
  await upToDate(database, user, 20_000);
  const reviewer = service.as({ user, actor: 'ann', scopes: ['review:decide'] });
  expect((await findAll(reviewer, { text: 'round' })).length).toBe(reached.length + 1);
  expect((await search(reviewer, {})).totalCount).toBe(3_000);
});
