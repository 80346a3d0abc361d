import { lookOf } from './confusables.ts';
import { scriptsShownBy } from './lookalikes.ts';
import { type Marks, marksOf } from './marks.ts';
import { rightToLeftLetters } from './readingOrder.ts';

/** A piece of text to show. */
export type TextPiece =
  | { readonly kind: 'plain'; readonly text: string }
  /** One odd character that occurs `count` times in a row. */
  | {
      readonly kind: 'odd';
      /** The JSON escape, so that the exact text can be recovered from what is shown. */
      readonly escape: string;
      readonly name: string;
      readonly count: number;
    }
  | { readonly kind: 'lookalike'; readonly text: string; readonly name: string }
  /**
   * A piece whose direction must not change the order of what is around it. It has a name if it is
   * marked, because it would be drawn in another order than it has.
   */
  | {
      readonly kind: 'isolated';
      readonly name: string | null;
      readonly pieces: readonly TextPiece[];
    };

/**
 * Every character that is not plainly visible: control and format characters (including those that
 * change the direction of text), spaces other than U+0020, line separators, fillers without a
 * glyph, tags, lone surrogates, unassigned characters, and a fourth or later combining mark on one
 * letter.
 */
export const invisible =
  /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}|(?<=\p{M}{3})\p{M}/gu;

/** Joiners that honest text needs: inside an emoji, between Arabic letters, after a virama. */
const joiner =
  /(?<=\p{Extended_Pictographic}[\u{1F3FB}-\u{1F3FF}]?\uFE0F?)\u200D(?=\p{Extended_Pictographic})|(?<=\p{Script=Arabic})\u200C(?=\p{Script=Arabic})|(?<=[\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D4D\u0DCA])[\u200C\u200D]/u;

/**
 * What else honest text needs: modifiers inside an emoji, the wide space beside Chinese and
 * Japanese characters, and the spaces in French punctuation and in long numbers.
 */
const modifierOrSpace =
  /(?<=\p{Extended_Pictographic})\uFE0F|(?<=[#*\d])\uFE0F(?=\u20E3)|\u3000(?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])|(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}。、])\u3000|[\u00A0\u202F](?=[:;!?»%€])|(?<=[«\d])[\u00A0\u202F](?=[\p{L}\d])/u;

const honest = `${joiner.source}|${modifierOrSpace.source}`;
/** Line breaks and tabs. A carriage return counts only before a line feed. */
const breakOrTab = '[\\n\\t]|\\r\\n';

/** As `invisible`, in a group, after those that honest text needs. */
const odd = new RegExp(`${honest}|(${invisible.source})`, 'gu');
const oddInLines = new RegExp(`${honest}|((?!${breakOrTab})(?:${invisible.source}))`, 'gu');

/** An odd character that can hide or reorder something, as spaces and combining marks cannot. */
const hidden = new RegExp(
  `(?!${breakOrTab}|[\\p{Zs}\\p{M}]|${joiner.source})[\\p{C}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}\\u2800]`,
  'u',
);

/** Every expression that is built here. */
export const built = [odd, oddInLines, hidden];

const names: Readonly<Record<string, string>> = {
  '\u0000': 'NUL',
  '\u0007': 'bell',
  '\u0008': 'backspace',
  '\u0009': 'tab',
  '\u000a': 'line break',
  '\u000d': 'carriage return',
  '\u001b': 'escape',
  '\u007f': 'delete',
  '\u00a0': 'no-break space',
  '\u00ad': 'soft hyphen',
  '\u061c': 'Arabic letter mark',
  '\u200b': 'zero width space',
  '\u200c': 'zero width non-joiner',
  '\u200d': 'zero width joiner',
  '\u200e': 'left-to-right mark',
  '\u200f': 'right-to-left mark',
  '\u2028': 'line separator',
  '\u2029': 'paragraph separator',
  '\u202a': 'left-to-right embedding',
  '\u202b': 'right-to-left embedding',
  '\u202c': 'pop directional formatting',
  '\u202d': 'left-to-right override',
  '\u202e': 'right-to-left override: reverses the text after it',
  '\u2060': 'word joiner',
  '\u2066': 'left-to-right isolate',
  '\u2067': 'right-to-left isolate',
  '\u2068': 'first strong isolate',
  '\u2069': 'pop directional isolate',
  '\ufeff': 'zero width no-break space',
};

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A part of a text, and what is marked in the whole of it. */
type Part = {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly marks?: Marks | undefined;
};

/**
 * Splits text into plain pieces and what must be made visible.
 *
 * @param keepLines whether line breaks and tabs are expected and stay as they are
 */
export function piecesOf(
  text: string,
  keepLines: boolean,
  { from = 0, to = text.length, marks = marksOf(text) }: Part = {},
): TextPiece[] {
  const pieces: TextPiece[] = [];
  let end = from;
  for (const { start, end: isolatedEnd, name } of within(marks.isolated, from, to)) {
    addLookalikes(pieces, text, [end, start], marks, keepLines);
    const inner: TextPiece[] = [];
    addLookalikes(inner, text, [start, isolatedEnd], marks, keepLines);
    pieces.push({
      kind: 'isolated',
      name,
      pieces: name === null ? inner : inner.flatMap(isolateRightToLeft),
    });
    end = isolatedEnd;
  }
  addLookalikes(pieces, text, [end, to], marks, keepLines);
  return pieces;
}

/** The pieces without those that contain others. */
export const flatPieces = (
  pieces: readonly TextPiece[],
): Exclude<TextPiece, { kind: 'isolated' }>[] =>
  pieces.flatMap((piece) => (piece.kind === 'isolated' ? flatPieces(piece.pieces) : piece));

/** How often each odd character occurs in a text. */
export function countOdd(text: string): { escape: string; name: string; count: number }[] {
  const counts = new Map<string, { escape: string; name: string; count: number }>();
  for (const piece of flatPieces(piecesOf(text, true))) {
    if (piece.kind !== 'odd') continue;
    const known = counts.get(piece.escape);
    if (known) known.count += piece.count;
    else counts.set(piece.escape, { ...piece });
  }
  return [...counts.values()];
}

/** Printable ASCII, in lines. */
const plain = /^[\t\n -~]*$/;

/**
 * Whether a part of a text contains anything that misleads. Unusual spaces are marked but do not:
 * they are common.
 */
export function misleads(text: string, { from = 0, to = text.length, marks }: Part = {}): boolean {
  const part = text.slice(from, to);
  // Most texts, of which a payload may have very many.
  if (plain.test(part)) return false;
  if (hidden.test(part)) return true;
  const isShown = scriptsShownBy(text);
  for (let at = from; at < to; ) {
    const lineEnd = text.indexOf('\n', at + STEP_CHARACTERS);
    const most = at + MAX_STEP_CHARACTERS;
    const next = marks ? to : Math.min(lineEnd < 0 ? to : lineEnd, to, most);
    const { lookalikes, isolated } = marks ?? marksOf(text, isShown, { from: at, to: next });
    if (!within(lookalikes, at, next).next().done) return true;
    for (const { name } of within(isolated, at, next)) if (name !== null) return true;
    at = next;
  }
  return false;
}

/** Marks are looked for in lines of so many characters together, until one is found. */
const STEP_CHARACTERS = 5_000;
/** Of a longer line only this much. */
const MAX_STEP_CHARACTERS = 20_000;

/** Nobody compares longer keys by eye. */
const MAX_COMPARED = 10_000;

/** What a key looks like. Two keys with the same appearance cannot be told apart by eye. */
export function appearanceOf(key: string): string {
  let seen = '';
  // Invisible ones go first: normalizing takes quadratic time for a long run of combining marks.
  const plain = key.slice(0, MAX_COMPARED).replace(invisible, '').normalize('NFKC');
  for (const character of plain.replace(invisible, '')) {
    seen += lookOf(character) ?? character;
  }
  return seen.replace(/[Il|]/g, '1').replace(/O/g, '0').trim();
}

type Range = { readonly start: number; readonly end: number };

/** The ranges that overlap a part of the text, cut at its ends. */
function* within<T extends Range>(ranges: readonly T[], from: number, to: number): Generator<T> {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle] as T).end <= from) low = middle + 1;
    else high = middle;
  }
  for (let at = low; at < ranges.length; at++) {
    const range = ranges[at] as T;
    if (range.start >= to) return;
    yield { ...range, start: Math.max(range.start, from), end: Math.min(range.end, to) };
  }
}

function addLookalikes(
  pieces: TextPiece[],
  text: string,
  [from, to]: readonly [number, number],
  { lookalikes }: Marks,
  keepLines: boolean,
): void {
  let done = from;
  for (const { start, end, name } of within(lookalikes, from, to)) {
    addOdd(pieces, text.slice(done, start), keepLines);
    pieces.push({ kind: 'lookalike', text: text.slice(start, end), name });
    done = end;
  }
  addOdd(pieces, text.slice(done, to), keepLines);
}

function addOdd(pieces: TextPiece[], text: string, keepLines: boolean): void {
  let end = 0;
  for (const { 0: character, 1: found, index } of text.matchAll(keepLines ? oddInLines : odd)) {
    if (found === undefined) continue;
    if (index > end) pieces.push({ kind: 'plain', text: text.slice(end, index) });
    end = index + character.length;
    const shown = shownAs(character);
    const last = pieces.at(-1);
    if (last?.kind === 'odd' && last.escape === shown.escape) {
      pieces[pieces.length - 1] = { ...last, count: last.count + 1 };
    } else {
      pieces.push({ kind: 'odd', ...shown, count: 1 });
    }
  }
  if (end < text.length) pieces.push({ kind: 'plain', text: text.slice(end) });
}

/** Looked at together: a longer part is not read to its end if its start has enough. */
const COUNTED_CHARACTERS = 4_000;

/**
 * Whether a part of a text has more marked places than a number: odd characters, of which a run of
 * the same counts once, and what is marked besides.
 */
export function hasMoreMarked(
  text: string,
  most: number,
  { from = 0, to = text.length, marks }: Part = {},
): boolean {
  let found = 0;
  for (let at = from; at < to; at += COUNTED_CHARACTERS) {
    const next = Math.min(at + COUNTED_CHARACTERS, to);
    const part = text.slice(at, next);
    if (plain.test(part)) continue;
    let last = { character: '', end: 0 };
    for (const { 0: character, 1: isOdd, index } of part.matchAll(oddInLines)) {
      if (isOdd === undefined) continue;
      if (character !== last.character || index !== last.end) found++;
      if (found > most) return true;
      last = { character, end: index + character.length };
    }
    const { lookalikes, isolated } = marks ?? marksOf(part);
    const [start, end] = marks ? [at, next] : [0, part.length];
    for (const _ of within<Range>(lookalikes, start, end)) found++;
    for (const _ of within<Range>(isolated, start, end)) found++;
    if (found > most) return true;
  }
  return false;
}

type Shown = { readonly escape: string; readonly name: string };

const known = new Map<string, Shown>();
/** There are not many more in use. */
const MAX_KNOWN = 2_000;

/** How an odd character is shown. */
function shownAs(character: string): Shown {
  let shown = known.get(character);
  if (shown === undefined) {
    shown = { escape: short[character] ?? escapeOf(character), name: nameOf(character) };
    if (known.size < MAX_KNOWN) known.set(character, shown);
  }
  return shown;
}

/** Isolates each run of right-to-left letters, so that the runs are drawn in their order. */
function isolateRightToLeft(piece: TextPiece): TextPiece[] {
  if (piece.kind !== 'plain') return [{ kind: 'isolated', name: null, pieces: [piece] }];
  const pieces: TextPiece[] = [];
  let end = 0;
  for (const { 0: letters, index } of piece.text.matchAll(rightToLeftLetters)) {
    if (index > end) pieces.push({ kind: 'plain', text: piece.text.slice(end, index) });
    const inner: TextPiece = { kind: 'plain', text: letters };
    pieces.push({ kind: 'isolated', name: null, pieces: [inner] });
    end = index + letters.length;
  }
  if (end < piece.text.length) pieces.push({ kind: 'plain', text: piece.text.slice(end) });
  return pieces;
}

function nameOf(character: string): string {
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return `${code} ${names[character] ?? classOf(character)}`;
}

function classOf(character: string): string {
  if (/[\u{E0000}-\u{E007F}]/u.test(character)) return 'invisible tag character';
  if (/\p{Zs}/u.test(character)) return 'unusual space';
  if (/\p{M}/u.test(character)) return 'one of many marks on a letter';
  if (/\p{Cc}/u.test(character)) return 'control character';
  return 'invisible character';
}

/** The JSON escape of a character: `\\u200b`, `\\ud83d\\ude00`. */
export function escapeOf(character: string): string {
  return Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
}

/** The lines of a text. A trailing line break does not start another line. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.length > 1 && lines.at(-1) === '') lines.pop();
  return lines;
}

/**
 * Replaces `\r\n` with `\n` if every line break is `\r\n`: marking each one would drown the marks
 * that matter. Text with mixed line breaks stays as it is, with every `\r` visible.
 */
export function withoutWindowsBreaks(text: string): { text: string; isWindows: boolean } {
  const isWindows = text.includes('\r\n') && !/\r(?!\n)|(?<!\r)\n/.test(text);
  return { text: isWindows ? text.replaceAll('\r\n', '\n') : text, isWindows };
}
