import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { approve, ask, cancel, deleteReview, reject } from '../support/operations.ts';
import { reviewerPages } from '../support/reviewerPages.ts';
import { testService } from '../support/testService.ts';

const pages = await reviewerPages();
const service = await testService();

const rowOf = (page: Page, id: string) => page.locator(`[data-row="${id}"]`);
const idsIn = (page: Page) =>
  page.locator('[data-row]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-row')));

it('waiting reviews are listed newest first with step, age, telling values and agent, and counted in the title', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'first', {
    nodeId: 'send-mail',
    instructions: 'Goes to **12** people',
    payload: { to: 'a@b.example' },
  });
  await ask(agent, 'second', { nodeId: 'delete-file', payload: { file: 'draft.tmp' } });
  const page = await pages.open(reviewer);
  await rowOf(page, 'first').waitFor();
  expect(await idsIn(page)).toEqual(['second', 'first']);
  await expect
    .poll(() => rowOf(page, 'first').textContent())
    .toMatch(/^send-mail\d+sto: a@b\.exampleGoes to 12 peopleagent$/);
  await expect.poll(() => page.title()).toBe('(2) Holdpoint');
  const age = () => rowOf(page, 'first').locator('time').textContent();
  const before = await age();
  await expect.poll(age, { timeout: 3_000 }).not.toBe(before);
});

it('a new review appears within a second, in the title too', async () => {
  const { agent, reviewer } = service.team();
  const page = await pages.open(reviewer);
  await page.getByText("You're all caught up").waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  await ask(agent, 'new-one');
  const start = performance.now();
  await rowOf(page, 'new-one').waitFor();
  expect(performance.now() - start).toBeLessThan(1_000);
  await expect.poll(() => page.title()).toBe('(1) Holdpoint');
});

it('a review that somebody else decides shows who and how, then leaves', async () => {
  const { agent, reviewer, user } = service.team();
  const other = service.as({ user, actor: 'ben', scopes: ['review:decide'] });
  const graphExecId = 'run';
  for (const id of ['yes', 'no', 'gone']) await ask(agent, id);
  await ask(agent, 'stopped', { graphExecId });
  const page = await pages.open(reviewer);
  await rowOf(page, 'stopped').waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  await approve(other, 'yes');
  await reject(other, 'no', { message: 'not today' });
  await deleteReview(agent, 'gone');
  await cancel(other, graphExecId);
  await rowOf(page, 'yes').getByText('Approved by ben').waitFor();
  await rowOf(page, 'no').getByText('Rejected by ben: not today').waitFor();
  await rowOf(page, 'gone').getByText('Deleted by agent').waitFor();
  await rowOf(page, 'stopped').getByText('Cancelled').waitFor();
  await expect.poll(() => page.title()).toBe('Holdpoint');
  await page.getByText("You're all caught up").waitFor();
});

it('an expiry counts down and is not attributed to anyone', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'soon', { expiresAt: new Date(Date.now() + 2_500).toISOString() });
  await ask(agent, 'later', { expiresAt: new Date(Date.now() + 250_000).toISOString() });
  const page = await pages.open(reviewer, { path: '/r/soon' });
  await rowOf(page, 'later').getByText('expires in 4 min').waitFor();
  await page.getByRole('main').getByText('Expired: nobody decided in time').waitFor();
  await rowOf(page, 'soon').getByText('Expired: nobody decided in time').waitFor();
});

it('the list is grouped by run and step, and filtered', async () => {
  const { agent, reviewer } = service.team();
  for (const [id, graphExecId, nodeId] of [
    ['a1', 'run-a', 'mail'],
    ['b1', 'run-b', 'mail'],
    ['a2', 'run-a', 'delete'],
    ['a3', 'run-a', 'mail'],
  ] as const) {
    await ask(agent, id, { graphExecId, nodeId });
  }
  const page = await pages.open(reviewer);
  await rowOf(page, 'a1').waitFor();
  await page.getByLabel('Order').selectOption('grouped');
  await expect.poll(() => idsIn(page)).toEqual(['a3', 'a1', 'a2', 'b1']);
  expect(await page.locator('.group').allTextContents()).toEqual([
    expect.stringMatching(/run-amail2/),
    expect.stringMatching(/run-adelete1/),
    expect.stringMatching(/run-bmail1/),
  ]);
  await page.keyboard.press('/');
  await page.keyboard.type('run-a delete');
  await expect.poll(() => idsIn(page)).toEqual(['a2']);
  await page.getByLabel(/^Filter/).fill('nothing like that');
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect.poll(() => idsIn(page)).toHaveLength(4);
});

it('approved reviews that are not executed have their own list', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'forgotten');
  await approve(reviewer, 'forgotten');
  const page = await pages.open(reviewer, { path: '/unexecuted' });
  await rowOf(page, 'forgotten').click();
  await page.getByText('Not picked up by the agent yet').waitFor();
  expect(new URL(page.url()).pathname).toBe('/r/forgotten');
  await page.getByRole('link', { name: 'Awaiting result' }).click();
  await page.getByText('Nothing outstanding').waitFor();
});

it('if the cursor has expired, the list is read again and closed reviews disappear', async () => {
  const { agent, reviewer, user } = service.team();
  const ben = service.as({ user, actor: 'ben', scopes: ['review:decide'] });
  for (const id of ['leaves', 'stays']) await ask(agent, id);
  let subscriptions = 0;
  const page = await pages.open(reviewer, {
    before: (opened) =>
      opened.routeWebSocket(/graphql/, (socket) => {
        const server = socket.connectToServer();
        socket.onMessage(async (message) => {
          const { type, id } = JSON.parse(String(message));
          if (type !== 'subscribe' || ++subscriptions > 1) return server.send(message);
          await approve(ben, 'leaves');
          await ask(agent, 'arrives');
          const extensions = { code: 'CURSOR_EXPIRED' };
          socket.send(
            JSON.stringify({ id, type: 'error', payload: [{ message: 'Too old', extensions }] }),
          );
        });
      }),
  });
  await rowOf(page, 'arrives').waitFor();
  await rowOf(page, 'leaves').waitFor({ state: 'detached' });
  await expect.poll(() => page.title()).toBe('(2) Holdpoint');
  await expect.poll(() => subscriptions, { timeout: 5_000 }).toBeGreaterThan(1);
  await ask(agent, 'after');
  await rowOf(page, 'after').waitFor();
});

it('ages follow the clock of the service, as the reviewer’s may be wrong', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'one');
  const page = await pages.open(reviewer, {
    before: (opened) =>
      opened.addInitScript(() => {
        const now = Date.now;
        Date.now = () => now() + 5 * 3_600_000;
      }),
  });
  await expect
    .poll(() => rowOf(page, 'one').locator('time').textContent(), { timeout: 5_000 })
    .toMatch(/^\d+s$/);
});

it('j and k move between waiting reviews, including new ones above the one that was just decided', async () => {
  const { agent, reviewer, user } = service.team();
  const ben = service.as({ user, actor: 'ben', scopes: ['review:decide'] });
  for (const id of ['three', 'two', 'one']) await ask(agent, id);
  const page = await pages.open(reviewer);
  await page.getByText('Live', { exact: true }).waitFor();
  const at = (id: string) => expect.poll(() => page.url()).toMatch(new RegExp(`/r/${id}$`));
  const press = (key: string) => page.keyboard.press(key);
  await press('j').then(() => at('one'));
  await press('k').then(() => at('one'));
  await press('j').then(() => at('two'));
  await press('j').then(() => at('three'));
  await press('j').then(() => at('three'));
  await press('k').then(() => at('two'));
  await approve(ben, 'three');
  await rowOf(page, 'three').getByText('Approved by ben').waitFor();
  await press('j').then(() => at('two'));
  await approve(ben, 'two');
  await page.getByRole('region', { name: 'Outcome' }).waitFor();
  await ask(agent, 'new');
  await rowOf(page, 'new').waitFor();
  await press('j').then(() => at('new'));
});
