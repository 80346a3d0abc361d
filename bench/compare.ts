import type { Load } from './openLoad.ts';
import type { Plan } from './requests.ts';

/** One of the servers to compare, and the requests to send to it. */
export type Contestant = {
  name: string;
  plan: Omit<Plan, 'prefix' | 'count'>;
  /** Prepares the database for a round. */
  before?(prefix: string, count: number): Promise<void>;
  /** Throws unless the database contains exactly what the answers say. */
  after?(prefix: string, count: number): Promise<void>;
};

/** `reviews` is how many a search is measured with. */
export type Effort = { rounds: number; seconds: number; reviews: number };

/** Requests per second: one list of rounds for each contestant. */
export type Rates = number[][];

/** Enough requests for a first estimate of the rate. */
const FIRST_COUNT = 300;
/** Time for the JIT to warm up. The last run determines the number of requests in a round. */
const WARM_UP_SECONDS = [0.5, 3, 1];

let plans = 0;

/**
 * Measures the contestants alternately, so that drift (disk speed, other load on the machine)
 * affects all of them. Each contestant gets as many requests as it can answer in `seconds`.
 */
export async function compare(
  load: Load,
  contestants: readonly Contestant[],
  { rounds, seconds }: Pick<Effort, 'rounds' | 'seconds'>,
): Promise<Rates> {
  const run = async ({ plan, before, after }: Contestant, count: number): Promise<number> => {
    const prefix = `${plan.operation}-${++plans}`;
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
