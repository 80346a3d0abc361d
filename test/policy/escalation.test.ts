import { expect, it } from 'vitest';
import { company, readBallot, reassign, vote } from '../support/ballots.ts';
import { ask } from '../support/operations.ts';
import { testService } from '../support/testService.ts';
import { savePolicy, type TestRule } from './savePolicy.ts';

const service = await testService();

const step = (actors: string[]) => ({ afterMs: 3_600_000, teamIds: [], actors });
const required = (count: number) => [{ teamId: 'finance', actors: null, count }];
const rule = (ruleId: string, more: Partial<TestRule>): TestRule => ({
  ruleId,
  when: 'true',
  effect: 'REVIEW',
  ...more,
});

/** Lets the time of all escalation steps come. */
async function escalated(user: string, steps: number): Promise<void> {
  await service.sql(
    `UPDATE "PendingReview" SET "createdAt" = "createdAt" - interval '90 minutes',
      "nextEscalationAt" = "nextEscalationAt" - interval '90 minutes' WHERE "userId" = $1`,
    [user],
  );
  const done = async () => {
    const [row] = await service.sql<{ escalationsDone: number }>(
      `SELECT "escalationsDone" FROM "PendingReview" WHERE "userId" = $1`,
      [user],
    );
    return row?.escalationsDone;
  };
  await expect.poll(done, { timeout: 10_000 }).toBe(steps);
}

it('54. a step of a rule widens who may meet this rule, and nobody else’s requirements', async () => {
  const { user, agent, as } = await company(service, { finance: ['ada'], security: ['sam'] });
  await savePolicy(service, user, [
    rule('finance', { approvalsRequired: required(1), escalation: [step(['dan'])] }),
    rule('security', { approvalsRequired: [{ teamId: 'security', actors: null, count: 1 }] }),
  ]);
  await ask(agent, 'r');
  expect(await vote(as('dan'), 'r')).toMatchObject({ __typename: 'NotEligibleError' });
  await escalated(user, 1);
  expect(await vote(as('dan'), 'r')).toMatchObject({ votedCount: 1 });
  expect((await readBallot(as('ada'), 'r')).approvalsRequired).toMatchObject([
    { given: 1 },
    { given: 0 },
  ]);
  expect(await vote(as('sam'), 'r')).toMatchObject({ approvedCount: 1 });
});

it('64. a further rule never makes it easier: what two rules require is widened by both or not at all', async () => {
  const { user, agent, as } = await company(service, { finance: ['ada', 'ben'] });
  await savePolicy(service, user, [
    rule('widens', { approvalsRequired: required(1), escalation: [step(['dan', 'eve'])] }),
    rule('also-widens', { approvalsRequired: required(2), escalation: [step(['dan'])] }),
  ]);
  await ask(agent, 'r');
  await escalated(user, 2);
  expect(await vote(as('eve'), 'r')).toMatchObject({ __typename: 'NotEligibleError' });
  expect(await vote(as('dan'), 'r')).toMatchObject({ votedCount: 1 });
  expect(await vote(as('ada'), 'r')).toMatchObject({ approvedCount: 1 });
});

it('55. a reassignment replaces what the request requires, and leaves what rules require', async () => {
  const { user, agent, as } = await company(service, {
    finance: ['ada', 'ben'],
    security: ['sam'],
  });
  await savePolicy(service, user, [rule('finance', { approvalsRequired: required(1) })]);
  await ask(agent, 'r', { approvalsRequired: [{ actors: ['cleo', 'ada'] }] });
  const security = [{ teamId: 'security', count: 1 }];
  await reassign(as('ada'), {
    nodeExecId: 'r',
    approvalsRequired: security,
    reason: 'cleo is away',
  });
  expect(await vote(as('sam'), 'r')).toMatchObject({ votedCount: 1 });
  expect(await vote(as('ben'), 'r')).toMatchObject({ approvedCount: 1 });
});
