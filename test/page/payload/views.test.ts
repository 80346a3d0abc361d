import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Scene } from './harness/scene.ts';
import { type Harness, openHarness } from './openHarness.ts';
import { attachedFiles, realPayloads } from './realPayloads.ts';
import { seen } from './seen.ts';

/** Screenshots, for people to look at. */
const pictures = fileURLToPath(new URL('../../../test-results/views/', import.meta.url));

let harness: Harness;

beforeAll(async () => {
  await mkdir(pictures, { recursive: true });
  harness = await openHarness();
}, 120_000);
afterAll(() => harness?.close());

const looks = [
  { colorScheme: 'light', width: 1000 },
  { colorScheme: 'dark', width: 1000 },
  { colorScheme: 'light', width: 390 },
  { colorScheme: 'dark', width: 390 },
] as const;

test.each(realPayloads)(
  'a reviewer sees what will happen, on a screen and on a phone: $name',
  async ({ name, payload, sees, tags }) => {
    const scene: Scene = {
      show: 'payload',
      text: JSON.stringify(payload),
      files: attachedFiles,
      ...(tags ? { tags } : {}),
    };
    for (const { colorScheme, width } of looks) {
      const { page, faults } = await harness.show(scene, {
        colorScheme,
        viewport: { width, height: 844 },
      });
      const view = page.getByRole('region', { name: 'Payload, readable' });
      await view.waitFor();
      for (const what of sees) await expect.poll(() => seen(view)).toMatch(asPattern(what));
      const { violations } = await new AxeBuilder({ page })
        // The harness is not a full page: it has neither headings nor landmarks.
        .disableRules(['page-has-heading-one', 'region'])
        .setLegacyMode()
        .analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(
        width,
      );
      expect(faults).toEqual([]);
      const size = width > 500 ? 'desktop' : 'phone';
      await page.screenshot({
        path: join(pictures, `${name}-${size}-${colorScheme}.png`),
        fullPage: true,
      });
    }
  },
  60_000,
);

const asPattern = (what: string | RegExp): RegExp =>
  what instanceof RegExp ? what : new RegExp(what.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&'));
