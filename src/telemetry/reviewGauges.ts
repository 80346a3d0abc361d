import { setTimeout as pause } from 'node:timers/promises';
import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import type { DatabaseClock } from './databaseClock.ts';

/** Numbers are at most so old; however often and however many look, the database is asked no more often. */
const FRESH_MS = 5_000;
/** Counting never takes more than this part of the database's time, however many owners there are. */
const LEAST_PAUSE = 20;
/** A database that does not answer holds nobody up who wants to know the rest. */
const PATIENCE_MS = 2_000;

// The triggers keep how many wait for each owner; the oldest of each is the first entry of the index of waiting reviews.
const waiting = statement(
  'countWaiting',
  `SELECT coalesce(sum(c."waiting"), 0)::bigint AS "waiting",
    coalesce(extract(epoch FROM now() - min(oldest."createdAt")), 0)::float8 AS "oldestSeconds",
    (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "now"
  FROM "OwnerCounter" c
  LEFT JOIN LATERAL (
    SELECT r."createdAt" FROM "PendingReview" r
    WHERE r."userId" = c."userId" AND r."status" = 'WAITING'
    ORDER BY r."createdAt" LIMIT 1
  ) oldest ON true
  WHERE c."waiting" > 0`,
);

type Row = { waiting: number; oldestSeconds: number; now: number };

/** What the database alone knows, of all owners together. */
export class ReviewGauges {
  /** NaN where it is not known. */
  waiting = Number.NaN;
  /** NaN where it is not known; 0 where none waits. */
  oldestSeconds = Number.NaN;
  /** Whether the database answered when it was last asked. */
  isUp = false;
  readonly #database: Queries;
  readonly #clock: DatabaseClock;
  #freshUntil = 0;
  #asking: Promise<void> | undefined;

  constructor(database: Queries, clock: DatabaseClock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Asks where the numbers are old. Where no answer comes in time, they are unknown rather than wrong. */
  async refresh(): Promise<void> {
    if (performance.now() < this.#freshUntil) return;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    const late = new AbortController();
    const gaveUp = pause(PATIENCE_MS, true, { signal: late.signal, ref: false }).catch(() => false);
    if (await Promise.race([this.#asking.then(() => false), gaveUp])) this.#forget();
    late.abort();
  }

  async #ask(): Promise<void> {
    const askedAt = Date.now();
    const start = performance.now();
    try {
      const [row] = await this.#database.query<Row>(waiting, []);
      this.#clock.learn(askedAt, row?.now ?? askedAt, Date.now());
      this.waiting = row?.waiting ?? 0;
      this.oldestSeconds = row?.oldestSeconds ?? 0;
      this.isUp = true;
    } catch {
      this.#forget();
    }
    const end = performance.now();
    this.#freshUntil = this.isUp ? end + Math.max(FRESH_MS, (end - start) * LEAST_PAUSE) : 0;
  }

  #forget(): void {
    this.waiting = Number.NaN;
    this.oldestSeconds = Number.NaN;
    this.isUp = false;
  }
}
