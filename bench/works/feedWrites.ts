import type { Bed } from '../bed.ts';
import { type Effort, median } from '../compare.ts';
import { openSubscribers } from '../openSubscribers.ts';
import type { Owner } from '../requests.ts';
import { type Result, ratioResult } from '../result.ts';
import { seedExecutions } from '../seed.ts';
import { openFeeds, openWriter, subscriptionsOf, type Writer } from './feed.ts';

const OWNERS = 100;
const WRITERS = 16;
const LEAST_RATIO = 0.8;
/** Requests, for the service to be compiled and to know the document. */
const WARM_UP = 5_000;

/** Writes a second, `seconds` long. */
type Write = (seconds: number) => Promise<number>;

/**
 * What the triggers that write the events take from writes: as the service's callers see it, which is what is promised, and
 * of bare INSERTs over pg, also beside a process that follows all the feeds.
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
    const asked = await askedOf(bed, url, owners);
    const results = [
      await compareWrites('requestReview', writer, asked, asked, LEAST_RATIO, effort),
    ];
    const bare = insertsOf(writer, owners, false);
    results.push(await compareWrites('bare INSERT', writer, bare, bare, null, effort));
    await subscribers.open(subscriptionsOf(url, owners, OWNERS));
    const followed = insertsOf(writer, owners, true);
    results.push(
      await compareWrites('bare INSERT, feeds followed', writer, followed, bare, null, effort),
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
    if (round < 0) continue; // a warm-up
    on.push(rateOn);
    off.push(rateOff);
  }
  if (median(on) === 0) throw new Error('nothing was written');
  return ratioResult(`${what}, ${OWNERS} owners; floor: no triggers`, on, off, target);
}

let rounds = 0;

/** Over HTTP, from the process that makes the load. */
async function askedOf(bed: Bed, url: string, owners: readonly Owner[]): Promise<Write> {
  const ask = async (count: number) => {
    const prefix = `asked-${++rounds}`;
    const plan = { work: 'requestReview', url, speaks: 'graphql', owners, prefix, count } as const;
    return count / (await bed.load.run(plan));
  };
  const rate = await ask(WARM_UP);
  return (seconds) => ask(Math.ceil(rate * seconds));
}

function insertsOf({ write, notifier }: Writer, owners: readonly Owner[], notify: boolean): Write {
  return async (seconds) => {
    const prefix = `written-${++rounds}`;
    const start = performance.now();
    const end = start + seconds * 1_000;
    let next = 0;
    const work = async () => {
      while (performance.now() < end) {
        const number = next++;
        const { userId } = owners[number % owners.length] as Owner;
        await write(userId, prefix, number);
        if (notify) notifier.notify(userId);
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, work));
    return (next * 1_000) / (performance.now() - start);
  };
}
