import { setTimeout as sleep } from 'node:timers/promises';
import type { Bed } from '../bed.ts';
import { residentKbOf } from '../cores.ts';
import { openSubscribers } from '../openSubscribers.ts';
import type { Result } from '../result.ts';
import { mostResult, openFeeds, subscriptionsOf } from './feed.ts';

const SUBSCRIBERS = 3_000;
const MOST_KB = 40;
/** What opening them needed is given back meanwhile, as far as it is. */
const SETTLE_MS = 20_000;

/** What the memory of our server grows by for each subscriber that waits. */
export async function measureSubscriberMemory(bed: Bed): Promise<Result[]> {
  const owners = await openFeeds(bed, 'quiet', 1);
  const { url, pid } = await bed.freshServer();
  const subscribers = openSubscribers();
  try {
    // The first ones have Node compile and load what all share.
    await subscribers.open(subscriptionsOf(url, owners, 200));
    await sleep(SETTLE_MS);
    const before = residentKbOf(pid);
    await subscribers.open(subscriptionsOf(url, owners, SUBSCRIBERS));
    await sleep(SETTLE_MS);
    const each = (residentKbOf(pid) - before) / SUBSCRIBERS;
    return [mostResult('memory for an idle subscriber', each, MOST_KB, 'KB')];
  } finally {
    await subscribers.close();
  }
}
