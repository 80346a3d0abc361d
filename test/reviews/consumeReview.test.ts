import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import {
  approve,
  ask,
  cancel,
  createAutoApproval,
  eventsOf,
  readOne,
  register,
  reject,
  setProcessed,
} from '../support/operations.ts';
import { consume, defaultDigest, digestOf, readOutcome, report } from '../support/outcomes.ts';
import { race } from '../support/race.ts';
import { testService } from '../support/testService.ts';

const service = await testService();
const other = await service.another();

/** Actors that a request names as consumers. */
const crowd = Array.from({ length: 20 }, (_, at) => `agent-${at}`);

const approved = async (id: string, more = {}) => {
  const team = service.team();
  await ask(team.agent, id, more);
  await approve(team.reviewer, id);
  return team;
};

it('an approval is consumed once, with its result, consumer, time and one event', async () => {
  const { agent } = await approved('run');
  const consumed = await consume(agent, 'run', defaultDigest('run'));
  expect(consumed).toMatchObject({
    __typename: 'ConsumeReviewPayload',
    review: { processed: true, consumedBy: 'agent', consumedAt: expect.any(String), outcome: null },
    result: {
      nodeExecId: 'run',
      status: 'APPROVED',
      data: { of: 'run' },
      message: '',
      processed: true,
      autoApproved: false,
    },
  });
  expect(await consume(agent, 'run', defaultDigest('run'))).toMatchObject({
    __typename: 'ReviewConflictError',
    message: `Review run was already consumed by agent at ${consumed.review.consumedAt}`,
    reviews: [{ nodeExecId: 'run', consumedBy: 'agent' }],
  });
  expect((await eventsOf(agent, 'run')).map(({ kind, actor }) => [kind, actor])).toEqual([
    ['REQUESTED', 'agent'],
    ['APPROVED', 'reviewer'],
    ['PROCESSED', 'agent'],
  ]);
  expect(await ask(agent, 'run')).toMatchObject({ result: null, review: { processed: true } });
});

it('exactly one of fifty concurrent consumers on two processes gets the result', async () => {
  await race(
    fc.boolean(),
    async (isReal) => {
      const { user } = await approved('run', {
        consumers: crowd,
        ...(!isReal && { graphExecId: 'copilot-session-1' }),
      });
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, at) =>
          consume(
            (at % 2 ? service : other).as({ user, actor: `agent-${at % crowd.length}` }),
            'run',
            defaultDigest('run'),
          ),
        ),
      );
      const winners = answers.filter(({ result }) => result);
      expect(winners).toHaveLength(1);
      const winner = winners[0]?.review.consumedBy;
      for (const answer of answers.filter(({ result }) => !result)) {
        expect(answer.__typename).toBe('ReviewConflictError');
        expect(answer.message).toContain(`was already consumed by ${winner} at `);
      }
      expect(await eventsOf(service.as({ user, actor: 'x' }), 'run')).toHaveLength(3);
    },
    4,
  );
});

it('a call that is repeated with the same key gets the approval again until an outcome is reported', async () => {
  const { user, agent } = await approved('run', { consumers: crowd });
  const digest = defaultDigest('run');
  const first = await consume(agent, 'run', digest, 'key');
  expect(first).toMatchObject({ review: { consumedBy: 'agent' }, result: { data: { of: 'run' } } });
  expect(await consume(agent, 'run', digest, 'key')).toEqual(first);

  const another = service.as({ user, actor: 'agent-1' });
  const refused = {
    __typename: 'ReviewConflictError',
    message: `Review run was already consumed by agent at ${first.review.consumedAt}`,
  };
  expect(await consume(agent, 'run', digest)).toMatchObject(refused);
  expect(await consume(agent, 'run', digest, 'Key')).toMatchObject(refused);
  expect(await consume(another, 'run', digest, 'key')).toMatchObject(refused);
  expect(await consume(agent, 'run', defaultDigest('x'), 'key')).toMatchObject(refused);
  expect(await eventsOf(agent, 'run')).toHaveLength(3);

  await register(agent, 'exec', { status: 'TERMINATED' });
  expect(await consume(agent, 'run', digest, 'key')).toMatchObject({
    message: expect.stringContaining('run exec is TERMINATED'),
  });
  await register(agent, 'exec');
  expect(await consume(agent, 'run', digest, 'key')).toEqual(first);

  await report(agent, 'run', 'EXECUTED');
  expect(await consume(agent, 'run', digest, 'key')).toMatchObject(refused);
});

it('an approval that was consumed without a key cannot be consumed again with one', async () => {
  const { agent } = await approved('run');
  const digest = defaultDigest('run');
  await consume(agent, 'run', digest);
  expect(await consume(agent, 'run', digest, 'key')).toMatchObject({
    __typename: 'ReviewConflictError',
  });
});

it.each([
  ['given back', `"processed" = false, "consumedAt" = NULL, "consumedBy" = NULL`],
  ['given back in part', `"consumedAt" = NULL`],
  ['given to another', `"consumedBy" = 'another-agent'`],
  ['changed', `"payload" = '"evil"'`],
])('a repeated call does not get an approval that was %s in the database', async (_, change) => {
  const { user, agent } = await approved('run', { consumers: ['x'] });
  await consume(agent, 'run', defaultDigest('run'), 'key');
  await service.sql(`UPDATE "PendingReview" SET ${change} WHERE "userId" = $1`, [user]);
  const isFree = change.startsWith('"processed"');
  const [another, again] = [
    await consume(service.as({ user, actor: 'x' }), 'run', defaultDigest('run')),
    await consume(agent, 'run', defaultDigest('run'), 'key'),
  ];
  expect(another.__typename).toBe(isFree ? 'ConsumeReviewPayload' : 'ReviewConflictError');
  expect(again.__typename).toBe('ReviewConflictError');
  expect((await consume(agent, 'run', digestOf('"evil"'), 'key')).__typename).toBe(
    'ReviewConflictError',
  );
});

it('the idempotency key is not stored', async () => {
  const { user, agent } = await approved('run');
  await consume(agent, 'run', defaultDigest('run'), 'my-secret-key');
  const [row] = await service.sql(
    `SELECT r::text AS "text", "callDigest" FROM "PendingReview" r WHERE "userId" = $1`,
    [user],
  );
  expect(row?.['callDigest']).toMatch(/^sha256:/);
  expect(row?.['text']).not.toContain('my-secret-key');
});

it('with concurrent repeated calls on two processes, exactly one caller gets the approval each time', async () => {
  await race(
    fc.constant(null),
    async () => {
      const { user } = await approved('run');
      const answers = await Promise.all(
        Array.from({ length: 60 }, async (_, at) => {
          const key = `key-${at % 6}`;
          const client = (at % 2 ? service : other).as({ user, actor: 'agent' });
          return { key, answer: await consume(client, 'run', defaultDigest('run'), key) };
        }),
      );
      const got = answers.filter(({ answer }) => answer.result);
      expect(new Set(got.map(({ key }) => key)).size).toBe(1);
      expect(got).toHaveLength(10);
      expect(await eventsOf(service.as({ user, actor: 'x' }), 'run')).toHaveLength(3);
    },
    4,
  );
});

it('an invalid idempotency key is refused with its path', async () => {
  const { agent } = await approved('run');
  for (const key of ['', 'k'.repeat(256), 'a\0b']) {
    expect(await consume(agent, 'run', defaultDigest('run'), key)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'input.idempotencyKey' }],
    });
  }
});

it('each reason why an approval cannot be consumed has its own message, and nothing changes', async () => {
  const { agent, reviewer } = service.team();
  const refusal = async (id: string, digest = defaultDigest(id)) => {
    const answer = await consume(agent, id, digest);
    expect(answer.__typename).toBe('ReviewConflictError');
    expect(answer.reviews).toHaveLength(1);
    return answer.message;
  };
  await ask(agent, 'waiting');
  expect(await refusal('waiting')).toBe('Review waiting is still WAITING for a decision');
  await ask(agent, 'no');
  await reject(reviewer, 'no', { message: 'too many' });
  expect(await refusal('no')).toBe('Review no was rejected by reviewer: "too many"');
  await ask(agent, 'stopped', { graphExecId: 'copilot-session-9' });
  await cancel(agent, 'copilot-session-9');
  expect(await refusal('stopped')).toBe(
    'Review stopped was cancelled: Execution was stopped by user',
  );
  await ask(agent, 'other');
  await approve(reviewer, 'other', { payload: 'edited' });
  expect(await refusal('other')).toBe(
    `Review other was approved with payload ${digestOf('"edited"')}, not ${defaultDigest('other')}. Read it again and act on the approved payload`,
  );
  expect(await readOutcome(agent, 'other')).toMatchObject({ processed: false, consumedAt: null });
  expect(await consume(agent, 'other', digestOf('"edited"'))).toMatchObject({
    result: { data: 'edited' },
  });
  await ask(agent, 'flagged');
  await approve(reviewer, 'flagged');
  await setProcessed(agent, 'flagged');
  expect(await refusal('flagged')).toBe(
    'Review flagged is already processed, without having been consumed',
  );
  for (const id of ['waiting', 'no', 'stopped', 'flagged']) {
    expect((await readOutcome(agent, id)).consumedAt).toBeNull();
  }
});

it('an unknown ID, or one of another workspace, is not found', async () => {
  await approved('theirs');
  const { agent } = service.team();
  expect(await consume(agent, 'theirs', defaultDigest('theirs'))).toMatchObject({
    __typename: 'NotFoundError',
    ids: ['theirs'],
  });
  for (const digest of ['', 'sha256:0', defaultDigest('x').toUpperCase()]) {
    expect(await consume(agent, 'theirs', digest)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'input.payloadDigest' }],
    });
  }
});

it('reviewers cannot consume', async () => {
  const { reviewer } = await approved('run');
  await expect(consume(reviewer, 'run', defaultDigest('run'))).rejects.toThrow('review:request');
});

it('nothing is consumed in a run that has ended, until it is running again', async () => {
  const { agent } = await approved('run');
  for (const status of ['COMPLETED', 'FAILED', 'TERMINATED']) {
    await register(agent, 'exec', { status });
    expect(await consume(agent, 'run', defaultDigest('run'))).toMatchObject({
      __typename: 'ReviewConflictError',
      message: `Review run is approved, but run exec is ${status}`,
    });
  }
  await register(agent, 'exec');
  expect(await consume(agent, 'run', defaultDigest('run'))).toMatchObject({
    review: { processed: true },
  });
});

it('nothing is consumed after a cancellation was acknowledged', async () => {
  await race(
    fc.integer({ min: 0, max: 20 }),
    async (delay) => {
      const { user, agent, reviewer } = service.team();
      const ids = Array.from({ length: 12 }, (_, at) => `run-${at}`);
      for (const id of ids) await ask(agent, id, { consumers: crowd });
      for (const id of ids) await approve(reviewer, id);
      let isCancelled = false;
      const cancelling = new Promise((resolve) => setTimeout(resolve, delay))
        .then(() => cancel(reviewer, 'exec'))
        .then(() => {
          isCancelled = true;
        });
      const late: string[] = [];
      await Promise.all(
        ids.map(async (id, at) => {
          const client = (at % 2 ? service : other).as({ user, actor: `agent-${at}` });
          for (let round = 0; round < 10; round++) {
            const wasCancelled = isCancelled;
            const answer = await consume(client, id, defaultDigest(id));
            if (answer.result && wasCancelled) late.push(id);
            if (answer.result || wasCancelled) return;
          }
        }),
      );
      await cancelling;
      expect(late).toEqual([]);
      for (const id of ids) {
        const { __typename } = await consume(agent, id, defaultDigest(id));
        expect(__typename).toBe('ReviewConflictError');
      }
    },
    4,
  );
});

it('a consumer waits for a cancellation in progress, and then gets nothing', async () => {
  const { user, agent } = await approved('run');
  const cancelling = await service.database.pool.connect();
  try {
    await cancelling.query('BEGIN');
    await cancelling.query(
      `UPDATE "GraphExecution" SET "status" = 'TERMINATED' WHERE "userId" = $1`,
      [user],
    );
    const consuming = consume(agent, 'run', defaultDigest('run'));
    await vi.waitFor(async () => {
      const waiting = await service.sql(
        `SELECT FROM pg_stat_activity WHERE "datname" = current_database()
          AND "wait_event_type" = 'Lock' AND "query" LIKE '%consumedAt%'`,
      );
      expect(waiting).toHaveLength(1);
    });
    await cancelling.query('COMMIT');
    expect(await consuming).toMatchObject({
      __typename: 'ReviewConflictError',
      message: expect.stringContaining('run exec is TERMINATED'),
    });
  } finally {
    await cancelling.query('ROLLBACK');
    cancelling.release();
  }
});

it('a consumed approval cannot be reset', async () => {
  const { agent } = await approved('run');
  await consume(agent, 'run', defaultDigest('run'));
  expect(await setProcessed(agent, 'run', true)).toMatchObject({
    review: { processed: true },
    changed: false,
  });
  expect(await setProcessed(agent, 'run', false)).toMatchObject({
    __typename: 'InvalidInputError',
    issues: [{ path: 'input.processed' }],
  });
  expect(await ask(agent, 'run')).toMatchObject({ result: null, state: 'CONSUMED' });
});

it('an automatic approval is consumed like any other', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'run', { nodeId: 'node' });
  await createAutoApproval(reviewer, { nodeId: 'node' });
  await ask(agent, 'run', { nodeId: 'node' });
  expect(await consume(agent, 'run', defaultDigest('run'))).toMatchObject({
    result: { autoApproved: true, nodeExecId: 'run', data: { of: 'run' } },
  });
});

it('an approval whose payload was changed in the database is consumed with the digest of that payload', async () => {
  const { user, agent, reviewer } = service.team();
  await ask(agent, 'run');
  await service.sql(`UPDATE "PendingReview" SET "payload" = $2 WHERE "userId" = $1`, [
    user,
    '{ "b": 1,\r\n "a": 2 }',
  ]);
  const { subjectDigest } = await readOne(reviewer, 'run');
  await approve(reviewer, 'run', { subjectDigest });
  expect(await consume(agent, 'run', defaultDigest('run'))).toMatchObject({
    __typename: 'ReviewConflictError',
  });
  expect(await consume(agent, 'run', digestOf('{"a":2,"b":1}'))).toMatchObject({
    result: { data: { a: 2, b: 1 } },
  });
});
