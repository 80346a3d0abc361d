import type { Load } from './openLoad.ts';
import type { Plan } from './requests.ts';

/** One of those that are compared: what it is asked, all but the ids and their number. */
export type Contestant = {
  name: string;
  plan: Omit<Plan, 'prefix' | 'count'>;
  /** Puts in place what the requests of a round need. */
  before?(prefix: string, count: number): Promise<void>;
  /** Throws unless the database holds exactly what was answered. */
  after?(prefix: string, count: number): Promise<void>;
};

export type Effort = { rounds: number; seconds: number };

/** Requests a second, round by round, in the order of the contestants. */
export type Rates = number[][];

/** Enough to learn roughly how fast each is. */
const FIRST_COUNT = 300;
/** Until Node has compiled what is hot; the last says how many requests fill a round. */
const WARM_UP_SECONDS = [0.5, 3, 1];

let plans = 0;

/**
 * Measures the contestants by turns, so that whatever drifts (the disk, the other users of the machine) hits all of them. A
 * round is a number of requests that takes each about the same time.
 */
export async function compare(
  load: Load,
  contestants: readonly Contestant[],
  { rounds, seconds }: Effort,
): Promise<Rates> {
  const run = async ({ plan, before, after }: Contestant, count: number): Promise<number> => {
    const prefix = `${plan.work}-${++plans}`;
    await before?.(prefix, count);
    const took = await load.run({ ...plan, prefix, count });
    await after?.(prefix, count);
    return count / took;
  };

  const counts: number[] = [];
  for (const contestant of contestants) {
    let rate = await run(contestant, FIRST_COUNT);
    for (const time of WARM_UP_SECONDS) rate = await run(contestant, Math.ceil(rate * time));
    counts.push(Math.ceil(rate * seconds));
  }
  const rates: Rates = contestants.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [at, contestant] of contestants.entries()) {
      rates[at]?.push(await run(contestant, counts[at] as number));
    }
  }
  return rates;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
