import { setTimeout as pause } from 'node:timers/promises';
import { type Queries, readEverywhere } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import type { DatabaseClock } from './databaseClock.ts';

/** Cache TTL of the gauges. */
const FRESH_MS = 5_000;
/**
 * A slow count is cached for this many times its own duration, so that it never takes more than 5%
 * of the time.
 */
const CACHE_FACTOR = 20;
/** The other metrics do not wait longer than this for the database. */
const TIMEOUT_MS = 2_000;

// Triggers maintain the number of waiting reviews of each owner. The oldest is the first entry of
// the index of waiting reviews.
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

/** Gauges over all workspaces, read from the database. */
export class ReviewGauges {
  /** NaN if unknown. */
  waiting = Number.NaN;
  /** NaN if unknown; 0 if none is waiting. */
  oldestSeconds = Number.NaN;
  /** Whether the database answered the last query. */
  isUp = false;
  readonly #database: Queries;
  readonly #clock: DatabaseClock;
  #freshUntil = 0;
  #asking: Promise<void> | undefined;

  constructor(database: Queries, clock: DatabaseClock) {
    this.#database = database;
    this.#clock = clock;
  }

  /**
   * Reads the numbers if the cached ones are too old. After a timeout they are unknown rather than
   * wrong.
   */
  async refresh(): Promise<void> {
    if (performance.now() < this.#freshUntil) return;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    const late = new AbortController();
    const gaveUp = pause(TIMEOUT_MS, true, { signal: late.signal, ref: false }).catch(() => false);
    if (await Promise.race([this.#asking.then(() => false), gaveUp])) this.#forget();
    late.abort();
  }

  async #ask(): Promise<void> {
    const askedAt = Date.now();
    const start = performance.now();
    try {
      const { rows } = await readEverywhere<Row>(this.#database, waiting, []);
      this.#clock.learn(askedAt, rows[0]?.now ?? askedAt, Date.now());
      this.waiting = rows.reduce((sum, row) => sum + row.waiting, 0);
      this.oldestSeconds = Math.max(0, ...rows.map((row) => row.oldestSeconds));
      this.isUp = true;
    } catch {
      this.#forget();
    }
    const end = performance.now();
    this.#freshUntil = this.isUp ? end + Math.max(FRESH_MS, (end - start) * CACHE_FACTOR) : 0;
  }

  #forget(): void {
    this.waiting = Number.NaN;
    this.oldestSeconds = Number.NaN;
    this.isUp = false;
  }
}
