import { useCallback, useEffect, useRef, useState } from 'react';
import {
  ByStateDocument,
  type ByStateQuery,
  type ByStateQueryVariables,
} from '../generated/graphql.ts';
import { ask, type ServiceError } from '../service/openClient.ts';
import type { Row } from '../state/inbox.ts';
import { usePage } from '../state/page.ts';

const PAGE = 100;
const REFRESH_MS = 500;

type ReviewState = ByStateQueryVariables['state'];

/** The reviews in a state, newest first, a page at a time, read anew when something happens. */
export function useReviewsByState(state: ReviewState) {
  const { client, inbox } = usePage();
  const [rows, setRows] = useState<readonly Row[]>([]);
  const [total, setTotal] = useState<number | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isReading, setReading] = useState(true);
  const question = useRef(0);
  const pages = useRef(1);

  const read = useCallback(
    async (count: number) => {
      const mine = ++question.current;
      pages.current = count;
      setReading(true);
      try {
        const found: Row[] = [];
        let after: string | null = null;
        let all = 0;
        for (let page = 0; page < count && (page === 0 || after !== null); page++) {
          const { reviewsByState }: ByStateQuery = await ask(client, 'query', ByStateDocument, {
            state,
            first: PAGE,
            after,
          });
          found.push(...reviewsByState.edges.map(({ node }) => ({ ...node, settled: null })));
          after = reviewsByState.pageInfo.hasNextPage
            ? (reviewsByState.pageInfo.endCursor ?? null)
            : null;
          all = reviewsByState.totalCount;
        }
        if (question.current !== mine) return;
        setRows(found);
        setTotal(all);
        setCursor(after);
        setProblem(null);
      } catch (error) {
        if (question.current === mine) setProblem((error as ServiceError).message);
      }
      if (question.current === mine) setReading(false);
    },
    [client, state],
  );

  useEffect(() => {
    void read(1);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = inbox.listen({
      onEvent: () => {
        timer ??= setTimeout(() => {
          timer = undefined;
          void read(pages.current);
        }, REFRESH_MS);
      },
    });
    return () => {
      stop();
      clearTimeout(timer);
      question.current++;
    };
  }, [read, inbox]);

  const more = () => void read(pages.current + 1);
  return { rows, total, hasMore: cursor !== null, problem, isReading, more };
}
