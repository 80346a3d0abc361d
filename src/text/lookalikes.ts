// Which characters are marked because they pass for ASCII. Unicode's confusables say what looks
// like what (https://www.unicode.org/reports/tr39/). Most of it is honest text in another script,
// so a character is marked only where it deceives:
//
// - between Latin letters, as a Cyrillic "а" in "pаypal", in any text;
// - in a path, an address, a command or an identifier, in a part that looks like ASCII throughout;
// - in a word that looks like ASCII throughout, in a text that nowhere shows which script it is.

import { characterClass, confusable, confusablesOnly } from './confusables.ts';
import { type Letter, lettersOf, passesForDigit, type Script, styled, unusual } from './letters.ts';
import { isTechnical, option, words } from './technical.ts';

/** Characters that look like others: a range of a text, in UTF-16 code units, and what it holds. */
export type Lookalike = { readonly start: number; readonly end: number; readonly name: string };

/**
 * The lookalikes of a text, in order.
 *
 * @param isShown which scripts the text that it was taken from shows; by default the text itself
 * @param isPart whether it is only some lines of a text
 */
export function lookalikesOf(
  text: string,
  isShown: IsShown = scriptsShownBy(text),
  isPart = false,
): Lookalike[] {
  if (!confusable.test(text)) return [];
  const found: Lookalike[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    const isAll = !isPart && text === line;
    if (confusable.test(line)) inspectLine(line, { start, isAll, isShown, found });
    start += line.length + 1;
  }
  return found;
}

/** Whether a text shows that it is written in a script. */
export type IsShown = (script: Script) => boolean;

type Inspection = {
  /** Where the line starts in the text. */
  readonly start: number;
  /** Whether the line is the whole text. */
  readonly isAll: boolean;
  readonly isShown: IsShown;
  readonly found: Lookalike[];
};

function inspectLine(line: string, { start, isAll, isShown, found }: Inspection): void {
  const isCommand = option.test(line);
  let before: Before = { text: '', end: 0, isOption: false };
  for (const { 0: text, index } of line.matchAll(words)) {
    let isOption = false;
    if (confusable.test(text) && (!lettersOnly.test(text) || confusablesOnly.test(text))) {
      const letters = lettersOf(text);
      const isAlone = isAll && text.length === line.trim().length;
      const isBeside = line.slice(before.end, index).trim() === '';
      isOption = passesForOption(letters, isAlone, isBeside ? before : null);
      const marks = marksOfWord(letters, { isCommand: isCommand || isOption, isOption, isShown });
      collect(letters, marks, start + index, found);
    }
    before = { text, end: index + text.length, isOption };
  }
}

/** A word of letters without ASCII. Unless all of them are confusable, nothing is marked in it. */
const lettersOnly = /^(?:(?![A-Za-z])\p{L})+[.:?]?$/u;

type Before = { readonly text: string; readonly end: number; readonly isOption: boolean };

/**
 * Whether a word with another hyphen passes for an option. A minus in a formula does not: there it
 * follows an operator.
 */
function passesForOption(
  letters: readonly Letter[],
  isAlone: boolean,
  before: Before | null,
): boolean {
  const look = letters
    .slice(0, 3)
    .map((letter) => letter.look)
    .join('');
  if (!letters.slice(0, 2).some((letter) => letter.isLookalike && letter.look === '-'))
    return false;
  if (/^--\p{L}/u.test(look)) return true;
  if (!/^-\p{L}/u.test(look)) return false;
  return isAlone || (before !== null && (before.isOption || /^[a-z][\w./-]+$/.test(before.text)));
}

type Place = {
  /** Whether the word is in a command, so that letters that look like Latin ones deceive. */
  readonly isCommand: boolean;
  readonly isOption: boolean;
  readonly isShown: IsShown;
};

/** Which characters of a word are marked. */
function marksOfWord(
  letters: readonly Letter[],
  { isCommand, isOption, isShown }: Place,
): boolean[] {
  const marks = new Array<boolean>(letters.length).fill(false);
  // A minus in a formula does not make an option.
  const look = letters.map((letter, at) =>
    at === 0 && letter.look === '-' ? letter.text : letter.look,
  );
  const isStrict = isOption || isTechnical(look.join(''));
  const hasLatin = letters.some(({ isAsciiLetter }) => isAsciiLetter);
  const deceives = ({ isLookalike, script }: Letter) =>
    isLookalike && (hasLatin || !isShown(script));
  if (isStrict) markPunctuation(letters, marks);
  for (let start = 0; start < letters.length; start++) {
    let end = start;
    while (letters[end]?.isOfWord) end++;
    if (end === start) continue;
    const part = letters.slice(start, end);
    const looksLatin = part.every((letter) => letter.isLookalike || letter.text <= '\x7f');
    if ((isStrict || isCommand) && looksLatin) {
      part.forEach((letter, at) => {
        marks[start + at] = deceives(letter);
      });
    } else if (part.some(({ isLatin, isLetter }) => isLatin && isLetter)) {
      markMixed(part, isStrict).forEach((isMarked, at) => {
        marks[start + at] = isMarked;
      });
    } else if (looksLatin && isLongEnough(part)) {
      part.forEach((letter, at) => {
        marks[start + at] = deceives(letter);
      });
    } else {
      part.forEach((letter, at) => {
        marks[start + at] = isAmongDigits(letter, part[at - 1], part[at + 1]);
      });
    }
    start = end;
  }
  return marks;
}

/** Marks punctuation between characters that look like ASCII, or at an end. */
function markPunctuation(letters: readonly Letter[], marks: boolean[]): void {
  const isAscii = (at: number) => /^[!-~]*$/.test(letters[at]?.look ?? '');
  letters.forEach(({ isLookalike, isOfWord }, at) => {
    if (isLookalike && !isOfWord) marks[at] = isAscii(at - 1) && isAscii(at + 1);
  });
}

/** Marks letters of other scripts among Latin ones, and Latin letters inside Cyrillic words. */
function markMixed(part: readonly Letter[], isStrict: boolean): boolean[] {
  const isFormula =
    !isStrict && part.filter(({ isLetter }) => isLetter).length <= MAX_FORMULA_LETTERS;
  const isCyrillic = part.some(
    ({ isLookalike, script }) => !isLookalike && script.name === 'Cyrillic',
  );
  return runsOf(part).flatMap((run, at, { length }) => {
    const isLast = at === length - 1;
    if (run[0]?.isLatin) {
      const isDeceptive =
        at > 0 && !isLast && isCyrillic && run.every(({ text }) => hasCyrillicDouble.test(text));
      return run.map(() => isDeceptive);
    }
    // A Russian ending after a Latin word is honest, as in "URLов": a letter of it shows that.
    const isEnding = isLast && !run.every(({ isLookalike }) => isLookalike);
    return run.map(
      ({ text, isLookalike, isLetter }) =>
        isLookalike &&
        isLetter &&
        !isEnding &&
        !mixesWithLatin.test(text) &&
        !(isFormula && isFormulaLetter.test(text)),
    );
  });
}

/** Formulas mix Greek and Latin letters in short words: "ρgh". */
const MAX_FORMULA_LETTERS = 3;
const isFormulaLetter = /[\p{Script=Greek}\p{Script=Common}]/u;
/** Scripts that are written together with Latin letters, and Latin letters of living languages. */
const mixesWithLatin =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}ıɩʋ]/u;
const hasCyrillicDouble = /[ABCEHKMOPTXYaceopxyijs]/;

/** Splits a word into runs of Latin and of other letters. A combining mark belongs to its letter. */
function runsOf(part: readonly Letter[]): Letter[][] {
  const runs: Letter[][] = [];
  for (const letter of part) {
    const run = runs.at(-1);
    const isMark = !letter.isLookalike && /^\p{M}/u.test(letter.text);
    if (run && (isMark || run[0]?.isLatin === letter.isLatin)) run.push(letter);
    else runs.push([letter]);
  }
  return runs;
}

/** Whether a letter passes for a digit, as the Cyrillic "О" in "1О0". "50х100" is honest. */
const isAmongDigits = (letter: Letter, before?: Letter, after?: Letter): boolean =>
  letter.isLookalike &&
  letter.isLetter &&
  /[\dOoIl]/.test(letter.look) &&
  [before, after].every((beside) => /^\d$/.test(beside?.text ?? ''));

/** Whether a word without Latin letters is long enough to be taken for a Latin one. */
function isLongEnough(part: readonly Letter[]): boolean {
  const letters = part.filter(({ isLetter, text }) => isLetter && !makesNoWords.test(text));
  return letters.length > (letters.some(({ script }) => script === styled) ? 2 : 1);
}

/** Scripts with few letters that look like Latin ones. */
const makesNoWords = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Han}\p{Script=Katakana}]/u;

/**
 * The scripts that a text shows. Each is looked for once: share the result between the parts of a
 * long text.
 */
export function scriptsShownBy(text: string): IsShown {
  const known = new Map<Script, boolean>();
  return (script) => {
    let isShown = known.get(script);
    if (isShown === undefined) {
      isShown = shows(text, script);
      known.set(script, isShown);
    }
    return isShown;
  };
}

/** Letters that look like Latin ones show no script, but those that look like digits do. */
const deceptive = characterClass((character, look) => !passesForDigit(character, look));
const honestLetters = new Map<Script, RegExp>();

function shows(text: string, script: Script): boolean {
  const letters = honestLetters.get(script) ?? honestLettersOf(script);
  honestLetters.set(script, letters);
  return letters.test(text);
}

export const honestLettersOf = ({ letters }: Script): RegExp =>
  new RegExp(`(?!${deceptive})${letters.source}`, 'u');

/** Adds the marked letters of a word. Those of one kind that follow each other are one lookalike. */
function collect(
  letters: readonly Letter[],
  marks: readonly boolean[],
  wordStart: number,
  found: Lookalike[],
): void {
  let end = wordStart;
  for (let at = 0; at < letters.length; ) {
    const kind = marks[at] ? kindOf(letters[at] as Letter) : '';
    const start = end;
    let next = at;
    while (next < letters.length && (marks[next] ? kindOf(letters[next] as Letter) : '') === kind) {
      end += letters[next]?.text.length ?? 0;
      next++;
    }
    if (kind !== '') found.push({ start, end, name: nameOf(kind, next - at) });
    at = next;
  }
}

const inCyrillic = 'in a Cyrillic word';

function kindOf({ text, look, isLookalike, isLetter, script }: Letter): string {
  if (!isLookalike) return inCyrillic;
  if (isLetter && script !== unusual) return script.name;
  const code = (text.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `U+${code} looks like ${look}`;
}

function nameOf(kind: string, count: number): string {
  if (kind.startsWith('U+')) return kind;
  if (kind === inCyrillic) return `Latin ${count > 1 ? 'letters' : 'letter'} ${inCyrillic}`;
  return `${kind} ${count > 1 ? 'letters that look' : 'letter that looks'} like Latin`;
}
