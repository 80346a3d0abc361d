import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { seriousFindings } from '../support/axe.ts';
import { looksOf, takePicture } from '../support/looks.ts';
import { approve, ask } from '../support/operations.ts';
import { reviewerPages } from '../support/reviewerPages.ts';
import { askForShow } from '../support/showcase.ts';
import { switchedProxy } from '../support/switchedProxy.ts';
import { testService } from '../support/testService.ts';

const pages = await reviewerPages();
const service = await testService();

const { agent, reviewer } = service.team();
await ask(agent, 'done', { nodeId: 'archive-folder', payload: { folder: '2025' } });
await approve(reviewer, 'done', { message: 'Fine by me.', payload: { folder: '2024' } });
await askForShow(agent);

const widthOf = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth);
const approveButton = (page: Page) => page.getByRole('button', { name: 'Approve', exact: true });

/** Each state with its start address. Without one it continues from the previous state. */
const states: [name: string, path: string | null, steps: (page: Page) => Promise<unknown>][] = [
  ['list', '/', (page) => page.locator('.row-summary', { hasText: 'subject' }).waitFor()],
  ['keys', null, (page) => page.keyboard.press('?').then(() => page.getByRole('dialog').waitFor())],
  [
    'settings',
    '/',
    async (page) => {
      await page.getByRole('button', { name: 'reviewer' }).click();
      await page.getByRole('dialog', { name: 'Settings' }).waitFor();
    },
  ],
  ['review', '/r/mail', (page) => approveButton(page).waitFor()],
  ['plan', '/r/plan', (page) => approveButton(page).waitFor()],
  ['code', '/r/code', (page) => approveButton(page).waitFor()],
  ['memory', '/r/memory', (page) => approveButton(page).waitFor()],
  [
    'reject',
    '/r/mail',
    async (page) => {
      await page.getByRole('button', { name: 'Reject…' }).click();
      await page.getByRole('textbox', { name: /^Why/ }).fill('The list is last month’s.');
    },
  ],
  [
    'edit',
    '/r/mail',
    async (page) => {
      await page.getByRole('button', { name: 'Edit…' }).click();
      await page
        .locator('.panel')
        .getByLabel('subject', { exact: false })
        .first()
        .fill('What was new in November');
    },
  ],
  [
    'difference',
    null,
    async (page) => {
      await page.keyboard.press('Control+Enter');
      await page.getByRole('button', { name: 'Approve with this edit' }).waitFor();
    },
  ],
  [
    'execution',
    '/r/code',
    async (page) => {
      await page.getByText('This run', { exact: true }).click();
      await page.getByText('History', { exact: true }).click();
      await page.getByText('agent requested approval').scrollIntoViewIfNeeded();
    },
  ],
  [
    'approve-all-future',
    '/r/code',
    async (page) => {
      await page.getByRole('button', { name: 'Approve all future…' }).click();
      await page.getByText('None', { exact: true }).waitFor();
    },
  ],
  [
    'several',
    '/',
    async (page) => {
      await page.getByRole('checkbox').nth(0).check();
      await page.getByRole('checkbox').nth(1).check();
      await page.getByRole('button', { name: 'Reject…' }).click();
      await page.getByLabel('Reviews to reject').waitFor();
    },
  ],
  ['outcome', '/r/done', (page) => page.getByRole('region', { name: 'Outcome' }).waitFor()],
  ['missing', '/r/none', (page) => page.getByText('Review not found').waitFor()],
  ['nothing', '/unreported', (page) => page.getByText('Nothing outstanding').waitFor()],
];

it('every state, wide and narrow, light and dark: axe finds nothing serious, and nothing scrolls sideways', async () => {
  const page = await pages.open(reviewer);
  // The page keeps the token once the service has accepted it.
  await page.getByRole('button', { name: 'reviewer' }).waitFor();
  for (const [name, path, steps] of states) {
    if (path !== null) {
      await page.goto(service.url + path);
      await page.getByText('Live', { exact: true }).waitFor();
    }
    await steps(page);
    for await (const look of looksOf(page)) {
      await takePicture(page, `page/${name}-${look.name}`);
      await expect.poll(() => widthOf(page), { message: name }).toBeLessThanOrEqual(look.width);
      // A narrow page consists of the same parts, and a dark one differs only in its colours.
      if (look.name === 'light') expect(await seriousFindings(page), name).toEqual([]);
      if (look.name === 'dark') {
        expect(await seriousFindings(page, ['color-contrast']), name).toEqual([]);
      }
    }
  }
}, 120_000);

it('a disconnected page still shows what it has', async () => {
  const page = await pages.open(reviewer, {
    path: '/r/mail',
    before: (opened) => opened.routeWebSocket(/graphql/, (socket) => void socket.close()),
  });
  await page.getByText('Disconnected. Reconnecting…').waitFor();
  await approveButton(page).waitFor();
  await takePicture(page, 'page/cut-off-light');
  expect(await seriousFindings(page)).toEqual([]);
});

it('the states between accounts and without the service, wide and narrow, light and dark', async () => {
  const check = async (page: Page, name: string) => {
    for await (const look of looksOf(page)) {
      await takePicture(page, `page/${name}-${look.name}`);
      await expect.poll(() => widthOf(page), { message: name }).toBeLessThanOrEqual(look.width);
      const rules = look.name.endsWith('dark') ? ['color-contrast'] : undefined;
      expect(await seriousFindings(page, rules), name).toEqual([]);
    }
  };
  const proxy = await switchedProxy(service.url);
  const page = await pages.openAsNobody(proxy.url, { path: '/r/mail' });
  await page.getByLabel('Token').fill(await reviewer.token);
  await page.keyboard.press('Enter');
  await approveButton(page).waitFor();
  await page.evaluate(
    (token) => {
      location.hash = `token=${token}`;
    },
    await service.team().reviewer.token,
  );
  await page.getByRole('dialog', { name: 'Switch to another account?' }).waitFor();
  await check(page, 'switch-account');
  await page.keyboard.press('Escape');

  proxy.target = null;
  proxy.cut();
  await page.getByText("Holdpoint can't be reached. Reconnecting").waitFor();
  await check(page, 'away');
  proxy.target = service.url;
  await page.getByText('Live', { exact: true }).waitFor();

  const tab = await page.context().newPage();
  await tab.goto(
    `${proxy.url}/#token=${await service.as({ user: 'eve', actor: 'eve', scopes: ['review:request'] }).token}`,
  );
  await tab.getByRole('button', { name: 'Switch account' }).click();
  await tab.getByRole('heading', { name: "This token can't read reviews" }).waitFor();
  await check(tab, 'no-access');
  await page.getByRole('dialog', { name: 'This tab has stopped' }).waitFor();
  await check(page, 'stopped');
}, 120_000);

it.each(['light', 'dark'] as const)(
  'the sign-in, %s: axe finds nothing serious',
  async (colorScheme) => {
    const page = await pages.openAsNobody(service.url, { colorScheme });
    await page.getByLabel('Token').waitFor();
    await takePicture(page, `page/sign-in-${colorScheme}`);
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByLabel('Token').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  },
);

it('nothing is animated if reduced motion is requested', async () => {
  const page = await pages.open(reviewer);
  await page.locator('[data-row]').first().waitFor();
  const moving = await page.evaluate(
    () =>
      [...document.querySelectorAll('*')].filter((element) => {
        const { transitionDuration, animationName } = getComputedStyle(element);
        return transitionDuration !== '0s' || animationName !== 'none';
      }).length,
  );
  expect(moving).toBe(0);
});

it('the theme can be chosen independently of the system', async () => {
  const page = await pages.open(reviewer, { colorScheme: 'light' });
  await page.getByRole('button', { name: 'reviewer' }).click();
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const before = await ground();
  await page.getByLabel('Dark').check();
  await expect.poll(ground).not.toBe(before);
  await page.reload();
  await page.locator('[data-row]').first().waitFor();
  expect(await ground()).not.toBe(before);
});
