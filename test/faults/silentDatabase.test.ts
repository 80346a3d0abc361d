import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { openConnections } from '../../src/database/connections.ts';
import { statement } from '../../src/database/statement.ts';
import { isAway } from '../../src/pipeline/publicError.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { testService } from '../support/testService.ts';
import { BrokenProxy } from './bed/brokenProxy.ts';

const one = statement('one', 'SELECT 1 AS "one"');
const ANSWER_MS = 500;

const database = await testDatabase();
const proxy = await BrokenProxy.open();
proxy.target = Number(new URL(database.url).port);
const url = new URL(database.url);
url.port = String(proxy.port);
const connections = openConnections(url.href, 3, () => {}, { answerMs: ANSWER_MS });
afterAll(async () => {
  proxy.resume();
  await connections.close();
  await proxy.close();
});

it('a process that is gone in the middle of a transaction holds no lock for long', async () => {
  const lock = statement('lock', 'SELECT pg_advisory_xact_lock(1)');
  const locked = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const lost = connections.transaction(async (queries) => {
    await queries.query(lock, []);
    locked.resolve();
    await gone.promise;
  });
  lost.catch(() => {});
  await locked.promise;
  const start = performance.now();
  await database.sql('SELECT pg_advisory_xact_lock(1)');
  expect(performance.now() - start).toBeLessThan(4 * ANSWER_MS);
  gone.resolve();
  await expect(lost).rejects.toThrow();
});

it('connections that fall silent, as of a host that is gone, are given up in time, and others made', async () => {
  const ask = () => connections.query(one, []);
  await Promise.all([ask(), ask()]);
  proxy.stall();
  const start = performance.now();
  const asked = await Promise.allSettled([
    ask(),
    connections.transaction((queries) => queries.query(one, [])),
  ]);
  for (const { status, reason } of asked as PromiseRejectedResult[]) {
    expect(status).toBe('rejected');
    expect(isAway(reason), String(reason)).toBe(true);
  }
  // A transaction that cannot be rolled back either takes twice as long.
  expect(performance.now() - start).toBeLessThan(4 * ANSWER_MS);

  // Silent connections stay silent, and new ones work.
  proxy.forgetStalled();
  expect(await ask()).toEqual([{ one: 1 }]);
});

it.each([
  ['as it starts', 0],
  ['once all its connections are open', 500],
])('a service closes in time although its database says nothing any more, %s', async (_, ms) => {
  const service = await testService({ config: { databaseUrl: url.href } });
  const { agent } = service.team();
  await agent.query('{ pendingReviews { totalCount } }');
  await pause(ms);
  proxy.stall();
  await pause(1_500); // until everything that asks by itself is waiting for an answer
  const start = performance.now();
  await service.close();
  expect(performance.now() - start).toBeLessThan(5_000);
  proxy.forgetStalled();
});
