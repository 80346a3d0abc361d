// What agents send is shown to a person who decides by it, so nothing in it may act on the terminal, hide, reorder
// what stands beside it, or look like a line of ours. Escapes are those of JSON: a value stays the same when it is
// read again from what is shown.

/**
 * Everything that is not plainly visible: controls, format characters (among them those that turn the direction of
 * text), blanks other than the space, line separators, fillers that show as nothing, lone surrogates, and what no
 * font knows yet.
 */
const invisible =
  /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}|(?<=\p{M}{3})\p{M}/gu;

const short: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** One line on which everything is visible: the rest is escaped, `\n`, `\u001b`, `\ud83d\ude00`. */
export function safeText(text: string): string {
  return text.replace(invisible, (character) => short[character] ?? unitsOf(character));
}

/** As safeText, of text in which line breaks are meant: one item a line. */
export function safeLines(text: string): string[] {
  return text.split(/\r\n|\n/).map(safeText);
}

function unitsOf(character: string): string {
  return Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
}

/**
 * Breaks a safe line into pieces that fit a terminal, so that it does not go on at the left edge, where only our
 * own lines begin. Whatever is not ASCII is counted as two columns: some of it is.
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
