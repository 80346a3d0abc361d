import { setTimeout as pause } from 'node:timers/promises';
import type { Bed } from '../bed.ts';
import { type Contestant, compare, type Effort } from '../compare.ts';
import { type Result, ratioResult } from '../result.ts';
import { seedExecutions } from '../seed.ts';
import { userIdsOf } from './write.ts';

const OWNERS = 20;
/** Asking keeps at least this part of its rate. */
const TARGET = 0.97;
/** How many times as long a long round is. */
const LONG = 10;

/**
 * Asks while the search entries are written, compared with asks while nobody writes them. A short
 * round ends before those of a busy service have to be written, a long one does not.
 */
export async function measureBesideSearch(bed: Bed, effort: Effort): Promise<Result[]> {
  const userIds = userIdsOf('followed', OWNERS);
  await seedExecutions(bed.database, userIds);
  const { url } = await bed.server('ours');
  const owners = await bed.owners(userIds, 'agent', 'review:request');
  const plan = { speaks: 'graphql', operation: 'requestReview', url, owners } as const;
  const sql = (text: string) => bed.database.pool.query(text);

  const follows: Contestant = {
    name: 'followed',
    plan,
    async before() {
      await sql(`UPDATE "Job" SET "dueAt" = now(), "leasedUntil" = NULL WHERE ${ofSearch}`);
      await upToDate();
    },
  };
  // As if another process had claimed the jobs, and never got anything done.
  const waits: Contestant = {
    name: 'alone',
    plan,
    async before() {
      await follows.before?.('', 0);
      await sql(
        `UPDATE "Job" SET "leaseId" = gen_random_uuid(), "leasedUntil" = 'infinity' WHERE ${ofSearch}`,
      );
    },
  };

  async function upToDate(): Promise<void> {
    for (;;) {
      const { rows } = await sql(
        `SELECT FROM "Job" WHERE ${ofSearch} AND ("dueAt" IS NOT NULL OR "leasedUntil" IS NOT NULL)`,
      );
      if (rows.length === 0) return;
      await pause(50);
    }
  }

  const { rounds, seconds } = effort;
  const results: Result[] = [];
  for (const length of [1, LONG]) {
    const [beside = [], alone = []] = await compare(bed.load, [follows, waits], {
      rounds: Math.ceil(rounds / (length === 1 ? 1 : 2)),
      seconds: seconds * length,
    });
    const name = `asks for ${seconds * length} s beside the search; baseline: without it`;
    results.push(ratioResult(name, beside, alone, TARGET));
  }
  return results;
}

const ofSearch = `"kind" = 'updateSearch'`;
