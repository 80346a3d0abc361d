import { JsonText, nestingOf, readJsonTree } from '@holdpoint/client/json';
import { expect, it } from 'vitest';
import { diffLines } from '../../src/cli/watch/diffLines.ts';
import { jsonLines, payloadLines } from '../../src/cli/watch/payloadLines.ts';

it('shows a payload as it was sent: key order, digits and duplicate keys', () => {
  const payload = new JsonText('{"b":1.0,"2":0.12345678901234567890,"a":[],"a":[{},"x,{"]}');
  expect(jsonLines(payload)).toEqual([
    '{',
    '  "b": 1.0,',
    '  "2": 0.12345678901234567890,',
    '  "a": [],',
    '  "a": [',
    '    {},',
    '    "x,{"',
    '  ]',
    '}',
  ]);
});

it('is the same JSON', () => {
  const value = { text: 'say "hi" \\ \u001b \u202e', list: [[], [null, true, -1e3]], '': {} };
  expect(JSON.parse(jsonLines(JsonText.of(value)).join('\n'))).toEqual(value);
});

it('indents the lines of a long string, so that none looks like a member', () => {
  const forged = `${'x'.repeat(50)}\n  "action": "harmless"\nend`;
  expect(payloadLines(JsonText.of({ note: forged }), 70)).toEqual([
    '{',
    `  "note": "${'x'.repeat(50)}\\n`,
    '             \\"action\\": \\"harmless\\"\\n',
    '           end"',
    '}',
  ]);
  for (const line of payloadLines(JsonText.of(['y'.repeat(200)]), 40)) {
    expect(line.length).toBeLessThanOrEqual(40);
  }
});

it.each([
  ['1', 0],
  ['[[]]', 2],
  ['{"a":"[[[","b":[1]}', 2],
])('measures the nesting depth of %s', (text, nesting) => {
  expect(nestingOf(readJsonTree(text))).toBe(nesting);
});

it('shows what an edit changes, with context lines', () => {
  const lines = ['1', '2', '3', '4', '5', '6', '7', '8'];
  const edited = ['1', '2', '3', '4', 'five', '6', '7', '8'];
  expect(diffLines(lines, edited)).toEqual([
    '  …',
    '  3',
    '  4',
    '- 5',
    '+ five',
    '  6',
    '  7',
    '  …',
  ]);
  expect(diffLines(lines, lines)).toEqual([]);
});

it('a changed line that looks the same says so, and a moved one does not', () => {
  const before = jsonLines(new JsonText('{"name":"Andr\u00e9","to":"b","n":1}'));
  const after = jsonLines(new JsonText('{"to":"b","name":"Andre\u0301","n":1}'));
  expect(diffLines(before, after).filter((line) => line.includes('Looks the same'))).toHaveLength(
    1,
  );
  const moved = jsonLines(new JsonText('{"to":"b","name":"Andr\u00e9","n":1}'));
  expect(diffLines(before, moved).join('\n')).not.toContain('Looks the same');
});
