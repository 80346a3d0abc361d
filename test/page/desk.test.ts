import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { seriousFindings } from '../support/axe.ts';
import { approve, ask, decide, deleteReview, readOne, reject, run } from '../support/operations.ts';
import { LOOK_MS, reviewerPages } from '../support/reviewerPages.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';

const pages = await reviewerPages();
const service = await testService();

const laptop = { width: 1440, height: 900 };
const phone = { width: 390, height: 844, context: { hasTouch: true, isMobile: true } };
const head = (page: Page) => page.locator('.review-head');
const rowOf = (page: Page, id: string) => page.locator(`[data-row="${id}"]`);
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

const refund = {
  nodeId: 'refund',
  graphId: 'refunds',
  headline: 'Refund 1,299.00 EUR to Ann Miller',
  risk: 'HIGH',
  reversible: false,
  tags: ['money'],
  links: [
    { title: 'The order', url: 'https://shop.example/orders/4711' },
    { title: 'bank.example', url: 'https://evil.example/bank.example' },
  ],
  instructions: 'The parcel arrived broken.',
  payload: { order_id: 'ord_4711', amount: 129900, recipient: 'ann@example.com' },
};
const question = {
  kind: 'QUESTION',
  headline: 'Which account pays?',
  payload: { customer: 'c-9' },
  answerSchema: { enum: ['main', 'escrow'] },
};

/** Until past reviews can be found: that takes up to a second. */
const found = (client: TestClient, nodeId: string, count: number) =>
  expect
    .poll(
      async () => {
        const data = await client.query<{ searchReviews: { totalCount: number } }>(
          'query ($nodeId: ID!) { searchReviews(search: { nodeId: $nodeId }) { totalCount } }',
          { nodeId },
        );
        return data.searchReviews.totalCount;
      },
      { timeout: 8_000 },
    )
    .toBe(count);

describe('the head of a review', () => {
  it('88. tells everything in its order without scrolling, and the payload starts high', async () => {
    const { agent, reviewer } = service.team();
    for (const id of ['old-1', 'old-2', 'old-3', 'old-4']) {
      await ask(agent, id, { ...refund, headline: `Refund ${id}` });
    }
    for (const id of ['old-1', 'old-2', 'old-3']) await approve(reviewer, id);
    await reject(reviewer, 'old-4', { message: 'Not ours' });
    await ask(agent, 'other-step', { ...refund, nodeId: 'pay' });
    await ask(agent, 'one', { ...refund, expiresAt: inMinutes(12.5), consumers: ['payer'] });
    await found(reviewer, 'refund', 5);
    const page = await pages.open(reviewer, { ...laptop, path: '/r/one' });
    const before = head(page).getByText('4 before in 30 days: 3 approved, 1 rejected');
    await before.waitFor();
    const texts = [
      'Refund 1,299.00 EUR to Ann Miller',
      'High risk',
      "Can't be undone",
      'agent',
      'asked',
      'expires in 12 min',
      'then it counts as rejected',
      '4 before in 30 days',
      'nobody checked them',
      '(shop.example',
      '(evil.example',
      'Step refund',
      'Workflow refunds v1',
      '1 other agent may use the approval',
    ];
    // biome-ignore lint/performance/useDomNodeTextContent: textContent joins the words of neighbors.
    const shown = (await head(page).innerText()).replaceAll(/\s+/g, ' ');
    const places = texts.map((text) => shown.indexOf(text));
    expect(texts.filter((_text, at) => places[at] === -1)).toEqual([]);
    expect(places).toEqual([...places].sort((one, other) => one - other));
    const box = async (name: string) =>
      (await page.getByRole('region', { name, exact: true }).boundingBox()) ?? { y: 1e9 };
    expect((await box('Payload')).y).toBeLessThan(320);
    expect(await page.locator('.review-body').evaluate((body) => body.scrollTop)).toBe(0);

    await before.click();
    const latest = head(page).getByRole('listitem');
    await expect.poll(() => latest.count()).toBe(4);
    expect(await latest.first().textContent()).toMatch(
      /^Refund old-4 Rejected by reviewer: Not ours, requested/,
    );
    await page.locator('.review-details summary').click();
    await page.getByText('agent, payer').waitFor();
    await page.getByRole('button', { name: 'Copy run ID exec' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await latest.first().getByRole('link').click();
    await page.getByRole('heading', { name: 'Refund old-4' }).waitFor();
  });

  it('81. a question says that it is one, and that nobody answering counts as a rejection', async () => {
    const { agent, reviewer } = service.team();
    await ask(agent, 'q', { ...question, expiresAt: inMinutes(5.5) });
    const page = await pages.open(reviewer, { path: '/r/q' });
    await head(page).getByText('Question', { exact: true }).waitFor();
    await head(page).getByText('asked this').waitFor();
    await head(page).getByText('then it counts as rejected: no answer').waitFor();
    await rowOf(page, 'q').getByText('Question', { exact: true }).waitFor();
    await head(page).getByText('Not asked before in 30 days').waitFor();
  });

  it('an expiry truly counts as a rejection for the agent', async () => {
    const { agent, reviewer } = service.team();
    const expiresAt = new Date(Date.now() + 1_500).toISOString();
    await ask(agent, 'soon', { ...refund, expiresAt });
    await expect
      .poll(async () => (await readOne(reviewer, 'soon')).status, { timeout: 8_000 })
      .toBe('REJECTED');
    const { state, result } = await ask(agent, 'soon', { ...refund, expiresAt });
    expect({ state, message: result?.message }).toEqual({
      state: 'REJECTED',
      message: 'Nobody decided in time',
    });
  });

  it('lookalikes in the folded details must be seen before an approval', async () => {
    const { agent, reviewer } = service.team();
    await ask(agent, 'one', { ...refund, tags: ['pаyments'] });
    const page = await pages.open(reviewer, { path: '/r/one' });
    await page.getByRole('button', { name: 'Approve', exact: true }).waitFor();
    await page.waitForTimeout(LOOK_MS);
    await page.keyboard.press('a');
    await page.getByRole('status').getByText('A folded part contains').waitFor();
    expect((await readOne(reviewer, 'one')).status).toBe('WAITING');
    await page.waitForTimeout(LOOK_MS);
    await page.keyboard.press('a');
    await page.getByRole('region', { name: 'Outcome' }).getByText('Approved').waitFor();
  });

  it('88. a link that is no web address is no link', async () => {
    const { agent, reviewer, user } = service.team();
    await ask(agent, 'one', refund);
    const url = `${service.url}/r/other`;
    await service.sql(
      `UPDATE "PendingReview" SET "links" = $2::jsonb WHERE "userId" = $1 AND "nodeExecId" = 'one'`,
      [user, JSON.stringify([{ title: 'Go', url }])],
    );
    const page = await pages.open(reviewer, { path: '/r/one' });
    await head(page).getByText(`Go (${url})`).waitFor();
    expect(await head(page).getByRole('link').count()).toBe(0);
  });
});

describe('rows', () => {
  it('88. headline, risk and telling values come first, and 14 rows fit on a laptop', async () => {
    const { agent, reviewer } = service.team();
    for (let at = 0; at < 20; at++) await ask(agent, `r-${at}`, { nodeId: `step-${at}` });
    await ask(agent, 'top', refund);
    const page = await pages.open(reviewer, laptop);
    await rowOf(page, 'top').getByText('129900').waitFor();
    // biome-ignore lint/performance/useDomNodeTextContent: textContent joins the words of neighbors.
    expect(await rowOf(page, 'top').innerText()).toMatch(
      /^Refund 1,299.00 EUR to Ann Miller\s+\d+s\s+High\s+risk\s+amount: 129900\s*recipient: ann@example.com\s+agent$/,
    );
    const whole = await page.locator('.list-scroller').evaluate((list) => {
      const { top, bottom } = list.getBoundingClientRect();
      return [...list.querySelectorAll('.row')].filter((row) => {
        const box = row.getBoundingClientRect();
        return box.top >= top && box.bottom <= bottom;
      }).length;
    });
    expect(whole).toBeGreaterThanOrEqual(14);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('on a phone every target of a row is at least 44 pixels high and wide', async () => {
    const { agent, reviewer } = service.team();
    for (const id of ['one', 'two']) await ask(agent, id, refund);
    const page = await pages.open(reviewer, phone);
    await rowOf(page, 'one').waitFor();
    for (const target of ['.row-link', '.row-select', '.scopes button', '.views a']) {
      const boxes = await page.locator(target).evaluateAll((found) =>
        found.map((element) => {
          const { width, height } = element.getBoundingClientRect();
          return { width, height };
        }),
      );
      expect(boxes.length, target).toBeGreaterThan(0);
      for (const { width, height } of boxes) {
        expect(width, target).toBeGreaterThanOrEqual(44);
        expect(height, target).toBeGreaterThanOrEqual(44);
      }
    }
  });

  it('rows grow with the text size of the browser', async () => {
    const { agent, reviewer } = service.team();
    for (const id of ['one', 'two']) await ask(agent, id, refund);
    const page = await pages.open(reviewer, {
      before: (opened) =>
        opened.addInitScript(() => {
          new MutationObserver(() => {
            document.documentElement?.setAttribute('data-large', '');
          }).observe(document, { childList: true });
          const style = new CSSStyleSheet();
          style.replaceSync('html { font-size: 200% }');
          document.adoptedStyleSheets = [style];
        }),
    });
    await rowOf(page, 'one').waitFor();
    const clipped = await page.locator('.row').evaluateAll(
      (rows) =>
        rows.filter((row) => {
          const link = row.querySelector('.row-link');
          return link === null || link.scrollHeight > row.clientHeight + 1;
        }).length,
    );
    expect(clipped).toBe(0);
  });
});

describe('changes and outcomes', () => {
  it('85. the banner of a changed review names every field that has changed', async () => {
    const { agent, reviewer } = service.team();
    await ask(agent, 'one', { ...refund, allowedDecisions: ['APPROVE', 'REJECT'] });
    const page = await pages.open(reviewer, { path: '/r/one' });
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Approve', exact: true }).waitFor();
    await deleteReview(agent, 'one');
    await ask(agent, 'one', {
      ...refund,
      risk: 'LOW',
      reversible: true,
      headline: 'Refund nothing',
      tags: [],
      links: [{ title: 'Elsewhere', url: 'https://other.example/' }],
      allowedDecisions: ['APPROVE', 'REJECT', 'REQUEST_CHANGES'],
    });
    const banner = page.getByRole('alert').filter({ hasText: 'This review changed while' });
    await banner.waitFor();
    // biome-ignore lint/performance/useDomNodeTextContent: textContent joins the words of neighbors.
    const changes = await banner.locator('.changes').innerText();
    for (const [name, after] of [
      ['Headline', 'Refund nothing'],
      ['Risk', 'LOW'],
      ['Can be undone', 'yes'],
      ['Tags', 'none'],
      ['Links', 'Elsewhere: https://other.example/'],
      ['Possible decisions', 'Approve, Reject, Request changes'],
    ] as const) {
      expect(changes).toContain(name);
      expect(changes).toContain(after);
    }
    await deleteReview(agent, 'one');
    await ask(agent, 'one', { ...refund, ...question });
    await banner.getByText('A question to answer').waitFor();
    await banner.getByText('What an answer has to look like').waitFor();
    await banner.getByText('escrow').first().waitFor();
  });

  it('81, 84. answers and requested changes are told as such, in the list and on the page', async () => {
    const { agent, reviewer, user } = service.team();
    const ben = service.as({ user, actor: 'ben', scopes: ['review:decide'] });
    const allowedDecisions = ['APPROVE', 'REJECT', 'REQUEST_CHANGES'];
    await ask(agent, 'q', question);
    await ask(agent, 'c', { ...refund, allowedDecisions });
    const page = await pages.open(reviewer, { path: '/r/c' });
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Approve', exact: true }).waitFor();
    await decide(ben, [{ nodeExecId: 'q', decision: 'ANSWER', answer: 'escrow' }]);
    await decide(ben, [{ nodeExecId: 'c', decision: 'REQUEST_CHANGES', message: 'Half of it' }]);
    await rowOf(page, 'q').getByText('Answered by ben').waitFor();
    await rowOf(page, 'c').getByText('Changes requested by ben: Half of it').waitFor();
    const outcome = page.getByRole('region', { name: 'Outcome' });
    await outcome.getByText('Changes requested').waitFor();
    await outcome.getByText('The agent can revise its request').waitFor();
    expect(await page.getByRole('button', { name: /^Withdraw/ }).count()).toBe(0);

    await run(
      agent,
      `mutation ($input: ReviseReviewInput!) { reviseReview(input: $input) { __typename ... on Error { message } } }`,
      {
        nodeExecId: 'c',
        basedOnDigest: (
          await agent.query<{ reviews: [{ payloadDigest: string }] }>(
            '{ reviews(nodeExecIds: ["c"]) { payloadDigest } }',
          )
        ).reviews[0].payloadDigest,
        payload: { amount: 64950 },
      },
    );
    await rowOf(page, 'c').getByText('64950').waitFor();
    const banner = page.getByRole('alert').filter({ hasText: 'This review changed while' });
    await banner.getByText('Revision').waitFor();
    await page.getByRole('button', { name: 'Show current version' }).click();
    await head(page).getByText('revision 2').waitFor();

    await page.goto(`${service.url}/r/q`);
    await outcome.getByText('Answered').waitFor();
    await outcome.getByText('escrow').waitFor();
  });
});
