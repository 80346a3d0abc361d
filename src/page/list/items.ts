import type { Row } from '../data/waitingReviews.ts';
import { riskRank } from '../parts/RiskBadge.tsx';

export const orders = ['newest', 'oldest', 'expiring', 'risk', 'grouped'] as const;
export type Order = (typeof orders)[number];

/** The entries of the list: rows and, if grouped, a heading above each group. */
export type Item =
  | { kind: 'row'; key: string; row: Row }
  | { kind: 'group'; key: string; graphExecId: string; nodeId: string; count: number };

/**
 * The rows in this order, or grouped by run and step.
 * @param rows newest first
 */
export function itemsOf(rows: readonly Row[], order: Order): Item[] {
  switch (order) {
    case 'newest':
      return rows.map(itemOf);
    case 'oldest':
      return rows.toReversed().map(itemOf);
    // Of those that are alike, the one that has waited longest comes first.
    case 'expiring':
      return rows.toReversed().sort(soonestFirst).map(itemOf);
    case 'risk':
      return rows.toReversed().sort(riskiestFirst).map(itemOf);
    case 'grouped':
      return grouped(rows);
  }
}

function grouped(rows: readonly Row[]): Item[] {
  // Maps keep insertion order, so the run with the newest request comes first.
  const runs = new Map<string, Map<string, Row[]>>();
  for (const row of rows) {
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

/** Reviews without an end come last. */
function soonestFirst({ expiresAt: one }: Row, { expiresAt: other }: Row): number {
  if (one === other) return 0;
  if (one === null || other === null) return one === null ? 1 : -1;
  return one < other ? -1 : 1;
}

const riskiestFirst = (one: Row, other: Row): number => riskRank(other.risk) - riskRank(one.risk);
