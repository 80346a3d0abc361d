import type { Row } from '../state/inbox.ts';

export type Order = 'newest' | 'grouped';

/** What the list shows, one below the other: rows, and where they are grouped a heading above each group. */
export type Item =
  | { kind: 'row'; key: string; row: Row }
  | { kind: 'group'; key: string; graphExecId: string; nodeId: string; count: number };

/** The rows that match, newest first, or by execution and node: the execution that asked last first. */
export function itemsOf(rows: readonly Row[], filter: string, order: Order): Item[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const matching = words.length === 0 ? rows : rows.filter((row) => matches(row, words));
  if (order === 'newest') return matching.map(itemOf);

  const executions = new Map<string, Map<string, Row[]>>();
  for (const row of matching) {
    const nodes = executions.get(row.graphExecId) ?? new Map<string, Row[]>();
    executions.set(row.graphExecId, nodes);
    nodes.set(row.nodeId, [...(nodes.get(row.nodeId) ?? []), row]);
  }
  return [...executions].flatMap(([graphExecId, nodes]) =>
    [...nodes].flatMap(([nodeId, group]): Item[] => [
      {
        kind: 'group',
        key: JSON.stringify([graphExecId, nodeId]),
        graphExecId,
        nodeId,
        count: group.length,
      },
      ...group.map(itemOf),
    ]),
  );
}

const itemOf = (row: Row): Item => ({ kind: 'row', key: row.nodeExecId, row });

function matches(row: Row, words: readonly string[]): boolean {
  const text = [row.nodeId, row.nodeExecId, row.graphExecId, row.requestedBy, row.instructions]
    .join('\n')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}
