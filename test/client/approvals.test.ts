import { createClient, type Holdpoint, InvalidInputError } from '@holdpoint/client';
import { expect, it } from 'vitest';
import { company } from '../support/ballots.ts';
import { switchedProxy } from '../support/switchedProxy.ts';
import { testService } from '../support/testService.ts';

const service = await testService();

const step = { execution: 'run-1', node: 'pay', payload: { amount: 500 } };
const two = [{ teamId: 'finance', count: 2 }];

/** An agent, and people of two teams, each with a client. */
async function clients(url = service.url) {
  const { user, agent, as } = await company(service, {
    finance: ['ada', 'ben'],
    security: ['cleo'],
  });
  const people = new Map<string, Holdpoint>();
  for (const actor of ['ada', 'ben', 'cleo', 'boss']) {
    const { token } =
      actor === 'boss'
        ? service.as({ user, actor, scopes: ['review:decide', 'review:override'] })
        : as(actor);
    people.set(actor, createClient({ url: service.url, token: await token }));
  }
  const person = (actor: string) => people.get(actor) as Holdpoint;
  const holdpoint = createClient({ url, token: await agent.token });
  return { user, holdpoint, person };
}

async function decide(
  client: Holdpoint,
  nodeExecId: string,
  more: { decision?: 'APPROVE' | 'REJECT'; message?: string; payload?: unknown } = {},
) {
  const [review] = await client.reviews([nodeExecId]);
  const subjectDigest = review?.subjectDigest as string;
  return client.decideReviews({
    decisions: [{ nodeExecId, decision: 'APPROVE', subjectDigest, ...more }],
  });
}

async function withdraw(client: Holdpoint, nodeExecId: string, reason: string) {
  const [review] = await client.reviews([nodeExecId]);
  const subjectDigest = review?.subjectDigest as string;
  return client.withdrawDecision({ nodeExecId, subjectDigest, reason });
}

it('43. waits for two approvals, and gets the votes of both', async () => {
  const { holdpoint, person } = await clients();
  const asked = Promise.withResolvers<string>();
  const outcome = holdpoint.review({
    ...step,
    approvalsRequired: two,
    escalation: [{ after: '1h', teamIds: ['security'] }],
    onWaiting: asked.resolve,
  });
  const id = await asked.promise;
  const first = await decide(person('ada'), id, { message: 'fine' });
  expect(first).toMatchObject({
    votedCount: 1,
    approvedCount: 0,
    reviews: [{ status: 'WAITING' }],
  });
  expect(first.reviews[0]?.approvalsRequired).toMatchObject([{ count: 2, given: 1 }]);
  await decide(person('ben'), id);
  expect(await outcome).toMatchObject({
    approved: true,
    source: 'REVIEWER',
    decidedBy: 'ben',
    votes: [
      { actor: 'ada', decision: 'APPROVE', message: 'fine', onBehalfOf: null, endedBy: null },
      { actor: 'ben', decision: 'APPROVE', endedBy: null },
    ],
  });
});

it('46. says who rejected, and who had approved before', async () => {
  const { holdpoint, person } = await clients();
  const outcome = await holdpoint.review({
    ...step,
    approvalsRequired: two,
    onWaiting: async (id) => {
      await decide(person('ada'), id);
      await decide(person('cleo'), id, { decision: 'REJECT', message: 'too much' });
    },
  });
  expect(outcome).toMatchObject({
    status: 'rejected',
    source: 'REVIEWER',
    decidedBy: 'cleo',
    message: 'too much',
  });
  expect(outcome.votes[0]).toMatchObject({ actor: 'ada', decision: 'APPROVE' });
});

it('56. says that a decision is an override', async () => {
  const { holdpoint, person } = await clients();
  const outcome = await holdpoint.review({
    ...step,
    approvalsRequired: two,
    onWaiting: async (nodeExecId) => {
      const [review] = await person('boss').reviews([nodeExecId]);
      await person('boss').overrideReview({
        nodeExecId,
        decision: 'APPROVE',
        subjectDigest: review?.subjectDigest as string,
        reason: 'nobody of finance is at work',
      });
    },
  });
  expect(outcome).toMatchObject({ approved: true, source: 'OVERRIDE', decidedBy: 'boss' });
});

it.each([
  ['an empty team', { approvalsRequired: [{ teamId: '' }] }, 'approvalsRequired.0.teamId'],
  ['a count of 0', { approvalsRequired: [{ count: 0 }] }, 'approvalsRequired.0.count'],
  ['a count of 11', { approvalsRequired: [{}, { count: 11 }] }, 'approvalsRequired.1.count'],
  ['half a person', { approvalsRequired: [{ count: 1.5 }] }, 'approvalsRequired.0.count'],
  [
    'a team and actors',
    { approvalsRequired: [{ teamId: 'finance', actors: ['ada'] }] },
    'approvalsRequired.0',
  ],
  ['an empty name', { approvalsRequired: [{ actors: [''] }] }, 'approvalsRequired.0.actors.0'],
  ['a misspelt name', { approvalsRequired: [{ team: 'finance' }] }, 'approvalsRequired.0.team'],
  ['six requirements', { approvalsRequired: Array(6).fill({}) }, 'approvalsRequired'],
  ['no list', { approvalsRequired: { count: 2 } }, 'approvalsRequired'],
  ['no duration', { escalation: [{ after: '5', actors: ['ada'] }] }, 'escalation.0.after'],
  ['nobody', { escalation: [{ after: '5m' }] }, 'escalation.0'],
  [
    'steps out of order',
    {
      escalation: [
        { after: '1h', actors: ['ada'] },
        { after: '60m', actors: ['ben'] },
      ],
    },
    'escalation.1.after',
  ],
])('42. refuses %s with its path, before anything is sent', async (_, options, path) => {
  const proxy = await switchedProxy(service.url);
  const { holdpoint } = await clients(proxy.url);
  const refused = { constructor: InvalidInputError, issues: [{ path }] };
  const wrong = options as object;
  await expect(holdpoint.review({ ...step, ...wrong })).rejects.toMatchObject(refused);
  const pay = holdpoint.gate(() => expect.unreachable(), { ...step, ...wrong });
  await expect(pay()).rejects.toMatchObject(refused);
  expect(proxy.requests).toBe(0);
});

it('42. sends the service’s refusal of an unknown team on', async () => {
  const { holdpoint } = await clients();
  await expect(
    holdpoint.review({ ...step, approvalsRequired: [{ teamId: 'nobody' }] }),
  ).rejects.toMatchObject({ issues: [{ path: 'input.approvalsRequired.0.teamId' }] });
});

/** A gated call whose approval is withdrawn right before the request that consumes it. */
async function withdrawnCall(
  afterwards: (id: string, ada: Holdpoint) => Promise<unknown> = async () => {},
  options: { timeLimitMs?: number } = {},
) {
  const proxy = await switchedProxy(service.url);
  const { holdpoint, person } = await clients(proxy.url);
  const paid: unknown[] = [];
  const waits: string[] = [];
  const pay = holdpoint.gate((order: { amount: number }) => void paid.push(order), {
    ...{ execution: 'run-1', node: 'pay' },
    ...options,
    onWaiting: (id) => {
      waits.push(id);
      if (waits.length > 1) return;
      proxy.beforeRequest = {
        text: 'consumeReview',
        run: async () => {
          await withdraw(person('ada'), id, 'a mistake');
          await afterwards(id, person('ada'));
        },
      };
      void decide(person('ada'), id);
    },
  });
  return { pay, paid, waits, person };
}

it('47. a call whose approval is withdrawn before it is consumed waits for another decision', async () => {
  const { pay, paid, waits, person } = await withdrawnCall();
  const call = pay(step.payload);
  await expect.poll(() => waits.length).toBe(2);
  expect(paid).toEqual([]);
  await decide(person('ben'), waits[1] as string, { payload: { amount: 5 } });
  await call;
  expect(paid).toEqual([{ amount: 5 }]);
  expect(waits[0]).toBe(waits[1]);
});

it('47. a call whose approval was replaced by one with an edit runs with the edit', async () => {
  const { pay, paid, waits } = await withdrawnCall((id, ada) =>
    decide(ada, id, { payload: { amount: 7 } }),
  );
  await pay(step.payload);
  expect(paid).toEqual([{ amount: 7 }]);
  expect(waits).toHaveLength(1);
});

it('47. a call never runs if the withdrawn approval becomes a rejection, or its time ends', async () => {
  const rejected = await withdrawnCall((id, ada) => decide(ada, id, { decision: 'REJECT' }));
  await expect(rejected.pay(step.payload)).rejects.toMatchObject({
    outcome: { status: 'rejected' },
  });
  const late = await withdrawnCall(undefined, { timeLimitMs: 2_000 });
  await expect(late.pay(step.payload)).rejects.toMatchObject({ outcome: { status: 'timeout' } });
  expect([rejected.paid, late.paid]).toEqual([[], []]);
});

it('47. runOnce does not run on an approval that was withdrawn, and the feed tells of it', async () => {
  const { holdpoint, person } = await clients();
  const outcome = await holdpoint.review({
    ...step,
    onWaiting: (id) => void decide(person('ada'), id),
  });
  const events = holdpoint.reviewEvents({ after: '0', nodeExecIds: [outcome.nodeExecId] });
  await withdraw(person('ada'), outcome.nodeExecId, 'a mistake');
  await expect(holdpoint.runOnce(outcome, () => expect.unreachable())).rejects.toMatchObject({
    outcome: { status: 'withdrawn', message: expect.stringContaining('a mistake') },
  });
  const kinds: string[] = [];
  for await (const { kind, actor, status } of events) {
    kinds.push(kind);
    if (kind !== 'WITHDRAWN') continue;
    expect({ actor, status }).toEqual({ actor: 'ada', status: 'WAITING' });
    break;
  }
  expect(kinds).toEqual(['REQUESTED', 'APPROVED', 'WITHDRAWN']);
});

it('47. a wait goes on if the approval is withdrawn before it was read', async () => {
  const proxy = await switchedProxy(service.url);
  const { holdpoint, person } = await clients(proxy.url);
  const asked = Promise.withResolvers<string>();
  const outcome = holdpoint.review({ ...step, onWaiting: asked.resolve });
  const id = await asked.promise;
  await expect.poll(() => proxy.sockets.open).toBe(1);
  // The watcher reads the review after the event, but then the approval is gone.
  const read = Promise.withResolvers<void>();
  proxy.beforeRequest = {
    text: 'query Reviews(',
    run: async () => {
      await withdraw(person('ada'), id, 'a mistake');
      read.resolve();
    },
  };
  await decide(person('ada'), id);
  await read.promise;
  await decide(person('ben'), id, { decision: 'REJECT', message: 'no' });
  expect(await outcome).toMatchObject({ status: 'rejected', decidedBy: 'ben' });
});

it('a wait ends with a decision whose event has a kind that the client does not know', async () => {
  const proxy = await switchedProxy(service.url);
  const { holdpoint, person } = await clients(proxy.url);
  proxy.replaceInSockets = ['"APPROVED"', '"APPLAUD."'];
  const asked = Promise.withResolvers<string>();
  const outcome = holdpoint.review({ ...step, onWaiting: asked.resolve });
  const id = await asked.promise;
  await expect.poll(() => proxy.sockets.open).toBe(1);
  const stop = new AbortController();
  const events = holdpoint.reviewEvents({ after: '0', nodeExecIds: [id], signal: stop.signal });
  expect((await events.next()).value).toMatchObject({ kind: 'REQUESTED' });
  await decide(person('ada'), id);
  expect((await events.next()).value).toMatchObject({ kind: 'APPLAUD.' });
  stop.abort();
  expect(await outcome).toMatchObject({ approved: true, decidedBy: 'ada' });
});

it('50. throws NotEligibleError, and has methods for claims and reassignment', async () => {
  const { holdpoint, person } = await clients();
  const asked = Promise.withResolvers<string>();
  const outcome = holdpoint.review({ ...step, approvalsRequired: two, onWaiting: asked.resolve });
  const nodeExecId = await asked.promise;
  await expect(decide(person('cleo'), nodeExecId)).rejects.toMatchObject({
    name: 'NotEligibleError',
    nodeExecIds: [nodeExecId],
  });
  const claimed = await person('ada').claimReview({ nodeExecId });
  expect(claimed.review).toMatchObject({ claimedBy: 'ada' });
  expect((await person('ada').releaseReview({ nodeExecId })).review.claimedBy).toBeNull();
  const { review } = await person('ben').reassignReview({
    nodeExecId,
    approvalsRequired: [{ count: 2 }],
    reason: 'finance is away',
  });
  expect(review.approvalsRequired).toMatchObject([{ count: 2, given: 0 }]);
  await decide(person('ada'), nodeExecId);
  await decide(person('cleo'), nodeExecId);
  expect(await outcome).toMatchObject({ approved: true });
});
