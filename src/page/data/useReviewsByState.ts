import { useCallback, useEffect, useRef, useState } from 'react';
import { ByStateDocument, type ByStateQueryVariables } from '../generated/graphql.ts';
import { usePage } from './page.ts';
import { messageOf } from './service.ts';
import type { Row } from './waitingReviews.ts';

const PAGE_SIZE = 100;
const REFRESH_MS = 500;

type Loaded = { rows: readonly Row[]; total: number | null; hasMore: boolean };

/** The reviews in a state, newest first, one page at a time. They are read again on every event. */
export function useReviewsByState(state: ByStateQueryVariables['state']) {
  const { service, waiting } = usePage();
  const [loaded, setLoaded] = useState<Loaded>({ rows: [], total: null, hasMore: false });
  const [problem, setProblem] = useState<string | null>(null);
  const [isReading, setReading] = useState(true);
  const pages = useRef(1);
  const latest = useRef(0);

  const read = useCallback(async () => {
    const request = ++latest.current;
    setReading(true);
    try {
      const rows: Row[] = [];
      let after: string | null = null;
      let total = 0;
      for (let page = 0; page < pages.current && (page === 0 || after !== null); page++) {
        const variables: ByStateQueryVariables = { state, first: PAGE_SIZE, after };
        const { reviewsByState } = await service.request(ByStateDocument, variables);
        const { edges, pageInfo, totalCount } = reviewsByState;
        rows.push(...edges.map(({ node }) => ({ ...node, mayDecide: null, closed: null })));
        after = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null;
        total = totalCount;
      }
      if (latest.current !== request) return;
      setLoaded({ rows, total, hasMore: after !== null });
      setProblem(null);
    } catch (error) {
      if (latest.current === request) setProblem(messageOf(error));
    }
    if (latest.current === request) setReading(false);
  }, [service, state]);

  useEffect(() => {
    void read();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = waiting.listen({
      onEvent: () => {
        timer ??= setTimeout(() => {
          timer = undefined;
          void read();
        }, REFRESH_MS);
      },
    });
    return () => {
      stop();
      clearTimeout(timer);
      latest.current++;
    };
  }, [read, waiting]);

  const more = () => {
    pages.current++;
    void read();
  };
  return { ...loaded, problem, isReading, more };
}
