import { expect, it } from 'vitest';
import { revise } from '../reviews/talk.ts';
import {
  approve,
  ask,
  check,
  createAutoApproval,
  decide,
  deleteReview,
  eventsOf,
  readOne,
  setProcessed,
} from '../support/operations.ts';
import { consume, digestOf, report } from '../support/outcomes.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';
import { savePolicy, type TestRule } from './savePolicy.ts';

const service = await testService();

const allowSmall: TestRule = {
  ruleId: 'small',
  when: 'payload.amount <= 100',
  effect: 'ALLOW',
  reason: 'Up to 100 needs nobody',
};
const denyHuge: TestRule = {
  ruleId: 'huge',
  when: 'payload.amount > 10000',
  effect: 'DENY',
  reason: 'More than 10,000 is never refunded',
};
const refund = (amount: unknown) => ({ nodeId: 'refund', payload: { amount } });
const digestOfRefund = (amount: number) => digestOf(`{"amount":${amount}}`);

type Stored = { policyVersion: number | null; policyVerdict: object | null; risk: string | null };

/** What is stored of the verdict on a review. */
const verdictOf = async (user: string, nodeExecId: string): Promise<Stored> => {
  const [row] = await service.sql<Stored>(
    `SELECT "policyVersion", "policyVerdict", "risk" FROM "PendingReview"
    WHERE "userId" = $1 AND "nodeExecId" = $2`,
    [user, nodeExecId],
  );
  return row as Stored;
};

const voteOn = async (reviewer: TestClient, nodeExecId: string, more = {}) => {
  const { subjectDigest } = await readOne(reviewer, nodeExecId);
  return approve(reviewer, nodeExecId, { subjectDigest, ...more });
};

it('71. what a rule allows is approved in the same step, consumed once and reported like any other', async () => {
  const { user, agent, reviewer } = service.team();
  const version = await savePolicy(service, user, [allowSmall, denyHuge]);
  for (const nodeExecId of ['first', 'second']) {
    const asked = await ask(agent, nodeExecId, refund(50));
    expect(asked).toMatchObject({
      state: 'APPROVED',
      review: { status: 'APPROVED', decisionSource: 'POLICY', decidedBy: 'platform' },
      result: { autoApproved: false, message: 'Allowed by rule small: Up to 100 needs nobody' },
    });
    expect(await readOne(agent, nodeExecId)).toEqual(asked.review);
    expect(await ask(agent, nodeExecId, refund(50))).toEqual(asked);
  }
  expect(await verdictOf(user, 'first')).toMatchObject({
    policyVersion: version,
    policyVerdict: { mode: 'ENFORCED', effect: 'ALLOW', ruleIds: ['small'], problems: [] },
  });
  expect(await consume(agent, 'first', digestOfRefund(50))).toMatchObject({
    __typename: 'ConsumeReviewPayload',
    result: { data: { amount: 50 } },
  });
  expect(await consume(agent, 'first', digestOfRefund(50))).toMatchObject({
    __typename: 'ReviewConflictError',
    message: expect.stringMatching(/already consumed/),
  });
  expect(await report(agent, 'first', 'EXECUTED')).toMatchObject({
    review: { outcome: 'EXECUTED' },
  });
  expect(await setProcessed(agent, 'second')).toMatchObject({ changed: true });
  const kinds = async (id: string) => (await eventsOf(reviewer, id)).map(({ kind }) => kind);
  expect(await kinds('first')).toEqual(['APPROVED', 'PROCESSED', 'REPORTED']);
  expect(await kinds('second')).toEqual(['APPROVED', 'PROCESSED']);
});

it('71. what a rule denies is rejected with its reason, for persons and standing approvals too', async () => {
  const { user, agent, reviewer } = service.team();
  await savePolicy(service, user, [allowSmall, denyHuge]);
  expect((await ask(agent, 'known', refund(500))).state).toBe('WAITING');
  await createAutoApproval(reviewer, { nodeId: 'refund' });
  const asked = await ask(agent, 'huge', refund(50_000));
  expect(asked).toMatchObject({
    state: 'REJECTED',
    review: { status: 'REJECTED', decisionSource: 'POLICY' },
    result: { message: 'Denied by rule huge: More than 10,000 is never refunded' },
  });
  expect(await ask(agent, 'huge', refund(50_000))).toEqual(asked);
  expect(await approve(reviewer, 'huge')).toMatchObject({ __typename: 'ReviewConflictError' });
  const { withdrawDecision } = await service
    .as({ user, actor: 'platform' })
    .query<{ withdrawDecision: object }>(
      `mutation ($input: WithdrawDecisionInput!) { withdrawDecision(input: $input) {
        __typename ... on Error { message } } }`,
      { input: { nodeExecId: 'huge', subjectDigest: asked.review.subjectDigest } },
    );
  expect(withdrawDecision).toMatchObject({
    __typename: 'ReviewConflictError',
    message: expect.stringContaining('rejected by the policy: Denied by rule huge'),
  });
  expect(await consume(agent, 'huge', digestOfRefund(50_000))).toMatchObject({
    __typename: 'ReviewConflictError',
  });
});

it('71. who saved the version, asks or consumes under it as if it allowed nothing', async () => {
  const { user, reviewer } = service.team();
  const author = service.as({ user, actor: 'platform', scopes: ['review:request'] });
  const other = service.as({ user, actor: 'other', scopes: ['review:request'] });
  await savePolicy(service, user, [allowSmall]);
  expect((await ask(author, 'own', refund(5))).state).toBe('WAITING');
  const consumed = { ...refund(5), consumers: ['platform'] };
  expect((await ask(other, 'for-author', consumed)).state).toBe('WAITING');
  expect((await ask(other, 'plain', refund(5))).state).toBe('APPROVED');
  expect(await approve(reviewer, 'own')).toMatchObject({ approvedCount: 1 });
});

it('64. an agent that requires approvals itself gets them, although a rule allows the step', async () => {
  const { user, agent, reviewer } = service.team();
  await savePolicy(service, user, [allowSmall]);
  const approvalsRequired = [{ actors: ['reviewer'] }];
  expect(await ask(agent, 'careful', { ...refund(5), approvalsRequired })).toMatchObject({
    state: 'WAITING',
  });
  expect(await voteOn(reviewer, 'careful')).toMatchObject({ approvedCount: 1 });
});

it('64. rules add approvals, an earlier expiry and a higher risk to what the agent asks for', async () => {
  const { user, agent } = service.team();
  const ada = service.as({ user, actor: 'ada', scopes: ['review:decide'] });
  const ben = service.as({ user, actor: 'ben', scopes: ['review:decide'] });
  const eve = service.as({ user, actor: 'eve', scopes: ['review:decide'] });
  await savePolicy(service, user, [
    {
      ruleId: 'one-of-us',
      when: 'payload.amount > 100',
      effect: 'REVIEW',
      approvalsRequired: [{ teamId: null, actors: ['ada', 'ben'], count: 1 }],
      expiresAfter: '12h',
      risk: 'MEDIUM',
    },
    {
      ruleId: 'both-of-us',
      when: 'payload.amount > 1000',
      effect: 'REVIEW',
      approvalsRequired: [{ teamId: null, actors: ['ben', 'ada'], count: 2 }],
      expiresAfter: '1h',
      risk: 'HIGH',
    },
  ]);
  const expiresAt = new Date(Date.now() + 7_200_000).toISOString();
  await ask(agent, 'big', { ...refund(5_000), risk: 'LOW', expiresAt });
  const [row] = await service.sql<{ minutes: number; risk: string; approvalsRequired: object[] }>(
    `SELECT extract(epoch FROM "expiresAt" - "createdAt")::int / 60 AS "minutes", "risk", "approvalsRequired"
    FROM "PendingReview" WHERE "userId" = $1`,
    [user],
  );
  expect(row).toMatchObject({ minutes: 60, risk: 'HIGH', approvalsRequired: [{ count: 2 }] });
  expect(await voteOn(eve, 'big')).toMatchObject({ __typename: 'NotEligibleError' });
  expect(await voteOn(ada, 'big')).toMatchObject({ votedCount: 1 });
  expect(await voteOn(ben, 'big')).toMatchObject({ approvedCount: 1 });
  expect(await verdictOf(user, 'big')).toMatchObject({
    policyVerdict: { effect: 'REVIEW', ruleIds: ['one-of-us', 'both-of-us'], askedRisk: 'LOW' },
  });
});

it('65. what cannot be evaluated goes to a person, with the problem on the review', async () => {
  const { user, agent } = service.team();
  await savePolicy(service, user, [
    allowSmall,
    { ruleId: 'frozen', when: 'payload.account.frozen', effect: 'DENY' },
  ]);
  expect(await ask(agent, 'text', refund('5'))).toMatchObject({ state: 'WAITING' });
  const { policyVerdict, risk } = await verdictOf(user, 'text');
  expect(risk).toBe('HIGH');
  expect(policyVerdict).toMatchObject({
    effect: 'REVIEW',
    ruleIds: ['frozen'],
    problems: [{ ruleId: 'small' }, { ruleId: 'frozen' }],
  });
});

it('70. a policy in shadow is noted without effect, and one that is off is not noted', async () => {
  const { user, agent } = service.team();
  const shadow = await savePolicy(service, user, [allowSmall, denyHuge], { mode: 'SHADOW' });
  expect((await ask(agent, 'allowed', refund(5))).state).toBe('WAITING');
  expect((await ask(agent, 'denied', refund(50_000))).state).toBe('WAITING');
  expect(await verdictOf(user, 'denied')).toMatchObject({
    policyVersion: shadow,
    policyVerdict: { mode: 'SHADOW', effect: 'DENY', ruleIds: ['huge'] },
  });
  await savePolicy(service, user, [allowSmall, denyHuge], { mode: 'OFF' });
  expect((await ask(agent, 'off', refund(5))).state).toBe('WAITING');
  expect(await verdictOf(user, 'off')).toMatchObject({ policyVerdict: null });
});

it('71. an edit that a rule denies is refused with the rule, and changes nothing', async () => {
  const { user, agent, reviewer } = service.team();
  await savePolicy(service, user, [denyHuge]);
  await ask(agent, 'refund', refund(500));
  const { subjectDigest } = await readOne(reviewer, 'refund');
  const edit = { subjectDigest, payload: { amount: 20_000 } };
  expect(await approve(reviewer, 'refund', edit)).toMatchObject({
    __typename: 'InvalidInputError',
    issues: [
      {
        path: 'input.decisions.0.payload',
        message: expect.stringContaining('denied by rule huge'),
      },
    ],
  });
  expect(await readOne(reviewer, 'refund')).toMatchObject({ status: 'WAITING', subjectDigest });
  expect(
    await approve(reviewer, 'refund', { subjectDigest, payload: { amount: 400 } }),
  ).toMatchObject({ approvedCount: 1 });
});

it('71. an edit under a rule that asks for approvals is a vote', async () => {
  const { user, agent, reviewer } = service.team();
  const ada = service.as({ user, actor: 'ada', scopes: ['review:decide'] });
  await savePolicy(service, user, [
    {
      ruleId: 'two',
      when: 'payload.amount > 1000',
      effect: 'REVIEW',
      approvalsRequired: [{ teamId: null, actors: null, count: 2 }],
    },
  ]);
  await ask(agent, 'refund', refund(500));
  expect(await voteOn(reviewer, 'refund', { payload: { amount: 2_000 } })).toMatchObject({
    votedCount: 1,
    reviews: [{ status: 'WAITING', payload: { amount: 2_000 } }],
  });
  const kinds = (await eventsOf(reviewer, 'refund')).map(({ kind }) => kind);
  expect(kinds).toEqual(['REQUESTED', 'VOTED']);
  expect(await voteOn(ada, 'refund')).toMatchObject({ approvedCount: 1 });
});

const largeIsRisky: TestRule = {
  ruleId: 'large',
  when: 'payload.amount > 1000',
  effect: 'REVIEW',
  risk: 'HIGH',
};

it('71. a rule raises the risk of a revision, which is approved neither with others nor for the future', async () => {
  const { user, agent, reviewer } = service.team();
  await savePolicy(service, user, [
    largeIsRisky,
    { ruleId: 'asked', when: 'risk == "HIGH"', effect: 'DENY' },
  ]);
  for (const id of ['raised', 'other']) await ask(agent, id, { ...refund(10), risk: 'LOW' });
  await revise(agent, 'raised', { amount: 10 }, { amount: 5_000 });
  expect(await verdictOf(user, 'raised')).toMatchObject({
    risk: 'HIGH',
    policyVerdict: { askedRisk: 'LOW' },
  });
  const [{ subjectDigest }, other] = [
    await readOne(reviewer, 'raised'),
    await readOne(reviewer, 'other'),
  ];
  const decision = { nodeExecId: 'raised', decision: 'APPROVE', subjectDigest };
  const others = { ...decision, nodeExecId: 'other', subjectDigest: other.subjectDigest };
  expect(await decide(reviewer, [decision, others])).toMatchObject({
    issues: [{ message: expect.stringContaining('has the risk HIGH') }],
  });
  expect(await decide(reviewer, [{ ...decision, autoApproveFuture: true }])).toMatchObject({
    issues: [{ path: 'input.decisions.0.autoApproveFuture' }],
  });
  // A further revision lowers nothing, and rules look at the risk that the agent named.
  await revise(agent, 'raised', { amount: 5_000 }, { amount: 20 });
  expect(await verdictOf(user, 'raised')).toMatchObject({
    risk: 'HIGH',
    policyVerdict: { askedRisk: 'LOW' },
  });
  await voteOn(reviewer, 'raised');
  expect(await consume(agent, 'raised', digestOfRefund(20))).toMatchObject({
    result: { status: 'APPROVED' },
  });
});

it('71. a rule raises the risk of an edit that others still have to approve', async () => {
  const { user, agent, reviewer } = service.team();
  const ada = service.as({ user, actor: 'ada', scopes: ['review:decide'] });
  await savePolicy(service, user, [largeIsRisky]);
  for (const id of ['edited', 'other']) {
    await ask(agent, id, { ...refund(10), approvalsRequired: [{ count: 2 }] });
  }
  await voteOn(reviewer, 'edited', { payload: { amount: 5_000 } });
  expect(await verdictOf(user, 'edited')).toMatchObject({
    risk: 'HIGH',
    policyVerdict: { askedRisk: null },
  });
  const both = await Promise.all(
    ['edited', 'other'].map(async (nodeExecId) => {
      const { subjectDigest } = await readOne(ada, nodeExecId);
      return { nodeExecId, decision: 'APPROVE', subjectDigest };
    }),
  );
  expect(await decide(ada, both)).toMatchObject({
    issues: [{ message: expect.stringContaining('has the risk HIGH') }],
  });
  expect(await voteOn(ada, 'edited')).toMatchObject({ approvedCount: 1 });
  expect(await consume(agent, 'edited', digestOfRefund(5_000))).toMatchObject({
    result: { status: 'APPROVED' },
  });
});

it('73. an approval is used under the current version: a new rule refuses it, also a person’s', async () => {
  const { user, agent, reviewer } = service.team();
  await savePolicy(service, user, [allowSmall]);
  await ask(agent, 'by-person', refund(500));
  await approve(reviewer, 'by-person');
  await ask(agent, 'by-policy', refund(50));
  await ask(agent, 'also-by-policy', refund(10));

  await savePolicy(service, user, [
    { ruleId: 'tiny', when: 'payload.amount <= 10', effect: 'ALLOW' },
    { ruleId: 'frozen', when: 'payload.amount == 500', effect: 'DENY', reason: 'Frozen' },
  ]);
  const refused = { __typename: 'ReviewConflictError' };
  expect(await consume(agent, 'by-person', digestOfRefund(500))).toMatchObject({
    ...refused,
    message: expect.stringContaining('denied by rule frozen: Frozen'),
  });
  expect(await setProcessed(agent, 'by-person')).toMatchObject(refused);
  expect(await consume(agent, 'by-policy', digestOfRefund(50))).toMatchObject({
    ...refused,
    message: expect.stringMatching(/allowed by version 1 .* needs a person under version 2/),
  });
  expect(await consume(agent, 'also-by-policy', digestOfRefund(10))).toMatchObject({
    __typename: 'ConsumeReviewPayload',
  });
  await savePolicy(service, user, [], { mode: 'OFF' });
  expect(await consume(agent, 'by-policy', digestOfRefund(50))).toMatchObject({
    ...refused,
    message: expect.stringContaining('no longer enforced'),
  });
  expect(await consume(agent, 'by-person', digestOfRefund(500))).toMatchObject({
    __typename: 'ConsumeReviewPayload',
  });
});

it('73. an automatic approval is not used once a new version requires particular approvals', async () => {
  const { user, agent, reviewer } = service.team();
  await ask(agent, 'first', refund(500));
  await approve(reviewer, 'first', { autoApproveFuture: true });
  expect((await ask(agent, 'second', refund(500))).state).toBe('APPROVED');
  const approvalsRequired = [{ teamId: null, actors: null, count: 2 }];
  await savePolicy(service, user, [
    { ruleId: 'two', when: 'true', effect: 'REVIEW', approvalsRequired },
  ]);
  expect(await consume(agent, 'second', digestOfRefund(500))).toMatchObject({
    __typename: 'ReviewConflictError',
    message: expect.stringMatching(/standing approval, and needs a person under version 1 \(two\)/),
  });
  expect((await ask(agent, 'third', refund(500))).state).toBe('WAITING');
});

it('71. a standing approval lets no step through whose risk is HIGH', async () => {
  const { user, agent, reviewer } = service.team();
  await savePolicy(service, user, [
    { ruleId: 'risky', when: 'payload.amount > 100', effect: 'REVIEW', risk: 'HIGH' },
  ]);
  await ask(agent, 'low', refund(50));
  await approve(reviewer, 'low', { autoApproveFuture: true });
  expect((await ask(agent, 'more', refund(60))).state).toBe('APPROVED');
  expect((await ask(agent, 'high', refund(500))).state).toBe('WAITING');
  expect(await ask(agent, 'own-words', { ...refund(60), risk: 'CRITICAL' })).toMatchObject({
    state: 'WAITING',
  });
  expect(await voteOn(reviewer, 'high', { autoApproveFuture: true })).toMatchObject({
    issues: [{ path: 'input.decisions.0.autoApproveFuture' }],
  });
});

it('64. the risk of the rules is on the review, whatever they decide', async () => {
  const { user, agent } = service.team();
  await savePolicy(service, user, [
    { ...allowSmall, risk: 'MEDIUM' },
    { ...denyHuge, risk: 'CRITICAL' },
  ]);
  await ask(agent, 'allowed', { ...refund(5), risk: 'LOW' });
  await ask(agent, 'denied', refund(50_000));
  expect((await verdictOf(user, 'allowed')).risk).toBe('MEDIUM');
  expect((await verdictOf(user, 'denied')).risk).toBe('CRITICAL');
});

it('74. a new version changes no verdict that was given', async () => {
  const { user, agent } = service.team();
  await savePolicy(service, user, [denyHuge]);
  const before = await ask(agent, 'huge', refund(50_000));
  await savePolicy(service, user, [allowSmall]);
  expect(await ask(agent, 'huge', refund(50_000))).toEqual(before);
  expect(await verdictOf(user, 'huge')).toMatchObject({ policyVersion: 1 });
  await expect(
    service.sql(`UPDATE "Policy" SET "rules" = '[]' WHERE "userId" = $1`, [user]),
  ).rejects.toThrow(/kept as they are/);
});

it('75. a condition bounds a standing approval, and an error in it means no', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'first', refund(300));
  const bad = { autoApproveFuture: true, autoApproveWhen: 'payload.amount <= 200' };
  expect(await approve(reviewer, 'first', bad)).toMatchObject({
    issues: [{ path: 'input.decisions.0.autoApproveWhen', message: expect.stringMatching(/true/) }],
  });
  expect(
    await approve(reviewer, 'first', { autoApproveWhen: 'payload.amount <= 200' }),
  ).toMatchObject({ issues: [{ message: expect.stringMatching(/needs autoApproveFuture/) }] });
  expect(
    await approve(reviewer, 'first', {
      autoApproveFuture: true,
      autoApproveWhen: 'payload.amount <=',
    }),
  ).toMatchObject({ __typename: 'InvalidInputError' });
  expect((await readOne(agent, 'first')).status).toBe('WAITING');
  const bounds = { autoApproveFuture: true, autoApproveWhen: 'payload.amount <= 500' };
  expect(await approve(reviewer, 'first', bounds)).toMatchObject({ approvedCount: 1 });

  expect((await ask(agent, 'within', refund(400))).state).toBe('APPROVED');
  expect((await ask(agent, 'beyond', refund(501))).state).toBe('WAITING');
  expect((await ask(agent, 'text', refund('400'))).state).toBe('WAITING');
  expect((await ask(agent, 'missing', { nodeId: 'refund', payload: {} })).state).toBe('WAITING');
});

it('75. bounds hold for a review that waits already, by its own payload', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'small', refund(100));
  await ask(agent, 'large', refund(900));
  await createAutoApproval(reviewer, { nodeId: 'refund', when: 'payload.amount <= 500' });
  expect((await ask(agent, 'large', refund(100))).state).toBe('WAITING');
  expect((await ask(agent, 'small', refund(900))).state).toBe('APPROVED');
  expect(await readOne(agent, 'small')).toMatchObject({ payload: { amount: 100 } });
});

it('75. bounds of a decision with an edit are checked on the edited payload', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'first', refund(900));
  const { subjectDigest } = await readOne(reviewer, 'first');
  const decision = {
    subjectDigest,
    autoApproveFuture: true,
    autoApproveWhen: 'payload.amount < 500',
  };
  const [first] = (
    await decide(reviewer, [
      { nodeExecId: 'first', decision: 'APPROVE', payload: { amount: 400 }, ...decision },
    ])
  ).reviews;
  expect(first).toMatchObject({ status: 'APPROVED' });
});

it('75. other bounds take the place of those of an active standing approval', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'first', refund(1));
  await createAutoApproval(reviewer, { nodeId: 'refund', when: 'payload.amount <= 10' });
  await createAutoApproval(reviewer, { nodeId: 'refund', when: 'payload.amount <= 20' });
  expect((await ask(agent, 'second', refund(15))).state).toBe('APPROVED');
  await deleteReview(agent, 'first');
});

it('75. what only informs about a bounded standing approval looks at its bounds too', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'first', refund(1));
  await createAutoApproval(reviewer, {
    ...refund(1),
    when: 'payload.amount <= 10',
  });
  const info = (amount: number) =>
    check(agent, { nodeExecId: 'next', nodeId: 'refund', inputData: { amount } });
  expect(await info(5)).toMatchObject({ autoApproved: true, data: { amount: 5 } });
  expect(await info(50)).toBeNull();
});

it('the agent’s headline, risk and tags are part of what a decision covers', async () => {
  const { agent, reviewer } = service.team();
  const words = { headline: 'Refund 5 euros', risk: 'LOW', tags: ['refund', 'eu'] };
  const asked = await ask(agent, 'words', { ...refund(5), ...words });
  await deleteReview(agent, 'words');
  const again = await ask(agent, 'words', { ...refund(5), ...words, headline: 'Refund 9 euros' });
  expect(again.review.subjectDigest).not.toBe(asked.review.subjectDigest);
  expect(
    await approve(reviewer, 'words', { subjectDigest: asked.review.subjectDigest }),
  ).toMatchObject({ __typename: 'ReviewConflictError' });
  expect(await ask(agent, 'two-lines', { headline: 'a\nb' })).toMatchObject({
    issues: [{ path: 'input.headline', message: 'must be one line' }],
  });
  const tags = Array.from({ length: 21 }, (_, index) => `tag-${index}`);
  expect(await ask(agent, 'many-tags', { tags })).toMatchObject({
    issues: [{ path: 'input.tags', message: 'must contain at most 20 tags, not 21' }],
  });
});
