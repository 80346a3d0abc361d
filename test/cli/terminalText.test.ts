import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fitted, safeLines, safeText, wrap } from '../../src/cli/terminalText.ts';

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

it.each([
  ['open аррӏе.com', String.raw`open \u0430\u0440\u0440\u04cf\u0435.com`],
  ['github.com∕evil.example', String.raw`github.com\u2215evil.example`],
  ['rm −rf /', String.raw`rm \u2212rf /`],
  ['𝐫𝐦 -rf', String.raw`\ud835\udc2b\ud835\udc26 -rf`],
  ['/srv/דוח/2026/../etc', String.raw`/srv/\u05d3\u05d5\u05d7/2026/../etc`],
])('escapes lookalikes, and letters that would reorder a path: %j', (text, shown) => {
  expect(safeText(text)).toBe(shown);
  expect(JSON.parse(`"${shown}"`)).toBe(text);
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

it('indents what continues a line, and counts no columns for colors', () => {
  expect(fitted('abcdefgh\nxy', 6)).toBe('abcdef\n    gh\nxy');
  expect(fitted('\u001b[2mabcdef\u001b[22m', 6)).toBe('\u001b[2mabcdef\u001b[22m');
});
