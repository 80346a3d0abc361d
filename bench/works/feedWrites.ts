import type { Bed } from '../bed.ts';
import { type Effort, median } from '../compare.ts';
import { openSubscribers } from '../openSubscribers.ts';
import type { Owner } from '../requests.ts';
import { type Result, ratioResult } from '../result.ts';
import { openFeeds, openWriter, subscriptionsOf, type Writer } from './feed.ts';

const OWNERS = 100;
const WRITERS = 16;
const LEAST_RATIO = 0.8;

/** Reviews written straight over pg, with the triggers that write the events and without. */
export async function measureFeedWrites(bed: Bed, effort: Effort): Promise<Result[]> {
  const owners = await openFeeds(bed, 'written', OWNERS);
  const writer = openWriter(bed, WRITERS);
  const subscribers = openSubscribers();
  try {
    const results = [await compareWrites('triggers', writer, owners, false, effort)];
    const { url } = await bed.freshServer();
    await subscribers.open(subscriptionsOf(url, owners, OWNERS));
    results.push(
      await compareWrites('triggers and a process that follows', writer, owners, true, effort),
    );
    return results;
  } finally {
    await subscribers.close();
    await writer.close();
  }
}

async function compareWrites(
  what: string,
  writer: Writer,
  owners: readonly Owner[],
  ring: boolean,
  { rounds, seconds }: Effort,
): Promise<Result> {
  const on: number[] = [];
  const off: number[] = [];
  for (let round = -1; round < rounds; round++) {
    const withFeed = await writesASecond(writer, owners, ring, seconds);
    await writer.pool.query('ALTER TABLE "PendingReview" DISABLE TRIGGER USER');
    const without = await writesASecond(writer, owners, false, seconds).finally(() =>
      writer.pool.query('ALTER TABLE "PendingReview" ENABLE TRIGGER USER'),
    );
    if (round < 0) continue; // a warm-up
    on.push(withFeed);
    off.push(without);
  }
  if (median(on) === 0) throw new Error('nothing was written');
  return ratioResult(`writes with ${what}, ${OWNERS} owners`, on, off, LEAST_RATIO);
}

let rounds = 0;

async function writesASecond(
  { write, bell }: Writer,
  owners: readonly Owner[],
  ring: boolean,
  seconds: number,
): Promise<number> {
  const prefix = `written-${++rounds}`;
  const start = performance.now();
  const end = start + seconds * 1_000;
  let next = 0;
  const work = async () => {
    while (performance.now() < end) {
      const number = next++;
      const { userId } = owners[number % owners.length] as Owner;
      await write(userId, prefix, number);
      if (ring) bell.ring(userId);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, work));
  return (next * 1_000) / (performance.now() - start);
}
