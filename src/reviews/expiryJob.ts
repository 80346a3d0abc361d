import { setTimeout as pause } from 'node:timers/promises';
import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import type { Job } from '../jobs/job.ts';
import type { JobKind } from '../jobs/worker.ts';
import { escalateReviews } from './escalateReviews.ts';
import { BATCH, expireReviews } from './expireReviews.ts';
import { lapseApprovals } from './lapseApprovals.ts';
import { isOpenIndexed } from './review.ts';
import type { ReviewStore } from './reviewStore.ts';

/** Few, because each of them may keep PostgreSQL busy. */
const PLACES = 2;
/** Expiry is promised within a second, also if the process that is at it dies. */
const LEASE_MS = 1_000;
const MIN_REST_MS = 2;
/** When to try reviews again that somebody else had locked. */
const LOCKED_MS = 100;

// Every transaction that changes a review of the workspace holds its counter's row until it commits.
const waitForWriters = statement(
  'waitForWriters',
  `SELECT FROM "OwnerCounter" WHERE "userId" = $1 FOR SHARE`,
);

const nextDeadline = statement(
  'nextReviewDeadline',
  `SELECT extract(epoch FROM least(
    (SELECT min("expiresAt") FROM "PendingReview"
      WHERE "userId" = $1 AND ${isOpenIndexed}
        AND "expiresAt" IS NOT NULL),
    (SELECT min("nextEscalationAt") FROM "PendingReview"
      WHERE "userId" = $1 AND "status" = 'WAITING' AND "nextEscalationAt" IS NOT NULL),
    (SELECT min("validUntil") FROM "PendingReview"
      WHERE "userId" = $1 AND "status" = 'APPROVED' AND NOT "processed" AND "voidedAt" IS NULL)
  ) - now())::float8 * 1000 AS "dueInMs"`,
);

/**
 * Acts on what waits in a workspace when its time comes: rejects reviews that nobody decided, voids
 * approvals that nobody consumed, and takes the steps of escalations. It works in small batches and rests after each as long as
 * it took, so that requests of the same workspace get their turn.
 */
export function expiryJob({
  notifyFeed,
  onResolved,
  onChanged,
}: Pick<ReviewStore, 'notifyFeed' | 'onResolved' | 'onChanged'>): JobKind {
  /** Runs batches until one is not full. */
  async function inBatches(job: Job, settleBatch: () => Promise<number>): Promise<void> {
    for (let count = BATCH; count === BATCH; ) {
      if (job.shouldYield || !(await job.extendLease())) return;
      const start = performance.now();
      count = await settleBatch();
      if (count === 0) return;
      notifyFeed(job.userId);
      await pause(Math.max(MIN_REST_MS, performance.now() - start));
    }
  }

  return {
    places: PLACES,
    leaseMs: LEASE_MS,
    async run(job) {
      const { database, userId } = job;
      let from: Date | '-infinity' = '-infinity';
      await inBatches(job, async () => {
        const { count, reached } = await expireReviews(database, userId, from);
        from = reached ?? from;
        if (count > 0) onResolved?.({ source: 'EXPIRY', status: 'REJECTED', count });
        return count;
      });
      await inBatches(job, () => lapseApprovals(database, userId));
      await inBatches(job, async () => {
        const count = await escalateReviews(database, userId);
        if (count > 0) onChanged?.('escalated', count);
        return count;
      });
      return { dueInMs: await dueIn(database, userId) };
    },
  };
}

/** @returns null if nothing of the workspace will expire */
async function dueIn(database: Queries, userId: string): Promise<number | null> {
  await database.query(waitForWriters, [userId]);
  const [row] = await database.query<{ dueInMs: number | null }>(nextDeadline, [userId]);
  const dueInMs = row?.dueInMs ?? null;
  return dueInMs === null ? null : Math.max(LOCKED_MS, dueInMs);
}
