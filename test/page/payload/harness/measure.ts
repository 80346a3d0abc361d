/**
 * Measures for how long each heavy scene keeps the page's main thread busy at a time, in a
 * production build:
 * `NODE_ENV=production node --conditions=holdpoint-source test/page/payload/harness/measure.ts`,
 * with a part of a scene's name to measure only that. It counts processor time, so other programs
 * hardly change the figures. No test does it, as it depends on the machine.
 */
import type { Page } from 'playwright-core';
import { heavyScenes } from '../heavyScenes.ts';
import { openHarness } from '../openHarness.ts';

const ROUNDS = 3;
/** As long as the slowest task of the worker may take, and then some. */
const SETTLED_MS = 1_500;

const wanted = process.argv[2] ?? '';
const harness = await openHarness();
for (const [name, scene, shown] of heavyScenes.filter(([name]) => name.includes(wanted))) {
  const rounds: number[][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { page } = await harness.show({ show: 'payload', text: '{}' });
    rounds.push(
      await longestTasks(page, async () => {
        await harness.show(scene);
        // Where the worker was too slow, something else is shown.
        await page
          .getByText(shown)
          .first()
          .waitFor()
          .catch(() => console.log(`not shown: ${shown}`));
        await page.waitForTimeout(SETTLED_MS);
      }),
    );
  }
  const [quickest = []] = rounds.sort(([one = 0], [other = 0]) => one - other);
  console.log(`${String(quickest[0] ?? 0).padStart(6)} ms  ${name}  [${quickest.slice(1)}]`);
}
await harness.close();

type TraceEvent = {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of processor time. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
};

/** The tasks of the main thread that took longest while something was done, in milliseconds. */
async function longestTasks(page: Page, act: () => Promise<void>): Promise<number[]> {
  const browser = page.context().browser();
  if (!browser) throw new Error('the page has no browser');
  await browser.startTracing(page, { categories: ['toplevel'] });
  await act();
  const trace: { traceEvents: TraceEvent[] } = JSON.parse(String(await browser.stopTracing()));
  const threads = trace.traceEvents.filter(({ args }) => args.name === 'CrRendererMain');
  return trace.traceEvents
    .filter(({ name, pid, tid }) => {
      return name.endsWith('RunTask') && threads.some((one) => one.pid === pid && one.tid === tid);
    })
    .map(({ tdur = 0 }) => Math.round(tdur / 1_000))
    .sort((one, other) => other - one)
    .slice(0, 4);
}
