import { diff, presentableDiff } from '@codemirror/merge';

/** The changed parts of a line as [from, to] in UTF-16 code units. */
export type LineMarks = readonly (readonly [number, number])[];

/** A line and its changed parts. */
export type DiffLine = { readonly text: string; readonly marks: LineMarks };

/** Lines that changed. An object for each line would take long to send to the page. */
export type DiffSide = {
  readonly lines: readonly string[];
  /** By the index of the line. Lines without changed parts are left out. */
  readonly marks: ReadonlyMap<number, LineMarks>;
};

/** Lines that are the same in both texts, or lines that changed. */
export type DiffBlock =
  | { readonly kind: 'same'; readonly lines: readonly string[] }
  | { readonly kind: 'changed'; readonly before: DiffSide; readonly after: DiffSide };

/** Comparing two long texts with nothing in common exactly would take minutes. */
const limits = { scanLimit: 1_000, timeout: 300 };
/** In longer blocks of changed lines, only the common start and end are found. */
const MAX_COMPARED = 20_000;
/** Each distinct line becomes one character for the library, below the surrogate range. */
const MAX_DIFFERENT = 0xd800;

type Range = { readonly from: number; readonly to: number };

/** Compares two texts line by line. The blocks together contain both texts completely. */
export function lineDiff(before: string, after: string): DiffBlock[] {
  const ones = before.split('\n');
  const others = after.split('\n');
  const blocks: DiffBlock[] = [];
  let at = 0;
  for (const { fromA, toA, fromB, toB } of changesOfLines(ones, others)) {
    if (fromA > at) blocks.push({ kind: 'same', lines: ones.slice(at, fromA) });
    blocks.push(changedBlock(ones.slice(fromA, toA), others.slice(fromB, toB)));
    at = toA;
  }
  if (at < ones.length) blocks.push({ kind: 'same', lines: ones.slice(at) });
  return blocks;
}

/** The ranges of changed lines, by zero-based line number. */
function changesOfLines(ones: readonly string[], others: readonly string[]) {
  const characters = new Map<string, string>();
  const characterOf = (line: string) => {
    const known = characters.get(line) ?? String.fromCharCode(characters.size);
    characters.set(line, known);
    return known;
  };
  const one = ones.map(characterOf).join('');
  const other = others.map(characterOf).join('');
  return characters.size > MAX_DIFFERENT
    ? [{ fromA: 0, toA: ones.length, fromB: 0, toB: others.length }]
    : diff(one, other, limits);
}

/** Marks what changed within some lines that were replaced by others. */
export function changedBlock(
  before: readonly string[],
  after: readonly string[],
): Extract<DiffBlock, { kind: 'changed' }> {
  const one = before.join('\n');
  const other = after.join('\n');
  const isShort = one.length + other.length <= MAX_COMPARED;
  const changes =
    before.length === 0 || after.length === 0
      ? []
      : isShort
        ? changesWithin(one, other)
        : [middleOf(one, other)];
  const removed = changes.map(({ fromA, toA }) => ({ from: fromA, to: toA }));
  const added = changes.map(({ fromB, toB }) => ({ from: fromB, to: toB }));
  return { kind: 'changed', before: marked(before, removed), after: marked(after, added) };
}

/** If less than a third is unchanged, the matches are coincidence and nothing is marked. */
function changesWithin(one: string, other: string) {
  const changes = presentableDiff(one, other, limits);
  const removed = changes.reduce((sum, { fromA, toA }) => sum + toA - fromA, 0);
  return (one.length - removed) * 3 < Math.max(one.length, other.length) ? [] : changes;
}

/** The range that remains without the common start and end. */
function middleOf(one: string, other: string) {
  const common = Math.min(one.length, other.length);
  let start = 0;
  while (start < common && one[start] === other[start]) start++;
  let end = 0;
  while (end < common - start && one.at(-1 - end) === other.at(-1 - end)) end++;
  return { fromA: start, toA: one.length - end, fromB: start, toB: other.length - end };
}

/** Splits ranges of the joined text into ranges within each line. */
function marked(lines: readonly string[], ranges: readonly Range[]): DiffSide {
  const marks = new Map<number, LineMarks>();
  let start = 0;
  lines.forEach((text, at) => {
    const end = start + text.length;
    const its = ranges
      .filter(({ from, to }) => from < end && to > start)
      .map(({ from, to }) => [Math.max(from, start) - start, Math.min(to, end) - start] as const);
    if (its.length > 0) marks.set(at, its);
    start = end + 1;
  });
  return { lines, marks };
}
