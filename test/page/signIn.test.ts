import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/database/database.ts';
import { createApiToken } from '../../src/identity/apiTokens.ts';
import { JWT_LEEWAY_MS, signJwt } from '../../src/identity/jwt.ts';
import { ask } from '../support/operations.ts';
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

it('a revoked token asks for a new one within a moment', async () => {
  const { agent, user } = service.team();
  await ask(agent, 'one');
  const database = openDatabase(service.database.url, () => {});
  onTestFinished(() => database.close());
  const token = await createApiToken(database.prisma, {
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
  await waitingRow(page, 'of-second').waitFor();
  await page.getByText('Review not found').waitFor();
  expect(await page.content()).not.toContain('"of-first"');
});

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
