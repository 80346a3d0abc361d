import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { upToDate } from '../search/operations.ts';
import { findingsInEveryLook } from '../support/axe.ts';
import { reviewerPages } from '../support/reviewerPages.ts';
import { testService } from '../support/testService.ts';

const pages = await reviewerPages();
const service = await testService();
const { user, reviewer } = service.team();

const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);

/** Each: how many, the step, days ago, status, who decided, how, and the seconds it took. */
const reviews = [
  [6, 'pay', 1, 'APPROVED', 'ada', 'REVIEWER', 60],
  [2, 'pay', 1, 'REJECTED', 'ben', 'REVIEWER', 7_200],
  [4, 'mail', 3, 'APPROVED', null, 'POLICY', 0],
  [1, 'mail', 3, 'REJECTED', null, 'EXPIRY', 600],
  [1, 'mail', 3, 'WAITING', null, null, null],
  [3, 'pay', 40, 'APPROVED', 'ada', 'REVIEWER', 10],
] as const;
for (const [at, [amount, nodeId, ago, status, decidedBy, source, seconds]] of reviews.entries()) {
  await service.sql(
    `INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId", "graphVersion",
      "nodeId", "payload", "requestedBy", "createdAt", "status", "decidedBy", "decisionSource",
      "reviewedAt", "wasEdited", "approverTeams", "policyVerdict")
    SELECT $1, $2 || '-' || n, 'run', 'billing', 1, $3, '{}', 'agent', t, $4::"ReviewStatus", $5,
      $6::"DecisionSource", t + $7::float8 * interval '1 second', $4 = 'APPROVED' AND n = 1,
      '{finance}', '{"ruleIds": ["large"]}'
    FROM generate_series(1, $8::int) n, CAST($9 AS timestamptz) t`,
    [user, `r${at}`, nodeId, status, decidedBy, source, seconds, amount, `${day(ago)}T12:00:00Z`],
  );
}
await upToDate(service.database, user, 20_000);

const rowsIn = (page: Page) =>
  page
    .getByRole('table')
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) =>
        // biome-ignore lint/performance/useDomNodeTextContent: a cell has several lines
        [...row.children].map((cell) => (cell as HTMLElement).innerText.replace(/\s+/g, ' ')),
      ),
    );
const tableIs = (page: Page, rows: string[][]) => expect.poll(() => rowsIn(page)).toEqual(rows);

it('91. figures count with their denominators, and a row opens its reviews', async () => {
  const page = await pages.open(reviewer);
  await page.getByRole('link', { name: 'Figures' }).first().click();
  await tableIs(page, [
    ['pay', '8', '6 75%', '1 17%', '2 25%', '0 0%', '8 100%', '1 min of 8', '2 h of 8'],
    ['mail', '6', '4 67%', '1 25%', '0 0%', '1 17%', '0 0%', '–', '–'],
  ]);
  const totals = await page.locator('.figure-tiles > div').allInnerTexts();
  expect(totals.map((text) => text.replace(/\s+/g, ' '))).toEqual([
    'Requested 14',
    'Approved 10 71% of 14 requested',
    'Edited 2 20% of 10 approved',
    'Rejected 2 14% of 14 requested',
    'Expired 1 7% of 14 requested',
    'Decided by people 8 57% of 14 requested',
  ]);
  await page.getByRole('link', { name: 'mail', exact: true }).click();
  await page.getByText('6 reviews', { exact: true }).waitFor();
  const { pathname, searchParams } = new URL(page.url());
  expect(pathname).toBe('/search');
  expect(Object.fromEntries(searchParams)).toEqual({ step: 'mail', from: day(29), to: day(-1) });
  await page.goBack();
  await page.getByRole('table').waitFor();
});

it('91. figures are grouped by person, workflow, team, rule and day, and each row opens its reviews', async () => {
  const page = await pages.open(reviewer, { path: '/figures?by=person' });
  await tableIs(page, [
    ['ada', '6', '6 100%', '1 17%', '0 0%', '1 min of 6', '1 min of 6'],
    ['ben', '2', '0 0%', '0', '2 100%', '2 h of 2', '2 h of 2'],
  ]);
  const opens = async (group: string, name: string, found: string) => {
    await page
      .getByRole('group', { name: 'Figures by' })
      .getByRole('button', { name: group })
      .click();
    await page.getByRole('table').getByRole('link', { name, exact: true }).click();
    await page.getByText(found, { exact: true }).waitFor();
    await page.goBack();
  };
  await opens('Person', 'ben', '2 reviews');
  await opens('Workflow', 'billing', '14 reviews');
  await opens('Team', 'finance', '14 reviews');
  await opens('Rule', 'large', '14 reviews');
  await opens('Day', day(3), '6 reviews');
  await expect.poll(() => new URL(page.url()).search).toBe('?by=day&last=30d');
  await page.getByRole('img', { name: `The most were 8 reviews on ${day(1)}.` }).waitFor();
  expect(await page.locator('.day-chart rect[height]').count()).toBeGreaterThan(4);
  await page.getByRole('button', { name: 'Show as a table' }).click();
  expect((await rowsIn(page)).map(([key, asked]) => [key, asked])).toEqual([
    [day(3), '6'],
    [day(1), '8'],
  ]);
});

it('91. the range and the order are in the address', async () => {
  const page = await pages.open(reviewer, { path: '/figures' });
  await page.getByRole('combobox', { name: 'Requested', exact: true }).selectOption('Last 90 days');
  const steps = async () => (await rowsIn(page)).map(([key, asked]) => `${key} ${asked}`);
  await expect.poll(steps).toEqual(['pay 11', 'mail 6']);
  await page.getByRole('button', { name: 'Expired' }).click();
  await expect.poll(steps).toEqual(['mail 6', 'pay 11']);
  await page.getByRole('button', { name: 'Step', exact: true }).last().click();
  await expect.poll(() => new URL(page.url()).search).toBe('?by=step&last=90d&sort=key');
  await page.reload();
  await expect.poll(steps).toEqual(['mail 6', 'pay 11']);
  expect(await page.locator('th[aria-sort="ascending"]').textContent()).toContain('Step');

  await page.locator('.figure-range input').first().fill(day(3));
  await page.locator('.figure-range input').last().fill(day(2));
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await expect.poll(steps).toEqual(['mail 6']);
  await page.locator('.figure-range input').first().fill(day(800));
  await page.getByText(/The range has 79\d days: use at most 366\./).waitFor();

  await page.goto(new URL('/figures?by=colour&last=5d&from=x&sort=size', page.url()).href);
  await expect.poll(() => page.getByRole('alert').getByRole('listitem').count()).toBe(4);
  await expect.poll(steps).toEqual(['pay 8', 'mail 6']);
});

it('91. figures are loaded only where they are used, and accessible in every look', async () => {
  const page = await pages.open(reviewer);
  await page.getByRole('heading', { name: 'Holdpoint' }).waitFor();
  await page.waitForLoadState('networkidle');
  const scripts = await page.evaluate(() =>
    performance.getEntriesByType('resource').map(({ name }) => name),
  );
  expect(scripts.filter((name) => /FiguresPage|SearchList|ExportDialog/.test(name))).toEqual([]);
  const shown = await pages.open(reviewer, { path: '/figures' });
  await shown.getByRole('table').waitFor();
  expect(await findingsInEveryLook(shown)).toEqual([]);
}, 60_000);
