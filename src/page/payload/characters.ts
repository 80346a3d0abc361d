/** A piece of text to show: plain text, or one odd character that occurs `count` times in a row. */
export type TextPiece =
  | { readonly kind: 'plain'; readonly text: string }
  | {
      readonly kind: 'odd';
      /** The JSON escape, so that the exact text can be recovered from what is shown. */
      readonly escape: string;
      readonly name: string;
      readonly count: number;
    }
  | { readonly kind: 'lookalike'; readonly text: string; readonly name: string };

/**
 * Every character that is not plainly visible: controls, format characters (including those that
 * change the text direction), spaces other than U+0020, blank fillers, tags, unpaired surrogates,
 * and a fourth or later combining mark on one letter. Joiners and modifiers inside an emoji are
 * left alone.
 */
const invisible =
  /(?<=\p{Extended_Pictographic})\uFE0F|(?<=[#*\d])\uFE0F(?=\u20E3)|(?<=\p{Extended_Pictographic}[\u{1F3FB}-\u{1F3FF}]?\uFE0F?)\u200D(?=\p{Extended_Pictographic})|([\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}|(?<=\p{M}{3})\p{M})/gu;

/** Cyrillic and Greek letters that look like Latin ones, each above its Latin counterpart. */
const lookalikes = 'аеорсухіјѕԁһӏ' + 'АВЕКМНОРСТХІЈЅ' + 'αονρικυ' + 'ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ';
const latinDoubles = 'aeopcyxijsdhl' + 'ABEKMHOPCTXIJS' + 'aovpiku' + 'ABEZHIKMNOPTYX';

/**
 * Runs of lookalike letters. Whether a Latin letter is next to them is checked in code: a
 * lookaround would take quadratic time on a long run.
 */
export const lookalikeRuns = new RegExp(`[${lookalikes}]+`, 'g');

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

/**
 * Splits text into plain pieces and characters that must be made visible.
 *
 * @param keepLines whether line breaks and tabs are expected and stay as they are
 */
export function piecesOf(text: string, keepLines: boolean): TextPiece[] {
  const pieces: TextPiece[] = [];
  let end = 0;
  for (const { 0: character, 1: odd, index } of text.matchAll(invisible)) {
    if (odd === undefined || (keepLines && isLineBreakOrTab(text, index))) continue;
    if (index > end) addPlain(pieces, text.slice(end, index));
    addOdd(pieces, character);
    end = index + character.length;
  }
  if (end < text.length) addPlain(pieces, text.slice(end));
  return pieces;
}

/** How often each odd character occurs in a text. */
export function countOdd(text: string): { escape: string; name: string; count: number }[] {
  const counts = new Map<string, { escape: string; name: string; count: number }>();
  for (const piece of piecesOf(text, true)) {
    if (piece.kind !== 'odd') continue;
    const known = counts.get(piece.escape);
    if (known) known.count += piece.count;
    else counts.set(piece.escape, { ...piece });
  }
  return [...counts.values()];
}

/** What a key looks like. Two keys with the same appearance cannot be told apart by eye. */
export function appearanceOf(key: string): string {
  let seen = '';
  for (const character of key.normalize('NFKC').replace(invisible, '')) {
    const at = lookalikes.indexOf(character);
    seen += at < 0 ? character : latinDoubles[at];
  }
  return seen.replace(/[Il|]/g, '1').replace(/O/g, '0').trim();
}

/** A carriage return counts only before a line feed: alone, it could hide the start of the line. */
function isLineBreakOrTab(text: string, at: number): boolean {
  const character = text[at];
  return character === '\n' || character === '\t' || (character === '\r' && text[at + 1] === '\n');
}

function addOdd(pieces: TextPiece[], character: string): void {
  const shown = short[character] ?? escapeOf(character);
  const last = pieces.at(-1);
  if (last?.kind === 'odd' && last.escape === shown) {
    pieces[pieces.length - 1] = { ...last, count: last.count + 1 };
  } else {
    pieces.push({ kind: 'odd', escape: shown, name: nameOf(character), count: 1 });
  }
}

function addPlain(pieces: TextPiece[], text: string): void {
  let end = 0;
  for (const { 0: letters, index } of text.matchAll(lookalikeRuns)) {
    if (!isLatin(text[index - 1]) && !isLatin(text[index + letters.length])) continue;
    if (index > end) pieces.push({ kind: 'plain', text: text.slice(end, index) });
    pieces.push({ kind: 'lookalike', text: letters, name: lookalikeName(letters) });
    end = index + letters.length;
  }
  if (end < text.length) pieces.push({ kind: 'plain', text: text.slice(end) });
}

function isLatin(character: string | undefined): boolean {
  return character !== undefined && /[A-Za-z]/.test(character);
}

function lookalikeName(letters: string): string {
  const alphabet = /\p{Script=Greek}/u.test(letters) ? 'Greek' : 'Cyrillic';
  return `${alphabet} ${letters.length === 1 ? 'letter' : 'letters'} that look${letters.length === 1 ? 's' : ''} like Latin`;
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

function escapeOf(character: string): string {
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
