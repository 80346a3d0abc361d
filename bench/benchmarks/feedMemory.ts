import { setTimeout as sleep } from 'node:timers/promises';
import type { Bed } from '../bed.ts';
import { residentKbOf } from '../cores.ts';
import { openSubscribers } from '../openSubscribers.ts';
import type { Result } from '../result.ts';
import { maxResult, openFeeds, subscriptionsOf } from './feed.ts';

const SUBSCRIBERS = 3_000;
const MAX_KB = 40;
/** Time for the garbage collector to free what opening the subscriptions needed. */
const SETTLE_MS = 20_000;

/** Memory of the server per idle subscriber. */
export async function measureSubscriberMemory(bed: Bed): Promise<Result[]> {
  const owners = await openFeeds(bed, 'quiet', 1);
  const { url, pid } = await bed.freshServer();
  const subscribers = openSubscribers();
  try {
    // Warm up: compile and load what all subscribers share.
    await subscribers.open(subscriptionsOf(url, owners, 200));
    await sleep(SETTLE_MS);
    const before = residentKbOf(pid);
    await subscribers.open(subscriptionsOf(url, owners, SUBSCRIBERS));
    await sleep(SETTLE_MS);
    const each = (residentKbOf(pid) - before) / SUBSCRIBERS;
    return [maxResult('memory per idle subscriber', each, MAX_KB, 'KB')];
  } finally {
    await subscribers.close();
  }
}
