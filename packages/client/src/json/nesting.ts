/** The maximum depth of JSON. Recursive functions rely on it. */
export const maxNesting = 256;

const openers = ['[', '{'] as const;
const backslash = 0x5c;
const quote = 0x22;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/**
 * Whether JSON text nests deeper than `levels`. For other text the result is meaningless.
 *
 * It is checked before parsing: JSON.parse takes a hundred times as long for a body of nothing but
 * brackets. Most texts have too few brackets to be deep, and then they are only counted.
 */
export function nestsTooDeep(text: string, levels = maxNesting): boolean {
  let opened = 0;
  for (const opener of openers) {
    let at = text.indexOf(opener);
    for (; at >= 0 && opened <= levels; at = text.indexOf(opener, at + 1)) opened++;
  }
  return opened > levels && deepest(text, levels) > levels;
}

/** The maximum depth, or the first one beyond `levels`. */
function deepest(text: string, levels: number): number {
  let depth = 0;
  let most = 0;
  let inString = false;
  for (let at = 0; at < text.length && most <= levels; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === backslash) at++;
      else if (code === quote) inString = false;
    } else if (code === quote) {
      inString = true;
    } else if (code === openBracket || code === openBrace) {
      depth++;
      if (depth > most) most = depth;
    } else if (code === closeBracket || code === closeBrace) {
      depth--;
    }
  }
  return most;
}
