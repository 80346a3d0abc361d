import { confusables } from './generated/confusables.ts';

const asciiOf = new Map<string, string>();
for (const entry of confusables.split(' ')) {
  const [from = '', length = '1'] = entry.slice(0, -1).split('+');
  const first = Number.parseInt(from, 16);
  const target = entry.charCodeAt(entry.length - 1);
  for (let at = 0; at < Number(length); at++) {
    asciiOf.set(String.fromCodePoint(first + at), String.fromCharCode(target + at));
  }
}

/** A class of a regular expression: the confusable characters that are wanted. */
export function characterClass(isWanted: (character: string, look: string) => boolean): string {
  const wanted = [...asciiOf].filter(([character, look]) => isWanted(character, look));
  return `[${wanted.map(([character]) => `\\u{${character.codePointAt(0)?.toString(16)}}`).join('')}]`;
}

const all = characterClass(() => true);

/** One character that looks like one of ASCII. */
export const confusable = new RegExp(all, 'u');

/** A word of such characters only, and perhaps punctuation after it. */
export const confusablesOnly = new RegExp(`^${all}+[.:?]?$`, 'u');

/** The ASCII character that a character looks like, or undefined if there is none. */
export const lookOf = (character: string): string | undefined => asciiOf.get(character);
