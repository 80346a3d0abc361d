// Right-to-left text reorders what is beside it. In "/srv/דוחות/2026/../../etc", the digits and
// slashes after the Hebrew word are drawn on its other side, so the path seems to be another one.
// (https://www.unicode.org/reports/tr9/) Such words are drawn with each run of right-to-left
// letters isolated, which keeps them in logical order.

import { isTechnical, words } from './technical.ts';

/** A range of a text, in UTF-16 code units, that would be drawn in another order than it has. */
export type Reordered = { readonly start: number; readonly end: number };

/** The blocks of right-to-left scripts. */
const rightToLeft =
  '\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufeff\\u{10800}-\\u{10fff}\\u{1e800}-\\u{1efff}';

/** Letters that run from right to left. */
export const rightToLeftLetters = new RegExp(`(?:(?=\\p{L})[${rightToLeft}]\\p{M}*)+`, 'gu');
/** Few characters are in the blocks, so they are looked at first. */
const isRightToLeft = new RegExp(`(?=[${rightToLeft}])\\p{L}`, 'u');
/** A right-to-left letter and everything until the next left-to-right one. */
const regions = new RegExp(`(?=\\p{L})[${rightToLeft}](?:\\P{L}|[${rightToLeft}])*`, 'gu');

/** Every expression that is built here. */
export const built = [rightToLeftLetters, isRightToLeft, regions];

/** The paths, addresses and other technical words of a text that would be drawn reordered. */
export function reorderedIn(text: string): Reordered[] {
  if (!isRightToLeft.test(text)) return [];
  const found: Reordered[] = [];
  let lineStart = 0;
  for (const line of text.split('\n')) {
    if (isRightToLeft.test(line)) {
      for (const { start, end } of reorderedInLine(line)) {
        found.push({ start: lineStart + start, end: lineStart + end });
      }
    }
    lineStart += line.length + 1;
  }
  return found;
}

function* reorderedInLine(line: string): Generator<Reordered> {
  const runs = [...line.matchAll(regions)].map(({ 0: text, index }) => ({
    start: index,
    end: index + drawnTogether(text),
  }));
  let at = 0;
  let lastEnd = 0;
  for (const { 0: word, index: start } of line.matchAll(words)) {
    const end = start + word.length;
    while (at < runs.length && (runs[at]?.end ?? 0) <= start) at++;
    if (!/\p{L}/u.test(word) || !isTechnical(word)) continue;
    for (let next = at; next < runs.length && (runs[next]?.start ?? end) < end; next++) {
      const run = runs[next] as Reordered;
      const inWord = line.slice(Math.max(run.start, start), Math.min(run.end, end));
      if (!/[^\p{L}\p{M}]/u.test(inWord)) continue;
      const from = Math.max(lastEnd, run.start);
      yield { start: from < start ? from + lastLetters(line.slice(from, start)) : start, end };
      lastEnd = end;
      break;
    }
  }
}

/** Where the last right-to-left letters of a text begin: what follows them is drawn beside them. */
function lastLetters(text: string): number {
  let start = text.length;
  for (const { index } of text.matchAll(rightToLeftLetters)) start = index;
  return start;
}

/** The length of a region without what follows its last right-to-left letter or digit. */
function drawnTogether(region: string): number {
  let length = region.length;
  while (length > 1 && !/[\p{L}\p{N}\p{M}\udc00-\udfff]/u.test(region[length - 1] ?? '')) length--;
  return length;
}
