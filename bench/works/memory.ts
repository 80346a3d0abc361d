import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Bed } from '../bed.ts';
import type { Result } from '../result.ts';
import { seedReviews } from '../seed.ts';

const MAX_MB = 200;
const WARM_UP = { page: 2_000, requestReview: 500 } as const;
/** What was needed for the warm-up is given back meanwhile, as far as it is. */
const IDLE_MS = 3_000;
const OWNER = 'idle';

/** The memory of our Node process at rest: as it has started, and after some of everything. */
export async function measureMemory(bed: Bed): Promise<Result[]> {
  await seedReviews(bed.database, [OWNER], 'idle', 100);
  const { pid, url } = await bed.freshServer();
  await sleep(IDLE_MS);
  const started = await residentMb(pid);

  const owners = await bed.owners([OWNER], 'agent', 'review:request');
  for (const [work, count] of Object.entries(WARM_UP)) {
    const plan = { work: work as keyof typeof WARM_UP, url, speaks: 'graphql', owners } as const;
    // Pages come before other reviews do, whose nodes are not recorded.
    await bed.load.run({ ...plan, prefix: `idle-${work}`, count });
  }
  await sleep(IDLE_MS);
  const warm = await residentMb(pid);
  const line = { floor: '', ratio: '', spread: '', target: `≤ ${MAX_MB} MB` };
  return [
    { ...line, work: 'idle memory, just started', ours: `${started} MB`, met: started <= MAX_MB },
    { ...line, work: 'idle memory, after a warm-up', ours: `${warm} MB`, met: warm <= MAX_MB },
  ];
}

async function residentMb(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Math.round(Number(stdout) / 1_024);
}
