import { expect, it } from 'vitest';
import { ask } from '../support/operations.ts';
import { reviewerPages } from '../support/reviewerPages.ts';
import { testService } from '../support/testService.ts';

const pages = await reviewerPages();
const service = await testService();

/** Records notifications instead of showing them, and lets tests hide the page. */
const watch = () => {
  const shown: { title: string; body?: string }[] = [];
  class Noted {
    static permission = 'granted';
    static requestPermission = async () => 'granted';
    onclick: (() => void) | null = null;
    constructor(title: string, { body }: { body?: string } = {}) {
      shown.push({ title, ...(body !== undefined && { body }) });
      Reflect.set(globalThis, 'lastNotification', this);
    }
    close() {}
  }
  Reflect.set(globalThis, 'Notification', Noted);
  Reflect.set(globalThis, 'shown', shown);
  let state = 'visible';
  Object.defineProperty(document, 'visibilityState', { get: () => state });
  Reflect.set(globalThis, 'hide', () => {
    state = 'hidden';
  });
};

it('notifies about new reviews in the background if wanted, several at once', async () => {
  const { agent, reviewer, user } = service.team();
  const page = await pages.open(reviewer, { before: (opened) => opened.addInitScript(watch) });
  await page.getByText('Live', { exact: true }).waitFor();
  const shown = () =>
    page.evaluate(() => Reflect.get(globalThis, 'shown') as { title: string; body?: string }[]);
  await page.evaluate(() => Reflect.get(globalThis, 'hide')());
  await ask(agent, 'unwanted');
  await page.locator('[data-row="unwanted"]').waitFor();

  await page.getByRole('button', { name: 'reviewer' }).click();
  await page.getByRole('checkbox', { name: /^Notify me about new reviews/ }).check();
  await page.keyboard.press('Escape');
  await ask(agent, 'secret-1', { nodeId: 'pay-invoice', payload: { iban: 'DE00 1234' } });
  await expect.poll(shown).toEqual([{ title: 'agent is waiting for you', body: 'pay-invoice' }]);
  await page.evaluate(() => Reflect.get(globalThis, 'lastNotification').onclick());
  await page.getByRole('heading', { name: 'pay-invoice' }).waitFor();

  await service.sql(
    `INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId", "graphVersion",
      "nodeId", "payload", "requestedBy", "updatedAt")
    SELECT $1, id, 'exec', 'graph', 1, id, '{}', 'agent', now() FROM unnest('{a,b,c}'::text[]) id`,
    [user],
  );
  const last = async () => (await shown()).at(-1)?.title;
  await expect.poll(last, { timeout: 8_000 }).toBe('3 reviews are waiting for you');
  expect(JSON.stringify(await shown())).not.toContain('DE00');
});

it('does not notify while somebody looks at the page', async () => {
  const { agent, reviewer } = service.team();
  const page = await pages.open(reviewer, { before: (opened) => opened.addInitScript(watch) });
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'reviewer' }).click();
  await page.getByRole('checkbox', { name: /^Notify me about new reviews/ }).check();
  await page.keyboard.press('Escape');
  await ask(agent, 'one');
  await page.locator('[data-row="one"]').waitFor();
  await page.waitForTimeout(700);
  expect(await page.evaluate(() => Reflect.get(globalThis, 'shown'))).toEqual([]);
});
