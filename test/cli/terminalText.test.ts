import fc from 'fast-check';
import { expect, it } from 'vitest';
import { safeLines, safeText, wrap } from '../../src/cli/terminalText.ts';

it.each([
  ['\u001b[2J\u009b1m\u0007', String.raw`\u001b[2J\u009b1m\u0007`],
  ['a\nb\r\tc', String.raw`a\nb\r\tc`],
  ['x\u202egpj.exe\u2066', String.raw`x\u202egpj.exe\u2066`],
  ['zero\u200bwidth\ufeff\u00ad', String.raw`zero\u200bwidth\ufeff\u00ad`],
  ['no\u00a0break\u3164\u2800\u2028', String.raw`no\u00a0break\u3164\u2800\u2028`],
  ['lone \ud83d', String.raw`lone \ud83d`],
  ['grüße, 日本語, 🙂 e\u0301', 'grüße, 日本語, 🙂 e\u0301'],
])('makes every character of %j visible', (text, shown) => {
  expect(safeText(text)).toBe(shown);
});

it('does not change the value of JSON', () => {
  fc.assert(
    fc.property(fc.json({ stringUnit: 'binary' }), (json) => {
      expect(JSON.parse(safeText(JSON.stringify(JSON.parse(json))))).toEqual(JSON.parse(json));
    }),
  );
});

it('removes everything that controls a terminal, from any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const line of safeLines(text)) expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }),
  );
});

it('wraps lines to the width of the terminal, and loses nothing', () => {
  expect(wrap('abcdefg', 3)).toEqual(['abc', 'def', 'g']);
  expect(wrap('日本語', 4)).toEqual(['日本', '語']);
  expect(wrap('', 4)).toEqual(['']);
});
