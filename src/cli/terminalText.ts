import { escapeOf, invisible, piecesOf, type TextPiece } from '../text/characters.ts';
import { type Marks, marksOf, marksOfJson } from '../text/marks.ts';
import { rightToLeftLetters } from '../text/readingOrder.ts';

// Text from agents is shown to the person who decides. It must not control the terminal, hide or
// reorder what stands beside it, or look like a line of ours. Escapes are those of JSON, so a value
// that is read back from the terminal is the same.

/**
 * How to run this program: from a clone through npm, which prepares what is missing. Where it is
 * installed, npx must not fetch a package of the same name.
 */
export const invocation = import.meta.url.includes('/dist/')
  ? 'npx --no-install holdpoint'
  : 'npm run -s holdpoint --';

const shortEscapes: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * The text on one line, with everything that could mislead escaped: invisible characters,
 * lookalikes, and right-to-left letters in paths and addresses, which would be reordered.
 */
export const safeText = (text: string): string => escaped(text, marksOf(text));

/** As safeText, for text with intended line breaks: one item per line. */
export const safeLines = (text: string): string[] => linesOf(text, marksOf(text), /\r\n|\n/g);

/** As safeLines, for JSON, whose strings are each a text of their own. */
export const safeJsonLines = (json: string): string[] => linesOf(json, marksOfJson(json), /\n/g);

/** What is marked, in words, each once. */
export function namesOf(...found: Marks[]): string[] {
  const names = found.flatMap(({ lookalikes, isolated }) =>
    [...lookalikes, ...isolated].map(({ name }) => name ?? ''),
  );
  return [...new Set(names)].filter((name) => name !== '');
}

function linesOf(text: string, marks: Marks, lineBreak: RegExp): string[] {
  const lines: string[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(lineBreak)) {
    lines.push(escaped(text, marks, from, index));
    from = index + found.length;
  }
  return [...lines, escaped(text, marks, from)];
}

function escaped(text: string, marks: Marks, from = 0, to = text.length): string {
  return terminalText(piecesOf(text, true, { from, to, marks }));
}

const terminalText = (pieces: readonly TextPiece[]): string => pieces.map(textOf).join('');

function textOf(piece: TextPiece): string {
  switch (piece.kind) {
    case 'plain':
      return piece.text.replace(invisible, (found) => shortEscapes[found] ?? escapeOf(found));
    case 'lookalike':
      return escapeOf(piece.text);
    case 'odd':
      return piece.escape.repeat(piece.count);
    case 'isolated':
      return terminalText(piece.pieces).replace(rightToLeftLetters, escapeOf);
  }
}

/**
 * Breaks a safe line into pieces that fit the terminal, so that it cannot continue at the left
 * edge, where only our own lines begin. Counts two columns for everything but ASCII, since some of
 * it is wide, and none for colors.
 */
export function wrap(line: string, columns: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  for (const [text] of line.matchAll(colorOrCharacter)) {
    const width = text.startsWith('\u001b') ? 0 : text <= '~' ? 1 : 2;
    if (used + width > columns && piece !== '') {
      pieces.push(piece);
      piece = '';
      used = 0;
    }
    piece += text;
    used += width;
  }
  return [...pieces, piece];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colors begin with it
const colorOrCharacter = /\u001b\[[\d;]*m|./gsu;
const CONTINUED = '    ';

/** Lines that fit the terminal. What continues a line is indented. */
export const fitted = (text: string, columns: number): string =>
  text
    .split('\n')
    .flatMap((line) => {
      const [first = '', ...rest] = wrap(line, columns);
      if (rest.length === 0) return [first];
      const others = wrap(rest.join(''), Math.max(1, columns - CONTINUED.length));
      return [first, ...others.map((piece) => CONTINUED + piece)];
    })
    .join('\n');

/** Rows under a heading, in columns that are as wide as they need to be. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [heading, ...rows].map((row) => row.map(safeText));
  const widths = heading.map((_, at) => Math.max(...lines.map((row) => row[at]?.length ?? 0)));
  const padded = lines.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  '));
  return padded.map((line) => line.trimEnd()).join('\n');
}

/** Prints a table. Without rows prints `empty` to stderr, so that scripts read nothing. */
export function printTable(heading: string[], rows: string[][], empty: string): void {
  if (rows.length === 0) console.error(empty);
  else console.log(table(heading, rows));
}

/** `2026-11-21T10:00:00Z` */
export const toSecond = (date: Date): string => date.toISOString().replace(/\.\d+/, '');

/** A word for the shell, quoted if necessary. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
