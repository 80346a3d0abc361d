import { expect, it } from 'vitest';
import { approve, ask, deleteReview, read, reject } from '../support/operations.ts';
import { defaultDigest } from '../support/outcomes.ts';
import { testService } from '../support/testService.ts';

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
