import { sameLookNote } from '../../text/sameLook.ts';

const CONTEXT = 2;
/** With more comparisons than this, the changed part is shown as replaced entirely. */
const MAX_COMPARISONS = 1_000_000;

type Line = { mark: ' ' | '-' | '+'; text: string };

/** The changed lines, marked `-` and `+`, with two lines of context. Empty if nothing changed. */
export function diffLines(before: readonly string[], after: readonly string[]): string[] {
  const lines = compare(before, after);
  if (lines.every(({ mark }) => mark === ' ')) return [];
  const removed = lines.flatMap(({ mark, text }) => (mark === '-' ? text : []));
  const looks = new Set(removed.map(look));
  const moved = new Set(removed);
  const shown: string[] = [];
  let wasShown = true;
  lines.forEach(({ mark, text }, at) => {
    const isNear = lines
      .slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1)
      .some((line) => line.mark !== ' ');
    if (isNear) shown.push(`${mark} ${text}`);
    else if (wasShown) shown.push('  …');
    if (mark === '+' && looks.has(look(text)) && !moved.has(text)) {
      shown.push(`  (${sameLookNote})`);
    }
    wasShown = isNear;
  });
  return shown;
}

const look = (text: string): string => text.normalize('NFC');

function compare(before: readonly string[], after: readonly string[]): Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before.at(-1 - end) === after.at(-1 - end)
  ) {
    end++;
  }
  const same = (lines: readonly string[]): Line[] => lines.map((text) => ({ mark: ' ', text }));
  return [
    ...same(before.slice(0, start)),
    ...changed(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...same(before.slice(before.length - end)),
  ];
}

/** `common[i][j]` is the length of the longest common subsequence of before[i…] and after[j…]. */
function changed(before: readonly string[], after: readonly string[]): Line[] {
  const removed = (lines: readonly string[]): Line[] => lines.map((text) => ({ mark: '-', text }));
  const added = (lines: readonly string[]): Line[] => lines.map((text) => ({ mark: '+', text }));
  if (before.length * after.length > MAX_COMPARISONS) return [...removed(before), ...added(after)];

  const common = before.map(() => new Uint32Array(after.length + 1));
  common.push(new Uint32Array(after.length + 1));
  const at = (i: number, j: number) => common[i]?.[j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    const row = common[i] as Uint32Array;
    for (let j = after.length - 1; j >= 0; j--) {
      row[j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }

  const lines: Line[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length && j < after.length) {
    if (before[i] === after[j]) {
      lines.push({ mark: ' ', text: before[i] as string });
      i++;
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) lines.push({ mark: '-', text: before[i++] as string });
    else lines.push({ mark: '+', text: after[j++] as string });
  }
  return [...lines, ...removed(before.slice(i)), ...added(after.slice(j))];
}
