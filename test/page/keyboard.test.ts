import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { ask, readOne } from '../support/operations.ts';
import { LOOK_MS, reviewerPages } from '../support/reviewerPages.ts';
import { testService } from '../support/testService.ts';

const pages = await reviewerPages();
const service = await testService();

type Press = {
  key: string;
  code?: string;
  shiftKey?: boolean;
  isComposing?: boolean;
  keyCode?: number;
};

/** Presses a key of another keyboard, which the browser of the tests does not have. */
async function press(page: Page, key: Press): Promise<void> {
  await page.evaluate((init) => {
    const target = document.activeElement ?? document.body;
    target.dispatchEvent(
      new KeyboardEvent('keydown', { ...init, bubbles: true, cancelable: true, composed: true }),
    );
  }, key);
}

const outcome = (page: Page) => page.getByRole('region', { name: 'Outcome' });

async function openReview(path: string) {
  const { agent, reviewer } = service.team();
  await ask(agent, 'one', { nodeId: 'step-one' });
  const page = await pages.open(reviewer, { path });
  await page.locator('[data-row="one"]').waitFor({ state: 'attached' });
  await page.waitForTimeout(LOOK_MS);
  return { page, status: async () => (await readOne(reviewer, 'one')).status };
}

it.each([
  ['Russian', 'о', 'ф'],
  ['Hebrew', 'ח', 'ש'],
  ['Korean', 'ㅓ', 'ㅁ'],
  ['Thai', '่', 'ฟ'],
])('shortcuts work on a keyboard for %s', async (_script, j, a) => {
  const { page } = await openReview('/');
  await press(page, { key: j, code: 'KeyJ' });
  await page.getByRole('heading', { name: 'step-one' }).waitFor();
  await page.waitForTimeout(LOOK_MS);
  await press(page, { key: a, code: 'KeyA' });
  await outcome(page).getByText('Approved').waitFor();
});

it('on a Latin keyboard with other places the printed letter counts', async () => {
  const { page, status } = await openReview('/r/one');
  // A French keyboard has Q where an English one has A.
  await press(page, { key: 'q', code: 'KeyA' });
  // Letters with accents are Latin too.
  await press(page, { key: 'ä', code: 'KeyA' });
  await page.waitForTimeout(200);
  expect(await status()).toBe('WAITING');
  await press(page, { key: 'a', code: 'KeyQ' });
  await outcome(page).getByText('Approved').waitFor();
});

it('Caps Lock changes no shortcut', async () => {
  const { page, status } = await openReview('/r/one');
  const future = page.getByRole('dialog', { name: /^Approve this and future/ });
  // With Caps Lock, Shift makes a small letter.
  await press(page, { key: 'a', code: 'KeyA', shiftKey: true });
  await future.waitFor();
  await page.keyboard.press('Escape');
  await future.waitFor({ state: 'hidden' });
  expect(await status()).toBe('WAITING');
  await press(page, { key: 'A', code: 'KeyA' });
  await outcome(page).getByText('Approved').waitFor();
  expect(await future.count()).toBe(0);
});

it('keys that compose text decide and close nothing', async () => {
  const { page, status } = await openReview('/r/one');
  await press(page, { key: 'a', code: 'KeyA', isComposing: true });
  await press(page, { key: 'Process', code: 'KeyA', keyCode: 229 });
  await press(page, { key: 'a', code: 'KeyA', keyCode: 229 });
  await page.getByRole('button', { name: 'Reject…' }).click();
  const reason = page.getByRole('textbox', { name: /^Why/ });
  await reason.fill('理由');
  await press(page, { key: 'Escape', isComposing: true });
  await press(page, { key: 'Enter', keyCode: 229 });
  await page.waitForTimeout(200);
  expect(await reason.inputValue()).toBe('理由');
  expect(await status()).toBe('WAITING');

  const filter = page.getByRole('searchbox');
  await filter.fill('ste');
  await press(page, { key: 'Escape', isComposing: true });
  expect(await filter.inputValue()).toBe('ste');
});

it('reviews whose ids are . and .. can be opened and do not stop J', async () => {
  const { agent, reviewer } = service.team();
  for (const id of ['last', '..', '%2e%2e', '.', 'first']) {
    await ask(agent, id, { nodeId: `step ${id}`, graphExecId: 'run' });
  }
  const page = await pages.open(reviewer);
  await page.locator('[data-row="first"]').waitFor();
  const heading = (id: string) => page.getByRole('heading', { name: `step ${id}`, exact: true });
  for (const id of ['first', '.', '%2e%2e', '..', 'last']) {
    await page.keyboard.press('j');
    await heading(id).waitFor();
  }
  await page.keyboard.press('k');
  await heading('..').waitFor();
  await page.reload();
  await heading('..').waitFor();
  await page.locator('[data-row="."]').click();
  await heading('.').waitFor();
  const href = await page.locator('[data-row=".."]').getAttribute('href');
  await page.goto(service.url + href);
  await heading('..').waitFor();
});
