import { expect, it } from 'vitest';
import type { Scope } from '../../src/identity/viewer.ts';
import {
  approve,
  ask,
  cancel,
  decide,
  deleteReview,
  eventsOf,
  read,
  readOne,
  reject,
  setProcessed,
} from '../support/operations.ts';
import { consume, defaultDigest, digestOf, report } from '../support/outcomes.ts';
import { testService } from '../support/testService.ts';

const service = await testService();

/** The agent that asks, one that its requests name as a consumer, one they do not, a reviewer. */
function people() {
  const { user, agent, reviewer } = service.team();
  const as = (actor: string, scopes: readonly Scope[] = ['review:request']) =>
    service.as({ user, actor, scopes });
  return { user, agent, reviewer, as, worker: as('worker'), stranger: as('stranger') };
}

const consumers = ['worker'];

it('consumers named in the request can read, consume and report it, and no other agents can', async () => {
  const { agent, reviewer, worker, stranger } = people();
  for (const id of ['consumed', 'claimed', 'by the asker']) await ask(agent, id, { consumers });
  expect(await read(worker, ['consumed'])).toMatchObject([{ consumers, requestedBy: 'agent' }]);
  for (const id of ['consumed', 'claimed', 'by the asker']) await approve(reviewer, id);

  const digest = defaultDigest('consumed');
  expect(await consume(stranger, 'consumed', digest)).toMatchObject({ ids: ['consumed'] });
  expect(await setProcessed(stranger, 'claimed')).toMatchObject({ ids: ['claimed'] });
  expect(await consume(worker, 'consumed', digest)).toMatchObject({
    result: { data: { of: 'consumed' } },
    review: { consumedBy: 'worker' },
  });
  expect(await setProcessed(worker, 'claimed')).toMatchObject({ changed: true });
  const asker = await consume(agent, 'by the asker', defaultDigest('by the asker'));
  expect(asker.review.consumedBy).toBe('agent');
  // Once in total.
  for (const client of [agent, worker]) {
    expect(await consume(client, 'consumed', digest)).toMatchObject({
      message: expect.stringContaining('was already consumed by worker'),
    });
  }
  expect(await report(stranger, 'consumed', 'FAILED')).toMatchObject({ ids: ['consumed'] });
  expect(await report(worker, 'consumed', 'EXECUTED')).toMatchObject({
    review: { outcome: 'EXECUTED' },
  });
  expect(await eventsOf(worker, 'consumed')).toMatchObject([
    { kind: 'REQUESTED', actor: 'agent' },
    { kind: 'APPROVED', actor: 'reviewer' },
    { kind: 'PROCESSED', actor: 'worker' },
    { kind: 'REPORTED', actor: 'worker' },
  ]);
});

it('a token that sees all reviews can only use those that name its actor', async () => {
  const { agent, reviewer, as } = people();
  for (const scopes of [
    ['review:request', 'review:read'],
    ['review:request', 'review:decide'],
  ] as const) {
    const onlooker = as(`with ${scopes[1]}`, scopes);
    const id = `run ${scopes[1]}`;
    await ask(agent, id, { consumers });
    await approve(reviewer, id);
    const refused = {
      __typename: 'ReviewConflictError',
      message: expect.stringContaining(
        'was requested by agent. Only that actor and the consumers named in the request',
      ),
    };
    expect(await consume(onlooker, id, defaultDigest(id))).toMatchObject(refused);
    expect(await setProcessed(onlooker, id)).toMatchObject(refused);
    await consume(agent, id, defaultDigest(id));
    expect(await report(onlooker, id, 'SKIPPED')).toMatchObject(refused);
    expect(await deleteReview(onlooker, id)).toMatchObject({ deletedCount: 0 });
  }
});

it('a consumer can neither withdraw the request nor request a review with its ID', async () => {
  const { agent, worker } = people();
  await ask(agent, 'run', { consumers });
  expect(await deleteReview(worker, 'run')).toMatchObject({ deletedCount: 0 });
  expect(await ask(worker, 'run')).toMatchObject({
    __typename: 'ReviewConflictError',
    reviews: [],
  });
  expect(await cancel(worker, 'exec')).toMatchObject({ __typename: 'NotFoundError' });
  expect((await readOne(agent, 'run')).status).toBe('WAITING');
});

it('nobody approves reviews that they may consume, with or without an edit, alone or in a batch', async () => {
  const { agent, as } = people();
  const both = as('both', ['review:request', 'review:decide']);
  await ask(agent, 'run', { consumers: ['both'] });
  await ask(agent, 'other');
  for (const more of [{}, { payload: 'my own' }, { autoApproveFuture: true }]) {
    const decision = { nodeExecId: 'run', decision: 'APPROVE', ...more };
    for (const others of [[], [{ nodeExecId: 'other', decision: 'APPROVE' }]]) {
      expect(await decide(both, [...others, decision])).toMatchObject({
        __typename: 'SelfApprovalError',
        nodeExecIds: ['run'],
      });
    }
  }
  for (const id of ['run', 'other']) expect((await readOne(agent, id)).status).toBe('WAITING');
});

it('46. an agent cannot choose who may reject: whom it names as a consumer still can', async () => {
  const { agent, as } = people();
  const both = as('both', ['review:request', 'review:decide']);
  for (const id of ['one', 'two']) await ask(agent, id, { consumers: ['both'] });
  expect(await reject(both, 'one')).toMatchObject({ rejectedCount: 1 });
  await ask(agent, 'other');
  const decisions = ['two', 'other'].map((nodeExecId) => ({ nodeExecId, decision: 'REJECT' }));
  expect(await decide(both, decisions)).toMatchObject({ rejectedCount: 2 });
});

it('a reviewer cannot consume their own approval, whatever the row says about who requested it', async () => {
  const { user, agent, as } = people();
  const editor = as('editor', ['review:request', 'review:decide']);
  await ask(agent, 'edited');
  expect(await approve(editor, 'edited', { payload: 'my own' })).toMatchObject({
    approvedCount: 1,
  });
  const digest = digestOf('"my own"');
  expect(await consume(editor, 'edited', digest)).toMatchObject({
    message: expect.stringContaining('Only that actor'),
  });
  // Only plain SQL can turn a decider into a consumer.
  for (const column of [`"consumers" = '{editor}'`, `"requestedBy" = 'editor'`]) {
    await service.sql(`UPDATE "PendingReview" SET ${column} WHERE "userId" = $1`, [user]);
    const own = {
      __typename: 'ReviewConflictError',
      message: 'Review edited was approved by editor, who cannot use their own approval',
    };
    expect(await consume(editor, 'edited', digest)).toMatchObject(own);
    expect(await setProcessed(editor, 'edited')).toMatchObject(own);
  }
  expect((await readOne(editor, 'edited')).processed).toBe(false);
});

it('consumers are part of the request: a repeated request does not change them, and an invalid list is refused', async () => {
  const { agent, worker, stranger, reviewer } = people();
  expect((await ask(agent, 'run', { consumers: ['worker', 'b', 'worker'] })).review).toMatchObject({
    consumers: ['worker', 'b'],
  });
  await ask(agent, 'run', { consumers: ['stranger'] });
  expect((await readOne(worker, 'run')).consumers).toEqual(['worker', 'b']);
  expect(await read(stranger, ['run'])).toEqual([]);
  await reject(reviewer, 'run');
  expect(await setProcessed(worker, 'run')).toMatchObject({ changed: true });

  for (const [list, path] of [
    [[''], 'input.consumers.0'],
    [['a', 'b\0'], 'input.consumers.1'],
    [['x'.repeat(256)], 'input.consumers.0'],
    [Array.from({ length: 21 }, (_, at) => `a${at}`), 'input.consumers'],
  ] as const) {
    expect(await ask(agent, 'bad', { consumers: list })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path }],
    });
  }
});
