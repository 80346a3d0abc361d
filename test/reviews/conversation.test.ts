import { createCodeApproval } from '@holdpoint/client/approvals';
import { expect, it } from 'vitest';
import { savePolicy } from '../policy/savePolicy.ts';
import { company, overrideNow, readBallot, vote, withdrawNow } from '../support/ballots.ts';
import {
  approve,
  ask,
  cancel,
  check,
  createAutoApproval,
  decide,
  deleteReview,
  eventsOf,
  readOne,
  register,
  reject,
  setProcessed,
} from '../support/operations.ts';
import { consume, digestOf, readOutcome, report } from '../support/outcomes.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';
import { comment, digest, requestChanges, revise } from './talk.ts';

const service = await testService();

/** Its keys are in the order of its digest. */
const code = (text: string) => {
  const { resumePayload } = createCodeApproval({ code: text, executionMode: 'write' });
  return Object.fromEntries(Object.entries(resumePayload).toSorted());
};

it('84. instructions that show the payload show that of the newest revision', async () => {
  const { agent, reviewer } = service.team();
  const [first, second] = [code('print(1)'), code('os.remove(path)')];
  await ask(agent, 'made', { payload: first });
  expect((await readOne(reviewer, 'made')).instructions).toContain('print(1)');
  expect(await revise(agent, 'made', first, second)).toMatchObject({ review: {} });
  const { instructions } = await readOne(reviewer, 'made');
  expect(instructions).toContain('os.remove(path)');
  expect(instructions).not.toContain('print(1)');
  // An edit does not change what the instructions are about.
  await approve(reviewer, 'made', {
    subjectDigest: (await readOne(reviewer, 'made')).subjectDigest,
    payload: { ...second, code: 'pass' },
  });
  await withdrawNow(reviewer, 'made');
  expect(await revise(agent, 'made', second, { plain: true })).toMatchObject({ review: {} });
  expect(await readOne(reviewer, 'made')).toMatchObject({ instructions: null });

  await ask(agent, 'own', { payload: first, instructions: 'Tidy up' });
  expect(await revise(agent, 'own', first, second)).toMatchObject({ review: {} });
  expect(await readOne(reviewer, 'own')).toMatchObject({ instructions: 'Tidy up' });
});

const yesOrNo = { type: 'boolean' };
const question = (answerSchema: unknown = yesOrNo) => ({ kind: 'QUESTION', answerSchema });
const mayChange = { allowedDecisions: ['APPROVE', 'REJECT', 'REQUEST_CHANGES'] };

/** What was said about a review. */
async function conversation(client: TestClient, nodeExecId: string) {
  type Talk = {
    kind: string;
    answer: unknown;
    allowedDecisions: string[];
    reversible: boolean | null;
    links: object[];
    revision: number;
    revisions: { revision: number; payload: unknown; note: string | null }[];
    comments: { id: string; text: string; actor: string; pointer: string | null }[];
  };
  const { reviews } = await client.query<{ reviews: Talk[] }>(
    `query ($ids: [ID!]!) { reviews(nodeExecIds: $ids) {
      kind answer answerSchema allowedDecisions reversible links { title url } revision
      revisions { revision payload payloadDigest note changesRequestedBy changesRequested }
      comments { id actor text pointer revision } } }`,
    { ids: [nodeExecId] },
  );
  return reviews[0] as Talk;
}

it('81. a question is answered once, and the answer is no approval', async () => {
  const { agent, reviewer } = service.team();
  const asked = await ask(agent, 'q', { ...question(), payload: { about: 'the invoice' } });
  expect(asked).toMatchObject({ state: 'WAITING' });
  expect(await approve(reviewer, 'q')).toMatchObject({
    issues: [
      { path: 'input.decisions.0.decision', message: expect.stringMatching(/ANSWER, REJECT/) },
    ],
  });
  expect(await decide(reviewer, [{ nodeExecId: 'q', decision: 'ANSWER' }])).toMatchObject({
    issues: [{ path: 'input.decisions.0.answer', message: 'is required with ANSWER' }],
  });
  const answer = [{ nodeExecId: 'q', decision: 'ANSWER', answer: false, message: 'Ask me later' }];
  expect(await decide(reviewer, answer)).toMatchObject({ reviews: [{ status: 'ANSWERED' }] });
  expect(await decide(reviewer, answer)).toMatchObject({ reviews: [{ status: 'ANSWERED' }] });
  const other = [{ nodeExecId: 'q', decision: 'ANSWER', answer: true }];
  expect(await decide(reviewer, other)).toMatchObject({ __typename: 'ReviewConflictError' });
  expect(await ask(agent, 'q', question())).toMatchObject({
    state: 'ANSWERED',
    result: { status: 'ANSWERED', data: false, message: 'Ask me later' },
  });
  expect(await conversation(agent, 'q')).toMatchObject({ kind: 'QUESTION', answer: false });
  expect(await consume(agent, 'q', digestOf('{"about":"the invoice"}'))).toMatchObject({
    message: expect.stringContaining('an answer is not an approval'),
  });
  expect(await report(agent, 'q', 'EXECUTED')).toMatchObject({ __typename: 'ReviewConflictError' });
  const info = { nodeExecId: 'q', nodeId: 'q', inputData: {} };
  expect(await check(agent, info)).toBeNull();
  expect((await eventsOf(reviewer, 'q')).map(({ kind }) => kind)).toEqual([
    'REQUESTED',
    'ANSWERED',
  ]);
  expect(await setProcessed(agent, 'q')).toMatchObject({ changed: true });
});

it('81. null is an answer, and rejecting means no answer', async () => {
  const { agent, reviewer } = service.team();
  for (const id of ['null', 'none']) await ask(agent, id, question({ type: ['null', 'string'] }));
  await decide(reviewer, [{ nodeExecId: 'null', decision: 'ANSWER', answer: null }]);
  expect(await ask(agent, 'null', question())).toMatchObject({ state: 'ANSWERED' });
  await reject(reviewer, 'none', { message: 'Nobody knows' });
  expect(await ask(agent, 'none', question())).toMatchObject({
    state: 'REJECTED',
    result: { message: 'Nobody knows' },
  });
});

it('81. an answer must fit the schema, and a schema must be one', async () => {
  const { agent, reviewer } = service.team();
  const form = {
    type: 'object',
    properties: { amount: { type: 'integer', maximum: 100 } },
    required: ['amount'],
  };
  expect(await ask(agent, 'bad', question({ type: 'no such type' }))).toMatchObject({
    __typename: 'InvalidInputError',
    issues: [{ path: expect.stringMatching(/^input\.answerSchema/) }],
  });
  expect(await ask(agent, 'none', { kind: 'QUESTION' })).toMatchObject({
    issues: [{ path: 'input.answerSchema', message: 'is required with the kind QUESTION' }],
  });
  expect(await ask(agent, 'action', { answerSchema: form })).toMatchObject({
    issues: [{ path: 'input.answerSchema', message: 'only goes with the kind QUESTION' }],
  });
  await ask(agent, 'q', question(form));
  const answer = (value: unknown) =>
    decide(reviewer, [{ nodeExecId: 'q', decision: 'ANSWER', answer: value }]);
  expect(await answer({ amount: 500 })).toMatchObject({
    issues: [{ path: 'input.decisions.0.answer.amount' }],
  });
  expect(await answer({})).toMatchObject({ __typename: 'InvalidInputError' });
  expect(await answer({ amount: 50 })).toMatchObject({ reviews: [{ status: 'ANSWERED' }] });
});

it('81. rules that allow and standing approvals ignore questions', async () => {
  const { user, agent, reviewer } = service.team();
  await ask(agent, 'first', { nodeId: 'step' });
  await createAutoApproval(reviewer, { nodeId: 'step' });
  expect(await ask(agent, 'q1', { ...question(), nodeId: 'step' })).toMatchObject({
    state: 'WAITING',
  });
  await savePolicy(service, user, [{ ruleId: 'all', when: 'true', effect: 'ALLOW' }]);
  expect(await ask(agent, 'q2', { ...question(), nodeId: 'step' })).toMatchObject({
    state: 'WAITING',
  });
});

it('81. a question takes one answer, by someone who may decide it', async () => {
  const { agent, as } = await company(service, { finance: ['ada', 'ben'] });
  const approvalsRequired = [{ teamId: 'finance', count: 2 }];
  await ask(agent, 'q', { ...question(), approvalsRequired });
  const { subjectDigest } = await readBallot(as('ada'), 'q');
  const answer = [{ nodeExecId: 'q', decision: 'ANSWER', answer: true, subjectDigest }];
  expect(await decide(as('eve'), answer)).toMatchObject({ __typename: 'NotEligibleError' });
  expect(await decide(as('ada'), answer)).toMatchObject({ reviews: [{ status: 'ANSWERED' }] });
});

it('83. only what the agent can deal with is accepted, and REJECT always', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'only-approve', { allowedDecisions: ['APPROVE'] });
  expect((await conversation(agent, 'only-approve')).allowedDecisions).toEqual([
    'APPROVE',
    'REJECT',
  ]);
  expect(await requestChanges(reviewer, 'only-approve')).toMatchObject({
    issues: [{ path: 'input.decisions.0.decision' }],
  });
  expect(await reject(reviewer, 'only-approve')).toMatchObject({ rejectedCount: 1 });
  await ask(agent, 'only-changes', { allowedDecisions: ['REQUEST_CHANGES'] });
  expect(await approve(reviewer, 'only-changes')).toMatchObject({
    __typename: 'InvalidInputError',
  });
  for (const [kind, decision] of [
    ['ACTION', 'ANSWER'],
    ['QUESTION', 'APPROVE'],
  ] as const) {
    const input = { ...(kind === 'QUESTION' && question()), allowedDecisions: [decision] };
    expect(await ask(agent, 'impossible', input)).toMatchObject({
      issues: [{ path: 'input.allowedDecisions' }],
    });
  }
});

it('84. changes are requested, and the agent revises', async () => {
  const { agent, reviewer } = service.team();
  const first = { amount: 900 };
  const second = { amount: 90 };
  await ask(agent, 'r', { payload: first, ...mayChange });
  const before = await readOne(reviewer, 'r');
  expect(await requestChanges(reviewer, 'r', { message: null })).toMatchObject({
    issues: [{ path: 'input.decisions.0.message' }],
  });
  expect(await requestChanges(reviewer, 'r')).toMatchObject({
    reviews: [{ status: 'CHANGES_REQUESTED', reviewMessage: 'Too much' }],
  });
  expect(await ask(agent, 'r', { payload: first, ...mayChange })).toMatchObject({
    state: 'CHANGES_REQUESTED',
    result: { status: 'CHANGES_REQUESTED', message: 'Too much' },
  });
  expect(await consume(agent, 'r', digest(first))).toMatchObject({
    __typename: 'ReviewConflictError',
  });
  expect(await approve(reviewer, 'r')).toMatchObject({ __typename: 'ReviewConflictError' });
  expect(await setProcessed(agent, 'r')).toMatchObject({ __typename: 'ReviewConflictError' });

  expect(await revise(agent, 'r', second, second)).toMatchObject({
    __typename: 'ReviewConflictError',
    message: expect.stringMatching(/Read it again/),
  });
  expect(await revise(agent, 'r', first, second, 'A tenth')).toMatchObject({
    review: { status: 'WAITING', payload: second, originalPayload: second },
  });
  expect(await conversation(reviewer, 'r')).toMatchObject({
    revision: 2,
    revisions: [
      {
        revision: 1,
        payload: first,
        note: null,
        changesRequestedBy: 'reviewer',
        changesRequested: 'Too much',
      },
      { revision: 2, payload: second, note: 'A tenth', changesRequestedBy: null },
    ],
  });
  const { subjectDigest } = before;
  expect(await approve(reviewer, 'r', { subjectDigest })).toMatchObject({
    __typename: 'ReviewConflictError',
  });
  expect(await approve(reviewer, 'r')).toMatchObject({
    issues: [{ path: 'input.decisions.0.subjectDigest' }],
  });
  const now = await readOne(reviewer, 'r');
  expect(await approve(reviewer, 'r', { subjectDigest: now.subjectDigest })).toMatchObject({
    reviews: [{ status: 'APPROVED', wasEdited: false }],
  });
  expect(await consume(agent, 'r', digest(second))).toMatchObject({
    __typename: 'ConsumeReviewPayload',
  });
  expect((await eventsOf(reviewer, 'r')).map(({ kind }) => kind)).toEqual([
    ...['REQUESTED', 'CHANGES_REQUESTED', 'REVISED', 'APPROVED', 'PROCESSED'],
  ]);
});

it('84. a revision ends all votes, and only who asked may revise', async () => {
  const { user, agent, as } = await company(service, { finance: ['ada', 'ben'] });
  const approvalsRequired = [{ teamId: 'finance', count: 2 }];
  await ask(agent, 'r', { payload: { amount: 1 }, approvalsRequired });
  await vote(as('ada'), 'r');
  const mallory = service.as({ user, actor: 'mallory', scopes: ['review:request', 'review:read'] });
  expect(await revise(mallory, 'r', { amount: 1 }, { amount: 2 })).toMatchObject({
    __typename: 'ReviewConflictError',
    message: expect.stringMatching(/Only that actor can revise it/),
  });
  await revise(agent, 'r', { amount: 1 }, { amount: 2 });
  expect((await readBallot(as('ada'), 'r')).votes).toMatchObject([{ endedBy: 'PAYLOAD_CHANGED' }]);
  expect(await vote(as('ben'), 'r')).toMatchObject({ votedCount: 1 });
  expect(await vote(as('ada'), 'r')).toMatchObject({ approvedCount: 1 });
  expect(await revise(agent, 'r', { amount: 2 }, { amount: 3 })).toMatchObject({
    message: expect.stringMatching(/already APPROVED/),
  });
});

it('84. a review with changes requested expires, is cancelled, overridden or withdrawn like a waiting one', async () => {
  const { user, agent, reviewer } = service.team();
  const boss = service.as({ user, actor: 'boss', scopes: ['review:decide', 'review:override'] });
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  for (const id of ['expires', 'overridden', 'withdrawn', 'ended']) {
    await ask(agent, id, { ...mayChange, expiresAt, payload: { id } });
    await requestChanges(reviewer, id);
  }
  await service.sql(
    `UPDATE "PendingReview" SET "expiresAt" = now() WHERE "userId" = $1 AND "nodeExecId" = 'expires'`,
    [user],
  );
  await expect
    .poll(async () => (await readOutcome(agent, 'expires')).decisionSource)
    .toBe('EXPIRY');
  await overrideNow(boss, 'overridden');
  expect((await readOne(agent, 'overridden')).status).toBe('APPROVED');
  expect(await withdrawNow(reviewer, 'withdrawn')).toMatchObject({
    review: { status: 'WAITING' },
  });
  await cancel(reviewer, 'exec');
  expect((await readOne(agent, 'ended')).status).toBe('REJECTED');
  expect(await revise(agent, 'ended', { id: 'ended' }, { id: 'again' })).toMatchObject({
    __typename: 'ExecutionEndedError',
  });
});

it('85. after ten revisions only approval and rejection remain', async () => {
  const { agent, reviewer } = service.team();
  await ask(agent, 'r', { payload: { turn: 1 }, ...mayChange });
  for (let turn = 1; turn < 10; turn++) {
    expect(await requestChanges(reviewer, 'r', await subjectOf(reviewer, 'r'))).toMatchObject({
      reviews: [{ status: 'CHANGES_REQUESTED' }],
    });
    expect(await revise(agent, 'r', { turn }, { turn: turn + 1 })).toMatchObject({
      review: { status: 'WAITING' },
    });
  }
  expect(await requestChanges(reviewer, 'r', await subjectOf(reviewer, 'r'))).toMatchObject({
    issues: [{ message: 'must not be REQUEST_CHANGES: r is at its last revision, 10' }],
  });
  expect(await revise(agent, 'r', { turn: 10 }, { turn: 11 })).toMatchObject({
    message: expect.stringMatching(/last revision, 10/),
  });
  const { revisions } = await conversation(agent, 'r');
  expect(revisions.map(({ payload }) => payload)).toEqual(
    Array.from({ length: 10 }, (_, index) => ({ turn: index + 1 })),
  );
  expect(await approve(reviewer, 'r', await subjectOf(reviewer, 'r'))).toMatchObject({
    approvedCount: 1,
  });
});

it('71. a revision is evaluated like a new request', async () => {
  const { user, agent } = service.team();
  await ask(agent, 'r', { payload: { amount: 1 } });
  await savePolicy(service, user, [
    { ruleId: 'huge', when: 'payload.amount > 1000', effect: 'DENY' },
    {
      ruleId: 'two',
      when: 'payload.amount > 100',
      effect: 'REVIEW',
      approvalsRequired: [{ teamId: null, actors: null, count: 2 }],
    },
    { ruleId: 'small', when: 'payload.amount < 10', effect: 'ALLOW' },
  ]);
  expect(await revise(agent, 'r', { amount: 1 }, { amount: 5_000 })).toMatchObject({
    issues: [{ path: 'input.payload', message: 'is denied by rule huge' }],
  });
  await revise(agent, 'r', { amount: 1 }, { amount: 500 });
  expect((await readBallot(agent, 'r')).approvalsRequired).toMatchObject([{ count: 2 }]);
  await revise(agent, 'r', { amount: 500 }, { amount: 5 });
  expect((await readBallot(agent, 'r')).approvalsRequired).toMatchObject([{ count: 2 }]);
  expect((await readOne(agent, 'r')).status).toBe('WAITING');
});

it('87. comments belong to a revision and decide nothing', async () => {
  const { user, agent, reviewer } = service.team();
  await ask(agent, 'r', { payload: { items: [1] }, ...mayChange });
  expect(await comment(agent, { nodeExecId: 'r', text: 'See the invoice' })).toMatchObject({
    comment: { actor: 'agent', text: 'See the invoice', pointer: null, revision: 1 },
  });
  const comments = [{ text: 'Why this one?', pointer: '/items/0' }];
  await requestChanges(reviewer, 'r', { message: null, comments });
  await revise(agent, 'r', { items: [1] }, { items: [2] });
  await comment(reviewer, { nodeExecId: 'r', text: 'Better', pointer: '/items' });
  const talk = await conversation(agent, 'r');
  expect(talk.comments).toMatchObject([
    { actor: 'agent', text: 'See the invoice', revision: 1 },
    { actor: 'reviewer', text: 'Why this one?', pointer: '/items/0', revision: 1 },
    { actor: 'reviewer', text: 'Better', pointer: '/items', revision: 2 },
  ]);
  const { node } = await agent.query<{ node: object }>(
    `query ($id: ID!) { node(id: $id) { ... on ReviewComment { text } } }`,
    { id: talk.comments[1]?.id },
  );
  expect(node).toEqual({ text: 'Why this one?' });
  const stranger = service.as({ user, actor: 'stranger', scopes: ['review:request'] });
  expect(await comment(stranger, { nodeExecId: 'r', text: 'Hello' })).toMatchObject({
    __typename: 'NotFoundError',
  });
  expect(await comment(agent, { nodeExecId: 'r', text: 'x', pointer: 'items' })).toMatchObject({
    issues: [{ path: 'input.pointer', message: expect.stringMatching(/JSON pointer/) }],
  });
  expect((await eventsOf(reviewer, 'r')).map(({ kind }) => kind)).toEqual([
    ...['REQUESTED', 'COMMENTED', 'CHANGES_REQUESTED', 'REVISED', 'COMMENTED'],
  ]);
  await service.sql(
    `UPDATE "PendingReview" SET "commentCount" = 500 WHERE "userId" = $1 AND "nodeExecId" = 'r'`,
    [user],
  );
  expect(await comment(agent, { nodeExecId: 'r', text: 'more' })).toMatchObject({
    issues: [{ path: 'input.text', message: expect.stringMatching(/500 comments/) }],
  });
  expect(
    await reject(reviewer, 'r', { ...(await subjectOf(reviewer, 'r')), comments: [{ text: 'x' }] }),
  ).toMatchObject({ issues: [{ path: 'input.decisions.0.comments' }] });
});

it('87. a request that is withdrawn takes its revisions and comments with it', async () => {
  const { agent } = service.team();
  await ask(agent, 'r', { payload: { amount: 1 } });
  await comment(agent, { nodeExecId: 'r', text: 'Hello' });
  await revise(agent, 'r', { amount: 1 }, { amount: 2 });
  await deleteReview(agent, 'r');
  await ask(agent, 'r', { payload: { amount: 3 } });
  expect(await conversation(agent, 'r')).toMatchObject({
    revision: 1,
    revisions: [{ revision: 1, payload: { amount: 3 } }],
    comments: [],
  });
});

it('88. what the agent says is kept, and a high risk is not approved in bulk', async () => {
  const { agent, reviewer } = service.team();
  const links = [{ title: 'The ticket', url: 'https://example.com/OPS-7' }];
  await ask(agent, 'high', { risk: 'HIGH', reversible: false, links });
  await ask(agent, 'low', { risk: 'LOW' });
  expect(await conversation(agent, 'high')).toMatchObject({ reversible: false, links });
  expect(
    await ask(agent, 'bad', { links: [{ title: 'x', url: 'javascript:alert(1)' }] }),
  ).toMatchObject({
    issues: [{ path: 'input.links.0.url' }],
  });
  const both = ['high', 'low'].map((nodeExecId) => ({ nodeExecId, decision: 'APPROVE' }));
  expect(await decide(reviewer, both)).toMatchObject({
    issues: [{ path: 'input.decisions.0.decision', message: expect.stringMatching(/risk HIGH/) }],
  });
  expect((await readOne(agent, 'low')).status).toBe('WAITING');
  expect(await approve(reviewer, 'high')).toMatchObject({ approvedCount: 1 });
  expect(await approve(reviewer, 'low')).toMatchObject({ approvedCount: 1 });
  await register(agent, 'exec', { status: 'COMPLETED' });
});

/** What a decision on the current subject carries. */
async function subjectOf(client: TestClient, nodeExecId: string) {
  const { subjectDigest } = await readOne(client, nodeExecId);
  return { subjectDigest };
}
