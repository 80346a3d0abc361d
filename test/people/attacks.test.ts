import { expect, it } from 'vitest';
import {
  claim,
  company,
  delegate,
  leave,
  overrideNow,
  readBallot,
  vote,
  withdrawNow,
} from '../support/ballots.ts';
import {
  approve,
  ask,
  autoApprovals,
  createAutoApproval,
  decide,
  readOne,
  register,
  reject,
  statusOf,
} from '../support/operations.ts';
import { testService } from '../support/testService.ts';

const service = await testService();

async function companyWithBot() {
  const all = await company(service);
  await service.sql(
    `INSERT INTO "Member" ("userId", "actor", "kind") VALUES ($1, 'bot', 'AGENT')`,
    [all.user],
  );
  return { ...all, bot: service.as({ user: all.user, actor: 'bot' }) };
}

it('62. an agent gives no standing approval, whatever its scopes', async () => {
  const { agent, as, bot } = await companyWithBot();
  await ask(agent, 'before', { nodeId: 'step' });
  await expect(createAutoApproval(bot, { nodeId: 'step' })).rejects.toThrow(
    'bot may not approve anything',
  );
  expect(await autoApprovals(as('ada'), 'exec')).toEqual([]);
  expect(await ask(agent, 'r', { nodeId: 'step' })).toMatchObject({ state: 'WAITING' });
});

it('62. an agent does not reopen a run that a person stopped, whatever its scopes', async () => {
  const { agent, as, bot } = await companyWithBot();
  await ask(agent, 'r');
  await register(as('ada'), 'exec', { status: 'TERMINATED' });
  await expect(register(bot, 'exec', { status: 'RUNNING' })).rejects.toThrow(
    'registered by another actor',
  );
  expect(await statusOf(agent, 'exec')).toBe('TERMINATED');
  await register(as('ada'), 'exec', { status: 'RUNNING' });
  expect(await statusOf(agent, 'exec')).toBe('RUNNING');
});

it('62. an agent that overrides is told why it may not', async () => {
  const { agent, bot } = await companyWithBot();
  await ask(agent, 'r');
  await expect(overrideNow(bot, 'r')).rejects.toThrow('bot may not approve anything');
  expect((await readOne(agent, 'r')).status).toBe('WAITING');
});

it('47. a standing approval does not approve again what was taken back', async () => {
  const { agent, as } = await company(service);
  await ask(agent, 'first', { nodeId: 'step' });
  await approve(as('ada'), 'first', { autoApproveFuture: true });
  expect(await ask(agent, 'second', { nodeId: 'step' })).toMatchObject({ state: 'APPROVED' });
  await withdrawNow(as('ben'), 'second');
  expect(await ask(agent, 'second', { nodeId: 'step' })).toMatchObject({ state: 'WAITING' });
  expect(await ask(agent, 'third', { nodeId: 'step' })).toMatchObject({ state: 'APPROVED' });
  expect(await vote(as('ben'), 'second')).toMatchObject({ approvedCount: 1 });
});

it('55. a standing approval does not pass a review that is being reassigned', async () => {
  const { agent, as, user } = await company(service);
  await ask(agent, 'r', { nodeId: 'step' });
  await createAutoApproval(as('ada'), { nodeId: 'step' });
  // The row stays locked for a while, so that the request finds the review without requirements,
  // then waits.
  const reassigned = service.sql(
    `WITH reassigned AS (
      UPDATE "PendingReview" SET "approvalsRequired" = '[{"teamId":null,"actors":null,"count":2}]'
      WHERE "userId" = $1 AND "nodeExecId" = 'r' RETURNING 1
    ) SELECT pg_sleep(1) FROM reassigned`,
    [user],
  );
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await ask(agent, 'r', { nodeId: 'step' })).toMatchObject({ state: 'WAITING' });
  await reassigned;
});

it('43. a batch is counted as a whole, whatever else has to be read first', async () => {
  const { agent, as, user } = await company(service);
  const two = { approvalsRequired: [{ count: 2 }] };
  await ask(agent, 'sql', two);
  await ask(agent, 'plain', two);
  await service.sql(
    `UPDATE "PendingReview" SET "payload" = '"by hand"' WHERE "userId" = $1 AND "nodeExecId" = 'sql'`,
    [user],
  );
  const decisions = await Promise.all(
    ['sql', 'plain'].map(async (nodeExecId) => {
      const { subjectDigest } = await readOne(as('ada'), nodeExecId);
      return { nodeExecId, decision: 'APPROVE', subjectDigest };
    }),
  );
  expect(await decide(as('ada'), decisions)).toMatchObject({ votedCount: 2 });
});

it('42. a repeated request gets its answer, also if its requirements could not be met any more', async () => {
  const { agent, as, user } = await company(service, { finance: ['ada', 'ben'] });
  const two = { approvalsRequired: [{ teamId: 'finance', count: 2 }] };
  await ask(agent, 'r', two);
  await vote(as('ada'), 'r');
  expect(await vote(as('ben'), 'r')).toMatchObject({ approvedCount: 1 });
  await leave(service, user, 'finance', 'ada');
  expect(await ask(agent, 'r', two)).toMatchObject({ state: 'APPROVED' });
  expect(await ask(agent, 'new', two)).toMatchObject({ __typename: 'InvalidInputError' });
});

it('46. a rejection ignores autoApproveFuture, and a repeated approval makes no standing one', async () => {
  const { agent, as } = await company(service);
  const two = { approvalsRequired: [{ count: 2 }] };
  await ask(agent, 'rejected', two);
  const no = { decision: 'REJECT', autoApproveFuture: true };
  expect(await vote(as('ada'), 'rejected', no)).toMatchObject({ rejectedCount: 1 });
  await ask(agent, 'approved', two);
  await vote(as('ada'), 'approved');
  await vote(as('ben'), 'approved');
  expect(await vote(as('ben'), 'approved', { autoApproveFuture: true })).toMatchObject({
    __typename: 'InvalidInputError',
    issues: [{ path: 'input.decisions.0.autoApproveFuture' }],
  });
  expect(await autoApprovals(agent, 'exec')).toEqual([]);
});

it('53. whose name a vote has used up is told so', async () => {
  const { agent, as, user } = await company(service);
  await delegate(service, user, 'ada', 'ben');
  await ask(agent, 'r', { approvalsRequired: [{ count: 3 }] });
  await vote(as('ben'), 'r', { onBehalfOf: 'ada' });
  expect(await vote(as('ada'), 'r')).toMatchObject({
    __typename: 'NotEligibleError',
    message: 'ada has already voted on these reviews, in person or through a delegate: r',
  });
  expect(await vote(as('ben'), 'r')).toMatchObject({
    message: 'ben has already voted on these reviews, in person or through a delegate: r',
  });
});

it('52. claiming an expired review is told as such', async () => {
  const { agent, as, user } = await company(service);
  await ask(agent, 'r');
  await service.sql(`UPDATE "Job" SET "dueAt" = NULL WHERE "userId" = $1`, [user]);
  await service.sql(
    `WITH locked AS (UPDATE "PendingReview" SET "expiresAt" = now() - interval '1 second'
      WHERE "userId" = $1 RETURNING 1) SELECT 1 FROM locked`,
    [user],
  );
  const answer = await claim(as('ada'), { nodeExecId: 'r' });
  expect(answer.__typename).toBe('ReviewConflictError');
  expect(answer.message).not.toContain('null');
});

it('47. voting and taking back has a limit for each person, and rejecting has none', async () => {
  const { agent, as } = await company(service);
  await ask(agent, 'r', { approvalsRequired: [{ count: 2 }] });
  for (let round = 1; round <= 20; round++) {
    await vote(as('ada'), 'r');
    await withdrawNow(as('ada'), 'r');
  }
  expect(await vote(as('ada'), 'r')).toMatchObject({
    __typename: 'ReviewConflictError',
    message: 'ada has voted 20 times on review r, which is the limit. Others can still approve it',
  });
  expect((await readBallot(as('ada'), 'r')).votes).toHaveLength(20);
  expect(await vote(as('ben'), 'r')).toMatchObject({ votedCount: 1 });
  expect(
    await reject(
      as('ada'),
      'r',
      await readOne(as('ada'), 'r').then(({ subjectDigest }) => ({ subjectDigest })),
    ),
  ).toMatchObject({ rejectedCount: 1 });
  expect(await withdrawNow(as('ada'), 'r')).toMatchObject({ __typename: 'ReviewConflictError' });
});

it('44. of forty people who vote at the same moment, all votes are counted', async () => {
  const { agent, as } = await company(service);
  await ask(agent, 'r', { approvalsRequired: [10, 10, 10, 10].map((count) => ({ count })) });
  const { subjectDigest } = await readOne(agent, 'r');
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, at) =>
      decide(as(`voter-${at}`), [{ nodeExecId: 'r', decision: 'APPROVE', subjectDigest }]),
    ),
  );
  expect(answers.reduce((sum, { approvedCount }) => sum + approvedCount, 0)).toBe(1);
  expect(await readOne(agent, 'r')).toMatchObject({ status: 'APPROVED' });
});

it('62. a standing approval of somebody who is an agent now, or disabled, does not apply', async () => {
  const { agent, as, user } = await company(service);
  await ask(agent, 'before');
  await createAutoApproval(as('ada'), { nodeId: 'step' });
  expect(await ask(agent, 'first', { nodeId: 'step' })).toMatchObject({ state: 'APPROVED' });
  await service.sql(
    `INSERT INTO "Member" ("userId", "actor", "kind") VALUES ($1, 'ada', 'AGENT')`,
    [user],
  );
  expect(await ask(agent, 'second', { nodeId: 'step' })).toMatchObject({ state: 'WAITING' });
  await service.sql(
    `UPDATE "Member" SET "kind" = 'PERSON', "disabledAt" = now() WHERE "userId" = $1`,
    [user],
  );
  expect(await ask(agent, 'second', { nodeId: 'step' })).toMatchObject({ state: 'WAITING' });
});
