import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  approve,
  ask,
  cancel,
  eventsOf,
  read,
  readOne,
  register,
  setProcessed,
  statusOf,
} from '../support/operations.ts';
import { race } from '../support/race.ts';
import { testService } from '../support/testService.ts';

const service = await testService();
const other = await service.another();

it('cancelling rejects WAITING reviews as processed and ends the run', async () => {
  const { agent, reviewer } = service.team();
  for (const id of ['run-1', 'run-2', 'decided']) await ask(agent, id);
  await ask(agent, 'elsewhere', { graphExecId: 'exec-2' });
  await approve(reviewer, 'decided');
  const decided = await readOne(agent, 'decided');
  expect(await cancel(reviewer, 'exec')).toMatchObject({
    __typename: 'CancelPendingReviewsPayload',
    cancelledCount: 2,
  });
  for (const review of await read(agent, ['run-1', 'run-2'])) {
    expect(review).toMatchObject({
      status: 'REJECTED',
      processed: true,
      reviewMessage: 'Execution was stopped by user',
      decisionSource: 'CANCELLATION',
      decidedBy: 'reviewer',
    });
    expect(review.reviewedAt).not.toBeNull();
    expect(await eventsOf(agent, review.nodeExecId)).toMatchObject([
      { kind: 'REQUESTED' },
      { kind: 'CANCELLED', actor: 'reviewer' },
    ]);
  }
  // A stop by a reviewer is final: unconsumed approvals are void.
  expect(await readOne(agent, 'decided')).toEqual({
    ...decided,
    voidedAt: expect.any(String),
    updatedAt: expect.any(String),
  });
  expect((await readOne(agent, 'elsewhere')).status).toBe('WAITING');
  expect(await statusOf(agent, 'exec')).toBe('TERMINATED');
  expect(await cancel(agent, 'exec')).toMatchObject({ cancelledCount: 0 });
});

it('a run of another workspace is not found', async () => {
  const [team, others] = [service.team(), service.team()];
  await ask(others.agent, 'run');
  for (const id of ['exec', 'nowhere']) {
    expect(await cancel(team.agent, id)).toMatchObject({ __typename: 'NotFoundError', ids: [id] });
  }
  expect((await readOne(others.agent, 'run')).status).toBe('WAITING');
  expect(await statusOf(others.agent, 'exec')).toBe('RUNNING');
});

it('cancelling while others request and decide leaves one outcome each, and nothing WAITING', async () => {
  const ids = Array.from({ length: 8 }, (_, at) => `run-${at}`);
  const acts = fc.array(fc.constantFrom('cancel', 'ask', ...ids), { minLength: 14, maxLength: 20 });
  await race(acts, async (acts) => {
    const { agent, reviewer, user } = service.team();
    const elsewhere = other.as({ user, actor: 'reviewer' });
    for (const id of ids) await ask(agent, id);
    const answers = await Promise.all(
      [...acts, 'cancel'].map((act, at) =>
        act === 'cancel'
          ? cancel(elsewhere, 'exec')
          : act === 'ask'
            ? ask(agent, `new-${at}`)
            : approve(at % 2 ? reviewer : elsewhere, act, { autoApproveFuture: at % 3 === 0 }),
      ),
    );
    const all = [...ids, ...acts.map((_, at) => `new-${at}`)];
    const reviews = await read(agent, all);
    const cancelled = reviews.filter(({ decisionSource }) => decisionSource === 'CANCELLATION');
    const counts = answers.map((answer) =>
      'cancelledCount' in answer ? answer.cancelledCount : 0,
    );
    expect(counts.reduce((a, b) => a + b)).toBe(cancelled.length);
    expect(reviews.filter(({ status }) => status === 'WAITING')).toEqual([]);
    for (const { nodeExecId, status } of reviews) {
      const kinds = (await eventsOf(agent, nodeExecId)).map(({ kind }) => kind);
      expect(kinds.slice(1)).toEqual(
        status === 'APPROVED' ? ['APPROVED', 'VOIDED'] : ['CANCELLED'],
      );
    }
    for (const [at, act] of acts.entries()) {
      if (!act.startsWith('run-')) continue;
      const { status } = await readOne(agent, act);
      expect(answers[at]?.__typename).toBe(
        status === 'APPROVED' ? 'DecideReviewsPayload' : 'ReviewConflictError',
      );
    }
    expect(await statusOf(agent, 'exec')).toBe('TERMINATED');
  });
});

it('deciding, requesting and claiming do not restart a stopped run', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'decided');
  await approve(reviewer, 'decided', { autoApproveFuture: true });
  await cancel(agent, 'exec');
  await approve(reviewer, 'decided');
  await setProcessed(agent, 'decided');
  await ask(agent, 'decided');
  expect(await statusOf(agent, 'exec')).toBe('TERMINATED');
});

it('a run that ends rejects its WAITING reviews', async () => {
  for (const [status, reviewMessage] of [
    ['COMPLETED', 'Execution ended'],
    ['FAILED', 'Execution ended'],
    ['TERMINATED', 'Execution was stopped by user'],
  ]) {
    const { agent, reviewer } = service.team();
    await ask(agent, 'run');
    await ask(agent, 'decided');
    await approve(reviewer, 'decided');
    expect(await register(agent, 'exec', { status })).toMatchObject({ execution: { status } });
    expect(await readOne(agent, 'run')).toMatchObject({
      status: 'REJECTED',
      processed: true,
      reviewMessage,
      decisionSource: 'CANCELLATION',
      decidedBy: 'agent',
    });
    expect(await readOne(agent, 'decided')).toMatchObject({ status: 'APPROVED', processed: false });
  }
});

it('other status changes of a run do not resolve its reviews', async () => {
  const { agent } = service.team();
  await ask(agent, 'run');
  for (const status of ['QUEUED', 'INCOMPLETE', 'REVIEW', 'RUNNING']) {
    await register(agent, 'exec', { status });
    expect((await readOne(agent, 'run')).status).toBe('WAITING');
  }
  expect(await register(agent, 'fresh', { status: undefined })).toMatchObject({
    execution: { status: 'RUNNING' },
  });
});
