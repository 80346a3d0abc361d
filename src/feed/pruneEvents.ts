import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';

const EVERY_MS = 3_600_000;
const BATCH = 5_000;
const PAUSE_MS = 100;

// An hour longer than promised: no event goes while one before it may still be followed from.
const prune = statement(
  'pruneEvents',
  `DELETE FROM "ReviewEvent" WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM "ReviewEvent"
    WHERE "at" < now() - make_interval(days => $1::int, hours => 1)
    LIMIT $2::int FOR UPDATE SKIP LOCKED))
  RETURNING 1`,
);

/**
 * Deletes one batch of events that are older than they are to be kept.
 * @returns how many
 */
export const pruneEvents = async (database: Queries, days: number, batch = BATCH) =>
  (await database.query(prune, [days, batch])).length;

/** Prunes now and then, in small batches with pauses. Several processes may: they skip what another one holds. */
export function keepPruning(database: Queries, days: number, log: Logger): { stop(): void } {
  const stopping = new AbortController();
  const { signal } = stopping;

  async function run(): Promise<void> {
    let pruned = 0;
    try {
      for (let count = BATCH; count === BATCH && !signal.aborted; pruned += count) {
        count = await pruneEvents(database, days);
        await pause(PAUSE_MS, undefined, { signal });
      }
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, 'old events could not be pruned');
    }
    if (pruned > 0) log.info({ pruned }, 'pruned old events');
  }

  const timer = setInterval(run, EVERY_MS);
  return {
    stop() {
      stopping.abort();
      clearInterval(timer);
    },
  };
}
