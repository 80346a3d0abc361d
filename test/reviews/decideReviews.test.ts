import fc from 'fast-check';
import { expect, it } from 'vitest';
import { countingProxy } from '../support/countingProxy.ts';
import {
  approve,
  ask,
  autoApprovals,
  decide,
  eventsOf,
  read,
  readOne,
  reject,
} from '../support/operations.ts';
import { race } from '../support/race.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { testService } from '../support/testService.ts';

const database = await testDatabase();
const proxy = await countingProxy(database.url);
database.beforeDrop(() => proxy.close());
const service = await testService({ database, config: { databaseUrl: proxy.url } });
const other = await testService({ database });

it('a batch of a hundred decisions with edits and standing approvals is one round trip', async () => {
  const { agent, reviewer } = service.team();
  const ids = Array.from({ length: 100 }, (_, at) => `run-${at}`);
  for (const id of ids) await ask(agent, id, { nodeId: `node-${ids.indexOf(id) % 7}` });
  const decisions = ids.map((nodeExecId, at) => ({
    nodeExecId,
    decision: at % 2 ? 'APPROVE' : 'REJECT',
    autoApproveFuture: at % 3 === 0,
    ...(at % 5 === 0 && { payload: at }),
  }));
  const count = await proxy.roundTripsDuring(async () => {
    expect(await decide(reviewer, decisions)).toMatchObject({
      approvedCount: 50,
      rejectedCount: 50,
      reviews: ids.map((nodeExecId) => ({ nodeExecId })),
    });
  });
  expect(count).toBe(1);
});

it('overlapping batches are each applied entirely or not at all', async () => {
  const ids = Array.from({ length: 12 }, (_, at) => `run-${at}`);
  const batch = fc.record({
    ids: fc.shuffledSubarray(ids, { minLength: 2, maxLength: 8 }),
    decision: fc.constantFrom('APPROVE', 'REJECT'),
  });
  await race(
    fc.array(batch, { minLength: 6, maxLength: 6 }),
    async (batches) => {
      const { agent, user } = service.team();
      for (const id of ids) await ask(agent, id);
      const answers = await Promise.all(
        batches.map(({ ids, decision }, at) =>
          decide(
            (at % 2 ? service : other).as({ user, actor: `decider-${at}` }),
            ids.map((nodeExecId) => ({ nodeExecId, decision, message: `by ${at}` })),
          ),
        ),
      );
      const stored = new Map((await read(agent, ids)).map((review) => [review.nodeExecId, review]));
      for (const [at, answer] of answers.entries()) {
        const { ids = [], decision } = batches[at] ?? {};
        const wanted = decision === 'APPROVE' ? 'APPROVED' : 'REJECTED';
        const mine = ids.filter((id) => stored.get(id)?.decidedBy === `decider-${at}`);
        if (answer.__typename === 'DecideReviewsPayload') {
          expect(ids.map((id) => stored.get(id)?.status)).toEqual(ids.map(() => wanted));
          expect(answer.reviews).toEqual(ids.map((id) => stored.get(id)));
        } else {
          expect(answer.__typename).toBe('ReviewConflictError');
          expect(mine).toEqual([]);
          expect(answer.reviews.every(({ status }) => status !== wanted)).toBe(true);
        }
      }
    },
    25,
  );
});

it('all IDs that are not in the workspace are named, and nothing changes', async () => {
  const [ours, theirs] = [service.team(), service.team()];
  await ask(ours.agent, 'ours');
  await ask(theirs.agent, 'theirs');
  const decisions = ['nowhere', 'ours', 'theirs'].map((nodeExecId) => ({
    nodeExecId,
    decision: 'APPROVE',
    autoApproveFuture: true,
  }));
  expect(await decide(ours.reviewer, decisions)).toMatchObject({
    __typename: 'NotFoundError',
    ids: ['nowhere', 'theirs'],
  });
  expect((await readOne(ours.agent, 'ours')).status).toBe('WAITING');
  expect((await readOne(theirs.agent, 'theirs')).status).toBe('WAITING');
  expect(await autoApprovals(ours.agent, 'exec')).toEqual([]);
});

it('a decision records what, when, by whom and why, and is not processed yet', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'run-1');
  await ask(agent, 'run-2');
  const before = Date.now();
  const decided = await decide(reviewer, [
    { nodeExecId: 'run-2', decision: 'REJECT', message: 'too dear' },
    { nodeExecId: 'run-1', decision: 'APPROVE' },
  ]);
  const common = {
    wasEdited: false,
    processed: false,
    decidedBy: 'reviewer',
    decisionSource: 'REVIEWER',
  };
  expect(decided).toMatchObject({
    __typename: 'DecideReviewsPayload',
    approvedCount: 1,
    rejectedCount: 1,
    autoApprovals: [],
    reviews: [
      { nodeExecId: 'run-2', status: 'REJECTED', reviewMessage: 'too dear', ...common },
      { nodeExecId: 'run-1', status: 'APPROVED', reviewMessage: null, ...common },
    ],
  });
  for (const { reviewedAt } of decided.reviews) {
    expect(Math.abs(Date.parse(String(reviewedAt)) - before)).toBeLessThan(5_000);
  }
  expect(await read(agent, ['run-2', 'run-1'])).toEqual(decided.reviews);
  expect(await eventsOf(agent, 'run-2')).toMatchObject([
    { kind: 'REQUESTED', actor: 'agent' },
    { kind: 'REJECTED', actor: 'reviewer' },
  ]);
});

it('exactly one of fifty concurrent deciders wins', async () => {
  const decision = fc.constantFrom('APPROVE', 'REJECT');
  await race(fc.array(decision, { minLength: 50, maxLength: 50 }), async (decisions) => {
    const { agent, user } = service.team();
    await ask(agent, 'run');
    const answers = await Promise.all(
      decisions.map((decision, at) =>
        decide((at % 2 ? service : other).as({ user, actor: `decider-${at}` }), [
          { nodeExecId: 'run', decision, message: `by ${at}` },
        ]),
      ),
    );
    const winner = await readOne(agent, 'run');
    const winning = decisions[Number(winner.decidedBy?.slice('decider-'.length))];
    expect(winner).toMatchObject({
      status: winning === 'APPROVE' ? 'APPROVED' : 'REJECTED',
      reviewMessage: winner.decidedBy?.replace('decider-', 'by '),
    });
    for (const [at, answer] of answers.entries()) {
      expect(answer.__typename).toBe(
        decisions[at] === winning ? 'DecideReviewsPayload' : 'ReviewConflictError',
      );
      expect(answer.reviews).toEqual([winner]);
    }
    expect(await eventsOf(agent, 'run')).toHaveLength(2);
  });
});

it('a repeated decision is accepted with the stored payload or none, and is a conflict with another', async () => {
  const { agent, reviewer, user } = service.team();
  const late = service.as({ user, actor: 'late' });
  await ask(agent, 'run', { payload: { a: 1 } });
  const { reviews } = await approve(reviewer, 'run', { payload: { a: 2, b: [] }, message: 'ok' });
  for (const more of [{}, { payload: { b: [], a: 2 } }, { message: 'me too' }]) {
    expect(await approve(late, 'run', more)).toMatchObject({
      __typename: 'DecideReviewsPayload',
      approvedCount: 1,
      reviews,
    });
  }
  for (const payload of [{ a: 1 }, null, { a: 2 }]) {
    expect(await approve(late, 'run', { payload })).toMatchObject({
      __typename: 'ReviewConflictError',
      reviews,
    });
  }
  expect(await reject(late, 'run', { payload: { a: 2, b: [] } })).toMatchObject({
    __typename: 'ReviewConflictError',
    reviews,
  });
  expect(await readOne(agent, 'run')).toEqual(reviews[0]);
});

it('a conflict in one decision undoes all the others', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'decided');
  await ask(agent, 'waiting');
  await approve(reviewer, 'decided');
  const decisions = ['waiting', 'decided'].map((nodeExecId) => ({
    nodeExecId,
    decision: 'REJECT',
  }));
  expect(await decide(reviewer, decisions)).toMatchObject({
    __typename: 'ReviewConflictError',
    reviews: [{ nodeExecId: 'decided', status: 'APPROVED' }],
  });
  expect((await readOne(agent, 'waiting')).status).toBe('WAITING');
});

it('autoApproveFuture keeps the edit and creates one standing approval per step', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'run-1', { nodeId: 'node', payload: 'first' });
  await ask(agent, 'run-2', { nodeId: 'node', payload: 'second' });
  await ask(agent, 'run-3', { nodeId: 'other', graphExecId: 'exec-2', payload: 'third' });
  await ask(agent, 'copilot-node-x:1', { graphExecId: 'exec-2', payload: 'fourth' });
  const all = { decision: 'APPROVE', autoApproveFuture: true };
  const decided = await decide(reviewer, [
    { nodeExecId: 'run-1', ...all, payload: 'edited' },
    { nodeExecId: 'run-2', ...all },
    { nodeExecId: 'run-3', ...all },
    { nodeExecId: 'copilot-node-x:1', ...all },
  ]);
  expect(decided.reviews[0]).toMatchObject({ payload: 'edited', originalPayload: 'first' });
  const made = {
    createdBy: 'reviewer',
    requestedBy: 'agent',
    maxUses: null,
    uses: 0,
    active: true,
  };
  expect(decided.autoApprovals).toMatchObject([
    { graphExecId: 'exec', nodeId: 'node', payload: 'first', ...made },
    { graphExecId: 'exec-2', nodeId: 'other', payload: 'third', ...made },
    { graphExecId: 'exec-2', nodeId: 'copilot-node-x', payload: 'fourth', ...made },
  ]);
  expect((await ask(agent, 'run-1', { nodeId: 'node' })).result).toMatchObject({ data: 'edited' });
  expect((await ask(agent, 'run-9', { nodeId: 'node', payload: 9 })).result).toMatchObject({
    data: 9,
    autoApproved: true,
  });
});

it('autoApproveFuture does nothing with REJECT, or if the call fails', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'run-1', { nodeId: 'node' });
  await ask(agent, 'run-2', { nodeId: 'node', editable: false });
  expect(await reject(reviewer, 'run-1', { autoApproveFuture: true })).toMatchObject({
    rejectedCount: 1,
    autoApprovals: [],
  });
  await approve(reviewer, 'run-2', { autoApproveFuture: true, payload: 'edit' });
  expect(await autoApprovals(agent, 'exec')).toEqual([]);
});

it('invalid decisions are refused with their path, and nothing changes', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'run', { payload: 'p' });
  await ask(agent, 'run-2');
  const one = { nodeExecId: 'run', decision: 'APPROVE' };
  const nested = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`;
  const refusals: [decisions: object[], path: string][] = [
    [[], 'input.decisions'],
    [
      Array.from({ length: 101 }, (_, at) => ({ ...one, nodeExecId: `run-${at}` })),
      'input.decisions',
    ],
    [[one, { ...one, nodeExecId: 'run-2' }, one], 'input.decisions.2.nodeExecId'],
    [[{ ...one, message: 'x'.repeat(2_001) }], 'input.decisions.0.message'],
    [[{ ...one, payload: 'x'.repeat(999_999) }], 'input.decisions.0.payload'],
    [[{ ...one, payload: JSON.parse(nested(11)) }], 'input.decisions.0.payload'],
  ];
  for (const [decisions, path] of refusals) {
    const answer = await decide(reviewer, decisions as Record<string, unknown>[]);
    expect(answer.__typename).toBe('InvalidInputError');
    expect(answer.issues).toHaveLength(1);
    expect(answer.issues[0]?.path).toMatch(new RegExp(`^${path.replaceAll('.', '\\.')}(\\.0)*$`));
  }
  expect((await readOne(agent, 'run')).status).toBe('WAITING');
  expect(await approve(reviewer, 'run', { message: '😀'.repeat(2_000) })).toMatchObject({
    approvedCount: 1,
  });
});

it('decisions at the limits are accepted', async () => {
  const { agent, reviewer } = service.team();
  for (const [id, payload] of Object.entries({
    deep: JSON.parse(`${'['.repeat(10)}1${']'.repeat(10)}`),
    long: 'x'.repeat(999_998),
  })) {
    await ask(agent, id);
    expect(await approve(reviewer, id, { payload })).toMatchObject({
      reviews: [{ payload, wasEdited: true }],
    });
  }
});

it('an edit may be nested as deep as the payload was', async () => {
  const { agent, reviewer } = service.team();
  const cronJob = (value: unknown) => ({
    spec: {
      jobTemplate: {
        spec: {
          template: {
            spec: {
              containers: [{ env: [{ valueFrom: { secretKeyRef: { name: value } } }] }],
            },
          },
        },
      },
    },
  });
  await ask(agent, 'run', { payload: cronJob('old') });
  const tooDeep = await decide(reviewer, [
    { nodeExecId: 'run', decision: 'APPROVE', payload: cronJob({ deeper: 'new' }) },
  ]);
  expect(tooDeep).toMatchObject({
    __typename: 'InvalidInputError',
    issues: [{ message: 'nested deeper than 12 levels' }],
  });
  expect(tooDeep.issues[0]?.path).toMatch(/^input\.decisions\.0\.payload\.spec\..*\.name$/);
  expect((await readOne(agent, 'run')).status).toBe('WAITING');

  expect(await approve(reviewer, 'run', { payload: cronJob('new') })).toMatchObject({
    reviews: [{ payload: cronJob('new'), wasEdited: true }],
  });
  // A retry of the decision, and its unchanged payload, are no edits.
  expect(await approve(reviewer, 'run', { payload: cronJob('new') })).toMatchObject({
    approvedCount: 1,
  });
  const deep = (value: unknown) => JSON.parse(`${'['.repeat(100)}${value}${']'.repeat(100)}`);
  await ask(agent, 'deepest', { payload: deep(1) });
  await ask(agent, 'unchanged', { payload: deep(1), editable: false });
  expect(
    await decide(reviewer, [
      { nodeExecId: 'deepest', decision: 'APPROVE', payload: deep(2) },
      { nodeExecId: 'unchanged', decision: 'APPROVE', payload: deep(1) },
    ]),
  ).toMatchObject({ reviews: [{ wasEdited: true }, { wasEdited: false }] });
});

it('one call decides reviews of several runs', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'run-1', { graphExecId: 'exec-1' });
  await ask(agent, 'run-2', { graphExecId: 'exec-2' });
  await ask(agent, 'copilot-node-a:1', { graphExecId: 'copilot-session-1' });
  const decisions = ['run-1', 'run-2', 'copilot-node-a:1'].map((nodeExecId) => ({
    nodeExecId,
    decision: 'APPROVE',
  }));
  expect(await decide(reviewer, decisions)).toMatchObject({ approvedCount: 3 });
});

it('nobody decides their own requests, even with both scopes', async () => {
  const { user, reviewer, agent } = service.team();
  const both = service.as({ user, actor: 'both' });
  await ask(both, 'own-1');
  await ask(both, 'own-2');
  await ask(agent, 'foreign');
  const decisions = ['own-2', 'foreign', 'own-1'].map((nodeExecId) => ({
    nodeExecId,
    decision: 'APPROVE',
    autoApproveFuture: true,
  }));
  expect(await decide(both, decisions)).toMatchObject({
    __typename: 'SelfApprovalError',
    nodeExecIds: ['own-2', 'own-1'],
  });
  const statuses = (await read(reviewer, ['own-1', 'own-2', 'foreign'])).map(
    ({ status }) => status,
  );
  expect(statuses).toEqual(['WAITING', 'WAITING', 'WAITING']);
  expect(await autoApprovals(agent, 'exec')).toEqual([]);
  expect(await reject(both, 'own-1')).toMatchObject({ __typename: 'SelfApprovalError' });
  expect(await decide(reviewer, decisions)).toMatchObject({ approvedCount: 3 });
});
