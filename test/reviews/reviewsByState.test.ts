import { expect, it } from 'vitest';
import { reviewStates } from '../../src/reviews/listReviews.ts';
import { approve, ask, cancel, reject } from '../support/operations.ts';
import { consume, defaultDigest, report } from '../support/outcomes.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';

const service = await testService();

type Page = {
  totalCount: number;
  feedCursor: string;
  edges: { node: { nodeExecId: string; payloadDigest: string } }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
};
const pageFields = `totalCount feedCursor edges { node { nodeExecId payloadDigest } }
  pageInfo { hasNextPage endCursor }`;

async function list(client: TestClient, state: string, more: Record<string, unknown> = {}) {
  const { reviewsByState } = await client.query<{ reviewsByState: Page }>(
    `query ($state: ReviewState!, $graphExecId: ID, $first: Int, $after: String) {
      reviewsByState(state: $state, graphExecId: $graphExecId, first: $first, after: $after) {
        ${pageFields} } }`,
    { state, ...more },
  );
  return reviewsByState;
}

async function listOf(client: TestClient, graphExecId: string, more: Record<string, unknown> = {}) {
  const { reviewsForExecution } = await client.query<{ reviewsForExecution: Page }>(
    `query ($graphExecId: ID!, $first: Int, $after: String) {
      reviewsForExecution(graphExecId: $graphExecId, first: $first, after: $after) {
        ${pageFields} } }`,
    { graphExecId, ...more },
  );
  return reviewsForExecution;
}

const idsOf = ({ edges }: Page) => edges.map(({ node }) => node.nodeExecId);

/** Two reviews in each possible state, in two runs. */
async function everything() {
  const team = service.team();
  const { user, agent, reviewer } = team;
  for (const graphExecId of ['exec-a', 'exec-b']) {
    const id = (what: string) => `${what}-${graphExecId.at(-1)}`;
    const asked = ['waiting', 'rejected', 'expired', 'approved', 'consumed', 'reported'];
    for (const what of asked) await ask(agent, id(what), { graphExecId });
    await reject(reviewer, id('rejected'));
    for (const what of ['approved', 'consumed', 'reported']) await approve(reviewer, id(what));
    for (const what of ['consumed', 'reported']) {
      await consume(agent, id(what), defaultDigest(id(what)));
    }
    await report(agent, id('reported'), 'EXECUTED');
    await service.sql(
      `UPDATE "PendingReview" SET "status" = 'REJECTED', "decisionSource" = 'EXPIRY'
      WHERE "userId" = $1 AND "nodeExecId" = $2`,
      [user, id('expired')],
    );
  }
  return team;
}

it('each state lists and counts its reviews, newest first', async () => {
  const { agent } = await everything();
  const expected = {
    WAITING: ['waiting'],
    DECIDED: ['reported', 'consumed', 'approved', 'expired', 'rejected'],
    UNCONSUMED: ['approved'],
    UNREPORTED: ['consumed'],
    EXPIRED: ['expired'],
  };
  for (const [state, whats] of Object.entries(expected)) {
    const of = (execution: string) => whats.map((what) => `${what}-${execution}`);
    const page = await list(agent, state);
    expect(idsOf(page)).toEqual([...of('b'), ...of('a')]);
    expect(page.totalCount).toBe(2 * whats.length);
    const ofOne = await list(agent, state, { graphExecId: 'exec-a' });
    expect(idsOf(ofOne)).toEqual(of('a'));
    expect(ofOne.totalCount).toBe(whats.length);
  }
  expect((await list(agent, 'WAITING')).edges[0]?.node.payloadDigest).toBe(
    defaultDigest('waiting-b'),
  );
});

it('all reviews of a run are listed in any status, newest first', async () => {
  const { agent } = await everything();
  const page = await listOf(agent, 'exec-a');
  expect(idsOf(page)).toEqual([
    'reported-a',
    'consumed-a',
    'approved-a',
    'expired-a',
    'rejected-a',
    'waiting-a',
  ]);
  expect(page.totalCount).toBe(6);
  expect((await listOf(agent, 'nowhere')).totalCount).toBe(0);
});

it('pages skip and repeat nothing while reviews change their state', async () => {
  const { agent, reviewer } = service.team();
  const ids = Array.from({ length: 20 }, (_, at) => `run-${String(at).padStart(2, '0')}`);
  for (const id of ids) await ask(agent, id);
  for (const id of ids) await approve(reviewer, id);
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const page: Page = await list(agent, 'UNCONSUMED', { first: 3, after });
    seen.push(...idsOf(page));
    for (const id of idsOf(page)) await consume(agent, id, defaultDigest(id));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  expect(seen).toEqual(ids.toReversed());
  const all: string[] = [];
  do {
    const page: Page = await listOf(agent, 'exec', { first: 7, after });
    all.push(...idsOf(page));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  expect(all).toEqual(ids.toReversed());
});

it('the feed can be followed from where it was when the page was read', async () => {
  const { agent } = service.team();
  await ask(agent, 'before');
  const { feedCursor } = await list(agent, 'DECIDED');
  expect(feedCursor).toBe('1');
});

it('other workspaces are not listed, a page has 1 to 100 reviews, and listing needs a scope', async () => {
  const { user, agent } = await everything();
  const stranger = service.team().reviewer;
  for (const state of Object.keys(reviewStates)) {
    expect(await list(stranger, state)).toMatchObject({ totalCount: 0, edges: [] });
    for (const first of [0, 101]) {
      await expect(list(agent, state, { first })).rejects.toThrow('between 1 and 100');
    }
  }
  expect((await listOf(stranger, 'exec-a')).edges).toEqual([]);
  await expect(list(agent, 'DECIDED', { after: 'x' })).rejects.toThrow('not a valid cursor');
  await expect(listOf(agent, '')).rejects.toThrow('graphExecId');
  await expect(list(service.as({ user, actor: 'nobody', scopes: [] }), 'DECIDED')).rejects.toThrow(
    'review:read',
  );
});

it('a cancelled review is DECIDED, and neither UNCONSUMED nor EXPIRED', async () => {
  const { agent } = service.team();
  await ask(agent, 'run');
  await cancel(agent, 'exec');
  expect(idsOf(await list(agent, 'DECIDED'))).toEqual(['run']);
  for (const state of ['WAITING', 'UNCONSUMED', 'UNREPORTED', 'EXPIRED']) {
    expect(idsOf(await list(agent, state))).toEqual([]);
  }
});

it('each list scans one index, without sorting or skipping rows', async () => {
  const user = 'many';
  await service.sql(
    `INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId", "graphVersion",
      "nodeId", "payload", "requestedBy", "status", "processed", "consumedAt", "outcome",
      "decisionSource", "createdAt")
    SELECT $1, 'run-' || n, 'exec-' || n % 50, 'graph', 1, 'node', 'null', 'agent',
      (CASE WHEN n % 10 = 0 THEN 'WAITING' WHEN n % 10 = 1 THEN 'REJECTED' ELSE 'APPROVED' END)::"ReviewStatus",
      n % 10 > 2, CASE WHEN n % 10 > 2 THEN now() END,
      (CASE WHEN n % 10 > 3 THEN 'EXECUTED' END)::"ReviewOutcome",
      (CASE n % 10 WHEN 0 THEN NULL WHEN 1 THEN 'EXPIRY' ELSE 'REVIEWER' END)::"DecisionSource",
      now() - n * interval '1 second'
    FROM generate_series(1, 10000) AS n`,
    [user],
  );
  await service.sql('VACUUM ANALYZE "PendingReview"');
  const indexes = {
    WAITING: 'PendingReview_waiting',
    DECIDED: 'PendingReview_decided',
    UNCONSUMED: 'PendingReview_unconsumed',
    UNREPORTED: 'PendingReview_unreported',
    EXPIRED: 'PendingReview_expired',
    ANY: 'PendingReview_execution',
  };
  for (const [state, index] of Object.entries(indexes)) {
    const condition =
      state === 'ANY'
        ? `r."graphExecId" = 'exec-7'`
        : reviewStates[state as keyof typeof reviewStates];
    const rows = await service.sql<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT * FROM "PendingReview" r WHERE r."userId" = 'many' AND ${condition}
        AND (r."createdAt", r."nodeExecId") < (now(), 'x')
      ORDER BY r."createdAt" DESC, r."nodeExecId" DESC LIMIT 101`,
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain(`Index Scan Backward using "${index}"`);
    expect(plan).not.toMatch(/Sort|Seq Scan|Bitmap/);
    // It only skips automatic approvals of the last hour: older ones are void, and not in the
    // index.
    if (state !== 'UNCONSUMED') expect(plan).not.toContain('Filter');
  }
});
