import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Queries, readEverywhere } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import type { JobKind } from '../jobs/worker.ts';

const EVERY_MS = 3_600_000;
const BATCH = 5_000;
const REST_MS = 100;
/** Enough for a batch of every workspace that is found at a time. */
const LEASE_MS = 600_000;

/**
 * SQL: an event is too old. An hour longer than promised, since it must not go before older ones.
 */
const isOld = (days: string) => `"at" < now() - make_interval(days => ${days}::int, hours => 1)`;

// Takes no locks, so it may read every workspace.
const findOwners = statement(
  'ownersWithOldEvents',
  `SELECT DISTINCT "userId" FROM (
    SELECT "userId" FROM "ReviewEvent" e WHERE ${isOld('$1')} LIMIT $2::int) old`,
);

const prune = statement(
  'pruneEvents',
  `DELETE FROM "ReviewEvent" WHERE "userId" = $1 AND "number" IN (
    SELECT "number" FROM "ReviewEvent" WHERE "userId" = $1 AND ${isOld('$2')}
    ORDER BY "number" LIMIT $3::int)
  RETURNING 1`,
);

/**
 * Deletes events that are older than they are to be kept, of some workspaces.
 * @param batch the most for each of them
 * @returns how many; 0 if there are no more
 */
export async function pruneEvents(database: Queries, days: number, batch = BATCH): Promise<number> {
  const { rows: owners } = await readEverywhere<{ userId: string }>(database, findOwners, [
    days,
    batch,
  ]);
  let pruned = 0;
  for (const { userId } of owners) {
    pruned += (await database.query(prune, [userId, days, batch])).length;
  }
  return pruned;
}

/** Deletes old events once an hour, in small batches with pauses. */
export const eventPruningJob = (days: number, log: Logger): JobKind => ({
  places: 1,
  leaseMs: LEASE_MS,
  async run(job) {
    let pruned = 0;
    for (let count = 1; count > 0; pruned += count) {
      if (job.shouldYield || !(await job.extendLease())) return { dueInMs: 0 };
      count = await pruneEvents(job.database, days);
      if (count > 0) await pause(REST_MS);
    }
    if (pruned > 0) log.info({ pruned }, 'pruned old events');
    return { dueInMs: EVERY_MS };
  },
});
