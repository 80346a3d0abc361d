import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/database/database.ts';
import { createApiToken } from '../../src/identity/apiTokens.ts';
import { JWT_LEEWAY_MS, signJwt } from '../../src/identity/jwt.ts';
import { ask, readOne } from '../support/operations.ts';
import { LOOK_MS, reviewerPages } from '../support/reviewerPages.ts';
import { JWT_SECRET, testService } from '../support/testService.ts';

const pages = await reviewerPages();
const service = await testService();

const jwt = (user: string, milliseconds: number) =>
  signJwt(
    JWT_SECRET,
    { userId: user, actor: 'ann', scopes: ['review:decide'] },
    new Date(Date.now() + milliseconds - JWT_LEEWAY_MS),
  );
async function newTab(page: Page): Promise<Page> {
  const tab = await page.context().newPage();
  tab.setDefaultTimeout(8_000);
  return tab;
}

const waitingRow = (page: Page, id: string) => page.locator(`[data-row="${id}"]`);

it('the link signs in, and the token disappears from the address and the history at once', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'one');
  const page = await pages.open(reviewer);
  await waitingRow(page, 'one').waitFor();
  expect(page.url()).toBe(`${service.url}/`);
  const token = await reviewer.token;
  expect(
    await page.evaluate(() => performance.getEntriesByType('navigation')[0]?.name),
  ).toBeDefined();
  expect(await page.evaluate(() => history.length)).toBeLessThanOrEqual(2);
  expect(await page.content()).not.toContain(token);
  await page.reload();
  await waitingRow(page, 'one').waitFor();
  expect(page.url()).not.toContain('token');
});

it('the link to one review signs in too and opens it', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'odd/id:1?#', { nodeId: 'odd-step' });
  const page = await pages.open(reviewer, { path: `/r/${encodeURIComponent('odd/id:1?#')}` });
  await page.getByRole('heading', { name: 'odd-step' }).waitFor();
  expect(page.url()).not.toContain('token');
});

it('a pasted token or link signs in, and a wrong token is refused with a message', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'one');
  const page = await pages.openAsNobody(service.url);
  const field = page.getByLabel('Token');
  await field.fill('not-a-token');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'token' }).waitFor();
  await page.getByLabel('Token').fill(`${service.url}/#token=${await reviewer.token}`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await waitingRow(page, 'one').waitFor();
});

it('an expired token asks for a new one over the page, and the draft is kept', async () => {
  const { agent, user } = service.team();
  await ask(agent, 'one', { nodeId: 'step-one' });
  const page = await pages.openAsNobody(service.url);
  await page.getByLabel('Token').fill(await jwt(user, 3_500));
  await page.keyboard.press('Enter');
  await waitingRow(page, 'one').click();
  await page.getByRole('button', { name: 'Reject…' }).click();
  await page.getByRole('textbox', { name: /^Why/ }).fill('Not before Monday');

  const dialog = page.getByRole('dialog', { name: 'Sign in again' });
  await dialog.waitFor();
  expect(await dialog.textContent()).toContain('expired');
  await dialog.getByLabel('Token').fill(await jwt(user, 60_000));
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await dialog.waitFor({ state: 'hidden' });
  const reason = page.getByRole('textbox', { name: /^Why/ });
  expect(await reason.inputValue()).toBe('Not before Monday');
  await reason.press('Control+Enter');
  await page.getByText('Rejected by ann').first().waitFor();
});

it('in two tabs an expired token or a wrong new one loses nothing that was typed', async () => {
  const { agent, user } = service.team();
  await ask(agent, 'one', { nodeId: 'step-one' });
  const page = await pages.openAsNobody(service.url);
  await page.getByLabel('Token').fill(await jwt(user, 5_000));
  await page.keyboard.press('Enter');
  await waitingRow(page, 'one').click();
  await page.getByRole('button', { name: 'Reject…' }).click();
  await page.getByRole('textbox', { name: /^Why/ }).fill('Not before Monday');
  const tab = await newTab(page);
  await tab.goto(service.url);
  await waitingRow(tab, 'one').waitFor();

  const dialogs = [page, tab].map((one) => one.getByRole('dialog', { name: 'Sign in again' }));
  for (const dialog of dialogs) await dialog.waitFor();
  const [here, there] = dialogs as [(typeof dialogs)[0], (typeof dialogs)[0]];
  await there.getByLabel('Token').fill('not-a-token');
  await tab.keyboard.press('Enter');
  await there.getByRole('alert').filter({ hasText: 'not valid' }).waitFor();
  await here.getByText('expired').waitFor();

  await there.getByLabel('Token').fill(await jwt(user, 60_000));
  await tab.keyboard.press('Enter');
  for (const dialog of dialogs) await dialog.waitFor({ state: 'hidden' });
  const reason = page.getByRole('textbox', { name: /^Why/ });
  expect(await reason.inputValue()).toBe('Not before Monday');
});

it('a token that is refused is not kept', async () => {
  const page = await pages.openAsNobody(`${service.url}/#token=not-a-token`);
  await page.getByRole('alert').filter({ hasText: 'not valid' }).waitFor();
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
});

it('a revoked token asks for a new one within a moment', async () => {
  const { agent, user } = service.team();
  await ask(agent, 'one');
  const database = openDatabase(service.database.url, () => {});
  onTestFinished(() => database.close());
  const token = await createApiToken(database, {
    userId: user,
    actor: 'ann',
    scopes: ['review:decide'],
    expiresAt: null,
  });
  const page = await pages.openAsNobody(service.url);
  await page.getByLabel('Token').fill(token);
  await page.keyboard.press('Enter');
  await waitingRow(page, 'one').waitFor();
  await service.sql(`UPDATE "ApiToken" SET "revokedAt" = now() WHERE "userId" = '${user}'`);
  await page.getByRole('dialog', { name: 'Sign in again' }).waitFor();
});

it('after signing in to another workspace nothing of the previous one is shown', async () => {
  const [first, second] = [service.team(), service.team()];
  await ask(first.agent, 'of-first');
  await ask(second.agent, 'of-second');
  const page = await pages.open(first.reviewer);
  await waitingRow(page, 'of-first').click();
  await page.evaluate(
    (token) => {
      location.hash = `token=${token}`;
    },
    await second.reviewer.token,
  );
  await page.getByRole('button', { name: 'Switch account' }).click();
  await waitingRow(page, 'of-second').waitFor();
  await page.getByText('Review not found').waitFor();
  expect(await page.content()).not.toContain('"of-first"');
});

it('a link asks before it replaces the account, and other tabs then stop', async () => {
  const [first, second] = [service.team(), service.team()];
  await ask(first.agent, 'same', { nodeId: 'step-of-first' });
  await ask(second.agent, 'same', { nodeId: 'step-of-second' });
  const page = await pages.open(first.reviewer, { path: '/r/same' });
  await page.getByRole('heading', { name: 'step-of-first' }).waitFor();
  const kept = await page.evaluate(() => localStorage.getItem('holdpoint.token'));

  const tab = await newTab(page);
  const link = `${service.url}/r/same#token=${await second.reviewer.token}`;
  await tab.goto(link);
  const question = tab.getByRole('dialog', { name: 'Switch to another account?' });
  await question.getByText(second.user).waitFor();
  await question.getByText(first.user).waitFor();
  expect(tab.url()).not.toContain('token');
  await question.getByRole('button', { name: "Don't switch" }).click();
  await tab.getByRole('heading', { name: 'step-of-first' }).waitFor();
  expect(await tab.evaluate(() => localStorage.getItem('holdpoint.token'))).toBe(kept);

  await tab.goto(link);
  await question.getByRole('button', { name: 'Switch account' }).click();
  await tab.getByRole('heading', { name: 'step-of-second' }).waitFor();

  const stopped = page.getByRole('dialog', { name: 'This tab has stopped' });
  await stopped.getByText(first.user).waitFor();
  await page.waitForTimeout(LOOK_MS);
  for (const key of ['Escape', 'a', 'r', 'Control+Enter']) await page.keyboard.press(key);
  await page.waitForTimeout(200);
  for (const { reviewer } of [first, second]) {
    expect((await readOne(reviewer, 'same')).status).toBe('WAITING');
  }
  await stopped.getByRole('button', { name: 'Reload' }).click();
  await page.getByRole('heading', { name: 'step-of-second' }).waitFor();
});

it('a tab that was signed out elsewhere stops if another account signs in', async () => {
  const [first, second] = [service.team(), service.team()];
  const page = await pages.open(first.reviewer);
  await page.getByText(first.user).waitFor();
  const tab = await newTab(page);
  await tab.goto(service.url);
  await tab.getByRole('button', { name: 'reviewer' }).click();
  await tab.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Token').waitFor();
  await tab.getByLabel('Token').fill(await second.reviewer.token);
  await tab.keyboard.press('Enter');
  await tab.getByText(second.user).waitFor();
  await page.getByRole('dialog', { name: 'This tab has stopped' }).waitFor();
});

it('a new token of the same account is used without a question, in every tab', async () => {
  const { agent, user } = service.team();
  await ask(agent, 'one');
  const page = await pages.openAsNobody(service.url);
  await page.getByLabel('Token').fill(await jwt(user, 60_000));
  await page.keyboard.press('Enter');
  await waitingRow(page, 'one').waitFor();
  const tab = await newTab(page);
  const renewed = await jwt(user, 120_000);
  await tab.goto(`${service.url}/#token=${renewed}`);
  await waitingRow(tab, 'one').waitFor();
  const stored = () => page.evaluate(() => localStorage.getItem('holdpoint.token'));
  await expect.poll(stored).toBe(renewed);
  const sent = page.waitForRequest((request) =>
    Boolean(request.headers()['authorization']?.endsWith(renewed)),
  );
  await ask(agent, 'two');
  await sent;
  expect(await page.getByRole('dialog').count()).toBe(0);
});

it('a link with a token that is refused changes nothing', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'one');
  const page = await pages.open(reviewer);
  await waitingRow(page, 'one').waitFor();
  await page.goto(`${service.url}/#token=nonsense`);
  await page.getByText("The link's token was refused").waitFor();
  await waitingRow(page, 'one').waitFor();
  expect(await page.getByRole('dialog').count()).toBe(0);
});

it.each([1280, 360])('the workspace is always visible, %i pixels wide', async (width) => {
  const { agent, user } = service.team();
  await ask(agent, 'one');
  const page = await pages.open(service.as({ user, actor: 'ann' }), { width });
  const workspace = page.getByRole('banner').getByText(user);
  await workspace.waitFor();
  await waitingRow(page, 'one').click();
  await page.getByRole('button', { name: 'Approve', exact: true }).waitFor();
  expect(await workspace.isVisible()).toBe(true);
});

it.each(['review:request', 'webhook:manage'] as const)(
  'a token with only %s is told that it cannot read reviews, and what to do',
  async (scope) => {
    const { agent, user, reviewer } = service.team();
    await ask(agent, 'one');
    const page = await pages.open(service.as({ user, actor: 'robot', scopes: [scope] }));
    await page.getByRole('heading', { name: "This token can't read reviews" }).waitFor();
    const text = await page.locator('main').textContent();
    expect(text).toContain(scope);
    expect(text).toContain(`--workspace ${user} --as ada --scope review:decide`);
    expect(await page.locator('[data-row]').count()).toBe(0);
    await page.getByRole('button', { name: 'Sign in with another token' }).click();
    await page.getByLabel('Token').fill(await reviewer.token);
    await page.keyboard.press('Enter');
    await waitingRow(page, 'one').waitFor();
  },
);

it('signing out leaves nothing behind', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'one');
  const page = await pages.open(reviewer);
  await waitingRow(page, 'one').waitFor();
  await page.getByRole('button', { name: 'reviewer' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  expect(await waitingRow(page, 'one').count()).toBe(0);
});

it('a read-only token shows everything and offers no decision', async () => {
  const { agent, user } = service.team();
  await ask(agent, 'one');
  const reader = service.as({ user, actor: 'auditor', scopes: ['review:read'] });
  const page = await pages.open(reader, { path: '/r/one' });
  await page.getByText('Your token is read-only.').waitFor();
  expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
  expect(await page.getByRole('checkbox').count()).toBe(0);
});

it('the page works if the service accepts trusted documents only', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdpoint-trusted-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const trustedDocuments = join(folder, 'documents.json');
  await writeFile(trustedDocuments, '{}');
  const strict = await testService({ database: service.database, config: { trustedDocuments } });
  const { agent, user } = service.team();
  await ask(agent, 'one', { nodeId: 'step-one' });
  const page = await pages.open(strict.as({ user, actor: 'ann', scopes: ['review:decide'] }));
  await page.getByText('Live', { exact: true }).waitFor();
  await waitingRow(page, 'one').click();
  await page.getByText('This run', { exact: true }).click();
  await page.getByText('None', { exact: true }).waitFor();
  await page.getByText('History', { exact: true }).click();
  await page.getByText('agent requested approval').waitFor();
  await page.waitForTimeout(LOOK_MS);
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await page.getByRole('region', { name: 'Outcome' }).getByText('Approved').waitFor();
  await page.getByRole('link', { name: 'Awaiting execution' }).click();
  await waitingRow(page, 'one').waitFor();
});
