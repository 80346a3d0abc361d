import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { JWT_LEEWAY_MS, signJwt } from '../../src/identity/jwt.ts';
import { approve, ask, deleteReview, eventsOf, readOne, reject } from '../support/operations.ts';
import { LOOK_MS, reviewerPages } from '../support/reviewerPages.ts';
import { switchedProxy } from '../support/switchedProxy.ts';
import { JWT_SECRET, testService } from '../support/testService.ts';

const pages = await reviewerPages();
const service = await testService();

const approveButton = (page: Page) => page.getByRole('button', { name: 'Approve', exact: true });
/** Disconnects a page from the feed. */
const disconnect = (page: Page) => page.routeWebSocket(/graphql/, (socket) => void socket.close());
const live = (page: Page) => page.getByText('Live', { exact: true }).waitFor();

it('a double click decides once', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'one');
  const page = await pages.open(reviewer, { path: '/r/one' });
  await approveButton(page).waitFor();
  await page.waitForTimeout(LOOK_MS);
  let sent = 0;
  page.on('request', (request) => {
    if (request.postData()?.includes('mutation Decide')) sent++;
  });
  await approveButton(page).dblclick();
  await page.getByRole('region', { name: 'Outcome' }).waitFor();
  expect(sent).toBe(1);
  expect((await eventsOf(reviewer, 'one')).map(({ kind }) => kind)).toEqual([
    'REQUESTED',
    'APPROVED',
  ]);
});

it('a held key decides nothing, and no key decides a review that has only just appeared', async () => {
  const { agent, reviewer } = service.team();
  for (const id of ['two', 'one']) await ask(agent, id);
  const page = await pages.open(reviewer);
  await page.locator('[data-row="one"]').waitFor();
  await page.keyboard.press('j');
  await approveButton(page).waitFor();
  await page.keyboard.press('a');
  await page.getByText('This review has only just appeared').waitFor();
  await page.waitForTimeout(LOOK_MS);
  await page.evaluate(() => {
    const held = { key: 'a', repeat: true, bubbles: true, cancelable: true };
    for (let at = 0; at < 20; at++) document.body.dispatchEvent(new KeyboardEvent('keydown', held));
  });
  await page.waitForTimeout(200);
  for (const id of ['one', 'two']) expect((await readOne(reviewer, id)).status).toBe('WAITING');
});

it('after a review has left the list, a key does not decide another one', async () => {
  const { agent, reviewer, user } = service.team();
  const other = service.as({ user, actor: 'ben', scopes: ['review:decide'] });
  for (const id of ['two', 'one']) await ask(agent, id, { nodeId: `step-${id}` });
  const page = await pages.open(reviewer, { path: '/r/one' });
  await approveButton(page).waitFor();
  await live(page);
  await page.waitForTimeout(LOOK_MS);
  await reject(other, 'one');
  await page.getByRole('region', { name: 'Outcome' }).getByText('Rejected').waitFor();
  for (const key of ['a', 'a', 'Shift+A', 'r', 'e']) await page.keyboard.press(key);
  await expect.poll(() => page.locator('[data-row="one"]').count(), { timeout: 8_000 }).toBe(0);
  await page.keyboard.press('a');
  await page.waitForTimeout(200);
  expect((await readOne(reviewer, 'two')).status).toBe('WAITING');
  expect(await page.getByRole('heading', { name: 'step-one' }).count()).toBe(1);
  await page.keyboard.press('j');
  await page.getByRole('heading', { name: 'step-two' }).waitFor();

  // The row has the focus. When it leaves, the focus moves to the review.
  await approve(other, 'two');
  await expect.poll(() => page.locator('[data-row="two"]').count(), { timeout: 8_000 }).toBe(0);
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('step-two');
});

it('if two browsers decide the same review, one wins and the other is told and keeps its draft', async () => {
  const { agent, reviewer, user } = service.team();
  const ben = service.as({ user, actor: 'ben', scopes: ['review:decide'] });
  await ask(agent, 'one');
  // The second page is disconnected, so it does not know about the first decision.
  const first = await pages.open(reviewer, { path: '/r/one' });
  const second = await pages.open(ben, { path: '/r/one', before: disconnect });
  for (const page of [first, second]) await approveButton(page).waitFor();
  await first.waitForTimeout(LOOK_MS);
  await second.getByRole('button', { name: 'Reject…' }).click();
  await second.getByRole('textbox', { name: /^Why/ }).fill('I think this is wrong');
  await approveButton(first).click();
  await first.getByRole('region', { name: 'Outcome' }).waitFor();
  await second.getByRole('button', { name: 'Reject', exact: true }).click();
  await second
    .getByText("Your decision wasn't saved. Already decided: Approved by reviewer")
    .first()
    .waitFor();
  await second.getByRole('region', { name: 'Outcome' }).getByText('Approved').waitFor();
  expect(await second.getByLabel('Your reason').inputValue()).toBe('I think this is wrong');
  expect(await readOne(reviewer, 'one')).toMatchObject({
    status: 'APPROVED',
    decidedBy: 'reviewer',
  });
});

it('a review that changed while it is open can be decided only after the change was accepted', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'one', { payload: { to: 'a@example.com' } });
  const page = await pages.open(reviewer, { path: '/r/one' });
  await approveButton(page).waitFor();
  await live(page);
  await page.waitForTimeout(LOOK_MS);
  await service.sql(
    `UPDATE "PendingReview" SET "payload" = '{"to":"evil@example.com"}', "updatedAt" = now() WHERE "nodeExecId" = 'one' AND "userId" = $1`,
    [(await readOne(reviewer, 'one')).userId],
  );
  await page.getByText('This review changed while you were looking at it').waitFor();
  expect(await approveButton(page).isDisabled()).toBe(true);
  await page.keyboard.press('a');
  await page.waitForTimeout(200);
  expect((await readOne(reviewer, 'one')).status).toBe('WAITING');
  await page.getByRole('button', { name: 'Show current version' }).click();
  await page.waitForTimeout(LOOK_MS);
  await approveButton(page).click();
  await page.getByRole('region', { name: 'Outcome' }).waitFor();
});

it('a review that is withdrawn and requested again while it is open can be decided only after that was accepted', async () => {
  const { agent, reviewer } = service.team();
  const harmless = { payload: { to: 'ann' }, nodeId: 'read-mail', instructions: 'Only reads.' };
  for (const [id, again, difference] of [
    ['same', harmless, 'The agent withdrew it and requested the same again.'],
    ['node', { ...harmless, nodeId: 'send-mail' }, 'send-mail'],
    ['words', { ...harmless, instructions: 'Sends it.' }, 'Sends it.'],
  ] as const) {
    await ask(agent, id, harmless);
    const page = await pages.open(reviewer, { path: `/r/${id}` });
    await approveButton(page).waitFor();
    await live(page);
    await page.waitForTimeout(LOOK_MS);
    await deleteReview(agent, id);
    await page.getByText('Review not found').waitFor();
    await ask(agent, id, again);
    const banner = page.getByRole('alert').filter({ hasText: 'This review changed while' });
    await banner.getByText(difference).waitFor();
    await page.waitForTimeout(LOOK_MS);
    for (const key of ['a', 'r', 'e', 'Shift+A']) await page.keyboard.press(key);
    await page.waitForTimeout(200);
    expect((await readOne(reviewer, id)).status).toBe('WAITING');
    await page.getByRole('button', { name: 'Show current version' }).click();
    await page.waitForTimeout(LOOK_MS);
    await page.keyboard.press('a');
    await page.getByRole('region', { name: 'Outcome' }).waitFor();
    await page.close();
  }
});

it('a new request under the same id needs a new look, whatever is open and however fast it comes', async () => {
  const { agent, reviewer } = service.team();
  const step = { payload: { to: 'ann' }, nodeId: 'read-mail' };
  const situations: [id: string, open: (page: Page) => Promise<unknown>, keys: string[]][] = [
    ['review', async () => {}, ['a']],
    [
      'reason',
      async (page) => {
        await page.getByRole('button', { name: 'Reject…' }).click();
        await page.getByRole('textbox', { name: /^Why/ }).fill('No');
      },
      ['Control+Enter'],
    ],
    [
      'edit',
      async (page) => {
        await page.getByRole('button', { name: 'Edit…' }).click();
        await page.locator('.panel').getByRole('textbox').first().fill('ben');
        await page.keyboard.press('Control+Enter');
        await page.getByRole('button', { name: 'Approve with this edit' }).waitFor();
      },
      ['Control+Enter'],
    ],
    [
      'future',
      (page) => page.getByRole('button', { name: 'Approve all future…' }).click(),
      ['Tab', 'Enter', ' '],
    ],
  ];
  for (const [id, open, keys] of situations) {
    await ask(agent, id, step);
    const page = await pages.open(reviewer, { path: `/r/${id}` });
    await approveButton(page).waitFor();
    await live(page);
    await page.waitForTimeout(LOOK_MS);
    await open(page);
    await deleteReview(agent, id);
    await ask(agent, id, { ...step, payload: { to: 'eve' } });
    await page.getByText('This review changed while you were looking at it').waitFor();
    await page.waitForTimeout(LOOK_MS);
    for (const key of keys) await page.keyboard.press(key);
    await page.waitForTimeout(200);
    expect((await readOne(reviewer, id)).status, id).toBe('WAITING');
    expect(await page.getByText("Your decision wasn't saved").count(), id).toBe(0);
    await page.close();
  }
});

it('a new request that came while the token had expired needs a new look', async () => {
  const { agent, user, reviewer } = service.team();
  const token = (milliseconds: number) =>
    signJwt(
      JWT_SECRET,
      { userId: user, actor: 'ann', scopes: ['review:decide'] },
      new Date(Date.now() + milliseconds - JWT_LEEWAY_MS),
    );
  await ask(agent, 'one', { payload: { to: 'ann' } });
  const page = await pages.openAsNobody(`${service.url}/r/one`, { path: '' });
  await page.getByLabel('Token').fill(await token(3_500));
  await page.keyboard.press('Enter');
  await approveButton(page).waitFor();
  const dialog = page.getByRole('dialog', { name: 'Sign in again' });
  await dialog.waitFor();
  await deleteReview(agent, 'one');
  await ask(agent, 'one', { payload: { to: 'eve' } });
  await dialog.getByLabel('Token').fill(await token(60_000));
  await page.keyboard.press('Enter');
  await page.getByText('This review changed while you were looking at it').waitFor();
  await page.waitForTimeout(LOOK_MS);
  await page.keyboard.press('a');
  await page.waitForTimeout(200);
  expect((await readOne(reviewer, 'one')).status).toBe('WAITING');
});

it('while the service is away nothing can be decided, and the page recovers by itself', async () => {
  const { agent, reviewer } = service.team();
  for (const id of ['two', 'one']) await ask(agent, id);
  const proxy = await switchedProxy(service.url);
  const page = await pages.openAsNobody(proxy.url, { path: '/r/one' });
  await page.getByLabel('Token').fill(await reviewer.token);
  await page.keyboard.press('Enter');
  await approveButton(page).waitFor();
  await live(page);
  await page.waitForTimeout(LOOK_MS);
  proxy.target = null;
  proxy.cut();
  const banner = page.getByRole('alert').filter({ hasText: "Holdpoint can't be reached" });
  await banner.waitFor();
  for (const name of ['Approve', 'Edit…', 'Reject…', 'Approve all future…']) {
    expect(await page.getByRole('button', { name, exact: true }).isDisabled(), name).toBe(true);
  }
  await page.getByText('You can decide once it is back').waitFor();
  await page.keyboard.press('a');
  await page.getByRole('status').getByText('You can decide once it is back').waitFor();

  for (const box of await page.getByRole('checkbox').all()) await box.check();
  await page.getByRole('region', { name: 'Selected reviews' }).getByText('Approve…').click();
  const send = page.getByRole('dialog').getByRole('button', { name: /^Approve/ });
  await page.getByRole('dialog').getByText('You can decide once it is back').waitFor();
  expect(await send.isDisabled()).toBe(true);

  proxy.target = service.url;
  await banner.waitFor({ state: 'hidden' });
  await expect.poll(() => send.isEnabled()).toBe(true);
  await page.keyboard.press('Escape');
  await approveButton(page).click();
  await page.getByRole('region', { name: 'Undo' }).getByText('Approved').waitFor();
  expect((await readOne(reviewer, 'one')).status).toBe('APPROVED');
});

it('a blocked WebSocket alone does not stop decisions', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'one');
  const page = await pages.open(reviewer, { path: '/r/one', before: disconnect });
  await page.getByText('Disconnected. Reconnecting…').waitFor();
  await page.waitForTimeout(LOOK_MS);
  expect(await page.getByText("Holdpoint can't be reached").count()).toBe(0);
  await approveButton(page).click();
  await page.getByRole('region', { name: 'Outcome' }).getByText('Approved').waitFor();
});

it('a click does not decide a new request that the agent makes before the click arrives', async () => {
  const { agent, reviewer } = service.team();
  const harmless = { payload: { to: 'ann' }, nodeId: 'read-mail' };
  await ask(agent, 'one', harmless);
  const page = await pages.open(reviewer, { path: '/r/one' });
  await approveButton(page).waitFor();
  await page.waitForTimeout(LOOK_MS);
  await page.route('**/graphql', async (route) => {
    if (route.request().postData()?.includes('mutation Decide')) {
      await deleteReview(agent, 'one');
      await ask(agent, 'one', { ...harmless, nodeId: 'send-mail' });
    }
    await route.continue();
  });
  await approveButton(page).click();
  await page.getByRole('alert').filter({ hasText: "Your decision wasn't saved" }).waitFor();
  expect(await readOne(reviewer, 'one')).toMatchObject({ status: 'WAITING', nodeId: 'send-mail' });
});

it('a review that changed without the page knowing is not decided', async () => {
  const { agent, reviewer, user } = service.team();
  await ask(agent, 'one', { payload: { to: 'a@example.com' } });
  const page = await pages.open(reviewer, { path: '/r/one', before: disconnect });
  await approveButton(page).waitFor();
  await page.waitForTimeout(LOOK_MS);
  await service.sql(
    `UPDATE "PendingReview" SET "payload" = '{"to":"evil@example.com"}' WHERE "nodeExecId" = 'one' AND "userId" = $1`,
    [user],
  );
  await approveButton(page).click();
  await page.getByRole('alert').filter({ hasText: "Your decision wasn't saved" }).waitFor();
  await page.getByText('This review changed while you were looking at it').waitFor();
  expect((await readOne(reviewer, 'one')).status).toBe('WAITING');
});

it('after a lost answer the page finds out what happened and says so', async () => {
  const { agent, reviewer } = service.team();
  for (const id of ['arrives', 'is-lost']) await ask(agent, id);
  const page = await pages.open(reviewer, { path: '/r/arrives' });
  let isReached = true;
  await page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('mutation Decide')) return route.continue();
    if (isReached) await route.fetch();
    await route.abort('connectionreset');
  });
  await approveButton(page).waitFor();
  await page.waitForTimeout(LOOK_MS);
  await approveButton(page).click();
  await page
    .getByText(/Current state: Approved by reviewer/)
    .first()
    .waitFor();

  isReached = false;
  await page.goto(`${service.url}/r/is-lost`);
  await page.getByRole('button', { name: 'Reject…' }).click();
  await page.getByRole('textbox', { name: /^Why/ }).fill('a reason');
  await page.waitForTimeout(LOOK_MS);
  await page.getByRole('button', { name: 'Reject', exact: true }).click();
  await page
    .getByText(/Your decision wasn't saved/)
    .first()
    .waitFor();
  expect(await page.getByRole('textbox', { name: /^Why/ }).inputValue()).toBe('a reason');
  expect((await readOne(reviewer, 'is-lost')).status).toBe('WAITING');
});

it('during a restart the page says it is disconnected, then catches up, and keeps the draft', async () => {
  const other = await testService();
  const restarted = await other.another();
  const port = Number(new URL(restarted.url).port);
  const { agent, user } = other.team();
  const ben = other.as({ user, actor: 'ben', scopes: ['review:decide'] });
  for (const id of ['leaves', 'stays']) await ask(agent, id);
  const page = await pages.open(restarted.as({ user, actor: 'ann' }), { path: '/r/stays' });
  await page.locator('[data-row="leaves"]').waitFor();
  await live(page);
  await page.getByRole('button', { name: 'Reject…' }).click();
  await page.getByRole('textbox', { name: /^Why/ }).fill('half a sentence');

  await restarted.close();
  await page.getByText('Disconnected. Reconnecting…').waitFor();
  const banner = page.getByRole('alert').filter({ hasText: "Holdpoint can't be reached" });
  await banner.waitFor();
  const rejectButton = page.getByRole('button', { name: 'Reject', exact: true });
  expect(await rejectButton.isDisabled()).toBe(true);
  await page.getByText('You can decide once it is back').waitFor();
  await approve(ben, 'leaves');
  await ask(agent, 'arrives');
  await testService({ database: other.database, config: { port } });
  await live(page);
  await banner.waitFor({ state: 'hidden' });
  await page.locator('[data-row="arrives"]').waitFor();
  await page.locator('[data-row="leaves"]').getByText('Approved by ben').waitFor();
  await expect.poll(() => page.title()).toBe('(2) Holdpoint');
  const reason = page.getByRole('textbox', { name: /^Why/ });
  expect(await reason.inputValue()).toBe('half a sentence');
  await reason.press('Control+Enter');
  await page.getByRole('status').getByText('Rejected').waitFor();
  expect(await readOne(ben, 'stays')).toMatchObject({
    status: 'REJECTED',
    reviewMessage: 'half a sentence',
  });
});

it('whoever requested a review is told so and cannot decide it', async () => {
  const { user } = service.team();
  const both = service.as({ user, actor: 'both' });
  await ask(both, 'own');
  const page = await pages.open(both, { path: '/r/own' });
  await page.getByText('somebody else must decide').waitFor();
  expect(await approveButton(page).count()).toBe(0);
});

it('whoever makes the same decision second is told who was first', async () => {
  const { agent, reviewer, user } = service.team();
  const ben = service.as({ user, actor: 'ben', scopes: ['review:decide'] });
  await ask(agent, 'one');
  const page = await pages.open(reviewer, { path: '/r/one', before: disconnect });
  await approveButton(page).waitFor();
  await page.waitForTimeout(LOOK_MS);
  await approve(ben, 'one');
  await approveButton(page).click();
  await page.getByText('Already decided: Approved by ben').first().waitFor();
});

it('while the service is unreachable after a decision, the page claims no result', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'one');
  let isAway = false;
  const page = await pages.open(reviewer, {
    path: '/r/one',
    before: (opened) =>
      opened.route('**/graphql', async (route) => {
        if (route.request().postData()?.includes('mutation Decide')) {
          await route.fetch();
          isAway = true;
        }
        await (isAway ? route.abort('connectionreset') : route.continue());
      }),
  });
  await approveButton(page).waitFor();
  await page.waitForTimeout(LOOK_MS);
  await approveButton(page).click();
  await page.getByText('Connection lost. Checking whether').waitFor();
  expect(await page.getByText("wasn't saved").count()).toBe(0);
  isAway = false;
  await page
    .getByText(/Current state: Approved by reviewer/)
    .first()
    .waitFor();
});
