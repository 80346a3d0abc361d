import { expect, it } from 'vitest';
import { defaultLimits } from '../../src/reviews/reviewStore.ts';
import {
  approve,
  ask,
  autoApprovals,
  check,
  createAutoApproval,
  readOne,
  register,
  reject,
  setProcessed,
} from '../support/operations.ts';
import { consume, defaultDigest, report } from '../support/outcomes.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';

const service = await testService();
const other = await service.another();

/** A team with a standing approval for the step `node`. */
async function standing(more: Record<string, unknown> = {}) {
  const team = service.team();
  await register(team.agent, 'exec');
  await createAutoApproval(team.reviewer, { nodeId: 'node', ...more });
  return team;
}

const node = { nodeId: 'node' };

async function list(client: TestClient, state: string, includeAutomatic?: boolean) {
  const { reviewsByState } = await client.query<{
    reviewsByState: { totalCount: number; edges: { node: { nodeExecId: string } }[] };
  }>(
    `query ($state: ReviewState!, $includeAutomatic: Boolean) {
      reviewsByState(state: $state, includeAutomatic: $includeAutomatic) {
        totalCount edges { node { nodeExecId } } } }`,
    { state, includeAutomatic },
  );
  const ids = reviewsByState.edges.map(({ node }) => node.nodeExecId);
  expect(reviewsByState.totalCount).toBe(ids.length);
  return ids;
}

it('an automatic approval leaves the same evidence as one by a person', async () => {
  const { user, agent } = await standing();
  await ask(agent, 'run', { ...node, payload: { to: 'ann' }, instructions: 'why' });
  const { events } = (
    await agent.query<{ reviews: { events: unknown }[] }>(
      `{ reviews(nodeExecIds: ["run"]) { events {
        kind actor requestedBy status decisionSource payloadDigest message } } }`,
    )
  ).reviews[0] as { events: unknown };
  const [row] = await service.sql<{ payload: string; instructions: string; payloadDigest: string }>(
    `SELECT "payload", "instructions", "payloadDigest" FROM "PendingReview" WHERE "userId" = $1`,
    [user],
  );
  expect(row).toMatchObject({ payload: '{"to":"ann"}', instructions: 'why' });
  expect(events).toEqual([
    {
      kind: 'APPROVED',
      actor: 'reviewer',
      requestedBy: 'agent',
      status: 'APPROVED',
      decisionSource: 'AUTO_APPROVAL',
      payloadDigest: row?.payloadDigest,
      message: 'Auto-approved (user approved all future actions for this node)',
    },
  ]);
});

it('automatic approvals are listed as UNCONSUMED only on request, and as UNREPORTED like any other', async () => {
  const { agent, reviewer } = await standing();
  for (const id of ['automatic', 'used']) await ask(agent, id, node);
  await ask(agent, 'person');
  await approve(reviewer, 'person');
  expect(await list(reviewer, 'UNCONSUMED')).toEqual(['person']);
  expect(await list(reviewer, 'UNCONSUMED', false)).toEqual(['person']);
  expect(await list(reviewer, 'UNCONSUMED', true)).toEqual(['person', 'used', 'automatic']);
  expect(await list(reviewer, 'DECIDED')).toEqual(['person', 'used', 'automatic']);
  await consume(agent, 'used', defaultDigest('used'));
  expect(await list(reviewer, 'UNCONSUMED', true)).toEqual(['person', 'automatic']);
  expect(await list(reviewer, 'UNREPORTED')).toEqual(['used']);
  await report(agent, 'used', 'EXECUTED');
  expect(await list(reviewer, 'UNREPORTED')).toEqual([]);
});

it('an automatic approval is consumed once, even by concurrent callers', async () => {
  const { user, agent } = await standing();
  const elsewhere = other.as({ user, actor: 'agent', scopes: ['review:request'] });
  const taken = await Promise.all(
    Array.from({ length: 20 }, async (_, at) => {
      const client = at % 2 ? agent : elsewhere;
      expect(await ask(client, 'run', node)).toMatchObject({
        state: expect.stringMatching(/APPROVED|CONSUMED/),
      });
      return consume(client, 'run', defaultDigest('run'));
    }),
  );
  expect(taken.filter(({ result }) => result)).toHaveLength(1);
  expect(await autoApprovals(agent, 'exec')).toMatchObject([{ uses: 1 }]);
});

it('fifty concurrent requests pass exactly as often as maxUses allows', async () => {
  for (const maxUses of [1, 7]) {
    const { user, agent } = await standing({ maxUses });
    const elsewhere = other.as({ user, actor: 'agent', scopes: ['review:request'] });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, at) => ask(at % 2 ? agent : elsewhere, `run-${at}`, node)),
    );
    expect(answers.filter(({ state }) => state === 'APPROVED')).toHaveLength(maxUses);
    expect(answers.filter(({ state }) => state === 'WAITING')).toHaveLength(50 - maxUses);
    expect(await autoApprovals(agent, 'exec')).toMatchObject([{ uses: maxUses, active: false }]);
    const [row] = await service.sql<{ count: string }>(
      `SELECT count(*) AS "count" FROM "PendingReview"
      WHERE "userId" = $1 AND "decisionSource" = 'AUTO_APPROVAL'`,
      [user],
    );
    expect(row?.count).toBe(String(maxUses));
  }
});

it('repeating a request that passed does not use the standing approval again', async () => {
  const { user, agent } = await standing({ maxUses: 2 });
  for (const id of ['used', 'void']) await ask(agent, id, node);
  await consume(agent, 'used', defaultDigest('used'));
  await service.sql(
    `UPDATE "PendingReview" SET "validUntil" = now() WHERE "userId" = $1 AND "nodeExecId" = 'void'`,
    [user],
  );
  for (let time = 0; time < 3; time++) {
    expect(await ask(agent, 'used', node)).toMatchObject({ state: 'CONSUMED', result: null });
    expect(await ask(agent, 'void', node)).toMatchObject({ state: 'VOID', result: null });
  }
  expect(await autoApprovals(agent, 'exec')).toMatchObject([{ uses: 2 }]);
});

it('the state says where a request stands, and when its outcome can no longer be used', async () => {
  const { user, agent, reviewer } = await standing();
  const stand = async (id: string, more = {}) => {
    const { state, result } = await ask(agent, id, more);
    return [state, result?.status ?? null];
  };
  expect(await stand('run')).toEqual(['WAITING', null]);
  await approve(reviewer, 'run');
  expect(await stand('run')).toEqual(['APPROVED', 'APPROVED']);
  await consume(agent, 'run', defaultDigest('run'));
  expect(await stand('run')).toEqual(['CONSUMED', null]);
  await report(agent, 'run', 'FAILED');
  expect(await stand('run')).toEqual(['CONSUMED', null]);

  await ask(agent, 'claimed');
  await approve(reviewer, 'claimed');
  await setProcessed(agent, 'claimed');
  expect(await stand('claimed')).toEqual(['CONSUMED', null]);

  await ask(agent, 'rejected');
  await reject(reviewer, 'rejected');
  expect(await stand('rejected')).toEqual(['REJECTED', 'REJECTED']);
  await setProcessed(agent, 'rejected');
  expect(await stand('rejected')).toEqual(['REJECTED', null]);

  expect(await stand('automatic', node)).toEqual(['APPROVED', 'APPROVED']);
  await service.sql(
    `UPDATE "PendingReview" SET "validUntil" = now() WHERE "userId" = $1 AND "nodeExecId" = 'automatic'`,
    [user],
  );
  expect(await stand('automatic', node)).toEqual(['VOID', null]);
});

it('checkApproval returns nothing that was consumed, claimed or is void, even with a standing approval', async () => {
  const { user, agent } = await standing();
  const checked = (nodeExecId: string) => check(agent, { nodeExecId, inputData: 1 });
  for (const id of ['consumed', 'claimed', 'void']) {
    await ask(agent, id, node);
    expect(await checked(id)).toMatchObject({ status: 'APPROVED', autoApproved: true });
  }
  await consume(agent, 'consumed', defaultDigest('consumed'));
  await setProcessed(agent, 'claimed');
  await service.sql(
    `UPDATE "PendingReview" SET "validUntil" = now() WHERE "userId" = $1 AND "nodeExecId" = 'void'`,
    [user],
  );
  for (const id of ['consumed', 'claimed', 'void']) expect(await checked(id)).toBeNull();
  // None of these calls counts as a use.
  expect(await autoApprovals(agent, 'exec')).toMatchObject([{ uses: 3 }]);
});

it('the default lifetime of a standing approval is configurable, and shown', async () => {
  const shorter = await testService({
    database: service.database,
    config: { limits: { ...defaultLimits, standingApprovalHours: 8 } },
  });
  const { user, agent } = service.team();
  const reviewer = shorter.as({ user, actor: 'reviewer', scopes: ['review:decide'] });
  await ask(agent, 'run', { nodeId: 'decided' });
  await approve(reviewer, 'run', { autoApproveFuture: true });
  await createAutoApproval(reviewer, { nodeId: 'made' });
  await createAutoApproval(reviewer, { nodeId: 'null', expiresAt: null });
  const expiresAt = '2099-01-01T00:00:00.000Z';
  await createAutoApproval(reviewer, { nodeId: 'said', expiresAt });
  const rows = await service.sql<{ nodeId: string; hours: number }>(
    `SELECT "nodeId", round(extract(epoch FROM "expiresAt" - "createdAt") / 3600)::int AS "hours"
    FROM "AutoApproval" WHERE "userId" = $1 AND "nodeId" <> 'said' ORDER BY 1`,
    [user],
  );
  expect(rows).toEqual(['decided', 'made', 'null'].map((nodeId) => ({ nodeId, hours: 8 })));
  expect((await autoApprovals(agent, 'exec')).at(-1)).toMatchObject({ nodeId: 'said', expiresAt });
});

it('an expired standing approval applies to nothing from that instant on', async () => {
  const { user, agent } = await standing();
  await ask(agent, 'waiting');
  expect(await ask(agent, 'before', node)).toMatchObject({ state: 'APPROVED' });
  await service.sql('UPDATE "AutoApproval" SET "expiresAt" = now() WHERE "userId" = $1', [user]);
  expect(await ask(agent, 'after', node)).toMatchObject({ state: 'WAITING' });
  expect(await check(agent, { nodeExecId: 'unknown' })).toBeNull();
  // A request that passed before stays approved.
  expect(await consume(agent, 'before', defaultDigest('before'))).toMatchObject({
    result: { status: 'APPROVED' },
  });
  expect((await readOne(agent, 'after')).decisionSource).toBeNull();
});
