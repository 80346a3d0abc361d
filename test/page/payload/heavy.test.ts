import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Scene } from './harness/scene.ts';
import { type Harness, openHarness } from './openHarness.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await openHarness();
}, 120_000);
afterAll(() => harness?.close());

/** Payloads near the limit of a megabyte that once kept the page busy for many seconds. */
const odd = (characters: number): string => '\u200b\u200c'.repeat(characters / 2);
const code = (text: string): Scene => ({
  show: 'payload',
  text: JSON.stringify({
    approval_type: 'python_executor',
    code: text,
    execution_mode: 'readonly',
    safety_concerns: [],
  }),
});
const memory = (before: string, after: string): Scene => ({
  show: 'payload',
  text: JSON.stringify({
    approval_type: 'memory_update',
    operation_type: 'update',
    content: after,
    existing_memory: before,
  }),
});
const deep = (last: number): string =>
  `${'['.repeat(200)}${'1,'.repeat(200_000)}${last}${']'.repeat(200)}`;

const scenes: [name: string, scene: Scene, shown: RegExp][] = [
  ['a line of invisible characters in code', code(odd(400_000)), /show the next 4,000 characters/],
  ['many lines of invisible characters in code', code(`${odd(900)}\n`.repeat(400)), /show more/],
  ['code that is hard to parse', code('**'.repeat(99_000)), /Code, 1 line/],
  [
    'a key of combining marks',
    { show: 'payload', text: JSON.stringify({ [`a${'\u0315\u0316'.repeat(200_000)}`]: 1, b: 2 }) },
    /show the whole key|show the next/,
  ],
  [
    'many strings of invisible characters',
    { show: 'payload', text: JSON.stringify(Array.from({ length: 100 }, () => odd(2_000))) },
    /folded, of 2,000 characters/,
  ],
  [
    'texts that are hard to compare',
    memory('a\nb\n'.repeat(99_000), 'b\na\n'.repeat(99_000)),
    /New/,
  ],
  [
    'a comparison of many lines of lookalikes',
    memory(
      'аосе срх\n'.repeat(50_000),
      Array.from({ length: 50_000 }, () => 'срх аосе').join('\n'),
    ),
    /49,800 lines folded/,
  ],
  [
    'instructions with many lookalikes',
    { show: 'instructions', text: '*аосе* '.repeat(2_800) },
    /View source/,
  ],
  ['a change deep inside', { show: 'diff', before: deep(1), after: deep(2) }, /^1 change/],
  [
    'a changed value under a key of invisible characters',
    {
      show: 'diff',
      before: JSON.stringify({ [odd(100_000)]: 1 }),
      after: JSON.stringify({ [odd(100_000)]: 2 }),
    },
    /^1 change/,
  ],
];

/** More elements than this take seconds to lay out. */
const MAX_ELEMENTS = 35_000;

test.each(scenes)('%s does not freeze the page', async (_name, scene, shown) => {
  const { page, faults } = await harness.show(scene);
  await page.getByText(shown).first().waitFor();
  const elements = await page.evaluate(() => document.querySelectorAll('*').length);
  expect(elements).toBeLessThan(MAX_ELEMENTS);
  expect(faults).toEqual([]);
});
