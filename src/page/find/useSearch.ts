import { useCallback, useEffect, useRef, useState } from 'react';
import { usePage } from '../data/page.ts';
import { messageOf } from '../data/service.ts';
import type { Row } from '../data/waitingReviews.ts';
import {
  CountReviewsDocument,
  FindReviewsDocument,
  type FindReviewsQueryVariables,
  type ReviewSearch,
  type RowFragment,
} from '../generated/graphql.ts';

const PAGE_SIZE = 100;

/** How many were found: null beyond 10,000, and undefined until it is known. */
export type Total = number | null | undefined;

type Found = {
  rows: readonly Row[];
  after: string | null;
  hasMore: boolean;
  total: Total;
  /** Whether nothing is known yet of this search. */
  isNew: boolean;
};

const nothing: Found = { rows: [], after: null, hasMore: false, total: undefined, isNew: true };

const rowOf = (node: RowFragment): Row => ({
  ...node,
  mayDecide: null,
  closed: node.status === 'WAITING' ? null : { since: 0 },
});

/**
 * The reviews that a search finds, newest first, page by page. Rows that are shown change as their
 * reviews do; new reviews appear with the next search.
 */
export function useSearch(search: ReviewSearch) {
  const { service, waiting } = usePage();
  const [found, setFound] = useState(nothing);
  const [problem, setProblem] = useState<string | null>(null);
  const [isReading, setReading] = useState(true);
  const latest = useRef(0);
  const isBusy = useRef(false);

  const read = useCallback(
    async (after: string | null) => {
      const request = ++latest.current;
      const isCurrent = () => latest.current === request;
      isBusy.current = true;
      setReading(true);
      setProblem(null);
      try {
        const variables: FindReviewsQueryVariables = { search, first: PAGE_SIZE, after };
        const { searchReviews } = await service.request(FindReviewsDocument, variables);
        if (!isCurrent()) return;
        const { edges, pageInfo } = searchReviews;
        const rows = edges.map(({ node }) => rowOf(node));
        setFound((before) => ({
          rows: after === null ? rows : withoutRepeats([...before.rows, ...rows]),
          after: pageInfo.endCursor ?? null,
          hasMore: pageInfo.hasNextPage,
          total: after === null ? undefined : before.total,
          isNew: false,
        }));
      } catch (error) {
        if (!isCurrent()) return;
        setProblem(messageOf(error));
        if (after === null) setFound(nothing);
      }
      if (!isCurrent()) return;
      isBusy.current = false;
      setReading(false);
      if (after !== null) return;
      const count = await service.request(CountReviewsDocument, { search }).catch(() => null);
      if (count === null || latest.current < request) return;
      setFound((before) => ({ ...before, total: count.searchReviews.totalCount ?? null }));
    },
    [service, search],
  );

  useEffect(() => {
    // What was found before stays until then, so that the list does not flicker while one types.
    setFound(({ rows }) => ({ ...nothing, rows }));
    void read(null);
    return () => {
      latest.current++;
    };
  }, [read]);

  useEffect(
    () =>
      waiting.listen({
        onEvent: ({ review, nodeExecId }) => {
          if (review) setFound((before) => withRow(before, rowOf(review)));
          else setFound((before) => withDeleted(before, nodeExecId));
        },
      }),
    [waiting],
  );

  const more = useCallback(() => {
    if (!isBusy.current && found.hasMore) void read(found.after);
  }, [found, read]);
  const again = useCallback(() => void read(null), [read]);
  return { ...found, problem, isReading, more, again };
}

/** A review may have moved between two pages if it was deleted and requested again. */
const withoutRepeats = (rows: readonly Row[]): Row[] => [
  ...new Map(rows.map((row) => [row.nodeExecId, row])).values(),
];

function withRow(found: Found, row: Row): Found {
  const at = found.rows.findIndex(({ nodeExecId }) => nodeExecId === row.nodeExecId);
  return at < 0 ? found : { ...found, rows: found.rows.with(at, row) };
}

function withDeleted(found: Found, nodeExecId: string): Found {
  const rows = found.rows.filter((row) => row.nodeExecId !== nodeExecId);
  return rows.length === found.rows.length ? found : { ...found, rows };
}
