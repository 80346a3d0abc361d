import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, expect, it, vi } from 'vitest';
import { openConnections } from '../../src/database/connections.ts';
import { startJobs } from '../../src/webhooks/jobRunner.ts';
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

it('a job queue that loses its connections as it stops ends no process', {
  timeout: 60_000,
}, async () => {
  // graphile-worker prints each connection that it loses, whatever its logger is.
  using _ = vi.spyOn(console, 'trace').mockImplementation(() => {});
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', note);
  for (let round = 0; round < ROUNDS; round++) {
    const connections = openConnections(url.href, 4, () => {});
    const jobs = startJobs(connections.pool, async () => {}, 500, log);
    await pause(20 + round);
    const closing = jobs.close();
    if (round % 2 === 0) await pause(1);
    proxy.cut(randomOf(round), 1);
    await closing;
    await connections.close();
  }
  process.removeAllListeners('unhandledRejection');
  for (const listener of others) process.on('unhandledRejection', listener);
  expect(unhandled).toEqual([]);
});
