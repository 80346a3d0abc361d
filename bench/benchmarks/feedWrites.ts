import type { Bed } from '../bed.ts';
import { type Effort, median } from '../compare.ts';
import { openSubscribers } from '../openSubscribers.ts';
import type { Owner } from '../requests.ts';
import { type Result, ratioResult } from '../result.ts';
import { seedExecutions } from '../seed.ts';
import { openFeeds, openWriter, subscriptionsOf, type Writer } from './feed.ts';

const OWNERS = 100;
const WRITERS = 16;
const MIN_RATIO = 0.8;
/** Requests to warm up the service. */
const WARM_UP = 5_000;

/** Writes for `seconds` and returns the writes per second. */
type Write = (seconds: number) => Promise<number>;

/**
 * How much the triggers that write events slow down writes: through the API, which has a target,
 * and with bare INSERTs, also while all feeds have subscribers.
 */
export async function measureFeedWrites(bed: Bed, effort: Effort): Promise<Result[]> {
  const owners = await openFeeds(bed, 'written', OWNERS);
  await seedExecutions(
    bed.database,
    owners.map(({ userId }) => userId),
  );
  const writer = openWriter(bed, WRITERS);
  const subscribers = openSubscribers();
  const { url } = await bed.freshServer();
  try {
    const requests = await requestReviews(bed, url, owners);
    const results = [
      await compareWrites('requestReview', writer, requests, requests, MIN_RATIO, effort),
    ];
    const bare = insertReviews(writer, owners, false);
    results.push(await compareWrites('bare INSERT', writer, bare, bare, null, effort));
    await subscribers.open(subscriptionsOf(url, owners, OWNERS));
    const followed = insertReviews(writer, owners, true);
    results.push(
      await compareWrites('bare INSERT with subscribers', writer, followed, bare, null, effort),
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
  withTriggers: Write,
  without: Write,
  target: number | null,
  { rounds, seconds }: Effort,
): Promise<Result> {
  const on: number[] = [];
  const off: number[] = [];
  for (let round = -1; round < rounds; round++) {
    const rateOn = await withTriggers(seconds);
    await writer.pool.query('ALTER TABLE "PendingReview" DISABLE TRIGGER USER');
    const rateOff = await without(seconds).finally(() =>
      writer.pool.query('ALTER TABLE "PendingReview" ENABLE TRIGGER USER'),
    );
    if (round < 0) continue; // warm-up
    on.push(rateOn);
    off.push(rateOff);
  }
  if (median(on) === 0) throw new Error('nothing was written');
  return ratioResult(`${what}, ${OWNERS} owners; baseline: no triggers`, on, off, target);
}

let rounds = 0;

/** Writes through the API, from the load process. */
async function requestReviews(bed: Bed, url: string, owners: readonly Owner[]): Promise<Write> {
  const ask = async (count: number) => {
    const prefix = `asked-${++rounds}`;
    const plan = {
      operation: 'requestReview',
      url,
      speaks: 'graphql',
      owners,
      prefix,
      count,
    } as const;
    return count / (await bed.load.run(plan));
  };
  const rate = await ask(WARM_UP);
  return (seconds) => ask(Math.ceil(rate * seconds));
}

function insertReviews(
  { write, notifier }: Writer,
  owners: readonly Owner[],
  notify: boolean,
): Write {
  return async (seconds) => {
    const prefix = `written-${++rounds}`;
    const start = performance.now();
    const end = start + seconds * 1_000;
    let next = 0;
    const writeUntilEnd = async () => {
      while (performance.now() < end) {
        const number = next++;
        const { userId } = owners[number % owners.length] as Owner;
        await write(userId, prefix, number);
        if (notify) notifier.notify(userId);
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, writeUntilEnd));
    return (next * 1_000) / (performance.now() - start);
  };
}
