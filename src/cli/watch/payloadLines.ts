import type { JsonText } from '@holdpoint/client/json';
import { wrap } from '../safeText.ts';
import { jsonLines } from './jsonLines.ts';

/** Strings up to this length stay on one line, even with line breaks in them. */
const SHORT = 60;

/**
 * A payload to read: indented JSON, in which a longer text goes on under its beginning after each `\n` and where
 * it would be wider than `columns`. A quote inside a text stays `\"`, so a text cannot pass for a member.
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

/** Between the escape of a line break and what follows it, but not before the end of the text. */
const afterLineBreak = /(?<=(?<!\\)(?:\\\\)*\\n)(?!"?,?$)/;

/** Where the text of a member begins, or the value of another. */
function textStart(line: string, columns: number): number {
  const start = /^ *(?:"(?:[^"\\]|\\.){0,100}": )?"?/.exec(line)?.[0].length ?? 0;
  return start < columns / 2 ? start : Math.min(line.search(/\S|$/), Math.floor(columns / 2));
}
