import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/database/database.ts';
import type { SignInOptions } from '../../src/identity/identityProvider.ts';
import { unlinkMember } from '../../src/people/setMember.ts';
import {
  type ClientOptions,
  identityProvider,
  logIn,
  logInUntilCallback,
  WORKSPACE,
} from '../support/identityProvider.ts';
import { ask, readOne } from '../support/operations.ts';
import { LOOK_MS, type PageOptions, reviewerPages } from '../support/reviewerPages.ts';
import { testService } from '../support/testService.ts';
import { tlsProxy } from '../support/tlsProxy.ts';

const pages = await reviewerPages();
const provider = await identityProvider();
const service = await testService({ config: { signIn: provider.options() } });
const database = openDatabase(service.database.url);
service.database.beforeDrop(() => database.close());
await provider.register([service.url]);

const agent = service.as({ user: WORKSPACE, actor: 'agent', scopes: ['review:request'] });
const auditor = service.as({ user: WORKSPACE, actor: 'auditor', scopes: ['review:read'] });
await ask(agent, 'one');

const signInLink = (page: Page) => page.getByRole('link', { name: 'Sign in', exact: true });
const row = (page: Page, id = 'one') => page.locator(`[data-row="${id}"]`);
const heading = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor();
const member = async (actor: string) =>
  (await service.sql(`SELECT * FROM "Member" WHERE "actor" = $1`, [actor]))[0];
const sessionsOf = (actor: string) =>
  service.sql(`SELECT * FROM "Session" WHERE "actor" = $1 ORDER BY "createdAt"`, [actor]);
const cookiesOf = async (context: BrowserContext, url = service.url) =>
  (await context.cookies(url)).filter(({ name }) => name.includes('holdpoint'));

/** Signs in as somebody new, unless told who. */
async function signIn(login: string, options: PageOptions = {}): Promise<Page> {
  const page = await pages.openAsNobody(service.url, options);
  await signInLink(page).click();
  await logIn(page, login);
  return page;
}

/** A new account whose login is its actor too. */
let number = 0;
async function account(groups: unknown = ['reviewers'], more: object = {}): Promise<string> {
  const login = `person-${++number}`;
  await provider.account(login, { groups, name: `Person ${number}`, ...more });
  return login;
}

async function another(options: Partial<SignInOptions>, client: Partial<ClientOptions> = {}) {
  const config = { signIn: provider.options(options) };
  const started = await testService({ database: service.database, config });
  await provider.register([service.url, started.url], client);
  onTestFinished(() => provider.register([service.url]));
  return started;
}

/** Signs in up to the callback, and returns its address without opening it. */
async function callbackOf(login: string): Promise<{ page: Page; callback: string }> {
  const page = await pages.openAsNobody(service.url);
  await signInLink(page).click();
  const callback = await logInUntilCallback(page, login);
  return { page, callback };
}

async function signOut(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await signInLink(page).waitFor();
}

describe('57. signing in', () => {
  it('first sign-in: the person is known by their name, decides, and is linked to the identity', async () => {
    await ask(agent, 'first', { nodeId: 'step-first' });
    const login = await account(['staff', 'reviewers'], {
      name: 'Ann Lee',
      email: 'ann@acme.example',
      email_verified: true,
    });
    const page = await pages.openAsNobody(`${service.url}`, { path: '/r/first' });
    const asked = page.waitForRequest((request) => request.url().includes('/auth?'));
    await signInLink(page).click();
    const sent = new URL((await asked).url()).searchParams;
    expect(sent.get('code_challenge_method')).toBe('S256');
    for (const name of ['code_challenge', 'state', 'nonce']) {
      expect(sent.get(name)?.length).toBeGreaterThan(40);
    }
    await logIn(page, login);
    await heading(page, 'step-first');
    expect(page.url()).toBe(`${service.url}/r/first`);
    await page.getByRole('button', { name: 'Ann Lee' }).waitFor();
    await page.waitForTimeout(LOOK_MS);
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByRole('button', { name: /^Undo/ }).waitFor();
    expect(await readOne(auditor, 'first')).toMatchObject({ status: 'APPROVED', decidedBy: login });

    expect(await member(login)).toMatchObject({
      userId: WORKSPACE,
      kind: 'PERSON',
      issuer: provider.issuer,
      subject: login,
      displayName: 'Ann Lee',
      email: 'ann@acme.example',
      groups: ['staff', 'reviewers'],
      groupsAt: expect.any(Date),
    });
    expect(await sessionsOf(login)).toMatchObject([
      { scopes: ['review:decide'], groups: ['staff', 'reviewers'], revokedAt: null },
    ]);
    await page.reload();
    await page.getByRole('button', { name: 'Ann Lee' }).waitFor();
    const stored = await page.evaluate(() => [localStorage, sessionStorage].flatMap(Object.keys));
    expect(stored).toEqual(['holdpoint.seen']); // which revisions were seen; never a token
  });

  it('wrong group: the page says so, and there is no session', async () => {
    const login = await account(['sales', '<b>x</b>']);
    const page = await signIn(login);
    await heading(page, 'You have no access to Holdpoint');
    const text = await page.locator('main').textContent();
    expect(text).toContain(`You are Person ${number} (${login}) in workspace ${WORKSPACE}`);
    expect(text).toContain('Your groups: sales, <b>x</b>');
    expect(await sessionsOf(login)).toEqual([]);
    expect(await member(login)).toBeUndefined();
    expect(await cookiesOf(page.context())).toEqual([]);
    await page.getByRole('link', { name: 'Back to Holdpoint' }).click();
    await signInLink(page).waitFor();
  });

  it.each([
    [undefined],
    [null],
    [[]],
    [{ reviewers: true }],
    [['reviewers', 7]],
    ['reviewers readers'],
  ])('39. a groups claim that is %j means no group', async (groups) => {
    const login = await account();
    await provider.account(login, { groups });
    await heading(await signIn(login), 'You have no access to Holdpoint');
    expect(await sessionsOf(login)).toEqual([]);
  });

  it('39. groups that are cut off refuse the sign-in, with the setting to change', async () => {
    const login = await account(undefined, {
      _claim_names: { groups: 'src1' },
      _claim_sources: { src1: { endpoint: 'https://graph.example/groups' } },
    });
    const page = await signIn(login);
    await heading(page, 'You are not signed in');
    expect(await page.locator('main').textContent()).toContain(
      'HOLDPOINT_OIDC_GROUPS_CLAIM to roles',
    );
    expect(await sessionsOf(login)).toEqual([]);
  });

  it('groups changed between two sign-ins: the second has the new ones, and without any all sessions end', async () => {
    const login = await account(['reviewers']);
    const page = await signIn(login, { path: '/r/one' });
    await page.getByRole('button', { name: 'Approve', exact: true }).waitFor();

    await provider.account(login, { groups: ['readers'], name: 'Moved' });
    const elsewhere = await signIn(login, { path: '/r/one' });
    await elsewhere.getByText('read-only').first().waitFor();
    expect(await elsewhere.getByRole('button', { name: 'Approve', exact: true }).count()).toBe(0);
    expect(await member(login)).toMatchObject({ groups: ['readers'], displayName: 'Moved' });

    await provider.account(login, { groups: [] });
    await heading(await signIn(login), 'You have no access to Holdpoint');
    for (const open of [page, elsewhere]) {
      await open.getByRole('dialog', { name: 'Sign in again' }).waitFor();
    }
    expect(await member(login)).toMatchObject({ groups: [] });
    for (const { revokedAt } of await sessionsOf(login)) expect(revokedAt).not.toBeNull();
  });

  it('a disabled member, an agent and the name of the service are refused', async () => {
    const [disabled, robot] = [await account(), await account()];
    await service.sql(
      `INSERT INTO "Member" ("userId", "actor", "kind", "disabledAt")
      VALUES ($1, $2, 'PERSON', now()), ($1, $3, 'AGENT', NULL)`,
      [WORKSPACE, disabled, robot],
    );
    await provider.account('holdpoint', { groups: ['reviewers'] });
    for (const [login, reason] of [
      [disabled, 'is disabled in workspace acme'],
      [robot, 'is an agent in workspace acme'],
      ['holdpoint', 'is reserved for the service'],
    ] as const) {
      const page = await signIn(login);
      await page.getByText(reason).waitFor();
      expect(await sessionsOf(login)).toEqual([]);
    }
  });

  it('the workspace and the actor can be claims, and a claim that is missing is named', async () => {
    const options = { workspace: { claim: 'org' }, actorClaim: 'preferred_username' };
    const { url } = await another(options);
    const login = await account(['reviewers'], { org: 'umbrella', preferred_username: 'alice' });
    const page = await pages.openAsNobody(url);
    await signInLink(page).click();
    await logIn(page, login);
    await page.getByRole('banner').getByText('umbrella').waitFor();
    expect(await sessionsOf('alice')).toMatchObject([{ userId: 'umbrella' }]);

    const without = await account(['reviewers'], { preferred_username: 'zed' });
    const refused = await pages.openAsNobody(url);
    await signInLink(refused).click();
    await logIn(refused, without);
    await refused.getByText('did not send the claim org').waitFor();
  });

  it('an email address is a name only if it is verified', async () => {
    const { url } = await another({ actorClaim: 'email' });
    for (const verified of [false, undefined]) {
      const login = await account(['reviewers'], {
        email: 'eve@x.example',
        email_verified: verified,
      });
      const page = await pages.openAsNobody(url);
      await signInLink(page).click();
      await logIn(page, login);
      await page.getByText('has not verified your email address').waitFor();
    }
    expect(await sessionsOf('eve@x.example')).toEqual([]);
    const login = await account(['reviewers'], { email: 'ann@x.example', email_verified: true });
    const page = await pages.openAsNobody(url);
    await signInLink(page).click();
    await logIn(page, login);
    await row(page).waitFor();
    expect(await sessionsOf('ann@x.example')).toHaveLength(1);
  });

  it('another identity with the same actor is refused until it is linked, and one identity has one actor', async () => {
    const { url } = await another({ actorClaim: 'preferred_username' });
    const enter = async (login: string) => {
      const page = await pages.openAsNobody(url);
      await signInLink(page).click();
      await logIn(page, login);
      return page;
    };
    const [first, second] = [
      await account(['reviewers'], { preferred_username: 'sam' }),
      await account(['reviewers'], { preferred_username: 'sam' }),
    ];
    const page = await enter(first);
    await row(page).waitFor();
    const refused = await enter(second);
    await refused.getByText('to unlink sam, then sign in again').waitFor();
    expect(await sessionsOf('sam')).toHaveLength(1);

    const boss = { userId: WORKSPACE, actor: 'boss', scopes: [], groups: [] };
    const unlink = () => unlinkMember({ database, notifyFeed: () => {} }, boss, { actor: 'sam' });
    await unlink();
    await page.getByRole('dialog', { name: 'Sign in again' }).waitFor();
    await row(await enter(second)).waitFor();
    await (await enter(first)).getByText('is linked to another identity').waitFor();

    // The identity of sam under another name would count twice.
    await provider.account(second, { groups: ['reviewers'], preferred_username: 'sammy' });
    await (await enter(second)).getByText('your identity is linked to sam in').waitFor();
    await unlink();
    await row(await enter(second)).waitFor();
    expect(
      await service.sql(
        `SELECT "actor", "change", "subject", "detail"->>'subject' AS "identity" FROM "PeopleChange"
        WHERE "subject" IN ('sam', 'sammy') ORDER BY "number"`,
      ),
    ).toEqual([
      { actor: 'sam', change: 'linkIdentity', subject: 'sam', identity: first },
      { actor: 'boss', change: 'unlinkMember', subject: 'sam', identity: first },
      { actor: 'sam', change: 'linkIdentity', subject: 'sam', identity: second },
      { actor: 'boss', change: 'unlinkMember', subject: 'sam', identity: second },
      { actor: 'sammy', change: 'linkIdentity', subject: 'sammy', identity: second },
    ]);
  });

  it.each([
    ['client_secret_post', false],
    ['none', false],
    ['client_secret_basic', true],
  ] as const)(
    'works with the client authentication %s (claims at the user info endpoint: %s)',
    async (authMethod, isThin) => {
      const options = authMethod === 'none' ? { clientSecret: null } : {};
      const { url } = await another(options, { authMethod, isThin });
      const login = await account(['reviewers']);
      const page = await pages.openAsNobody(url);
      await signInLink(page).click();
      await logIn(page, login);
      await row(page).waitFor();
      expect(await member(login)).toMatchObject({ displayName: `Person ${number}` });
    },
  );
});

describe('57. a sign-in that goes wrong', () => {
  it('provider away: the page says so, before and after the login, and it works once it is back', async () => {
    const fresh = await another({});
    await provider.stop();
    onTestFinished(() => provider.start().catch(() => {}));
    const page = await pages.openAsNobody(fresh.url);
    await signInLink(page).click();
    await page.getByText("can't be reached right now").waitFor();
    await provider.start();
    const login = await account();
    await page.getByRole('link', { name: 'Try again' }).click();
    const callback = await logInUntilCallback(page, login);
    await provider.stop();
    await page.goto(callback);
    await page.getByText("can't be reached right now").waitFor();
    expect(await sessionsOf(login)).toEqual([]);
    await provider.start();
    await page.getByRole('link', { name: 'Try again' }).click();
    await row(page).waitFor();
  });

  it('clock skew: a minute is tolerated, and more is named', async () => {
    await provider.register([service.url], { idTokenSeconds: 60 });
    onTestFinished(async () => {
      await provider.setClock(0);
      await provider.register([service.url]);
    });
    await provider.setClock(-90_000);
    await row(await signIn(await account())).waitFor();
    await provider.setClock(45_000);
    await row(await signIn(await account())).waitFor();
    await provider.setClock(-180_000);
    const late = await account();
    await (await signIn(late)).getByText('The clocks of this service and of localhost').waitFor();
    expect(await sessionsOf(late)).toEqual([]);
  });

  it('replayed callback: it works once, in whatever process', async () => {
    const login = await account();
    const { page, callback } = await callbackOf(login);
    const kept = await page.context().cookies(service.url);
    await page.goto(callback);
    await row(page).waitFor();
    await page.goto(callback);
    await heading(page, 'This sign-in is not valid here');

    // Even with a copy of the cookie.
    const copy = await pages.openAsNobody(service.url);
    await copy.context().addCookies(kept);
    await copy.goto(callback);
    await copy.getByText('was used before, or took too long').waitFor();
    expect(await sessionsOf(login)).toHaveLength(1);
  });

  it('state of another browser: it signs nobody in', async () => {
    const login = await account();
    const { callback } = await callbackOf(login);
    const victim = await pages.openAsNobody(callback, { path: '' });
    await heading(victim, 'This sign-in is not valid here');
    expect(await cookiesOf(victim.context())).toEqual([]);

    // Nor in a browser that has a sign-in of its own under way.
    const mine = await callbackOf(await account());
    await mine.page.goto(callback);
    await heading(mine.page, 'This sign-in is not valid here');
    const mixed = new URL(callback);
    mixed.searchParams.set('state', new URL(mine.callback).searchParams.get('state') ?? '');
    await mine.page.goto(mixed.href);
    await mine.page.getByText('was used before, or took too long').waitFor();
    expect(await sessionsOf(login)).toEqual([]);
  });

  it('a person who declines, an unknown state and a bare callback are told so', async () => {
    const page = await pages.openAsNobody(service.url);
    await signInLink(page).click();
    await page.getByRole('link', { name: 'Cancel' }).click();
    await page.getByText('access_denied').waitFor();
    for (const query of ['', '?state=x&code=y', `?state=${'s'.repeat(43)}&code=y`]) {
      await page.goto(`${service.url}/auth/callback${query}`);
      await heading(page, 'This sign-in is not valid here');
    }
  });

  it.each([
    'https://evil.example/',
    '//evil.example/r/one',
    '/\\evil.example/r/one',
    '/r/../../\\evil.example',
    '/\t/evil.example',
    '/.//evil.example',
    '/r/%2e%2e//evil.example',
    'javascript:alert(1)',
    '/graphql?query={viewer{actor}}',
    '/auth/sign-out',
    '/assets/x.js',
    '@evil.example',
    `/r/${'x'.repeat(2_000)}`,
  ])('59. open redirect: %s leads to the start of the page', async (to) => {
    const login = await account();
    const page = await pages.openAsNobody(service.url);
    await page.goto(`${service.url}/auth/sign-in?${new URLSearchParams({ to })}`);
    await logIn(page, login);
    await row(page).waitFor();
    expect(page.url()).toBe(`${service.url}/`);
  });

  it.each(['/unexecuted', '/r/one', '/r/odd%2Fid%3A1%3F%23?in=unexecuted', '/r?id=..'])(
    '59. the path %s of the page is returned to',
    async (to) => {
      const login = await account();
      const page = await pages.openAsNobody(service.url);
      await page.goto(`${service.url}/auth/sign-in?${new URLSearchParams({ to })}`);
      await logIn(page, login);
      await page.getByRole('button', { name: `Person ${number}` }).waitFor();
      expect(page.url()).toBe(service.url + to);
    },
  );

  it('many sign-ins with long paths leave cookies that every proxy lets through', async () => {
    const page = await pages.openAsNobody(service.url);
    const login = await account();
    const to = `/r/${'x'.repeat(1_450)}`;
    for (let n = 0; n < 8; n++) {
      await page.goto(`${service.url}/auth/sign-in?${new URLSearchParams({ to })}`);
    }
    const cookies = await cookiesOf(page.context());
    const header = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    expect(header.length).toBeLessThan(7_000); // nginx refuses a header of more than 8 KB
    expect(cookies.length).toBeGreaterThan(1);
    await logIn(page, login);
    await page.getByRole('button', { name: `Person ${number}` }).waitFor();
    expect(page.url()).toBe(service.url + to);
  });

  it('59. an altered cookie leads nowhere else', async () => {
    const login = await account();
    const { page, callback } = await callbackOf(login);
    const [cookie] = await cookiesOf(page.context());
    const value = JSON.parse(Buffer.from(cookie?.value ?? '', 'base64url').toString());
    const altered = Buffer.from(JSON.stringify({ ...value, to: '//evil.example' }));
    const { name = '', domain = '', path = '' } = cookie ?? {};
    await page.context().addCookies([{ name, domain, path, value: altered.toString('base64url') }]);
    await page.goto(callback);
    await row(page).waitFor();
    expect(page.url()).toBe(`${service.url}/`);
  });
});

describe('58. the session', () => {
  it('cookie over http and https: no script reads it, and over https only this host sets it', async () => {
    const page = await signIn(await account());
    await row(page).waitFor();
    expect(await cookiesOf(page.context())).toMatchObject([
      { name: 'holdpoint-session', httpOnly: true, sameSite: 'Lax', secure: false, path: '/' },
    ]);
    expect(await page.evaluate(() => document.cookie)).toBe('');

    const proxy = await tlsProxy();
    const publicUrl = `${proxy.url}/inbox`;
    const secure = await testService({
      database: service.database,
      config: { signIn: provider.options(), publicUrl },
    });
    proxy.forwardTo(secure.url);
    await provider.register([service.url, publicUrl]);
    onTestFinished(() => provider.register([service.url]));
    const context = { ignoreHTTPSErrors: true };
    const encrypted = await pages.openAsNobody(publicUrl, { path: '/r/one', context });
    await signInLink(encrypted).click();
    const [attempt] = await cookiesOf(encrypted.context(), proxy.url);
    expect(attempt).toMatchObject({ secure: true, httpOnly: true, sameSite: 'Lax', path: '/' });
    expect(attempt?.name).toMatch(/^__Host-holdpoint-sign-in\.inbox\./);
    expect((attempt?.expires ?? 0) - Date.now() / 1_000).toBeLessThanOrEqual(600);
    await logIn(encrypted, await account());
    await encrypted.getByText('Live', { exact: true }).waitFor();
    await row(encrypted).waitFor();
    expect(encrypted.url()).toBe(`${publicUrl}/r/one`);
    expect(await cookiesOf(encrypted.context(), proxy.url)).toMatchObject([
      {
        name: '__Host-holdpoint-session.inbox',
        domain: 'localhost',
        httpOnly: true,
        sameSite: 'Lax',
        secure: true,
        path: '/',
      },
    ]);
    await signOut(encrypted, `Person ${number}`);
    expect(await cookiesOf(encrypted.context(), proxy.url)).toEqual([]);
  });

  it('sign-out: it ends here at once, and at the identity provider if wanted', async () => {
    const login = await account();
    const page = await signIn(login);
    await row(page).waitFor();
    const [cookie] = await cookiesOf(page.context());
    await signOut(page, `Person ${number}`);
    expect(await cookiesOf(page.context())).toEqual([]);
    expect(await sessionsOf(login)).toMatchObject([{ revokedAt: expect.any(Date) }]);
    expect(await row(page).count()).toBe(0);

    // Whoever has a copy of the cookie is out too.
    const thief = await pages.openAsNobody(service.url);
    if (cookie) await thief.context().addCookies([cookie]);
    await thief.reload();
    await signInLink(thief).waitFor();

    await page.getByRole('link', { name: 'Sign out of the identity provider too' }).click();
    await page.getByRole('button', { name: 'Yes, sign me out' }).click();
    await signInLink(page).click();
    await page.locator('input[name=login]').waitFor();
  });

  it('sign-out while the service is away: the page says that it did not work', async () => {
    const page = await signIn(await account());
    await row(page).waitFor();
    await page.route('**/auth/sign-out', (route) => route.abort());
    await page.getByRole('button', { name: `Person ${number}` }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are still signed in').waitFor();
  });

  it('session revoked while sockets are open: the page asks to sign in again, and goes on with the draft', async () => {
    await ask(agent, 'draft', { nodeId: 'step-draft' });
    const login = await account();
    const page = await signIn(login, { path: '/r/draft' });
    await page.getByRole('button', { name: 'Reject…' }).click();
    await page.getByRole('textbox', { name: /^Why/ }).fill('Not before Monday');
    const started = performance.now();
    await service.sql(`UPDATE "Session" SET "revokedAt" = now() WHERE "actor" = $1`, [login]);
    const dialog = page.getByRole('dialog', { name: 'Sign in again' });
    await dialog.waitFor();
    expect(performance.now() - started).toBeLessThan(5_000);
    const opened = page.context().waitForEvent('page');
    await dialog.getByRole('link', { name: 'Sign in', exact: true }).click();
    const tab = await opened; // still signed in at the identity provider
    await heading(tab, 'step-draft');
    await dialog.waitFor({ state: 'hidden' });
    const reason = page.getByRole('textbox', { name: /^Why/ });
    expect(await reason.inputValue()).toBe('Not before Monday');
    await reason.press('Control+Enter');
    await page.getByText(`Rejected by ${login}`).first().waitFor();
  });

  it('two tabs: both sign in, and signing out in one ends the other', async () => {
    const login = await account();
    const page = await pages.openAsNobody(service.url);
    const tab = await page.context().newPage();
    tab.setDefaultTimeout(8_000);
    await tab.goto(`${service.url}/r/one`);
    await signInLink(page).click();
    await page.locator('input[name=login]').waitFor();
    await signInLink(tab).click();
    await tab.locator('input[name=login]').waitFor();
    await logIn(page, login);
    await row(page).waitFor();
    // This sign-in began before the other ended.
    await logIn(tab, login);
    await row(tab).waitFor();
    expect(tab.url()).toBe(`${service.url}/r/one`);
    await row(page).waitFor();
    await signOut(tab, `Person ${number}`);
    await signInLink(page).waitFor();
    await expect.poll(() => row(page).count()).toBe(0);
  });

  it('two tabs: when another account signs in, the first tab stops and decides nothing', async () => {
    await ask(agent, 'whose', { nodeId: 'step-whose' });
    const [first, second] = [await account(), await account()];
    const page = await signIn(first, { path: '/r/whose' });
    await page.getByRole('button', { name: 'Approve', exact: true }).waitFor();
    // The other account signs in while this tab hears nothing, as one that the browser has frozen.
    const elsewhere = await pages.openAsNobody(service.url);
    await signInLink(elsewhere).click();
    await logIn(elsewhere, second);
    await row(elsewhere).waitFor();
    await page.context().addCookies(await elsewhere.context().cookies(service.url));
    await page.waitForTimeout(LOOK_MS);
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByRole('dialog', { name: 'This tab has stopped' }).waitFor();
    expect(await readOne(auditor, 'whose')).toMatchObject({ status: 'WAITING' });
  });
});

describe('60. a link with a token', () => {
  const token = () =>
    service.as({ user: 'elsewhere', actor: 'mallory', scopes: ['review:decide'] }).token;

  it('asks before it replaces somebody who is signed in, in a new tab too', async () => {
    const page = await signIn(await account());
    await row(page).waitFor();
    const tab = await page.context().newPage();
    tab.setDefaultTimeout(8_000);
    await tab.goto(`${service.url}/#token=${await token()}`);
    const question = tab.getByRole('dialog', { name: 'Switch to another account?' });
    await question.getByText('mallory').waitFor();
    await question.getByText(`Person ${number}`).waitFor();
    expect(tab.url()).toBe(`${service.url}/`);
    expect(await tab.evaluate(() => localStorage.length)).toBe(0);
    await question.getByRole('button', { name: "Don't switch" }).click();
    await row(tab).waitFor();
    await tab.reload();
    await row(tab).waitFor();

    await tab.evaluate(
      (text) => {
        location.hash = `token=${text}`;
      },
      await token(),
    );
    await question.getByRole('button', { name: 'Switch account' }).click();
    await tab.getByRole('banner').getByText('elsewhere').waitFor();
    await page.getByRole('dialog', { name: 'This tab has stopped' }).waitFor();
  });

  it('signs in at once if nobody is, and signing out leaves nothing behind', async () => {
    const page = await pages.openAsNobody(service.url, { path: `/#token=${await token()}` });
    await page.getByRole('banner').getByText('elsewhere').waitFor();
    await signOut(page, 'mallory');
    expect(await page.evaluate(() => localStorage.length)).toBe(0);
  });

  it('61. a token can be pasted beside the sign-in', async () => {
    const page = await pages.openAsNobody(service.url);
    await signInLink(page).waitFor();
    await page.getByText('Use a token instead').click();
    await page.getByLabel('Token').fill(await auditor.token);
    await page.getByRole('button', { name: 'Use token' }).click();
    await row(page).waitFor();
  });
});
