import { changedBlock, type DiffLine } from './lineDiff.ts';

/** A line of a unified diff. Of a line in a hunk, `text` is without the sign before it. */
export type DiffRow =
  | { readonly kind: 'header' | 'hunk' | 'note'; readonly text: string }
  | (DiffLine & {
      readonly kind: 'same' | 'removed' | 'added';
      /** The line's number in the old and in the new file. */
      readonly before?: number;
      readonly after?: number;
    });

export type DiffFile = {
  /** Undefined: text before the first file, such as a commit message. */
  readonly name: string | undefined;
  readonly status: 'changed' | 'new' | 'deleted' | 'renamed';
  readonly added: number;
  readonly removed: number;
  /** Every line of the file's part of the diff, in order. */
  readonly rows: readonly DiffRow[];
  /** Whether a hunk has more or fewer lines than its header says. */
  readonly isInconsistent: boolean;
};

/** How long the changes within lines are looked for. Without them a diff is shown line by line. */
const MARKING_MS = 400;

type Draft = { -readonly [Key in keyof DiffFile]: DiffFile[Key] } & { rows: DiffRow[] };

/**
 * Reads a unified diff. The counts in its hunk headers decide what a line is, as in `git apply`: a
 * removed line `-- x` is not mistaken for the header of another file.
 */
export function unifiedDiff(text: string): DiffFile[] {
  const lines = text.split('\n');
  const files: Draft[] = [];
  let file = begin(undefined);
  /** How many lines of the hunk are still to come on each side. */
  let left = { before: 0, after: 0 };
  let at = { before: 0, after: 0 };
  let isInHunk = false;

  function begin(name: string | undefined): Draft {
    const begun: Draft = {
      name,
      status: 'changed',
      added: 0,
      removed: 0,
      rows: [],
      isInconsistent: false,
    };
    files.push(begun);
    return begun;
  }

  function endHunk(): void {
    if (left.before > 0 || left.after > 0) file.isInconsistent = true;
    left = { before: 0, after: 0 };
    isInHunk = false;
  }

  lines.forEach((line, index) => {
    const isWithinCounts = left.before > 0 || left.after > 0;
    const next = lines[index + 1] ?? '';
    const isFileHeader = line.startsWith('--- ') && next.startsWith('+++ ');
    if (!isWithinCounts && line.startsWith('diff --git ')) {
      endHunk();
      file = begin(line.slice(Math.max(line.lastIndexOf(' b/') + 3, 'diff --git '.length)));
    } else if (!isWithinCounts && isFileHeader) {
      endHunk();
      const isBegun = file.name !== undefined && file.rows.every(({ kind }) => kind === 'header');
      if (!isBegun) file = begin(undefined);
      const [before, after] = [pathIn(line), pathIn(next)];
      file.name = after === '/dev/null' ? before : after;
      if (before === '/dev/null') file.status = 'new';
      if (after === '/dev/null') file.status = 'deleted';
    }
    const hunk = isWithinCounts ? null : /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (hunk) {
      endHunk();
      isInHunk = true;
      left = { before: Number(hunk[2] ?? 1), after: Number(hunk[4] ?? 1) };
      at = { before: Number(hunk[1]), after: Number(hunk[3]) };
      file.rows.push({ kind: 'hunk', text: line });
      return;
    }
    if (isInHunk && isRow(line, index)) return;
    endHunk();
    if (line.startsWith('rename to ')) file.status = 'renamed';
    if (line.startsWith('new file mode')) file.status = 'new';
    if (line.startsWith('deleted file mode')) file.status = 'deleted';
    file.rows.push({ kind: 'header', text: line });
  });
  endHunk();
  const found = files.filter(({ rows }) => rows.some(({ text }) => text !== ''));
  const until = performance.now() + MARKING_MS;
  return found.map((one) => ({ ...one, rows: marked(one.rows, until) }));

  /** Adds a line of a hunk. Lines beyond its counts are shown as what they look like. */
  function isRow(line: string, index: number): boolean {
    if (line.startsWith('\\')) {
      file.rows.push({ kind: 'note', text: line });
      return true;
    }
    const isBeyond = left.before <= 0 && left.after <= 0;
    // The line break at the very end is not an empty line of the hunk.
    if (line === '' && (isBeyond || index === lines.length - 1)) return false;
    const sign = line[0] ?? ' ';
    const text = line.slice(1);
    if (![' ', '-', '+'].includes(sign) && line !== '') return false;
    if (isBeyond || (sign === '-' && left.before <= 0) || (sign === '+' && left.after <= 0)) {
      file.isInconsistent = true;
    }
    if (sign !== '+') left.before--;
    if (sign !== '-') left.after--;
    if (sign === '-') {
      file.removed++;
      file.rows.push({ kind: 'removed', text, marks: [], before: at.before++ });
    } else if (sign === '+') {
      file.added++;
      file.rows.push({ kind: 'added', text, marks: [], after: at.after++ });
    } else {
      file.rows.push({ kind: 'same', text, marks: [], before: at.before++, after: at.after++ });
    }
    return true;
  }
}

/** The path in a line such as `+++ b/src/main.ts`, without the time after a tab. */
function pathIn(header: string): string {
  const path = header.slice(4).split('\t')[0] ?? '';
  return path.replace(/^[ab]\//, '');
}

/** The rows with the changed words of each group of removed lines that added ones follow. */
function marked(rows: readonly DiffRow[], until: number): DiffRow[] {
  const done: DiffRow[] = [];
  for (let start = 0; start < rows.length; ) {
    const middle = endOf(rows, start, 'removed');
    const end = endOf(rows, middle, 'added');
    if (middle === start || end === middle || performance.now() > until) {
      const next = Math.max(end, start + 1);
      for (let at = start; at < next; at++) done.push(rows[at] as DiffRow);
      start = next;
      continue;
    }
    const removed = rows.slice(start, middle);
    const added = rows.slice(middle, end);
    const { before, after } = changedBlock(
      removed.map(({ text }) => text),
      added.map(({ text }) => text),
    );
    removed.forEach((row, at) => {
      done.push({ ...row, marks: before.marks.get(at) ?? [] } as DiffRow);
    });
    added.forEach((row, at) => {
      done.push({ ...row, marks: after.marks.get(at) ?? [] } as DiffRow);
    });
    start = end;
  }
  return done;
}

function endOf(rows: readonly DiffRow[], start: number, kind: DiffRow['kind']): number {
  let end = start;
  while (rows[end]?.kind === kind) end++;
  return end;
}
