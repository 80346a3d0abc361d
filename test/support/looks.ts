import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const folder = fileURLToPath(new URL('../../test-results/', import.meta.url));

const sizes = [
  { prefix: '', width: 1280, height: 800 },
  { prefix: 'middle-', width: 768, height: 1024 },
  { prefix: 'narrow-', width: 360, height: 740 },
];

export type Look = { name: string; width: number };

/**
 * Shows a page in each look in turn: `light`, `dark`, `middle-light` and so on to `narrow-dark`.
 * One page is resized, as loading one for each look takes long. Ends with the first look.
 */
export async function* looksOf(page: Page): AsyncGenerator<Look> {
  for (const { prefix, width, height } of sizes) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      yield { name: `${prefix}${colorScheme}`, width };
    }
  }
  const { width, height } = sizes[0] as (typeof sizes)[0];
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Keeps a picture in `test-results/` for people to look at, if TEST_PICTURES=1. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (process.env['TEST_PICTURES'] !== '1') return;
  await page.screenshot({ path: `${folder}${name}.png`, fullPage: true });
}
