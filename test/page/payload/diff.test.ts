import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Harness, openHarness } from './openHarness.ts';
import { seen } from './seen.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await openHarness();
}, 120_000);
afterAll(() => harness?.close());

test('each change has its path, its old and its new value', async () => {
  const { page, faults } = await harness.show({
    show: 'diff',
    before: '{"to":["a","b"],"amount":12.50,"x.y":{"old":1},"same":0}',
    after: '{"to":["b"],"amount":12.51,"x.y":{"new":[1,2]},"same":0}',
  });
  await page.getByRole('status').getByText('4 changes').waitFor();
  const changes = await page.locator('.json-diff > ul > li').allInnerTexts();
  expect(changes.map((text) => text.replace(/\s+/g, ' '))).toEqual([
    'to[0] removed Original "a"',
    'amount changed Original 12.50 Edited 12.51',
    '["x.y"].old removed Original 1',
    '["x.y"].new added Edited 0: 1 1: 2',
  ]);
  expect(faults).toEqual([]);
});

test('says that there is no difference, also if only number formatting and key order differ', async () => {
  const same = await harness.show({ show: 'diff', before: '{"a":1}', after: '{"a":1}' });
  await same.page.getByRole('status').getByText('No difference', { exact: true }).waitFor();
  const spelt = await harness.show({
    show: 'diff',
    before: '{"a":1,"b":2}',
    after: '{"b":2.0,"a":1}',
  });
  await spelt.page
    .getByRole('status')
    .getByText(/No difference: only key order/)
    .waitFor();
});

test('long text is compared line by line, and unchanged lines are folded', async () => {
  const lines = Array.from({ length: 40 }, (_, at) => `line ${at}`);
  const { page, faults } = await harness.show({
    show: 'diff',
    before: JSON.stringify({ code: lines.join('\n') }),
    after: JSON.stringify({ code: lines.with(20, 'line twenty').join('\n') }),
  });
  await page.locator('.line-diff').waitFor();
  expect((await seen(page.locator('.line-diff del'))).trim()).toContain('line 20');
  expect((await seen(page.locator('.line-diff ins'))).trim()).toContain('line twenty');
  await page.getByRole('button', { name: '17 unchanged lines: show' }).click();
  await page.getByText('line 3\nline 4').first().waitFor();
  expect(faults).toEqual([]);
});

test('a single changed character in a very long line is visible', async () => {
  const text = 'x'.repeat(400_000);
  const { page } = await harness.show({
    show: 'diff',
    before: JSON.stringify({ a: text }),
    after: JSON.stringify({ a: `${text.slice(0, 200_000)}!${text.slice(200_001)}` }),
  });
  await page.locator('.line-diff').waitFor();
  expect(await page.locator('.line-diff mark').allInnerTexts()).toEqual(['x', '!']);
});

test('a change of only invisible characters is visible', async () => {
  const { page } = await harness.show({
    show: 'diff',
    before: '{"to":"ann"}',
    after: '{"to":"ann\u200b"}',
  });
  await page.getByRole('status').getByText('1 change').waitFor();
  expect(await seen(page.locator('.json-diff ins'))).toContain('ann\\u200b');
});
