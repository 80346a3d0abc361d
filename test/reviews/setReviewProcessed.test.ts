import { expect, it } from 'vitest';
import {
  approve,
  ask,
  cancel,
  eventsOf,
  readOne,
  register,
  reject,
  setProcessed,
} from '../support/operations.ts';
import { consume, defaultDigest } from '../support/outcomes.ts';
import { testService } from '../support/testService.ts';

const service = await testService();

it('an outcome is claimed once and irrevocably, and repeated calls create no events', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'run');
  await approve(reviewer, 'run');
  for (const changed of [true, false]) {
    expect(await setProcessed(agent, 'run')).toMatchObject({
      __typename: 'SetReviewProcessedPayload',
      review: { nodeExecId: 'run', processed: true, status: 'APPROVED' },
      changed,
    });
  }
  expect(await setProcessed(agent, 'run', false)).toMatchObject({
    __typename: 'InvalidInputError',
    issues: [{ path: 'input.processed' }],
  });
  expect((await readOne(agent, 'run')).processed).toBe(true);
  expect(await eventsOf(agent, 'run')).toMatchObject([
    { kind: 'REQUESTED' },
    { kind: 'APPROVED' },
    { kind: 'PROCESSED', actor: 'agent' },
  ]);
  expect(await ask(agent, 'run')).toMatchObject({ result: null, state: 'CONSUMED' });
});

it('reviews that are waiting, void or requested by others cannot be claimed', async () => {
  const { agent, reviewer, user } = service.team();
  const other = service.as({ user, actor: 'other' });
  for (const id of ['waiting', 'approved', 'rejected']) await ask(agent, id);
  await approve(reviewer, 'approved');
  await reject(reviewer, 'rejected');
  const refused = { __typename: 'ReviewConflictError' };
  expect(await setProcessed(agent, 'waiting')).toMatchObject(refused);
  for (const id of ['approved', 'rejected']) {
    expect(await setProcessed(other, id)).toMatchObject(refused);
  }
  await register(agent, 'exec', { status: 'COMPLETED' });
  expect(await setProcessed(agent, 'approved')).toMatchObject(refused);
  await cancel(reviewer, 'exec');
  await register(reviewer, 'exec').catch(() => {});
  expect(await setProcessed(agent, 'approved')).toMatchObject(refused);
  expect(await setProcessed(agent, 'rejected')).toMatchObject({ changed: true });
});

it('an unknown ID, or one of another workspace, is not found', async () => {
  const [ours, theirs] = [service.team(), service.team()];
  await ask(theirs.agent, 'theirs');
  for (const id of ['theirs', 'nowhere']) {
    expect(await setProcessed(ours.agent, id)).toMatchObject({
      __typename: 'NotFoundError',
      ids: [id],
    });
  }
  expect((await readOne(theirs.agent, 'theirs')).processed).toBe(false);
});

it('exactly one of many concurrent claims changes the review', async () => {
  const { agent, reviewer } = service.team();
  for (let round = 0; round < 5; round++) {
    await ask(agent, `run-${round}`);
    await reject(reviewer, `run-${round}`);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => setProcessed(agent, `run-${round}`)),
    );
    expect(answers.filter(({ changed }) => changed)).toHaveLength(1);
  }
});

it('a claim that is repeated with the same key returns the same answer, and only to its caller', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'run');
  await reject(reviewer, 'run');
  const changed = async (key?: string) => (await setProcessed(agent, 'run', true, key)).changed;
  expect(await changed('one')).toBe(true);
  expect(await changed('one')).toBe(true);
  expect(await changed('another')).toBe(false);
  expect(await changed()).toBe(false);
  expect(await changed('one')).toBe(true);
  expect(await eventsOf(agent, 'run')).toHaveLength(3);
});

it('the same key of another actor or operation is another key', async () => {
  const { user, agent, reviewer } = service.team();
  const another = service.as({ user, actor: 'another-agent' });
  await ask(agent, 'flagged');
  await approve(reviewer, 'flagged');
  expect((await setProcessed(agent, 'flagged', true, 'key')).changed).toBe(true);
  expect((await setProcessed(another, 'flagged', true, 'key')).changed).toBe(false);
  await ask(agent, 'used');
  await approve(reviewer, 'used');
  expect((await consume(agent, 'used', defaultDigest('used'), 'key')).result).toBeTruthy();
  expect((await setProcessed(agent, 'used', true, 'key')).changed).toBe(false);
});

it('an outcome claimed by a version without keys cannot be claimed again with one', async () => {
  const { user, agent, reviewer } = service.team();
  await ask(agent, 'run');
  await reject(reviewer, 'run');
  expect((await setProcessed(agent, 'run', true, 'key')).changed).toBe(true);
  for (const processed of [false, true]) {
    const sql = `UPDATE "PendingReview" SET "processed" = $2 WHERE "userId" = $1`;
    await service.sql(sql, [user, processed]);
  }
  expect((await setProcessed(agent, 'run', true, 'key')).changed).toBe(false);
});

it('with two concurrent callers that repeat their claims, one gets it each time', async () => {
  const { agent, reviewer } = service.team();
  for (let round = 0; round < 5; round++) {
    await ask(agent, `round-${round}`);
    await reject(reviewer, `round-${round}`);
    const answers = await Promise.all(
      Array.from({ length: 12 }, async (_, at) => {
        const key = `key-${at % 2}`;
        return { key, ...(await setProcessed(agent, `round-${round}`, true, key)) };
      }),
    );
    const winners = answers.filter(({ changed }) => changed).map(({ key }) => key);
    expect(winners).toHaveLength(6);
    expect(new Set(winners).size).toBe(1);
  }
});
