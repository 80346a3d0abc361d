import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { seriousFindings } from '../support/axe.ts';
import { company, delegate, readBallot, vote } from '../support/ballots.ts';
import { looksOf, takePicture } from '../support/looks.ts';
import { ask } from '../support/operations.ts';
import { reviewerPages } from '../support/reviewerPages.ts';
import { testService } from '../support/testService.ts';

const pages = await reviewerPages();
const service = await testService();

const teams = { finance: ['ada', 'ben'], security: ['ada', 'cleo', 'dan'] };

async function workspace() {
  const { user, agent, as } = await company(service, teams);
  const boss = service.as({
    user,
    actor: 'boss',
    scopes: ['review:request', 'review:decide', 'review:override', 'people:manage'],
  });
  return { user, agent, as, boss };
}

describe('62. with people:manage', () => {
  it('62. members are added, named, disabled and enabled', async () => {
    const { user, boss } = await workspace();
    const page = await pages.open(boss);
    await page.getByRole('button', { name: 'boss' }).click();
    await page.getByRole('link', { name: 'Members, teams and tokens' }).click();
    await page.getByRole('button', { name: 'Add a member…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Actor', { exact: false }).fill('eve');
    await dialog.getByLabel('Name', { exact: true }).fill('Eve Example');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Eve Example').waitFor();
    await page.getByRole('searchbox', { name: 'Filter members' }).fill('eve');
    await expect.poll(() => page.getByRole('listitem').count()).toBe(1);
    await page.getByRole('button', { name: 'Disable… eve' }).click();
    await dialog.getByRole('button', { name: 'Disable and revoke everything' }).click();
    await page.getByText('disabled', { exact: true }).waitFor();
    const disabledAt = async () => {
      const sql = `SELECT "disabledAt" FROM "Member" WHERE "userId" = $1 AND "actor" = 'eve'`;
      const [row] = (await service.sql(sql, [user])) as { disabledAt: Date | null }[];
      return row?.disabledAt;
    };
    expect(await disabledAt()).not.toBeNull();
    await page.getByRole('button', { name: 'Enable eve' }).click();
    await page.getByRole('button', { name: 'Disable… eve' }).waitFor();
    expect(await disabledAt()).toBeNull();
  });

  it('62. teams are created and changed, and take effect on the next decision', async () => {
    const { agent, as, boss } = await workspace();
    const page = await pages.open(boss, { path: '/settings/teams' });
    await page.getByRole('button', { name: 'Add a team…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/^ID/).fill('legal');
    await dialog.getByLabel('Name', { exact: true }).fill('Legal');
    await dialog.getByLabel('Members, one actor per line').fill('ben\ncleo');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('2 members: ben, cleo').waitFor();
    await ask(agent, 'r', { approvalsRequired: [{ teamId: 'legal' }] });
    await vote(as('ben'), 'r');
    expect(await readBallot(agent, 'r')).toMatchObject({ status: 'APPROVED' });
    await page.getByRole('button', { name: 'Edit… legal' }).click();
    await dialog.getByLabel('Group of the identity provider', { exact: false }).fill('lawyers');
    await dialog.getByLabel('Members, one actor per line').fill('cleo');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('and the group lawyers').waitFor();
    await page.getByRole('button', { name: 'Delete… legal' }).click();
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText('Legal', { exact: true }).waitFor({ state: 'detached' });
  });

  it('of many members and teams a hundred are shown, and the filter finds the others', async () => {
    const { user, boss } = await workspace();
    await service.sql(
      `INSERT INTO "Member" ("userId", "actor") SELECT $1, 'u-' || n FROM generate_series(100, 260) n`,
      [user],
    );
    await service.sql(
      `INSERT INTO "Team" ("userId", "teamId", "name")
      SELECT $1, 't-' || n, 'Team ' || n FROM generate_series(100, 260) n`,
      [user],
    );
    await service.sql(
      `INSERT INTO "TeamMember" ("userId", "teamId", "actor")
      SELECT $1, 't-260', 'u-' || n FROM generate_series(100, 260) n`,
      [user],
    );
    const page = await pages.open(boss, { path: '/settings/members' });
    await page.getByText('Showing the first 100 members').waitFor();
    await page.getByRole('searchbox', { name: 'Filter members' }).fill('u-259');
    await page.getByRole('button', { name: 'Edit… u-259' }).waitFor();
    await page.getByRole('link', { name: 'Teams' }).click();
    await page.getByText('Showing the first 100 teams').waitFor();
    await page.getByRole('searchbox', { name: 'Filter teams' }).fill('t-260');
    await page.getByText('161 members: u-100, u-101').waitFor();
    await page.getByRole('button', { name: 'Edit… t-260' }).click();
    const list = page.getByRole('dialog').getByLabel('Members, one actor per line');
    await expect.poll(async () => (await list.inputValue()).split('\n').length).toBe(161);

    // Names that are typed are completed, also those beyond the first.
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('link', { name: 'Delegations' }).click();
    await page.getByLabel('Who decides instead').fill('u-25');
    await page.locator('datalist option[value=u-257]').waitFor({ state: 'attached' });
  });

  it('41. a team that a waiting review needs is not deleted, and the review is named', async () => {
    const { agent, boss } = await workspace();
    await ask(agent, 'needs-finance', { approvalsRequired: [{ teamId: 'finance' }] });
    const page = await pages.open(boss, { path: '/settings/teams' });
    await page.getByRole('button', { name: 'Delete… finance' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
    await dialog.getByRole('link', { name: 'needs-finance' }).waitFor();
  });

  it('62. the secret of a new token is shown once, and tokens are revoked one by one or together', async () => {
    const { boss } = await workspace();
    const page = await pages.open(boss, { path: '/settings/tokens' });
    const dialog = page.getByRole('dialog');
    const create = async () => {
      await page.getByRole('button', { name: 'Create a token…' }).click();
      await dialog.getByLabel('Acts as').fill('bot');
      // Another actor can get no other scopes.
      expect(await dialog.getByRole('checkbox').count()).toBe(2);
      await dialog.getByRole('button', { name: 'Create', exact: true }).click();
      const secret = await dialog.getByLabel('The new token').inputValue();
      await dialog.getByRole('button', { name: 'Done' }).click();
      return secret;
    };
    const secret = await create();
    expect(secret.length).toBeGreaterThan(20);
    expect(await page.content()).not.toContain(secret);
    const ask = () =>
      fetch(`${service.url}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ viewer { actor } }' }),
      }).then((response) => response.json() as Promise<{ data?: { viewer: { actor: string } } }>);
    expect((await ask()).data?.viewer.actor).toBe('bot');
    await create();
    await page.getByRole('button', { name: 'All of bot…' }).first().click();
    await dialog.getByText('2 tokens will stop working').waitFor();
    await dialog.getByRole('button', { name: 'Revoke all' }).click();
    await page.getByText('No tokens').waitFor();
    await expect.poll(async () => (await ask()).data?.viewer).toBeUndefined();
    await page.getByLabel('Show expired and revoked tokens').check();
    expect(await page.getByText('revoked', { exact: true }).count()).toBe(2);
  });

  it('62. every change is listed', async () => {
    const { boss } = await workspace();
    const page = await pages.open(boss, { path: '/settings/members' });
    await page.getByRole('button', { name: 'Add a member…' }).click();
    await page.getByRole('dialog').getByLabel('Actor', { exact: false }).fill('eve');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'Changes' }).click();
    await page.getByText('boss changed the member eve').waitFor();
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByRole('button', { name: 'Show more' }).waitFor({ state: 'detached' });
    expect(await page.getByText('boss changed the member eve').count()).toBe(1);
  });

  it('62. a change with a long list is cut, and shown whole on request', async () => {
    const { boss } = await workspace();
    const actors = Array.from({ length: 500 }, (_, n) => `person-${n}`);
    await boss.query(`mutation ($input: SetTeamInput!) { setTeam(input: $input) { __typename } }`, {
      input: { teamId: 'all', name: 'All', actors },
    });
    const page = await pages.open(boss, { path: '/settings/changes' });
    await page.getByText('person-1"').waitFor();
    expect(await page.getByText('person-499').count()).toBe(0);
    await page.getByRole('button', { name: /^Show all \d/ }).click();
    await page.getByText('person-499').waitFor();
  });

  it('62. nobody else gets there', async () => {
    const { as } = await workspace();
    const page = await pages.open(as('ben'), { path: '/settings/tokens' });
    await page.getByText('This page needs the scope people:manage').waitFor();
    expect(await page.getByRole('link', { name: 'Members' }).count()).toBe(0);
  });
});

it('53. everybody delegates for themselves, and ends it again', async () => {
  const { agent, as, user } = await workspace();
  await ask(agent, 'r', { approvalsRequired: [{ teamId: 'security' }] });
  const page = await pages.open(as('dan'));
  await page.getByRole('button', { name: 'dan' }).click();
  await page.getByRole('link', { name: 'When you are away' }).click();
  expect(await page.getByLabel('Who is away').count()).toBe(0);
  await page.getByLabel('Who decides instead').fill('ben');
  await page.getByLabel('Reason', { exact: false }).fill('Holiday');
  await page.getByRole('button', { name: 'Delegate' }).click();
  const entry = page.getByRole('listitem').filter({ hasText: 'ben decides for dan' });
  await entry.getByText('active').waitFor();
  await vote(as('ben'), 'r', { onBehalfOf: 'dan' });
  expect(await readBallot(agent, 'r')).toMatchObject({ status: 'APPROVED', decidedBy: 'ben' });
  await entry.getByRole('button', { name: 'End now' }).click();
  await entry.getByText('ended').waitFor();
  // Somebody else's delegation cannot be ended.
  await delegate(service, user, 'cleo', 'ada');
  await page.reload();
  const other = page.getByRole('listitem').filter({ hasText: 'ada decides for cleo' });
  await other.waitFor();
  expect(await other.getByRole('button').count()).toBe(0);
});

it('53. a circle of delegations is refused with the reason', async () => {
  const { as, user } = await workspace();
  await delegate(service, user, 'ben', 'dan');
  const page = await pages.open(as('dan'), { path: '/settings/delegations' });
  await page.getByLabel('Who decides instead').fill('ben');
  await page.getByRole('button', { name: 'Delegate' }).click();
  await page.getByRole('alert').getByText('circle').waitFor();
});

it('every view about people, wide and narrow, light and dark: axe finds nothing serious, and nothing scrolls sideways', async () => {
  const { user, agent, as, boss } = await workspace();
  await delegate(service, user, 'dan', 'boss');
  await delegate(service, user, 'ada', 'boss');
  await ask(agent, 'pay', {
    nodeId: 'pay-invoice',
    instructions: 'Pay the invoice of the new supplier.',
    payload: { to: 'Example Ltd', amount: 18_000, currency: 'EUR' },
    approvalsRequired: [{ teamId: 'finance' }, { teamId: 'security', count: 2 }],
  });
  await vote(as('cleo'), 'pay', { message: 'The account is verified.' });
  await ask(agent, 'claimed', { nodeId: 'rotate-keys' });
  const claimant = await pages.open(as('ada'), { path: '/r/claimed' });
  await claimant.getByRole('button', { name: 'Claim', exact: true }).click();
  await claimant.getByText('You have claimed this review.').waitFor();
  const page = await pages.open(boss);
  await page.locator('[data-row="pay"]').waitFor();
  const dialog = (current: Page) => current.getByRole('dialog').waitFor();
  const button = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const views: [name: string, path: string, steps: () => Promise<unknown>][] = [
    ['approvals', '/r/pay', () => page.getByText('Could approve').first().waitFor()],
    ['reassign', '/r/pay', () => button('Reassign…').then(() => dialog(page))],
    ['override', '/r/pay', () => button('Override…').then(() => dialog(page))],
    ['claimed', '/r/claimed', () => page.getByText('has claimed this review').waitFor()],
    [
      'claimed-dialog',
      '/r/claimed',
      async () => {
        await page.getByText('has claimed this review').waitFor();
        await page.waitForTimeout(400);
        await page.keyboard.press('a');
        await dialog(page);
      },
    ],
    ['list-mine', '/', () => page.locator('[data-row="pay"]').waitFor({ state: 'attached' })],
    ['list-all', '/', () => page.getByRole('button', { name: 'All 2' }).click()],
    ['members', '/settings/members', () => page.getByText('cleo').first().waitFor()],
    [
      'disable',
      '/settings/members',
      () =>
        page
          .getByRole('button', { name: 'Disable… cleo' })
          .click()
          .then(() => dialog(page)),
    ],
    ['teams', '/settings/teams', () => page.getByText('2 members').waitFor()],
    [
      'team',
      '/settings/teams',
      () =>
        page
          .getByRole('button', { name: 'Edit… finance' })
          .click()
          .then(() => dialog(page)),
    ],
    ['tokens', '/settings/tokens', () => page.getByText('Create a token…').waitFor()],
    ['token', '/settings/tokens', () => button('Create a token…').then(() => dialog(page))],
    ['delegations', '/settings/delegations', () => page.getByText('active').first().waitFor()],
    ['changes', '/settings/changes', () => page.getByRole('heading', { level: 2 }).waitFor()],
  ];
  for (const [name, path, steps] of views) {
    await page.goto(service.url + path);
    await page.getByText('Live', { exact: true }).waitFor();
    await steps();
    for await (const look of looksOf(page)) {
      await takePicture(page, `page/people-${name}-${look.name}`);
      const width = () => page.evaluate(() => document.documentElement.scrollWidth);
      await expect.poll(width, { message: name }).toBeLessThanOrEqual(look.width);
      if (look.name === 'light') expect(await seriousFindings(page), name).toEqual([]);
      if (look.name === 'dark') {
        expect(await seriousFindings(page, ['color-contrast']), name).toEqual([]);
      }
    }
  }
}, 120_000);
