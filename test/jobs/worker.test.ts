import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import type { Job, JobResult } from '../../src/jobs/job.ts';
import { type JobKind, openWorker } from '../../src/jobs/worker.ts';
import { testDatabase } from '../support/testDatabase.ts';

const database = await testDatabase();
const log = pino({ level: 'silent' });

/** The polling interval of the worker. */
const POLL_MS = 1_000;
const LEASE_MS = 400;

beforeEach(() => database.sql('DELETE FROM "Job"'));

function worker(run: JobKind['run'], kind: Partial<JobKind> = {}) {
  const opened = openWorker(
    database.url,
    { test: { places: 10, leaseMs: LEASE_MS, ...kind, run } },
    log,
  );
  onTestFinished(() => opened.close());
  return opened;
}

const addJobs = (count: number, at = 'now()') =>
  database.sql(
    `INSERT INTO "Job" ("userId", "kind", "key", "dueAt")
    SELECT 'owner', 'test', number::text, ${at} FROM generate_series(1, ${count}) number`,
  );

const makeDue = `UPDATE "Job" SET "dueAt" = least("dueAt", now())`;
const done: JobResult = { dueInMs: null };

it('each job runs in one of several workers, and only once', async () => {
  const started = new Map<string, number>();
  let atOnce = 0;
  let most = 0;
  await addJobs(100);
  for (let process = 0; process < 3; process++) {
    worker(async ({ key }) => {
      started.set(key, (started.get(key) ?? 0) + 1);
      most = Math.max(most, ++atOnce);
      await pause(20);
      atOnce--;
      return done;
    });
  }
  await expect.poll(() => started.size, { timeout: 5_000 }).toBe(100);
  await pause(POLL_MS);
  expect([...started.values()]).toEqual(Array(100).fill(1));
  // As many as three workers run at once.
  expect(most).toBeGreaterThan(5);
  expect(most).toBeLessThanOrEqual(30);
});

it('a job runs when it is due, and at once if it becomes due and the worker is notified', async () => {
  const times: number[] = [];
  const opened = worker(async () => {
    times.push(performance.now());
    return times.length < 3 ? { dueInMs: 300 } : done;
  });
  await addJobs(1, `now() + interval '500 milliseconds'`);
  const start = performance.now();
  await expect.poll(() => times.length, { timeout: 5_000 }).toBe(3);
  const lateMs = [500, 800, 1_100].map((dueAt, at) => (times[at] as number) - start - dueAt);
  for (const ms of lateMs) expect(ms).toBeGreaterThan(-20);
  expect(Math.max(...lateMs), String(lateMs)).toBeLessThan(POLL_MS);

  await database.sql(makeDue);
  opened.ring(['owner']);
  const rungAt = performance.now();
  await expect.poll(() => times.length, { interval: 5 }).toBe(4);
  expect(performance.now() - rungAt).toBeLessThan(POLL_MS / 2);
});

it('a job that becomes due while it is running runs once more afterwards', async () => {
  const log: string[] = [];
  worker(async () => {
    log.push('begins');
    if (log.length === 1) await database.sql(makeDue);
    await pause(50);
    log.push('ends');
    return { dueInMs: 3_600_000 };
  });
  await addJobs(1);
  await expect.poll(() => log.length, { timeout: 3_000 }).toBe(4);
  expect(log).toEqual(['begins', 'ends', 'begins', 'ends']);
});

it('a job that a transaction makes due is not missed, even if it was open when the job was claimed', async () => {
  let committed = 0;
  let seen = -1;
  await addJobs(1);
  await database.sql('CREATE TABLE IF NOT EXISTS "Done" ("number" INT)');
  const opened = worker(async () => {
    const [row] = await database.sql<{ count: string }>('SELECT count(*) FROM "Done"');
    seen = Number(row?.count);
    return done;
  });
  for (let round = 0; round < 50; round++) {
    const client = await database.pool.connect();
    await client.query('BEGIN');
    await client.query('INSERT INTO "Done" VALUES (1)');
    await client.query(makeDue);
    // The job is claimed on another connection while this transaction is open.
    if (round % 2 === 0) opened.ringAll();
    await pause(round % 30);
    await client.query('COMMIT');
    client.release();
    committed++;
    opened.ringAll();
  }
  await expect.poll(() => seen, { timeout: 3_000 }).toBe(committed);
});

it('when a process dies, another one runs its jobs once their leases have ended', async () => {
  await addJobs(1);
  const dead = `UPDATE "Job" SET "dueAt" = NULL, "leaseId" = gen_random_uuid(),
    "leasedUntil" = now() + interval '${LEASE_MS} milliseconds'`;
  await database.sql(dead);
  const start = performance.now();
  let ranAt = 0;
  worker(async () => {
    ranAt = performance.now();
    return done;
  });
  await expect.poll(() => ranAt, { timeout: 3_000 }).toBeGreaterThan(0);
  expect(ranAt - start).toBeGreaterThan(LEASE_MS - 50);
  expect(ranAt - start).toBeLessThan(LEASE_MS + POLL_MS);
});

it('a process whose lease has ended learns it once another process has claimed the job', async () => {
  const ends: boolean[] = [];
  await addJobs(1);
  const stays = async (job: Job) => {
    expect(await job.extendLease()).toBe(true);
    await pause(3 * LEASE_MS);
    ends.push(job.leaseLeftMs > 0 || (await job.extendLease()));
    return done;
  };
  worker(stays);
  worker(stays);
  await expect.poll(() => ends.length, { timeout: 6_000 }).toBeGreaterThan(1);
  expect(ends).toContain(false);
});

it('a job that fails is retried', async () => {
  let runs = 0;
  worker(async () => {
    runs++;
    if (runs < 3) throw new Error('not yet');
    return done;
  });
  await addJobs(1);
  await expect.poll(() => runs, { timeout: 6_000 }).toBe(3);
});

it('slow jobs get at most half of the slots, so that others run at once', async () => {
  await addJobs(20);
  await database.sql('UPDATE "Job" SET "slow" = true');
  const hangs = Promise.withResolvers<void>();
  let hanging = 0;
  let fast = 0;
  const opened = worker(
    async ({ key }) => {
      if (Number(key) > 20) fast++;
      else {
        hanging++;
        await hangs.promise;
      }
      return done;
    },
    { places: 4, leaseMs: 60_000 },
  );
  await expect.poll(() => hanging, { timeout: 3_000 }).toBe(2);
  await database.sql(
    `INSERT INTO "Job" ("userId", "kind", "key", "dueAt")
    SELECT 'owner', 'test', number::text, now() FROM generate_series(21, 40) number`,
  );
  opened.ringAll();
  await expect.poll(() => fast).toBe(20);
  expect(hanging).toBe(2);
  hangs.resolve();
});

it('a long job makes room for others of its kind', async () => {
  await addJobs(2);
  const turns: string[] = [];
  worker(
    async (job) => {
      turns.push(job.key);
      while (!job.shouldYield) await pause(10);
      return { dueInMs: 0 };
    },
    { places: 1, leaseMs: 60_000 },
  );
  await expect.poll(() => turns.length, { timeout: 8_000 }).toBe(4);
  expect(turns.slice(0, 2).sort()).toEqual(['1', '2']);
  expect(turns.slice(2, 4).sort()).toEqual(['1', '2']);
});
