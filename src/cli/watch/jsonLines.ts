import type { JsonText } from '@holdpoint/client/json';
import { safeText } from '../safeText.ts';

const INDENT = '  ';

/**
 * JSON over several lines, indented, all of it: what JSON.parse would drop or change (keys that are there twice, many
 * digits, the order of keys) is shown too. It is safe to print, and still the same JSON.
 */
export function jsonLines({ text }: JsonText): string[] {
  const lines: string[] = [];
  let line = '';
  let depth = 0;
  const breakLine = () => {
    lines.push(line);
    line = INDENT.repeat(depth);
  };

  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') {
      const end = endOfString(text, at);
      line += safeText(text.slice(at, end));
      at = end - 1;
    } else if (character === '{' || character === '[') {
      line += character;
      const next = text.charAt(at + 1);
      if (next === '}' || next === ']') {
        line += next;
        at++;
      } else {
        depth++;
        breakLine();
      }
    } else if (character === '}' || character === ']') {
      depth--;
      breakLine();
      line += character;
    } else {
      line += character === ':' ? ': ' : character;
      if (character === ',') breakLine();
    }
  }
  return [...lines, line];
}

/** How many objects and arrays are around the innermost value. */
export function nestingOf({ text }: JsonText): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') at = endOfString(text, at) - 1;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth);
    else if (character === '}' || character === ']') depth--;
  }
  return deepest;
}

/** @returns where the text goes on after the string that begins at `start` */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1;
  return at + 1;
}
