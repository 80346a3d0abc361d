import { expect, it } from 'vitest';
import { approve, ask, cancel, eventsOf, reject, setProcessed } from '../support/operations.ts';
import { consume, defaultDigest, readOutcome, report } from '../support/outcomes.ts';
import { testService } from '../support/testService.ts';

const service = await testService();

const consumed = async () => {
  const team = service.team();
  await ask(team.agent, 'run');
  await approve(team.reviewer, 'run');
  await consume(team.agent, 'run', defaultDigest('run'));
  return team;
};

it('each outcome is kept with its detail and time, and creates one event', async () => {
  for (const outcome of ['EXECUTED', 'FAILED', 'SKIPPED']) {
    const { agent } = await consumed();
    expect(await readOutcome(agent, 'run')).toMatchObject({ outcome: null, outcomeAt: null });
    expect(await report(agent, 'run', outcome, 'what happened')).toMatchObject({
      __typename: 'ReportOutcomePayload',
      review: { outcome, outcomeDetail: 'what happened', outcomeAt: expect.any(String) },
    });
    expect((await eventsOf(agent, 'run')).at(-1)).toMatchObject({
      kind: 'REPORTED',
      actor: 'agent',
    });
    expect(await eventsOf(agent, 'run')).toHaveLength(4);
  }
});

it('the same outcome again changes nothing, and another one is a conflict', async () => {
  const { agent } = await consumed();
  const first = await report(agent, 'run', 'EXECUTED', 'first');
  expect((await report(agent, 'run', 'EXECUTED', 'second')).review).toEqual(first.review);
  expect(await report(agent, 'run', 'FAILED')).toMatchObject({
    __typename: 'ReviewConflictError',
    message: `Review run was already reported as EXECUTED at ${first.review.outcomeAt}`,
    reviews: [{ outcome: 'EXECUTED' }],
  });
  expect(await eventsOf(agent, 'run')).toHaveLength(4);
});

it('with concurrent reports one outcome is kept, and all callers see it', async () => {
  const { agent } = await consumed();
  const outcomes = Array.from({ length: 20 }, (_, at) => (at % 2 ? 'EXECUTED' : 'FAILED'));
  const answers = await Promise.all(outcomes.map((outcome) => report(agent, 'run', outcome)));
  const { outcome } = await readOutcome(agent, 'run');
  answers.forEach(({ __typename }, at) => {
    expect(__typename).toBe(
      outcomes[at] === outcome ? 'ReportOutcomePayload' : 'ReviewConflictError',
    );
  });
  expect(await eventsOf(agent, 'run')).toHaveLength(4);
});

it('an outcome can only be reported for a consumed approval', async () => {
  const { agent, reviewer } = service.team();
  const refusal = async (id: string) => {
    const answer = await report(agent, id, 'EXECUTED');
    expect(answer.__typename).toBe('ReviewConflictError');
    return answer.message;
  };
  await ask(agent, 'run');
  expect(await refusal('run')).toBe('Review run is still WAITING, so there is nothing to report');
  await approve(reviewer, 'run');
  expect(await refusal('run')).toBe(
    'Review run has not been consumed. Consume the approval before you act and report',
  );
  await ask(agent, 'no');
  await reject(reviewer, 'no');
  expect(await refusal('no')).toBe(
    'Review no was rejected by reviewer, so there is nothing to report',
  );
  expect(await report(agent, 'nowhere', 'EXECUTED')).toMatchObject({
    __typename: 'NotFoundError',
    ids: ['nowhere'],
  });
  // An outcome that was claimed without being consumed can be reported too.
  await setProcessed(agent, 'run');
  expect(await report(agent, 'run', 'SKIPPED')).toMatchObject({ review: { outcome: 'SKIPPED' } });
});

it('an outcome can be reported after the run was stopped', async () => {
  const { agent } = await consumed();
  await cancel(agent, 'exec');
  expect(await report(agent, 'run', 'EXECUTED')).toMatchObject({
    review: { outcome: 'EXECUTED' },
  });
});

it('the detail has a maximum length, and a blank one is ignored', async () => {
  const { agent } = await consumed();
  expect(await report(agent, 'run', 'FAILED', 'x'.repeat(10_001))).toMatchObject({
    __typename: 'InvalidInputError',
    issues: [{ path: 'input.detail', message: 'must have at most 10000 characters, not 10001' }],
  });
  expect(await report(agent, 'run', 'FAILED', '  ')).toMatchObject({
    review: { outcome: 'FAILED', outcomeDetail: null },
  });
});

it('reviewers cannot report, and a review of another workspace is not found', async () => {
  const { reviewer } = await consumed();
  await expect(report(reviewer, 'run', 'EXECUTED')).rejects.toThrow('review:request');
  expect((await report(service.team().agent, 'run', 'EXECUTED')).__typename).toBe('NotFoundError');
});
