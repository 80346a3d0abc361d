import { useMemo, useState } from 'react';
import { usePage } from '../data/page.ts';
import { TalkDocument, type TalkQuery } from '../generated/graphql.ts';
import { useReads } from './useReads.ts';

type Read = TalkQuery['reviews'][number];
export type Comment = Read['comments'][number];
export type Revision = Read['revisions'][number];

export type Talk = {
  /** Oldest first. Null until they have been read. */
  comments: readonly Comment[] | null;
  /** Oldest first; the last one is the current one. */
  revisions: readonly Revision[];
  /** Why they could not be read, or null. */
  problem: string | null;
  reload(): void;
};

/** What was said about a review, live. */
export function useTalk(nodeExecId: string): Talk {
  const { service } = usePage();
  const [found, setFound] = useState<Read | null>(null);
  const { problem, reload } = useReads(nodeExecId, async () => {
    const { reviews } = await service.request(TalkDocument, { nodeExecId });
    setFound(reviews[0] ?? null);
  });
  return useMemo(
    () => ({
      comments: found?.comments ?? null,
      revisions: found?.revisions ?? [],
      problem,
      reload,
    }),
    [found, problem, reload],
  );
}
