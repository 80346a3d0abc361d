import { describe, expect, it } from 'vitest';
import { findingsInEveryLook } from '../../support/axe.ts';
import { deleteReview } from '../../support/operations.ts';
import { LOOK_MS, reviewerPages } from '../../support/reviewerPages.ts';
import { switchedProxy } from '../../support/switchedProxy.ts';
import { testService } from '../../support/testService.ts';
import { decided, live, openReview, outcome, question, told } from './support.ts';

const pages = await reviewerPages();
const service = await testService();

const order = {
  type: 'object',
  properties: {
    account: { enum: ['main', 'escrow'], title: 'Account' },
    cents: { type: 'integer', minimum: 1, title: 'Amount in cents', description: 'Without tax' },
    express: { type: 'boolean', title: 'Express' },
    country: { enum: ['at', 'be', 'ch', 'de', 'es', 'fr', 'it'], title: 'Country' },
    note: { type: 'string', title: 'Note', maxLength: 500 },
    to: {
      type: 'object',
      title: 'Address',
      properties: { city: { type: 'string', minLength: 1, title: 'City' } },
      required: ['city'],
    },
    tags: { type: 'array', title: 'Tags', items: { type: 'string' } },
  },
  required: ['account', 'cents', 'to'],
  additionalProperties: false,
};

describe('82. choices', () => {
  it('82. a digit chooses and Enter answers', async () => {
    const { agent, reviewer } = service.team();
    await question(agent, 'one', { enum: ['main', 'escrow'], description: 'Which account pays?' });
    const page = await openReview(pages, reviewer, 'one');
    await page.getByText('Which account pays?').waitFor();
    expect(await page.getByRole('button', { name: 'Answer', exact: true }).isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: /^Approve/ }).count()).toBe(0);
    for (const key of ['a', 'e', 'n', 'Shift+A']) await page.keyboard.press(key);
    expect((await told(reviewer, 'one')).status).toBe('WAITING');
    await page.keyboard.press('1');
    await page.keyboard.press('2');
    expect(await page.getByRole('radio', { name: 'escrow' }).isChecked()).toBe(true);
    await page.keyboard.press('Enter');
    expect(await decided(reviewer, 'one')).toMatchObject({ status: 'ANSWERED', answer: 'escrow' });
    await outcome(page, 'Answered');
    await outcome(page, 'escrow');
  });

  it('82. yes or no is asked with two buttons, and the mouse works too', async () => {
    const { agent, reviewer } = service.team();
    await question(agent, 'one', { type: 'boolean' });
    const page = await openReview(pages, reviewer, 'one');
    await page.getByRole('radio', { name: 'No' }).check();
    await page.getByRole('button', { name: 'Answer', exact: true }).click();
    expect(await decided(reviewer, 'one')).toMatchObject({ status: 'ANSWERED', answer: false });
  });

  it('82. rejecting a question means that there is no answer', async () => {
    const { agent, reviewer } = service.team();
    await question(agent, 'one', { type: 'boolean' });
    const page = await openReview(pages, reviewer, 'one');
    await page.keyboard.press('r');
    await page.getByRole('textbox', { name: /^Why is there no answer/ }).fill('Nobody knows');
    await page.keyboard.press('Control+Enter');
    expect(await decided(reviewer, 'one')).toMatchObject({
      status: 'REJECTED',
      reviewMessage: 'Nobody knows',
    });
    await outcome(page, 'No answer');
  });
});

describe('82. forms', () => {
  it('82. every kind of field can be filled in with the keyboard alone', async () => {
    const { agent, reviewer } = service.team();
    await question(agent, 'one', order);
    const page = await openReview(pages, reviewer, 'one');
    await page.keyboard.press('a');
    await page.getByRole('radio', { name: 'main' }).waitFor();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('type')))
      .toBe('radio');
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowRight'); // escrow
    await page.keyboard.press('Tab');
    await page.keyboard.type('1250');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Bonn'); // what is required comes first
    await page.keyboard.press('Tab');
    await page.keyboard.type('d'); // Germany, in the list
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space'); // express: yes
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab'); // over Clear
    await page.keyboard.type('Ring twice');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter'); // adds an item
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
    await page.keyboard.type('gift');
    expect((await told(reviewer, 'one')).status).toBe('WAITING');
    await page.keyboard.press('Control+Enter');
    expect(await decided(reviewer, 'one')).toMatchObject({
      status: 'ANSWERED',
      answer: {
        account: 'escrow',
        cents: 1250,
        express: true,
        country: 'de',
        note: 'Ring twice',
        to: { city: 'Bonn' },
        tags: ['gift'],
      },
    });
  });

  it('82. what does not fit is told at its field, and nothing is lost', async () => {
    const { agent, reviewer } = service.team();
    await question(agent, 'one', order);
    const page = await openReview(pages, reviewer, 'one');
    await page.keyboard.press('a');
    await page.getByLabel('Amount in cents').fill('0');
    await page.getByLabel('Note').fill('kept');
    await page.keyboard.press('Control+Enter');
    await page.getByText('must be at least 1, not 0').waitFor();
    const amount = page.getByLabel('Amount in cents');
    expect(await amount.getAttribute('aria-invalid')).toBe('true');
    const about = (await amount.getAttribute('aria-describedby'))?.split(' ') ?? [];
    const described = await page.evaluate(
      (ids) => ids.map((id) => document.getElementById(id)?.textContent).join(' '),
      about,
    );
    expect(described).toContain('Without tax');
    expect(described).toContain('must be at least 1');
    // The account and the city are missing.
    expect(await page.getByText('is required').count()).toBe(2);
    expect((await told(reviewer, 'one')).status).toBe('WAITING');
    expect(await page.getByLabel('Note').inputValue()).toBe('kept');

    // A number that cannot be represented is not rounded.
    await amount.fill('9007199254740993');
    await page.keyboard.press('Control+Enter');
    await page.getByText('cannot be represented exactly').waitFor();
    expect(await amount.inputValue()).toBe('9007199254740993');
    await amount.fill('100');
    await page.getByText('main', { exact: true }).click();
    await page.getByLabel('City').fill('Ghent');
    await page.getByRole('button', { name: 'Answer', exact: true }).click();
    expect(await decided(reviewer, 'one')).toMatchObject({
      answer: { account: 'main', cents: 100, note: 'kept', to: { city: 'Ghent' } },
    });
  });

  it('82. a form and its JSON are one draft, which survives Escape, other reviews and outages', async () => {
    const { agent, reviewer } = service.team();
    await question(agent, 'other', { type: 'boolean' });
    await question(agent, 'one', order);
    const proxy = await switchedProxy(service.url);
    const page = await pages.openAsNobody(proxy.url, { path: '/r/one' });
    await page.getByLabel('Token').fill(await reviewer.token);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Answer…', exact: true }).click();
    await page.getByLabel('Note').fill('half');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Continue your answer…' }).waitFor();
    await page.keyboard.press('j');
    await expect.poll(() => page.url()).toContain('/r/other');
    await page.keyboard.press('k');
    await page.getByRole('button', { name: 'Continue your answer…' }).click();
    expect(await page.getByLabel('Note').inputValue()).toBe('half');

    proxy.target = null;
    proxy.cut();
    await page.getByText("Holdpoint can't be reached. Reconnecting").waitFor();
    expect(await page.getByRole('button', { name: 'Answer', exact: true }).isDisabled()).toBe(true);
    await page.getByLabel('Note').fill('half and half');
    proxy.target = service.url;
    await live(page);
    expect(await page.getByLabel('Note').inputValue()).toBe('half and half');

    await page.getByRole('button', { name: 'JSON', exact: true }).click();
    const code = page.locator('.cm-content');
    await expect.poll(() => code.textContent()).toContain('"note": "half and half"');
    await page
      .getByRole('region', { name: 'Schema of the answer' })
      .getByText('"Amount in cents"')
      .waitFor();
    // A key without a field is not hidden in a form.
    await code.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('{"note": "x", "extra": 1}');
    expect(await page.getByRole('button', { name: 'Form', exact: true }).isDisabled()).toBe(true);
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('{"note": "whole"}');
    await page.getByRole('button', { name: 'Form', exact: true }).click();
    await expect.poll(() => page.getByLabel('Note').inputValue()).toBe('whole');
  });

  it('82. what cannot be a form is JSON with the schema beside it, and problems have their lines', async () => {
    const { agent, reviewer } = service.team();
    await question(agent, 'one', {
      type: 'object',
      additionalProperties: { type: 'number', minimum: 0 },
    });
    const page = await openReview(pages, reviewer, 'one');
    await page.keyboard.press('a');
    await page.getByText('it takes keys of any name').waitFor();
    await page.getByRole('region', { name: 'Schema of the answer' }).waitFor();
    const code = page.locator('.cm-content');
    await code.waitFor();
    await page.keyboard.insertText('{\n  "a": 1.50,\n  "b": -1\n}');
    await page.keyboard.press('Control+Enter');
    await page.getByText('must be at least 0, not -1').waitFor();
    await page.getByText('Line 3: b').waitFor();
    await code.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('{"a": 1.50, "b": 9007199254740993}');
    expect(await page.getByRole('button', { name: 'Answer', exact: true }).isDisabled()).toBe(true);
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('{"b": 2, "a": 1.50}');
    await page.keyboard.press('Control+Enter');
    await decided(reviewer, 'one');
    // Exactly as it was typed.
    const { text } = await reviewer.raw(
      'query ($ids: [ID!]!) { reviews(nodeExecIds: $ids) { answer } }',
      '{"ids":["one"]}',
    );
    expect(text).toContain('{"b":2,"a":1.50}');
  });

  it('82. a question that is asked anew with another schema keeps what was typed', async () => {
    const { agent, reviewer } = service.team();
    await question(agent, 'one', order);
    const page = await openReview(pages, reviewer, 'one');
    await live(page);
    await page.keyboard.press('a');
    await page.getByLabel('Note').fill('my words');
    await deleteReview(agent, 'one');
    await page.getByText('Review not found').waitFor();
    const other = {
      type: 'object',
      properties: { other: { type: 'string' }, more: { type: 'string' } },
    };
    await question(agent, 'one', other);
    await page.getByText('This review changed while you were looking at it').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByRole('button', { name: 'Show current version' }).click();
    await page.waitForTimeout(LOOK_MS);
    expect((await told(reviewer, 'one')).status).toBe('WAITING');
    // The new form has no field for it, so the answer is shown as JSON.
    await expect.poll(() => page.locator('.cm-content').textContent()).toContain('my words');
    expect(await page.getByRole('button', { name: 'Form', exact: true }).isDisabled()).toBe(true);
  });

  it('82. if somebody else answers first, the answer that was typed is kept', async () => {
    const { agent, reviewer, user } = service.team();
    const ben = service.as({ user, actor: 'ben', scopes: ['review:decide'] });
    await question(agent, 'one', order);
    const page = await openReview(pages, ben, 'one', {
      before: (opened) => opened.routeWebSocket(/graphql/, (socket) => void socket.close()),
    });
    await page.keyboard.press('a');
    await page.getByLabel('Note').fill('mine');
    await page.getByText('main', { exact: true }).click();
    await page.getByLabel('Amount in cents').fill('5');
    await page.getByLabel('City').fill('Oslo');
    const first = await openReview(pages, reviewer, 'one');
    await first.keyboard.press('r');
    await first.keyboard.press('Control+Enter');
    await outcome(first, 'No answer');
    await page.keyboard.press('Control+Enter');
    await page
      .getByText("Your decision wasn't saved. Already decided: No answer by reviewer")
      .first()
      .waitFor();
    expect(await page.getByLabel('Your answer').inputValue()).toContain('"note": "mine"');
  });
});

it('82. labels of a schema are an agent’s words: what misleads in them is marked', async () => {
  const { agent, reviewer } = service.team();
  await question(agent, 'one', {
    type: 'object',
    properties: {
      host: { type: 'string', title: 'Send to аррӏе.com', description: 'pay\u202Etxt.exe' },
      ok: { type: 'boolean' },
    },
  });
  const page = await openReview(pages, reviewer, 'one');
  await page.keyboard.press('a');
  await page.getByText('Send to').waitFor();
  const panel = page.getByRole('region', { name: 'Answer', exact: true });
  expect(await panel.locator('.odd-lookalike').count()).toBeGreaterThan(0);
  expect(await panel.locator('.odd-character').first().textContent()).toContain('u202e');
});

it('82. a hostile schema does not block the page', async () => {
  const { agent, reviewer } = service.team();
  const wide = Object.fromEntries(
    Array.from({ length: 90 }, (_, at) => [
      `field-${at}`,
      { type: 'array', items: { enum: Array.from({ length: 40 }, (__, n) => `${at}-${n}`) } },
    ]),
  );
  await question(agent, 'one', { type: 'object', properties: wide });
  const page = await openReview(pages, reviewer, 'one');
  await page.evaluate(() => {
    let longest = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
      Reflect.set(globalThis, 'longest', longest);
    }).observe({ type: 'longtask' });
  });
  await page.keyboard.press('a');
  await page.getByText('This schema').or(page.getByText('field-0').first()).first().waitFor();
  await page.waitForTimeout(500);
  const longest = (await page.evaluate(() => Reflect.get(globalThis, 'longest') as number)) ?? 0;
  console.log(`the longest task while a form of 90 lists opens: ${longest} ms`);
  expect(longest).toBeLessThan(400);
});

it('82. choices, forms and JSON are accessible in every look', async () => {
  const { agent, reviewer } = service.team();
  await question(agent, 'choice', { enum: ['main', 'escrow'], description: 'Which account?' });
  await question(agent, 'form', order);
  await question(agent, 'json', { type: 'object', additionalProperties: { type: 'string' } });
  const choices = await openReview(pages, reviewer, 'choice');
  await choices.keyboard.press('1');
  expect(await findingsInEveryLook(choices)).toEqual([]);
  const form = await openReview(pages, reviewer, 'form');
  await form.getByRole('button', { name: 'Answer…', exact: true }).click();
  await form.getByLabel('Amount in cents').fill('0');
  await form.keyboard.press('Control+Enter');
  await form.getByText('must be at least 1').waitFor();
  expect(await findingsInEveryLook(form)).toEqual([]);
  const json = await openReview(pages, reviewer, 'json');
  await json.getByRole('button', { name: 'Answer…', exact: true }).click();
  await json.locator('.cm-content').waitFor();
  expect(await findingsInEveryLook(json)).toEqual([]);
}, 60_000);
