import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { defaultLimits } from '../../src/reviews/reviewStore.ts';
import {
  approve,
  ask,
  check,
  createAutoApproval,
  deleteReview,
  eventsOf,
  readOne,
  register,
  reject,
  setProcessed,
} from '../support/operations.ts';
import { consume, defaultDigest, report } from '../support/outcomes.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';

const service = await testService();

/** How long an approval by a person lasts in the service `short`. */
const SHORT_MS = 600;
const short = await testService({
  database: service.database,
  config: { limits: { ...defaultLimits, approvalHours: SHORT_MS / 3_600_000 } },
});

/** The stored lifetime of an approval from `reviewedAt` on, in hours. */
async function hoursOf(user: string, nodeExecId: string): Promise<number> {
  const [row] = await service.sql<{ hours: number }>(
    `SELECT extract(epoch FROM "validUntil" - "reviewedAt")::float8 / 3600 AS "hours"
    FROM "PendingReview" WHERE "userId" = $1 AND "nodeExecId" = $2`,
    [user, nodeExecId],
  );
  return row?.hours ?? Number.NaN;
}

const lapseNow = (user: string, nodeExecId: string) =>
  service.sql(
    `UPDATE "PendingReview" SET "validUntil" = now() WHERE "userId" = $1 AND "nodeExecId" = $2`,
    [user, nodeExecId],
  );

/**
 * Keeps services from expiring anything in a workspace, like a slow process that holds the lease.
 */
async function withoutExpiry(user: string, work: () => Promise<unknown>): Promise<void> {
  const lease = `UPDATE "Job" SET "leasedUntil" = $2, "leaseId" = gen_random_uuid()
    WHERE "userId" = $1 AND "kind" = 'expireReviews'`;
  await service.sql(lease, [user, '2999-01-01']);
  await work();
  await service.sql(lease, [user, '2000-01-01']);
}

const unconsumed = async (client: TestClient, includeAutomatic: boolean): Promise<string[]> => {
  const { reviewsByState } = await client.query<{
    reviewsByState: { edges: { node: { nodeExecId: string } }[] };
  }>(
    `query ($includeAutomatic: Boolean) {
      reviewsByState(state: UNCONSUMED, includeAutomatic: $includeAutomatic) {
        edges { node { nodeExecId } } } }`,
    { includeAutomatic },
  );
  return reviewsByState.edges.map(({ node }) => node.nodeExecId);
};

const isVoid = {
  __typename: 'ReviewConflictError',
  message: expect.stringContaining('the approval has been void since'),
};

it('an approval by a person lasts 72 hours, and an automatic one one hour', async () => {
  const { user, agent, reviewer } = service.team();
  for (const id of ['alone', 'batch', 'edited', 'rejected', 'later']) {
    await ask(agent, id, { nodeId: id });
  }
  await approve(reviewer, 'alone');
  await approve(reviewer, 'batch', { autoApproveFuture: true });
  await approve(reviewer, 'edited', { payload: 'edit' });
  await reject(reviewer, 'rejected');
  await createAutoApproval(reviewer, { nodeId: 'later' });
  await ask(agent, 'later', { nodeId: 'later' });
  await ask(agent, 'at once', { nodeId: 'later' });
  for (const [id, hours] of [
    ['alone', 72],
    ['batch', 72],
    ['edited', 72],
    ['later', 1],
    ['at once', 1],
  ] as const) {
    expect(await hoursOf(user, id), id).toBeCloseTo(hours, 3);
  }
  expect(await hoursOf(user, 'rejected')).toBeNaN();
});

it('the lifetime of approvals is configurable, and they become void without any action', async () => {
  const { user, agent } = service.team();
  const reviewer = short.as({ user, actor: 'reviewer', scopes: ['review:decide'] });
  for (const id of ['used', 'missed']) await ask(agent, id);
  await approve(reviewer, 'used');
  expect((await consume(agent, 'used', defaultDigest('used'))).result).toBeTruthy();
  await approve(reviewer, 'missed');
  expect(await ask(agent, 'missed')).toMatchObject({ state: 'APPROVED' });
  await pause(SHORT_MS + 50);
  expect(await ask(agent, 'missed')).toMatchObject({ state: 'VOID', result: null });
  expect(await consume(agent, 'missed', defaultDigest('missed'))).toMatchObject(isVoid);
  expect(await ask(agent, 'used')).toMatchObject({ state: 'CONSUMED' });
});

it('an automatic approval never lasts longer than one by a person', async () => {
  const { user, reviewer } = service.team();
  const agent = short.as({ user, actor: 'agent', scopes: ['review:request'] });
  await register(agent, 'exec');
  await createAutoApproval(reviewer, { nodeId: 'automatic' });
  expect(await ask(agent, 'new', { nodeId: 'automatic' })).toMatchObject({ state: 'APPROVED' });
  expect(await hoursOf(user, 'new')).toBeCloseTo(SHORT_MS / 3_600_000);
});

it('an approval cannot be used from the instant it lapses, before that is recorded', async () => {
  const { user, agent, reviewer } = service.team();
  await register(agent, 'exec');
  await createAutoApproval(reviewer, { nodeId: 'automatic' });
  await ask(agent, 'person');
  await approve(reviewer, 'person');
  await ask(agent, 'automatic', { nodeId: 'automatic' });
  const both = ['automatic', 'person'];
  expect((await unconsumed(agent, true)).sort()).toEqual(both);
  await withoutExpiry(user, async () => {
    for (const id of both) await lapseNow(user, id);
    for (const id of both) {
      const more = id === 'automatic' ? { nodeId: id } : {};
      expect(await consume(agent, id, defaultDigest(id))).toMatchObject(isVoid);
      expect(await consume(agent, id, defaultDigest(id), 'with a key')).toMatchObject(isVoid);
      expect(await setProcessed(agent, id)).toMatchObject(isVoid);
      expect(await ask(agent, id, more)).toMatchObject({ state: 'VOID', result: null });
      expect(await check(agent, { nodeExecId: id, nodeId: id })).toBeNull();
      expect(await readOne(reviewer, id)).toMatchObject({
        status: 'APPROVED',
        processed: false,
        voidedAt: expect.any(String),
      });
    }
    expect(await unconsumed(agent, true)).toEqual([]);
    const noted = 'SELECT FROM "PendingReview" WHERE "userId" = $1 AND "voidedAt" IS NOT NULL';
    expect(await service.sql(noted, [user])).toEqual([]);
  });
});

it('the service records a lapse once, with an event of its own', async () => {
  const { user, agent, reviewer } = service.team();
  for (const id of ['lapses', 'consumed', 'stays']) await ask(agent, id);
  for (const id of ['lapses', 'consumed', 'stays']) await approve(reviewer, id);
  await consume(agent, 'consumed', defaultDigest('consumed'));
  for (const id of ['lapses', 'consumed']) await lapseNow(user, id);
  const feed = agent.subscribe<{ reviewEvents: { kind: string } }>(
    'subscription { reviewEvents(after: "0") { kind nodeExecId actor status review { voidedAt } } }',
  );
  const kinds = async (id: string) => (await eventsOf(agent, id)).map(({ kind }) => kind);
  await expect.poll(() => kinds('lapses')).toContain('VOIDED');
  const [row] = await service.sql<{ isExact: boolean }>(
    `SELECT "voidedAt" = "validUntil" AS "isExact" FROM "PendingReview"
    WHERE "userId" = $1 AND "nodeExecId" = 'lapses'`,
    [user],
  );
  expect(row?.isExact).toBe(true);
  await expect
    .poll(() => feed.received.map(({ reviewEvents }) => reviewEvents))
    .toContainEqual({
      kind: 'VOIDED',
      nodeExecId: 'lapses',
      actor: 'holdpoint',
      status: 'APPROVED',
      review: { voidedAt: expect.any(String) },
    });
  expect((await kinds('lapses')).filter((kind) => kind === 'VOIDED')).toHaveLength(1);
  for (const id of ['consumed', 'stays']) expect(await kinds(id)).not.toContain('VOIDED');
  expect(await ask(agent, 'lapses')).toMatchObject({ state: 'VOID', result: null });
});

it('an approval consumed in time stays with its consumer, who can repeat the call and report', async () => {
  const { user, agent, reviewer } = service.team();
  await ask(agent, 'run');
  await approve(reviewer, 'run');
  const first = await consume(agent, 'run', defaultDigest('run'), 'key');
  await lapseNow(user, 'run');
  expect(await consume(agent, 'run', defaultDigest('run'), 'key')).toMatchObject({
    result: first.result,
  });
  expect(await consume(agent, 'run', defaultDigest('run'), 'other')).toMatchObject({
    __typename: 'ReviewConflictError',
    message: expect.stringContaining('was already consumed'),
  });
  expect(await report(agent, 'run', 'EXECUTED')).toMatchObject({ review: { outcome: 'EXECUTED' } });
});

it('a void approval cannot be renewed by approving again or by withdrawing the request', async () => {
  const { user, agent, reviewer } = service.team();
  await ask(agent, 'run', { nodeId: 'node' });
  const { subjectDigest } = await readOne(reviewer, 'run');
  await approve(reviewer, 'run', { subjectDigest });
  await lapseNow(user, 'run');
  // The repeated decision is accepted and returns the void review. Only a new approval creates a
  // standing approval.
  expect(await approve(reviewer, 'run', { subjectDigest, autoApproveFuture: true })).toMatchObject({
    reviews: [{ status: 'APPROVED', voidedAt: expect.any(String) }],
    autoApprovals: [],
  });
  expect(await deleteReview(agent, 'run')).toMatchObject({ deletedCount: 0 });
  expect(await ask(agent, 'run', { nodeId: 'node' })).toMatchObject({ state: 'VOID' });
  expect(await consume(agent, 'run', defaultDigest('run'))).toMatchObject(isVoid);
  expect(await ask(agent, 'run-2', { nodeId: 'node' })).toMatchObject({ state: 'WAITING' });
});
