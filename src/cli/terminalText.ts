// Text from agents is shown to the person who decides. It must not control the terminal, hide or
// reorder what stands beside it, or look like a line of ours. Escapes are those of JSON, so a value
// that is read back from the terminal is the same.

/** How to run this program: from a clone through npm, which prepares what is missing. */
export const invocation = import.meta.url.includes('/dist/')
  ? 'npx holdpoint'
  : 'npm run -s holdpoint --';

/**
 * Everything that is not plainly visible: control and format characters (including those that
 * change the direction of text), spaces other than U+0020, line separators, fillers without a
 * glyph, lone surrogates, unassigned characters, and combining marks beyond the third in a row.
 */
const invisible =
  /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}|(?<=\p{M}{3})\p{M}/gu;

const shortEscapes: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The text on one line, with everything invisible escaped: `\n`, `\u001b`, `\ud83d\ude00`. */
export const safeText = (text: string): string =>
  text.replace(invisible, (character) => shortEscapes[character] ?? escapeUnits(character));

/** As safeText, for text with intended line breaks: one item per line. */
export const safeLines = (text: string): string[] => text.split(/\r\n|\n/).map(safeText);

const escapeUnits = (character: string): string =>
  character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');

/**
 * Breaks a safe line into pieces that fit the terminal, so that it cannot continue at the left
 * edge, where only our own lines begin. Counts two columns for everything but ASCII, since some of
 * it is wide.
 */
export function wrap(line: string, columns: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  for (const character of line) {
    const width = character <= '~' ? 1 : 2;
    if (used + width > columns && piece !== '') {
      pieces.push(piece);
      piece = '';
      used = 0;
    }
    piece += character;
    used += width;
  }
  return [...pieces, piece];
}

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
