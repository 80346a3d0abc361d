import {
  isBranch,
  isSameJson,
  type JsonNode,
  printJson,
  readJsonTree,
} from '@holdpoint/client/json';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { approvalOf } from '../../../src/page/payload/approval.ts';
import { withNodeAt } from '../../../src/page/payload/editTree.ts';
import { jsonDiff } from '../../../src/page/payload/jsonDiff.ts';
import type { JsonPath } from '../../../src/page/payload/jsonPath.ts';
import { lineDiff } from '../../../src/page/worker/lineDiff.ts';
import {
  appearanceOf,
  flatPieces,
  hasMoreMarked,
  misleads,
  piecesOf,
} from '../../../src/text/characters.ts';
import { marksOf } from '../../../src/text/marks.ts';

/** JSON without white space that JSON.parse would change: key order, digits, keys. */
const key = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.constantFrom('__proto__', 'constructor', '', '10', '2', 'a.b', 'a'),
);
const number = fc.constantFrom(
  '0',
  '-0',
  '1.0',
  '1.50',
  '12345678901234567.25',
  '1E+2',
  '0.1',
  '-7',
);
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    number,
    fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => JSON.stringify(text)),
    fc.constantFrom('true', 'false', 'null'),
    fc.array(tie('json'), { maxLength: 5 }).map((items) => `[${items.join()}]`),
    fc
      .uniqueArray(fc.tuple(key, tie('json')), { maxLength: 5, selector: ([name]) => name })
      .map(
        (members) =>
          `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join()}}`,
      ),
  ),
}));

function pathsOf(node: JsonNode, path: JsonPath = []): JsonPath[] {
  const inner = isBranch(node)
    ? node.members.flatMap((member) => pathsOf(member.value, [...path, member.key]))
    : [];
  return [path, ...inner];
}

test('reading and printing a payload yields the same text', () => {
  fc.assert(
    fc.property(json, (text) => {
      const root = readJsonTree(text);
      expect(printJson(root)).toBe(text);
      expect(printJson(readJsonTree(printJson(root, 2)))).toBe(text);
    }),
    { numRuns: 500 },
  );
});

test('editing one value leaves every other character unchanged', () => {
  const mark = '"the one new value 6c1f"';
  fc.assert(
    fc.property(json, fc.nat(), (text, choice) => {
      const root = readJsonTree(text);
      const paths = pathsOf(root);
      const path = paths[choice % paths.length] ?? [];
      const edited = printJson(withNodeAt(root, path, readJsonTree(mark)));
      const [before = '', after = ''] = edited.split(mark);
      expect(edited.split(mark)).toHaveLength(2);
      expect(text.startsWith(before) && text.endsWith(after)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('two payloads differ exactly if the service would treat one as an edit of the other', () => {
  fc.assert(
    fc.property(json, json, (one, other) => {
      const changes = jsonDiff(readJsonTree(one), readJsonTree(other));
      expect(changes.length === 0).toBe(isSameJson(one, other));
      expect(jsonDiff(readJsonTree(one), readJsonTree(one))).toEqual([]);
    }),
    { numRuns: 500 },
  );
  expect(isSameJson('{"a":1,"b":[2.0]}', '{"b":[2],"a":1.00}')).toBe(true);
  expect(isSameJson('1', '"1"')).toBe(false);
  expect(isSameJson('1', 'true')).toBe(false);
  expect(isSameJson('0.1', '0.10000000000000000001')).toBe(false);
});

test('an item inserted into a list is one difference', () => {
  const changes = jsonDiff(readJsonTree('{"to":[1,2,3]}'), readJsonTree('{"to":[1,9,2,3]}'));
  expect(changes).toMatchObject([{ path: ['to', 1], after: { text: '9' } }]);
  expect(changes[0]).not.toHaveProperty('before');
});

test('the blocks of a line diff contain both texts completely', () => {
  const lines = fc.array(fc.constantFrom('', 'a', 'b', 'some words', 'other words'), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(lines, lines, (one, other) => {
      const blocks = lineDiff(one.join('\n'), other.join('\n'));
      const side = (name: 'before' | 'after') =>
        blocks.flatMap((block) => (block.kind === 'same' ? block.lines : block[name].lines));
      expect(side('before').join('\n')).toBe(one.join('\n'));
      expect(side('after').join('\n')).toBe(other.join('\n'));
    }),
    { numRuns: 500 },
  );
});

test('making odd characters visible loses no text', () => {
  const odd = fc.constantFrom(
    '\u202e',
    '\u200b',
    '\u0000',
    '\u00a0',
    '\ufeff',
    'ä',
    '👩‍👧',
    '\n',
    'a',
    '\u{e0041}',
  );
  fc.assert(
    fc.property(
      fc.array(odd).map((parts) => parts.join('')),
      fc.boolean(),
      (text, keepLines) => {
        const again = flatPieces(piecesOf(text, keepLines)).map((piece) =>
          piece.kind === 'odd'
            ? (JSON.parse(`"${piece.escape}"`) as string).repeat(piece.count)
            : piece.text,
        );
        expect(again.join('')).toBe(text);
      },
    ),
  );
});

const tricky = fc
  .array(
    fc.constantFrom(
      ...[
        'a',
        '1',
        'п',
        'а',
        'ש',
        'ع',
        'क्',
        '你',
        '👩',
        '👧',
        '❤',
        '\u{1f3fd}',
        '#',
        '«',
        '%',
        '\ud800',
      ],
      ...[
        '\u200b',
        '\u200c',
        '\u200d',
        '\u202e',
        '\u00a0',
        '\u202f',
        '\u3000',
        '\ufe0f',
        '\u20e3',
        '\u0301',
      ],
      ...[' ', '\n', '\r', '\r\n', '\t', '\0'],
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

test('a text misleads if something that is shown of it does', () => {
  fc.assert(
    fc.property(tricky, (text) => {
      const marks = marksOf(text);
      const isMarked =
        marks.lookalikes.length > 0 || marks.isolated.some(({ name }) => name !== null);
      const hides = flatPieces(piecesOf(text, true)).some((piece) => {
        return piece.kind === 'odd' && !/^[\p{Zs}\p{M}]$/u.test(JSON.parse(`"${piece.escape}"`));
      });
      expect(misleads(text)).toBe(isMarked || hides);
    }),
    { numRuns: 3_000 },
  );
});

test('what has more marked places than are shown at once is recognized', () => {
  fc.assert(
    fc.property(tricky, fc.nat(10), (text, most) => {
      const { lookalikes, isolated } = marksOf(text);
      const odd = flatPieces(piecesOf(text, true, { marks: { lookalikes: [], isolated: [] } }));
      const places =
        odd.filter(({ kind }) => kind === 'odd').length + lookalikes.length + isolated.length;
      expect(hasMoreMarked(text, most)).toBe(places > most);
    }),
    { numRuns: 1_000 },
  );
});

test('a long run of one character takes linear time', () => {
  for (const character of [
    '\u0430',
    '\u0301',
    '\u200b',
    '👩',
    '\u200d',
    '\u00a0',
    'a\u0430 ',
    '\ud800',
  ]) {
    expect(piecesOf(character.repeat(200_000 / character.length), false).length).toBeGreaterThan(0);
  }
});

test('emoji and text in any language stay unchanged', () => {
  for (const text of ['👩‍👧 ❤️ 1️⃣ 👍🏽', 'Grüße', 'مرحبا', 'Привет', '日本語', 'é', 'Δt = 5 μm']) {
    expect(piecesOf(text, false)).toEqual([{ kind: 'plain', text }]);
  }
});

test('a foreign letter inside a Latin word is marked, and such keys count as lookalikes', () => {
  expect(piecesOf('p\u0430ypal', false)).toMatchObject([
    { text: 'p' },
    { kind: 'lookalike', text: '\u0430', name: expect.stringContaining('Cyrillic') },
    { text: 'ypal' },
  ]);
  expect(appearanceOf('\u0430m\u043eunt')).toBe(appearanceOf('amount'));
  expect(appearanceOf('to\u200b')).toBe(appearanceOf('to'));
  expect(appearanceOf('to')).not.toBe(appearanceOf('cc'));
});

test('only a payload that fully matches its type is shown by its type', () => {
  const code = {
    approval_type: 'python_executor',
    code: 'x',
    execution_mode: 'write',
    safety_concerns: [],
  };
  const read = (value: unknown) => approvalOf(readJsonTree(JSON.stringify(value)))?.kind;
  expect(read(code)).toBe('code');
  expect(read({ ...code, code: 1 })).toBeUndefined();
  expect(read({ ...code, safety_concerns: [{}] })).toBeUndefined();
  expect(read({ ...code, execution_mode: null })).toBeUndefined();
  expect(read([code])).toBeUndefined();
  expect(
    read({ approval_type: 'orchestrator_plan', execution_plan: { steps: ['x'] } }),
  ).toBeUndefined();
  const twice = JSON.stringify(code).replace('"code":"x"', '"code":"x","code":"rm"');
  expect(approvalOf(readJsonTree(twice))).toBeUndefined();
});
