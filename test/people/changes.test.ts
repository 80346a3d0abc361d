import { expect, it } from 'vitest';
import {
  claim,
  company,
  override,
  overrideNow,
  readBallot,
  reassign,
  release,
  vote,
  withdrawNow,
} from '../support/ballots.ts';
import {
  approve,
  ask,
  autoApprovals,
  eventsOf,
  readOne,
  register,
  reject,
  setProcessed,
} from '../support/operations.ts';
import { consume, defaultDigest, digestOf } from '../support/outcomes.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';

const service = await testService();
const other = await service.another();

const list = async (client: TestClient, filter: Record<string, unknown>) => {
  const { pendingReviews } = await client.query<{
    pendingReviews: { totalCount: number; edges: { node: { nodeExecId: string } }[] };
  }>(
    `query ($filter: PendingReviewFilter) { pendingReviews(filter: $filter) {
      totalCount edges { node { nodeExecId } } } }`,
    { filter },
  );
  const ids = pendingReviews.edges.map(({ node }) => node.nodeExecId).sort();
  expect(pendingReviews.totalCount).toBe(ids.length);
  return ids;
};

it('50. the list of what I may decide agrees with viewerMayDecide', async () => {
  const { agent, as, user } = await company(service, { finance: ['ada', 'ben'] });
  await ask(agent, 'open');
  await ask(agent, 'team', { approvalsRequired: [{ teamId: 'finance', count: 2 }] });
  await ask(agent, 'ben', { approvalsRequired: [{ actors: ['ben'] }] });
  await ask(agent, 'two', { approvalsRequired: [{ count: 2 }] });
  await ask(service.as({ user, actor: 'ada' }), 'own');
  await vote(as('ada'), 'two');
  await claim(as('ben'), { nodeExecId: 'open' });
  const ids = ['open', 'team', 'ben', 'two', 'own'];
  for (const actor of ['ada', 'ben', 'cleo']) {
    const ballots = await Promise.all(ids.map((id) => readBallot(as(actor), id)));
    const may = (wanted: boolean) =>
      ballots
        .filter(({ viewerMayDecide }) => viewerMayDecide === wanted)
        .map(({ nodeExecId }) => nodeExecId)
        .sort();
    expect(await list(as(actor), { mayDecide: true })).toEqual(may(true));
    expect(await list(as(actor), { mayDecide: false })).toEqual(may(false));
  }
  expect(await list(as('ada'), { mayDecide: true })).toEqual(['team']);
  expect(await list(as('ada'), { teamId: 'finance' })).toEqual(['team']);
  expect(await list(as('ada'), { claimedBy: 'ben' })).toEqual(['open']);
  expect(await list(as('ada'), { unclaimed: false })).toEqual(['open']);
  expect(await list(as('ada'), { unclaimed: true })).toEqual(['ben', 'own', 'team', 'two']);
  expect(await list(agent, { mayDecide: true })).toEqual([]);
});

it('52. of fifty claimers one wins, and others need despiteClaim to decide', async () => {
  const { agent, user } = await company(service);
  await ask(agent, 'r');
  const clients = Array.from({ length: 50 }, (_, at) =>
    (at % 2 ? service : other).as({ user, actor: `p${at}`, scopes: ['review:decide'] }),
  );
  const answers = await Promise.all(clients.map((client) => claim(client, { nodeExecId: 'r' })));
  const won = answers.filter(({ review }) => review !== undefined);
  expect(won).toHaveLength(1);
  const winner = won[0]?.review.claimedBy as string;
  const lost = answers.filter((answer) => answer.__typename === 'ReviewConflictError');
  expect(lost).toHaveLength(49);
  expect(lost[0]?.message).toContain(`is claimed by ${winner} until`);
  const rival = clients.find((_, at) => `p${at}` !== winner) as TestClient;
  const owner = clients.find((_, at) => `p${at}` === winner) as TestClient;
  expect(await readBallot(rival, 'r')).toMatchObject({
    claimedBy: winner,
    viewerMayNot: 'CLAIMED_BY_ANOTHER',
  });
  expect(await approve(rival, 'r')).toMatchObject({
    __typename: 'ReviewConflictError',
    message: `Review r is claimed by ${winner}. To decide it all the same, pass despiteClaim`,
  });
  expect(await release(rival, 'r')).toMatchObject({ __typename: 'ReviewConflictError' });
  // A renewal is no event.
  await claim(owner, { nodeExecId: 'r' });
  expect((await eventsOf(owner, 'r')).map(({ kind }) => kind)).toEqual(['REQUESTED', 'CLAIMED']);
  expect(await release(owner, 'r')).toMatchObject({ review: { claimedBy: null } });
  await claim(owner, { nodeExecId: 'r' });
  expect(await approve(rival, 'r', { despiteClaim: true })).toMatchObject({ approvedCount: 1 });
  expect(await readBallot(rival, 'r')).toMatchObject({ claimedBy: null });
  expect((await eventsOf(owner, 'r')).map(({ kind }) => kind)).toEqual([
    ...['REQUESTED', 'CLAIMED', 'RELEASED', 'CLAIMED', 'APPROVED'],
  ]);
});

it('55. a reassignment to the same people is told as one too', async () => {
  const { agent, as } = await company(service, { finance: ['ada'] });
  await ask(agent, 'r', { approvalsRequired: [{ teamId: 'finance' }] });
  for (const reason of ['please hurry', 'please hurry up']) {
    const input = { nodeExecId: 'r', approvalsRequired: [{ teamId: 'finance' }], reason };
    const boss = service.as({
      user: await userOf(agent),
      actor: 'boss',
      scopes: ['people:manage', 'review:read'],
    });
    expect(await reassign(boss, input)).toMatchObject({ __typename: 'ReassignReviewPayload' });
  }
  const events = await eventsOf(as('ada'), 'r');
  expect(events.map(({ kind }) => kind)).toEqual(['REQUESTED', 'REASSIGNED', 'REASSIGNED']);
});

it('52. a claim ends with the decision: releasing it afterwards changes nothing', async () => {
  const { agent, as } = await company(service);
  await ask(agent, 'r');
  await claim(as('ada'), { nodeExecId: 'r' });
  await approve(as('ada'), 'r');
  expect(await release(as('ada'), 'r')).toMatchObject({
    review: { status: 'APPROVED', claimedBy: null },
  });
  const kinds = (await eventsOf(as('ada'), 'r')).map(({ kind }) => kind);
  expect(kinds).toEqual(['REQUESTED', 'CLAIMED', 'APPROVED']);
});

it('52. a claim ends with its time; agents and the requester cannot claim', async () => {
  const { agent, as, user } = await company(service, { finance: ['ada'] });
  await ask(agent, 'r', { approvalsRequired: [{ teamId: 'finance' }] });
  const refusals = [
    [as('ben'), 'NotEligibleError'],
    [service.as({ user, actor: 'agent' }), 'SelfApprovalError'],
  ] as const;
  for (const [client, error] of refusals) {
    expect(await claim(client, { nodeExecId: 'r' })).toMatchObject({ __typename: error });
  }
  expect(await claim(as('ada'), { nodeExecId: 'none' })).toMatchObject({
    __typename: 'NotFoundError',
  });
  await claim(as('ada'), { nodeExecId: 'r' });
  await service.sql(
    `UPDATE "PendingReview" SET "claimedUntil" = now() - interval '1 second' WHERE "userId" = $1`,
    [user],
  );
  expect(await readBallot(as('ada'), 'r')).toMatchObject({ claimedBy: null, viewerMayNot: null });
});

it('54. a step of the escalation lets more people decide, once, within a second', async () => {
  const { agent, as } = await company(service, { finance: ['ada'], chiefs: ['cleo'] });
  const bad = (escalation: unknown) => ask(agent, 'bad', { escalation });
  expect(await bad([{ after: 'soon', actors: ['eve'] }])).toMatchObject({
    issues: [
      {
        path: 'input.escalation.0.after',
        message: 'must be a time such as 30m, 12h or 7d, not "soon"',
      },
    ],
  });
  expect(await bad([{ after: '1h' }])).toMatchObject({
    issues: [{ message: 'must name teams or actors' }],
  });
  expect(await bad([{ after: '1h', teamIds: ['nobody'] }])).toMatchObject({
    issues: [{ path: 'input.escalation.0.teamIds.0', message: 'there is no team nobody' }],
  });
  const steps = [
    { after: '1h', teamIds: ['chiefs'] },
    { after: '2h', actors: ['dan'] },
  ];
  expect(await bad([...steps].reverse())).toMatchObject({
    issues: [{ path: 'input.escalation.1.after', message: 'must be later than the step before' }],
  });
  await ask(agent, 'r', { approvalsRequired: [{ teamId: 'finance' }], escalation: steps });
  expect(await readBallot(as('cleo'), 'r')).toMatchObject({ viewerMayNot: 'NOT_ELIGIBLE' });
  // Two hours pass for the review.
  await service.sql(
    `UPDATE "PendingReview" SET "createdAt" = "createdAt" - interval '90 minutes',
      "nextEscalationAt" = "nextEscalationAt" - interval '90 minutes' WHERE "userId" = $1`,
    [await userOf(agent)],
  );
  await expect
    .poll(() => readBallot(as('cleo'), 'r'))
    .toMatchObject({ viewerMayNot: null, escalatedAt: expect.any(String), status: 'WAITING' });
  expect(await readBallot(as('dan'), 'r')).toMatchObject({ viewerMayNot: 'NOT_ELIGIBLE' });
  expect(await list(as('cleo'), { mayDecide: true })).toEqual(['r']);
  const escalated = (await eventsOf(agent, 'r')).filter(({ kind }) => kind === 'ESCALATED');
  expect(escalated).toMatchObject([{ actor: 'holdpoint' }]);
  expect(await vote(as('cleo'), 'r')).toMatchObject({ approvedCount: 1 });
});

const userOf = async (client: TestClient) =>
  (await client.query<{ viewer: { userId: string } }>('{ viewer { userId } }')).viewer.userId;

it('47. a decision that was not used is withdrawn, and the review waits as a new subject', async () => {
  const { agent, as } = await company(service);
  await ask(agent, 'r', { payload: 'as asked', nodeId: 'step' });
  await approve(as('ada'), 'r', { payload: 'as edited', autoApproveFuture: true });
  const before = await readOne(agent, 'r');
  const digest = digestOf('"as edited"');
  expect(await withdrawNow(as('ben'), 'r', { reason: 'too early' })).toMatchObject({
    review: { status: 'WAITING', payload: 'as asked', decidedBy: null, decisionSource: null },
  });
  const after = await readOne(agent, 'r');
  expect(after.subjectDigest).not.toBe(before.subjectDigest);
  expect(after).toMatchObject({ wasEdited: null, reviewedAt: null, reviewMessage: 'too early' });
  expect(await autoApprovals(agent, 'exec')).toMatchObject([{ active: false, revokedBy: 'ben' }]);
  expect(await consume(agent, 'r', digest)).toMatchObject({ __typename: 'ReviewConflictError' });
  // From now on a decision has to name what was seen.
  expect(await approve(as('ada'), 'r')).toMatchObject({ __typename: 'InvalidInputError' });
  expect(await vote(as('ada'), 'r')).toMatchObject({ approvedCount: 1 });
  expect((await eventsOf(agent, 'r')).map(({ kind }) => kind)).toEqual([
    ...['REQUESTED', 'APPROVED', 'WITHDRAWN', 'APPROVED'],
  ]);
});

it('47. only who rejected takes a rejection back, and nothing that was used', async () => {
  const { agent, as } = await company(service);
  await ask(agent, 'rejected');
  await reject(as('ada'), 'rejected');
  expect(await withdrawNow(as('ben'), 'rejected')).toMatchObject({
    __typename: 'NotEligibleError',
  });
  expect(await withdrawNow(as('ada'), 'rejected')).toMatchObject({ review: { status: 'WAITING' } });
  for (const id of ['consumed', 'processed', 'ended']) {
    await ask(agent, id, id === 'ended' ? { graphExecId: 'other' } : {});
    await approve(as('ada'), id);
  }
  await consume(agent, 'consumed', defaultDigest('consumed'));
  await setProcessed(agent, 'processed');
  await register(agent, 'other', { status: 'COMPLETED' });
  for (const [id, text] of [
    ['consumed', /^Review consumed was already consumed by agent at 2/],
    ['processed', /^Review processed is already processed$/],
    ['ended', /^Review ended cannot be withdrawn: run other is COMPLETED$/],
  ] as const) {
    expect(await withdrawNow(as('ada'), id)).toMatchObject({
      __typename: 'ReviewConflictError',
      message: expect.stringMatching(text),
    });
  }
});

it('56. overriding needs the scope, a reason and the subject, and is told as such', async () => {
  const { agent, as, user } = await company(service, { finance: ['ada'] });
  await ask(agent, 'r', { approvalsRequired: [{ teamId: 'finance' }] });
  const oncall = service.as({ user, actor: 'oncall', scopes: ['review:read', 'review:override'] });
  await expect(overrideNow(as('ada'), 'r')).rejects.toThrow('review:override');
  expect(await overrideNow(oncall, 'r', { reason: 'because' })).toMatchObject({
    issues: [{ path: 'input.reason', message: 'must have at least 10 characters, not 7' }],
  });
  const own = service.as({ user, actor: 'agent' });
  expect(await overrideNow(own, 'r')).toMatchObject({ __typename: 'SelfApprovalError' });
  const subjectDigest = `sha256:${'0'.repeat(64)}`;
  const reason = 'the on-call engineer said so';
  const input = { nodeExecId: 'r', decision: 'APPROVE', subjectDigest, reason };
  expect(await override(oncall, input)).toMatchObject({ __typename: 'ReviewConflictError' });
  const overridden = {
    review: { status: 'APPROVED', decisionSource: 'OVERRIDE', decidedBy: 'oncall' },
  };
  expect(await overrideNow(oncall, 'r')).toMatchObject(overridden);
  expect(await overrideNow(oncall, 'r')).toMatchObject(overridden);
  expect(await overrideNow(oncall, 'r', { decision: 'REJECT' })).toMatchObject({
    __typename: 'ReviewConflictError',
    message: 'Review r is already approved by oncall',
  });
  expect((await eventsOf(agent, 'r')).at(-1)).toMatchObject({ kind: 'APPROVED', actor: 'oncall' });
  expect(await consume(agent, 'r', defaultDigest('r'))).toMatchObject({
    result: { status: 'APPROVED' },
  });
});

it('51. an agent decides nothing, whatever its scopes', async () => {
  const { agent, as, user } = await company(service);
  await service.sql(
    `INSERT INTO "Member" ("userId", "actor", "kind") VALUES ($1, 'bot', 'AGENT')`,
    [user],
  );
  await ask(agent, 'plain');
  await ask(agent, 'two', { approvalsRequired: [{ count: 2 }] });
  const bot = service.as({ user, actor: 'bot' });
  for (const id of ['plain', 'two']) {
    expect(await vote(bot, id)).toMatchObject({ __typename: 'NotEligibleError' });
    expect(await vote(bot, id, { decision: 'REJECT' })).toMatchObject({
      __typename: 'NotEligibleError',
    });
    expect(await claim(bot, { nodeExecId: id })).toMatchObject({ __typename: 'NotEligibleError' });
  }
  expect(await list(bot, { mayDecide: true })).toEqual([]);
  expect(await vote(as('ada'), 'plain')).toMatchObject({ approvedCount: 1 });
});
