import { isBranch, type JsonBranch, type JsonNode } from '@holdpoint/client/json';
import { type ReactNode, useContext, useMemo } from 'react';
import { count } from '../../parts/format.ts';
import { isMisleadingNode, JsonTree, KeyName } from '../JsonTree.tsx';
import { hasManyOdd, LongText, ShowMore, useShownCount } from '../Text.tsx';
import { isShort, sharedCondition } from './shortValues.ts';
import { Currency, SaidOnce, Value } from './Value.tsx';
import { ValueCell, ValueTable } from './ValueTable.tsx';
import { isHinted, membersOf, type View } from './view.ts';

const FIRST_ROWS = 20;
const ODD_ROWS = 4;
const MAX_COLUMNS = 20;
/** More cells at once take long to lay out. */
const MAX_CELLS = 600;
/** The columns are those of the first rows. */
const ROWS_LOOKED_AT = 200;

/** A list of objects with the same keys. */
export const table: View = {
  name: 'table',
  title: 'Table',
  find(node, place) {
    if (node.kind !== 'array' || node.members.length < (isHinted(place, 'table') ? 1 : 2)) {
      return undefined;
    }
    const columns = columnsOf(node);
    return columns && { show: <Table list={node} columns={columns} /> };
  },
};

/** The keys of alike objects, or undefined if they are not alike or not mostly short values. */
function columnsOf(list: JsonBranch): readonly string[] | undefined {
  const counts = new Map<string, number>();
  let cells = 0;
  let shortCells = 0;
  for (const [at, { value }] of list.members.entries()) {
    if (value.kind !== 'object' || value.members.length > MAX_COLUMNS) return undefined;
    if (at >= ROWS_LOOKED_AT) continue;
    if (membersOf(value) === undefined) return undefined;
    for (const member of value.members) {
      counts.set(String(member.key), (counts.get(String(member.key)) ?? 0) + 1);
      cells++;
      if (isShort(member.value)) shortCells++;
    }
  }
  const rows = Math.min(list.members.length, ROWS_LOOKED_AT);
  const isAlike = counts.size > 0 && cells >= rows * counts.size * 0.5;
  const isFlat = shortCells >= cells * 0.75;
  return isAlike && isFlat && counts.size <= MAX_COLUMNS ? [...counts.keys()] : undefined;
}

type TableProps = { readonly list: JsonBranch; readonly columns: readonly string[] };

function Table({ list, columns }: TableProps): ReactNode {
  const rows = list.members;
  const step = useMemo(() => stepOf(list, columns.length), [list, columns]);
  const [shown, more] = useShownCount(rows.length, step);
  const hidesMisleading = useMemo(
    () => rows.slice(shown).some(({ value }) => isMisleadingNode(value)),
    [rows, shown],
  );
  const currency = useContext(Currency);
  const condition = useMemo(
    () => sharedCondition({ members: rows.slice(0, shown), parent: list }, currency),
    [rows, shown, list, currency],
  );
  return (
    <>
      <p className="muted">
        {count(rows.length, 'row')}, {count(columns.length, 'column')}
      </p>
      <SaidOnce condition={condition}>
        <ValueTable heads={columns.map((key) => <KeyName key={key} name={key} />)}>
          {rows.slice(0, shown).map(({ key, value }) => (
            <Row key={key} row={value} columns={columns} />
          ))}
        </ValueTable>
      </SaidOnce>
      <ShowMore
        shown={shown}
        total={rows.length}
        what="row"
        onMore={more}
        of={list}
        hidesMisleading={hidesMisleading}
      />
    </>
  );
}

/** How many rows are shown at once. Each odd character is an element of its own. */
function stepOf({ members }: JsonBranch, columns: number): number {
  const most = Math.max(5, Math.min(100, Math.floor(MAX_CELLS / columns)));
  const step = members.length <= most ? most : FIRST_ROWS;
  const texts = members.slice(0, step).flatMap(({ value }) => textsIn(value));
  return hasManyOdd(texts.join('\n')) ? ODD_ROWS : step;
}

const textsIn = (node: JsonNode): string[] => {
  if (node.kind === 'string') return [node.value];
  return isBranch(node) ? node.members.flatMap(({ value }) => textsIn(value)) : [];
};

type RowProps = { readonly row: JsonNode; readonly columns: readonly string[] };

function Row({ row, columns }: RowProps): ReactNode {
  if (row.kind !== 'object') return null;
  const others = row.members.filter(({ key }) => !columns.includes(String(key)));
  const hasDuplicate = membersOf(row) === undefined;
  if (others.length > 0 || hasDuplicate) {
    return (
      <tr>
        <td colSpan={columns.length}>
          <JsonTree root={row} />
        </td>
      </tr>
    );
  }
  return (
    <tr>
      {columns.map((key, at) => {
        const value = row.members.find((member) => member.key === key)?.value;
        return (
          <ValueCell key={key} column={at} isNumber={value?.kind === 'number'}>
            {value === undefined ? (
              <span className="muted" title="not in this row">
                –
              </span>
            ) : (
              <Cell node={value} name={key} row={row} />
            )}
          </ValueCell>
        );
      })}
    </tr>
  );
}

function Cell({ node, name, row }: { node: JsonNode; name: string; row: JsonBranch }): ReactNode {
  if (isShort(node)) return <Value node={node} place={{ key: name, parent: row }} />;
  if (node.kind !== 'string') return <JsonTree root={node} />;
  return <LongText text={node.value} lines maxCharacters={300} maxLines={6} />;
}
