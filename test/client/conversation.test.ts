import {
  type Answered,
  type AnswerOutcome,
  createClient,
  NotApprovedError,
  type Outcome,
  type Revised,
  type Unanswered,
} from '@holdpoint/client';
import {
  answer,
  approve,
  edit,
  reject,
  requestChanges,
  type Step,
  scriptedReviewer,
} from '@holdpoint/client/testing';
import { expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { startProgram } from '../cli/runProgram.ts';
import { testService } from '../support/testService.ts';
import { type Clients, clientsOf } from './clients.ts';

const service = await testService();

const question = {
  execution: 'run-1',
  node: 'which-account',
  headline: 'Which account pays the refund?',
  payload: { customer: 'c-9' },
  answerSchema: { enum: ['main', 'escrow'] },
} as const;

const refund = { execution: 'run-1', node: 'refund', payload: { cents: 20_000, to: 'c-9' } };

/** Another reviewer of the same workspace, by script. */
async function scripted({ reviewer }: Clients, script: Step[]) {
  return scriptedReviewer({
    url: service.url,
    token: await reviewer.token,
    script,
  });
}

it('81. askQuestion returns the answer, with its type', async () => {
  const clients = await clientsOf(service);
  const reviewer = await scripted(clients, [
    answer('escrow', { when: ({ kind }) => kind === 'QUESTION', message: 'As last time' }),
  ]);
  const outcome = await clients.holdpoint.askQuestion(question);
  expectTypeOf(outcome).toEqualTypeOf<AnswerOutcome<'main' | 'escrow'>>();
  expect(outcome).toMatchObject({
    answered: true,
    approved: false,
    status: 'answered',
    answer: 'escrow',
    answerText: '"escrow"',
    message: 'As last time',
    decidedBy: 'reviewer',
    source: 'REVIEWER',
  });
  await reviewer.finish();
});

it('81. the same question has the same answer after a restart, and another question its own', async () => {
  const clients = await clientsOf(service);
  const { holdpoint, human } = clients;
  const first = await holdpoint.askQuestion({ ...question, timeLimitMs: 300 });
  expect(first).toMatchObject({ answered: false, status: 'timeout' });
  const { nodeExecId } = first;
  await human.decideReviews({
    decisions: [{ nodeExecId, decision: 'ANSWER', answer: 'main' }],
  });
  const restarted = createClient({ url: service.url, token: clients.agentToken });
  expect(await restarted.askQuestion(question)).toMatchObject({ answer: 'main', nodeExecId });
  const other = { ...question, headline: 'And which one pays the fee?', timeLimitMs: 300 };
  expect(await restarted.askQuestion(other)).toMatchObject({ status: 'timeout' });
});

it('81. an approval under the ID of a question, given while its agent waits, is no answer', async () => {
  const { holdpoint, human, user } = await clientsOf(service);
  const becomeAction = async (nodeExecId: string) => {
    await service.sql(
      `UPDATE "PendingReview" SET "kind" = 'ACTION', "answerSchema" = NULL
      WHERE "userId" = $1 AND "nodeExecId" = $2`,
      [user, nodeExecId],
    );
    await human.decideReviews({ decisions: [{ nodeExecId, decision: 'APPROVE' }] });
  };
  const asking = holdpoint.askQuestion({
    ...question,
    onWaiting: (nodeExecId) => void becomeAction(nodeExecId),
  });
  await expect(asking).rejects.toThrow('is a request for approval, not a question');
});

it('81. a rejected question has no answer, and null is an answer', async () => {
  const clients = await clientsOf(service);
  const reviewer = await scripted(clients, [reject({ message: 'Nobody knows' }), answer(null)]);
  const ask = (call: string) =>
    clients.holdpoint.askQuestion({
      ...question,
      call,
      answerSchema: { type: ['string', 'null'] },
      parse: (value) => z.string().nullable().parse(value),
    });
  expect(await ask('1')).toMatchObject({
    answered: false,
    status: 'rejected',
    message: 'Nobody knows',
  });
  const second = await ask('2');
  expectTypeOf(second).toEqualTypeOf<AnswerOutcome<string | null>>();
  expect(second).toMatchObject({ answered: true, answer: null });
  await reviewer.finish();
});

it('81. gate, review and consumeReview refuse questions, and runOnce refuses answers', async () => {
  const clients = await clientsOf(service);
  const { holdpoint } = clients;
  const reviewer = await scripted(clients, [answer('main')]);
  const nodeExecId = 'which-account-4711';
  const answered = await holdpoint.askQuestion({ ...question, nodeExecId });
  await reviewer.finish();
  const refusal = `${nodeExecId} is a question, and an answer is never an approval`;
  await expect(holdpoint.review({ ...refund, nodeExecId, node: question.node })).rejects.toThrow(
    refusal,
  );
  await expect(
    holdpoint.consumeReview({ nodeExecId, payloadDigest: `sha256:${'0'.repeat(64)}` }),
  ).rejects.toThrow('an answer is not an approval');
  let runs = 0;
  const run = () => holdpoint.runOnce(answered as unknown as Outcome, () => runs++);
  await expect(run()).rejects.toThrow(NotApprovedError);
  const forged = { ...answered, approved: true, dataText: '{"customer":"c-9"}' };
  await expect(holdpoint.runOnce(forged as unknown as Outcome, () => runs++)).rejects.toThrow(
    'an answer is never an approval',
  );
  expect(runs).toBe(0);
  await expect(
    holdpoint.askQuestion({ ...question, node: 'refund', nodeExecId: await actionOf(clients) }),
  ).rejects.toThrow('is a request for approval, not a question');
});

/** The ID of a request for approval that waits. */
async function actionOf({ holdpoint }: Clients): Promise<string> {
  await holdpoint.review({ ...refund, nodeExecId: 'action', timeLimitMs: 300 });
  return 'action';
}

it('84. a revision after changes were requested is approved, and runs', async () => {
  const clients = await clientsOf(service);
  const { holdpoint } = clients;
  const comments = [{ text: 'At most 100', pointer: '/cents' }];
  const reviewer = await scripted(clients, [
    requestChanges('Less', { comments }),
    requestChanges('Still less'),
    approve(),
  ]);
  const seen: unknown[] = [];
  const waited: string[] = [];
  const ran: unknown[] = [];
  const pay = holdpoint.gate(
    async (given: { cents: number; to: string }) => {
      ran.push(given);
    },
    {
      execution: 'run-1',
      node: 'refund',
      reversible: false,
      links: [{ title: 'The order', url: 'https://shop.example.com/orders/17' }],
      onWaiting: (id) => waited.push(id),
      onChangesRequested: async (message, comments, { payload, revision }) => {
        seen.push([message, comments.map(({ text, pointer }) => [text, pointer]), revision]);
        const { cents, to } = payload as { cents: number; to: string };
        return { payload: { cents: cents / 2, to }, note: `Half of ${cents}` };
      },
    },
  );
  await pay({ cents: 20_000, to: 'c-9' });
  expect(ran).toEqual([{ cents: 5_000, to: 'c-9' }]);
  expect(seen).toEqual([
    ['Less', [['At most 100', '/cents']], 1],
    ['Still less', [], 2],
  ]);
  const [nodeExecId = ''] = waited;
  expect(waited).toEqual([nodeExecId, nodeExecId, nodeExecId]);
  const revisions = await holdpoint.revisions(nodeExecId);
  expect(revisions).toMatchObject([
    { revision: 1, note: null, changesRequested: 'Less', changesRequestedBy: 'reviewer' },
    { revision: 2, note: 'Half of 20000', changesRequested: 'Still less' },
    { revision: 3, note: 'Half of 10000', payload: { cents: 5_000, to: 'c-9' } },
  ]);
  const { comment } = await holdpoint.addComment({ nodeExecId, text: 'Thank you' });
  expect(await holdpoint.comments(nodeExecId)).toMatchObject([
    { text: 'At most 100', pointer: '/cents', revision: 1 },
    { id: comment.id, text: 'Thank you', actor: 'agent', revision: 3 },
  ]);
  const [review] = await holdpoint.reviews([nodeExecId]);
  expect(review).toMatchObject({
    reversible: false,
    links: [{ title: 'The order' }],
    outcome: 'EXECUTED',
    allowedDecisions: ['APPROVE', 'REJECT', 'REQUEST_CHANGES'],
  });
  await reviewer.finish();
});

it('84. a reviewer can edit a revision', async () => {
  const clients = await clientsOf(service);
  const reviewer = await scripted(clients, [
    requestChanges('Less'),
    edit({ cents: 50, to: 'c-9' }),
  ]);
  const outcome = await clients.holdpoint.review({
    ...refund,
    onChangesRequested: () => ({ payload: { cents: 100, to: 'c-9' } }),
  });
  expect(outcome).toMatchObject({ approved: true, edited: true, data: { cents: 50 } });
  await reviewer.finish();
});

it('83. changes are not offered if the agent cannot revise', async () => {
  const { holdpoint, human } = await clientsOf(service);
  const { nodeExecId } = await holdpoint.review({ ...refund, timeLimitMs: 300 });
  const [review] = await human.reviews([nodeExecId]);
  expect(review?.allowedDecisions).toEqual(['APPROVE', 'REJECT']);
  const decisions = [{ nodeExecId, decision: 'REQUEST_CHANGES' as const, message: 'Less' }];
  await expect(human.decideReviews({ decisions })).rejects.toThrow(/APPROVE, REJECT/);
  await expect(
    holdpoint.review({ ...refund, allowedDecisions: ['REQUEST_CHANGES'] }),
  ).rejects.toThrow('allowedDecisions: can only contain REQUEST_CHANGES with onChangesRequested');
});

it('84. without a revision, changes requested is not an approval', async () => {
  const clients = await clientsOf(service);
  const reviewer = await scripted(clients, [requestChanges('Less')]);
  const step = { ...refund, onChangesRequested: () => undefined };
  const outcome = await clients.holdpoint.review(step);
  expect(outcome).toMatchObject({ approved: false, status: 'changesRequested', message: 'Less' });
  let runs = 0;
  const pay = clients.holdpoint.gate((_: object) => runs++, {
    execution: 'run-1',
    node: 'refund',
    onChangesRequested: () => undefined,
  });
  await expect(pay(refund.payload)).rejects.toThrow('was not run: changesRequested, Less');
  expect(runs).toBe(0);
  await reviewer.finish();
});

it('84. the payload of a revision must be JSON, and what the callback throws is thrown', async () => {
  const clients = await clientsOf(service);
  const reviewer = await scripted(clients, [requestChanges('Less'), approve()]);
  const revise = (onChangesRequested: () => Revised<unknown>) =>
    clients.holdpoint.review<unknown>({ ...refund, onChangesRequested });
  await expect(revise(() => ({ payload: { cents: 1n } }))).rejects.toThrow('payload.cents');
  const boom = () => {
    throw new Error('boom');
  };
  await expect(revise(boom)).rejects.toThrow('boom');
  expect(await revise(() => ({ payload: { cents: 1 } }))).toMatchObject({ data: { cents: 1 } });
  await reviewer.finish();
});

it('84. a time limit ends the wait for a callback, and the next call goes on', async () => {
  const clients = await clientsOf(service);
  const reviewer = await scripted(clients, [requestChanges('Less'), approve()]);
  const never = new Promise<undefined>(() => {});
  const outcome = await clients.holdpoint.review({
    ...refund,
    onChangesRequested: () => never,
    timeLimitMs: 2_000,
  });
  expect(outcome).toMatchObject({ status: 'timeout' });
  const step = { ...refund, onChangesRequested: () => ({ payload: { cents: 1, to: '' } }) };
  expect(await clients.holdpoint.review(step)).toMatchObject({ data: { cents: 1 } });
  await reviewer.finish();
});

/** Starts an agent that revises as a process of its own. Answers its exit code and what it printed. */
async function agent({ agentToken }: Clients, point = 'nowhere') {
  const args = [service.url, agentToken, point];
  const { exitCode, stdout } = await startProgram('test/client/revisingAgent.ts', args).ended;
  return [exitCode, stdout.trim()];
}

it.each([
  ['before revising', [9, 'revising 8']],
  ['after revising', [9, 'revising 8']],
])('84. an agent that crashed %s continues', async (point, printed) => {
  const clients = await clientsOf(service);
  const reviewer = await scripted(clients, [requestChanges('Half'), approve()]);
  expect(await agent(clients, point)).toEqual(printed);
  const isRevised = point === 'after revising';
  const expected = [...(isRevised ? [] : ['revising 8']), 'paid 4'].join('\n');
  expect(await agent(clients)).toEqual([0, expected]);
  expect(await agent(clients)).toEqual([0, 'consumed']);
  const [{ node } = { node: null }] = (
    await clients.human.reviewsForExecution({ graphExecId: 'run-1' })
  ).edges;
  expect(node).toMatchObject({ revision: 2, outcome: 'EXECUTED' });
  await reviewer.finish();
});

it('84. a revision whose answer was lost is not sent twice', async () => {
  const clients = await clientsOf(service);
  const reviewer = await scripted(clients, [requestChanges('Half'), approve()]);
  expect(await agent(clients, 'losing the answer')).toEqual([0, 'revising 8\npaid 4']);
  const { edges } = await clients.human.reviewsForExecution({ graphExecId: 'run-1' });
  expect(edges.map(({ node }) => node.revision)).toEqual([2]);
  await reviewer.finish();
});

it('84. two workers of one agent revise once, and act once', async () => {
  const clients = await clientsOf(service);
  const reviewer = await scripted(clients, [requestChanges('Half'), approve()]);
  const ended = await Promise.all([agent(clients), agent(clients)]);
  const lines = ended.flatMap(([, output]) => String(output).split('\n'));
  expect(lines.filter((line) => !line.startsWith('revising')).sort()).toEqual([
    'consumed',
    'paid 4',
  ]);
  const { edges } = await clients.human.reviewsForExecution({ graphExecId: 'run-1' });
  expect(edges.map(({ node }) => node.revision)).toEqual([2]);
  await reviewer.finish();
});

it('81. an answer has no type that could be mistaken for an approval', () => {
  expectTypeOf<Answered['approved']>().toEqualTypeOf<false>();
  expectTypeOf<Unanswered['approved']>().toEqualTypeOf<false>();
});
