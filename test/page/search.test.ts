import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { runHoldpoint } from '../cli/runProgram.ts';
import { upToDate } from '../search/operations.ts';
import { findingsInEveryLook } from '../support/axe.ts';
import { approve, ask, deleteReview, reject } from '../support/operations.ts';
import { reviewerPages } from '../support/reviewerPages.ts';
import type { Team } from '../support/testService.ts';
import { testService } from '../support/testService.ts';

const pages = await reviewerPages();
const service = await testService();

const idsIn = (page: Page) =>
  page.locator('[data-row]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-row')));
const shows = (page: Page, ids: readonly string[]) =>
  expect.poll(() => idsIn(page), { timeout: 5_000 }).toEqual(ids);
const queryOf = (page: Page) => new URL(page.url()).search;
const words = (page: Page) => page.getByRole('searchbox', { name: /^Search by words/ });
const openFilters = (page: Page) => page.getByRole('button', { name: /^Filters/ }).click();

/** A refund that was approved, one that was rejected, one that waits, and something else. */
async function history(): Promise<Team> {
  const team = service.team();
  const { user, agent, reviewer } = team;
  await ask(agent, 'mail', { nodeId: 'send-mail', headline: 'Welcome mail', tags: ['us'] });
  await ask(agent, 'no', { nodeId: 'pay', headline: 'Refund 3', risk: 'CRITICAL' });
  await ask(agent, 'yes', { nodeId: 'pay', headline: 'Refund 2', risk: 'LOW', tags: ['eu'] });
  await ask(agent, 'open', { nodeId: 'pay', headline: 'Refund 1', graphExecId: 'run-9' });
  await approve(reviewer, 'yes');
  await reject(reviewer, 'no', { message: 'wrong customer' });
  await upToDate(service.database, user);
  return team;
}

it('90. reviews are found by words and filters, which are in the address', async () => {
  const { reviewer } = await history();
  const page = await pages.open(reviewer);
  await page.getByRole('link', { name: 'Search', exact: true }).click();
  await shows(page, ['open', 'yes', 'no', 'mail']);
  await page.getByText('4 reviews', { exact: true }).waitFor();
  await page
    .locator('[data-row="no"]')
    .getByText(/Rejected by reviewer: wrong customer · \d+s ago/)
    .waitFor();

  await page.keyboard.press('/');
  await page.keyboard.type('refund');
  await shows(page, ['open', 'yes', 'no']);
  expect(new URL(page.url()).pathname).toBe('/search');
  expect(queryOf(page)).toBe('?text=refund');

  await openFilters(page);
  const panel = page.getByRole('region', { name: 'Filters' });
  await panel.getByRole('button', { name: 'Approved' }).click();
  await panel.getByRole('button', { name: 'Rejected' }).click();
  await shows(page, ['yes', 'no']);
  await panel.getByRole('combobox', { name: 'Risk at least' }).selectOption('High');
  await shows(page, ['no']);
  await panel.getByLabel('Decided by').fill('reviewer');
  await panel.getByLabel('Decided by').press('Enter');
  await panel.getByRole('combobox', { name: 'Requested', exact: true }).selectOption('Last 7 days');
  await expect
    .poll(() => queryOf(page))
    .toBe('?text=refund&status=approved,rejected&risk=high&decided-by=reviewer&since=7d');
  await shows(page, ['no']);

  await page.getByRole('button', { name: 'Remove filter: High risk or higher' }).click();
  await shows(page, ['yes', 'no']);
  await page.getByRole('button', { name: 'Clear', exact: true }).click();
  await expect.poll(() => queryOf(page)).toBe('?text=refund');
});

it('90. every filter of the service can be set on the page', async () => {
  const { user, agent, reviewer } = service.team();
  await ask(agent, 'one', {
    graphId: 'g',
    nodeId: 'n',
    graphExecId: 'x',
    tags: ['t'],
    risk: 'HIGH',
  });
  await service.sql(
    `UPDATE "PendingReview" SET "approverTeams" = '{team}', "policyVerdict" = '{"ruleIds": ["rule"]}'
    WHERE "userId" = $1`,
    [user],
  );
  await approve(reviewer, 'one').catch(() => {});
  await upToDate(service.database, user);
  const page = await pages.open(reviewer, { path: '/search' });
  await shows(page, ['one']);
  await openFilters(page);
  const panel = page.getByRole('region', { name: 'Filters' });
  const fields = {
    'Requested by': 'agent',
    Workflow: 'g',
    Step: 'n',
    Run: 'x',
    Tag: 't',
    Team: 'team',
    Rule: 'rule',
  };
  for (const [label, value] of Object.entries(fields)) {
    const field = panel.getByLabel(label, { exact: true });
    await field.fill('something else');
    await field.press('Enter');
    await page.getByText('No matches').waitFor();
    await field.fill(value);
    await field.press('Enter');
    await shows(page, ['one']);
  }
  await panel.getByRole('combobox', { name: 'Kind' }).selectOption('Question');
  await page.getByText('No matches').waitFor();
  await panel.getByRole('combobox', { name: 'Kind' }).selectOption('Action');
  await shows(page, ['one']);
  const day = (ahead: number) =>
    new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
  await panel.getByLabel('From (UTC)').fill(day(1));
  await page.getByText('No matches').waitFor();
  await panel.getByLabel('From (UTC)').fill(day(-1));
  await shows(page, ['one']);
  await panel.getByLabel('Before (UTC)').fill(day(-1));
  await page.getByText('No matches').waitFor();
  await panel.getByLabel('Before (UTC)').fill(day(1));
  await shows(page, ['one']);
  expect(queryOf(page)).toBe(
    `?kind=action&agent=agent&workflow=g&step=n&run=x&tag=t&team=team&rule=rule&from=${day(-1)}&to=${day(1)}`,
  );
});

it('90. an address shows the same to somebody else, and with an open review after a reload', async () => {
  const { user, reviewer } = await history();
  const page = await pages.open(reviewer, { path: '/search?text=refund&how=reviewer' });
  await shows(page, ['yes', 'no']);
  await page.locator('[data-row="no"]').click();
  await page.getByRole('heading', { name: 'Refund 3' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/r/no');
  await shows(page, ['yes', 'no']);
  const shared = new URL(page.url());
  await page.reload();
  await page.getByRole('heading', { name: 'Refund 3' }).waitFor();
  await shows(page, ['yes', 'no']);

  const ben = service.as({ user, actor: 'ben', scopes: ['review:read'] });
  const other = await pages.open(ben, { path: shared.pathname + shared.search });
  await other.getByRole('heading', { name: 'Refund 3' }).waitFor();
  await shows(other, ['yes', 'no']);
  await expect(words(other).inputValue()).resolves.toBe('refund');
});

it('90. the back button goes from review to list, and from search to search', async () => {
  const { reviewer } = await history();
  const page = await pages.open(reviewer, { path: '/search' });
  await words(page).fill('refund');
  await shows(page, ['open', 'yes', 'no']);
  await words(page).fill('refund 2');
  await shows(page, ['yes']);
  await page.locator('[data-row="yes"]').click();
  await page.getByRole('heading', { name: 'Refund 2' }).waitFor();
  await page.goBack();
  expect(new URL(page.url()).pathname).toBe('/search');
  await shows(page, ['yes']);
  await page.goBack();
  await shows(page, ['open', 'yes', 'no', 'mail']);
  await expect(words(page).inputValue()).resolves.toBe('');
  await page.goForward();
  await shows(page, ['yes']);
  await expect(words(page).inputValue()).resolves.toBe('refund 2');
});

it('90. values in the address that cannot be used are named', async () => {
  const { reviewer } = await history();
  const page = await pages.open(reviewer, {
    path: '/search?status=open,rejected&since=soon&from=2026-02-30&colour=red&text=%3F%3F',
  });
  await shows(page, ['no']);
  const alert = page.getByRole('alert');
  expect(await alert.getByRole('listitem').allTextContents()).toEqual([
    '“open” is not a value of “status”: use waiting, approved, rejected, answered, changes-requested.',
    '“soon” is not a value of “since”: use a time such as 7d or 12h.',
    '“2026-02-30” is not a value of “from”: use a day such as 2026-11-21.',
    '“colour” is not a filter.',
    '“??” is not a value of “text”: use at least one letter or digit.',
  ]);
  await page.getByRole('button', { name: 'Remove them from the address' }).click();
  await alert.waitFor({ state: 'detached' });
  expect(queryOf(page)).toBe('?status=rejected');
});

it('90. j and k go through decided reviews too, and rows follow what happens', async () => {
  const { user, agent, reviewer } = await history();
  await ask(agent, 'gone', { nodeId: 'pay' });
  await upToDate(service.database, user);
  const page = await pages.open(reviewer, { path: '/search?step=pay' });
  await shows(page, ['gone', 'open', 'yes', 'no']);
  const at = (id: string) =>
    expect.poll(() => page.url()).toMatch(new RegExp(`/r/${id}\\?in=search&step=pay$`));
  for (const id of ['gone', 'open', 'yes', 'no']) await page.keyboard.press('j').then(() => at(id));
  await page.keyboard.press('k').then(() => at('yes'));
  await page.keyboard.press('Escape');
  await expect.poll(() => new URL(page.url()).pathname).toBe('/search');
  await approve(reviewer, 'open');
  await page.locator('[data-row="open"]').getByText('Approved by reviewer').waitFor();
  await deleteReview(agent, 'gone');
  await shows(page, ['open', 'yes', 'no']);
});

it('90. all pages are read while scrolling, and the count is exact up to 10,000', async () => {
  const { user, reviewer } = service.team();
  const insert = (from: number, to: number) =>
    service.sql(
      `INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId", "graphVersion",
        "nodeId", "payload", "requestedBy", "createdAt")
      SELECT $1, 'n' || n, 'copilot-1', 'graph', 1, CASE WHEN n <= 950 THEN 'few' ELSE 'many' END, '{}',
        'agent', now() - n * interval '1 second' FROM generate_series($2::int, $3::int) n`,
      [user, from, to],
    );
  await insert(1, 10_001);
  await upToDate(service.database, user, 60_000);
  const page = await pages.open(reviewer, { path: '/search' });
  await page.getByText('10,000+ reviews', { exact: true }).waitFor();
  await page.goto(new URL('/search?step=few', page.url()).href);
  await page.getByText('950 reviews', { exact: true }).waitFor();
  const scroller = page.locator('.list-scroller');
  await expect
    .poll(
      async () => {
        await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight));
        return page.locator('[data-row="n950"]').count();
      },
      { timeout: 8_000 },
    )
    .toBe(1);
  expect(await page.locator('.list-item').first().getAttribute('aria-setsize')).toBe('950');
}, 90_000);

it('90. on a phone the list and the review take turns, with the filter', async () => {
  const { reviewer } = await history();
  const page = await pages.open(reviewer, { path: '/search?text=refund', width: 390, height: 844 });
  await shows(page, ['open', 'yes', 'no']);
  await openFilters(page);
  await page
    .getByRole('region', { name: 'Filters' })
    .getByRole('button', { name: 'Approved' })
    .click();
  await page.getByRole('button', { name: 'Show results' }).click();
  await shows(page, ['yes']);
  await page.locator('[data-row="yes"]').click();
  await page.getByRole('heading', { name: 'Refund 2' }).waitFor();
  await page.getByRole('button', { name: '← All reviews' }).click();
  await shows(page, ['yes']);
  expect(queryOf(page)).toBe('?text=refund&status=approved');
  const isWider = await page.evaluate(() => document.body.scrollWidth > innerWidth);
  expect(isWider).toBe(false);
});

it('90. an export has what the command line exports, and is bound to the search', async () => {
  const { user, agent, reviewer } = await history();
  await ask(agent, 'formula', {
    headline: '=1+1 refund',
    nodeId: 'pay',
    payload: { text: 'a,"b"\n' },
  });
  await upToDate(service.database, user);
  const env = { HOLDPOINT_URL: service.url, HOLDPOINT_TOKEN: await reviewer.token };
  const page = await pages.open(reviewer, {
    path: '/search?text=refund',
    // A browser that cannot write files downloads them.
    before: (opened) =>
      opened.addInitScript(() => Reflect.deleteProperty(globalThis, 'showSaveFilePicker')),
  });
  await shows(page, ['formula', 'open', 'yes', 'no']);
  for (const [format, label] of [
    ['csv', 'CSV, for spreadsheets'],
    ['jsonl', 'JSON Lines, with the exact payloads'],
  ] as const) {
    await page.getByRole('button', { name: 'Export…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('This browser builds the file in memory, up to 200 MB').waitFor();
    await dialog.getByLabel(label).check();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Export', exact: true }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(
      new RegExp(`^reviews-\\d{4}-\\d\\d-\\d\\d\\.${format}$`),
    );
    await page.getByText('Exported 4 reviews').waitFor();
    const { stdout } = await runHoldpoint(['reviews', 'export', '--format', format, 'refund'], env);
    expect(await readFile(await download.path(), 'utf8')).toBe(stdout);
    if (format === 'csv') expect(stdout).toContain("'=1+1 refund");
  }
}, 60_000);

it('90. an export is written to a file page by page, and can be cancelled', async () => {
  const { user, reviewer } = service.team();
  await service.sql(
    `INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId", "graphVersion",
      "nodeId", "payload", "requestedBy", "createdAt")
    SELECT $1, 'n' || n, 'copilot-1', 'graph', 1, 'pay', to_json(repeat('x', 100000))::text, 'agent',
      now() + n * interval '1 millisecond' FROM generate_series(1, 90) n`,
    [user],
  );
  await upToDate(service.database, user, 20_000);
  let pagesRead = 0;
  let hold = Promise.withResolvers<void>();
  hold.resolve();
  const page = await pages.open(reviewer, {
    path: '/search',
    before: async (opened) => {
      // A file of the browser's own, instead of one that somebody chooses.
      await opened.addInitScript(() => {
        Reflect.set(globalThis, 'showSaveFilePicker', async () =>
          (await navigator.storage.getDirectory()).getFileHandle('export', { create: true }),
        );
      });
      await opened.route('**/graphql', async (route) => {
        if (route.request().postData()?.includes('query SearchReviews(')) {
          if (++pagesRead > 1) await hold.promise;
        }
        await route.continue();
      });
    },
  });
  await page.getByText('90 reviews', { exact: true }).waitFor();
  const saved = () =>
    page.evaluate(async () => {
      const folder = await navigator.storage.getDirectory();
      const file = await (await folder.getFileHandle('export', { create: true })).getFile();
      return file.text();
    });
  const dialog = page.getByRole('dialog');
  const begin = async () => {
    await page.getByRole('button', { name: 'Export…' }).click();
    await dialog.getByLabel(/^JSON Lines/).check();
    await dialog.getByRole('button', { name: 'Export', exact: true }).click();
  };
  hold = Promise.withResolvers();
  await begin();
  await dialog.getByText(/^\d+ of 90 written$/).waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  hold.resolve();
  await expect
    .poll(() => dialog.getByRole('button', { name: 'Export', exact: true }).isEnabled())
    .toBe(true);
  expect(await saved()).toBe('');
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  pagesRead = 0;
  await begin();
  await page.getByText('Exported 90 reviews').waitFor({ timeout: 20_000 });
  expect(pagesRead).toBeGreaterThan(1);
  const lines = (await saved()).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).nodeExecId)).toEqual(
    Array.from({ length: 90 }, (_, n) => `n${90 - n}`),
  );
}, 60_000);

it('90. whoever may not read reviews is offered neither search nor figures', async () => {
  const { agent } = await history();
  for (const path of ['/search?text=refund', '/figures']) {
    const page = await pages.open(agent, { path });
    await page.getByRole('heading', { name: /./, level: 2 }).waitFor();
    expect(await page.getByRole('link', { name: /Search|Figures/ }).count()).toBe(0);
    expect(await page.locator('[data-row], table').count()).toBe(0);
    await page.context().close();
  }
});

it('90. search, filters and export are accessible in every look', async () => {
  const { reviewer } = await history();
  const page = await pages.open(reviewer, {
    path: '/search?text=refund&status=approved,rejected&bad=1',
  });
  await shows(page, ['yes', 'no']);
  await openFilters(page);
  expect(await findingsInEveryLook(page)).toEqual([]);
  await page.getByRole('button', { name: 'Export…' }).click();
  await page.getByRole('dialog').waitFor();
  expect(await findingsInEveryLook(page)).toEqual([]);
}, 60_000);
