import { setTimeout as pause } from 'node:timers/promises';
import type { TestClient } from '../support/testClient.ts';
import type { TestDatabase } from '../support/testDatabase.ts';

type Input = Record<string, unknown>;

export type Page = {
  edges: { cursor: string; node: { nodeExecId: string; status: string } }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  totalCount: number | null;
};

export const searchDocument = `query ($search: ReviewSearch!, $first: Int, $after: String) {
  searchReviews(search: $search, first: $first, after: $after) {
    edges { cursor node { nodeExecId status } }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
}`;

export async function search(client: TestClient, search: Input, page: Input = {}): Promise<Page> {
  const answer = await client.query<{ searchReviews: Page }>(searchDocument, { search, ...page });
  return answer.searchReviews;
}

export const idsOf = ({ edges }: Page): string[] => edges.map(({ node }) => node.nodeExecId);

/** All pages. */
export async function findAll(client: TestClient, filter: Input, first = 100): Promise<string[]> {
  const found: string[] = [];
  for (let after: string | null = null; ; ) {
    const page: Page = await search(client, filter, { first, after });
    found.push(...idsOf(page));
    after = page.pageInfo.endCursor;
    if (!page.pageInfo.hasNextPage) return found;
  }
}

/**
 * Waits until the search has seen all events of the workspace, and is not being rebuilt. It does not
 * rest meanwhile, however busy the process is.
 */
export async function upToDate({ sql }: Pick<TestDatabase, 'sql'>, user: string, withinMs = 5_000) {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const [row] = await sql<{ isUpToDate: boolean }>(
      `SELECT c."number" = o."lastNumber" AND c."rebuiltTo" IS NULL AS "isUpToDate"
      FROM "OwnerCounter" o LEFT JOIN "SearchCursor" c USING ("userId") WHERE o."userId" = $1`,
      [user],
    );
    if (row?.isUpToDate) return;
    await sql(
      `UPDATE "Job" SET "dueAt" = now()
      WHERE "userId" = $1 AND "kind" = 'updateSearch' AND "dueAt" > now() + interval '1 second'`,
      [user],
    );
    if (Date.now() > deadline) throw new Error(`The search is behind after ${withinMs} ms`);
    await pause(20);
  }
}

export type Stats = {
  key: string;
  askedCount: number;
  approvedCount: number;
  editedCount: number;
  rejectedCount: number;
  expiredCount: number;
  decidedByPeopleCount: number;
  medianSeconds: number | null;
  p95Seconds: number | null;
};

export const statsDocument = `query ($by: StatsBy!, $from: DateTime!, $to: DateTime!) {
  reviewStats(by: $by, from: $from, to: $to) {
    key askedCount approvedCount editedCount rejectedCount expiredCount decidedByPeopleCount
    medianSeconds p95Seconds
  }
}`;

export async function stats(client: TestClient, by: string, from: Date, to: Date) {
  const { reviewStats } = await client.query<{ reviewStats: Stats[] }>(statsDocument, {
    ...{ by, from, to },
  });
  return reviewStats;
}
