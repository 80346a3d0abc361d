import type { JsonText } from '../../json/jsonText.ts';
import { wrap } from '../safeText.ts';
import { jsonLines } from './jsonLines.ts';

/** Strings up to this length stay on one line, even with line breaks in them. */
const SHORT = 60;

/**
 * A payload to read: indented JSON, in which a longer text goes on under its beginning after each `\n`, and
 * nothing is wider than `columns`. A quote inside a text stays `\"`, so a text cannot pass for a member.
 */
export function payloadLines(payload: JsonText, columns: number): string[] {
  return jsonLines(payload).flatMap((line) =>
    breakTexts(line).flatMap((part) => wrap(part, columns)),
  );
}

function breakTexts(line: string): string[] {
  if (line.length <= SHORT) return [line];
  const start = /^ *(?:"(?:[^"\\]|\\.){0,100}": )?"/.exec(line)?.[0].length;
  if (start === undefined) return [line];
  const [first = '', ...rest] = line.slice(start).split(/(?<=(?<!\\)(?:\\\\)*\\n)(?!"?,?$)/);
  return [line.slice(0, start) + first, ...rest.map((part) => ' '.repeat(start) + part)];
}
