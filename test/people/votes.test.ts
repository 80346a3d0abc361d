import { expect, it } from 'vitest';
import {
  company,
  delegate,
  join,
  leave,
  readBallot,
  reassign,
  vote,
  withdrawNow,
} from '../support/ballots.ts';
import { approve, ask, autoApprovals, decide, eventsOf, reject } from '../support/operations.ts';
import { testService } from '../support/testService.ts';

const service = await testService();
const teams = { finance: ['ada', 'ben'], security: ['ada', 'cleo', 'dan'] };
const financeAndTwoOfSecurity = [{ teamId: 'finance' }, { teamId: 'security', count: 2 }];

it('42. refuses requirements that can never be met, and names the value', async () => {
  const { agent } = await company(service, teams);
  const refused = async (approvalsRequired: unknown, more = {}) => {
    const answer = await ask(agent, 'r', { approvalsRequired, ...more });
    expect(answer.__typename).toBe('InvalidInputError');
    return answer.issues[0];
  };
  expect(await refused([{ teamId: 'legal' }])).toEqual({
    path: 'input.approvalsRequired.0.teamId',
    message: 'there is no team legal',
  });
  expect(await refused([{ count: 11 }])).toMatchObject({ message: 'must be 1 to 10, not 11' });
  expect(await refused([{ count: 0 }])).toMatchObject({ message: 'must be 1 to 10, not 0' });
  expect(await refused([{ teamId: 'finance', actors: ['eve'] }])).toMatchObject({
    message: 'must name a team or actors, not both',
  });
  expect(await refused([{ teamId: 'finance', count: 3 }])).toEqual({
    path: 'input.approvalsRequired.0',
    message:
      'can never be met: 3 approvals are required, and 2 of team finance may approve this review',
  });
  expect(await refused([{ actors: ['eve', 'agent'], count: 2 }])).toMatchObject({
    message:
      'can never be met: 2 approvals are required, and 1 of these actors may approve this review',
  });
  expect(await refused([{ teamId: 'finance', count: 2 }, { actors: ['ada'] }])).toMatchObject({
    path: 'input.approvalsRequired',
    message: expect.stringContaining('can never be met together'),
  });
  expect(await refused(Array.from({ length: 6 }, () => ({})))).toMatchObject({
    message: 'must contain at most 5 requirements, not 6',
  });
  expect(await refused([{ teamId: 'finance', count: 2 }], { consumers: ['ben'] })).toMatchObject({
    message: expect.stringContaining('1 of team finance'),
  });
});

it('43. a review is approved when different people meet all requirements', async () => {
  const { agent, as } = await company(service, teams);
  await ask(agent, 'r', { approvalsRequired: financeAndTwoOfSecurity });
  expect(await vote(as('ada'), 'r')).toMatchObject({
    votedCount: 1,
    approvedCount: 0,
    reviews: [{ status: 'WAITING', decidedBy: null }],
  });
  await vote(as('cleo'), 'r');
  // Ada counts once, so one of finance or security is missing.
  expect(await readBallot(as('ben'), 'r')).toMatchObject({
    status: 'WAITING',
    approvalsRequired: [{ count: 1 }, { count: 2 }],
    votes: [
      { actor: 'ada', endedBy: null },
      { actor: 'cleo', endedBy: null },
    ],
    viewerMayDecide: true,
  });
  expect(await vote(as('ben'), 'r')).toMatchObject({
    votedCount: 0,
    approvedCount: 1,
    reviews: [{ status: 'APPROVED', decidedBy: 'ben', decisionSource: 'REVIEWER' }],
  });
  const { approvalsRequired } = await readBallot(agent, 'r');
  expect(approvalsRequired.map(({ given }) => given)).toEqual([1, 2]);
  const events = await eventsOf(agent, 'r');
  expect(events.map(({ kind, actor }) => [kind, actor])).toEqual([
    ['REQUESTED', 'agent'],
    ['VOTED', 'ada'],
    ['VOTED', 'cleo'],
    ['APPROVED', 'ben'],
  ]);
});

it('43. needs the subjectDigest, and a standing approval neither comes from a vote nor lets it pass', async () => {
  const { agent, as } = await company(service, teams);
  await ask(agent, 'r', { approvalsRequired: [{ count: 2 }] });
  expect(await approve(as('ada'), 'r')).toMatchObject({
    __typename: 'InvalidInputError',
    issues: [{ path: 'input.decisions.0.subjectDigest' }],
  });
  expect(await vote(as('ada'), 'r', { autoApproveFuture: true })).toMatchObject({
    __typename: 'InvalidInputError',
    issues: [{ path: 'input.decisions.0.autoApproveFuture' }],
  });
  await ask(agent, 'easy', { nodeId: 'step' });
  await approve(as('ada'), 'easy', { autoApproveFuture: true });
  expect(await autoApprovals(agent, 'exec')).toHaveLength(1);
  const hard = { nodeId: 'step', approvalsRequired: [{ count: 2 }] };
  expect(await ask(agent, 'hard', hard)).toMatchObject({ state: 'WAITING' });
  expect(await ask(agent, 'hard', { nodeId: 'step' })).toMatchObject({ state: 'WAITING' });
});

it('44. voting twice the same way changes nothing and succeeds', async () => {
  const { agent, as } = await company(service, teams);
  await ask(agent, 'r', { approvalsRequired: [{ count: 2 }] });
  for (let round = 1; round <= 3; round++) {
    expect(await vote(as('ada'), 'r')).toMatchObject({ votedCount: 1 });
  }
  expect((await readBallot(as('ada'), 'r')).votes).toHaveLength(1);
  expect(await eventsOf(agent, 'r')).toHaveLength(2);
  expect(await readBallot(as('ada'), 'r')).toMatchObject({
    viewerMayDecide: false,
    viewerMayNot: 'ALREADY_VOTED',
  });
});

it('45. an edit ends the votes before it, and counts as a vote on the new payload', async () => {
  const { agent, as } = await company(service, teams);
  await ask(agent, 'r', { payload: { cents: 900 }, approvalsRequired: [{ count: 2 }] });
  await vote(as('ada'), 'r');
  const { subjectDigest } = await readBallot(as('ada'), 'r');
  expect(await vote(as('ben'), 'r', { payload: { cents: 500 } })).toMatchObject({ votedCount: 1 });
  const edited = await readBallot(as('ada'), 'r');
  expect(edited).toMatchObject({
    status: 'WAITING',
    payload: { cents: 500 },
    approvalsRequired: [{ given: 1 }],
    votes: [
      { actor: 'ada', endedBy: 'PAYLOAD_CHANGED' },
      { actor: 'ben', endedBy: null },
    ],
    viewerMayDecide: true,
  });
  // What Ada saw first is no longer there.
  const stale = { nodeExecId: 'r', decision: 'APPROVE', subjectDigest };
  expect(await decide(as('cleo'), [stale])).toMatchObject({ __typename: 'ReviewConflictError' });
  expect(await vote(as('ada'), 'r')).toMatchObject({
    approvedCount: 1,
    reviews: [{ payload: { cents: 500 }, originalPayload: { cents: 900 }, wasEdited: true }],
  });
});

it('46. anyone with review:decide may reject, eligible or not, except the requester', async () => {
  const { agent, as, user } = await company(service, teams);
  await ask(agent, 'r', { approvalsRequired: [{ teamId: 'finance' }] });
  const requester = service.as({ user, actor: 'agent' });
  expect(await vote(requester, 'r', { decision: 'REJECT' })).toMatchObject({
    __typename: 'SelfApprovalError',
  });
  expect(await vote(as('stranger'), 'r', { decision: 'REJECT', message: 'no' })).toMatchObject({
    rejectedCount: 1,
    reviews: [{ decidedBy: 'stranger', reviewMessage: 'no' }],
  });
  expect((await readBallot(as('ada'), 'r')).votes).toMatchObject([
    { actor: 'stranger', decision: 'REJECT', endedBy: null },
  ]);
});

it('48. cancellation settles a half-voted review, and the votes stay on record', async () => {
  const { agent, as } = await company(service, teams);
  await ask(agent, 'r', {
    approvalsRequired: [{ count: 2 }],
    expiresAt: new Date(Date.now() + 1_000).toISOString(),
  });
  await vote(as('ada'), 'r');
  await expect
    .poll(() => readBallot(agent, 'r'), { timeout: 10_000 })
    .toMatchObject({
      status: 'REJECTED',
      decisionSource: 'EXPIRY',
      votes: [{ actor: 'ada', endedBy: null }],
    });
});

it('49. the vote of somebody who was disabled or left the team no longer counts', async () => {
  const { agent, as, user } = await company(service, teams);
  await ask(agent, 'r', { approvalsRequired: [{ teamId: 'security', count: 2 }] });
  await vote(as('cleo'), 'r');
  await leave(service, user, 'security', 'cleo');
  expect((await readBallot(agent, 'r')).approvalsRequired).toMatchObject([{ given: 0 }]);
  expect(await vote(as('dan'), 'r')).toMatchObject({ votedCount: 1, approvedCount: 0 });
  expect((await readBallot(agent, 'r')).votes).toMatchObject([
    { actor: 'cleo', endedBy: 'NOT_ELIGIBLE' },
    { actor: 'dan', endedBy: null },
  ]);
  // An ended vote does not come back, but its voter can vote again.
  await join(service, user, 'security', 'cleo');
  expect(await vote(as('cleo'), 'r')).toMatchObject({ approvedCount: 1 });
});

it('50. NotEligibleError names all reviews of a batch, and nothing of it takes effect', async () => {
  const { agent, as } = await company(service, teams);
  await ask(agent, 'open');
  await ask(agent, 'f1', { approvalsRequired: [{ teamId: 'finance' }] });
  await ask(agent, 'f2', { approvalsRequired: [{ actors: ['ben'] }] });
  const dan = as('dan');
  const decisions = await Promise.all(
    ['open', 'f1', 'f2'].map(async (nodeExecId) => ({
      nodeExecId,
      decision: 'APPROVE',
      subjectDigest: (await readBallot(dan, nodeExecId)).subjectDigest,
    })),
  );
  expect(await decide(dan, decisions)).toMatchObject({
    __typename: 'NotEligibleError',
    nodeExecIds: ['f1', 'f2'],
    message: 'dan may not approve these reviews: f1, f2',
  });
  expect(await readBallot(dan, 'open')).toMatchObject({ status: 'WAITING', viewerMayNot: null });
  expect(await readBallot(dan, 'f1')).toMatchObject({ viewerMayNot: 'NOT_ELIGIBLE' });
  expect(await readBallot(agent, 'f1')).toMatchObject({ viewerMayNot: 'MISSING_SCOPE' });
});

it('51. the requester and the consumers never count, whatever team they are in', async () => {
  const { agent, as, user } = await company(service, { ops: ['agent', 'runner', 'ada', 'ben'] });
  await ask(agent, 'r', {
    consumers: ['runner'],
    approvalsRequired: [{ teamId: 'ops', count: 2 }],
  });
  for (const actor of ['agent', 'runner']) {
    const client = service.as({ user, actor });
    expect(await vote(client, 'r')).toMatchObject({ __typename: 'SelfApprovalError' });
    expect(await readBallot(client, 'r')).toMatchObject({ viewerMayNot: 'OWN_REQUEST' });
    await delegate(service, user, actor, 'cleo');
    expect(await vote(as('cleo'), 'r', { onBehalfOf: actor })).toMatchObject({
      __typename: 'SelfApprovalError',
    });
    await delegate(service, user, 'ada', actor);
    expect(await vote(client, 'r', { onBehalfOf: 'ada' })).toMatchObject({
      __typename: 'SelfApprovalError',
    });
  }
  await vote(as('ada'), 'r');
  expect(await vote(as('ben'), 'r')).toMatchObject({ approvedCount: 1 });
});

it('53. a delegate votes in the place of the principal, and the vote uses up both names', async () => {
  const { agent, as, user } = await company(service, { finance: ['ada', 'ben', 'cleo'] });
  await ask(agent, 'r', { approvalsRequired: [{ teamId: 'finance', count: 2 }] });
  expect(await vote(as('dan'), 'r', { onBehalfOf: 'ada' })).toMatchObject({
    __typename: 'NotEligibleError',
    message: 'dan on behalf of ada may not approve these reviews: r',
  });
  await delegate(service, user, 'ada', 'dan');
  await delegate(service, user, 'ben', 'dan');
  await delegate(service, user, 'dan', 'eve');
  expect(await readBallot(as('dan'), 'r')).toMatchObject({ viewerMayDecide: true });
  // It does not chain.
  expect(await readBallot(as('eve'), 'r')).toMatchObject({ viewerMayNot: 'NOT_ELIGIBLE' });
  expect(await vote(as('dan'), 'r', { onBehalfOf: 'ada' })).toMatchObject({ votedCount: 1 });
  for (const [client, onBehalfOf] of [
    [as('dan'), 'ben'],
    [as('ada'), null],
  ] as const) {
    expect(await vote(client, 'r', { onBehalfOf })).toMatchObject({
      __typename: 'NotEligibleError',
    });
    expect(await readBallot(client, 'r')).toMatchObject({ viewerMayNot: 'ALREADY_VOTED' });
  }
  expect(await vote(as('cleo'), 'r')).toMatchObject({ approvedCount: 1 });
  expect((await readBallot(agent, 'r')).votes).toMatchObject([
    { actor: 'dan', onBehalfOf: 'ada' },
    { actor: 'cleo', onBehalfOf: null },
  ]);
});

it('53. a delegation ends with its time, and when the principal is disabled', async () => {
  const { agent, as, user } = await company(service, { finance: ['ada'] });
  await ask(agent, 'r', { approvalsRequired: [{ teamId: 'finance' }] });
  await delegate(service, user, 'ada', 'dan', new Date(Date.now() - 1_000));
  const refused = { __typename: 'NotEligibleError' };
  expect(await vote(as('dan'), 'r', { onBehalfOf: 'ada' })).toMatchObject(refused);
  await delegate(service, user, 'ada', 'dan');
  await service.sql(
    `UPDATE "Member" SET "disabledAt" = now() WHERE "userId" = $1 AND "actor" = 'ada'`,
    [user],
  );
  expect(await vote(as('dan'), 'r', { onBehalfOf: 'ada' })).toMatchObject(refused);
  expect(await readBallot(as('dan'), 'r')).toMatchObject({ viewerMayNot: 'NOT_ELIGIBLE' });
});

it('55. reassigning never lowers the number of approvals, and who did it does not count', async () => {
  const { agent, as } = await company(service, teams);
  await ask(agent, 'r', { approvalsRequired: [{ teamId: 'security', count: 2 }] });
  await vote(as('cleo'), 'r');
  const to = (approvalsRequired: unknown, client = as('ada')) =>
    reassign(client, { nodeExecId: 'r', approvalsRequired, reason: 'on holiday' });
  expect(await to([{ teamId: 'finance' }])).toMatchObject({
    issues: [{ message: 'must require at least 2 approvals in all, as before, not 1' }],
  });
  expect(await to([{ teamId: 'finance', count: 2 }])).toMatchObject({
    issues: [{ message: expect.stringContaining('1 of team finance may approve') }],
  });
  expect(await to([{ count: 2 }], as('stranger'))).toMatchObject({
    __typename: 'NotEligibleError',
  });
  expect(await to([{ actors: ['ben'] }, { teamId: 'security' }])).toMatchObject({
    review: {
      approvalsRequired: [{ actors: ['ben'], given: 0 }, { given: 1 }],
      viewerMayNot: 'NOT_ELIGIBLE',
    },
  });
  expect(await vote(as('ada'), 'r')).toMatchObject({ __typename: 'NotEligibleError' });
  expect(await vote(as('ben'), 'r')).toMatchObject({ approvedCount: 1 });
  const kinds = (await eventsOf(agent, 'r')).map(({ kind }) => kind);
  expect(kinds).toEqual(['REQUESTED', 'VOTED', 'REASSIGNED', 'APPROVED']);
});

it('47. a vote is taken back while the review waits', async () => {
  const { agent, as } = await company(service, teams);
  await ask(agent, 'r', { approvalsRequired: [{ count: 2 }] });
  await vote(as('ada'), 'r');
  expect(await withdrawNow(as('ben'), 'r')).toMatchObject({ __typename: 'ReviewConflictError' });
  expect(await withdrawNow(as('ada'), 'r')).toMatchObject({
    review: { status: 'WAITING', votes: [{ endedBy: 'WITHDRAWN' }], viewerMayDecide: true },
  });
  expect((await eventsOf(agent, 'r')).at(-1)).toMatchObject({ kind: 'WITHDRAWN', actor: 'ada' });
  await vote(as('ben'), 'r');
  expect(await vote(as('ada'), 'r')).toMatchObject({ approvedCount: 1 });
});

it('46. a rejection by somebody else beats the votes', async () => {
  const { agent, as } = await company(service, teams);
  await ask(agent, 'r', { approvalsRequired: [{ count: 2 }] });
  await vote(as('ada'), 'r');
  const { subjectDigest } = await readBallot(as('ben'), 'r');
  expect(await reject(as('ben'), 'r', { subjectDigest })).toMatchObject({ rejectedCount: 1 });
  expect(await vote(as('cleo'), 'r', { subjectDigest })).toMatchObject({
    __typename: 'ReviewConflictError',
  });
});
