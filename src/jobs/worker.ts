import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import {
  type ConnectionOptions,
  openConnections,
  readEverywhere,
} from '../database/connections.ts';
import { type Statement, statement } from '../database/statement.ts';
import { openBusyMeter } from './busy.ts';
import { Job, type JobId, type JobResult, readyAt } from './job.ts';

/**
 * Separate from those of requests: however many of these wait for a connection, jobs run on time.
 */
const CONNECTIONS = 6;
/** The worker looks at the table at least this often, which covers rings that were lost. */
const POLL_MS = 1_000;
/** The worker looks at most this often, however often it is rung. */
const LOOK_GAP_MS = 20;
/** When a job that failed runs again. */
const RETRY_MS = 1_000;
/** How long jobs may take to finish once the worker closes. */
const DRAIN_MS = 1_000;
/** How long it may then take to release those that were interrupted. */
const RELEASE_MS = 1_000;

export type JobKind = {
  /** How many of these jobs may run at a time in one process. */
  places: number;
  /** When another process may take over a job from a process that died. */
  leaseMs: number;
  run(job: Job): Promise<JobResult>;
};

export type Worker = {
  /** Something has changed in these workspaces, so some of their jobs may be due. */
  ring(userIds: readonly string[]): void;
  /** Something may have changed in any workspace. */
  ringAll(): void;
  /** Lets jobs finish for a moment, then interrupts and releases them. */
  close(): Promise<void>;
};

/**
 * Runs the jobs that are due. Any number of processes may do so on one database; each job runs in
 * one of them at a time. The worker looks at the table when it is rung, when the next job is due,
 * when a job has ended, and once a second.
 * @param kinds by the name that they have in the table
 */
export function openWorker(
  databaseUrl: string,
  kinds: Readonly<Record<string, JobKind>>,
  log: Logger,
  { isOnCitus = false }: Pick<ConnectionOptions, 'isOnCitus'> = {},
): Worker {
  const onLost = (error: Error) => log.debug({ err: error }, 'a connection to PostgreSQL was lost');
  const database = openConnections(databaseUrl, CONNECTIONS, onLost, {
    name: 'jobs',
    isOnCitus,
  });
  const find = findJobs(Object.keys(kinds));
  const running = new Map<Job, Promise<void>>();
  const stopping = new AbortController();
  const interrupting = new AbortController();
  let rung = Promise.withResolvers<void>();
  let closed: Promise<void> | undefined;
  const isBusy = openBusyMeter();

  const jobsOf = (kind: string) => [...running.keys()].filter((job) => job.kind === kind);
  const placesFor = (kind: string) => (kinds[kind] as JobKind).places - jobsOf(kind).length;
  const placesForSlow = (kind: string) => {
    const slow = jobsOf(kind).filter(({ wasSlow }) => wasSlow).length;
    return Math.min(placesFor(kind), Math.ceil((kinds[kind] as JobKind).places / 2) - slow);
  };

  async function work(): Promise<void> {
    let isAway = false;
    while (!stopping.signal.aborted) {
      rung = Promise.withResolvers();
      const lookedAt = performance.now();
      isBusy(); // so that it never looks back for much longer than a second
      let waitMs = POLL_MS;
      try {
        waitMs = Math.min(waitMs, await startJobs());
        isAway = false;
      } catch (error) {
        if (!isAway && !stopping.signal.aborted) {
          log.warn({ err: error }, 'jobs cannot be read, trying again');
        }
        isAway = true;
      }
      const timer = setTimeout(rung.resolve, Math.ceil(waitMs));
      await rung.promise;
      clearTimeout(timer);
      await pause(Math.max(0, lookedAt + LOOK_GAP_MS - performance.now()));
    }
  }

  /** @returns in how many milliseconds the next job is due; Infinity if none is known */
  async function startJobs(): Promise<number> {
    const limits = Object.keys(kinds).flatMap((kind) => [placesFor(kind), placesForSlow(kind)]);
    type Row = JobId & { readyInMs: number };
    const { rows: found } = await readEverywhere<Row>(database, find, [
      POLL_MS,
      ...limits.map((limit) => Math.max(0, limit)),
    ]);
    const ready = Map.groupBy(
      found.filter(({ readyInMs }) => readyInMs <= 0),
      ({ kind }) => kind,
    );
    const starting = [...ready].flatMap(([kind, ids]) => ids.slice(0, placesFor(kind)));
    // Claimed one by one, so that each statement is about one workspace.
    await Promise.all(starting.map(start));
    const nextInMs = Math.min(Number.POSITIVE_INFINITY, ...found.map(({ readyInMs }) => readyInMs));
    return Math.max(0, nextInMs);
  }

  async function start(id: JobId): Promise<void> {
    const { leaseMs } = kinds[id.kind] as JobKind;
    const job = new Job(id, leaseMs, {
      database,
      stopping: stopping.signal,
      interrupting: interrupting.signal,
      isCrowded: () => placesFor(id.kind) <= 0,
      isBusy,
    });
    if (await job.claim()) running.set(job, run(job));
  }

  async function run(job: Job): Promise<void> {
    let result: JobResult = { dueInMs: RETRY_MS, slow: true };
    try {
      result = await (kinds[job.kind] as JobKind).run(job);
    } catch (error) {
      if (!interrupting.signal.aborted) {
        log.warn({ err: error, kind: job.kind }, 'a job failed, trying again');
      }
    }
    await job.release(result).catch((error: unknown) => {
      log.debug({ err: error }, 'a job could not be released, its lease will end');
    });
    running.delete(job);
    rung.resolve();
  }

  const working = work();

  async function close(): Promise<void> {
    stopping.abort();
    rung.resolve();
    const drained = working.then(() => Promise.all(running.values()));
    await Promise.race([drained, pause(DRAIN_MS, undefined, { ref: false })]);
    interrupting.abort();
    await Promise.race([drained, pause(RELEASE_MS, undefined, { ref: false })]);
    // Jobs that wait for a database that does not answer end when their connections are closed.
    await Promise.all([drained, database.close()]);
  }

  return {
    ring(userIds) {
      rung.resolve();
      for (const job of running.keys()) if (userIds.includes(job.userId)) job.ring();
    },
    ringAll() {
      rung.resolve();
      for (const job of running.keys()) job.ring();
    },
    close() {
      closed ??= close();
      return closed;
    },
  };
}

/**
 * Finds the first jobs of each kind that are ready, or will be within the time given in
 * milliseconds as the first parameter. The limits follow, two for each kind: for fast jobs and for
 * slow ones. It takes no locks, so it may read every workspace.
 */
const findJobs = (kinds: readonly string[]): Statement =>
  statement(
    'findJobs',
    kinds
      .flatMap((kind) => [`"kind" = '${kind}' AND NOT "slow"`, `"kind" = '${kind}' AND "slow"`])
      .map(
        (ofKind, at) => `(SELECT "userId", "kind", "key",
          extract(epoch FROM ${readyAt} - now())::float8 * 1000 AS "readyInMs"
        FROM "Job" j WHERE ${ofKind} AND ${readyAt} <= now() + $1::int * interval '1 ms'
        ORDER BY ${readyAt} LIMIT $${at + 2}::int)`,
      )
      .join(' UNION ALL '),
  );
