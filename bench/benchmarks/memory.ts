import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Bed } from '../bed.ts';
import type { Result } from '../result.ts';
import { seedReviews } from '../seed.ts';

const MAX_MB = 200;
const WARM_UP = { page: 2_000, requestReview: 500 } as const; // pages of seeded reviews come first
/** Time for the garbage collector to free what the warm-up needed. */
const IDLE_MS = 3_000;
const OWNER = 'idle';

/** Memory of the idle Node process, after the start and after a warm-up. */
export async function measureMemory(bed: Bed): Promise<Result[]> {
  await seedReviews(bed.database, [OWNER], 'idle', 100);
  const { pid, url } = await bed.freshServer();
  await sleep(IDLE_MS);
  const started = await residentMb(pid);

  const owners = await bed.owners([OWNER], 'agent', 'review:request');
  for (const [operation, count] of Object.entries(WARM_UP)) {
    const plan = { url, speaks: 'graphql', owners, prefix: `idle-${operation}`, count } as const;
    await bed.load.run({ ...plan, operation: operation as keyof typeof WARM_UP });
  }
  await sleep(IDLE_MS);
  const warm = await residentMb(pid);
  const line = { baseline: '', ratio: '', spread: '', target: `≤ ${MAX_MB} MB` };
  return [
    {
      ...line,
      benchmark: 'idle memory after the start',
      ours: `${started} MB`,
      met: started <= MAX_MB,
    },
    { ...line, benchmark: 'idle memory after a warm-up', ours: `${warm} MB`, met: warm <= MAX_MB },
  ];
}

async function residentMb(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Math.round(Number(stdout) / 1_024);
}
