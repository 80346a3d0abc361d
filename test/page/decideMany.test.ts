import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { seriousFindings } from '../support/axe.ts';
import { approve, ask, deleteReview, read, readOne } from '../support/operations.ts';
import { reviewerPages } from '../support/reviewerPages.ts';
import { type Team, testService } from '../support/testService.ts';

const pages = await reviewerPages();
const service = await testService();

const select = (page: Page, id: string) =>
  page.locator('.row', { has: page.locator(`[data-row="${id}"]`) }).getByRole('checkbox');

async function statuses(team: Team, ids: string[]): Promise<string[]> {
  return (await read(team.reviewer, ids)).map(({ status }) => status);
}

it('several reviews are approved together as a compact table, each in full on demand', async () => {
  const team = service.team();
  const ids = ['one', 'two', 'three'];
  for (const id of ids) await ask(team.agent, id, { payload: { file: `${id}.txt` } });
  const page = await pages.open(team.reviewer);
  for (const id of ['one', 'three']) await select(page, id).check();
  await page.getByRole('button', { name: 'Approve…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Approve 2 reviews together' });
  for (const id of ['one', 'three']) await dialog.getByText(`file: ${id}.txt`).waitFor();
  expect(await dialog.getByText('two.txt').count()).toBe(0);
  expect(await dialog.getByRole('row').count()).toBe(3);
  expect(await seriousFindings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Show all in full' }).click();
  for (const id of ['one', 'three']) await dialog.getByText(`"${id}.txt"`).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Close all' }).click();
  await dialog.getByRole('button', { name: 'Approve 2 reviews' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect(await statuses(team, ids)).toEqual(['APPROVED', 'WAITING', 'APPROVED']);
  await page.getByRole('region', { name: 'Selected reviews' }).waitFor({ state: 'hidden' });
});

it('everything that an approval covers is shown for each review', async () => {
  const team = service.team();
  await ask(team.agent, 'one', {
    nodeId: 'send-mail',
    graphId: 'newsletter',
    graphVersion: 7,
    graphExecId: 'run-of-one',
    consumers: ['mail-robot'],
    editable: false,
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    instructions: 'Please **check** the list',
    payload: {
      approval_type: 'python_executor',
      code: 'send()',
      execution_mode: 'live',
      safety_concerns: ['Sends mail'],
    },
  });
  const page = await pages.open(team.reviewer);
  await select(page, 'one').check();
  await page.getByRole('button', { name: 'Approve…' }).click();
  await page.getByRole('button', { name: 'Show send-mail in full' }).click();
  const item = page.getByRole('dialog').getByRole('region', { name: 'send-mail by agent' });
  await item.getByText('1 safety concern').waitFor();
  // biome-ignore lint/performance/useDomNodeTextContent: textContent joins the words of neighbors.
  const text = await item.innerText();
  for (const fact of [
    /agent asked \d+s ago/,
    /expires in \d+ min, then it counts as rejected/,
    /Editable\s+no/,
    /newsletter v7/,
    /run-of-one/,
    /agent, mail-robot/,
    /\bone\b/,
    /Sends mail/,
  ]) {
    expect(text).toMatch(fact);
  }
});

it('reviews that the reviewer requested are skipped, with the reason', async () => {
  const team = service.team();
  const ann = service.as({ user: team.user, actor: 'ann' });
  await ask(team.agent, 'other', { nodeId: 'step-other' });
  await ask(ann, 'own', { nodeId: 'step-own' });
  const page = await pages.open(ann);
  await page.getByRole('button', { name: 'All 2' }).click();
  for (const id of ['own', 'other']) await select(page, id).check();
  await page.getByRole('button', { name: 'Approve…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Approve 1 review together' });
  await dialog.getByText('You requested this, so somebody else must decide.').waitFor();
  await dialog.getByRole('button', { name: 'Approve 1 review' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect(await statuses(team, ['own', 'other'])).toEqual(['WAITING', 'APPROVED']);
});

it('88. a review of high risk is not approved together with others, nor for all future requests', async () => {
  const team = service.team();
  await ask(team.agent, 'risky', { risk: 'HIGH' });
  for (const id of ['one', 'two']) await ask(team.agent, id);
  const page = await pages.open(team.reviewer);
  for (const id of ['risky', 'one', 'two']) await select(page, id).check();
  await page.getByRole('button', { name: 'Approve…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Approve 2 reviews together' });
  await dialog.getByText('has a high risk: approve it on its own.').waitFor();
  await dialog.getByRole('button', { name: 'Approve 2 reviews' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect(await statuses(team, ['risky', 'one', 'two'])).toEqual([
    'WAITING',
    'APPROVED',
    'APPROVED',
  ]);
  const alone = await pages.open(team.reviewer, { path: '/r/risky' });
  await alone.getByRole('button', { name: 'Reject…' }).waitFor();
  expect(await alone.getByRole('button', { name: /Approve all future/ }).count()).toBe(0);
});

it('a row that hides something misleading must be opened before an approval, not before a rejection', async () => {
  const team = service.team();
  await ask(team.agent, 'plain');
  await ask(team.agent, 'fake', {
    nodeId: 'pay',
    payload: { a: 1, b: 2, c: 3, deep: { host: 'аррӏе.com' } },
  });
  const page = await pages.open(team.reviewer);
  for (const id of ['plain', 'fake']) await select(page, id).check();
  await page.getByRole('button', { name: 'Approve…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Approve 2 reviews together' });
  const send = dialog.getByRole('button', { name: 'Approve 2 reviews' });
  await dialog.getByText('A folded part contains').waitFor();
  expect(await send.isDisabled()).toBe(true);
  await dialog.getByRole('button', { name: 'Go to it' }).click();
  await page.keyboard.press('Enter');
  await dialog.getByRole('region', { name: 'pay by agent' }).waitFor();
  await page.keyboard.press('Enter');
  await expect.poll(() => send.isEnabled()).toBe(true);
  await send.click();
  await dialog.waitFor({ state: 'hidden' });
  expect(await statuses(team, ['plain', 'fake'])).toEqual(['APPROVED', 'APPROVED']);
});

it('a row says how much of a payload it does not show', async () => {
  const team = service.team();
  await ask(team.agent, 'wide', {
    payload: { amount: 5, to: ['ann', 'eve'], path: 'a', command: 'rm -rf /', more: [1, { a: 2 }] },
  });
  const page = await pages.open(team.reviewer);
  await select(page, 'wide').check();
  await page.getByRole('button', { name: 'Approve…' }).click();
  const row = page.getByRole('dialog').getByRole('row', { name: 'to: ann +1' });
  await row.getByText('+ 3 more values').waitFor();
});

it('several reviews are rejected with one reason', async () => {
  const team = service.team();
  for (const id of ['one', 'two']) await ask(team.agent, id);
  const page = await pages.open(team.reviewer);
  for (const id of ['one', 'two']) await select(page, id).check();
  await page.getByRole('button', { name: 'Reject…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('Office is closed');
  await dialog.getByRole('button', { name: 'Reject 2 reviews' }).click();
  await dialog.waitFor({ state: 'hidden' });
  for (const id of ['one', 'two']) {
    expect(await readOne(team.reviewer, id)).toMatchObject({
      status: 'REJECTED',
      reviewMessage: 'Office is closed',
    });
  }
});

it('a conflict names the review that caused it, and nothing is decided', async () => {
  const team = service.team();
  const ben = service.as({ user: team.user, actor: 'ben', scopes: ['review:decide'] });
  for (const id of ['one', 'two']) await ask(team.agent, id);
  const page = await pages.open(team.reviewer, {
    // The page is disconnected, so it does not know what ben does.
    before: (opened) => opened.routeWebSocket(/graphql/, (socket) => void socket.close()),
  });
  for (const id of ['one', 'two']) await select(page, id).check();
  await page.getByRole('button', { name: 'Reject…' }).click();
  const dialog = page.getByRole('dialog');
  const send = dialog.getByRole('button', { name: 'Reject 2 reviews' });
  await expect.poll(() => send.isEnabled()).toBe(true);
  await approve(ben, 'two');
  await send.click();
  const alert = dialog.getByRole('alert');
  await alert.getByText('two: Approved by ben').waitFor();
  expect(await alert.textContent()).toContain('Nothing was decided');
  expect(await statuses(team, ['one', 'two'])).toEqual(['WAITING', 'APPROVED']);
  await dialog.getByRole('button', { name: 'Reject 1 review' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect(await statuses(team, ['one', 'two'])).toEqual(['REJECTED', 'APPROVED']);
});

it('a review that was withdrawn and requested again with the same payload for another purpose is skipped', async () => {
  const team = service.team();
  for (const id of ['one', 'two']) await ask(team.agent, id, { instructions: 'On staging' });
  const page = await pages.open(team.reviewer);
  for (const id of ['one', 'two']) await select(page, id).check();
  await page.getByRole('button', { name: 'Approve…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Approve 2 reviews' }).waitFor();
  await deleteReview(team.agent, 'one');
  await ask(team.agent, 'one', { instructions: 'In production', graphExecId: 'other' });
  await dialog.getByText('changed while you were looking').waitFor();
  await dialog.getByRole('button', { name: 'Approve 1 review' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect(await statuses(team, ['one', 'two'])).toEqual(['WAITING', 'APPROVED']);
});

it('only reviews that were on the screen can be decided', async () => {
  const team = service.team();
  const ids = Array.from({ length: 40 }, (_, at) => `review-${at}`);
  for (const id of ids) {
    await ask(team.agent, id, {
      payload: { id, lines: Array.from({ length: 12 }, (_, at) => at) },
    });
  }
  const page = await pages.open(team.reviewer);
  const newest = ids.slice(-3);
  for (const id of newest) await select(page, id).check();
  await page.locator('.list-scroller').evaluate((list) => list.scrollTo(0, list.scrollHeight));
  await page.getByText('3 reviews selected').waitFor();
  await page.getByText(', 3 not visible').waitFor();

  await page.getByRole('button', { name: 'Approve…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Approve 3 reviews together' });
  await dialog.getByRole('button', { name: 'Show all in full' }).click();
  const send = dialog.getByRole('button', { name: 'Approve 3 reviews' });
  await dialog.getByText('Scroll to the end to continue').waitFor();
  expect(await send.isDisabled()).toBe(true);
  await dialog.getByRole('region', { name: 'Reviews to approve' }).focus();
  await page.keyboard.press('End');
  await expect.poll(() => send.isEnabled()).toBe(true);
  await send.click();
  await dialog.waitFor({ state: 'hidden' });
  const after = await statuses(team, ids);
  expect(after.filter((status) => status === 'APPROVED')).toHaveLength(3);
  expect(after.slice(-3)).toEqual(['APPROVED', 'APPROVED', 'APPROVED']);
});

it('a review that somebody else decides is deselected, and hidden selected reviews are counted', async () => {
  const team = service.team();
  const ben = service.as({ user: team.user, actor: 'ben', scopes: ['review:decide'] });
  for (const id of ['one', 'two', 'three']) await ask(team.agent, id, { nodeId: `step-${id}` });
  const page = await pages.open(team.reviewer);
  await page.getByText('Live', { exact: true }).waitFor();
  for (const id of ['one', 'two', 'three']) await select(page, id).check();
  await approve(ben, 'two');
  await page.getByText('2 reviews selected').waitFor();
  await page.getByLabel(/^Filter/).fill('step-one');
  await page.getByText(', 1 not visible').waitFor();
});

it('content that grows after its end was visible has to be scrolled through', async () => {
  const team = service.team();
  // The instructions of a plan are folded until the page knows that they are not its own text.
  await ask(team.agent, 'one', {
    payload: { approval_type: 'orchestrator_plan', steps: [{ objective: 'Look' }] },
    instructions: Array.from({ length: 60 }, (_, line) => `Line ${line}\n`).join('\n'),
  });
  const page = await pages.open(team.reviewer);
  await select(page, 'one').check();
  await page.getByRole('button', { name: 'Approve…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Approve 1 review together' });
  await dialog.getByRole('button', { name: 'Show one in full' }).click();
  await dialog.getByText('Line 59').waitFor();
  await dialog.getByText('Scroll to the end to continue').waitFor();
  const approveIt = dialog.getByRole('button', { name: 'Approve 1 review' });
  expect(await approveIt.isDisabled()).toBe(true);
  await dialog.getByText('Raw JSON').scrollIntoViewIfNeeded();
  await dialog
    .locator('.bulk-list')
    .evaluate((list: Element) => list.scrollTo(0, list.scrollHeight));
  await approveIt.click();
  await dialog.waitFor({ state: 'hidden' });
});
