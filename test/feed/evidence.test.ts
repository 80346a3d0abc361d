import { expect, it } from 'vitest';
import {
  approve,
  ask,
  cancel,
  createAutoApproval,
  deleteReview,
  readOne,
  register,
  reject,
  setProcessed,
} from '../support/operations.ts';
import { consume, defaultDigest, digestOf, report } from '../support/outcomes.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';

const service = await testService();

type Event = Record<'kind' | 'actor' | 'requestedBy', string> &
  Record<'status' | 'decisionSource' | 'payloadDigest' | 'message', string | null>;

const fields = 'kind actor requestedBy status decisionSource payloadDigest message';

/** The events of a review. */
async function historyOf(client: TestClient, nodeExecId: string): Promise<Event[]> {
  const { reviews } = await client.query<{ reviews: { events: Event[] }[] }>(
    `query ($ids: [ID!]!) { reviews(nodeExecIds: $ids) { events { ${fields} } } }`,
    { ids: [nodeExecId] },
  );
  return reviews[0]?.events ?? [];
}

/** All events in a workspace so far. */
async function feedOf(client: TestClient, count: number): Promise<Event[]> {
  const feed = client.subscribe<{ reviewEvents: Event }>(
    `subscription { reviewEvents(after: "0") { ${fields} } }`,
  );
  return (await feed.take(count)).map(({ reviewEvents }) => reviewEvents);
}

it('each event says who requested the review, its status, payload and decision after the change, and why', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'run');
  await approve(reviewer, 'run', { payload: 'edit', message: 'Testers first' });
  await consume(agent, 'run', digestOf('"edit"'));
  await report(agent, 'run', 'EXECUTED');
  const approved = {
    requestedBy: 'agent',
    status: 'APPROVED',
    decisionSource: 'REVIEWER',
    payloadDigest: digestOf('"edit"'),
    message: 'Testers first',
  };
  const asked = {
    kind: 'REQUESTED',
    actor: 'agent',
    requestedBy: 'agent',
    status: 'WAITING',
    decisionSource: null,
    payloadDigest: defaultDigest('run'),
    message: null,
  };
  const expected = [
    asked,
    { ...approved, kind: 'APPROVED', actor: 'reviewer' },
    { ...approved, kind: 'PROCESSED', actor: 'agent' },
    { ...approved, kind: 'REPORTED', actor: 'agent' },
  ];
  expect(await historyOf(reviewer, 'run')).toEqual(expected);
  expect(await feedOf(reviewer, 4)).toEqual(expected);
});

it('events record every way in which a review can be resolved', async () => {
  const { user, agent, reviewer } = service.team();
  await register(agent, 'exec');
  await createAutoApproval(reviewer, { nodeId: 'node' });
  for (const id of ['rejected', 'claimed', 'void', 'expired', 'stopped']) {
    await ask(agent, id, id === 'expired' ? { expiresAt: new Date(Date.now() + 300) } : {});
  }
  await ask(agent, 'automatic', { nodeId: 'node' });
  await reject(reviewer, 'rejected', { message: 'no' });
  await approve(reviewer, 'claimed');
  await setProcessed(agent, 'claimed');
  await approve(reviewer, 'void', { message: 'go on' });
  await expect.poll(async () => (await readOne(agent, 'expired')).status).toBe('REJECTED');
  await cancel(reviewer, 'exec');
  for (const [id, kind, actor, decisionSource, message] of [
    ['rejected', 'REJECTED', 'reviewer', 'REVIEWER', 'no'],
    ['claimed', 'PROCESSED', 'agent', 'REVIEWER', null],
    ['void', 'VOIDED', 'reviewer', 'REVIEWER', 'go on'],
    ['expired', 'EXPIRED', 'holdpoint', 'EXPIRY', 'Nobody decided in time'],
    ['stopped', 'CANCELLED', 'reviewer', 'CANCELLATION', 'Execution was stopped by user'],
    ['automatic', 'VOIDED', 'reviewer', 'AUTO_APPROVAL', expect.stringMatching(/^Auto-approved/)],
  ] as const) {
    expect((await historyOf(reviewer, id)).at(-1), id).toEqual({
      kind,
      actor,
      decisionSource,
      message,
      requestedBy: 'agent',
      status: (await readOne(reviewer, id)).status,
      payloadDigest: defaultDigest(id),
    });
  }
  const [last] = await service.sql<{ count: string; last: string }>(
    `SELECT count(*) AS "count", max("number") AS "last" FROM "ReviewEvent" WHERE "userId" = $1`,
    [user],
  );
  expect(last?.count).toBe(last?.last);
});

it('a withdrawn request keeps its events, and the next one with its ID adds to them', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'run', { payload: 'first' });
  await deleteReview(agent, 'run');
  // The review cannot be read any more, but its events can.
  const [asked, deleted] = await feedOf(reviewer, 2);
  expect(asked).toMatchObject({ kind: 'REQUESTED', payloadDigest: digestOf('"first"') });
  expect(deleted).toMatchObject({
    kind: 'DELETED',
    actor: 'agent',
    status: 'WAITING',
    payloadDigest: digestOf('"first"'),
  });
  await ask(agent, 'run', { payload: 'second' });
  await approve(reviewer, 'run');
  expect(
    (await historyOf(reviewer, 'run')).map(({ kind, payloadDigest }) => [kind, payloadDigest]),
  ).toEqual([
    ['REQUESTED', digestOf('"first"')],
    ['DELETED', digestOf('"first"')],
    ['REQUESTED', digestOf('"second"')],
    ['APPROVED', digestOf('"second"')],
  ]);
});

it('no token can delete a decided review, whatever its scopes', async () => {
  const { user, agent, reviewer } = service.team();
  const everything = service.as({ user, actor: 'agent' });
  for (const id of ['rejected', 'approved', 'consumed', 'reported', 'cancelled'])
    await ask(agent, id);
  await reject(reviewer, 'rejected');
  for (const id of ['approved', 'consumed', 'reported']) await approve(reviewer, id);
  for (const id of ['consumed', 'reported']) await consume(agent, id, defaultDigest(id));
  await report(agent, 'reported', 'EXECUTED');
  await cancel(agent, 'exec');
  for (const id of ['rejected', 'approved', 'consumed', 'reported', 'cancelled']) {
    for (const client of [agent, everything]) {
      expect(await deleteReview(client, id)).toMatchObject({ deletedCount: 0 });
    }
    expect((await historyOf(reviewer, id)).map(({ kind }) => kind)).not.toContain('DELETED');
  }
  await expect(deleteReview(reviewer, 'rejected')).rejects.toThrow('review:request');
});

it('of a concurrent decision and withdrawal one holds, and the events say which', async () => {
  for (let round = 0; round < 12; round++) {
    const { agent, reviewer } = service.team();
    await ask(agent, 'run');
    const [decided, deleted] = await Promise.all([
      approve(reviewer, 'run'),
      deleteReview(agent, 'run'),
    ]);
    const isDecided = decided.approvedCount === 1;
    expect(decided.__typename).toBe(isDecided ? 'DecideReviewsPayload' : 'NotFoundError');
    expect(deleted.deletedCount).toBe(isDecided ? 0 : 1);
    expect((await feedOf(reviewer, 2)).map(({ kind }) => kind)).toEqual([
      'REQUESTED',
      isDecided ? 'APPROVED' : 'DELETED',
    ]);
  }
});

it('a standing approval does not apply to earlier requests of its creator, even after several deletions', async () => {
  const { user, agent, reviewer } = service.team();
  const both = service.as({ user, actor: 'both', scopes: ['review:request', 'review:decide'] });
  const node = { nodeId: 'node' };
  await register(agent, 'exec');
  await createAutoApproval(both, node);
  await ask(both, 'run', node);
  await deleteReview(both, 'run');
  for (let time = 0; time < 2; time++) {
    expect(await ask(agent, 'run', node)).toMatchObject({ state: 'WAITING' });
    expect(await ask(agent, 'run', node)).toMatchObject({ state: 'WAITING' });
    await deleteReview(agent, 'run');
  }
  // Another creator's does, and so does this one for an ID that its creator never requested.
  await createAutoApproval(reviewer, { ...node, requestedBy: 'agent' });
  expect(await ask(agent, 'run', node)).toMatchObject({
    state: 'APPROVED',
    review: { decidedBy: 'reviewer' },
  });
  const second = service.as({ user, actor: 'second', scopes: ['review:request'] });
  expect(await ask(second, 'new', node)).toMatchObject({
    state: 'APPROVED',
    review: { decidedBy: 'both' },
  });
});
