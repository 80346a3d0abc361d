import { setTimeout as pause } from 'node:timers/promises';
import { type Queries, readEverywhere } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import type { JobKind } from '../jobs/worker.ts';

const EVERY_MS = 3_600_000;
const BATCH = 100;
const REST_MS = 100;
const LEASE_MS = 600_000;

const isOld = `"usedAt" < now() - interval '1 day'`;

// Takes no locks, so it may read every workspace.
const findOwners = statement(
  'ownersWithOldAttachments',
  `SELECT DISTINCT "userId" FROM (SELECT "userId" FROM "Attachment" a WHERE ${isOld} LIMIT $1) old`,
);

// Whoever names a file renews it before the review has its digest. So a row that is old when it is
// locked here is named by all reviews that this statement sees, or by none. Rows that are locked are
// being named. Those in use are looked at again a day later. All are looked up at once, because
// PostgreSQL would expect EXISTS to find one soon and read all reviews of the workspace.
const remove = statement(
  'removeAttachments',
  `WITH old AS (
    SELECT a."digest", a."uploadedBy" FROM "Attachment" a WHERE a."userId" = $1 AND a.${isOld}
    ORDER BY a."usedAt" LIMIT $2 FOR UPDATE SKIP LOCKED
  ), used AS MATERIALIZED (
    SELECT DISTINCT unnest(r."attachments") AS "digest" FROM "PendingReview" r
    WHERE r."userId" = $1 AND r."attachments" && ARRAY(SELECT "digest" FROM old)
  ), looked AS (
    SELECT old."digest", old."uploadedBy", old."digest" IN (SELECT "digest" FROM used) AS "isUsed"
    FROM old
  ), kept AS (
    UPDATE "Attachment" a SET "usedAt" = now() FROM looked
    WHERE looked."isUsed" AND a."userId" = $1 AND a."digest" = looked."digest"
      AND a."uploadedBy" = looked."uploadedBy"
  ), removed AS (
    DELETE FROM "Attachment" a USING looked
    WHERE NOT looked."isUsed" AND a."userId" = $1 AND a."digest" = looked."digest"
      AND a."uploadedBy" = looked."uploadedBy"
    RETURNING 1
  )
  SELECT (SELECT count(*) FROM looked) AS "seen", (SELECT count(*) FROM removed) AS "removed"`,
);

type Counts = { seen: number; removed: number };

/**
 * Looks at files of a workspace that were neither uploaded nor named for a day, and removes those
 * that no review names.
 * @param batch the most to look at
 */
export async function removeUnused(
  database: Queries,
  userId: string,
  batch = BATCH,
): Promise<Counts> {
  const [counts] = await database.query<Counts>(remove, [userId, batch]);
  return counts ?? { seen: 0, removed: 0 };
}

/** Removes unused files once an hour, in small batches with pauses. */
export const attachmentJob: JobKind = {
  places: 1,
  leaseMs: LEASE_MS,
  async run(job) {
    for (let seen = 1; seen > 0; ) {
      if (job.shouldYield || !(await job.extendLease())) return { dueInMs: 0 };
      seen = 0;
      const { rows: owners } = await readEverywhere<{ userId: string }>(job.database, findOwners, [
        BATCH,
      ]);
      for (const { userId } of owners) seen += (await removeUnused(job.database, userId)).seen;
      if (seen > 0) await pause(REST_MS);
    }
    return { dueInMs: EVERY_MS };
  },
};
