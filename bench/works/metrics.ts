import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Bed } from '../bed.ts';
import { type Effort, median } from '../compare.ts';
import type { Plan } from '../requests.ts';
import type { Result } from '../result.ts';
import { seedExecutions } from '../seed.ts';
import type { Server } from '../startServer.ts';

const MOST_RATIO = 1.03;
const OWNERS = 20;
const WARM_UP = 4_000;
/** One process of the same program is faster than another by luck alone: so there are several of each. */
const PAIRS = 5;
/** Turns within a round, so that both meet what else the machine does. */
const TURNS = 4;

/** One process, and what a request cost in each turn, in microseconds of its thread's CPU. */
type Contestant = { server: Server; isCounted: boolean; costs: number[] };

/**
 * What metrics cost: the CPU of our process for a request, counted and scraped against not counted, by turns. Prometheus asks
 * every 15 seconds or so, as here once in seven rounds of two.
 */
export async function measureMetrics(bed: Bed, { rounds, seconds }: Effort): Promise<Result[]> {
  const userIds = Array.from({ length: OWNERS }, (_, number) => `measured-${number}`);
  await seedExecutions(bed.database, userIds);
  const owners = await bed.owners(userIds, 'agent', 'review:request');
  const metricsToken = randomBytes(16).toString('hex');
  let plans = 0;

  /** @returns requests a second */
  async function run(contestant: Contestant, count: number, scrapes: boolean): Promise<number> {
    const { server, isCounted } = contestant;
    const prefix = `measured-${plans++}`;
    const { url, pid } = server;
    const plan: Plan = { work: 'requestReview', url, speaks: 'graphql', owners, prefix, count };
    const before = cpuNanosecondsOf(pid);
    const [took] = await Promise.all([
      bed.load.run(plan),
      scrapes && isCounted && scrapeOnce(url, metricsToken),
    ]);
    contestant.costs.push(((cpuNanosecondsOf(pid) - before) / count) * 1e-3);
    return count / took;
  }

  const contestant = async (isCounted: boolean): Promise<Contestant> => {
    const env: Record<string, string> = isCounted ? { HOLDPOINT_METRICS_TOKEN: metricsToken } : {};
    return { server: await bed.freshServer(env), isCounted, costs: [] };
  };

  const ratios: number[] = [];
  const all = { counted: [] as number[], plain: [] as number[] };
  for (let pair = 0; pair < PAIRS; pair++) {
    const both = [await contestant(pair % 2 === 0), await contestant(pair % 2 === 1)];
    let rate = 0;
    for (const one of both) {
      rate = await run(one, WARM_UP, false);
      one.costs = [];
    }
    for (let turn = 0; turn < rounds * TURNS; turn++) {
      for (const one of both) await run(one, Math.ceil((rate * seconds) / TURNS), turn === 0);
    }
    const microseconds = (isCounted: boolean) => {
      const one = both.find((each) => each.isCounted === isCounted) as Contestant;
      return lowerQuartile(one.costs);
    };
    all.counted.push(microseconds(true));
    all.plain.push(microseconds(false));
    ratios.push(microseconds(true) / microseconds(false));
    for (const { server } of both) await server.stop();
  }
  const ratio = median(ratios);
  return [
    {
      work: 'requestReview, CPU with metrics',
      ours: `${median(all.counted).toFixed(0)} µs`,
      floor: `${median(all.plain).toFixed(0)} µs`,
      ratio: ratio.toFixed(3),
      spread: `${Math.min(...ratios).toFixed(3)}–${Math.max(...ratios).toFixed(3)}`,
      target: `≤ ${MOST_RATIO}`,
      met: Number.isNaN(ratio) ? null : ratio <= MOST_RATIO,
    },
  ];
}

/** Other work on the machine makes a request dearer, by colder caches, and never cheaper. */
const lowerQuartile = (costs: readonly number[]): number =>
  costs.toSorted((one, other) => one - other)[Math.floor(costs.length / 4)] ?? Number.NaN;

/** What the main thread has used, on Linux, to the nanosecond; NaN elsewhere. */
function cpuNanosecondsOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ', 1)[0]);
  } catch {
    return Number.NaN;
  }
}

async function scrapeOnce(url: string, token: string): Promise<void> {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  const text = await response.text();
  if (!text.includes('holdpoint_requests_total')) {
    throw new Error(`not the metrics: ${response.status} ${text.slice(0, 200)}`);
  }
}
