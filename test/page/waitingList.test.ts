import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { seriousFindings } from '../support/axe.ts';
import { ask } from '../support/operations.ts';
import { reviewerPages } from '../support/reviewerPages.ts';
import { testService } from '../support/testService.ts';

const pages = await reviewerPages();
const service = await testService();

const idsIn = (page: Page) =>
  page.locator('[data-row]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-row')));
const inAnHour = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
const selectedIds = (page: Page) =>
  page
    .locator('.row:has(input:checked) [data-row]')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-row')));
const rowOf = (page: Page, id: string) => page.locator(`[data-row="${id}"]`);

it('the list is ordered by age, end or risk, and a reload keeps the order', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'old', { risk: 'LOW' });
  await ask(agent, 'late', { risk: 'CRITICAL', expiresAt: inAnHour(5) });
  await ask(agent, 'soon', { expiresAt: inAnHour(1) });
  await ask(agent, 'new', { risk: 'HIGH' });
  const page = await pages.open(reviewer);
  const order = page.getByLabel('Order');
  for (const [name, ids] of [
    ['Newest first', ['new', 'soon', 'late', 'old']],
    ['Oldest first', ['old', 'late', 'soon', 'new']],
    ['Expiring soonest', ['soon', 'late', 'old', 'new']],
    ['Highest risk', ['late', 'new', 'old', 'soon']],
  ] as const) {
    await order.selectOption(name);
    await expect.poll(() => idsIn(page)).toEqual(ids);
  }
  await page.reload();
  await expect.poll(() => idsIn(page)).toEqual(['late', 'new', 'old', 'soon']);
});

it('the list is filtered by agent, step, risk and tag, with the numbers of what is there', async () => {
  const { agent, reviewer, user } = service.team();
  const robot = service.as({ user, actor: 'robot', scopes: ['review:request'] });
  await ask(agent, 'a1', { nodeId: 'refund', risk: 'HIGH', tags: ['money', 'vip'] });
  await ask(agent, 'a2', { nodeId: 'refund', risk: 'LOW', tags: ['money'] });
  await ask(robot, 'b1', { nodeId: 'refund', tags: ['money'] });
  await ask(robot, 'b2', { nodeId: 'deploy', risk: 'HIGH' });
  const page = await pages.open(reviewer);
  await rowOf(page, 'a1').waitFor();
  await page.getByRole('button', { name: 'Filters' }).click();
  const panel = page.getByRole('region', { name: 'Agent, step, risk and tag' });
  const option = (name: string) => panel.getByRole('button', { name, exact: true });
  await option('agent 2').click();
  await expect.poll(() => idsIn(page)).toEqual(['a2', 'a1']);
  // The numbers of the other kinds follow, those of the same kind stay.
  await option('robot 2').waitFor();
  await option('refund 2').waitFor();
  expect(await option('deploy 1').count()).toBe(0);
  await option('robot 2').click();
  await option('High 2').click();
  await expect.poll(() => idsIn(page)).toEqual(['b2', 'a1']);
  await option('money 1').click();
  await expect.poll(() => idsIn(page)).toEqual(['a1']);
  await page.getByText('1 of 4').waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'hidden' });

  await page.reload();
  await expect.poll(() => idsIn(page)).toEqual(['a1']);
  await page.getByRole('button', { name: 'Remove filter: Tag: money' }).click();
  await expect.poll(() => idsIn(page)).toEqual(['b2', 'a1']);
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Clear', exact: true }).click();
  await expect.poll(() => idsIn(page)).toEqual(['b2', 'b1', 'a2', 'a1']);
});

it('the filter also looks into the payloads that are loaded, and says so', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'first', { payload: { to: 'Zoë Müller', note: 'x' } });
  await ask(agent, 'second', { payload: { to: 'Ben' } });
  const page = await pages.open(reviewer);
  await rowOf(page, 'first').getByText('Zoë Müller').waitFor();
  await page.getByLabel(/^Filter/).fill('zoë MÜLLER');
  await expect.poll(() => idsIn(page)).toEqual(['first']);
  await page.getByText('Also looks into the payloads.').waitFor();
  await page.getByText('1 of 2').waitFor();
  await page.getByLabel(/^Filter/).press('Escape');

  for (let at = 0; at < 60; at++) await ask(agent, `more-${at}`, { payload: { number: at } });
  await page.getByText('62 reviews').waitFor();
  await page.reload();
  await rowOf(page, 'more-59').getByText('59').waitFor();
  await page.getByLabel(/^Filter/).fill('ben');
  const note = page.getByText(/Also looks into the \d+ payloads that are loaded/);
  await note.waitFor();
  expect(Number(/\d+/.exec((await note.textContent()) ?? '')?.[0])).toBeLessThan(62);
  await page.getByRole('link', { name: 'Search past reviews too' }).click();
  expect(new URL(page.url()).search).toBe('?text=ben');
});

it('arrow keys move as J and K do, and with Shift they select a range that grows and shrinks', async () => {
  const { agent, reviewer } = service.team();
  for (const id of ['e', 'd', 'c', 'b', 'a']) await ask(agent, id);
  const page = await pages.open(reviewer);
  await rowOf(page, 'e').waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => page.url()).toMatch(/\/r\/b$/);
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await expect.poll(() => selectedIds(page)).toEqual(['b', 'c', 'd']);
  await page.keyboard.press('Shift+ArrowUp');
  await expect.poll(() => selectedIds(page)).toEqual(['b', 'c']);
  await page.getByText('2 reviews selected').waitFor();
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => page.url()).toMatch(/\/r\/b$/);
  expect(await selectedIds(page)).toEqual(['b', 'c']);
  await page.keyboard.press('Escape');
  await expect.poll(() => selectedIds(page)).toEqual([]);

  await page
    .getByRole('checkbox', { name: /^Select/ })
    .nth(1)
    .check();
  await rowOf(page, 'd').click({ modifiers: ['Shift'] });
  await expect.poll(() => selectedIds(page)).toEqual(['b', 'c', 'd']);
  await page
    .getByRole('checkbox', { name: /^Select/ })
    .nth(2)
    .click({ modifiers: ['Shift'] });
  await expect.poll(() => selectedIds(page)).toEqual(['b', 'c']);
  expect(page.context().pages()).toHaveLength(1);
});

it('arrow keys in a review scroll it and open no other one', async () => {
  const { agent, reviewer } = service.team();
  for (const id of ['two', 'one']) await ask(agent, id);
  const page = await pages.open(reviewer, { path: '/r/one' });
  await page.getByRole('button', { name: 'Reject…' }).focus();
  await page.keyboard.press('ArrowDown');
  await page.waitForTimeout(300);
  expect(page.url()).toMatch(/\/r\/one$/);
});

it('everything that matches is selected at once, at most a hundred, without those of high risk', async () => {
  const { agent, reviewer } = service.team();
  for (let at = 0; at < 103; at++) await ask(agent, `r-${at}`, { nodeId: at < 3 ? 'few' : 'many' });
  await ask(agent, 'risky', { nodeId: 'few', risk: 'HIGH' });
  const page = await pages.open(reviewer);
  await page.getByText('104 reviews').waitFor();
  await page.getByLabel(/^Filter/).fill('few');
  await page.getByRole('button', { name: 'Select all 4 that match' }).click();
  const bar = page.getByRole('region', { name: 'Selected reviews' });
  await bar.getByText('4 reviews selected').waitFor();
  await bar.getByText(/^1 of them has a high risk/).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByLabel(/^Filter/).press('Escape');
  await bar.getByRole('button', { name: 'Select the first 100 of 104 that match' }).click();
  await bar.getByText('100 reviews selected').waitFor();
  await bar.getByText('At most 100 reviews can be decided together.').waitFor();
});
