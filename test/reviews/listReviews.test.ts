import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AnsweredWithErrors } from '../support/answeredWithErrors.ts';
import { approve, ask, cancel, deleteReview, reject, reviewFields } from '../support/operations.ts';
import { race } from '../support/race.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';

const service = await testService();

type Page = {
  edges: { cursor: string; node: { nodeExecId: string } }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
  totalCount: number;
  feedCursor: string;
};

const pageFields = `edges { cursor node { nodeExecId } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount feedCursor`;

const newest = async (client: TestClient, variables: Record<string, unknown> = {}) =>
  (
    await client.query<{ page: Page }>(
      `query ($first: Int, $after: String, $filter: PendingReviewFilter) {
        page: pendingReviews(first: $first, after: $after, filter: $filter) { ${pageFields} }
      }`,
      variables,
    )
  ).page;

const oldest = async (client: TestClient, variables: Record<string, unknown> = {}) =>
  (
    await client.query<{ page: Page }>(
      `query ($id: ID!, $first: Int, $after: String) {
        page: pendingReviewsForExecution(graphExecId: $id, first: $first, after: $after) {
          ${pageFields}
        }
      }`,
      { id: 'exec', ...variables },
    )
  ).page;

const idsOf = ({ edges }: Page) => edges.map(({ node }) => node.nodeExecId);

/** Inserts reviews with given times, many of them equal: ties are where paging goes wrong. */
async function insert(user: string, reviews: { id: string; second: number }[]): Promise<void> {
  await service.sql(
    `INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId", "graphVersion",
      "nodeId", "payload", "requestedBy", "createdAt")
    SELECT $1, id, 'exec', 'graph', 1, id, '1', 'agent',
      '2026-01-01T00:00:00Z'::timestamptz + second * interval '1 second'
    FROM unnest($2::text[], $3::int[]) AS r(id, second)`,
    [user, reviews.map(({ id }) => id), reviews.map(({ second }) => second)],
  );
}

it('pendingReviews lists WAITING reviews, newest first, ties ordered by ID', async () => {
  const { agent, reviewer, user } = service.team();
  expect(await newest(reviewer)).toEqual({
    edges: [],
    pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    totalCount: 0,
    feedCursor: '0',
  });
  await insert(user, [
    { id: 'b', second: 1 },
    { id: 'a', second: 1 },
    { id: 'é', second: 1 },
    { id: 'Z', second: 1 },
    { id: 'old', second: 0 },
  ]);
  await ask(agent, 'now', { graphExecId: 'exec-2', graphId: 'flow' });
  await ask(agent, 'approved');
  await ask(agent, 'rejected');
  await approve(reviewer, 'approved');
  await reject(reviewer, 'rejected');
  await ask(service.team().agent, 'foreign');

  const all = await newest(reviewer);
  expect(idsOf(all)).toEqual(['now', 'é', 'b', 'a', 'Z', 'old']);
  expect(all).toMatchObject({ totalCount: 6, feedCursor: '10' });
  expect(idsOf(await oldest(reviewer))).toEqual(['old', 'Z', 'a', 'b', 'é']);
  for (const filter of [
    { graphExecId: 'exec-2' },
    { graphId: 'flow' },
    { graphId: 'flow', graphExecId: 'exec-2' },
  ]) {
    const page = await newest(reviewer, { filter });
    expect(idsOf(page)).toEqual(['now']);
    expect(page.totalCount).toBe(1);
  }
  const none = { filter: { graphId: 'flow', graphExecId: 'exec' } };
  expect(await newest(reviewer, none)).toMatchObject({ edges: [], totalCount: 0 });

  const first = await newest(reviewer, { first: 2 });
  expect(first.pageInfo).toEqual({
    hasNextPage: true,
    hasPreviousPage: false,
    startCursor: first.edges[0]?.cursor,
    endCursor: first.edges[1]?.cursor,
  });
  const last = await newest(reviewer, { first: 4, after: first.pageInfo.endCursor });
  expect(idsOf(last)).toEqual(['b', 'a', 'Z', 'old']);
  expect(last.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
});

it('the default page size is 25, and 100 for a run', async () => {
  const { reviewer, user } = service.team();
  const reviews = Array.from({ length: 110 }, (_, at) => ({ id: `run-${at}`, second: at }));
  await insert(user, reviews);
  expect((await newest(reviewer)).edges).toHaveLength(25);
  expect((await newest(reviewer, { first: null })).edges).toHaveLength(25);
  expect((await newest(reviewer, { first: 100 })).edges).toHaveLength(100);
  expect((await oldest(reviewer)).edges).toHaveLength(100);
  expect((await oldest(reviewer, { first: 1 })).edges).toHaveLength(1);
});

it('pages skip and repeat nothing while others decide', async () => {
  const values = fc.record({
    seconds: fc.array(fc.nat(3), { minLength: 10, maxLength: 30 }),
    sizes: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 }),
    order: fc.constantFrom('newest', 'oldest'),
    // After each page: which review is decided or deleted, and how.
    acts: fc.array(fc.tuple(fc.nat(29), fc.constantFrom('approve', 'delete')), {
      minLength: 30,
      maxLength: 30,
    }),
  });
  await race(
    values,
    async ({ seconds, sizes, order, acts }) => {
      const { agent, reviewer, user } = service.team();
      const reviews = seconds.map((second, at) => ({ id: `run-${at}`, second }));
      await insert(user, reviews);
      const shown: string[] = [];
      const gone = new Set<string>();
      let after: string | null = null;
      for (let turn = 0; ; turn++) {
        const page: Page = await (order === 'newest' ? newest : oldest)(reviewer, {
          first: sizes[turn % sizes.length],
          after,
        });
        for (const id of idsOf(page)) expect(gone).not.toContain(id);
        shown.push(...idsOf(page));
        if (!page.pageInfo.hasNextPage) break;
        after = page.pageInfo.endCursor;
        const [at, act] = acts[turn] ?? [0, 'approve'];
        const id = `run-${at % reviews.length}`;
        if (act === 'approve') await approve(reviewer, id);
        else await deleteReview(agent, id);
        gone.add(id);
      }
      expect(new Set(shown).size).toBe(shown.length);
      for (const { id } of reviews) expect(shown.includes(id) || gone.has(id)).toBe(true);
      const keys = shown.map((id) => {
        const second = reviews.find((review) => review.id === id)?.second ?? 0;
        return `${second} ${id}`;
      });
      const sorted = keys.toSorted();
      expect(keys).toEqual(order === 'oldest' ? sorted : sorted.reverse());
    },
    25,
  );
});

it('a page shows the same reviews whatever fields are selected', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'run-1', {
    nodeId: 'node',
    instructions: 'look',
    editable: false,
    payload: [1],
  });
  await ask(agent, 'copilot-node-a:1', { graphExecId: 'copilot-session-1', payload: null });
  type Nodes = { list: { edges: { node: Record<string, unknown> }[] } };
  const nodes = async (fields: string, more = '') => {
    const document = `{ list: pendingReviews { edges { node { ${fields} } } } } ${more}`;
    const { list } = await reviewer.query<Nodes>(document);
    return list.edges.map(({ node }) => node);
  };
  const fields = /\{(.*)\}/s.exec(reviewFields)?.[1]?.trim().split(/\s+/) ?? [];
  const objects = ['execution { status }', 'events { kind review { originalPayload editable } }'];
  const whole = await nodes([...fields, 'id', ...objects].join(' '));
  expect(whole).toHaveLength(2);
  for (const field of [...fields, 'id', ...objects]) {
    const name = /^\w+/.exec(field)?.[0] ?? '';
    const expected = whole.map((node) => ({ [name]: node[name] }));
    expect(await nodes(field)).toEqual(expected);
    expect(await nodes(`status: nodeExecId ... { x: ${field} }`)).toEqual(
      whole.map((node) => ({ status: node['nodeExecId'], x: node[name] })),
    );
    const fragment = `fragment F on Node { ... on PendingReview { ${field} } }`;
    expect(await nodes('...F', fragment)).toEqual(expected);
  }
});

it('totalCount is the number of WAITING reviews, even after changes in plain SQL', async () => {
  const { agent, reviewer, user } = service.team();
  for (let at = 0; at < 6; at++) await ask(agent, `run-${at}`);
  await approve(reviewer, 'run-0');
  await deleteReview(agent, 'run-0');
  await deleteReview(agent, 'run-1');
  const change = (set: string, where: string) =>
    service.sql(`UPDATE "PendingReview" SET ${set} WHERE "userId" = $1 AND ${where}`, [user]);
  await change(`"status" = 'REJECTED'`, `"nodeExecId" IN ('run-2', 'run-3')`);
  await change(`"status" = 'WAITING'`, `"nodeExecId" = 'run-3'`);
  await change(`"nodeExecId" = 'renamed'`, `"nodeExecId" = 'run-4'`);
  expect(await newest(reviewer)).toMatchObject({ totalCount: 3 });
  await cancel(agent, 'exec');
  expect(await newest(reviewer)).toMatchObject({ totalCount: 0 });
});

it('a page size outside 1 to 100 and an invalid cursor are refused', async () => {
  const { reviewer } = service.team();
  const wrong = Buffer.from('["2026-01-01T00:00:00.000Z"]').toString('base64url');
  const bad = [
    [{ first: 0 }, 'first'],
    [{ first: 101 }, 'first'],
    [{ first: -1 }, 'first'],
    [{ after: 'nonsense' }, 'after'],
    [{ after: '' }, 'after'],
    [{ after: wrong }, 'after'],
    [{ after: Buffer.from('["yesterday","a"]').toString('base64url') }, 'after'],
    [
      { after: Buffer.from('["2026-01-01T00:00:00.000Z","\\ud800"]').toString('base64url') },
      'after',
    ],
    [{ after: Buffer.from('["-271821-04-20T00:00:00.000Z","a"]').toString('base64url') }, 'after'],
    [{ after: Buffer.from('["+275760-09-13T00:00:00.000Z","a"]').toString('base64url') }, 'after'],
  ] as const;
  for (const list of [newest, oldest]) {
    for (const [variables, name] of bad) {
      const error = await list(reviewer, variables).catch((error: unknown) => error);
      expect(error, JSON.stringify(variables)).toBeInstanceOf(AnsweredWithErrors);
      expect((error as AnsweredWithErrors).code).toBe('BAD_USER_INPUT');
      expect((error as AnsweredWithErrors).message).toMatch(new RegExp(`^${name}: `));
    }
  }
});

it('hasPendingReviews only counts WAITING reviews of the workspace', async () => {
  const [ours, theirs] = [service.team(), service.team()];
  const waits = async (client: TestClient, id = 'exec') => {
    const answer = await client.query<{
      hasPendingReviews: boolean;
      graphExecution: { hasPendingReviews: boolean } | null;
    }>(
      `query ($id: ID!) {
        hasPendingReviews(graphExecId: $id)
        graphExecution(graphExecId: $id) { hasPendingReviews }
      }`,
      { id },
    );
    if (answer.graphExecution) {
      expect(answer.graphExecution.hasPendingReviews).toBe(answer.hasPendingReviews);
    }
    return answer.hasPendingReviews;
  };
  await ask(theirs.agent, 'run');
  expect(await waits(ours.agent)).toBe(false);
  await ask(ours.agent, 'run');
  expect(await waits(ours.agent)).toBe(true);
  expect(await waits(ours.agent, 'exec-2')).toBe(false);
  await approve(ours.reviewer, 'run');
  expect(await waits(ours.agent)).toBe(false);
  expect(await waits(theirs.agent)).toBe(true);
});
