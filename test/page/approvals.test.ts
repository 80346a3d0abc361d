import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import {
  company,
  delegate,
  leave,
  readBallot,
  reassign,
  vote,
  withdrawNow,
} from '../support/ballots.ts';
import { ask, eventsOf, reject } from '../support/operations.ts';
import { consume, readOutcome } from '../support/outcomes.ts';
import { LOOK_MS, reviewerPages } from '../support/reviewerPages.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';

const pages = await reviewerPages();
const service = await testService();
const teams = { finance: ['ada', 'ben'], security: ['ada', 'cleo', 'dan'] };
const financeAndTwoOfSecurity = [{ teamId: 'finance' }, { teamId: 'security', count: 2 }];

const approve = (page: Page) => page.getByRole('button', { name: 'Approve', exact: true });
const approvals = (page: Page) => page.getByRole('region', { name: 'Approvals' });

async function open(reviewer: TestClient, id: string): Promise<Page> {
  const page = await pages.open(reviewer, { path: `/r/${id}` });
  await page.getByRole('heading', { level: 2 }).waitFor();
  await page.waitForTimeout(LOOK_MS);
  return page;
}

describe('a review that requires several approvals', () => {
  it('43. shows what is required, who has approved and what is missing, and stays after a vote', async () => {
    const { agent, as } = await company(service, teams);
    await ask(agent, 'r', { approvalsRequired: financeAndTwoOfSecurity });
    await vote(as('cleo'), 'r', { message: 'Keys are rotated.' });
    const page = await open(as('ben'), 'r');
    await approvals(page).getByText('1 of 3 approvals').waitFor();
    await approvals(page).getByText('Keys are rotated.').waitFor();
    await approve(page).click();
    await page
      .getByRole('status')
      .getByText('Your approval counts. 1 more approval is required (security).')
      .waitFor();
    await approvals(page).getByText('2 of 3 approvals').waitFor();
    await approvals(page).getByText('ben approved').waitFor();
    await page.getByText('You have already approved this.').waitFor();
    expect(await approve(page).isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Approve all future…' }).count()).toBe(0);

    await vote(as('dan'), 'r');
    await page.getByRole('region', { name: 'Outcome' }).getByText('Approved').waitFor();
    await approvals(page).getByText('3 of 3 approvals').waitFor();
    expect(await readBallot(as('ben'), 'r')).toMatchObject({ status: 'APPROVED' });
  });

  it('45. an edit ends earlier approvals, and says why they no longer count', async () => {
    const { agent, as } = await company(service, teams);
    await ask(agent, 'r', { approvalsRequired: [{ count: 2 }], payload: { amount: 'much' } });
    await vote(as('cleo'), 'r');
    const watching = await open(as('cleo'), 'r');
    const page = await open(as('ben'), 'r');
    await page.getByRole('button', { name: 'Edit…' }).click();
    await page.getByText('An edit ends the earlier approval').waitFor();
    await page.getByRole('textbox', { name: 'amount' }).first().fill('little');
    await page.getByRole('button', { name: 'Review changes' }).click();
    await page.getByRole('button', { name: 'Approve with this edit' }).click();
    await approvals(page).getByText('the payload was edited afterwards').waitFor();
    await approvals(page).getByText('1 of 2 approvals').waitFor();
    // The editor has seen the edit. Whoever approved before sees it as a change.
    expect(await page.getByText('This review changed while you were looking').count()).toBe(0);
    await watching.getByText('This review changed while you were looking').waitFor();
    await watching.getByRole('button', { name: 'Show current version' }).click();
    await watching.waitForTimeout(LOOK_MS);
    await approve(watching).click();
    await watching.getByRole('region', { name: 'Outcome' }).getByText('Approved').waitFor();
  });

  it('46. whoever is not asked cannot approve, but can reject', async () => {
    const { agent, as } = await company(service, teams);
    await ask(agent, 'r', { approvalsRequired: [{ teamId: 'security', count: 2 }] });
    const page = await open(as('ben'), 'r');
    await page.getByText("You can't approve this: security are asked.").first().waitFor();
    expect(await approve(page).isDisabled()).toBe(true);
    await page.keyboard.press('a');
    await page.getByRole('status').getByText("You can't approve this").waitFor();
    await page.keyboard.press('r');
    await page.getByRole('textbox', { name: /^Why/ }).fill('Not on a Friday');
    await page.getByRole('button', { name: 'Reject', exact: true }).click();
    await page.getByRole('region', { name: 'Outcome' }).getByText('Rejected').waitFor();
    expect(await readBallot(as('ben'), 'r')).toMatchObject({ status: 'REJECTED' });
  });

  it('49. a vote of somebody who left the team does not count', async () => {
    const { agent, as, user } = await company(service, teams);
    await ask(agent, 'r', { approvalsRequired: [{ teamId: 'security', count: 2 }] });
    await vote(as('cleo'), 'r');
    await leave(service, user, 'security', 'cleo');
    const page = await open(as('dan'), 'r');
    await approve(page).click();
    await approvals(page).getByText('may no longer decide this review').waitFor();
    await approvals(page).getByText('1 of 2 approvals').waitFor();
  });

  it('51. the requester is told that somebody else must decide', async () => {
    const { agent, as, user } = await company(service, teams);
    await ask(service.as({ user, actor: 'ada' }), 'own', { approvalsRequired: [{ count: 2 }] });
    await ask(agent, 'other');
    const page = await open(as('ada'), 'own');
    await page.getByText('You requested this').waitFor();
    expect(await approve(page).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Reject…' }).count()).toBe(0);
  });

  it('several reviews are decided together, votes and decisions', async () => {
    const { agent, as } = await company(service, teams);
    await ask(agent, 'easy');
    await ask(agent, 'hard', { approvalsRequired: [{ count: 2 }] });
    const page = await pages.open(as('ben'));
    await page.getByRole('checkbox').nth(0).check();
    await page.getByRole('checkbox').nth(1).check();
    await page.getByRole('button', { name: 'Approve…' }).click();
    await page.getByRole('button', { name: 'Approve 2 reviews' }).click();
    await page.getByText('Approved 2 reviews, 1 of them still needs more approvals').waitFor();
    expect(await readBallot(agent, 'easy')).toMatchObject({ status: 'APPROVED' });
    expect((await readBallot(agent, 'hard')).votes).toHaveLength(1);
  });
});

describe('withdrawing', () => {
  it('47. a vote is withdrawn with a reason', async () => {
    const { agent, as } = await company(service, teams);
    await ask(agent, 'r', { approvalsRequired: [{ count: 2 }] });
    await vote(as('ben'), 'r');
    const page = await open(as('ben'), 'r');
    await page.getByRole('button', { name: 'Withdraw approval…' }).click();
    await page.getByLabel('Why?', { exact: false }).fill('Wrong account');
    await page.getByRole('button', { name: 'Withdraw approval', exact: true }).click();
    await approvals(page).getByText('withdrawn').waitFor();
    await approvals(page).getByText('0 of 2 approvals').waitFor();
    await page.waitForTimeout(LOOK_MS);
    await approve(page).click();
    await approvals(page).getByText('1 of 2 approvals').waitFor();
  });

  it('47. an approval that nobody has used is withdrawn, and the review waits again', async () => {
    const { agent, as } = await company(service, teams);
    await ask(agent, 'r');
    const watching = await open(as('ada'), 'r');
    const page = await open(as('ben'), 'r');
    await approve(page).click();
    await page.getByRole('button', { name: 'Withdraw approval…' }).click();
    await page.getByLabel('Why?', { exact: false }).fill('Too early');
    await page.getByRole('button', { name: 'Withdraw approval', exact: true }).click();
    await approve(page).waitFor();
    expect(await page.getByText('This review changed while you were looking').count()).toBe(0);
    const withdrawn = page.locator('.timeline > li', { hasText: 'ben withdrew an approval' });
    await withdrawn.getByText('Too early').waitFor();
    // Another reviewer is told, and can decide on the new version.
    await watching.getByText('A decision was withdrawn, so it waits again.').waitFor();
    await watching.getByRole('button', { name: 'Show current version' }).click();
    await watching.waitForTimeout(LOOK_MS);
    await approve(watching).click();
    await watching.getByRole('region', { name: 'Outcome' }).getByText('Approved').waitFor();
  });

  it('47. it says so when an agent was faster', async () => {
    const { agent, as } = await company(service, teams);
    await ask(agent, 'r');
    const page = await open(as('ben'), 'r');
    await approve(page).click();
    await page.getByRole('button', { name: 'Withdraw approval…' }).click();
    await consume(agent, 'r', (await readOutcome(agent, 'r')).payloadDigest);
    await page.getByRole('button', { name: 'Withdraw approval', exact: true }).click();
    await page.getByRole('alert').getByText('already consumed by agent').waitFor();
    expect(await readBallot(agent, 'r')).toMatchObject({ status: 'APPROVED' });
  });

  it('47. a rejection is offered only to whoever rejected', async () => {
    const { agent, as } = await company(service, teams);
    await ask(agent, 'r');
    await reject(as('ben'), 'r');
    const other = await open(as('ada'), 'r');
    await other.getByRole('region', { name: 'Outcome' }).waitFor();
    expect(await other.getByRole('button', { name: 'Withdraw rejection…' }).count()).toBe(0);
    const own = await open(as('ben'), 'r');
    await own.getByRole('button', { name: 'Withdraw rejection…' }).waitFor();
    await withdrawNow(as('ben'), 'r');
    await approve(own).waitFor();
  });
});

describe('delegations', () => {
  it('53. whoever may decide only for somebody else does so, and the record names both', async () => {
    const { agent, as, user } = await company(service, teams);
    await delegate(service, user, 'dan', 'ben');
    await ask(agent, 'r', { approvalsRequired: [{ teamId: 'security', count: 2 }] });
    const page = await open(as('ben'), 'r');
    await page.getByText('You decide for dan, who delegates to you.').waitFor();
    await approve(page).click();
    await approvals(page).getByText('ben approved for dan').waitFor();
    const { votes } = await readBallot(agent, 'r');
    expect(votes).toMatchObject([{ actor: 'ben', onBehalfOf: 'dan' }]);
  });

  it('53. whoever may decide as several people chooses', async () => {
    const { agent, as, user } = await company(service, teams);
    await delegate(service, user, 'dan', 'ada');
    await ask(agent, 'r', { approvalsRequired: [{ teamId: 'security', count: 2 }] });
    const page = await open(as('ada'), 'r');
    const choice = page.getByLabel('Decide as');
    expect(await choice.inputValue()).toBe('ada');
    await choice.selectOption('for dan');
    await approve(page).click();
    await approvals(page).getByText('ada approved for dan').waitFor();
    await page.getByText('You have already approved this.').waitFor();
  });
});

describe('reassigning and overriding', () => {
  it('55. a review is reassigned, never to fewer approvals', async () => {
    const { agent, as } = await company(service, teams);
    await ask(agent, 'r', { approvalsRequired: [{ teamId: 'finance', count: 2 }] });
    const page = await open(as('ben'), 'r');
    await page.getByRole('button', { name: 'Reassign…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Reassign this review' });
    await dialog.getByLabel('Approvals', { exact: true }).fill('1');
    await dialog.getByText('1 approval in all, but at least 2 are required').waitFor();
    const send = dialog.getByRole('button', { name: 'Reassign', exact: true });
    await dialog.getByLabel('Why?', { exact: false }).fill('It is about keys');
    expect(await send.isDisabled()).toBe(true);
    await dialog.getByRole('combobox', { name: 'By' }).selectOption('security');
    await dialog.getByRole('button', { name: 'Add a requirement' }).click();
    await dialog.getByRole('combobox', { name: 'By' }).nth(1).selectOption('These people');
    await dialog.getByLabel('People, comma-separated').fill('cleo, dan');
    await send.click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('0 of 2 approvals').waitFor();
    await page.getByText("You can't approve this").first().waitFor();
    await page.getByText('History', { exact: true }).click();
    const changed = page.locator('.timeline > li', { hasText: 'ben changed who has to approve' });
    await changed.getByText('It is about keys').waitFor();
    expect(await readBallot(agent, 'r')).toMatchObject({
      approvalsRequired: [
        { count: 1, actors: null },
        { count: 1, actors: ['cleo', 'dan'] },
      ],
    });
  });

  it('55. a refusal says why, and keeps what was chosen', async () => {
    const { agent, as } = await company(service, teams);
    await ask(agent, 'r', { approvalsRequired: [{ teamId: 'finance' }] });
    const page = await open(as('ben'), 'r');
    await page.getByRole('button', { name: 'Reassign…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'By' }).selectOption('These people');
    await dialog.getByLabel('People, comma-separated').fill('agent');
    await dialog.getByLabel('Why?', { exact: false }).fill('A mistake');
    await dialog.getByRole('button', { name: 'Reassign', exact: true }).click();
    await dialog.getByRole('alert').getByText('can never be met').waitFor();
    expect(await dialog.getByLabel('People, comma-separated').inputValue()).toBe('agent');
  });

  it('56. an override shows what is bypassed, needs a reason, and is visible as what it is', async () => {
    const { agent, user, as } = await company(service, teams);
    await ask(agent, 'r', { approvalsRequired: financeAndTwoOfSecurity });
    await vote(as('cleo'), 'r');
    const boss = service.as({ user, actor: 'boss', scopes: ['review:decide', 'review:override'] });
    const page = await open(boss, 'r');
    await page.getByRole('button', { name: 'Override…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Override the required approvals' });
    await dialog.getByText('1 of finance').waitFor();
    await dialog.getByText('1 of security').waitFor();
    const send = dialog.getByRole('button', { name: 'Approve by override' });
    await dialog.getByLabel('Why?', { exact: false }).fill('urgent');
    expect(await send.isDisabled()).toBe(true);
    await dialog.getByLabel('Why?', { exact: false }).fill('The site is down, on-call agreed');
    await send.click();
    await page.getByRole('region', { name: 'Outcome' }).getByText('Approved by override').waitFor();
    const overridden = page.locator('.timeline > li', { hasText: 'boss approved by override' });
    await overridden.getByText('The site is down, on-call agreed').waitFor();
    expect(await readBallot(agent, 'r')).toMatchObject({
      status: 'APPROVED',
      decisionSource: 'OVERRIDE',
    });
  });

  it('56. nobody without the scope is offered an override', async () => {
    const { agent, as } = await company(service, teams);
    await ask(agent, 'r', { approvalsRequired: financeAndTwoOfSecurity });
    const page = await open(as('ben'), 'r');
    expect(await page.getByRole('button', { name: 'Override…' }).count()).toBe(0);
  });

  it('49. it says who could approve, and that too few people can', async () => {
    const { agent, as, user } = await company(service, teams);
    await ask(agent, 'r', { approvalsRequired: [{ teamId: 'security', count: 3 }] });
    await vote(as('cleo'), 'r');
    const page = await open(as('ben'), 'r');
    await page.getByText('Could approve: ada, dan').waitFor();
    expect(await page.getByText('Too few people can approve').count()).toBe(0);
    await leave(service, user, 'security', 'dan');
    await page.reload();
    await page.getByText('Too few people can approve').waitFor();
  });
});

describe('claims', () => {
  it('52. the key C claims and releases, and others see it live', async () => {
    const { agent, as } = await company(service, teams);
    await ask(agent, 'r');
    const other = await open(as('ada'), 'r');
    await other.locator('[data-row="r"]').waitFor();
    const page = await open(as('ben'), 'r');
    await page.keyboard.press('c');
    await page.getByText('You have claimed this review.').waitFor();
    await other.getByText('ben has claimed this review').waitFor();
    // What somebody else has claimed is not in Mine.
    await other.locator('[data-row="r"]').waitFor({ state: 'detached' });
    await other.getByRole('button', { name: 'All', exact: false }).first().click();
    await other.locator('[data-row="r"]').getByText('claimed by ben').waitFor();
    await page.getByRole('button', { name: 'Claimed by me 1' }).click();
    await page.locator('[data-row="r"]').waitFor();
    await page.keyboard.press('c');
    await page.locator('[data-row="r"]').waitFor({ state: 'detached' });
    await other.getByText('ben has claimed this review').waitFor({ state: 'hidden' });
    await other.getByRole('button', { name: 'Mine 1' }).waitFor();
    expect((await eventsOf(agent, 'r')).map(({ kind }) => kind)).toEqual([
      'REQUESTED',
      'CLAIMED',
      'RELEASED',
    ]);
  });

  it('52. the key works where Latin letters are elsewhere', async () => {
    const { agent, as } = await company(service, teams);
    await ask(agent, 'r');
    const page = await open(as('ben'), 'r');
    await page.evaluate(() => {
      const cyrillic = { key: 'с', code: 'KeyC', bubbles: true, cancelable: true };
      document.body.dispatchEvent(new KeyboardEvent('keydown', cyrillic));
    });
    await page.getByText('You have claimed this review.').waitFor();
  });

  it('52. deciding what somebody else has claimed needs a second look', async () => {
    const { agent, as } = await company(service, teams);
    await ask(agent, 'r');
    const claimant = await open(as('ada'), 'r');
    await claimant.keyboard.press('c');
    const page = await open(as('ben'), 'r');
    await page.getByText('ada has claimed this review').waitFor();
    await page.keyboard.press('a');
    const dialog = page.getByRole('dialog', { name: 'Somebody else has claimed this review' });
    await dialog.getByText('ada').first().waitFor();
    await dialog.getByRole('button', { name: 'Leave it to ada' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await readBallot(agent, 'r')).toMatchObject({ status: 'WAITING', claimedBy: 'ada' });
    await page.keyboard.press('a');
    await dialog.getByRole('button', { name: 'Approve anyway' }).click();
    await page.getByRole('region', { name: 'Outcome' }).getByText('Approved').waitFor();
    expect(await readBallot(agent, 'r')).toMatchObject({ decidedBy: 'ben' });
    await claimant.getByRole('region', { name: 'Outcome' }).getByText('Approved').waitFor();
  });

  it('52. a claim is renewed while the page shows the review, and not otherwise', async () => {
    const { agent, as } = await company(service, teams);
    await ask(agent, 'r', { nodeId: 'first' });
    await ask(agent, 'other', { nodeId: 'second' });
    const page = await pages.open(as('ben'), {
      path: '/r/r',
      before: (opened) => opened.clock.install(),
    });
    await approve(page).waitFor();
    await page.keyboard.press('c');
    await page.getByText('You have claimed this review.').waitFor();
    const until = async () => Date.parse((await readBallot(agent, 'r')).claimedUntil ?? '');
    const first = await until();
    await page.clock.runFor(200_000);
    await expect.poll(until).toBeGreaterThan(first);
    await page.locator('[data-row="other"]').click();
    await page.getByRole('heading', { name: 'second' }).waitFor();
    const second = await until();
    await page.clock.runFor(400_000);
    await page.waitForTimeout(LOOK_MS);
    expect(await until()).toBe(second);
  });

  it('what somebody else has claimed is left out of several decisions', async () => {
    const { agent, as } = await company(service, teams);
    await ask(agent, 'one');
    await ask(agent, 'two');
    const claimant = await open(as('ada'), 'one');
    const page = await pages.open(as('ben'));
    await page.getByRole('checkbox').nth(0).check();
    await page.getByRole('checkbox').nth(1).check();
    await claimant.keyboard.press('c');
    await claimant.getByText('You have claimed this review.').waitFor();
    await page.getByRole('button', { name: 'Approve…' }).click();
    await page.getByText('ada has claimed it.').waitFor();
    await page.getByRole('button', { name: 'Approve 1 review' }).click();
    await page.getByText('Approved 1 review').waitFor();
    expect(await readBallot(agent, 'one')).toMatchObject({ status: 'WAITING' });
  });
});

describe('the list', () => {
  it('50. Mine is what I may decide, live, and the choice outlives a reload', async () => {
    const { agent, as } = await company(service, teams);
    await ask(agent, 'mine', { approvalsRequired: [{ teamId: 'finance' }] });
    await ask(agent, 'theirs', { approvalsRequired: [{ teamId: 'security' }] });
    const page = await pages.open(as('ben'));
    const row = (id: string) => page.locator(`[data-row="${id}"]`);
    await row('mine').waitFor();
    expect(await row('theirs').count()).toBe(0);
    await expect.poll(() => page.title()).toBe('(1) Holdpoint');
    await page.getByRole('button', { name: 'All 2' }).click();
    await row('theirs').waitFor();
    await page.reload();
    await row('theirs').waitFor();
    await page.getByRole('button', { name: 'Mine 1' }).click();
    await row('theirs').waitFor({ state: 'detached' });

    await ask(agent, 'new', { approvalsRequired: [{ teamId: 'finance' }] });
    await row('new').waitFor();
    await ask(agent, 'newer', { approvalsRequired: [{ teamId: 'security' }] });
    await page.getByRole('button', { name: 'All 4' }).waitFor();
    expect(await row('newer').count()).toBe(0);
    await reassign(as('cleo'), {
      nodeExecId: 'theirs',
      approvalsRequired: [{ teamId: 'finance' }],
      reason: 'It is about money',
    });
    await row('theirs').waitFor();
    await vote(as('ada'), 'theirs');
    await row('theirs').waitFor({ state: 'detached' });
  });

  it('an empty Mine says what waits for others', async () => {
    const { agent, as } = await company(service, teams);
    await ask(agent, 'theirs', { approvalsRequired: [{ teamId: 'security' }] });
    const page = await pages.open(as('ben'));
    await page.getByText('1 review waiting for others.').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.locator('[data-row="theirs"]').waitFor();
  });

  it('a change of teams reaches the open page within a minute', async () => {
    const { agent, as, user } = await company(service, teams);
    await ask(agent, 'r', { approvalsRequired: [{ teamId: 'finance' }] });
    const page = await pages.open(as('ben'), { before: (opened) => opened.clock.install() });
    await page.locator('[data-row="r"]').waitFor();
    await leave(service, user, 'finance', 'ben');
    await page.clock.runFor(61_000);
    await page.locator('[data-row="r"]').waitFor({ state: 'detached' });
  });
});
