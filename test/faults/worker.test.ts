import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, expect, it } from 'vitest';
import { openWorker } from '../../src/jobs/worker.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { BrokenProxy } from './bed/brokenProxy.ts';
import { randomOf } from './random.ts';

const ROUNDS = 40;

const database = await testDatabase();
const proxy = await BrokenProxy.open();
proxy.target = Number(new URL(database.url).port);
const url = new URL(database.url);
url.port = String(proxy.port);
const log = pino({ level: 'silent' });
afterAll(() => proxy.close());

it('a worker that loses its connections while stopping does not crash the process', {
  timeout: 60_000,
}, async () => {
  await database.sql(
    `INSERT INTO "Job" ("userId", "kind", "key", "dueAt")
    SELECT 'owner', 'test', number::text, now() FROM generate_series(1, 20) number`,
  );
  const kind = {
    places: 10,
    leaseMs: 100,
    async run() {
      await pause(10);
      return { dueInMs: 0 };
    },
  };
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', note);
  for (let round = 0; round < ROUNDS; round++) {
    const worker = openWorker(url.href, { test: kind }, log);
    await pause(20 + round);
    const closing = worker.close();
    if (round % 2 === 0) await pause(1);
    proxy.cut(randomOf(round), 1);
    await closing;
  }
  process.removeAllListeners('unhandledRejection');
  for (const listener of others) process.on('unhandledRejection', listener);
  expect(unhandled).toEqual([]);
});
