import { describe, expect, it } from 'vitest';
import { savePolicy, type TestRule } from '../policy/savePolicy.ts';
import { approve, ask, autoApprovals, reject } from '../support/operations.ts';
import { LOOK_MS, reviewerPages } from '../support/reviewerPages.ts';
import type { Team } from '../support/testService.ts';
import { testService } from '../support/testService.ts';

const pages = await reviewerPages();
const service = await testService();

const rules: TestRule[] = [
  {
    ruleId: 'refunds-over-500',
    when: 'payload.amount > 500',
    effect: 'REVIEW',
    reason: 'Large refunds are checked by a person',
    risk: 'HIGH',
  },
  {
    ruleId: 'small',
    when: 'node == "refund" && payload.amount <= 100',
    effect: 'ALLOW',
    reason: 'Up to 100 needs nobody',
  },
  {
    ruleId: 'frozen',
    when: 'node == "refund" && payload.amount > 10000',
    effect: 'DENY',
    reason: 'Refunds of this size are frozen',
  },
];

const refund = (amount: unknown, more: object = {}) => ({
  nodeId: 'refund',
  graphExecId: 'run-1',
  payload: { to: 'ada@example.com', amount },
  ...more,
});

const open = ({ reviewer }: Team, nodeExecId: string) =>
  pages.open(reviewer, { path: `/r/${nodeExecId}` });

describe('74. the verdict on a review', () => {
  it('74. a review says which rules asked, and why, also after the policy has changed', async () => {
    const team = service.team();
    await savePolicy(service, team.user, rules);
    await ask(team.agent, 'big', refund(501));
    await savePolicy(service, team.user, [
      { ruleId: 'refunds-over-500', when: 'true', effect: 'REVIEW', reason: 'Something else' },
    ]);
    const page = await open(team, 'big');
    const verdict = page.getByRole('region', { name: 'Policy' });
    await verdict.getByText('Asked because').waitFor();
    await verdict.getByText('refunds-over-500').waitFor();
    await verdict.getByText('Large refunds are checked by a person').waitFor();
    await page.locator('.review-head').getByText('High risk').waitFor();
  });

  it('65. where no rule applies, it says that none allows it', async () => {
    const team = service.team();
    await savePolicy(service, team.user, rules);
    await ask(team.agent, 'middle', refund(300));
    const page = await open(team, 'middle');
    await page.getByText('no rule of the policy allows it without a person').waitFor();
  });

  it('65. problems of rules are visible on the review and in the list', async () => {
    const team = service.team();
    await savePolicy(service, team.user, rules);
    await ask(team.agent, 'odd', refund('501'));
    const page = await open(team, 'odd');
    const verdict = page.getByRole('region', { name: 'Policy' });
    await verdict.getByText('3 rules could not be evaluated').waitFor();
    await verdict.getByText('cannot compare a string with a number').first().waitFor();
    await page.locator('[data-row="odd"]').getByText('rule problem').waitFor();
  });

  it.each([
    ['allowed it', 50],
    ['asked a person', 501],
    ['denied it', 20_000],
  ])('70. in shadow it says that the policy would have %s', async (text, amount) => {
    const team = service.team();
    await savePolicy(service, team.user, rules, { mode: 'SHADOW' });
    await ask(team.agent, 'r', refund(amount));
    const page = await open(team, 'r');
    const verdict = page.getByRole('region', { name: 'Policy' });
    await verdict.getByText(`The policy in shadow would have ${text}`).waitFor();
    await page.getByRole('button', { name: 'Approve', exact: true }).waitFor();
  });

  it('71. what the policy decided is never shown as decided by whoever saved it', async () => {
    const team = service.team();
    await savePolicy(service, team.user, rules, { createdBy: 'platform' });
    await ask(team.agent, 'waits', refund(300));
    await ask(team.agent, 'small', refund(50));
    await ask(team.agent, 'huge', refund(20_000));
    const page = await open(team, 'small');
    const outcome = page.getByRole('region', { name: 'Outcome' });
    await outcome.getByText('Allowed by rule small').waitFor();
    await outcome.getByText('Up to 100 needs nobody', { exact: true }).waitFor();
    await page.getByText('Allowed by rule small: Up to 100 needs nobody').waitFor();
    expect(await page.locator('.review').textContent()).not.toContain('platform');

    await page.goto(`${service.url}/r/huge`);
    await outcome.getByText('Denied by rule frozen').waitFor();
    await page.getByText('Denied by rule frozen: Refunds of this size are frozen').waitFor();
    expect(await page.locator('.review').textContent()).not.toContain('platform');
    await page.getByText('This run', { exact: true }).click();
    const others = page.locator('.others');
    await others.getByText('Allowed by rule small').waitFor();
    expect(await others.textContent()).not.toContain('platform');
  });

  it('72. what a standing approval let through is shown as such in the history', async () => {
    const team = service.team();
    await ask(team.agent, 'first', refund(5));
    await approve(team.reviewer, 'first', { autoApproveFuture: true });
    await ask(team.agent, 'second', refund(6));
    const page = await open(team, 'second');
    await page.getByText('Approved by a standing approval', { exact: true }).waitFor();
    await page.getByText('Approved by a standing approval of reviewer').waitFor();
  });
});

describe('the headline, the risk and the tags of a request', () => {
  const described = refund(300, {
    headline: 'Refund 300 EUR to Ada',
    risk: 'CRITICAL',
    tags: ['payments', 'eu'],
  });

  it('are shown on the review and in the list, and the step in the details', async () => {
    const team = service.team();
    await ask(team.agent, 'r', described);
    const page = await open(team, 'r');
    await page.getByRole('heading', { name: 'Refund 300 EUR to Ada' }).waitFor();
    const head = page.locator('.review-head');
    for (const text of ['Step refund', 'Critical risk', 'payments', 'eu']) {
      await head.getByText(text, { exact: true }).first().waitFor();
    }
    const row = page.locator('[data-row="r"]');
    await row.getByText('Refund 300 EUR to Ada').waitFor();
    await row.getByText('Critical').waitFor();
    await row.getByText('agent', { exact: true }).waitFor();
    await page.getByRole('searchbox').fill('300 EUR');
    await row.waitFor();
  });

  it('a change of them is shown before anything can be decided', async () => {
    const team = service.team();
    await ask(team.agent, 'r', described);
    const page = await open(team, 'r');
    await page.getByRole('heading', { name: 'Refund 300 EUR to Ada' }).waitFor();
    await team.agent.query('mutation { deleteReview(input: { nodeExecId: "r" }) { __typename } }');
    await ask(team.agent, 'r', { ...described, headline: 'Refund 9 EUR', risk: 'LOW', tags: [] });
    const banner = page.getByRole('alert').filter({ hasText: 'This review changed' });
    await banner.getByText('Refund 9 EUR').waitFor();
    await banner.getByText('CRITICAL').waitFor();
    await banner.getByText('payments, eu').waitFor();
  });
});

describe('76. bounds of a standing approval', () => {
  async function past(team: Team) {
    for (const amount of [10, 20, 600]) {
      await ask(team.agent, `past-${amount}`, refund(amount, { graphExecId: 'earlier' }));
    }
    await approve(team.reviewer, 'past-10');
    await reject(team.reviewer, 'past-20');
    await ask(team.agent, 'now', refund(500));
  }

  async function openDialog(team: Team) {
    const page = await open(team, 'now');
    await page.getByRole('button', { name: 'Approve all future…' }).click();
    const dialog = page.getByRole('dialog', { name: /^Approve this and future/ });
    await dialog.getByText('It would have covered').waitFor();
    return { page, dialog };
  }

  it('76. they are proposed from the payload, and it says what they would have covered', async () => {
    const team = service.team();
    await past(team);
    const { page, dialog } = await openDialog(team);
    await dialog.getByText('4 of the last 4 requests').waitFor();
    await dialog.getByText('regardless of content').first().waitFor();
    await dialog.getByRole('checkbox', { name: 'to is "ada@example.com"' }).check();
    await dialog.getByRole('checkbox', { name: 'amount at most 500' }).check();
    const condition = dialog.getByLabel('Condition that a request must meet');
    expect(await condition.inputValue()).toBe(
      'payload.to == "ada@example.com" && payload.amount <= 500',
    );
    await dialog.getByText('3 of the last 4 requests').waitFor();
    await dialog.getByText('1 was rejected').waitFor();
    const link = dialog.getByRole('link', { name: /refund/ });
    expect(await link.getAttribute('href')).toBe('/r/past-20');
    const [opened] = await Promise.all([page.waitForEvent('popup'), link.click()]);
    await opened.getByRole('region', { name: 'Outcome' }).getByText('Rejected').waitFor();

    await dialog.getByRole('button', { name: 'Approve within these bounds' }).click();
    await page.getByRole('region', { name: 'Undo' }).getByText('Approved').waitFor();
    expect(await autoApprovals(team.reviewer, 'run-1')).toMatchObject([
      { nodeId: 'refund', active: true, requestedBy: 'agent' },
    ]);
    const within = await ask(team.agent, 'within', refund(400));
    expect(within.result).toMatchObject({ autoApproved: true });
    expect((await ask(team.agent, 'beyond', refund(501))).result).toBeNull();
    await page.goto(`${service.url}/r/now`);
    await page.getByText('This run', { exact: true }).click();
    const standing = page.getByRole('region', { name: 'Standing approvals' });
    await standing.getByText('Requests of agent where').waitFor();
    await standing.getByText('payload.to == "ada@example.com" && payload.amount <= 500').waitFor();
  });

  it('76. "exactly" replaces "at most" for the same field', async () => {
    const team = service.team();
    await past(team);
    const { dialog } = await openDialog(team);
    await dialog.getByRole('checkbox', { name: 'amount at most 500' }).check();
    await dialog.getByRole('checkbox', { name: 'amount is 500' }).check();
    const condition = dialog.getByLabel('Condition that a request must meet');
    expect(await condition.inputValue()).toBe('payload.amount == 500');
  });

  it('75. an edited condition must be valid and true for this request', async () => {
    const team = service.team();
    await past(team);
    const { page, dialog } = await openDialog(team);
    const condition = dialog.getByLabel('Condition that a request must meet');
    const grant = dialog.getByRole('button', { name: /^Approve (this|within)/ });
    await condition.fill('payload.amount < 100 &&');
    await dialog.getByText(/^Line 1, column/).waitFor();
    expect(await grant.isDisabled()).toBe(true);
    await condition.fill('risk == "LOW"');
    await dialog.getByText("risk is the agent's own words").waitFor();
    await condition.fill('payload.amount < 100');
    await dialog.getByText('This request does not meet the condition: it is false').waitFor();
    expect(await grant.isDisabled()).toBe(true);

    // With completion, by the keyboard alone.
    await condition.fill('');
    await condition.press('p');
    await dialog.getByRole('option', { name: /payload/ }).waitFor();
    // Escape closes the suggestions, and not the dialog.
    await condition.press('Escape');
    await dialog.getByRole('option').waitFor({ state: 'detached' });
    expect(await dialog.isVisible()).toBe(true);
    await condition.press('Control+Space');
    await dialog.getByRole('option', { name: /payload/ }).waitFor();
    await condition.press('Enter');
    await condition.pressSequentially('.am');
    await dialog.getByRole('option', { name: /amount/ }).waitFor();
    await condition.press('Enter');
    await condition.pressSequentially(' < 1000');
    expect(await condition.inputValue()).toBe('payload.amount < 1000');
    await dialog.getByText('4 of the last 4 requests').waitFor();
    await page.waitForTimeout(LOOK_MS);
    await grant.click();
    await page.getByRole('region', { name: 'Undo' }).getByText('Approved').waitFor();
    expect((await ask(team.agent, 'within', refund(999))).result).toMatchObject({
      autoApproved: true,
    });
    expect((await ask(team.agent, 'beyond', refund(1_000))).result).toBeNull();
  });
});
