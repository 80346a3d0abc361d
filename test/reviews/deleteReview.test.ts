import { expect, it } from 'vitest';
import { claim, reassign, vote, withdrawNow } from '../support/ballots.ts';
import {
  approve,
  ask,
  createAutoApproval,
  deleteReview,
  read,
  reject,
} from '../support/operations.ts';
import { defaultDigest } from '../support/outcomes.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';
import { comment, requestChanges, revise } from './talk.ts';

const service = await testService();

it('a request can be withdrawn once while it is WAITING, and its events are kept', async () => {
  const { agent, user } = service.team();
  await ask(agent, 'run');
  expect(await deleteReview(agent, 'run')).toMatchObject({ deletedCount: 1 });
  expect(await deleteReview(agent, 'run')).toMatchObject({ deletedCount: 0 });
  expect(await read(agent, ['run'])).toEqual([]);
  const events = await service.sql(
    `SELECT "kind", "actor", "requestedBy", "payloadDigest" FROM "ReviewEvent"
    WHERE "userId" = $1 ORDER BY "number"`,
    [user],
  );
  const evidence = { actor: 'agent', requestedBy: 'agent', payloadDigest: defaultDigest('run') };
  expect(events).toEqual([
    { kind: 'REQUESTED', ...evidence },
    { kind: 'DELETED', ...evidence },
  ]);
  // The id can be used again.
  expect(await ask(agent, 'run')).toMatchObject({ review: { status: 'WAITING' } });
});

it('decided reviews and requests of other actors cannot be deleted', async () => {
  const { agent, reviewer, user } = service.team();
  for (const id of ['approved', 'rejected', 'waiting']) await ask(agent, id);
  await approve(reviewer, 'approved');
  await reject(reviewer, 'rejected');
  for (const id of ['approved', 'rejected']) {
    expect(await deleteReview(agent, id)).toMatchObject({ deletedCount: 0 });
  }
  const everybodyElse = service.as({ user, actor: 'other' });
  expect(await deleteReview(everybodyElse, 'waiting')).toMatchObject({ deletedCount: 0 });
  expect(await read(agent, ['approved', 'rejected', 'waiting'])).toHaveLength(3);
});

it('a review of another workspace cannot be deleted', async () => {
  const [ours, theirs] = [service.team(), service.team()];
  await ask(theirs.agent, 'run');
  expect(await deleteReview(ours.agent, 'run')).toMatchObject({ deletedCount: 0 });
  expect(await read(theirs.agent, ['run'])).toHaveLength(1);
});

it('an approval that was withdrawn is not given again because its request was deleted', async () => {
  const { agent, reviewer, user } = service.team();
  const other = service.as({ user, actor: 'other', scopes: ['review:decide'] });
  await ask(agent, 'run', { nodeId: 'step' });
  await vote(reviewer, 'run');
  await createAutoApproval(other, { nodeId: 'step' });
  expect(await withdrawNow(reviewer, 'run')).toMatchObject({ review: { status: 'WAITING' } });
  expect(await deleteReview(agent, 'run')).toMatchObject({ deletedCount: 0 });
  expect(await ask(agent, 'run', { nodeId: 'step' })).toMatchObject({ state: 'WAITING' });
  const [{ payload } = { payload: null }] = await read(reviewer, ['run']);
  await revise(agent, 'run', payload as object, { revised: true });
  expect(await deleteReview(agent, 'run')).toMatchObject({ deletedCount: 0 });
});

const changesAllowed = { allowedDecisions: ['APPROVE', 'REJECT', 'REQUEST_CHANGES'] };

it.each<[string, object, (reviewer: TestClient) => Promise<unknown>]>([
  ['a vote', { approvalsRequired: [{ count: 2 }] }, (reviewer) => vote(reviewer, 'run')],
  ['a comment', {}, (reviewer) => comment(reviewer, { nodeExecId: 'run', text: 'Why?' })],
  [
    'a reassignment',
    {},
    (reviewer) =>
      reassign(reviewer, { nodeExecId: 'run', approvalsRequired: [{ count: 1 }], reason: 'Them' }),
  ],
  ['a request for changes', changesAllowed, (reviewer) => requestChanges(reviewer, 'run')],
])('%s of somebody else cannot be deleted with the request', async (_, more, act) => {
  const { agent, reviewer } = service.team();
  const payload = { cents: 100 };
  await ask(agent, 'run', { payload, ...more });
  expect(await act(reviewer)).not.toHaveProperty('message');
  const [before] = await read(agent, ['run']);
  if (before?.status !== 'WAITING') await revise(agent, 'run', payload, { cents: 50 });
  expect(await deleteReview(agent, 'run')).toMatchObject({ deletedCount: 0 });
  expect(await read(agent, ['run'])).toHaveLength(1);
});

it('its own comments and revisions, and claims, do not keep an agent from deleting a request', async () => {
  const { agent, reviewer } = service.team();
  const payload = { cents: 100 };
  await ask(agent, 'run', { payload });
  await comment(agent, { nodeExecId: 'run', text: 'In a hurry' });
  await revise(agent, 'run', payload, { cents: 50 });
  await claim(reviewer, { nodeExecId: 'run' });
  expect(await deleteReview(agent, 'run')).toMatchObject({ deletedCount: 1 });
});
