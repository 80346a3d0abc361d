import { createRequire } from 'node:module';

/** Unicode's confusables.txt as an object: a character and what it looks like. */
const unicode: Record<string, string> = createRequire(import.meta.url)('unhomoglyph/data.json');

/** Missing in Unicode's table. */
const missing: Record<string, string> = { '\u03ba': 'k' };

const LAST_CODE_POINT = 0x10ffff;

/**
 * The table of characters that look like one of ASCII, as a TypeScript file. The page and the
 * terminal need no others, and the whole of Unicode's table is ten times as long.
 */
export function confusablesFile(): string {
  const runs: { from: number; length: number; target: number }[] = [];
  for (let code = 0x80; code <= LAST_CODE_POINT; code++) {
    const target = asciiOf(String.fromCodePoint(code))?.charCodeAt(0);
    if (target === undefined) continue;
    const last = runs.at(-1);
    const isNext = last && last.from + last.length === code && last.target + last.length === target;
    if (isNext) last.length++;
    else runs.push({ from: code, length: 1, target });
  }
  const entries = runs.map(({ from, length, target }) => {
    const run = length > 1 ? `+${length}` : '';
    return `${from.toString(16)}${run}${String.fromCharCode(target)}`;
  });
  return `${header}export const confusables = ${JSON.stringify(entries.join(' '))};\n`;
}

const header = `// Made from Unicode's confusables.txt and compatibility mappings by "npm run generate".

/**
 * Characters that look like one of ASCII: the code point in base 16, for a run of them the number
 * of consecutive characters that look like consecutive ones, and the character that the first one
 * looks like.
 */
`;

/** What a character looks like if that is a single visible character of ASCII. */
function asciiOf(character: string): string | undefined {
  // Superscripts, ordinals and the like do not pass for what they are made from.
  if (/[\p{No}\p{Lm}\p{M}\p{C}\p{Z}ªº]/u.test(character)) return undefined;
  const known = missing[character] ?? unicode[character];
  // In Unicode's table, m is reduced further, to r and n.
  const target = known === 'rn' ? 'm' : (known ?? character.normalize('NFKC'));
  // Digits of other scripts are not taken for punctuation.
  const isVisible = /\p{Nd}/u.test(character) ? /^\w$/ : /^[!-~]$/;
  return isVisible.test(target) ? target : undefined;
}
