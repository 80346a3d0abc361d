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

/**
 * As `invisible`, in a group, after those that honest text needs: joiners and modifiers inside an
 * emoji, joiners between Arabic letters and after an Indic virama, the wide space beside Chinese
 * and Japanese characters, and the spaces in French punctuation and in long numbers.
 */
const odd =
  /(?<=\p{Extended_Pictographic})\uFE0F|(?<=[#*\d])\uFE0F(?=\u20E3)|(?<=\p{Extended_Pictographic}[\u{1F3FB}-\u{1F3FF}]?\uFE0F?)\u200D(?=\p{Extended_Pictographic})|(?<=\p{Script=Arabic})\u200C(?=\p{Script=Arabic})|(?<=[\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D4D\u0DCA])[\u200C\u200D]|\u3000(?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])|(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}。、])\u3000|[\u00A0\u202F](?=[:;!?»%€])|(?<=[«\d])[\u00A0\u202F](?=[\p{L}\d])|([\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}|(?<=\p{M}{3})\p{M})/gu;

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
  if (hasInvisible(part)) return true;
  const isShown = scriptsShownBy(text);
  for (let at = from; at < to; ) {
    const lineEnd = text.indexOf('\n', at + STEP_CHARACTERS);
    const next = marks || lineEnd < 0 ? to : Math.min(lineEnd, to);
    const { lookalikes, isolated } = marks ?? marksOf(text, isShown, { from: at, to: next });
    if (!within(lookalikes, at, next).next().done) return true;
    for (const { name } of within(isolated, at, next)) if (name !== null) return true;
    at = next;
  }
  return false;
}

/** Marks are looked for in lines of so many characters together, until one is found. */
const STEP_CHARACTERS = 5_000;

function hasInvisible(text: string): boolean {
  // `test` would go on where it found something in another text.
  if (text.search(invisible) < 0) return false;
  for (const { 0: character, 1: found, index } of text.matchAll(odd)) {
    if (found === undefined || isLineBreakOrTab(text, index)) continue;
    if (!/[\p{Zs}\p{M}]/u.test(character)) return true;
  }
  return false;
}

/** What a key looks like. Two keys with the same appearance cannot be told apart by eye. */
export function appearanceOf(key: string): string {
  let seen = '';
  // Invisible ones go first: normalizing takes quadratic time for a long run of combining marks.
  const plain = key.replace(invisible, '').normalize('NFKC');
  for (const character of plain.replace(invisible, '')) {
    seen += lookOf(character) ?? character;
  }
  return seen.replace(/[Il|]/g, '1').replace(/O/g, '0').trim();
}

/** A carriage return counts only before a line feed: alone, it could hide the start of the line. */
function isLineBreakOrTab(text: string, at: number): boolean {
  const character = text[at];
  return character === '\n' || character === '\t' || (character === '\r' && text[at + 1] === '\n');
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
  for (const { 0: character, 1: found, index } of text.matchAll(odd)) {
    if (found === undefined || (keepLines && isLineBreakOrTab(text, index))) continue;
    if (index > end) pieces.push({ kind: 'plain', text: text.slice(end, index) });
    end = index + character.length;
    const shown = short[character] ?? escapeOf(character);
    const last = pieces.at(-1);
    if (last?.kind === 'odd' && last.escape === shown) {
      pieces[pieces.length - 1] = { ...last, count: last.count + 1 };
    } else {
      pieces.push({ kind: 'odd', escape: shown, name: nameOf(character), count: 1 });
    }
  }
  if (end < text.length) pieces.push({ kind: 'plain', text: text.slice(end) });
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
