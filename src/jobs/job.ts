// A row of the table "Job" says when a piece of work is due next. Whoever makes a job due, claims
// it or releases it locks its row, so these happen one after the other and none is missed. A claim
// is a lease: it clears the due time, and if the process dies, the job is ready again when the
// lease ends.
//
// A job is made due in the transaction that gives the reason for it. For reviews and webhooks the
// trigger that writes events does that ("makeJobsDue" in migration 0007).

import { randomUUID } from 'node:crypto';
import type { Connections } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import { withRetries } from './withRetries.ts';

/** `userId` and `key` are empty where there is only one job of the kind. */
export type JobId = { userId: string; kind: string; key: string };

export type JobResult = {
  /** In milliseconds. Null: not before somebody makes it due. */
  dueInMs: number | null;
  /** Not before then, even if somebody has made it due earlier. */
  notEarlier?: boolean;
  /** It waited for somebody who is slow or failing. Such jobs get only half of the places. */
  slow?: boolean;
};

/** After this time a job makes room for others of its kind. */
const TURN_MS = 1_000;

/** The worker, as its jobs see it. */
export type JobWorker = {
  database: Connections;
  /** Aborted when the process closes: begin nothing more, and finish what is under way. */
  stopping: AbortSignal;
  /** Aborted a moment later: give up what is under way. */
  interrupting: AbortSignal;
  /** Whether all places of the kind are taken, so that other jobs may be waiting. */
  isCrowded(): boolean;
  /** Whether the process has little time to spare. */
  isBusy(): boolean;
};

/**
 * SQL: commits without waiting for the disk. What a crash of PostgreSQL takes back is done again, as
 * if the process had died before.
 */
const withoutWaiting = `set_config('synchronous_commit', 'off', true)`;

/** SQL: when a job can be claimed. Null: not before somebody makes it due. */
export const readyAt = `coalesce("leasedUntil", "dueAt")`;

const claim = statement(
  'claimJob',
  `WITH ready AS (
    SELECT 1 FROM "Job"
    WHERE "userId" = $1 AND "kind" = $2 AND "key" = $3 AND ${readyAt} <= now()
    FOR UPDATE SKIP LOCKED
  )
  UPDATE "Job" SET "dueAt" = NULL, "leaseId" = $4::uuid,
    "leasedUntil" = now() + $5::int * interval '1 ms'
  WHERE "userId" = $1 AND "kind" = $2 AND "key" = $3 AND EXISTS (SELECT 1 FROM ready)
  RETURNING "slow", ${withoutWaiting}`,
);

const extend = statement(
  'extendJobLease',
  `UPDATE "Job" SET "leasedUntil" = now() + $5::int * interval '1 ms'
  WHERE "userId" = $1 AND "kind" = $2 AND "key" = $3 AND "leaseId" = $4::uuid
  RETURNING ${withoutWaiting}`,
);

// If somebody made the job due while it ran, it stays due.
const release = statement(
  'releaseJob',
  `UPDATE "Job" SET "leaseId" = NULL, "leasedUntil" = NULL, "slow" = $6::boolean,
    "dueAt" = CASE WHEN $7::boolean THEN clock."due" ELSE least("dueAt", clock."due") END
  FROM (SELECT now() + $5::float8 * interval '1 ms' AS "due") clock
  WHERE "userId" = $1 AND "kind" = $2 AND "key" = $3 AND "leaseId" = $4::uuid
  RETURNING ${withoutWaiting}`,
);

/** A job that this process has claimed, or tries to claim. */
export class Job {
  readonly userId: string;
  readonly kind: string;
  readonly key: string;
  /** Whether it was slow the last time. */
  wasSlow = false;
  readonly #worker: JobWorker;
  readonly #leaseId = randomUUID();
  readonly #leaseMs: number;
  #leaseEndsAt = 0;
  #startedAt = 0;
  readonly #onRing = new Set<() => void>();

  constructor({ userId, kind, key }: JobId, leaseMs: number, worker: JobWorker) {
    this.userId = userId;
    this.kind = kind;
    this.key = key;
    this.#leaseMs = leaseMs;
    this.#worker = worker;
  }

  get #values() {
    return [this.userId, this.kind, this.key, this.#leaseId];
  }

  /** @returns false if it is not due, or somebody else has it */
  async claim(): Promise<boolean> {
    // The lease counts from before the question, so that it never ends later here than in the
    // database.
    const leaseEndsAt = performance.now() + this.#leaseMs;
    const [row] = await this.database.query<{ slow: boolean }>(claim, [
      ...this.#values,
      this.#leaseMs,
    ]);
    if (!row) return false;
    this.#leaseEndsAt = leaseEndsAt;
    this.#startedAt = performance.now();
    this.wasSlow = row.slow;
    return true;
  }

  /** Until another process may claim it. Negative: the lease has ended. */
  get leaseLeftMs(): number {
    return this.#leaseEndsAt - performance.now();
  }

  /** @returns false if the job is gone, or another process has claimed it since */
  async extendLease(): Promise<boolean> {
    const leaseEndsAt = performance.now() + this.#leaseMs;
    const extended = await this.database.query(extend, [...this.#values, this.#leaseMs]);
    if (extended.length === 0) return false;
    this.#leaseEndsAt = leaseEndsAt;
    return true;
  }

  /**
   * Whether to end soon although there is more to do: the process closes, or others need the place.
   */
  get shouldYield(): boolean {
    const isTurnOver = performance.now() - this.#startedAt > TURN_MS;
    return this.#worker.stopping.aborted || (isTurnOver && this.#worker.isCrowded());
  }

  /** Whether the process has little time to spare, so that work that can wait should. */
  get isBusy(): boolean {
    return this.#worker.isBusy();
  }

  /** Aborted when what is under way must be given up. */
  get interrupting(): AbortSignal {
    return this.#worker.interrupting;
  }

  get database(): Connections {
    return this.#worker.database;
  }

  /** Changes nothing if the lease was lost. */
  async release({ dueInMs, notEarlier = false, slow = false }: JobResult): Promise<void> {
    await withRetries(this.database, this.interrupting).query(release, [
      ...this.#values,
      dueInMs,
      slow,
      notEarlier,
    ]);
  }

  /** Something has changed in its workspace. */
  ring(): void {
    for (const resolve of this.#onRing) resolve();
  }

  /** Waits until something has changed in its workspace, or the time is over. */
  async nextRing(withinMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, withinMs);
    this.#onRing.add(resolve);
    await promise;
    this.#onRing.delete(resolve);
    clearTimeout(timer);
  }
}
