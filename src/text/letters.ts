import { lookOf } from './confusables.ts';

/** What is known about a character. */
export type Letter = {
  readonly text: string;
  /** The ASCII character that it looks like, or itself. */
  readonly look: string;
  readonly isLookalike: boolean;
  /** Whether it is part of a word: a letter, a mark or a digit, or looks like one of ASCII. */
  readonly isOfWord: boolean;
  readonly isLetter: boolean;
  readonly isAsciiLetter: boolean;
  /** ASCII, or a Latin letter with an accent, but none that passes for another. */
  readonly isLatin: boolean;
  readonly script: Script;
};

/** A script whose letters can look like Latin ones, and that a text can be written in. */
export type Script = { readonly name: string; readonly letters: RegExp };

const scripts: readonly Script[] = [
  { name: 'Cyrillic', letters: /\p{Script=Cyrillic}/u },
  { name: 'Greek', letters: /\p{Script=Greek}/u },
  { name: 'Armenian', letters: /\p{Script=Armenian}/u },
  { name: 'Cherokee', letters: /\p{Script=Cherokee}/u },
  { name: 'Coptic', letters: /\p{Script=Coptic}/u },
  { name: 'Lisu', letters: /\p{Script=Lisu}/u },
  { name: 'Hebrew', letters: /\p{Script=Hebrew}/u },
  { name: 'Arabic', letters: /\p{Script=Arabic}/u },
  { name: 'Devanagari', letters: /\p{Script=Devanagari}/u },
  { name: 'Thai', letters: /\p{Script=Thai}/u },
];
/** Full-width letters are usual in texts with Chinese, Japanese or Korean characters. */
const fullWidth: Script = {
  name: 'full-width',
  letters: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u,
};
/** Mathematical and other styled letters, which no text is written in. */
export const styled: Script = { name: 'styled', letters: /(?!)/u };
/** Unusual Latin letters, and scripts that are not listed above. */
export const unusual: Script = { name: 'unusual', letters: /(?!)/u };

const lookalikes = new Map<string, Letter>();
const others = new Map<string, Letter>();

/** The characters of a word. */
export function lettersOf(word: string): Letter[] {
  const characters = Array.from(word);
  return characters.map((text, at) => {
    const look = lookOf(text);
    if (look === undefined) return remembered(others, text, text);
    const passes =
      !passesForDigit(text, look) || isDigit(characters[at - 1]) || isDigit(characters[at + 1]);
    return passes ? remembered(lookalikes, text, look) : remembered(others, text, text);
  });
}

/** A letter that looks like a digit deceives only beside one, as the Cyrillic "З" in "1З00". */
export const passesForDigit = (text: string, look: string): boolean =>
  look >= '0' && look <= '9' && /\p{L}/u.test(text);

const isDigit = (text: string | undefined): boolean =>
  text !== undefined && text >= '0' && text <= '9';

function remembered(known: Map<string, Letter>, text: string, look: string): Letter {
  let letter = known.get(text);
  if (letter === undefined) {
    letter = describe(text, look);
    known.set(text, letter);
  }
  return letter;
}

function describe(text: string, look: string): Letter {
  const isLookalike = look !== text;
  return {
    text,
    look,
    isLookalike,
    isOfWord: isLookalike ? /[A-Za-z\d]/.test(look) : /[\p{L}\p{M}\p{N}]/u.test(text),
    isLetter: /\p{L}/u.test(text),
    isAsciiLetter: /[A-Za-z]/.test(text),
    isLatin: text <= '\x7f' || (!isLookalike && /\p{Script=Latin}/u.test(text)),
    script: scriptOf(text),
  };
}

function scriptOf(text: string): Script {
  if (/[\uff01-\uff5e]/.test(text)) return fullWidth;
  if (/\p{Script=Common}/u.test(text)) return styled;
  return scripts.find(({ letters }) => letters.test(text)) ?? unusual;
}
