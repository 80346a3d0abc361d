import type { Row } from '../data/waitingReviews.ts';

export type Order = 'newest' | 'grouped';

/** The entries of the list: rows and, if grouped, a heading above each group. */
export type Item =
  | { kind: 'row'; key: string; row: Row }
  | { kind: 'group'; key: string; graphExecId: string; nodeId: string; count: number };

/** The rows that match the filter, newest first or grouped by run and step. */
export function itemsOf(rows: readonly Row[], filter: string, order: Order): Item[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const matching = words.length === 0 ? rows : rows.filter((row) => matches(row, words));
  if (order === 'newest') return matching.map(itemOf);

  // Maps keep insertion order, so the run with the newest request comes first.
  const runs = new Map<string, Map<string, Row[]>>();
  for (const row of matching) {
    const steps = runs.get(row.graphExecId) ?? new Map<string, Row[]>();
    runs.set(row.graphExecId, steps);
    const group = steps.get(row.nodeId) ?? [];
    steps.set(row.nodeId, group);
    group.push(row);
  }
  return [...runs].flatMap(([graphExecId, steps]) =>
    [...steps].flatMap(([nodeId, group]): Item[] => [
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
  const { nodeId, nodeExecId, graphExecId, requestedBy, headline, instructions } = row;
  const text = [nodeId, nodeExecId, graphExecId, requestedBy, headline, instructions]
    .join('\n')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}
