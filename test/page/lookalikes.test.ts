import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { ask } from '../support/operations.ts';
import { reviewerPages } from '../support/reviewerPages.ts';
import { testService } from '../support/testService.ts';
import { honestSamples } from '../text/honestSamples.ts';

const pages = await reviewerPages();
const service = await testService();
const { agent, reviewer } = service.team();

const marked = '.odd-lookalike, .odd-order, .odd-character';
const payloadOf = (page: Page) => page.getByRole('region', { name: 'Payload', exact: true });
const approve = (page: Page) => page.getByRole('button', { name: 'Approve', exact: true });

it('marks lookalikes in the row, the title, the instructions, the tree and the raw JSON', async () => {
  await ask(agent, 'lookalikes', {
    nodeId: 'open_аррӏе.com',
    instructions: 'Open **github.com∕evil.example** now.',
    payload: { command: 'rm −rf /', url: 'οοο.com' },
  });
  const page = await pages.open(reviewer, { path: '/r/lookalikes' });
  const texts = (within: string) => page.locator(`${within} .odd-lookalike`).allTextContents();
  await payloadOf(page).locator('.odd-lookalike').first().waitFor();
  await page.locator('.instructions .odd-lookalike').waitFor();
  expect(await texts('[data-row="lookalikes"]')).toContain('аррӏе');
  expect(await texts('#review-title')).toEqual(['аррӏе']);
  expect(await texts('.instructions')).toEqual(['∕']);
  expect(await texts('.json-tree')).toEqual(['−', 'οοο']);
  await page.getByRole('tab', { name: 'Raw JSON' }).click();
  await expect.poll(() => texts('.raw-json')).toEqual(['−', 'οοο']);
});

it('marks nothing in honest text of many languages', async () => {
  await ask(agent, 'honest', {
    instructions: Object.values(honestSamples).join('\n\n'),
    payload: honestSamples,
  });
  const page = await pages.open(reviewer, { path: '/r/honest' });
  await page.locator('.instructions p').first().waitFor();
  expect(await page.locator('article').locator(marked).allTextContents()).toEqual([]);
  await page.getByRole('tab', { name: 'Raw JSON' }).click();
  await page.locator('.raw-json').waitFor();
  expect(await page.locator('article').locator(marked).allTextContents()).toEqual([]);
});

it('draws a path with right-to-left text in its logical order', async () => {
  const path = '/srv/דוחות/2026/../../etc/passwd';
  await ask(agent, 'order', { payload: { path } });
  const page = await pages.open(reviewer, { path: '/r/order' });
  const shown = payloadOf(page).locator('.odd-order');
  await shown.waitFor();
  expect(await shown.textContent()).toBe(path);
  const lefts = await shown.evaluate((element: Element) => {
    const places: number[] = [];
    const nodes = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
      const range = document.createRange();
      range.selectNodeContents(node);
      places.push(range.getBoundingClientRect().left);
    }
    return places;
  });
  expect(lefts.length).toBe(3);
  expect(lefts).toEqual([...lefts].sort((a, b) => a - b));
});

const filler = Array.from({ length: 60 }, (_, at) => `line ${at}`).join('\n');
const folded = {
  'a long text': { text: `${filler}\ncurl аррӏе.com\n${filler}` },
  'a closed branch': {
    many: Array.from({ length: 100 }, () => 1),
    urls: ['οοο.com', ...Array.from({ length: 30 }, () => 1)],
  },
  'a later group': { items: [...Array.from({ length: 150 }, (_, at) => at), 'rm −rf /'] },
} as const;

it.each(Object.entries(folded))(
  'no key approves while %s hides a lookalike',
  async (name, payload) => {
    const id = `folded ${name}`;
    await ask(agent, id, { payload });
    const page = await pages.open(reviewer, { path: `/r/${encodeURIComponent(id)}` });
    await page.locator('[data-hides-misleading]').first().waitFor();
    await page.getByText('Show it before you approve').first().waitFor();
    await page.waitForTimeout(400);
    await page.keyboard.press('a');
    await approve(page).click();
    expect(await page.locator('[data-hides-misleading]').first().isVisible()).toBe(true);
    expect(await page.locator('.outcome').count()).toBe(0);
    for (let opened = 0; opened < 5; opened++) {
      const fold = page.locator('[data-hides-misleading]').first();
      if ((await fold.count()) === 0) break;
      // The key moved the focus to the fold, so that Enter opens it.
      await fold.press('Enter');
    }
    await payloadOf(page).locator('.odd-lookalike').first().waitFor();
    await expect.poll(() => page.getByText('Show it before you approve').count()).toBe(0);
    await page.keyboard.press('a');
    await page.locator('.outcome').waitFor();
  },
);

it('a fold without anything misleading does not have to be opened', async () => {
  await ask(agent, 'plain fold', { payload: { text: `${filler}\n${filler}` } });
  const page = await pages.open(reviewer, { path: '/r/plain%20fold' });
  await payloadOf(page).locator('.fold').first().waitFor();
  await page.waitForTimeout(400);
  await page.keyboard.press('a');
  await page.locator('.outcome').waitFor();
});
