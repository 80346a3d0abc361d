import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Harness, openHarness } from './openHarness.ts';
import { code, hostile, memory, plan } from './samples.ts';
import { seen } from './seen.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await openHarness();
}, 120_000);
afterAll(() => harness?.close());

test('the tree shows every key and value in payload order, whatever the key', async () => {
  const { page, faults } = await harness.show({ show: 'payload', text: hostile });
  await page.getByRole('tab', { name: 'Tree' }).click();
  const tree = page.getByRole('region', { name: 'Payload as a tree' });
  await tree.waitFor();
  const keys = await tree
    .locator('.json-members')
    .first()
    .locator('> li > .json-line')
    .evaluateAll((lines) => lines.map((line) => line.querySelector('.json-key')?.textContent));
  expect(keys).toEqual([
    '"10"',
    '"2"',
    '__proto__',
    'constructor',
    '""',
    'amount',
    'am\u043eunt',
    '"to\\u200b"',
    'to',
    'twice',
    'twice',
    'precise',
    '"user\\u202eecilA"',
    'html',
    'quoted',
    'list',
    'lines',
  ]);
  const text = await seen(tree);
  expect(text).toContain('polluted: true');
  expect(text).toContain('12345678901234567.0001000');
  expect(text).toContain('12.50');
  expect(text).toContain('"ann@ex\\u200bample.com"');
  expect(text).toContain('"Hello\\u202edlrow"');
  expect(text).toContain('"<img src=x onerror=alert(1)><script>alert(2)</script>"');
  expect(await tree.getByText('empty key', { exact: true }).count()).toBe(1);
  expect(await tree.getByText('duplicate key').count()).toBe(2);
  expect(await tree.getByText('looks like another key').count()).toBe(4);
  expect(await page.locator('img, main script').count()).toBe(0);
  expect(faults).toEqual([]);
});

test('raw JSON contains every character, and copying it is exact', async () => {
  const { page, faults } = await harness.show(
    { show: 'payload', text: hostile },
    { permissions: ['clipboard-read', 'clipboard-write'] },
  );
  await page.getByRole('tab', { name: 'Raw JSON' }).click();
  const raw = await seen(page.locator('.raw-json pre'));
  const shown = raw.replace(/\n */g, '').replaceAll('": ', '":');
  expect(shown).toBe(hostile.replaceAll('\u200b', '\\u200b').replaceAll('\u202e', '\\u202e'));
  await page.getByRole('button', { name: 'Copy exact JSON' }).click();
  await page.getByText('Copied').waitFor();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(hostile);
  expect(faults).toEqual([]);
});

test('long values are folded in the middle, show their length, and can be opened', async () => {
  const text = JSON.stringify({ note: `begin ${'x'.repeat(5_000)} the end`, ['k'.repeat(600)]: 1 });
  const { page } = await harness.show({ show: 'payload', text });
  await page.getByRole('tab', { name: 'Tree' }).click();
  const tree = page.locator('.json-tree');
  await tree.getByText('5,014 characters', { exact: true }).waitFor();
  expect(await seen(tree)).toMatch(
    /"begin x+\s*… 3,814 characters folded, of 5,014 characters[\s\S]*x the end"/,
  );
  await tree
    .getByRole('button', { name: /folded, of 5,014 characters: show the whole text/ })
    .click();
  expect(await seen(tree)).toContain(`"begin ${'x'.repeat(5_000)} the end"`);
  await tree.getByRole('button', { name: /folded, of 600 characters: show the whole key/ }).click();
  expect(await seen(tree)).toContain('k'.repeat(600));
});

test('code is shown in full with highlighting, after its mode and safety concerns', async () => {
  const { page, faults } = await harness.show({ show: 'payload', text: JSON.stringify(code) });
  const view = page.getByRole('tabpanel');
  await page.locator('.tok-keyword').first().waitFor();
  const text = await seen(view);
  expect(text).toMatch(
    /Runs Python, mode:\s+write\s+2 safety concerns\s+Deletes files: os.remove\s+The path is not checked[\s\S]*import os/,
  );
  expect(await page.locator('.code-text').textContent()).toBe(code.code);
  expect(text).toContain('The code deletes a file.');
  expect(text).toContain('/srv/jobs/17');
  const link = page.getByRole('link');
  expect(await link.getAttribute('rel')).toContain('noopener noreferrer');
  expect(await link.getAttribute('target')).toBe('_blank');
  expect(faults).toEqual([]);
});

test('a plan is shown as steps with everything else they contain', async () => {
  const { page } = await harness.show({ show: 'payload', text: JSON.stringify(plan) });
  const steps = page.locator('.plan-steps > li');
  await steps.first().waitFor();
  expect(await steps.count()).toBe(3);
  expect(await seen(steps.nth(0))).toMatch(/Load the orders\s+with data_loader/);
  expect(await seen(steps.nth(1))).toContain('orders: "s1"');
  expect(await seen(steps.nth(2))).toMatch(/unknown\s+with mailer\s+success_criteria: null/);
  const text = await seen(page.getByRole('tabpanel'));
  expect(text).toContain('/var/plans/1.json');
  expect(text).toMatch(/Also in the payload[\s\S]*created_by: planner-7/);
});

test('a memory change is shown as old and new side by side', async () => {
  const { page, faults } = await harness.show({ show: 'payload', text: JSON.stringify(memory) });
  await page.locator('.line-diff').waitFor();
  expect(await seen(page.locator('.line-diff del'))).toMatch(/Likes morning meetings\./);
  expect(await seen(page.locator('.line-diff ins'))).toMatch(/afternoon[\s\S]*Never on Fridays\./);
  expect(await seen(page.getByRole('tabpanel'))).toContain('user-123');
  expect(faults).toEqual([]);
});

test('a memory deletion says so and shows what is deleted', async () => {
  const text = JSON.stringify({
    ...memory,
    approval_type: 'memory_delete',
    operation_type: 'delete',
  });
  const { page } = await harness.show({ show: 'payload', text });
  const view = await seen(page.getByRole('tabpanel'));
  expect(view).toMatch(/delete\s+a memory/);
  expect(view).toMatch(/Current\s+Likes morning meetings\.[\s\S]*To be deleted\s+Likes afternoon/);
});

test('everything else in a typed payload is shown below, so that no value is missing', async () => {
  for (const sample of [code, plan, memory]) {
    const odd = {
      ...sample,
      approval_type: sample.approval_type,
      z_extra: { deep: ['left-over', 77] },
    };
    const { page } = await harness.show({ show: 'payload', text: JSON.stringify(odd) });
    await page.getByText('Also in the payload').first().waitFor();
    // Plain text is shown until lazy chunks are loaded.
    const shown = (await seen(page.getByRole('tabpanel'))).replace(/\s+/g, '');
    for (const leaf of leavesOf(odd)) {
      if (leaf === odd.approval_type) continue; // the form says it
      expect(shown).toContain(String(leaf).replace(/\s+/g, '').slice(0, 20));
    }
  }
});

/** All values without members. */
function leavesOf(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [value];
  return Object.values(value).flatMap(leavesOf);
}

test('a payload that does not match its type is shown as plain data with a notice', async () => {
  const text = JSON.stringify({ ...code, code: 7 });
  const { page } = await harness.show({ show: 'payload', text });
  await page.getByText('The payload says it is “python_executor”').waitFor();
  expect(await seen(page.getByRole('tabpanel'))).toMatch(/execution_mode\s+write/);
  expect(await page.locator('.approval').count()).toBe(0);
});

test('the views can be changed by keyboard', async () => {
  const { page } = await harness.show({ show: 'payload', text: JSON.stringify(code) });
  await page.getByRole('tab', { name: 'Readable' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  expect(await page.getByRole('tab', { name: 'Tree' }).getAttribute('aria-selected')).toBe('true');
  await page.getByRole('region', { name: 'Payload as a tree' }).waitFor();
  const fold = page.getByRole('button', { name: /analysis_details/ });
  await fold.focus();
  await page.keyboard.press('Enter');
  expect(await fold.getAttribute('aria-expanded')).toBe('false');
  expect(await seen(fold)).toMatch(/3 keys, \d+ characters, folded/);
});

const many = Array.from({ length: 50_000 }, (_, at) => `"key${at}":${at}`);
const huge: readonly [name: string, text: string, shown: string][] = [
  ['50,000 keys', `{${many.join()}}`, 'key99'],
  ['100 levels', `${'['.repeat(99)}"the core"${']'.repeat(99)}`, 'the core'],
  ['one text of 990,000 characters', JSON.stringify({ a: 'x'.repeat(990_000), b: 'last' }), 'last'],
  ['60,000 lines', JSON.stringify({ a: 'some line\n'.repeat(60_000), b: 'last' }), 'last'],
  [
    '400,000 invisible characters',
    JSON.stringify({ a: 'a\u200b'.repeat(400_000), b: 'last' }),
    'last',
  ],
];

test.each(huge)('a huge payload stays usable: %s', async (_, text, shown) => {
  const { page, faults } = await harness.show({ show: 'payload', text });
  await page.getByRole('region', { name: 'Payload, readable' }).getByText(shown).first().waitFor();
  await page.getByRole('tab', { name: 'Tree' }).click();
  await page.locator('.json-tree').getByText(shown).first().waitFor();
  await page.getByRole('tab', { name: 'Raw JSON' }).click();
  await page.locator('.raw-json pre').waitFor();
  expect(await page.locator('*').count()).toBeLessThan(60_000);
  expect(faults).toEqual([]);
});

test('the last of 50,000 keys is two clicks away', async () => {
  const { page } = await harness.show({ show: 'payload', text: `{${many.join()}}` });
  await page.getByRole('button', { name: 'keys 40,001 to 50,000' }).click();
  await page.getByRole('button', { name: 'keys 49,901 to 50,000' }).click();
  await page.getByText('49999', { exact: true }).waitFor();
});

test('T shows the tree and W the raw JSON, and again what was there before', async () => {
  const { page } = await harness.show({ show: 'payload', text: JSON.stringify(code) });
  const selected = () => page.locator('[role="tab"][aria-selected="true"]').textContent();
  await page.getByRole('region', { name: 'Payload, readable' }).waitFor();
  for (const [key, view] of [
    ['t', 'Tree'],
    ['t', 'Readable'],
    ['w', 'Raw JSON'],
    ['t', 'Tree'],
    ['w', 'Raw JSON'],
    ['w', 'Readable'],
  ] as const) {
    await page.keyboard.press(key);
    expect(await selected()).toBe(view);
  }
});
