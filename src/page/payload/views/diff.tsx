import { type ReactNode, useMemo, useState } from 'react';
import { misleads } from '../../../text/characters.ts';
import { type IsShown, scriptsShownBy } from '../../../text/lookalikes.ts';
import { count } from '../../parts/format.ts';
import { useInWorker } from '../../worker/inWorker.ts';
import type { DiffFile, DiffRow } from '../../worker/unifiedDiff.ts';
import { CodeText } from '../CodeText.tsx';
import { FoldView, useFold } from '../folds.tsx';
import { hangingIndent } from '../hangingIndent.ts';
import { MarkedLine } from '../LineDiff.tsx';
import { hasManyOdd, LongText, ShowMore, useShownCount } from '../Text.tsx';
import { isHinted, type View } from './view.ts';

/** Rows of all files together that are shown at first. */
const FIRST_ROWS = 250;
const MORE_ROWS = 150;
/** If many characters are odd, as each of them is an element of its own. */
const ODD_ROWS = 10;
const MORE_FILES = 50;
const START_CHARACTERS = 20_000;

/** A unified diff: by file, with removed lines in red and added ones in green. */
export const diff: View = {
  name: 'diff',
  title: 'Diff',
  aliases: ['patch'],
  find(node, place) {
    if (node.kind !== 'string') return undefined;
    const start = node.value.slice(0, START_CHARACTERS);
    const isDiff =
      /^@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@/m.test(start) ||
      /^diff --git \S/m.test(start) ||
      (isHinted(place, 'diff', 'patch') && /^[-+]/m.test(start));
    return isDiff ? { show: <DiffView text={node.value} /> } : undefined;
  },
};

function DiffView({ text }: { text: string }): ReactNode {
  const files = useInWorker('unifiedDiff', text);
  if (files == null) {
    return (
      <FoldView key="plain">
        <CodeText code={text} label="Diff" language={null} />
      </FoldView>
    );
  }
  return (
    <FoldView key="read">
      <Files files={files} text={text} />
    </FoldView>
  );
}

function Files({ files, text }: { files: readonly DiffFile[]; text: string }): ReactNode {
  const isShown = useMemo(() => scriptsShownBy(text), [text]);
  const open = useMemo(() => openAtFirst(files), [files]);
  const [shown, more] = useShownCount(files.length, MORE_FILES);
  const hidesMisleading = useMemo(() => files.slice(shown).some(isMisleading), [files, shown]);
  const changed = files.filter(({ name }) => name !== undefined);
  const sum = (of: 'added' | 'removed') => changed.reduce((all, file) => all + file[of], 0);
  return (
    <div className="unified-diff">
      {changed.length > 1 && (
        <p className="part-title">
          {count(changed.length, 'file')} changed{' '}
          <Stat added={sum('added')} removed={sum('removed')} />
        </p>
      )}
      {files.slice(0, shown).map((file, at) => (
        <File
          // biome-ignore lint/suspicious/noArrayIndexKey: files never move
          key={at}
          file={file}
          isShown={isShown}
          isOpenAtFirst={open.has(file)}
        />
      ))}
      <ShowMore
        shown={shown}
        total={files.length}
        what="file"
        onMore={more}
        of={files}
        hidesMisleading={hidesMisleading}
      />
    </div>
  );
}

/** The files that are shown at first: as many as there is room for. */
function openAtFirst(files: readonly DiffFile[]): ReadonlySet<DiffFile> {
  const open = new Set<DiffFile>();
  let rows = 0;
  for (const file of files) {
    if (rows >= FIRST_ROWS) break;
    open.add(file);
    rows += Math.min(file.rows.length, MORE_ROWS);
  }
  return open;
}

const isMisleading = ({ name = '', rows }: DiffFile): boolean =>
  misleads(name) || rows.some(({ text }) => misleads(text));

const Stat = ({ added, removed }: { added: number; removed: number }): ReactNode => (
  <span className="diff-stat">
    <span className="is-added">+{added.toLocaleString('en')}</span>{' '}
    <span className="is-removed">−{removed.toLocaleString('en')}</span>
    <span className="visually-hidden">
      {' '}
      {count(added, 'line')} added, {count(removed, 'line')} removed
    </span>
  </span>
);

type FileProps = {
  readonly file: DiffFile;
  readonly isShown: IsShown;
  readonly isOpenAtFirst: boolean;
};

function File({ file, isShown, isOpenAtFirst }: FileProps): ReactNode {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  const hides = useFold(file, !isOpen && isMisleading(file));
  const rows = useMemo(() => file.rows.filter((row) => !isRepetition(row, file)), [file]);
  const { name, status, added, removed } = file;
  if (name === undefined) {
    return (
      <div className="text-block">
        <LongText text={file.rows.map(({ text }) => text).join('\n')} lines />
      </div>
    );
  }
  return (
    <div className="diff-file">
      <div className="diff-file-head">
        <button
          type="button"
          className="json-fold"
          {...hides}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          <span className="visually-hidden">{isOpen ? 'Hide' : 'Show'} </span>
          <FileName name={name} />
        </button>
        {status !== 'changed' && (
          <span
            className={`tag ${status === 'new' ? 'added' : ''}${status === 'deleted' ? 'removed' : ''}`}
          >
            {status === 'new' ? 'new file' : status}
          </span>
        )}
        <Stat added={added} removed={removed} />
      </div>
      {file.isInconsistent && (
        <p className="notice warns" role="note">
          The line counts in this diff are wrong, so tools may refuse it or apply it differently.
        </p>
      )}
      {isOpen && <Rows rows={rows} isShown={isShown} />}
    </div>
  );
}

/**
 * Longer names would need a fold inside the button: their start and end are shown, and the lines
 * that have the whole name.
 */
const MAX_NAME = 300;

/** Whether a line before the hunks says nothing that the name and status of the file do not. */
function isRepetition({ kind, text }: DiffRow, { name, status }: DiffFile): boolean {
  if (kind !== 'header' || (name?.length ?? 0) > MAX_NAME) return false;
  const [before, after] = [`a/${name}`, `b/${name}`];
  return (
    text === `diff --git ${before} ${after}` ||
    /^index [0-9a-f]+\.\.[0-9a-f]+(?: 100644)?$/.test(text) ||
    text === `--- ${status === 'new' ? '/dev/null' : before}` ||
    text === `+++ ${status === 'deleted' ? '/dev/null' : after}` ||
    text === (status === 'new' ? 'new file mode 100644' : 'deleted file mode 100644')
  );
}

const FileName = ({ name }: { name: string }): ReactNode => (
  <LongText
    text={name.length > MAX_NAME ? `${name.slice(0, 150)}…${name.slice(-140)}` : name}
    maxCharacters={MAX_NAME}
  />
);

function Rows({ rows, isShown }: { rows: readonly DiffRow[]; isShown: IsShown }): ReactNode {
  const step = useMemo(() => {
    const first = rows.slice(0, MORE_ROWS).map(({ text }) => text);
    return hasManyOdd(first.join('\n')) ? ODD_ROWS : MORE_ROWS;
  }, [rows]);
  const [shown, more] = useShownCount(rows.length, step);
  const hidesMisleading = useMemo(
    () => rows.slice(shown).some(({ text }) => misleads(text)),
    [rows, shown],
  );
  return (
    <div className="diff-rows">
      {rows.slice(0, shown).map((row, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows never move
        <Row key={at} row={row} isShown={isShown} />
      ))}
      <ShowMore
        shown={shown}
        total={rows.length}
        what="line"
        onMore={more}
        of={rows}
        hidesMisleading={hidesMisleading}
      />
    </div>
  );
}

const signs = { same: ' ', removed: '−', added: '+' } as const;

function Row({ row, isShown }: { row: DiffRow; isShown: IsShown }): ReactNode {
  if (!('marks' in row)) {
    return (
      <div className={`diff-row is-${row.kind}`}>
        <LongText text={row.text} lines />
      </div>
    );
  }
  const Element = row.kind === 'removed' ? 'del' : row.kind === 'added' ? 'ins' : 'div';
  return (
    <Element className={`diff-row is-${row.kind}`}>
      <span className="diff-number" data-line={row.before ?? ''} />
      <span className="diff-number" data-line={row.after ?? ''} />
      <span className="diff-sign" aria-hidden="true">
        {signs[row.kind]}
      </span>
      <span className="diff-text hangs" style={hangingIndent(row.text)}>
        {row.kind !== 'same' && (
          <span className="visually-hidden">
            {row.kind === 'removed' ? 'Removed: ' : 'Added: '}
          </span>
        )}
        <MarkedLine line={row} isShown={isShown} />
      </span>
    </Element>
  );
}
