import { describe, expect, it } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import {
  approve,
  ask,
  autoApprovals,
  cancel,
  check,
  createAutoApproval,
  deleteReview,
  eventsOf,
  read,
  readOne,
  register,
  reject,
  setProcessed,
} from '../support/operations.ts';
import { consume, defaultDigest, report } from '../support/outcomes.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';

const service = await testService();

const idOf = (type: string, id: string) => Buffer.from(`${type}:${id}`).toString('base64url');
const page = 'totalCount edges { node { nodeExecId payload } }';
const nothing = { totalCount: 0, edges: [] };
const standingKey = JSON.stringify(['exec', 'node', 'graph', 1, 'agent']);

/** Every way to read a request, with the response to actors that cannot see it. */
const looks: Record<string, [document: string, nothing: unknown][]> = {
  node: [
    [`{ node(id: "${idOf('PendingReview', 'waiting')}") { id } }`, null],
    [`{ node(id: "${idOf('GraphExecution', 'exec')}") { id } }`, null],
    [`{ node(id: "${idOf('AutoApproval', standingKey)}") { id } }`, null],
  ],
  pendingReview: [['{ pendingReview(nodeExecId: "waiting") { payload } }', null]],
  reviews: [['{ reviews(nodeExecIds: ["waiting", "approved"]) { payload events { kind } } }', []]],
  pendingReviews: [
    [`{ pendingReviews { ${page} } }`, nothing],
    [`{ pendingReviews(filter: { graphExecId: "exec", graphId: "graph" }) { ${page} } }`, nothing],
    ['{ pendingReviews { edges { node { nodeExecId } } } }', { edges: [] }],
    ['{ pendingReviews { totalCount } }', { totalCount: 0 }],
  ],
  pendingReviewsForExecution: [
    [`{ pendingReviewsForExecution(graphExecId: "exec") { ${page} } }`, nothing],
  ],
  reviewsForExecution: [[`{ reviewsForExecution(graphExecId: "exec") { ${page} } }`, nothing]],
  reviewsByState: [
    ...['WAITING', 'DECIDED', 'UNCONSUMED', 'UNREPORTED', 'EXPIRED'].map(
      (state): [string, unknown] => [
        `{ reviewsByState(state: ${state}, includeAutomatic: true) { ${page} } }`,
        nothing,
      ],
    ),
    [`{ reviewsByState(state: WAITING, graphExecId: "exec") { ${page} } }`, nothing],
  ],
  hasPendingReviews: [['{ hasPendingReviews(graphExecId: "exec") }', false]],
  graphExecution: [
    [
      '{ graphExecution(graphExecId: "exec") { status hasPendingReviews autoApprovals { key } } }',
      null,
    ],
  ],
  autoApprovals: [['{ autoApprovals(graphExecId: "exec") { payload } }', []]],
  checkApproval: [
    [
      '{ checkApproval(input: { nodeExecId: "approved", graphExecId: "exec", nodeId: "node" }) { data } }',
      null,
    ],
    [
      '{ checkApproval(input: { nodeExecId: "new", graphExecId: "exec", nodeId: "node" }) { data } }',
      null,
    ],
  ],
};

const people = ['members', 'teams', 'delegations', 'apiTokens', 'peopleChanges'];
/** An actor with review:request alone may send none of them. */
const forbidden = [
  ...['policy', 'policyHistory', 'previewPolicy', 'previewAutoApproval'],
  ...['allAutoApprovals', 'searchReviews', 'reviewStats'],
];
/** Queries that reveal nothing about requests. */
const others = ['viewer', 'apiVersion', 'webhooks', 'webhookDeliveries', ...people, ...forbidden];

it('every query is in this table', () => {
  const names = Object.keys(schema.getQueryType()?.getFields() ?? {});
  expect([...Object.keys(looks), ...others].sort()).toEqual(names.sort());
});

describe('with review:request alone', async () => {
  const { user, agent, reviewer } = service.team();
  const stranger = service.as({ user, actor: 'stranger', scopes: ['review:request'] });
  const reader = service.as({ user, actor: 'reader', scopes: ['review:request', 'review:read'] });
  const node = { nodeId: 'node' };
  for (const id of ['waiting', 'approved', 'consumed', 'expired']) await ask(agent, id, node);
  for (const id of ['approved', 'consumed']) await approve(reviewer, id);
  await consume(agent, 'consumed', defaultDigest('consumed'));
  await service.sql(
    `UPDATE "PendingReview" SET "status" = 'REJECTED', "decisionSource" = 'EXPIRY'
    WHERE "userId" = $1 AND "nodeExecId" = 'expired'`,
    [user],
  );
  await createAutoApproval(reviewer, { ...node, requestedBy: 'agent' });
  await createAutoApproval(reviewer, node);

  const look = async (client: TestClient, document: string) =>
    Object.values(await client.query<Record<string, unknown>>(document))[0];

  it.each(Object.entries(looks))(
    'what another actor requested is not visible: %s',
    async (name, asked) => {
      for (const [document, nothing] of asked) {
        expect(await look(agent, document), document).not.toEqual(nothing);
        // checkApproval only covers the actor's own requests, even with review:read.
        if (name !== 'checkApproval') {
          expect(await look(reader, document), document).not.toEqual(nothing);
        }
        expect(await look(stranger, document), document).toEqual(nothing);
      }
    },
  );

  it("an actor's own requests are visible and counted, next to those of others", async () => {
    const newcomer = service.as({ user, actor: 'newcomer', scopes: ['review:request'] });
    await ask(newcomer, 'own', { graphExecId: 'own', ...node });
    const mine = {
      totalCount: 1,
      edges: [{ node: { nodeExecId: 'own', payload: { of: 'own' } } }],
    };
    for (const document of [
      `{ pendingReviews { ${page} } }`,
      `{ pendingReviews(filter: { graphExecId: "own" }) { ${page} } }`,
      `{ pendingReviewsForExecution(graphExecId: "own") { ${page} } }`,
      `{ reviewsForExecution(graphExecId: "own") { ${page} } }`,
      `{ reviewsByState(state: WAITING) { ${page} } }`,
    ]) {
      expect(await look(newcomer, document), document).toEqual(mine);
    }
    expect(await look(newcomer, '{ graphExecution(graphExecId: "own") { status } }')).toEqual({
      status: 'RUNNING',
    });
    expect(await look(newcomer, '{ hasPendingReviews(graphExecId: "own") }')).toBe(true);
    expect(await look(newcomer, '{ hasPendingReviews(graphExecId: "exec") }')).toBe(false);
  });

  it('an actor cannot change what another actor requested', async () => {
    const notFound = { __typename: 'NotFoundError' };
    for (const id of ['waiting', 'approved', 'consumed']) {
      const before = [await readOne(agent, id), await eventsOf(agent, id)];
      expect(await deleteReview(stranger, id)).toMatchObject({ deletedCount: 0 });
      expect(await ask(stranger, id, node)).toMatchObject({
        __typename: 'ReviewConflictError',
        reviews: [],
      });
      expect(await consume(stranger, id, defaultDigest(id))).toMatchObject({
        ...notFound,
        ids: [id],
      });
      expect(await setProcessed(stranger, id)).toMatchObject({ ...notFound, ids: [id] });
      expect(await report(stranger, id, 'SKIPPED')).toMatchObject({ ...notFound, ids: [id] });
      expect([await readOne(agent, id), await eventsOf(agent, id)]).toEqual(before);
    }
    expect(await cancel(stranger, 'exec')).toMatchObject({ ...notFound, ids: ['exec'] });
    for (const status of ['RUNNING', 'COMPLETED', 'FAILED', 'TERMINATED']) {
      await expect(register(stranger, 'exec', { status })).rejects.toThrow(
        'was registered by another actor',
      );
    }
    expect(await read(agent, ['waiting'])).toMatchObject([{ status: 'WAITING' }]);
  });

  it('the response for something inaccessible is the same as for something unknown', async () => {
    const ofNothing = [
      await consume(stranger, 'nowhere', defaultDigest('x')),
      await setProcessed(stranger, 'nowhere'),
      await report(stranger, 'nowhere', 'SKIPPED'),
      await cancel(stranger, 'nowhere'),
      await deleteReview(stranger, 'nowhere'),
      await check(stranger, { nodeExecId: 'nowhere', nodeId: 'other' }),
    ];
    const ofTheirs = [
      await consume(stranger, 'approved', defaultDigest('x')),
      await setProcessed(stranger, 'approved'),
      await report(stranger, 'approved', 'SKIPPED'),
      await cancel(stranger, 'exec'),
      await deleteReview(stranger, 'waiting'),
      await check(stranger, { nodeExecId: 'approved', nodeId: 'other' }),
    ];
    const blank = (answers: unknown[]) =>
      JSON.stringify(answers).replace(/nowhere|approved|exec/g, '-');
    expect(blank(ofTheirs)).toBe(blank(ofNothing));
  });
});

it('a run belongs to the actor that first named it: others can request reviews in it, but not change it', async () => {
  const { user, agent, reviewer } = service.team();
  const second = service.as({ user, actor: 'second', scopes: ['review:request'] });
  // By requesting a review in it, or by registering it.
  await ask(agent, 'asked', { graphExecId: 'by-asking' });
  await register(agent, 'by-registering');
  for (const graphExecId of ['by-asking', 'by-registering']) {
    const id = `of-second-${graphExecId}`;
    expect(await ask(second, id, { graphExecId })).toMatchObject({ state: 'WAITING' });
    await expect(register(second, graphExecId, { status: 'COMPLETED' })).rejects.toThrow(
      'was registered by another actor',
    );
    expect(await cancel(second, graphExecId)).toMatchObject({ __typename: 'NotFoundError' });
    const { graphExecution } = await reviewer.query<{ graphExecution: { registeredBy: string } }>(
      'query ($id: ID!) { graphExecution(graphExecId: $id) { registeredBy } }',
      { id: graphExecId },
    );
    expect(graphExecution.registeredBy).toBe('agent');
    // Its owner ends it, with all pending reviews, but is not shown those of others.
    expect((await read(agent, [id])).length).toBe(0);
    await cancel(agent, graphExecId);
    expect(await readOne(second, id)).toMatchObject({ decisionSource: 'CANCELLATION' });
  }
  // A reviewer can stop any run.
  await ask(agent, 'run', { graphExecId: 'third' });
  expect(await cancel(reviewer, 'third')).toMatchObject({ cancelledCount: 1 });
});

it('one of two agents that concurrently name a run owns it', async () => {
  for (let round = 0; round < 10; round++) {
    const { user, reviewer } = service.team();
    const agents = ['a', 'b', 'c', 'd'].map((actor) =>
      service.as({ user, actor, scopes: ['review:request'] }),
    );
    await Promise.all(agents.map((agent, at) => ask(agent, `run-${at}`)));
    const cancelled = await Promise.all(agents.map((agent) => cancel(agent, 'exec')));
    expect(cancelled.filter(({ cancelledCount }) => cancelledCount === 4)).toHaveLength(1);
    expect(cancelled.filter(({ __typename }) => __typename === 'NotFoundError')).toHaveLength(3);
    expect(await read(reviewer, ['run-0'])).toMatchObject([{ status: 'REJECTED' }]);
  }
});

it('a standing approval is visible to the agent it applies to, and to the owner of the run if it applies to any', async () => {
  const { user, agent, reviewer } = service.team();
  const second = service.as({ user, actor: 'second', scopes: ['review:request'] });
  await ask(agent, 'run');
  for (const more of [{}, { requestedBy: 'agent' }, { requestedBy: 'second' }]) {
    await createAutoApproval(reviewer, { nodeId: 'node', ...more });
  }
  const seen = async (client: TestClient) =>
    (await autoApprovals(client, 'exec')).map(({ requestedBy }) => requestedBy);
  expect(await seen(agent)).toEqual([null, 'agent']);
  expect(await seen(second)).toEqual(['second']);
  expect(await seen(reviewer)).toEqual([null, 'agent', 'second']);
});

it("an earlier request gives no access to another actor's request with the same ID", async () => {
  const { user, agent, reviewer } = service.team();
  const second = service.as({ user, actor: 'second', scopes: ['review:request'] });
  await ask(agent, 'run', { payload: 'first' });
  await deleteReview(agent, 'run');
  await ask(second, 'run', { payload: 'second' });
  await reject(reviewer, 'run', { message: 'no' });
  expect(await read(agent, ['run'])).toEqual([]);
  expect(await setProcessed(agent, 'run')).toMatchObject({ __typename: 'NotFoundError' });
  // The second actor does not see the outcome of the first request either.
  const kinds = async (client: TestClient) =>
    (await eventsOf(client, 'run')).map(({ kind, actor }) => `${kind} by ${actor}`);
  expect(await kinds(second)).toEqual(['REQUESTED by second', 'REJECTED by reviewer']);
  expect(await kinds(reviewer)).toEqual([
    'REQUESTED by agent',
    'DELETED by agent',
    'REQUESTED by second',
    'REJECTED by reviewer',
  ]);
});
