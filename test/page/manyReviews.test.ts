import { expect, it } from 'vitest';
import { ask } from '../support/operations.ts';
import { reviewerPages } from '../support/reviewerPages.ts';
import { testService } from '../support/testService.ts';

const pages = await reviewerPages();
const service = await testService();
const COUNT = 10_000;

const { agent, reviewer, user } = service.team();
await ask(agent, 'first');
await service.sql(
  `INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId", "graphVersion", "nodeId",
    "payload", "instructions", "requestedBy", "createdAt", "updatedAt")
  SELECT "userId", 'review-' || n, 'exec-' || n % 50, 'graph', 1, 'review-' || n, json_build_object('n', n),
    'Number ' || n, 'agent', "createdAt" + n * interval '1 ms', "updatedAt"
  FROM "PendingReview", generate_series(1, ${COUNT - 1}) n WHERE "userId" = $1`,
  [user],
);

it('with ten thousand reviews the first appear at once, all are counted, and scrolling stays smooth', async () => {
  const page = await pages.open(reviewer);
  await page.locator(`[data-row="review-${COUNT - 1}"]`).waitFor();
  await page.getByText('10,000 reviews').waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  await expect
    .poll(() => page.locator('.list').evaluate((list) => list.clientHeight), { timeout: 15_000 })
    .toBeGreaterThan(45 * COUNT);

  const frames = await page.locator('.list-scroller').evaluate(async (list) => {
    const times: number[] = [];
    let before = performance.now();
    for (let at = 0; at < 120; at++) {
      list.scrollTop += list.scrollHeight / 150;
      await new Promise(requestAnimationFrame);
      const now = performance.now();
      times.push(now - before);
      before = now;
    }
    return times.sort((one, other) => one - other);
  });
  const median = frames[60] as number;
  console.log(
    `scrolling 10,000: median ${median.toFixed(1)} ms a frame, worst ${frames.at(-1)?.toFixed(0)} ms`,
  );
  expect(median).toBeLessThan(100);
  expect(await page.locator('[data-row]').count()).toBeLessThan(60);
});

it('two thousand events at once are all applied, and the scroll position stays', async () => {
  const page = await pages.open(reviewer);
  await page.getByText('Live', { exact: true }).waitFor();
  await expect
    .poll(() => page.locator('.list').evaluate((list) => list.clientHeight), { timeout: 15_000 })
    .toBeGreaterThan(45 * COUNT);
  await page.locator('.list-scroller').evaluate((list) => list.scrollTo(0, 48 * 5_000));
  const top = () =>
    page.evaluate(() => {
      const list = document.querySelector('.list-scroller')?.getBoundingClientRect();
      const rows = [...document.querySelectorAll('[data-row]')];
      return rows
        .find((row) => row.getBoundingClientRect().bottom > (list?.top ?? 0) + 1)
        ?.getAttribute('data-row');
    });
  await page.locator('[data-row="review-4990"]').waitFor();
  const before = await top();
  await service.sql(
    `UPDATE "PendingReview" SET "status" = 'APPROVED', "decidedBy" = 'ben', "decisionSource" = 'REVIEWER',
      "wasEdited" = false, "reviewedAt" = now()
    WHERE "userId" = $1 AND "nodeExecId" ~ '^review-[89]...$'`,
    [user],
  );
  await expect.poll(() => page.title(), { timeout: 15_000 }).toBe('(8000) Holdpoint');
  expect(await top()).toBe(before);
  await page.waitForTimeout(4_800);
  expect(await top()).toBe(before);
});
