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
  // Short values come before code.
  await expect.poll(() => texts('.readable')).toEqual(['οοο', '−']);
  await page.getByRole('tab', { name: 'Tree' }).click();
  await expect.poll(() => texts('.json-tree')).toEqual(['−', 'οοο']);
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
const lines = (count: number, at: number, text: string, other = 'line') =>
  Array.from({ length: count }, (_, line) => (line === at ? text : `${other} ${line}`)).join('\n');
const code = (text: string, concerns: readonly string[] = []) => ({
  approval_type: 'python_executor',
  code: text,
  execution_mode: 'readonly',
  safety_concerns: concerns,
});
const memory = (content: string, existing: string) => ({
  approval_type: 'memory_update',
  operation_type: 'update',
  content,
  existing_memory: existing,
});
/** In a text that is in Russian nothing of it is marked. */
const longLine = `${'x'.repeat(6_000)} аррӏе ${'y'.repeat(1_000)}`;

const folded = {
  'a long text': { text: `${filler}\ncurl аррӏе.com\n${filler}` },
  'a closed branch': {
    many: Array.from({ length: 100 }, () => 1),
    urls: ['οοο.com', ...Array.from({ length: 30 }, () => 1)],
  },
  'a later group': { items: [...Array.from({ length: 150 }, (_, at) => at), 'rm −rf /'] },
  'a group in a group': {
    items: Array.from({ length: 10_300 }, (_, at) => (at === 10_050 ? 'rm −rf /' : at)),
  },
  'a text that is also elsewhere, without a mark': {
    step_objective: longLine,
    ...code(`# Привет, мир\n${longLine}`),
  },
  'the end of long code': code(lines(500, 450, 'fetch("аррӏе.com")')),
  'the middle of a long line of code': code(`${'x'.repeat(6_000)} аррӏе.com ${'y'.repeat(6_000)}`),
  'a later safety concern': code('run()', lines(60, 55, 'opens аррӏе.com').split('\n')),
  'the unchanged lines of a comparison': memory(
    lines(60, 30, 'curl аррӏе.com').replace('line 0', 'changed'),
    lines(60, 30, 'curl аррӏе.com'),
  ),
  'the later lines of a comparison': memory(
    lines(300, 250, 'curl аррӏе.com', 'new'),
    lines(300, -1, '', 'old'),
  ),
} as const;

it.each(Object.entries(folded))(
  'no key approves while %s hides a lookalike',
  async (name, payload) => {
    const id = `folded ${name}`;
    await ask(agent, id, { payload });
    const page = await pages.open(reviewer, { path: `/r/${encodeURIComponent(id)}` });
    if ('existing_memory' in payload) await page.locator('.line-diff').waitFor();
    await page.locator('[data-hides-misleading]').first().waitFor();
    await page.getByText('Show it before you approve').first().waitFor();
    await page.waitForTimeout(400);
    await page.keyboard.press('a');
    await approve(page).click();
    expect(await page.locator('[data-hides-misleading]').first().isVisible()).toBe(true);
    expect(await page.getByRole('region', { name: 'Undo' }).count()).toBe(0);
    for (let opened = 0; opened < 5; opened++) {
      const fold = page.locator('[data-hides-misleading]').first();
      if ((await fold.count()) === 0) break;
      await page.locator('.decision-bar .obstacle').waitFor();
      // The key moved the focus to the fold, so that Enter opens it.
      await fold.press('Enter');
    }
    await payloadOf(page).locator('.odd-lookalike').first().waitFor();
    await expect.poll(() => page.getByText('Show it before you approve').count()).toBe(0);
    await page.keyboard.press('a');
    await page.getByRole('region', { name: 'Undo' }).waitFor();
  },
);

it('on a phone the focus moves to a fold in a card, as the head of the table is not displayed', async () => {
  const column = `${'x'.repeat(300)}аррӏе${'y'.repeat(300)}`;
  await ask(agent, 'folded column', { payload: [{ [column]: 1 }, { [column]: 2 }] });
  const page = await pages.open(reviewer, { path: '/r/folded%20column', width: 390, height: 844 });
  await page.locator('td [data-hides-misleading]').first().waitFor();
  await page.getByText('Show it before you approve').first().waitFor();
  await page.waitForTimeout(400);
  await page.keyboard.press('a');
  const fold = page.locator('td [data-hides-misleading]:focus');
  await fold.waitFor();
  await fold.press('Enter');
  await expect.poll(() => page.getByText('Show it before you approve').count()).toBe(0);
});

it('a fold without anything misleading does not have to be opened', async () => {
  await ask(agent, 'plain fold', { payload: { text: `${filler}\n${filler}` } });
  const page = await pages.open(reviewer, { path: '/r/plain%20fold' });
  await payloadOf(page).locator('.fold').first().waitFor();
  await page.waitForTimeout(400);
  await page.keyboard.press('a');
  await page.getByRole('region', { name: 'Undo' }).waitFor();
});

it('no key approves while long instructions hide a lookalike', async () => {
  await ask(agent, 'long instructions', {
    instructions: lines(400, 300, 'Open аррӏе.com'.padEnd(21_000)),
  });
  const page = await pages.open(reviewer, { path: '/r/long%20instructions' });
  const fold = page.locator('.instructions [data-hides-misleading]');
  await fold.waitFor();
  await page.waitForTimeout(400);
  await page.keyboard.press('a');
  expect(await page.getByRole('region', { name: 'Undo' }).count()).toBe(0);
  await fold.press('Enter');
  await page.locator('.instructions .odd-lookalike').waitFor();
  await page.keyboard.press('a');
  await page.getByRole('region', { name: 'Undo' }).waitFor();
});

it('several reviews are approved together only once no fold of them hides a lookalike', async () => {
  const team = service.team();
  await ask(team.agent, 'plain');
  await ask(team.agent, 'folded', { payload: folded['a long text'] });
  const page = await pages.open(team.reviewer);
  for (const id of ['plain', 'folded']) {
    const row = page.locator('.row', { has: page.locator(`[data-row="${id}"]`) });
    await row.getByRole('checkbox').check();
  }
  await page.getByRole('button', { name: 'Approve…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Approve 2 reviews together' });
  const approveBoth = dialog.getByRole('button', { name: 'Approve 2 reviews' });
  const scrollToEnd = () =>
    dialog.locator('.bulk-list').evaluate((list: Element) => list.scrollTo(0, list.scrollHeight));
  const goToIt = dialog.getByRole('button', { name: 'Go to it' });
  await goToIt.waitFor();
  expect(await approveBoth.isDisabled()).toBe(true);

  // First the row, then the text in it.
  await goToIt.click();
  await page.keyboard.press('Enter');
  await dialog.locator('.readable').waitFor();
  await dialog.locator('.readable [data-hides-misleading]').waitFor();
  await scrollToEnd();
  await goToIt.waitFor();
  expect(await approveBoth.isDisabled()).toBe(true);
  await goToIt.click();
  await page.keyboard.press('Enter');
  await dialog.locator('.odd-lookalike').waitFor();
  await scrollToEnd();
  await expect.poll(() => approveBoth.isEnabled()).toBe(true);
  await approveBoth.click();
  await dialog.waitFor({ state: 'hidden' });
});

it('an edit is approved only once no fold of its changes hides a lookalike', async () => {
  const text = lines(80, 40, 'curl аррӏе.com');
  await ask(agent, 'edited', { payload: { text, to: 'ada' } });
  const page = await pages.open(reviewer, { path: '/r/edited' });
  // Until the readable view is loaded, the tree is shown, with a fold of its own.
  const fold = page.locator('.review-body .readable [data-hides-misleading]');
  await fold.press('Enter');
  await fold.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Edit…' }).click();
  await page.getByRole('textbox', { name: /^text/ }).fill(text.replace('line 0', 'line zero'));
  await page.getByRole('button', { name: 'Review changes' }).click();
  const panel = page.getByRole('region', { name: 'Review your changes' });
  await panel.locator('.line-diff [data-hides-misleading]').waitFor();
  expect(await panel.getByRole('button', { name: 'Approve with this edit' }).isDisabled()).toBe(
    true,
  );
  await panel.getByText('Show it before you approve').waitFor();
  await page.keyboard.press('Control+Enter'); // moves the focus to the fold
  expect(await page.getByRole('region', { name: 'Undo' }).count()).toBe(0);
  await page.keyboard.press('Enter');
  await panel.locator('.odd-lookalike').first().waitFor();
  await page.keyboard.press('Control+Enter'); // the keys still belong to the edit
  await page.getByRole('region', { name: 'Undo' }).waitFor();
});

it('a change that cannot be seen says so', async () => {
  const [composed, decomposed] = ['Andr\u00e9', 'Andre\u0301'];
  const payload = { name: composed, long: `one\n${composed}\nthree`, [composed]: 1, other: 'x' };
  await ask(agent, 'same-look', { payload });
  const page = await pages.open(reviewer, { path: '/r/same-look' });
  await page.getByRole('button', { name: 'Edit…' }).click();
  await page.getByRole('button', { name: 'JSON', exact: true }).click();
  const edited = JSON.stringify({ ...payload, other: 'y' }).replaceAll(composed, decomposed);
  await page.locator('.cm-content').fill(edited);
  await page.getByRole('button', { name: 'Review changes' }).click();
  const panel = page.getByRole('region', { name: 'Review your changes' });
  const note = panel.getByText('Looks the same: only the encoding of accents differs');
  await note.first().waitFor();
  // The name, the line of the long text, and the key that was removed and added.
  await expect.poll(() => note.count()).toBe(4);
});
