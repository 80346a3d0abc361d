/** A piece of text: as it is, or one odd character that is there `count` times in a row. */
export type TextPiece =
  | { readonly kind: 'plain'; readonly text: string }
  | {
      readonly kind: 'odd';
      /** The escape of JSON: the text stays the same when it is read again from what is shown. */
      readonly escape: string;
      readonly name: string;
      readonly count: number;
    }
  | { readonly kind: 'lookalike'; readonly text: string; readonly name: string };

/**
 * Everything that is not plainly visible: controls, format characters (among them those that turn the
 * direction of text), blanks other than the space, fillers that show as nothing, tags, half surrogates,
 * and more than three marks on one letter. What only joins or colours an emoji is left alone.
 */
const invisible =
  /(?<=\p{Extended_Pictographic})\uFE0F|(?<=[#*\d])\uFE0F(?=\u20E3)|(?<=\p{Extended_Pictographic}[\u{1F3FB}-\u{1F3FF}]?\uFE0F?)\u200D(?=\p{Extended_Pictographic})|([\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}|(?<=\p{M}{3})\p{M})/gu;

/** Letters of other alphabets that look like Latin ones, each above its double. */
const lookalikes = 'аеорсухіјѕԁһӏ' + 'АВЕКМНОРСТХІЈЅ' + 'αονρικυ' + 'ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ';
const latinDoubles = 'aeopcyxijsdhl' + 'ABEKMHOPCTXIJS' + 'aovpiku' + 'ABEZHIKMNOPTYX';

/** Runs of such letters. Which stand beside a Latin one is not asked here: that would take the square of a long run. */
export const foreign = new RegExp(`[${lookalikes}]+`, 'g');

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
  '\u202c': 'end of a change of direction',
  '\u202d': 'left-to-right override',
  '\u202e': 'right-to-left override: turns the text after it around',
  '\u2060': 'word joiner',
  '\u2066': 'left-to-right isolate',
  '\u2067': 'right-to-left isolate',
  '\u2068': 'first strong isolate',
  '\u2069': 'end of an isolate',
  '\ufeff': 'zero width no-break space',
};

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Cuts text into what is shown as it is and what must be made visible.
 *
 * @param keepLines whether line breaks and tabs are meant, and stay
 */
export function piecesOf(text: string, keepLines: boolean): TextPiece[] {
  const pieces: TextPiece[] = [];
  let end = 0;
  for (const { 0: character, 1: odd, index } of text.matchAll(invisible)) {
    if (odd === undefined || (keepLines && isMeant(text, index))) continue;
    if (index > end) addPlain(pieces, text.slice(end, index));
    addOdd(pieces, character);
    end = index + character.length;
  }
  if (end < text.length) addPlain(pieces, text.slice(end));
  return pieces;
}

/** How often each odd character is in a text, by its escape and name; for people who cannot see where. */
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

/** What a key looks like: keys with one appearance cannot be told apart by looking. */
export function appearanceOf(key: string): string {
  let seen = '';
  for (const character of key.normalize('NFKC').replace(invisible, '')) {
    const at = lookalikes.indexOf(character);
    seen += at < 0 ? character : latinDoubles[at];
  }
  return seen.replace(/[Il|]/g, '1').replace(/O/g, '0').trim();
}

/** A line break may come with a carriage return before it; one alone would overwrite the line. */
function isMeant(text: string, at: number): boolean {
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
  for (const { 0: letters, index } of text.matchAll(foreign)) {
    if (!isLatin(text[index - 1]) && !isLatin(text[index + letters.length])) continue;
    if (index > end) pieces.push({ kind: 'plain', text: text.slice(end, index) });
    pieces.push({ kind: 'lookalike', text: letters, name: lookalikeName(letters) });
    end = index + letters.length;
  }
  if (end < text.length) pieces.push({ kind: 'plain', text: text.slice(end) });
}

/** Beside a Latin letter, a foreign one makes a word that is not what it seems. */
function isLatin(character: string | undefined): boolean {
  return character !== undefined && /[A-Za-z]/.test(character);
}

function lookalikeName(letters: string): string {
  const alphabet = /\p{Script=Greek}/u.test(letters) ? 'Greek' : 'Cyrillic';
  return `${alphabet}, not Latin: ${letters.length === 1 ? 'a letter' : 'letters'} that only looks the same`;
}

function nameOf(character: string): string {
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return `${code} ${names[character] ?? classOf(character)}`;
}

function classOf(character: string): string {
  if (/[\u{E0000}-\u{E007F}]/u.test(character)) return 'tag character, which shows as nothing';
  if (/\p{Zs}/u.test(character)) return 'unusual blank';
  if (/\p{M}/u.test(character)) return 'a mark on a letter that has many';
  if (/\p{Cc}/u.test(character)) return 'control character';
  return 'character that does not show';
}

function escapeOf(character: string): string {
  return Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
}
