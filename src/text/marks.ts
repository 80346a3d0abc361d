import { type IsShown, type Lookalike, lookalikesOf } from './lookalikes.ts';
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

/**
 * Finds what to mark in a text. Most texts are ASCII, which is seen at once.
 *
 * @param isShown which scripts the text that it was taken from shows; by default the text itself
 */
export function marksOf(text: string, isShown?: IsShown): Marks {
  if (isAscii(text)) return none;
  return {
    lookalikes: lookalikesOf(text, isShown),
    isolated: reorderedIn(text).map((range) => ({ ...range, name: reorderedName })),
  };
}

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
    const moved = <T extends Reordered>(range: T): T => ({
      ...range,
      start: range.start + start,
      end: range.end + start,
    });
    for (const range of marks.lookalikes) lookalikes.push(moved(range));
    for (const range of marks.isolated) isolated.push(moved(range));
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
