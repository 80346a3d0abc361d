import { type JsonText, printJson, readJsonTree } from '@holdpoint/client/json';
import { safeJsonLines, wrap } from '../terminalText.ts';

/** Lines up to this length stay in one piece, even if they contain `\n`. */
const SHORT = 60;

/**
 * A payload as indented JSON. Long text continues on a new line after each `\n` and at `columns`,
 * indented to where it begins. A quote inside it stays `\"`, so text cannot look like another
 * member.
 */
export function payloadLines(payload: JsonText, columns: number): string[] {
  return jsonLines(payload).flatMap((line) => {
    const start = textStart(line, columns);
    const parts =
      line.length > SHORT ? line.slice(start).split(afterLineBreak) : [line.slice(start)];
    const pieces = parts.flatMap((part) => wrap(part, columns - start));
    return pieces.map((piece, at) => (at === 0 ? line.slice(0, start) : ' '.repeat(start)) + piece);
  });
}

/** After an escaped line break, except at the end of the text. */
const afterLineBreak = /(?<=(?<!\\)(?:\\\\)*\\n)(?!"?,?$)/;

/** The column where the value of a line begins. */
function textStart(line: string, columns: number): number {
  const start = /^ *(?:"(?:[^"\\]|\\.){0,100}": )?"?/.exec(line)?.[0].length ?? 0;
  return start < columns / 2 ? start : Math.min(line.search(/\S|$/), Math.floor(columns / 2));
}

/**
 * JSON as indented lines that are safe to print. Nothing is lost or changed, unlike with
 * JSON.parse: repeated keys, the digits of numbers and the order of keys stay.
 */
export const jsonLines = ({ text }: JsonText): string[] =>
  safeJsonLines(printJson(readJsonTree(text), 2));
