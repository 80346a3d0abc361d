import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { takePicture } from '../../support/looks.ts';
import type { Scene } from './harness/scene.ts';
import { type Harness, openHarness } from './openHarness.ts';
import { code, hostile, hostileMarkdown, memory, plan } from './samples.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await openHarness();
}, 120_000);
afterAll(() => harness?.close());

type Step = (page: Page) => Promise<void>;

const codeText = JSON.stringify(code);
const editedCode = JSON.stringify({
  ...code,
  code: code.code.replace('remove', 'stat'),
  execution_mode: 'readonly',
});
const none: Step = async () => {};

const scenes: readonly [name: string, ready: string, scene: Scene, step: Step][] = [
  ['instructions', 'h4', { show: 'instructions', text: hostileMarkdown }, none],
  ['code', '.tok-keyword', { show: 'payload', text: codeText }, none],
  ['plan', '.plan-steps', { show: 'payload', text: JSON.stringify(plan) }, none],
  ['memory', '.line-diff', { show: 'payload', text: JSON.stringify(memory) }, none],
  ['readable', '.values', { show: 'payload', text: hostile }, none],
  [
    'tree',
    '.payload',
    { show: 'payload', text: hostile },
    (page) => page.getByRole('tab', { name: 'Tree' }).click(),
  ],
  [
    'raw',
    '.payload',
    { show: 'payload', text: hostile },
    (page) => page.getByRole('tab', { name: 'Raw JSON' }).click(),
  ],
  ['diff', '.line-diff', { show: 'diff', before: codeText, after: editedCode }, none],
  [
    'fields',
    '.field',
    { show: 'editor', text: codeText, editable: true, approvalType: code.approval_type },
    async (page) => {
      await page.getByLabel('total').fill('12,5');
      await page.getByText('total is not a number').waitFor();
    },
  ],
  [
    'json',
    '.field',
    { show: 'editor', text: codeText, editable: true, approvalType: code.approval_type },
    async (page) => {
      await page.getByRole('button', { name: 'JSON', exact: true }).click();
      await page.getByRole('textbox', { name: 'Payload as JSON' }).click();
      await page.keyboard.press('ControlOrMeta+Home');
      await page.keyboard.press('Delete');
      await page.locator('.cm-lintRange-error').first().waitFor();
    },
  ],
  ['read-only', '.notice', { show: 'editor', text: codeText, editable: false }, none],
  [
    'outcome',
    '.outcome',
    {
      show: 'outcome',
      review: {
        status: 'REJECTED',
        decisionSource: 'REVIEWER',
        decidedBy: 'ann',
        reviewMessage: 'No.',
      },
    },
    none,
  ],
];

const looks = [
  { colorScheme: 'light', width: 900 },
  { colorScheme: 'dark', width: 360 },
] as const;

test.each(scenes)(
  'axe finds nothing, and nothing overflows: %s',
  async (name, ready, scene, step) => {
    for (const { colorScheme, width } of looks) {
      const { page, faults } = await harness.show(scene, {
        colorScheme,
        viewport: { width, height: 800 },
      });
      await page.locator(ready).first().waitFor();
      await step(page);
      const { violations } = await new AxeBuilder({ page })
        // The harness is not a full page: it has neither headings nor landmarks.
        .disableRules(['page-has-heading-one', 'region'])
        // Runs in the page itself, because opening a second page takes longer than the check.
        .setLegacyMode()
        .analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(
        width,
      );
      expect(faults).toEqual([]);
      await takePicture(page, `payload/${name}-${colorScheme}`);
    }
  },
);
