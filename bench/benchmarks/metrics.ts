import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Bed } from '../bed.ts';
import { type Effort, median } from '../compare.ts';
import type { Result } from '../result.ts';
import { seedExecutions } from '../seed.ts';

const MAX_RATIO = 1.03;
const OWNERS = 20;
const WARM_UP = 10_000;
/** Many short turns, so that other load on the machine affects both services alike. */
const TURNS_A_ROUND = 20;

/**
 * CPU time per request with and without metrics, measured alternately in one process (twins.ts).
 * The constant cost of process metrics, such as sampling the event loop, is part of both.
 */
export async function measureMetrics(bed: Bed, { rounds, seconds }: Effort): Promise<Result[]> {
  const userIds = Array.from({ length: OWNERS }, (_, number) => `measured-${number}`);
  await seedExecutions(bed.database, userIds);
  const owners = await bed.owners(userIds, 'agent', 'review:request');
  const token = randomBytes(16).toString('hex');
  const { pid, urls } = await bed.server('twins', { HOLDPOINT_METRICS_TOKEN: token });
  const [counted = '', plain = ''] = urls;
  let plans = 0;

  /** Returns the requests per second and the CPU time of each in microseconds. */
  async function run(url: string, count: number) {
    const prefix = `measured-${plans++}`;
    const before = cpuNanosecondsOf(pid);
    const took = await bed.load.run({
      ...{ operation: 'requestReview', url, speaks: 'graphql', owners, prefix, count },
    });
    return { rate: count / took, cost: ((cpuNanosecondsOf(pid) - before) / count) * 1e-3 };
  }

  await run(counted, WARM_UP);
  const { rate } = await run(plain, WARM_UP);
  await check(counted, plain, token);
  const count = Math.ceil((rate * seconds) / TURNS_A_ROUND);
  const costs: Record<string, number[]> = { [counted]: [], [plain]: [] };
  for (let turn = 0; turn < rounds * TURNS_A_ROUND; turn++) {
    // The order alternates, because the second one also collects the garbage of the first.
    for (const url of turn % 2 === 0 ? [counted, plain] : [plain, counted]) {
      costs[url]?.push((await run(url, count)).cost);
    }
  }
  const withMetrics = costs[counted] ?? [];
  const without = costs[plain] ?? [];
  const ratios = withMetrics
    .map((cost, turn) => cost / (without[turn] as number))
    .sort((one, other) => one - other);
  const quarter = (share: 1 | 3) => ratios[Math.floor((ratios.length * share) / 4)] as number;
  const ratio = median(ratios);
  return [
    {
      benchmark: 'requestReview, CPU with metrics',
      ours: `${median(withMetrics).toFixed(0)} µs`,
      baseline: `${median(without).toFixed(0)} µs`,
      ratio: ratio.toFixed(3),
      spread: `${quarter(1).toFixed(3)}–${quarter(3).toFixed(3)}`,
      target: `≤ ${MAX_RATIO}`,
      met: Number.isNaN(ratio) ? null : ratio <= MAX_RATIO,
    },
  ];
}

/** CPU time of the main thread in nanoseconds; NaN if the system is not Linux. */
function cpuNanosecondsOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ', 1)[0]);
  } catch {
    return Number.NaN;
  }
}

/** @throws Error unless the first service counted its requests and the second has no metrics */
async function check(counted: string, plain: string, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const text = await (await fetch(`${counted}/metrics`, { headers })).text();
  const { status } = await fetch(`${plain}/metrics`, { headers });
  const asked = new RegExp(`^holdpoint_requests_total\\{.*requestReview.*\\} ${WARM_UP}$`, 'm');
  if (!asked.test(text) || status !== 404) throw new Error(`unexpected metrics: ${text}`);
}
