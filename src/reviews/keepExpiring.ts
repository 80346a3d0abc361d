import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Queries } from '../database/connections.ts';
import { BATCH, expireReviews, millisecondsToNextExpiry } from './expireReviews.ts';
import { LAPSE_BATCH, lapseApprovals } from './lapseApprovals.ts';
import type { ReviewStore } from './reviewStore.ts';

/** What another process added meanwhile is met within this time. */
const POLL_MS = 500;
/** Where what is overdue is held by somebody else. */
const HELD_MS = 100;
const MIN_PAUSE_MS = 2;
/** How soon an approval that lapsed is noted as void. */
const LAPSE_MS = 5_000;

/**
 * Rejects reviews when their time comes, and notes approvals that lapsed, within a second of it, in batches with pauses. Any number of processes may: while one
 * is at it the others only look whether it still is. Asleep until the next expiry or a poll, whichever is first; a database that is away is
 * asked again at the next poll.
 * @param database a connection of its own: however many requests wait for one, this is on time
 */
export function keepExpiring(
  database: Queries,
  store: Pick<ReviewStore, 'notifyFeed' | 'onResolved'>,
  log: Logger,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;

  async function run(): Promise<void> {
    let isAway = false;
    let lapsedAt = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      let waitMs = POLL_MS;
      try {
        if (performance.now() - lapsedAt >= LAPSE_MS) {
          await lapseAll();
          lapsedAt = performance.now();
        }
        const nextMs = await millisecondsToNextExpiry(database);
        if (nextMs !== null && nextMs > 0) waitMs = Math.min(Math.ceil(nextMs), POLL_MS);
        else if (nextMs !== null) waitMs = await expireAll();
        isAway = false;
      } catch (error) {
        if (!isAway && !signal.aborted) {
          log.warn({ err: error }, 'reviews cannot be expired, trying again');
        }
        isAway = true;
      }
      await rest(waitMs);
    }
  }

  /** @returns after how many milliseconds to look again */
  async function expireAll(): Promise<number> {
    let total = 0;
    let waitMs = HELD_MS;
    let from: Date | '-infinity' = '-infinity';
    while (!signal.aborted) {
      const start = performance.now();
      const batch = await expireReviews(database, from);
      if (!batch) {
        waitMs = POLL_MS;
        break;
      }
      const { userIds, count, reached } = batch;
      for (const userId of userIds) store.notifyFeed(userId);
      if (count > 0) {
        store.onResolved?.({ source: 'EXPIRY', status: 'REJECTED', count });
        waitMs = 0;
      }
      total += count;
      if (count < BATCH || !reached) break;
      from = reached;
      // As long as it took belongs to those who waited for it, and to the disk.
      await rest(Math.max(MIN_PAUSE_MS, performance.now() - start));
    }
    if (total > 0) log.debug({ expired: total }, 'reviews expired');
    return waitMs;
  }

  async function lapseAll(): Promise<void> {
    for (let count = LAPSE_BATCH; count === LAPSE_BATCH && !signal.aborted; ) {
      const start = performance.now();
      const userIds = await lapseApprovals(database);
      for (const userId of new Set(userIds)) store.notifyFeed(userId);
      count = userIds.length;
      if (count > 0) await rest(Math.max(MIN_PAUSE_MS, performance.now() - start));
    }
  }

  const rest = (ms: number) => pause(ms, undefined, { signal }).catch(() => {});
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
