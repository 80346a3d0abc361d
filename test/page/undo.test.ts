import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { seriousFindings } from '../support/axe.ts';
import { company, readBallot } from '../support/ballots.ts';
import { approve, ask, autoApprovals, eventsOf, read, readOne } from '../support/operations.ts';
import { consume, readOutcome } from '../support/outcomes.ts';
import { LOOK_AT_NEXT_MS, LOOK_MS, reviewerPages } from '../support/reviewerPages.ts';
import type { TestClient } from '../support/testClient.ts';
import { type Team, testService } from '../support/testService.ts';

const pages = await reviewerPages();
const service = await testService();

const phone = { width: 390, height: 844, context: { hasTouch: true, isMobile: true } };
const approveButton = (page: Page) => page.getByRole('button', { name: 'Approve', exact: true });
const bar = (page: Page) => page.getByRole('region', { name: 'Undo' });
const heading = (page: Page, id: string) =>
  page.getByRole('heading', { name: `step-${id}`, exact: true }).waitFor();
const statuses = async (client: TestClient, ids: string[]) =>
  (await read(client, ids)).map(({ status }) => status);
const kinds = async (client: TestClient, id: string) =>
  (await eventsOf(client, id)).map(({ kind }) => kind);

/** Reviews, the first of which is the first in the list and open. */
async function open(ids: string[], options = {}): Promise<Team & { page: Page }> {
  const team = service.team();
  for (const id of [...ids].reverse()) await ask(team.agent, id, { nodeId: `step-${id}` });
  const page = await pages.open(team.reviewer, { path: `/r/${ids[0]}`, ...options });
  await page.getByText('Live', { exact: true }).waitFor();
  await approveButton(page).waitFor();
  await page.waitForTimeout(LOOK_MS);
  return { ...team, page };
}

/** Presses keys faster than anybody reads, as some remote desktops send a held key. */
const hammer = (page: Page, key: string, repeat: boolean, milliseconds: number) =>
  page.evaluate(
    async (press) => {
      const until = performance.now() + press.milliseconds;
      while (performance.now() < until) {
        const { key, repeat } = press;
        const init = { key, repeat, bubbles: true, cancelable: true };
        (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', init));
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    },
    { key, repeat, milliseconds },
  );

describe('after a decision', () => {
  it('the next review of the list opens, then the first ones, then the list is done', async () => {
    const { page, reviewer } = await open(['one', 'two', 'three']);
    await page.locator('[data-row="two"]').click();
    await heading(page, 'two');
    await page.waitForTimeout(LOOK_MS);
    await approveButton(page).click();
    await heading(page, 'three');
    // Not in the list, so the focus is on the heading.
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('step-three');
    await page.waitForTimeout(LOOK_AT_NEXT_MS);
    await page.keyboard.press('r');
    await page.keyboard.type('no');
    await page.keyboard.press('Control+Enter');
    await heading(page, 'one');
    await page.waitForTimeout(LOOK_AT_NEXT_MS);
    await page.keyboard.press('a');
    await page.getByRole('main').getByText("You're all caught up").waitFor();
    await page.getByRole('region', { name: 'Outcome' }).getByText('Approved').waitFor();
    expect(await statuses(reviewer, ['one', 'two', 'three'])).toEqual([
      'APPROVED',
      'APPROVED',
      'REJECTED',
    ]);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('only what the list shows and the viewer may decide opens, after a vote too', async () => {
    const { agent, as } = await company(service, { finance: ['ben'], security: ['cleo'] });
    const step = (id: string, more: object = {}) =>
      ask(agent, id, { nodeId: `step-${id}`, ...more });
    await step('last');
    await step('filtered', { nodeId: 'elsewhere' });
    await step('theirs', { approvalsRequired: [{ teamId: 'security' }] });
    await step('first', { approvalsRequired: [{ count: 2 }] });
    const page = await pages.open(as('ben'));
    await page.getByRole('button', { name: 'All 4' }).click();
    await page.getByLabel(/^Filter/).fill('step-');
    await page.locator('[data-row="first"]').click();
    await approveButton(page).waitFor();
    await page.waitForTimeout(LOOK_MS);
    await approveButton(page).click();
    await heading(page, 'last');
    expect(await readBallot(as('ben'), 'first')).toMatchObject({ status: 'WAITING' });
    await page.waitForTimeout(LOOK_AT_NEXT_MS);
    await approveButton(page).click();
    await page.getByRole('button', { name: 'Next review' }).click();
    await page.getByText('The list has no other review that you may decide').waitFor();
  });

  it('the setting keeps the decided review open, also after a reload', async () => {
    const { page } = await open(['one', 'two', 'three']);
    await page.getByRole('button', { name: 'reviewer' }).click();
    await page.getByLabel('Open the next review after a decision').uncheck();
    await page.getByRole('button', { name: 'Done' }).click();
    await approveButton(page).click();
    await page.getByRole('region', { name: 'Outcome' }).getByText('Approved').waitFor();
    await page.getByRole('button', { name: 'Next review' }).click();
    await heading(page, 'two');
    await page.reload();
    await approveButton(page).waitFor();
    await page.waitForTimeout(LOOK_MS);
    await approveButton(page).click();
    await page.getByRole('region', { name: 'Outcome' }).getByText('Approved').waitFor();
    await heading(page, 'two');
  });

  it.each([
    ['repeats', true],
    ['separate presses', false],
  ])('a held key decides only one review, held as %s', async (_how, repeat) => {
    const { page, reviewer } = await open(['one', 'two', 'three']);
    await page.keyboard.press('a');
    await hammer(page, 'a', repeat, 2_500);
    await heading(page, 'two');
    expect(await statuses(reviewer, ['one', 'two', 'three'])).toEqual([
      'APPROVED',
      'WAITING',
      'WAITING',
    ]);
  });

  it('Enter held on the button decides only one review', async () => {
    const { page, reviewer } = await open(['one', 'two', 'three']);
    await approveButton(page).focus();
    await page.keyboard.down('Enter');
    for (let at = 0; at < 40; at++) {
      await page.keyboard.down('Enter');
      await page.waitForTimeout(30);
    }
    await page.keyboard.up('Enter');
    expect(await statuses(reviewer, ['one', 'two', 'three'])).toEqual([
      'APPROVED',
      'WAITING',
      'WAITING',
    ]);
  });

  it.each([10, 150, 300, 500])(
    'a second click after %i ms does not decide the next review',
    async (delay) => {
      const { page, reviewer } = await open(['one', 'two']);
      const { x, y, width, height } = (await approveButton(page).boundingBox()) ?? fail();
      const place = [x + width / 2, y + height / 2] as const;
      await page.mouse.click(...place);
      await page.waitForTimeout(delay);
      await page.mouse.click(...place, { clickCount: 2 });
      await heading(page, 'two');
      await page.waitForTimeout(200);
      expect(await statuses(reviewer, ['one', 'two'])).toEqual(['APPROVED', 'WAITING']);
      await page.waitForTimeout(LOOK_AT_NEXT_MS);
      await page.mouse.click(...place);
      await expect.poll(() => statuses(reviewer, ['one', 'two'])).toEqual(['APPROVED', 'APPROVED']);
    },
  );

  it('on a phone the next review opens too, and a second tap decides nothing', async () => {
    const { page, reviewer } = await open(['one', 'two'], phone);
    const { x, y, width, height } = (await approveButton(page).boundingBox()) ?? fail();
    const place = [x + width / 2, y + height / 2] as const;
    await page.touchscreen.tap(...place);
    await page.touchscreen.tap(...place);
    await heading(page, 'two');
    await page.touchscreen.tap(...place);
    await page.waitForTimeout(200);
    expect(await statuses(reviewer, ['one', 'two'])).toEqual(['APPROVED', 'WAITING']);
    const box = (await bar(page).boundingBox()) ?? fail();
    expect(box.y + box.height).toBeLessThan(y);
    const back =
      (await page.getByRole('button', { name: '← All reviews' }).boundingBox()) ?? fail();
    expect(back.x + back.width).toBeLessThanOrEqual(box.x);
    const undo = await bar(page).getByRole('button', { name: 'Undo' }).boundingBox();
    expect(undo?.height).toBeGreaterThanOrEqual(44);
    await page.waitForTimeout(LOOK_AT_NEXT_MS);
    await page.touchscreen.tap(...place);
    await page.getByRole('main').getByText("You're all caught up").waitFor();
    await page.getByRole('button', { name: 'All reviews', exact: true }).tap();
    await page.locator('.list-pane').getByText("You're all caught up").waitFor();
  });

  it('a second click after several were approved together decides nothing', async () => {
    const { page, reviewer } = await open(['one', 'two', 'three']);
    for (const id of ['two', 'three']) {
      await page
        .locator('.row', { has: page.locator(`[data-row="${id}"]`) })
        .getByRole('checkbox')
        .check();
    }
    await page.getByRole('button', { name: 'Approve…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Approve 2 reviews' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await approveButton(page).click();
    await page.waitForTimeout(200);
    expect((await readOne(reviewer, 'one')).status).toBe('WAITING');
  });
});

describe('undo', () => {
  it('U withdraws the last approval after the next review has opened, and shows it again', async () => {
    const { page, agent, reviewer } = await open(['one', 'two']);
    await page.keyboard.press('a');
    await heading(page, 'two');
    await bar(page).getByText('Approved: step-one').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('u');
    await heading(page, 'one');
    await page.getByRole('status').getByText('Withdrawn: it waits again').waitFor();
    await page.getByRole('status').getByText('may already have acted').waitFor();
    await bar(page).waitFor({ state: 'detached' });
    expect(await page.getByText('This review changed while you were looking').count()).toBe(0);
    expect(await kinds(reviewer, 'one')).toEqual(['REQUESTED', 'APPROVED', 'WITHDRAWN']);
    expect((await ask(agent, 'one', { nodeId: 'step-one' })).state).toBe('WAITING');
    // The key that undid it does not decide it again.
    await page.keyboard.press('a');
    await page.waitForTimeout(200);
    expect((await readOne(reviewer, 'one')).status).toBe('WAITING');
    await page.waitForTimeout(LOOK_MS);
    await page.keyboard.press('a');
    await heading(page, 'two');
    expect((await readOne(reviewer, 'one')).status).toBe('APPROVED');
  });

  it('it is offered for eight seconds, longer while the pointer is on it, and says nothing while it waits', async () => {
    const { page, reviewer } = await open(['one'], {
      before: (opened: Page) => opened.clock.install(),
    });
    await page.clock.runFor(1_000);
    await approveButton(page).click();
    await bar(page).waitFor();
    const spoken = () => page.locator('.announcer').textContent();
    await page.clock.runFor(6_100);
    const before = await spoken();
    await bar(page).hover();
    await page.clock.runFor(20_000);
    expect(await bar(page).count()).toBe(1);
    expect(await spoken()).toEqual(before);
    expect(await bar(page).locator('[aria-live], [role="timer"], [role="status"]').count()).toBe(0);
    await page.mouse.move(700, 300);
    await page.clock.runFor(2_500);
    await bar(page).waitFor({ state: 'detached' });
    await page.keyboard.press('u');
    await page.waitForTimeout(200);
    expect((await readOne(reviewer, 'one')).status).toBe('APPROVED');
    await page.getByRole('button', { name: 'Withdraw approval…' }).waitFor();
  });

  it('what was given with the approval ends too', async () => {
    const { page, reviewer } = await open(['one', 'two']);
    await page.getByRole('button', { name: 'Approve all future…' }).click();
    await page.getByRole('button', { name: 'Approve this and the next 10' }).click();
    await bar(page).getByRole('button', { name: 'Undo' }).click();
    await heading(page, 'one');
    await page.getByText('Withdrawn: it waits again').waitFor();
    expect((await autoApprovals(reviewer, 'exec')).map(({ active }) => active)).toEqual([false]);
  });

  it('the edit that was approved comes back, to be changed', async () => {
    const { agent, reviewer } = service.team();
    await ask(agent, 'two', { nodeId: 'step-two' });
    await ask(agent, 'one', { nodeId: 'step-one', payload: { to: 'ann' } });
    const page = await pages.open(reviewer, { path: '/r/one' });
    await page.getByRole('button', { name: 'Edit…' }).click();
    await page.getByRole('textbox', { name: 'to' }).first().fill('ben');
    await page.getByRole('button', { name: 'Review changes' }).click();
    await page.waitForTimeout(LOOK_MS);
    await page.getByRole('button', { name: 'Approve with this edit' }).click();
    await heading(page, 'two');
    expect(await readOne(reviewer, 'one')).toMatchObject({ payload: { to: 'ben' } });
    await page.keyboard.press('u');
    await heading(page, 'one');
    expect(await readOne(reviewer, 'one')).toMatchObject({
      status: 'WAITING',
      payload: { to: 'ann' },
    });
    await page.getByRole('button', { name: 'Review changes' }).click();
    const diff = page.getByRole('region', { name: 'Changed values' });
    await diff.getByText('ben').first().waitFor();
  });

  it('a vote is undone while others are missing', async () => {
    const { agent, as } = await company(service, { finance: ['ben', 'ada'] });
    await ask(agent, 'r', { approvalsRequired: [{ count: 2 }] });
    const page = await pages.open(as('ben'), { path: '/r/r' });
    await approveButton(page).waitFor();
    await page.waitForTimeout(LOOK_MS);
    await approveButton(page).click();
    await bar(page).getByText('Your approval counts').waitFor();
    await page.keyboard.press('u');
    await page.getByRole('status').getByText('Your approval was withdrawn').waitFor();
    await expect
      .poll(async () => (await readBallot(agent, 'r')).votes.map(({ endedBy }) => endedBy))
      .toEqual(['WITHDRAWN']);
  });

  it('several approved together are undone one by one, and those that are too late are named', async () => {
    const { page, agent, reviewer } = await open(['one', 'two', 'three']);
    for (const box of await page.getByRole('checkbox').all()) await box.check();
    await page.getByRole('button', { name: 'Approve…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Approve 3 reviews' }).click();
    await bar(page).getByText('Approved: 3 reviews').waitFor();
    await consume(agent, 'two', (await readOutcome(agent, 'two')).payloadDigest);
    await bar(page).getByRole('button', { name: 'Undo' }).click();
    const late = page.getByRole('alert').filter({ hasText: '1 of 3 not undone' });
    await late.getByText(/step-two: .*already consumed by agent/).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect(await statuses(reviewer, ['one', 'two', 'three'])).toEqual([
      'WAITING',
      'APPROVED',
      'WAITING',
    ]);
    for (const id of ['one', 'three']) {
      expect(await kinds(reviewer, id)).toEqual(['REQUESTED', 'APPROVED', 'WITHDRAWN']);
    }
    await late.getByRole('button', { name: 'Open' }).click();
    await heading(page, 'two');
    await page.getByText('it can no longer be withdrawn').waitFor();
    await late.waitFor({ state: 'detached' });
  });

  it('one that comes too late says so, and what was typed stays', async () => {
    const { page, agent, reviewer } = await open(['one', 'two']);
    await page.keyboard.press('a');
    await heading(page, 'two');
    await consume(agent, 'one', (await readOutcome(agent, 'one')).payloadDigest);
    await page.keyboard.press('r');
    await page.keyboard.type('u is typed, not pressed');
    await bar(page).getByRole('button', { name: 'Undo' }).click();
    const late = page.getByRole('alert').filter({ hasText: 'Not undone' });
    await late.getByText(/step-one: .*already consumed by agent/).waitFor();
    await heading(page, 'two');
    expect(await page.getByRole('textbox', { name: /^Why/ }).inputValue()).toBe(
      'u is typed, not pressed',
    );
    await late.getByRole('button', { name: 'Close' }).click();
    await late.waitFor({ state: 'detached' });
    expect((await readOne(reviewer, 'one')).status).toBe('APPROVED');
  });

  it('a lost answer is not taken for an undo', async () => {
    const { page, reviewer } = await open(['one']);
    await approveButton(page).click();
    await page.route('**/graphql', async (route) => {
      const isUndo = route.request().postData()?.includes('mutation WithdrawDecision');
      await (isUndo ? route.abort('connectionreset') : route.continue());
    });
    await bar(page).getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('alert').filter({ hasText: 'may or may not have been saved' }).waitFor();
    expect((await readOne(reviewer, 'one')).status).toBe('APPROVED');
  });

  it('against an agent that consumes at the same moment, exactly one wins and the page says who', async () => {
    const won = { undo: 0, agent: 0 };
    for (let round = 0; round < 12; round++) {
      const { page, agent, reviewer } = await open(['one']);
      await approveButton(page).click();
      await bar(page).waitFor();
      const { payloadDigest } = await readOutcome(agent, 'one');
      const [, consumed] = await Promise.all([
        page.keyboard.press('u'),
        page
          .waitForTimeout(round)
          .then(() => consume(agent, 'one', payloadDigest).then(({ __typename }) => __typename)),
      ]);
      const isConsumed = consumed === 'ConsumeReviewPayload';
      won[isConsumed ? 'agent' : 'undo']++;
      if (isConsumed) await page.getByRole('alert').getByText('Not undone').waitFor();
      else await page.getByText('Withdrawn: it waits again').waitFor();
      const review = await readOutcome(reviewer, 'one');
      expect(review.status).toBe(isConsumed ? 'APPROVED' : 'WAITING');
      expect(review.consumedAt !== null).toBe(isConsumed);
      await page.close();
    }
    console.log(`undo won ${won.undo}, the agent ${won.agent}`);
  }, 60_000);
});

describe('withdrawing later', () => {
  it('the page says plainly until when, and that an agent may already have acted', async () => {
    const { agent, reviewer } = service.team();
    await ask(agent, 'open');
    await ask(agent, 'used');
    for (const id of ['open', 'used']) await approve(reviewer, id);
    const page = await pages.open(reviewer, { path: '/r/open' });
    await page.getByText('Until the agent picks it up').waitFor();
    await page.getByText('may already have acted').waitFor();
    await page.getByRole('button', { name: 'Withdraw approval…' }).click();
    await page.getByRole('dialog').getByText('may already have acted').waitFor();
    await page.keyboard.press('Escape');
    await consume(agent, 'used', (await readOutcome(agent, 'used')).payloadDigest);
    await page.goto(`${service.url}/r/used`);
    await page.getByText('has picked the approval up, so it can no longer be withdrawn').waitFor();
    expect(await page.getByRole('button', { name: /^Withdraw/ }).count()).toBe(0);
  });
});

function fail(): never {
  throw new Error('not on the screen');
}
