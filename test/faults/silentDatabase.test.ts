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

it('locks are released soon after a process vanishes in the middle of a transaction', async () => {
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

it('connections that stop answering are abandoned in time and replaced', async () => {
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
  // A transaction takes twice as long, because its rollback times out too.
  expect(performance.now() - start).toBeLessThan(4 * ANSWER_MS);

  // Silent connections stay silent, and new ones work.
  proxy.forgetStalled();
  expect(await ask()).toEqual([{ one: 1 }]);
});

it.each([
  ['right after the start', 0],
  ['once all its connections are open', 500],
])('a service closes in time if its database stops answering %s', async (_, ms) => {
  const service = await testService({ config: { databaseUrl: url.href } });
  const { agent } = service.team();
  await agent.query('{ pendingReviews { totalCount } }');
  await pause(ms);
  proxy.stall();
  await pause(1_500); // until all background work is waiting for an answer
  const start = performance.now();
  await service.close();
  expect(performance.now() - start).toBeLessThan(5_000);
  proxy.forgetStalled();
});
