/**
 * Measures for how long each heavy scene keeps the page busy at a time, in a production build:
 * `NODE_ENV=production node --conditions=holdpoint-source test/page/payload/harness/measure.ts`,
 * with a part of a scene's name to measure only that. No test does it, as it depends on the machine.
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
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { page } = await harness.show({ show: 'payload', text: '{}' });
    await observe(page);
    await harness.show(scene);
    await page.getByText(shown).first().waitFor();
    await page.waitForTimeout(SETTLED_MS);
    rounds.push(await longestTask(page));
  }
  rounds.sort((one, other) => one - other);
  console.log(`${String(Math.round(rounds[1] ?? 0)).padStart(6)} ms  ${name}  [${rounds}]`);
}
await harness.close();

/** Starts to note tasks of more than 50 ms. */
async function observe(page: Page): Promise<void> {
  await page.evaluate(() => {
    const tasks: number[] = [];
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(duration);
    });
    observer.observe({ type: 'longtask' });
    Reflect.set(globalThis, 'longTasks', tasks);
  });
}

function longestTask(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, ...(Reflect.get(globalThis, 'longTasks') as number[])));
}
