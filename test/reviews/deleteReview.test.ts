import { expect, it } from 'vitest';
import { approve, ask, deleteReview, read, reject } from '../support/operations.ts';
import { testService } from '../support/testService.ts';

const service = await testService();

it('A26 a review is deleted in any status, once, and its events stay', async () => {
  const { agent, reviewer, user } = service.team();
  for (const id of ['waiting', 'approved', 'rejected']) await ask(agent, id);
  await approve(reviewer, 'approved');
  await reject(reviewer, 'rejected');
  for (const id of ['waiting', 'approved', 'rejected']) {
    expect(await deleteReview(agent, id)).toMatchObject({ deletedCount: 1 });
    expect(await deleteReview(agent, id)).toMatchObject({ deletedCount: 0 });
  }
  expect(await read(agent, ['waiting', 'approved', 'rejected'])).toEqual([]);
  const events = await service.sql<{ kind: string; actor: string }>(
    `SELECT "kind", "actor" FROM "ReviewEvent" WHERE "userId" = $1 AND "nodeExecId" = 'approved'
    ORDER BY "number"`,
    [user],
  );
  expect(events).toEqual([
    { kind: 'REQUESTED', actor: 'agent' },
    { kind: 'APPROVED', actor: 'reviewer' },
    { kind: 'DELETED', actor: 'agent' },
  ]);
  // The id is free again.
  expect(await ask(agent, 'approved')).toMatchObject({ review: { status: 'WAITING' } });
});

it("A26 another owner's review is no review", async () => {
  const [ours, theirs] = [service.team(), service.team()];
  await ask(theirs.agent, 'run');
  expect(await deleteReview(ours.agent, 'run')).toMatchObject({ deletedCount: 0 });
  expect(await read(theirs.agent, ['run'])).toHaveLength(1);
});
