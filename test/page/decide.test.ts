import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ask, autoApprovals, eventsOf, type Review, readOne } from '../support/operations.ts';
import { LOOK_AT_NEXT_MS, LOOK_MS, reviewerPages } from '../support/reviewerPages.ts';
import { type Team, testService } from '../support/testService.ts';

const pages = await reviewerPages();
const service = await testService();

async function open(team: Team, id: string, more = {}): Promise<Page> {
  await ask(team.agent, id, more);
  const page = await pages.open(team.reviewer, { path: `/r/${id}` });
  await page.getByRole('button', { name: 'Approve', exact: true }).waitFor();
  await page.waitForTimeout(LOOK_MS);
  return page;
}

const settled = async (team: Team, id: string): Promise<Review> => {
  await expect.poll(async () => (await readOne(team.reviewer, id)).status).not.toBe('WAITING');
  return readOne(team.reviewer, id);
};

describe('with the mouse', () => {
  it('an approval takes one step', async () => {
    const team = service.team();
    const page = await open(team, 'one');
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByRole('region', { name: 'Outcome' }).getByText('Approved').waitFor();
    expect(await settled(team, 'one')).toMatchObject({
      status: 'APPROVED',
      decidedBy: 'reviewer',
      wasEdited: false,
    });
    expect(await page.getByRole('button', { name: 'Approve', exact: true }).count()).toBe(0);
  });

  it('a rejection takes a reason and a second step', async () => {
    const team = service.team();
    const page = await open(team, 'one');
    await page.getByRole('button', { name: 'Reject…' }).click();
    expect((await readOne(team.reviewer, 'one')).status).toBe('WAITING');
    await page.getByRole('textbox', { name: /^Why/ }).fill('The wrong list');
    await page.getByRole('button', { name: 'Reject', exact: true }).click();
    await page.getByText('The wrong list').first().waitFor();
    expect(await settled(team, 'one')).toMatchObject({
      status: 'REJECTED',
      reviewMessage: 'The wrong list',
    });
  });

  it('the changes of an edit are shown before it is sent', async () => {
    const team = service.team();
    const payload = { to: 'everybody@example.com', retries: 3, '10': 'x', '9': 'y' };
    const page = await open(team, 'one', { payload });
    await page.getByRole('button', { name: 'Edit…' }).click();
    const difference = page.getByRole('button', { name: 'Review changes' });
    expect(await difference.isDisabled()).toBe(true);
    await page
      .locator('.panel')
      .getByLabel('to', { exact: false })
      .first()
      .fill('testers@example.com');
    await difference.click();
    const diff = page.getByRole('region', { name: 'Changed values' });
    await diff.getByText('everybody@example.com').first().waitFor();
    await diff.getByText('testers@example.com').first().waitFor();
    expect((await readOne(team.reviewer, 'one')).status).toBe('WAITING');
    await page.getByRole('button', { name: 'Approve with this edit' }).click();
    const review = await settled(team, 'one');
    expect(review).toMatchObject({
      status: 'APPROVED',
      wasEdited: true,
      payload: { ...payload, to: 'testers@example.com' },
      originalPayload: payload,
    });
  });

  it('a review that cannot be edited says so', async () => {
    const team = service.team();
    const page = await open(team, 'one', { editable: false });
    expect(await page.getByRole('button', { name: 'Not editable' }).isDisabled()).toBe(true);
    await page.keyboard.press('e');
    await page.getByText('Editing is disabled by the agent').waitFor();
  });

  it('a standing approval says what it covers, is listed, and can be revoked', async () => {
    const team = service.team();
    const page = await open(team, 'one', { nodeId: 'send-mail', graphExecId: 'run-7' });
    await page.getByRole('button', { name: 'Approve all future…' }).click();
    const dialog = page.getByRole('dialog', {
      name: 'Approve this and future requests for this step',
    });
    const text = await dialog.textContent();
    for (const part of ['send-mail', 'run-7', 'without asking anybody', 'Standing approvals']) {
      expect(text).toContain(part);
    }
    // Still holding the key that opened the dialog presses nothing in it.
    await page.evaluate(() => {
      const held = { key: 'Enter', code: 'Enter', repeat: true, bubbles: true, cancelable: true };
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', held));
    });
    expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe('BUTTON');
    await dialog.getByRole('button', { name: 'Approve this and the next 10' }).click();
    await settled(team, 'one');
    expect(await autoApprovals(team.reviewer, 'run-7')).toMatchObject([
      { nodeId: 'send-mail', active: true, createdBy: 'reviewer' },
    ]);
    expect(
      (await ask(team.agent, 'two', { nodeId: 'send-mail', graphExecId: 'run-7' })).result,
    ).toMatchObject({ autoApproved: true });

    await page.getByText('This run', { exact: true }).click();
    await page.getByRole('button', { name: 'Revoke send-mail' }).click();
    await page.getByText('None', { exact: true }).waitFor();
    expect((await autoApprovals(team.reviewer, 'run-7'))[0]?.active).toBe(false);
    expect(
      (await ask(team.agent, 'three', { nodeId: 'send-mail', graphExecId: 'run-7' })).result,
    ).toBeNull();
  });

  it('stopping a run says how many reviews will be rejected', async () => {
    const team = service.team();
    for (const id of ['two', 'three']) await ask(team.agent, id, { graphExecId: 'run' });
    const page = await open(team, 'one', { graphExecId: 'run' });
    await page.getByText('This run', { exact: true }).click();
    await page.getByRole('button', { name: 'Stop this run…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Stop this run' });
    await dialog.getByText('3 pending reviews will be rejected').waitFor();
    await dialog.getByRole('button', { name: 'Stop and reject 3 reviews' }).click();
    await page.getByRole('region', { name: 'Outcome' }).getByText('Cancelled').waitFor();
    for (const id of ['one', 'two', 'three']) {
      expect(await readOne(team.reviewer, id)).toMatchObject({
        status: 'REJECTED',
        decisionSource: 'CANCELLATION',
      });
    }
  });
});

describe('with the keyboard alone', () => {
  it('every decision can be made, and the next review opens: j, a, r, e, x', async () => {
    const team = service.team();
    for (const id of ['four', 'three', 'two', 'one']) {
      await ask(team.agent, id, { nodeId: `step-${id}`, payload: { text: 'old' } });
    }
    const page = await pages.open(team.reviewer);
    await page.locator('[data-row="one"]').waitFor();
    const heading = (id: string) => page.getByRole('heading', { name: `step-${id}` }).waitFor();
    const lookAtNext = async (id: string) => {
      await heading(id);
      await page.waitForTimeout(LOOK_AT_NEXT_MS);
    };

    await page.keyboard.press('j');
    await heading('one');
    await page.waitForTimeout(LOOK_MS);
    await page.keyboard.press('a');
    expect(await settled(team, 'one')).toMatchObject({ status: 'APPROVED' });
    await lookAtNext('two');

    await page.keyboard.press('r');
    await page.keyboard.type('no, just rather not'); // with j, a and r in it
    await page.keyboard.press('Control+Enter');
    expect(await settled(team, 'two')).toMatchObject({
      status: 'REJECTED',
      reviewMessage: 'no, just rather not',
    });
    await lookAtNext('three');

    await page.keyboard.press('e');
    const field = page.locator('.panel').getByLabel('text', { exact: false }).first();
    await field.waitFor();
    for (let tab = 0; tab < 12; tab++) {
      if (await field.evaluate((element) => element === document.activeElement)) break;
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Control+a');
    await page.keyboard.type('new');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('button', { name: 'Approve with this edit' }).waitFor();
    await page.keyboard.press('Control+Enter');
    expect(await settled(team, 'three')).toMatchObject({
      status: 'APPROVED',
      payload: { text: 'new' },
    });
    await heading('four');
    await page.keyboard.press('x');
    await page.getByText('1 review selected').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('a'); // not while a dialog is open
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect((await readOne(team.reviewer, 'four')).status).toBe('WAITING');
  });

  it('Escape closes a panel and keeps the draft, also when moving to another review and back', async () => {
    const team = service.team();
    await ask(team.agent, 'other');
    const page = await open(team, 'one');
    await page.keyboard.press('r');
    await page.keyboard.type('because');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Approve', exact: true }).waitFor();
    await page.keyboard.press('j');
    await expect.poll(() => page.url()).toContain('/r/other');
    await page.keyboard.press('k');
    await expect.poll(() => page.url()).toContain('/r/one');
    await page.keyboard.press('r');
    await expect
      .poll(() => page.getByRole('textbox', { name: /^Why/ }).inputValue())
      .toBe('because');
  });

  it('unfinished JSON survives Escape, and can be reset to the original', async () => {
    const team = service.team();
    const page = await open(team, 'one', { payload: { text: 'old' } });
    await page.keyboard.press('e');
    await page.getByRole('button', { name: 'JSON', exact: true }).click();
    const code = page.locator('.cm-content');
    await code.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('{ "text": "half');
    await page.getByText('Invalid JSON').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Approve without your edit' }).waitFor();
    await page.keyboard.press('e');
    await expect.poll(() => code.textContent()).toContain('"half');
    await page.getByRole('button', { name: 'Reset to original' }).click();
    await page.getByText('No changes yet').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Approve', exact: true }).waitFor();
  });

  it('every control can be reached with Tab and shows its focus', async () => {
    const team = service.team();
    await ask(team.agent, 'other');
    const page = await open(team, 'one', { payload: { text: 'old', list: [1, 2] } });
    await page.getByText('This run', { exact: true }).click();
    await page.getByText('History', { exact: true }).click();
    await page.getByText('agent requested approval').waitFor();
    const controls = await page.evaluate(() => {
      const all = document.querySelectorAll<HTMLElement>(
        'a[href], button, input, select, textarea, summary, [role="button"], [role="tab"]',
      );
      const wanted = [...all].filter(
        (control) =>
          control.tabIndex >= 0 && !control.matches(':disabled') && control.checkVisibility(),
      );
      for (const [at, control] of wanted.entries()) control.dataset['control'] = String(at);
      (document.activeElement as HTMLElement | null)?.blur();
      return wanted.length;
    });
    expect(controls).toBeGreaterThan(15);
    const reached = new Set<string>();
    for (let press = 0; press < 2 * controls + 10; press++) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate(() => {
        const focused = document.activeElement as HTMLElement | null;
        return focused?.matches(':focus-visible') ? focused.dataset['control'] : undefined;
      });
      if (at !== undefined) reached.add(at);
    }
    const missed = await page.evaluate(
      (found) =>
        [...document.querySelectorAll<HTMLElement>('[data-control]')]
          .filter(({ dataset }) => !found.includes(dataset['control'] ?? ''))
          .map(({ outerHTML }) => outerHTML.slice(0, 120)),
      [...reached],
    );
    expect(missed).toEqual([]);
  });

  it('the focus moves to the review after a decision', async () => {
    const team = service.team();
    const page = await open(team, 'one', { nodeId: 'step-one' });
    await page.getByRole('button', { name: 'Approve', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Outcome' }).waitFor();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.textContent))
      .toBe('step-one');
  });
});

it('the history and the other reviews of the run are one click away, and one click copies an id', async () => {
  const team = service.team();
  await ask(team.agent, 'sister', { nodeId: 'sister-step', graphExecId: 'run' });
  await ask(team.agent, 'one', { graphExecId: 'run' });
  const page = await pages.open(team.reviewer, {
    path: '/r/one',
    context: { permissions: ['clipboard-read', 'clipboard-write'] },
  });
  await page.getByText('History', { exact: true }).click();
  await page.getByText('agent requested approval').waitFor();
  expect(await eventsOf(team.reviewer, 'one')).toHaveLength(1);
  await page.getByText('This run', { exact: true }).click();
  await page.getByRole('link', { name: 'sister-step' }).last().click();
  await page.getByRole('heading', { name: 'sister-step' }).waitFor();
  await page.locator('.review-details summary').click();
  await page.getByRole('button', { name: 'Copy review ID sister' }).click();
  await page.getByText('Copied the review ID').waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('sister');
});

it('a payload reaches the agent exactly, with its key order and every digit', async () => {
  const team = service.team();
  const variables = (payload: string) =>
    `{"input":{"nodeExecId":"exact","graphExecId":"exec","graphId":"g","graphVersion":1,"payload":${payload}}}`;
  await team.agent.raw(
    'mutation ($input: RequestReviewInput!) { requestReview(input: $input) { __typename } }',
    variables('{"b":1.50,"10":"x","9":[1e2],"text":"old"}'),
  );
  const page = await pages.open(team.reviewer, { path: '/r/exact' });
  await page.getByRole('button', { name: 'Edit…' }).click();
  await page.locator('.panel').getByLabel('text', { exact: false }).last().fill('new');
  await page.getByRole('button', { name: 'Review changes' }).click();
  await page.getByRole('button', { name: 'Approve with this edit' }).click();
  await settled(team, 'exact');
  const { text } = await team.reviewer.raw(
    'query ($ids: [ID!]!) { reviews(nodeExecIds: $ids) { payload } }',
    '{"ids":["exact"]}',
  );
  expect(text).toContain('{"b":1.50,"10":"x","9":[1e2],"text":"new"}');
});
