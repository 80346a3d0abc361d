import { isBranch, type JsonNode, readJsonTree } from '@holdpoint/client/json';
import fc from 'fast-check';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flatPieces, piecesOf } from '../../../src/text/characters.ts';
import { type Harness, openHarness } from './openHarness.ts';
import { realPayloads } from './realPayloads.ts';
import { code, hostile, memory, plan } from './samples.ts';
import { tokenPayloads, tokensIn } from './tokenPayloads.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await openHarness();
}, 120_000);
afterAll(() => harness?.close());

/** Texts that a view takes for something, whole or damaged. */
const special = [
  ...realPayloads.map(({ payload }) => JSON.stringify(payload)),
  ...realPayloads.flatMap(({ payload }) => textsIn(payload)),
].filter((text) => text.length > 0);

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

const damaged = fc
  .tuple(
    fc.constantFrom(...special),
    fc.nat(),
    fc.constantFrom('', '\u200b', '\u202e', '<!--', '---\n'),
  )
  .map(([text, at, put]) => {
    const cut = at % (text.length + 1);
    return put === '' ? text : text.slice(0, cut) + put + text.slice(cut);
  });
const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...special) },
  { weight: 2, arbitrary: damaged },
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 30 }) },
  fc.constantFrom(
    '',
    ' ',
    'null',
    '1',
    'p\u0430ypal.com',
    'a\u200bb',
    'tab\there',
    'x'.repeat(4_000),
  ),
  fc.constantFrom(
    'two\nlines',
    'cr\r\nlf\r\n',
    'line\n'.repeat(300),
    '2026-11-28',
    'GET',
    'POST',
    '/x',
  ),
);
const key = fc.oneof(
  fc.constantFrom(
    ...['amount', 'amоunt', 'to', 'subject', 'html', 'text', 'body', 'method', 'url', 'headers'],
    ...[
      'before',
      'after',
      'old_string',
      'new_string',
      'command',
      'sql',
      'diff',
      'code',
      'language',
    ],
    ...['apiVersion', 'kind', 'metadata', 'name', '$attachment', 'data', 'mimeType', 'content'],
    ...['created_at', 'currency', 'csv', 'manifest', '', '__proto__', '10', 'k'.repeat(300)],
  ),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
);
const leaf = fc.oneof(
  text.map((value) => JSON.stringify(value)),
  fc.constantFrom('0', '-0', '129900', '1.50', '12345678901234567.25', '1E+2', 'true', 'null'),
);
const { json } = fc.letrec<{ json: string; object: string }>((tie) => ({
  object: fc
    // Keys may be there twice.
    .array(fc.tuple(key, tie('json')), { maxLength: 7 })
    .map((all) => `{${all.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join()}}`),
  json: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    { weight: 3, arbitrary: leaf },
    { weight: 2, arbitrary: tie('object') },
    fc.array(tie('json'), { maxLength: 5 }).map((items) => `[${items.join()}]`),
    // Rows of a table.
    fc
      .array(fc.tuple(leaf, leaf), { minLength: 2, maxLength: 40 })
      .map((rows) => `[${rows.map(([a, b]) => `{"id":${a},"value":${b}}`).join()}]`),
  ),
}));
const hint = fc.constantFrom(
  '',
  'diff',
  'sql',
  'html',
  'kubernetes',
  'table',
  'csv',
  'markdown',
  'x',
);

type Leaf = { key: string; values: string[] };

/** Each leaf with the key that it is under, and the forms in which its value may be shown. */
function leavesOf(node: JsonNode, under: string): Leaf[] {
  if (isBranch(node)) {
    if (node.members.length === 0) {
      return [{ key: under, values: [node.kind === 'object' ? '{}nokeys' : '[]noitems'] }];
    }
    return node.members.flatMap(({ key, value }) =>
      leavesOf(value, typeof key === 'string' ? shown(key, false) : under),
    );
  }
  if (node.kind === 'number') return [{ key: under, values: [node.text] }];
  if (node.kind === 'null') return [{ key: under, values: ['null'] }];
  if (node.kind === 'boolean') return [{ key: under, values: [String(node.value)] }];
  return [{ key: under, values: [shown(node.value, false), shown(node.value, true)] }];
}

/** A text as it is shown, without white space, which the page may break. */
function shown(text: string, lines: boolean): string {
  return flatPieces(piecesOf(text, lines))
    .map((piece) => {
      if (piece.kind !== 'odd') return piece.text;
      return piece.count > 1 ? `${piece.escape} ×${piece.count}` : piece.escape;
    })
    .join('')
    .replace(/\s/g, '');
}

/** Opens everything that can be opened in the view, and tells which leaves are nowhere to be seen. */
function missingLeaves(page: Page, leaves: Leaf[]): Promise<Leaf[]> {
  return page.evaluate(async (wanted) => {
    const view = document.querySelector('[role="tabpanel"]:not([hidden])') as HTMLElement;
    const closed = () => [
      ...view.querySelectorAll<HTMLElement>(
        '.fold, .json-fold[aria-expanded="false"], .part-head > button[aria-pressed="false"]',
      ),
    ];
    for (let round = 0; round < 100; round++) {
      const found = closed();
      if (found.length === 0) break;
      for (const button of found) if (button.isConnected) button.click();
      await new Promise((resolve) => setTimeout(resolve));
    }
    const textOf = (one: Element) => (one.textContent ?? '').replace(/\s/g, '');
    const whole = [textOf(view)];
    const texts = [...view.querySelectorAll('li, .value-row, .part-view')].map(textOf);
    return wanted.filter(
      ({ key, values }) =>
        // What has no key is anywhere; what has one is with it.
        !(key === '' ? whole : texts).some(
          (text) => text.includes(key) && values.some((value) => text.includes(value)),
        ),
    );
  }, leaves);
}

async function expectEveryLeaf(payload: string, tags: string[]): Promise<void> {
  const { page, faults } = await harness.show({ show: 'payload', text: payload, tags });
  await page.getByRole('region', { name: 'Payload, readable' }).waitFor();
  const leaves = leavesOf(readJsonTree(payload), '');
  expect(await missingLeaves(page, leaves)).toEqual([]);
  await page.getByRole('tab', { name: 'Tree' }).click();
  await page.getByRole('region', { name: 'Payload as a tree' }).waitFor();
  expect(await missingLeaves(page, leaves)).toEqual([]);
  expect(faults).toEqual([]);
}

test('every leaf of any payload can be reached in the readable view and in the tree', async () => {
  await fc.assert(
    fc.asyncProperty(json, hint, (payload, name) => expectEveryLeaf(payload, [`view:${name}`])),
    { numRuns: 60 },
  );
}, 240_000);

test.each([
  ...realPayloads.map(({ name, payload }) => [name, JSON.stringify(payload)] as const),
  ['hostile', hostile],
  ['code', JSON.stringify(code)],
  ['memory', JSON.stringify(memory)],
  ['plan', JSON.stringify(plan)],
  [
    'many keys',
    JSON.stringify(Object.fromEntries(Array.from({ length: 450 }, (_, at) => [`k${at}`, at]))),
  ],
] as const)('every leaf can be reached: %s', (_name, payload) => expectEveryLeaf(payload, []));

/** Opens every fold, and tells which tokens are nowhere in what is shown. */
function missingTokens(page: Page, tokens: string[]): Promise<string[]> {
  return page.evaluate(async (wanted) => {
    const view = document.querySelector('[role="tabpanel"]:not([hidden])') as HTMLElement;
    for (let round = 0; round < 100; round++) {
      const closed = view.querySelectorAll<HTMLElement>('.fold, [aria-expanded="false"]');
      if (closed.length === 0) break;
      for (const button of closed) if (button.isConnected) button.click();
      await new Promise((resolve) => setTimeout(resolve));
    }
    const shown = new Set(view.textContent?.match(/[vkc]\d+q/g));
    return wanted.filter((token) => !shown.has(token));
  }, tokens);
}

// Without the exact values: what a view does not show, it lists.
test.each(tokenPayloads)(
  'every key and value is shown: %s',
  async (_name, payload, whenRead) => {
    const { page, faults } = await harness.show({ show: 'payload', text: payload });
    const view = page.getByRole('region', { name: 'Payload, readable' });
    await view.waitFor();
    if (whenRead !== '') await view.locator(whenRead).first().waitFor();
    await expect.poll(() => missingTokens(page, tokensIn(payload)), { timeout: 5_000 }).toEqual([]);
    await page.getByRole('tab', { name: 'Tree' }).click();
    await page.getByRole('region', { name: 'Payload as a tree' }).waitFor();
    expect(await missingTokens(page, tokensIn(payload))).toEqual([]);
    expect(faults).toEqual([]);
  },
  30_000,
);

/** CSV of any shape, in which each cell has a token of its own. */
const csv = fc
  .record({
    columns: fc.integer({ min: 2, max: 9 }),
    rows: fc.integer({ min: 1, max: 150 }),
    delimiter: fc.constantFrom(',', ';', '\t', '|'),
    lineEnd: fc.constantFrom('\n', '\r\n'),
    endsWithBreak: fc.boolean(),
    quote: fc.constantFrom('', '"'),
  })
  .map(({ columns, rows, delimiter, lineEnd, endsWithBreak, quote }) => {
    const lines = Array.from({ length: rows + 1 }, (_, row) =>
      Array.from({ length: columns }, (_, at) => `${quote}v${row * columns + at}q${quote}`).join(
        delimiter,
      ),
    );
    return lines.join(lineEnd) + (endsWithBreak ? lineEnd : '');
  });

test('every cell of any CSV is shown in its table', async () => {
  await fc.assert(
    fc.asyncProperty(csv, async (text) => {
      const payload = JSON.stringify({ csv: text });
      const { page, faults } = await harness.show({ show: 'payload', text: payload });
      await page.locator('.value-table').waitFor();
      expect(await missingTokens(page, tokensIn(payload))).toEqual([]);
      expect(faults).toEqual([]);
    }),
    { numRuns: 20 },
  );
}, 60_000);
