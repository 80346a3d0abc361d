import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { comment, requestChanges, revise } from '../../reviews/talk.ts';
import { findingsInEveryLook } from '../../support/axe.ts';
import { approve, ask, decide, eventsOf, readOne } from '../../support/operations.ts';
import { LOOK_MS, reviewerPages } from '../../support/reviewerPages.ts';
import type { TestClient } from '../../support/testClient.ts';
import { testService } from '../../support/testService.ts';
import { actions, decided, live, openReview, outcome, showTree, told } from './support.ts';

const pages = await reviewerPages();
const service = await testService();

// With sorted keys, as its digest is that of its canonical JSON.
const refund = { cents: 12_900, items: [{ sku: 'a/1' }, { sku: 'b' }], to: 'ann' };
const less = { ...refund, cents: 9_900 };
const least = { ...refund, cents: 4_900 };

/** A decision right after another one is taken for the second click of a double click. */
const PAUSE_MS = 700;

const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: true });
const history = (page: Page) => page.locator('.timeline');

describe('83. only what the agent can deal with is offered', () => {
  it('83. without REQUEST_CHANGES and without APPROVE there are no buttons and no keys for them', async () => {
    const { agent, reviewer } = service.team();
    await ask(agent, 'plain');
    await ask(agent, 'narrow', { allowedDecisions: ['REQUEST_CHANGES'] });
    const plain = await openReview(pages, reviewer, 'plain');
    await plain.keyboard.press('q');
    await plain.getByText("The agent can't deal with requests for changes").waitFor();
    expect(await button(plain, 'Request changes…').count()).toBe(0);
    const narrow = await openReview(pages, reviewer, 'narrow');
    for (const name of ['Approve', 'Edit…', 'Note…', 'Approve all future…']) {
      expect(await button(narrow, name).count()).toBe(0);
    }
    for (const key of ['a', 'e', 'n', 'Shift+A']) await narrow.keyboard.press(key);
    await button(narrow, 'Request changes…').waitFor();
    await button(narrow, 'Reject…').waitFor();
    expect((await told(reviewer, 'narrow')).status).toBe('WAITING');
  });
});

describe('an approval with a note', () => {
  it('N opens it, and the note reaches the agent and the history', async () => {
    const { agent, reviewer } = service.team();
    await ask(agent, 'one');
    const page = await openReview(pages, reviewer, 'one');
    await page.keyboard.press('n');
    await page.getByRole('textbox', { name: /^Note to the agent/ }).waitFor();
    await page.keyboard.type('approved for June only'); // with a, r and n in it
    await page.keyboard.press('Control+Enter');
    expect(await decided(reviewer, 'one')).toMatchObject({
      status: 'APPROVED',
      reviewMessage: 'approved for June only',
    });
    await outcome(page, 'approved for June only');
    await history(page).getByText('approved for June only').waitFor();
  });

  it('the note of a vote is shown with it', async () => {
    const { agent, reviewer } = service.team();
    await ask(agent, 'one', { approvalsRequired: [{ count: 2 }] });
    const page = await openReview(pages, reviewer, 'one');
    await button(page, 'Note…').click();
    await page.getByRole('textbox', { name: /^Note to the agent/ }).fill('fine by finance');
    await button(page, 'Approve').click();
    await page.getByRole('region', { name: 'Approvals' }).getByText('fine by finance').waitFor();
    await page.getByText('History', { exact: true }).click();
    await history(page).getByText('fine by finance').waitFor();
    expect((await told(reviewer, 'one')).votes).toMatchObject([{ message: 'fine by finance' }]);
  });
});

describe('84. changes', () => {
  it('84. changes are requested, revised, compared and approved', async () => {
    const { agent, reviewer } = service.team();
    await ask(agent, 'one', { payload: refund, allowedDecisions: actions });
    const page = await openReview(pages, reviewer, 'one');
    await live(page);
    await page.keyboard.press('q');
    await page.getByRole('textbox', { name: /^What should the agent change/ }).waitFor();
    const send = page.getByRole('region', { name: 'Request changes' }).getByRole('button').first();
    expect(await send.isDisabled()).toBe(true);
    await page.keyboard.press('Control+Enter'); // nothing is asked for yet
    await page.keyboard.type('Refund less');
    await page.keyboard.press('Control+Enter');
    expect(await decided(reviewer, 'one')).toMatchObject({
      status: 'CHANGES_REQUESTED',
      reviewMessage: 'Refund less',
    });
    await outcome(page, 'Changes requested');

    const { review } = await revise(agent, 'one', refund, less, 'Without the shipping');
    await page.getByRole('button', { name: 'Show current version' }).click();
    const revised = page.getByRole('region', { name: 'Revision 2' });
    await revised.getByText('Refund less').waitFor();
    await revised.getByText('Without the shipping').waitFor();
    const diff = revised.getByRole('region', { name: 'Changed values' });
    await diff.getByText('12900').waitFor();
    await diff.getByText('9900').waitFor();
    await diff.getByText('1 change').waitFor();
    await page.waitForTimeout(LOOK_MS + PAUSE_MS);
    await page.keyboard.press('a');
    await outcome(page, 'Approved');
    expect(await readOne(reviewer, 'one')).toMatchObject({ status: 'APPROVED', payload: less });
    expect(review.subjectDigest).toBeTruthy();

    // The timeline is one list, with what was said and what changed.
    const lines = await history(page).locator(':scope > li').allInnerTexts();
    expect(lines.map((line) => line.split('\n')[0])).toEqual([
      expect.stringContaining('agent requested approval'),
      expect.stringContaining('reviewer requested changes'),
      expect.stringContaining('agent sent revision 2'),
      expect.stringContaining('reviewer approved'),
    ]);
    expect(lines[1]).toContain('Refund less');
    expect(lines[2]).toContain('Without the shipping');
    await history(page).getByText('What changed since revision 1').click();
    await history(page).getByText('12900').waitFor();
  });

  it('84. comments alone are enough, and go with the decision', async () => {
    const { agent, reviewer } = service.team();
    await ask(agent, 'one', { payload: refund, allowedDecisions: actions });
    const page = await openReview(pages, reviewer, 'one');
    await showTree(page);
    await page.getByRole('button', { name: 'Comment on /items/0/sku' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Comment on /items/0/sku' }).waitFor();
    await page.keyboard.type('This one is not returnable');
    await button(page, 'Send with my decision').click();
    await page.getByText('1 comment goes with your decision.').waitFor();
    expect((await told(reviewer, 'one')).comments).toEqual([]);
    await page.keyboard.press('q');
    await page.keyboard.press('Control+Enter');
    expect(await decided(reviewer, 'one')).toMatchObject({
      status: 'CHANGES_REQUESTED',
      comments: [
        { actor: 'reviewer', text: 'This one is not returnable', pointer: '/items/0/sku' },
      ],
    });
    // The timeline has it too.
    await history(page).getByText('This one is not returnable').waitFor();
  });

  it('84. while a revision arrives, what was typed stays, and the old revision cannot be decided', async () => {
    const { agent, reviewer } = service.team();
    await ask(agent, 'one', { payload: refund, allowedDecisions: actions });
    const page = await openReview(pages, reviewer, 'one');
    await live(page);
    await button(page, 'Request changes…').click();
    await page.getByRole('textbox', { name: /^What should/ }).fill('Please refund less');
    await revise(agent, 'one', refund, less);
    await page.getByText('This review changed while you were looking at it').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.waitForTimeout(200);
    expect((await told(reviewer, 'one')).status).toBe('WAITING');
    await page.getByRole('button', { name: 'Show current version' }).click();
    expect(await page.getByRole('textbox', { name: /^What should/ }).inputValue()).toBe(
      'Please refund less',
    );
  });
});

it('86. a decision on an earlier revision is refused, and the reviewer sees the newest', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'one', { payload: refund, allowedDecisions: actions });
  // The page does not learn about the revision.
  const page = await openReview(pages, reviewer, 'one', {
    before: (opened) => opened.routeWebSocket(/graphql/, (socket) => void socket.close()),
  });
  await revise(agent, 'one', refund, less);
  await page.keyboard.press('a');
  await page.getByText("Your decision wasn't saved.").first().waitFor();
  await page.getByText('This review changed while you were looking at it').waitFor();
  expect((await told(reviewer, 'one')).status).toBe('WAITING');
  await page.getByRole('button', { name: 'Show current version' }).click();
  await page.waitForTimeout(LOOK_MS);
  await page.keyboard.press('a');
  await outcome(page, 'Approved');
  expect(await readOne(reviewer, 'one')).toMatchObject({ payload: less });
});

describe('85. revisions', () => {
  it('85. the page compares with what this browser showed last, and otherwise with the revision before', async () => {
    const { agent, reviewer } = service.team();
    await ask(agent, 'one', { payload: refund, allowedDecisions: actions });
    const page = await openReview(pages, reviewer, 'one');
    await page.goto(`${service.url}/r/none`);
    await page.getByText('Review not found').waitFor();
    await revise(agent, 'one', refund, less, 'first');
    await revise(agent, 'one', less, least, 'second');

    await page.goto(`${service.url}/r/one`);
    const revised = page.getByRole('region', { name: 'Revision 3' });
    await revised.getByText('Changed since you last looked, at revision 1').waitFor();
    await revised.getByText('12900').waitFor();
    await revised.getByText('second').waitFor();
    await page.reload();
    await revised.getByText('Changed since revision 2').waitFor();
    await revised.getByText('9900', { exact: true }).waitFor();

    const other = await openReview(pages, reviewer, 'one');
    await other.getByText('Changed since revision 2').waitFor();
  });

  it('85. the last revision can only be approved or rejected', async () => {
    const { agent, reviewer } = service.team();
    const at = (revision: number) => ({ revision });
    await ask(agent, 'one', { payload: at(1), allowedDecisions: actions });
    for (let revision = 1; revision < 10; revision++) {
      await revise(agent, 'one', at(revision), at(revision + 1));
    }
    const page = await openReview(pages, reviewer, 'one');
    await page.getByText('Revision 10 of at most 10').waitFor();
    expect(await button(page, 'Request changes…').count()).toBe(0);
    await page.keyboard.press('q');
    await page.getByText('Revision 10 of 10 is the last one').waitFor();
    await button(page, 'Approve').waitFor();
  });
});

describe('87. comments', () => {
  it('87. they appear in other browsers at once, and the tree says where they are', async () => {
    const { agent, reviewer, user } = service.team();
    const ben = service.as({ user, actor: 'ben', scopes: ['review:decide'] });
    await ask(agent, 'one', { payload: refund });
    const first = await openReview(pages, reviewer, 'one');
    const second = await openReview(pages, ben, 'one');
    for (const page of [first, second]) {
      await live(page);
      await showTree(page);
    }
    await second.keyboard.press('m');
    await second.keyboard.type('Is this the right customer?');
    await second.keyboard.press('Control+Enter');
    await first.getByText('Is this the right customer?').waitFor();
    await first.locator('.announcer').getByText('1 new comment').waitFor();
    await first.getByRole('button', { name: 'Comment on /to', exact: true }).click();
    await first.getByRole('textbox', { name: 'Comment on /to' }).fill('Yes, I called.');
    await first.keyboard.press('Control+Enter');
    await second.getByText('Yes, I called.').waitFor();
    await second.getByRole('button', { name: 'Comment on /to: 1 comment' }).waitFor();
    // From the comment to its place.
    await second.locator('.comment .pointer', { hasText: '/to' }).click();
    expect(await second.evaluate(() => document.activeElement?.getAttribute('data-pointer'))).toBe(
      '/to',
    );
    await comment(agent, { nodeExecId: 'one', text: 'Noted.' });
    for (const page of [first, second]) await page.getByText('Noted.').waitFor();
    expect((await told(reviewer, 'one')).comments).toEqual([
      { actor: 'ben', text: 'Is this the right customer?', pointer: null, revision: 1 },
      { actor: 'reviewer', text: 'Yes, I called.', pointer: '/to', revision: 1 },
      { actor: 'agent', text: 'Noted.', pointer: null, revision: 1 },
    ]);
  });

  it('87. they also work after the decision, and a comment that fails stays typed', async () => {
    const { agent, reviewer } = service.team();
    await ask(agent, 'one', { payload: { 'a/b': { '~': 1 } } });
    await approve(reviewer, 'one');
    const page = await pages.open(reviewer, { path: '/r/one' });
    await showTree(page);
    await page.getByRole('button', { name: 'Comment on /a~1b/~0' }).click();
    const field = page.getByRole('textbox', { name: 'Comment on /a~1b/~0' });
    await field.fill('x'.repeat(2_001));
    await page.getByText('2001 characters, but at most 2000 are allowed').waitFor();
    await page.route(/graphql/, (route) =>
      route.request().postData()?.includes('mutation AddComment')
        ? route.abort()
        : route.continue(),
    );
    await field.fill('What came of it?');
    await page.keyboard.press('Control+Enter');
    await page.getByText('The connection was lost.').waitFor();
    expect(await field.inputValue()).toBe('What came of it?');
    await page.unroute(/graphql/);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByRole('article').getByText('What came of it?').first().waitFor();
    expect((await told(reviewer, 'one')).comments).toMatchObject([{ pointer: '/a~1b/~0' }]);
  });

  it('87. 500 hostile comments of 2,000 characters do not freeze the page', async () => {
    const { agent, reviewer } = service.team();
    await ask(agent, 'one');
    const hostile = ['а\u202E', '\u200b', 'דוחות/../', '<script>', '\n'];
    for (let at = 0; at < 500; at += 50) {
      await Promise.all(
        Array.from({ length: 50 }, (_, n) => {
          const part = hostile[n % hostile.length] as string;
          const text = `n${at + n} ${part.repeat(Math.floor(1_990 / part.length))}`;
          return comment(agent, { nodeExecId: 'one', text });
        }),
      );
    }
    const { page, tasks } = await longestTasks(reviewer, 'one');
    console.log(`the longest tasks with 500 hostile comments: ${tasks} ms`);
    // About 80 ms on a quiet machine.
    expect(middle(tasks)).toBeLessThan(500);
    const elements = await page.evaluate(() => document.querySelectorAll('*').length);
    expect(elements).toBeLessThan(10_000);

    // Events are read a hundred at a time.
    await page.getByText('History', { exact: true }).click();
    // A comment of the same millisecond as the last event may be there already, or not yet.
    const lines = () => history(page).locator(':scope > li').count();
    await expect.poll(lines).toBeGreaterThan(90);
    expect(await lines()).toBeLessThan(110);
    await page.getByRole('button', { name: 'Show more' }).click();
    await expect.poll(lines).toBeGreaterThan(190);
    expect(await lines()).toBeLessThan(210);
  });
});

/**
 * Opens a review with 500 comments, shows a hundred more and types, and returns the length of the
 * longest task of each step in milliseconds.
 */
async function longestTasks(reviewer: TestClient, nodeExecId: string) {
  const page = await pages.open(reviewer, {
    path: `/r/${nodeExecId}`,
    before: (opened) =>
      opened.addInitScript(() => {
        const tasks: PerformanceEntry[] = [];
        Reflect.set(globalThis, 'tasks', tasks);
        new PerformanceObserver((list) => tasks.push(...list.getEntries())).observe({
          type: 'longtask',
        });
      }),
  });
  await page.getByText('500 comments').waitFor();
  const longestOf = async (act: () => Promise<unknown>): Promise<number> => {
    const start = await page.evaluate(() => performance.now());
    await act();
    await page.waitForTimeout(300);
    return page.evaluate((from) => {
      const tasks = Reflect.get(globalThis, 'tasks') as PerformanceEntry[];
      return Math.max(0, ...tasks.filter((t) => t.startTime >= from).map((t) => t.duration));
    }, start);
  };
  const field = page.getByRole('textbox', { name: 'Comment', exact: true });
  const tasks: number[] = [];
  for (const left of [480, 460, 440, 420, 400]) {
    const more = page.getByRole('button', { name: `Show 20 earlier comments of ${left}` });
    tasks.push(await longestOf(() => more.click()));
    tasks.push(await longestOf(() => field.pressSequentially('quick')));
  }
  return { page, tasks };
}

/** Of ten steps the seventh: other programs on the machine may stop some of them. */
const middle = (tasks: number[]): number =>
  tasks.toSorted((one, other) => one - other)[6] as number;

it('the timeline tells claims, votes, comments and the report in order, and is open once it is over', async () => {
  const { agent, reviewer, user } = service.team();
  const ben = service.as({ user, actor: 'ben', scopes: ['review:decide'] });
  await ask(agent, 'one', { payload: refund, approvalsRequired: [{ count: 2 }] });
  await comment(ben, { nodeExecId: 'one', text: 'Looks right', pointer: '/cents' });
  const subjectDigest = (await readOne(reviewer, 'one')).subjectDigest;
  const vote = { nodeExecId: 'one', decision: 'APPROVE', subjectDigest };
  await decide(ben, [{ ...vote, message: 'ok for me' }]);
  await decide(reviewer, [{ ...vote, message: 'me too' }]);
  await agent.query(
    'mutation ($input: ConsumeReviewInput!) { consumeReview(input: $input) { __typename } }',
    {
      input: { nodeExecId: 'one', payloadDigest: (await payloadDigestOf(reviewer)).payloadDigest },
    },
  );
  await agent.query(
    'mutation ($input: ReportOutcomeInput!) { reportOutcome(input: $input) { __typename } }',
    { input: { nodeExecId: 'one', outcome: 'EXECUTED', detail: 'refund re_42' } },
  );
  const page = await pages.open(reviewer, { path: '/r/one' });
  await history(page).getByText('reported the result').waitFor();
  const lines = await history(page).locator(':scope > li').allInnerTexts();
  const expected = [
    /agent requested approval/,
    /ben[\s\S]*\/cents[\s\S]*Looks right/,
    /ben approved; more approvals are required[\s\S]*ok for me/,
    /reviewer approved[\s\S]*me too/,
    /agent picked up the decision/,
    /agent reported the result: executed[\s\S]*refund re_42/,
  ];
  expect(lines).toHaveLength(expected.length);
  for (const [at, line] of expected.entries()) expect(lines[at]).toMatch(line);
  expect(await eventsOf(reviewer, 'one')).toHaveLength(6);
});

async function payloadDigestOf(client: Parameters<typeof readOne>[0]) {
  const { reviews } = await client.query<{ reviews: { payloadDigest: string }[] }>(
    '{ reviews(nodeExecIds: ["one"]) { payloadDigest } }',
  );
  return reviews[0] as { payloadDigest: string };
}

it('comments, revisions and panels are accessible in every look', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'one', { payload: refund, allowedDecisions: actions });
  await comment(agent, { nodeExecId: 'one', text: 'About the first', pointer: '/items/0' });
  await requestChanges(reviewer, 'one', {
    subjectDigest: (await readOne(reviewer, 'one')).subjectDigest,
  });
  await revise(agent, 'one', refund, less, 'Less now');
  await comment(reviewer, { nodeExecId: 'one', text: 'Better', pointer: '/cents' });
  const page = await openReview(pages, reviewer, 'one');
  await page.getByText('Better').waitFor();
  await page.getByText('History', { exact: true }).click();
  await history(page).getByText('sent revision 2').waitFor();
  await showTree(page);
  await page.getByRole('button', { name: 'Comment on /to', exact: true }).click();
  await page.keyboard.type('Draft');
  await button(page, 'Send with my decision').click();
  expect(await findingsInEveryLook(page)).toEqual([]);
  await page.getByRole('button', { name: 'Request changes…' }).click();
  expect(await findingsInEveryLook(page)).toEqual([]);
}, 60_000);
