import { confusables } from './generated/confusables.ts';

const asciiOf = new Map<string, string>();
let ranges = '';
for (const entry of confusables.split(' ')) {
  const [from = '', length = '1'] = entry.slice(0, -1).split('+');
  const first = Number.parseInt(from, 16);
  const target = entry.charCodeAt(entry.length - 1);
  for (let at = 0; at < Number(length); at++) {
    asciiOf.set(String.fromCodePoint(first + at), String.fromCharCode(target + at));
  }
  ranges += `\\u{${from}}-\\u{${(first + Number(length) - 1).toString(16)}}`;
}

/** One character that looks like one of ASCII. */
export const confusable = new RegExp(`[${ranges}]`, 'u');

/** A word of such characters only, and perhaps punctuation after it. */
export const confusablesOnly = new RegExp(`^[${ranges}]+[.:?]?$`, 'u');

/** The ASCII character that a character looks like, or undefined if there is none. */
export const lookOf = (character: string): string | undefined => asciiOf.get(character);
