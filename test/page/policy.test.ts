import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { readHistory, readPolicy } from '../policy/operations.ts';
import { savePolicy, type TestRule } from '../policy/savePolicy.ts';
import { seriousFindings } from '../support/axe.ts';
import { company } from '../support/ballots.ts';
import { looksOf, takePicture } from '../support/looks.ts';
import { approve, ask, reject, requestReviewDocument } from '../support/operations.ts';
import { type PageOptions, reviewerPages } from '../support/reviewerPages.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';

const pages = await reviewerPages();
const service = await testService();

const rules: TestRule[] = [
  {
    ruleId: 'refunds-over-500',
    when: 'node == "refund" && payload.amount > 500',
    effect: 'REVIEW',
    reason: 'Large refunds are checked by two people of finance',
    approvalsRequired: [{ teamId: 'finance', actors: null, count: 2 }],
    escalation: [{ afterMs: 7_200_000, teamIds: ['security'], actors: [] }],
    expiresAfter: '12h',
    risk: 'HIGH',
  },
  {
    ruleId: 'small-refunds',
    when: 'node == "refund" && payload.amount <= 100',
    effect: 'ALLOW',
    reason: 'Up to 100 needs nobody',
  },
];

async function workspace(mode = 'ENFORCED') {
  const { user, agent, as } = await company(service, {
    finance: ['ada', 'ben'],
    security: ['cleo'],
  });
  const engineer = service.as({ user, actor: 'pia', scopes: ['policy:manage', 'review:read'] });
  const other = service.as({ user, actor: 'otto', scopes: ['policy:manage', 'review:read'] });
  const reader = service.as({ user, actor: 'rita', scopes: ['review:read'] });
  const ben = as('ben');
  await savePolicy(service, user, rules, { mode, createdBy: 'platform' });
  return { user, agent, ben, engineer, other, reader };
}

const refund = (amount: unknown) => ({ nodeId: 'refund', payload: { to: 'ada', amount } });

/** Past requests that people decided, while there was no policy. */
async function past({ agent, ben }: { agent: TestClient; ben: TestClient }) {
  for (const amount of [10, 50, 300]) {
    await ask(agent, `r-${amount}`, { ...refund(amount), headline: `Refund ${amount} EUR` });
  }
  await reject(ben, 'r-50', { message: 'Wrong customer' });
  await approve(ben, 'r-300');
  await approve(ben, 'r-10');
}

const open = (client: TestClient, options: PageOptions = {}) =>
  pages.open(client, { path: '/settings/policy', ...options });

const part = (page: Page, name: string) => page.getByRole('region', { name });
const expression = (page: Page) => page.getByLabel('Applies where this is true (CEL)');

describe('68. the policy page', () => {
  it('68. is reached from the settings, and shows the rules with what they ask for', async () => {
    const { engineer } = await workspace();
    const page = await pages.open(engineer);
    await page.getByRole('button', { name: 'pia' }).click();
    await page.getByRole('link', { name: 'Policy' }).click();
    const list = part(page, 'Rules');
    await list.getByRole('heading', { name: 'refunds-over-500' }).waitFor();
    await list.getByText('node == "refund" && payload.amount > 500').waitFor();
    await list
      .getByText('By 2 of team finance · after 2h also team security · expires after 12h')
      .waitFor();
    await list.getByText('High risk').waitFor();
    await page.getByText('Version 1').first().waitFor();
    await page.getByText('Enforced', { exact: true }).first().waitFor();
  });

  it('68. is read-only with review:read', async () => {
    const { reader } = await workspace();
    const page = await open(reader);
    await part(page, 'Rules').getByRole('heading', { name: 'small-refunds' }).waitFor();
    await page.getByText('read-only').waitFor();
    for (const name of [/^Edit/, /^Remove/, 'Add a rule', /^Save/, 'Try them']) {
      expect(await page.getByRole('button', { name }).count()).toBe(0);
    }
    await part(page, 'Test a request').getByText('by 2 of team finance').waitFor();
  });

  it('68. a rule is added by the keyboard alone, with completion, and counts for the next request', async () => {
    const { agent, engineer } = await workspace();
    const page = await open(engineer);
    await page.getByRole('button', { name: 'Add a rule' }).focus();
    await page.keyboard.press('Enter');
    const name = page.getByLabel('Name: a-z, 0-9 and hyphens');
    await name.waitFor();
    const hasFocus = (field: typeof name) =>
      field.evaluate((element) => element === document.activeElement);
    await expect.poll(() => hasFocus(name)).toBe(true);
    await page.keyboard.type('frozen');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Deny');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await hasFocus(expression(page))).toBe(true);
    await page.keyboard.type('payl');
    await page.getByRole('option', { name: /payload/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.type('.am');
    await page.getByRole('option', { name: /amount/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.type(' > 10000');
    expect(await expression(page).inputValue()).toBe('payload.amount > 10000');
    await page.getByLabel(/^Reason/).fill('Never that much');
    await page.getByRole('button', { name: 'Done' }).press('Enter');
    const edit = page.getByRole('button', { name: 'Edit frozen' });
    await expect.poll(() => hasFocus(edit)).toBe(true);
    const save = part(page, 'Review and save');
    await save.getByText('added').waitFor();
    await save.getByLabel(/^Note/).fill('After the incident');
    await save.getByRole('button', { name: 'Save as version 2' }).click();
    await page.getByText('Saved as version 2').waitFor();
    expect(await readPolicy(engineer)).toMatchObject({
      version: 2,
      note: 'After the incident',
      createdBy: 'pia',
      rules: [
        { ruleId: 'refunds-over-500', expiresAfter: '12h', escalation: [{ after: '2h' }] },
        { ruleId: 'small-refunds' },
        { ruleId: 'frozen', effect: 'DENY', when: 'payload.amount > 10000' },
      ],
    });
    const asked = await ask(agent, 'huge', refund(20_000));
    expect(asked.review).toMatchObject({ status: 'REJECTED', decisionSource: 'POLICY' });
  });

  it('68. errors in expressions are at their place, and nothing is saved with one', async () => {
    const { engineer } = await workspace();
    const page = await open(engineer);
    await page.getByRole('button', { name: 'Edit small-refunds' }).click();
    await expression(page).fill('node == "refund" &&\n  paylod.amount <= 100');
    await page.getByText(/^Line 2, column 3: unknown variable paylod/).waitFor();
    await expect.poll(() => page.locator('.expression-mirror mark').textContent()).toBe('paylod');
    const save = page.getByRole('button', { name: /^Save as/ });
    expect(await save.isDisabled()).toBe(true);
    await expression(page).fill('risk == "LOW"');
    await page.getByText(/^Line 1, column 1: risk is the agent's own words/).waitFor();
    await expression(page).fill('node == "refund" && payload.amount <= 99');
    await expect.poll(() => save.isDisabled()).toBe(false);
  });

  it('68. what only the service knows is shown at the rule', async () => {
    const { user, engineer } = await workspace();
    const page = await open(engineer);
    await page.getByRole('button', { name: 'Edit refunds-over-500' }).click();
    await page.getByLabel('Expires after').fill('soon');
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: /^Save as/ }).click();
    await page.getByText('must be a time such as 30m, 12h or 7d').waitFor();
    await page.getByLabel('Expires after').fill('7d');
    await service.sql(`DELETE FROM "Team" WHERE "userId" = $1 AND "teamId" = 'security'`, [user]);
    await page.getByRole('button', { name: /^Save as/ }).click();
    await page.getByText('there is no team security').waitFor();
  });

  it('68. somebody else was faster: it shows what they changed, keeps the draft, and joins both', async () => {
    const { user, engineer } = await workspace();
    const page = await open(engineer);
    await page.getByRole('button', { name: 'Edit small-refunds' }).click();
    await expression(page).fill('node == "refund" && payload.amount <= 50');
    const [big, small] = rules as [TestRule, TestRule];
    await savePolicy(
      service,
      user,
      [
        { ...big, when: 'node == "refund" && payload.amount > 400' },
        small,
        { ruleId: 'theirs', when: 'node == "drop-table"', effect: 'DENY' },
      ],
      { createdBy: 'otto' },
    );
    await page.getByRole('button', { name: 'Save as version 2' }).click();
    const conflict = page.getByRole('alert').filter({ hasText: 'otto saved version 2 meanwhile' });
    await conflict.getByText('payload.amount > 400').waitFor();
    await conflict.getByText('theirs').waitFor();
    expect(await expression(page).inputValue()).toContain('<= 50');
    await conflict.getByRole('button', { name: 'Add their changes to my draft' }).click();
    await page.getByRole('button', { name: 'Save as version 3' }).click();
    await page.getByText('Saved as version 3').waitFor();
    expect((await readPolicy(engineer))?.rules).toMatchObject([
      { ruleId: 'refunds-over-500', when: 'node == "refund" && payload.amount > 400' },
      { ruleId: 'small-refunds', when: 'node == "refund" && payload.amount <= 50' },
      { ruleId: 'theirs' },
    ]);
  });

  it('68. the draft survives a visit to another page', async () => {
    const { engineer } = await workspace();
    const page = await open(engineer);
    await page.getByRole('button', { name: 'Remove small-refunds' }).click();
    await page.getByRole('link', { name: '← Reviews' }).click();
    await page.goBack();
    await part(page, 'Review and save').getByText('removed').waitFor();
    await page.getByRole('button', { name: 'Discard the changes' }).click();
    await page.getByRole('heading', { name: 'small-refunds' }).waitFor();
  });

  it('68. going back saves an old version as the newest', async () => {
    const { user, engineer } = await workspace();
    await savePolicy(service, user, [], { mode: 'SHADOW', createdBy: 'otto' });
    const page = await open(engineer);
    await page.getByRole('button', { name: 'Show version 1' }).click();
    await page.getByRole('button', { name: 'Go back to this version…' }).click();
    const save = part(page, 'Review and save');
    await save.getByText('refunds-over-500').waitFor();
    expect(await save.getByLabel(/^Note/).inputValue()).toBe('Back to version 1');
    await save.getByRole('button', { name: 'Save as version 3' }).click();
    await page.getByText('Saved as version 3').waitFor();
    const [newest, , first] = await readHistory(engineer);
    expect(newest?.rules).toEqual(first?.rules);
    expect(newest).toMatchObject({ mode: 'ENFORCED', version: 3 });
  });

  it('68. a change leaves the people of other rules as they are, and tells them from teams', async () => {
    const { user, engineer } = await workspace();
    const asked = (actors: string[]) => [{ teamId: null, actors, count: 1 }];
    const people = ['uid=ada,ou=people', '"ben"', ' cleo ', 'finance'];
    const escalation = [{ afterMs: 7_200_000, teamIds: [], actors: ['uid=eve,ou=people'] }];
    await savePolicy(service, user, [
      {
        ruleId: 'named',
        when: 'true',
        effect: 'REVIEW',
        approvalsRequired: asked(people),
        escalation,
      },
      { ruleId: 'other', when: 'false', effect: 'DENY' },
    ]);
    const page = await open(engineer);
    const list = part(page, 'Rules');
    await list
      .getByText('By 1 of "uid=ada,ou=people", "\\"ben\\"", " cleo ", or finance')
      .waitFor();
    await page.getByRole('button', { name: 'Remove other' }).click();
    const { version } = (await readPolicy(engineer)) ?? {};
    const next = Number(version) + 1;
    await page.getByRole('button', { name: `Save as version ${next}` }).click();
    await page.getByText(`Saved as version ${next}`).waitFor();
    expect(await readPolicy(engineer)).toMatchObject({
      rules: [
        {
          approvalsRequired: [{ actors: people }],
          escalation: [{ actors: ['uid=eve,ou=people'] }],
        },
      ],
    });
  });

  it('68. the first policy begins in shadow', async () => {
    const user = `first-${Date.now()}`;
    const engineer = service.as({ user, actor: 'pia', scopes: ['policy:manage', 'review:read'] });
    const page = await open(engineer);
    await page.getByText('There is no policy yet').waitFor();
    await page.getByRole('button', { name: 'Add a rule' }).click();
    await page.getByLabel('Name: a-z, 0-9 and hyphens').fill('ask');
    await expression(page).fill('true');
    await page.getByRole('button', { name: 'Save as version 1' }).click();
    await page.getByText('Saved as version 1').waitFor();
    expect(await readPolicy(engineer)).toMatchObject({ version: 1, mode: 'SHADOW' });
  });
});

describe('77. trying rules', () => {
  it('77. the test field says what a draft would do, while it is typed', async () => {
    const { engineer } = await workspace();
    const page = await open(engineer);
    const test = part(page, 'Test a request');
    const payload = test.getByLabel('Payload, as JSON');
    await test.getByText('by 2 of team finance').waitFor();
    await payload.fill('{"amount": 50}');
    await test.getByText('Up to 100 needs nobody').waitFor();
    await page.getByRole('button', { name: 'Remove small-refunds' }).click();
    await test.getByText('No rule applies, so a person is asked.').waitFor();
    await payload.fill('{"amount": "501"}');
    await test.getByText('cannot compare a string with a number').waitFor();
    await payload.fill('{"amount": ');
    await test.getByText('The payload is not valid JSON').waitFor();
  });

  it('77. the test field takes a request from a review', async () => {
    const context = await workspace('OFF');
    await past(context);
    const page = await open(context.engineer);
    const test = part(page, 'Test a request');
    await test.getByLabel(/^Take a request/).fill('r-300');
    await test.getByRole('button', { name: 'Load' }).click();
    await expect.poll(() => test.getByLabel('Headline').inputValue()).toBe('Refund 300 EUR');
    await test.getByText('No rule applies, so a person is asked.').waitFor();
  });

  it('77. the test field evaluates a review as the service does', async () => {
    const { user, agent, engineer } = await workspace('OFF');
    await savePolicy(service, user, [
      { ruleId: 'run', when: 'execution == "exec" && "a, b" in tags', effect: 'DENY' },
    ]);
    await agent.raw(
      requestReviewDocument,
      '{"input": {"nodeExecId": "exact", "graphExecId": "exec", "graphId": "graph", "graphVersion": 1,' +
        ' "tags": ["a, b"], "payload": {"n": 1.50, "m": 1e2}}}',
    );
    const page = await open(engineer);
    const test = part(page, 'Test a request');
    await test.getByLabel(/^Take a request/).fill('exact');
    await test.getByRole('button', { name: 'Load' }).click();
    await test.getByText('Because of run').waitFor();
    expect(await test.getByLabel('Payload, as JSON').inputValue()).toBe(
      '{\n  "n": 1.50,\n  "m": 1e2\n}',
    );
  });

  it('77. the preview counts past requests and links those that people decided otherwise', async () => {
    const context = await workspace('OFF');
    await past(context);
    const page = await open(context.engineer);
    const preview = part(page, 'Try the rules on past requests');
    await preview.getByRole('button', { name: 'Try them' }).click();
    await preview.getByText('3 requests', { exact: true }).waitFor();
    await preview.getByText('Allowed by these rules, rejected by a person: 1').waitFor();
    const link = preview.getByRole('link', { name: /Refund 50 EUR/ });
    expect(await link.getAttribute('href')).toBe('/r/r-50');
    await page.getByRole('button', { name: 'Remove small-refunds' }).click();
    await preview.getByText('The rules or the time have changed since').waitFor();
    await preview.getByRole('button', { name: 'Try them' }).click();
    await preview.getByText('People decided none of them otherwise.').waitFor();
  });

  it('70. a policy in shadow is compared with what people decided meanwhile, and then enforced', async () => {
    const context = await workspace('SHADOW');
    await past(context);
    const page = await open(context.engineer);
    const shadow = part(page, 'Shadow compared with people');
    await shadow.getByRole('button', { name: 'Compare with people' }).click();
    await shadow.getByText('3 requests', { exact: true }).waitFor();
    await shadow.getByText('Allowed by these rules, rejected by a person: 1').waitFor();
    await page.getByRole('radio', { name: /^Enforced/ }).check();
    await page.getByRole('button', { name: 'Save as version 2' }).click();
    await page.getByText('Saved as version 2').waitFor();
    expect(await readPolicy(context.engineer)).toMatchObject({ mode: 'ENFORCED', version: 2 });
    await shadow.waitFor({ state: 'detached' });
  });
});

it('every view of the policy, in every width, light and dark: axe finds nothing serious, and nothing scrolls sideways', async () => {
  const { user, agent, ben, engineer } = await workspace('SHADOW');
  await past({ agent, ben });
  await savePolicy(
    service,
    user,
    [
      ...rules,
      { ruleId: 'frozen', when: 'payload.amount > 10000', effect: 'DENY', risk: 'CRITICAL' },
    ],
    { createdBy: 'pia' },
  );
  const described = { risk: 'MEDIUM', tags: ['payments', 'eu-west'] };
  await ask(agent, 'big', {
    ...refund(501),
    ...described,
    headline: 'Refund 501 EUR to Ada Lovelace for order 4711',
  });
  await ask(agent, 'odd', { ...refund('501'), headline: 'Refund an odd amount' });
  await ask(agent, 'low', {
    nodeId: 'send-mail',
    risk: 'LOW',
    payload: { to: 'a', n: 500, amount: 1 },
  });
  await ask(agent, 'huge', refund(20_000));
  const reviewer = service.as({ user, actor: 'ben', scopes: ['review:decide'] });
  const screens: [name: string, TestClient, path: string, (page: Page) => Promise<unknown>][] = [
    ['review', reviewer, '/r/big', (page) => page.getByText('checked by two people').waitFor()],
    ['problems', reviewer, '/r/odd', (page) => page.getByText('not be evaluated').waitFor()],
    ['denied', reviewer, '/r/huge', (page) => page.getByText('Denied by rule').first().waitFor()],
    [
      'bounds',
      reviewer,
      '/r/low',
      async (page) => {
        await page.getByRole('button', { name: 'Approve all future…' }).click();
        await page.getByRole('checkbox', { name: 'n at most 500' }).check();
        await page.getByText('It would have covered').waitFor();
      },
    ],
    [
      'page',
      engineer,
      '/settings/policy',
      (page) => page.getByRole('heading', { name: 'frozen' }).waitFor(),
    ],
    [
      'editor',
      engineer,
      '/settings/policy',
      async (page) => {
        await page.getByRole('button', { name: 'Edit refunds-over-500' }).click();
        await expression(page).fill('node == "refund" && paylod.amount > 500');
        await page.getByText(/^Line 1, column 21: unknown variable/).waitFor();
        await expression(page).press('End');
        await expression(page).pressSequentially(' && pay');
        await page.getByRole('option', { name: /payload/ }).waitFor();
      },
    ],
    [
      'preview',
      engineer,
      '/settings/policy',
      async (page) => {
        await page.getByRole('button', { name: 'Try them' }).click();
        await page.getByText('rejected by a person').waitFor();
        await part(page, 'Test a request').scrollIntoViewIfNeeded();
      },
    ],
    [
      'save',
      engineer,
      '/settings/policy',
      async (page) => {
        await page.getByRole('button', { name: 'Remove frozen' }).click();
        await page.getByRole('button', { name: 'Edit small-refunds' }).click();
        await expression(page).fill('node == "refund" && payload.amount <= 50');
        await page.getByRole('button', { name: 'Show version 1' }).click();
        await page.getByRole('button', { name: 'Go back to this version…' }).waitFor();
        await part(page, 'Review and save').scrollIntoViewIfNeeded();
      },
    ],
  ];
  const tabs = new Map<TestClient, Page>();
  for (const client of [reviewer, engineer]) {
    const tab = await pages.open(client);
    await tab.getByText('Live', { exact: true }).waitFor();
    tabs.set(client, tab);
  }
  for (const [name, client, path, steps] of screens) {
    const page = tabs.get(client) as Page;
    await page.goto(service.url + path);
    await page.getByText('Live', { exact: true }).waitFor();
    await steps(page);
    for await (const look of looksOf(page)) {
      await takePicture(page, `page/policy-${name}-${look.name}`);
      const width = () => page.evaluate(() => document.documentElement.scrollWidth);
      await expect.poll(width, { message: name }).toBeLessThanOrEqual(look.width);
      const beyond = () =>
        page.evaluate(() => {
          const scroller = document.querySelector('.settings-body, .modal');
          return scroller === null ? 0 : scroller.scrollWidth - scroller.clientWidth;
        });
      await expect.poll(beyond, { message: name }).toBe(0);
      // What is dark differs only in its colours.
      const rules = look.name.endsWith('dark') ? ['color-contrast'] : undefined;
      expect(await seriousFindings(page, rules), name).toEqual([]);
    }
  }
}, 120_000);
