import { createClient, exactJson, type ReviewOptions, UnreachableError } from '@holdpoint/client';
import { expect, it } from 'vitest';
import { testService } from '../support/testService.ts';
import { clientsOf } from './clients.ts';

const service = await testService();

type Email = { to: string; amount?: number };

const step = {
  execution: 'run-1',
  node: 'send-email',
  payload: { to: 'a@example.com', amount: 1.5 } as Email,
  instructions: 'Goes out at once.',
} satisfies ReviewOptions<Email>;

it('returns the requested payload after an approval', async () => {
  const { holdpoint, human } = await clientsOf(service);
  const outcome = await holdpoint.review({
    ...step,
    onWaiting: async (nodeExecId) => {
      const [review] = await human.reviews([nodeExecId]);
      expect(review).toMatchObject({
        graphExecId: 'run-1',
        nodeId: 'send-email',
        instructions: 'Goes out at once.',
      });
      await human.decideReviews({
        decisions: [{ nodeExecId, decision: 'APPROVE', message: 'Fine.' }],
      });
    },
  });
  expect(outcome).toEqual({
    approved: true,
    status: 'approved',
    data: step.payload,
    dataText: '{"to":"a@example.com","amount":1.5}',
    edited: false,
    autoApproved: false,
    nodeExecId: expect.stringMatching(/^send-email:[0-9a-f]{32}$/),
    source: 'REVIEWER',
    votes: [],
    policy: null,
    message: 'Fine.',
    decidedBy: 'reviewer',
  });
});

it("returns the reviewer's edit, and its exact text", async () => {
  const { holdpoint, reviewer } = await clientsOf(service);
  const outcome = await holdpoint.review({
    ...step,
    onWaiting: (nodeExecId) => {
      void reviewer.raw(
        'mutation ($input: DecideReviewsInput!) { decideReviews(input: $input) { __typename } }',
        `{"input":{"decisions":[{"nodeExecId":"${nodeExecId}","decision":"APPROVE","payload":{"to":"b@example.com","10":0.10,"9":1.0}}]}}`,
      );
    },
  });
  if (!outcome.approved) throw new Error(outcome.status);
  expect(outcome.edited).toBe(true);
  expect(outcome.data).toEqual({ to: 'b@example.com', 10: 0.1, 9: 1 });
  expect(outcome.dataText).toBe('{"to":"b@example.com","10":0.10,"9":1.0}');
});

it('sends an exact payload unchanged', async () => {
  const { holdpoint, agent } = await clientsOf(service);
  const payload = exactJson('{ "b": 1.10, "2": 2, "1": 1e2 }');
  const review = holdpoint.review({ ...step, payload, nodeExecId: 'exact', timeLimitMs: 1_000 });
  await review;
  const { text } = await agent.answer('query { reviews(nodeExecIds: ["exact"]) { payload } }');
  expect(text).toContain('{"b":1.10,"2":2,"1":1e2}');
});

it("returns a rejection with the reviewer's message", async () => {
  const { holdpoint, human } = await clientsOf(service);
  const outcome = await holdpoint.review({
    ...step,
    onWaiting: (nodeExecId) => {
      void human.decideReviews({
        decisions: [{ nodeExecId, decision: 'REJECT', message: 'Not today.' }],
      });
    },
  });
  expect(outcome).toEqual({
    approved: false,
    status: 'rejected',
    source: 'REVIEWER',
    votes: [],
    policy: null,
    message: 'Not today.',
    nodeExecId: expect.any(String),
    decidedBy: 'reviewer',
    processed: false,
  });
});

it('distinguishes a time limit from a rejection, and the same step can go on waiting', async () => {
  const { holdpoint, human } = await clientsOf(service);
  const outcome = await holdpoint.review({ ...step, timeLimitMs: 1_000 });
  expect(outcome).toMatchObject({ approved: false, status: 'timeout', decidedBy: null });

  const { nodeExecId } = outcome;
  await human.decideReviews({ decisions: [{ nodeExecId, decision: 'APPROVE' }] });
  expect(await holdpoint.review(step)).toMatchObject({ approved: true, nodeExecId });
  expect((await human.pendingReviews()).totalCount).toBe(0);
});

it('does not mistake an unreachable service for an absent reviewer', async () => {
  const { agent } = await clientsOf(service);
  const url = 'http://127.0.0.1:1';
  const away = createClient({ url, token: await agent.token });
  await expect(away.review({ ...step, timeLimitMs: 300 })).rejects.toMatchObject({
    constructor: UnreachableError,
    message:
      `Holdpoint cannot be reached at ${url}/graphql (no answer within the time limit of 300 ms). ` +
      'Start it, or correct its URL (HOLDPOINT_URL)',
  });
});

it('distinguishes an expiry from a rejection', async () => {
  const { holdpoint } = await clientsOf(service);
  const expiresAt = new Date(Date.now() + 700);
  expect(await holdpoint.review({ ...step, expiresAt })).toMatchObject({
    approved: false,
    status: 'expired',
  });
});

it('distinguishes a stopped run and a deleted review from a rejection', async () => {
  const { holdpoint } = await clientsOf(service);
  const stopped = await holdpoint.review({
    ...step,
    onWaiting: () => void holdpoint.cancelPendingReviews({ graphExecId: step.execution }),
  });
  expect(stopped).toMatchObject({ approved: false, status: 'cancelled' });

  const deleted = await holdpoint.review({
    ...step,
    execution: 'run-2',
    onWaiting: (nodeExecId) => void holdpoint.deleteReview({ nodeExecId }),
  });
  expect(deleted).toMatchObject({ approved: false, status: 'deleted' });
});

it('does not approve a step twice once it is consumed', async () => {
  const { holdpoint, human } = await clientsOf(service);
  const { nodeExecId } = await holdpoint.review({
    ...step,
    onWaiting: (nodeExecId) =>
      void human.decideReviews({ decisions: [{ nodeExecId, decision: 'APPROVE' }] }),
  });
  await holdpoint.setReviewProcessed({ nodeExecId, processed: true });
  expect(await holdpoint.review(step)).toMatchObject({ approved: false, status: 'consumed' });
});

it('needs no reviewer if there is a standing approval', async () => {
  const { holdpoint, human } = await clientsOf(service);
  const { execution: graphExecId, node: nodeId } = step;
  await holdpoint.registerExecution({ graphExecId, graphId: 'agent', graphVersion: 1 });
  await human.createAutoApproval({ graphExecId, graphId: 'agent', graphVersion: 1, nodeId });
  const onWaiting = () => expect.unreachable();
  expect(await holdpoint.review({ ...step, onWaiting })).toMatchObject({
    approved: true,
    autoApproved: true,
    data: step.payload,
  });
});

it("rejects with the signal's reason", async () => {
  const { holdpoint } = await clientsOf(service);
  const stop = new AbortController();
  const reason = new Error('the agent was stopped');
  const waiting = holdpoint.review({
    ...step,
    signal: stop.signal,
    onWaiting: () => stop.abort(reason),
  });
  await expect(waiting).rejects.toBe(reason);
  await expect(holdpoint.review({ ...step, signal: stop.signal })).rejects.toBe(reason);
});

it('asks once for a retried step, even if its keys come in another order', async () => {
  const { holdpoint, human, agentToken } = await clientsOf(service);
  const again = createClient({ url: service.url, token: agentToken });
  const both = [
    holdpoint.review({ ...step, payload: { to: 'a', amount: 1 } }),
    again.review({
      ...step,
      payload: { amount: 1, to: 'a' },
      onWaiting: (nodeExecId) =>
        void human.decideReviews({ decisions: [{ nodeExecId, decision: 'APPROVE' }] }),
    }),
  ];
  for (const outcome of await Promise.all(both)) expect(outcome.approved).toBe(true);
  expect(await human.reviewsForExecution({ graphExecId: 'run-1' })).toMatchObject({
    totalCount: 1,
  });
});

it('asks twice for two calls with the same arguments', async () => {
  const { holdpoint, human } = await clientsOf(service);
  const calls = ['call-1', 'call-2'].map((call) =>
    holdpoint.review({ ...step, call, timeLimitMs: 1_000 }),
  );
  await Promise.all(calls);
  expect((await human.pendingReviews()).totalCount).toBe(2);
});

it('passes approved data through parse, and rejects if parse throws', async () => {
  const { holdpoint, human } = await clientsOf(service);
  const approve = (nodeExecId: string) =>
    void human.decideReviews({
      decisions: [{ nodeExecId, decision: 'APPROVE', payload: { to: 5 } }],
    });
  const parse = (data: unknown): string => {
    const { to } = data as { to: unknown };
    if (typeof to !== 'string') throw new TypeError('to must be text');
    return to;
  };
  await expect(holdpoint.review({ ...step, parse, onWaiting: approve })).rejects.toThrow(
    'to must be text',
  );
  await expect(
    holdpoint.review({
      ...step,
      execution: 'run-3',
      payload: { to: 'x' },
      parse,
      timeLimitMs: 1_000,
    }),
  ).resolves.toMatchObject({ approved: false });
});

it('works for a copilot, whose ids need no run', async () => {
  const { holdpoint, human } = await clientsOf(service);
  const execution = 'copilot-session-7';
  const waiting = holdpoint.review({ ...step, execution });
  await expect
    .poll(async () => (await human.pendingReviews()).edges[0]?.node)
    .toMatchObject({ nodeId: 'copilot-node-send-email', graphExecId: execution });
  await human.cancelPendingReviews({ graphExecId: execution });
  expect(await waiting).toMatchObject({ status: 'cancelled' });
});
