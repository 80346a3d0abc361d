import { type ReactNode, useEffect, useState } from 'react';
import type { Detail } from '../data/details.ts';
import { addressOf, navigate, useRoute } from '../data/route.ts';
import { useQuery } from '../data/useQuery.ts';
import {
  AskedBeforeDocument,
  type AskedBeforeQuery,
  type AskedBeforeQueryVariables,
  LatestBeforeDocument,
} from '../generated/graphql.ts';
import { Age } from '../parts/Age.tsx';
import { onPlainClick } from '../parts/shortcuts.tsx';
import { outcomeLine } from '../payload/outcomeText.ts';
import { VisibleText } from '../payload/Text.tsx';

const DAYS = 30;
const DAY_MS = 86_400_000;
/** A review that is only passed with J asks the service nothing. */
const DELAY_MS = 300;
const LATEST = 5;

/** What this agent asked for this step before, and how that was decided. */
export function AskedBefore({ review }: { review: Detail }): ReactNode {
  const { requestedBy, graphId, nodeId, createdAt, kind } = review;
  const isQuestion = kind === 'QUESTION';
  const [isWanted, setWanted] = useState(false);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const timer = setTimeout(setWanted, DELAY_MS, true);
    return () => clearTimeout(timer);
  }, []);
  const search = {
    requestedBy,
    graphId,
    nodeId,
    requestedFrom: new Date(Date.parse(createdAt) - DAYS * DAY_MS).toISOString(),
    requestedTo: createdAt,
  };
  const { data } = useQuery(AskedBeforeDocument, countsOf(search, isQuestion), isWanted);
  const latest = useQuery(LatestBeforeDocument, { search, first: LATEST }, isOpen);
  // The line keeps its place, so that nothing moves when it is loaded.
  if (!data) return <p className="asked-before" />;
  const total = data.all.totalCount;
  if (total === 0) {
    return <p className="asked-before">Not asked before in {DAYS} days</p>;
  }
  return (
    <details className="asked-before" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{textOf(data, isQuestion)}</summary>
      {latest.error && <p className="problem">They could not be loaded: {latest.error}</p>}
      <ul>
        {latest.data?.searchReviews.edges.map(({ node }) => (
          <Before key={node.nodeExecId} row={node} />
        ))}
      </ul>
    </details>
  );
}

type Search = {
  requestedBy: string;
  graphId: string;
  nodeId: string;
  requestedFrom: string;
  requestedTo: string;
};

const people = ['REVIEWER', 'OVERRIDE', 'POLICY'] as const;

/** A question is answered where an action is approved. */
const countsOf = (search: Search, isQuestion: boolean): AskedBeforeQueryVariables => ({
  all: search,
  granted: { ...search, status: [isQuestion ? 'ANSWERED' : 'APPROVED'] },
  rejected: { ...search, status: ['REJECTED'], decisionSource: [...people] },
});

/** E.g. `12 before in 30 days: 11 approved, 1 rejected`. */
function textOf({ all, granted, rejected }: AskedBeforeQuery, isQuestion: boolean): string {
  const counts: [number | null, string][] = [
    [granted.totalCount, isQuestion ? 'answered' : 'approved'],
    [rejected.totalCount, 'rejected'],
    [leftOf(all.totalCount, granted.totalCount, rejected.totalCount), 'not decided'],
  ];
  const parts = counts.flatMap(([count, name]) => (count === 0 ? [] : `${many(count)} ${name}`));
  return `${many(all.totalCount)} before in ${DAYS} days: ${parts.join(', ')}`;
}

/** Null: more than can be counted quickly. */
const many = (count: number | null): string => count?.toLocaleString('en') ?? 'many';

const leftOf = (all: number | null, ...parts: (number | null)[]): number =>
  all === null ? 0 : parts.reduce<number>((left, part) => Math.max(0, left - (part ?? all)), all);

type BeforeProps = {
  row: Parameters<typeof outcomeLine>[0] & {
    nodeExecId: string;
    nodeId: string;
    headline: string | null;
    createdAt: string;
  };
};

function Before({ row }: BeforeProps): ReactNode {
  const { view } = useRoute();
  const { nodeExecId, nodeId, headline, createdAt } = row;
  const route = { view, nodeExecId };
  return (
    <li>
      <a href={addressOf(route)} onClick={onPlainClick(() => navigate(route))}>
        <VisibleText text={headline ?? nodeId} />
      </a>{' '}
      <span className="muted">
        <VisibleText text={outcomeLine(row)} />, requested <Age since={createdAt} /> ago
      </span>
    </li>
  );
}
