import { type ReactNode, useMemo } from 'react';
import { misleads } from '../../../text/characters.ts';
import { count } from '../../parts/format.ts';
import { useInWorker } from '../../worker/inWorker.ts';
import { FoldView } from '../folds.tsx';
import { hasManyOdd, LongText, ShowMore, useShownCount } from '../Text.tsx';
import { ValueCell, ValueTable } from './ValueTable.tsx';
import { isHinted, textBeside, type View } from './view.ts';

const FIRST_ROWS = 20;
/** More cells at once take long to lay out. */
const MAX_CELLS = 600;
const ODD_ROWS = 4;
/** Wider rows are shown as text. */
const MAX_COLUMNS = 60;

/** Comma-separated values as a table. */
export const csv: View = {
  name: 'csv',
  title: 'CSV',
  find(node, place) {
    if (node.kind !== 'string' || !node.value.includes('\n')) return undefined;
    const [first = '', second = ''] = node.value.slice(0, 4_000).split('\n');
    const commas = first.split(/[,;\t|]/).length;
    if (commas < 2) return undefined;
    const isNamed =
      /csv|tsv/i.test(String(place.key)) ||
      /\.(?:csv|tsv)$/i.test(textBeside(place, ['path', 'filename', 'file', 'name']) ?? '') ||
      /\bcsv\b/i.test(textBeside(place, ['format', 'type', 'content_type', 'mime_type']) ?? '');
    const looksIt =
      commas > 2 &&
      /^[\w "'#-]+(?:[,;\t][\w "'#-]+)+\r?$/.test(first) &&
      second.split(/[,;\t]/).length === commas;
    return isNamed || looksIt || isHinted(place, 'csv')
      ? { show: <Csv text={node.value} /> }
      : undefined;
  },
};

function Csv({ text }: { text: string }): ReactNode {
  const rows = useInWorker('parseCsv', text);
  if (rows == null || (rows[0]?.length ?? 0) > MAX_COLUMNS) {
    return (
      <FoldView key="plain">
        <div className="text-block">
          <LongText text={text} lines />
        </div>
      </FoldView>
    );
  }
  return (
    <FoldView key="read">
      <CsvTable rows={rows} />
    </FoldView>
  );
}

function CsvTable({ rows }: { rows: readonly (readonly string[])[] }): ReactNode {
  const [head = [], body] = useMemo(() => [rows[0], rows.slice(1)], [rows]);
  const step = useMemo(() => {
    const most = Math.max(1, Math.min(FIRST_ROWS, Math.floor(MAX_CELLS / head.length)));
    return hasManyOdd(body.slice(0, most).flat().join('\n')) ? ODD_ROWS : most;
  }, [head, body]);
  const [shown, more] = useShownCount(body.length, step);
  const hidesMisleading = useMemo(
    () => rows.slice(shown + 1).some((row) => row.some((cell) => misleads(cell))),
    [rows, shown],
  );
  return (
    <>
      <p className="muted">
        {count(body.length, 'row')}, {count(head.length, 'column')}
      </p>
      <ValueTable
        heads={head.map((cell, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: columns never move
          <LongText key={at} text={cell} maxCharacters={200} />
        ))}
      >
        {body.slice(0, shown).map((row, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows never move
          <tr key={at}>
            {row.map((cell, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns never move
              <ValueCell key={column} column={column} isNumber={/^-?[\d.,]+$/.test(cell)}>
                <LongText text={cell} lines maxCharacters={300} />
              </ValueCell>
            ))}
          </tr>
        ))}
      </ValueTable>
      <ShowMore
        shown={shown}
        total={body.length}
        what="row"
        onMore={more}
        of={rows}
        hidesMisleading={hidesMisleading}
      />
    </>
  );
}
