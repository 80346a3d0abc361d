import { afterAll, beforeAll, expect, test } from 'vitest';
import { heavyScenes } from './heavyScenes.ts';
import { type Harness, openHarness } from './openHarness.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await openHarness();
}, 120_000);
afterAll(() => harness?.close());

/** More elements than this take seconds to lay out. */
const MAX_ELEMENTS = 35_000;

test.each(heavyScenes)('%s does not freeze the page', async (_name, scene, shown) => {
  const { page, faults } = await harness.show(scene);
  await page.getByText(shown).first().waitFor();
  const elements = await page.evaluate(() => document.querySelectorAll('*').length);
  expect(elements).toBeLessThan(MAX_ELEMENTS);
  expect(faults).toEqual([]);
});
