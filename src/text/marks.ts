import { type IsShown, type Lookalike, lookalikesOf, scriptsShownBy } from './lookalikes.ts';
import { type Reordered, reorderedIn } from './readingOrder.ts';

/** A range that is drawn on its own. It has a name if it is marked. */
export type Isolated = Reordered & { readonly name: string | null };

/** What is marked in a text besides invisible characters: ranges in order. */
export type Marks = {
  readonly lookalikes: readonly Lookalike[];
  readonly isolated: readonly Isolated[];
};

const none: Marks = { lookalikes: [], isolated: [] };
const isAscii = (text: string): boolean => !/[^\0-\x7f]/.test(text);
const reorderedName = 'right-to-left text, shown in the order that it has';

/** Of a long line, what is further away has no influence. */
const CONTEXT_CHARACTERS = 2_000;

/**
 * Finds what to mark in a text. Most texts are ASCII, which is seen at once.
 *
 * @param isShown which scripts the text that it was taken from shows; by default the text itself
 * @param part the part to look at, with the lines that it is in; by default the whole text
 */
export function marksOf(
  text: string,
  isShown?: IsShown,
  { from = 0, to = text.length }: { from?: number; to?: number } = {},
): Marks {
  const lineStart = from === 0 ? 0 : text.lastIndexOf('\n', from - 1) + 1;
  const lineEnd = text.indexOf('\n', to);
  const start = Math.max(lineStart, from - CONTEXT_CHARACTERS);
  const end = Math.min(lineEnd < 0 ? text.length : lineEnd, to + CONTEXT_CHARACTERS);
  const lines = text.slice(start, end);
  if (isAscii(lines)) return none;
  const isPart = lines.length < text.length;
  const lookalikes = lookalikesOf(lines, isShown ?? scriptsShownBy(text), isPart);
  return {
    lookalikes: lookalikes.map((range) => moved(range, start)),
    isolated: reorderedIn(lines).map((range) => ({ ...moved(range, start), name: reorderedName })),
  };
}

const moved = <T extends Reordered>(range: T, by: number): T =>
  by === 0 ? range : { ...range, start: range.start + by, end: range.end + by };

/** Finds what to mark in JSON: in each string by itself, which an escape does not belong to. */
export function marksOfJson(json: string): Marks {
  if (isAscii(json)) return none;
  const lookalikes: Lookalike[] = [];
  const isolated: Isolated[] = [];
  for (let open = json.indexOf('"'); open >= 0; ) {
    let close = open + 1;
    while (close < json.length && json[close] !== '"') close += json[close] === '\\' ? 2 : 1;
    const start = open + 1;
    const marks = marksOf(withoutEscapes(json.slice(start, close)));
    for (const range of marks.lookalikes) lookalikes.push(moved(range, start));
    for (const range of marks.isolated) isolated.push(moved(range, start));
    open = json.indexOf('"', close + 1);
  }
  return { lookalikes, isolated };
}

/** Replaces the escapes of a JSON string by as many other characters. */
const withoutEscapes = (text: string): string =>
  text.replace(/\\(?:u[\da-fA-F]{4}|.)/g, (written) => {
    if (written === '\\\\') return written;
    return (written === '\\n' ? '\n' : ' ').padEnd(written.length);
  });
