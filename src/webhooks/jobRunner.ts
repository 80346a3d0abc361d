import { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { JsonText, parseJson } from '@holdpoint/client/json';
import type { WorkerPool } from 'graphile-worker';
import type pg from 'pg';
import type { Logger } from 'pino';
import { tolerateDoubleRelease } from './tolerateDoubleRelease.ts';
import { SLOW, type Slot, TASK } from './wake.ts';

/** How many slots one process sends from at a time. */
const WORKERS = 64;
/** How many of these may be at receivers that are slow: the others stay free for those that are not. */
const MAX_SLOW = WORKERS / 2;
const RESTART_MS = 1_000;
/** More than attempts under way are given, which hold up their jobs. */
const CLOSE_MS = 2_000;

export type JobRunner = { close(): Promise<void> };

/**
 * Runs the jobs of the queue in this process. graphile-worker stops taking jobs where it cannot say what became of one, as
 * when the database goes away under it: then another one is started beside it.
 * @param pollMs how often each worker looks for jobs that are due only now; new ones are told at once
 */
export function startJobs(
  pgPool: pg.Pool,
  work: (slot: Slot, isSlow: boolean) => Promise<void>,
  pollMs: number,
  log: Logger,
): JobRunner {
  tolerateDoubleRelease(pgPool);
  const pools = new Set<WorkerPool>();
  let closed = false;
  let slow = 0;
  let restart: NodeJS.Timeout | undefined;

  async function task(payload: unknown, { job }: { job: { flags: object | null } }): Promise<void> {
    const isSlow = job.flags !== null && SLOW in job.flags;
    slow += Number(isSlow);
    try {
      const slot = payload instanceof JsonText ? parseJson(payload.text) : payload;
      await work(slot as Slot, isSlow);
    } finally {
      slow -= Number(isSlow);
    }
  }

  async function start(): Promise<void> {
    const { Logger: JobLogger, runTaskList } = await import('graphile-worker');
    if (closed) return;
    const events = new EventEmitter();
    const pool = runTaskList(
      {
        pgPool,
        events,
        concurrency: WORKERS,
        pollInterval: pollMs,
        noHandleSignals: true,
        forbiddenFlags: () => (slow >= MAX_SLOW ? [SLOW] : null),
        logger: new JobLogger(() => (level, message) => log.debug({ level }, `jobs: ${message}`)),
        // Without these, a job that cannot be noted as done is a rejection that nobody handles.
        preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
      },
      { [TASK]: task as never },
      pgPool,
    );
    pools.add(pool);
    const ended = () => pools.delete(pool);
    pool.promise.then(ended, ended);
    events.once('pool:gracefulShutdown', ({ message }: { message: string }) => {
      if (closed) return;
      log.warn({ reason: message }, 'the job queue stops, starting it again');
      restart = setTimeout(() => void start(), RESTART_MS);
    });
  }

  const started = start();
  return {
    async close() {
      closed = true;
      clearTimeout(restart);
      await started;
      const stopping = [...pools].map((pool) => pool.gracefulShutdown('the service closes'));
      await Promise.race([
        Promise.allSettled(stopping),
        pause(CLOSE_MS, undefined, { ref: false }),
      ]);
    },
  };
}
