import { expect, it } from 'vitest';
import { mustSet, rule } from '../policy/operations.ts';
import { comment, digest, requestChanges, revise } from '../reviews/talk.ts';
import { claim, company, release, vote, withdrawNow } from '../support/ballots.ts';
import { approve, ask, decide, deleteReview, setProcessed } from '../support/operations.ts';
import { defaultDigest } from '../support/outcomes.ts';
import { testService } from '../support/testService.ts';
import { create, deliveries, manage } from './operations.ts';
import { isSignedWith, Receiver } from './receiver.ts';

const service = await testService({
  config: { webhookAllowPrivate: true },
  webhooks: { pausesMs: [20, 30, 40, 50], timeoutMs: 1_000 },
});

const team = () => {
  const people = service.team();
  const scopes = ['webhook:manage'] as const;
  return { ...people, manager: service.as({ user: people.user, actor: 'ops', scopes }) };
};

it('every later change of a review is sent once, in order, signed with the secret', async () => {
  const { agent, reviewer, manager, user } = team();
  const receiver = await Receiver.open();
  await ask(agent, 'before');
  const { secret } = await create(manager, receiver.url);
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  await ask(agent, 'n', { payload: { secret: 'of the owner' }, instructions: 'private' });
  await approve(reviewer, 'n', { message: 'a word' });
  await setProcessed(agent, 'n');
  await ask(agent, 'm');
  await deleteReview(agent, 'm');

  const received = await receiver.until(5);
  expect(receiver.of('n')).toEqual(['REQUESTED', 'APPROVED', 'PROCESSED']);
  expect(receiver.of('m')).toEqual(['REQUESTED', 'DELETED']);
  expect(receiver.of('before')).toEqual([]);
  for (const message of received) {
    expect(isSignedWith(secret, message)).toBe(true);
    expect(isSignedWith(`${secret.slice(0, -3)}AA=`, message)).toBe(false);
    expect(message.text).not.toMatch(/of the owner|private|a word/);
    expect(message.headers['content-type']).toBe('application/json');
    expect(message.id).toMatch(/^evt_[\w-]{27}$/);
  }
  expect(new Set(received.map(({ id }) => id)).size).toBe(5);
  const inOrder = received.toSorted((a, b) => Number(a.data.cursor) - Number(b.data.cursor));
  expect(inOrder.map(({ type }) => type)).toEqual([
    'review.requested',
    'review.approved',
    'review.processed',
    'review.requested',
    'review.deleted',
  ]);
  expect(inOrder.map(({ data }) => data.cursor)).toEqual(['2', '3', '4', '5', '6']);
  expect(inOrder.at(-1)?.data.review).toBeNull();
  expect(JSON.stringify(received)).not.toContain(user);
});

it('the body says what happened to which review, when, by whom, and its state', async () => {
  const { agent, reviewer, manager } = team();
  const receiver = await Receiver.open();
  await create(manager, receiver.url, ['APPROVED']);
  await ask(agent, 'copilot-node-mail:1', { graphExecId: 'copilot-session-1' });
  await approve(reviewer, 'copilot-node-mail:1');
  const [message] = await receiver.until(1);
  const instant = expect.stringMatching(/^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(JSON.parse(message?.text ?? '')).toEqual({
    type: 'review.approved',
    timestamp: instant,
    data: {
      cursor: '2',
      kind: 'APPROVED',
      nodeExecId: 'copilot-node-mail:1',
      graphExecId: 'copilot-session-1',
      actor: 'reviewer',
      requestedBy: 'agent',
      payloadDigest: defaultDigest('copilot-node-mail:1'),
      review: {
        kind: 'ACTION',
        revision: 1,
        nodeId: 'copilot-node-mail',
        graphId: 'graph',
        graphVersion: 1,
        headline: null,
        risk: null,
        tags: [],
        policy: null,
        status: 'APPROVED',
        wasEdited: false,
        processed: false,
        requestedBy: 'agent',
        decidedBy: 'reviewer',
        decisionSource: 'REVIEWER',
        payloadDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        createdAt: instant,
        expiresAt: null,
        reviewedAt: instant,
        voidedAt: null,
        consumedAt: null,
        outcome: null,
        approvalsRequired: [],
        votes: [],
        escalatedAt: null,
        claimedBy: null,
        claimedUntil: null,
      },
    },
  });
});

it('the body says who must approve, who has, and who has claimed the review, without their words', async () => {
  const { user, agent, as } = await company(service, { finance: ['ada', 'ben'] });
  const manager = service.as({ user, actor: 'ops', scopes: ['webhook:manage'] });
  const receiver = await Receiver.open();
  await create(manager, receiver.url);
  await ask(agent, 'n', { approvalsRequired: [{ teamId: 'finance', count: 2 }] });
  await claim(as('ada'), { nodeExecId: 'n' });
  await receiver.until(2);
  await vote(as('ada'), 'n', { message: 'a secret' });
  await receiver.until(3);
  await release(as('ada'), 'n');
  await vote(as('ben'), 'n');
  await receiver.until(5);
  await withdrawNow(as('ben'), 'n');
  const messages = await receiver.until(6);
  expect(receiver.of('n')).toEqual([
    ...['REQUESTED', 'CLAIMED', 'VOTED', 'RELEASED', 'APPROVED', 'WITHDRAWN'],
  ]);
  const bodies = messages.map(({ text }) => JSON.parse(text));
  const requirement = { teamId: 'finance', actors: null, count: 2 };
  const byAda = { actor: 'ada', onBehalfOf: null, decision: 'APPROVE', at: expect.any(String) };
  expect(bodies[2]).toMatchObject({
    type: 'review.voted',
    data: {
      actor: 'ada',
      review: {
        status: 'WAITING',
        approvalsRequired: [{ ...requirement, given: 1 }],
        claimedBy: 'ada',
        claimedUntil: expect.any(String),
      },
    },
  });
  expect(bodies[2].data.review.votes).toEqual([{ ...byAda, endedBy: null }]);
  expect(bodies[4].data.review.approvalsRequired).toEqual([{ ...requirement, given: 2 }]);
  expect(bodies[5]).toMatchObject({
    type: 'review.withdrawn',
    data: {
      review: {
        status: 'WAITING',
        decidedBy: null,
        approvalsRequired: [{ ...requirement, given: 0 }],
        votes: [{ endedBy: 'WITHDRAWN' }, { endedBy: 'WITHDRAWN' }],
        claimedBy: null,
      },
    },
  });
  expect(messages.map(({ text }) => text).join('')).not.toContain('secret');
});

it('84. what was asked, answered, changed and said is one event each, without the words', async () => {
  const { agent, reviewer, manager } = team();
  const receiver = await Receiver.open();
  const { secret } = await create(manager, receiver.url);
  await ask(agent, 'q', { kind: 'QUESTION', answerSchema: { enum: ['secret-answer'] } });
  await receiver.until(1);
  await decide(reviewer, [{ nodeExecId: 'q', decision: 'ANSWER', answer: 'secret-answer' }]);
  await receiver.until(2);

  await ask(agent, 'n', { allowedDecisions: ['APPROVE', 'REQUEST_CHANGES'] });
  await receiver.until(3);
  await comment(reviewer, { nodeExecId: 'n', text: 'secret-comment', pointer: '/of' });
  await receiver.until(4);
  await requestChanges(reviewer, 'n', { message: 'secret-message' });
  await receiver.until(5);
  const revised = { of: 'secret-payload' };
  await revise(agent, 'n', { of: 'n' }, revised, 'secret-note');
  const messages = await receiver.until(6);

  for (const message of messages) {
    expect(isSignedWith(secret, message)).toBe(true);
    expect(message.text).not.toContain('secret-');
  }
  const bodies = messages.map(({ text }) => JSON.parse(text));
  const question = { kind: 'QUESTION', revision: 1, processed: false };
  const action = { kind: 'ACTION', payloadDigest: defaultDigest('n') };
  expect(bodies.slice(0, 2)).toMatchObject([
    { type: 'review.requested', data: { actor: 'agent', review: question } },
    {
      type: 'review.answered',
      data: {
        actor: 'reviewer',
        review: { ...question, status: 'ANSWERED', decidedBy: 'reviewer' },
      },
    },
  ]);
  expect(bodies.slice(2)).toMatchObject([
    { type: 'review.requested', data: { review: { ...action, revision: 1, status: 'WAITING' } } },
    {
      type: 'review.commented',
      data: { actor: 'reviewer', review: { ...action, revision: 1, status: 'WAITING' } },
    },
    {
      type: 'review.changes_requested',
      data: { actor: 'reviewer', review: { revision: 1, status: 'CHANGES_REQUESTED' } },
    },
    {
      type: 'review.revised',
      data: {
        actor: 'agent',
        payloadDigest: digest(revised),
        review: {
          revision: 2,
          status: 'WAITING',
          payloadDigest: digest(revised),
          decidedBy: null,
        },
      },
    },
  ]);
});

it('each webhook gets only the kinds of events it subscribed to', async () => {
  const { agent, reviewer, manager } = team();
  const [some, every] = [await Receiver.open(), await Receiver.open()];
  await create(manager, some.url, ['APPROVED', 'APPROVED', 'REJECTED']);
  await create(manager, every.url);
  await ask(agent, 'n');
  await approve(reviewer, 'n');
  await every.until(2);
  await some.until(1);
  await ask(agent, 'later');
  await every.until(3);
  expect(some.received.map(({ type }) => type)).toEqual(['review.approved']);
});

it('a failed delivery is retried with the same id, and later ones wait', async () => {
  const { agent, reviewer, manager } = team();
  const receiver = await Receiver.open();
  let failures = 3;
  receiver.answer = ({ data }, response) =>
    response.writeHead(data.nodeExecId === 'n' && failures-- > 0 ? 500 : 200).end();
  const { secret, webhook } = await create(manager, receiver.url);
  await ask(agent, 'n');
  await approve(reviewer, 'n');
  await ask(agent, 'other');
  await receiver.until(6);
  expect(receiver.of('n')).toEqual([
    'REQUESTED',
    'REQUESTED',
    'REQUESTED',
    'REQUESTED',
    'APPROVED',
  ]);
  const tries = receiver.received.filter(({ data }) => data.cursor === '1');
  expect(new Set(tries.map(({ id }) => id)).size).toBe(1);
  expect(new Set(tries.map(({ text }) => text)).size).toBe(1);
  for (const each of tries) expect(isSignedWith(secret, each)).toBe(true);

  await expect
    .poll(async () => (await deliveries(manager, webhook.webhookId)).map(({ status }) => status))
    .toEqual(['DELIVERED', 'DELIVERED', 'DELIVERED']);
  const [, , first] = await deliveries(manager, webhook.webhookId);
  expect(first).toMatchObject({ cursor: '1', attempts: 4, nextAttemptAt: null });
  expect(first?.lastAttempts.map(({ status }) => status)).toEqual([500, 500, 500, 200]);
  expect(first?.lastAttempts.map(({ error }) => error)).toEqual([
    'HTTP 500',
    'HTTP 500',
    'HTTP 500',
    null,
  ]);
  for (const { milliseconds } of first?.lastAttempts ?? []) {
    expect(milliseconds).toBeGreaterThanOrEqual(0);
    expect(milliseconds).toBeLessThan(1_000);
  }
});

it('after the last retry a delivery is parked, and the next one is sent; it can be resent', async () => {
  const { agent, reviewer, manager } = team();
  const receiver = await Receiver.open();
  let broken = true;
  receiver.answer = ({ data }, response) =>
    response.writeHead(broken && data.kind === 'REQUESTED' ? 503 : 200).end();
  const { webhook } = await create(manager, receiver.url);
  const { webhookId } = webhook;
  await ask(agent, 'n');
  await approve(reviewer, 'n');
  await receiver.until(6);
  expect(receiver.of('n')).toEqual([...Array(5).fill('REQUESTED'), 'APPROVED']);
  await expect
    .poll(async () => (await deliveries(manager, webhookId)).map(({ status }) => status))
    .toEqual(['DELIVERED', 'PARKED']);
  const parked = await deliveries(manager, webhookId, { status: 'PARKED' });
  expect(parked).toMatchObject([{ cursor: '1', attempts: 5, kind: 'REQUESTED' }]);

  broken = false;
  const again = await manage(manager, 'redeliverWebhookEvent', { webhookId, cursor: '1' });
  expect(again.delivery).toMatchObject({ status: 'PENDING', cursor: '1' });
  await receiver.until(7);
  expect(receiver.received[6]?.id).toBe(receiver.received[0]?.id);
  await expect
    .poll(async () => (await deliveries(manager, webhookId)).map(({ status }) => status))
    .toEqual(['DELIVERED', 'DELIVERED']);
  // A successful delivery can be resent as well.
  await manage(manager, 'redeliverWebhookEvent', { webhookId, cursor: '2' });
  await receiver.until(8);
  expect(receiver.received[7]?.data.kind).toBe('APPROVED');
});

it('an event reaches the receiver well within a second of its commit', async () => {
  const { agent, manager } = team();
  const receiver = await Receiver.open();
  await create(manager, receiver.url);
  await ask(agent, 'warm');
  await receiver.until(1);
  const times: number[] = [];
  for (let n = 0; n < 20; n++) {
    await ask(agent, `n-${n}`);
    const answered = performance.now();
    const received = await receiver.until(n + 2);
    times.push((received.at(-1)?.at ?? 0) - answered);
  }
  const median = times.sort((a, b) => a - b)[10] as number;
  expect(median, `median of ${times.map(Math.round).join(', ')} ms`).toBeLessThan(500);
});

it('74. the body has the headline, the risk, the tags and the verdict of the policy, but no payload', async () => {
  const { agent, manager, user } = team();
  const ops = service.as({ user, actor: 'policy-admin', scopes: ['policy:manage'] });
  const rules = [
    rule('no-refunds', 'payload.amount > 500', 'DENY', { reason: 'a secret reason' }),
    rule('by-key', 'payload[payload.key] == 1', 'ALLOW'),
  ];
  const { version } = await mustSet(ops, { rules });
  const receiver = await Receiver.open();
  await create(manager, receiver.url);
  const summary = { headline: 'Refund 800 to ada', risk: 'LOW', tags: ['money', 'refund'] };
  await ask(agent, 'denied', { payload: { amount: 800, key: 'a private key' }, ...summary });
  await ask(agent, 'asked', { payload: { amount: 1, key: 'a private key' } });
  await receiver.until(2);
  const [denied, asked] = ['denied', 'asked'].map((id) => {
    const message = receiver.received.findLast(({ data }) => data.nodeExecId === id);
    expect(message?.text).not.toMatch(/secret|private/);
    return JSON.parse(message?.text ?? '').data;
  });
  const problems = [{ ruleId: 'by-key' }];
  expect(denied).toMatchObject({
    kind: 'REJECTED',
    actor: 'policy-admin',
    review: {
      ...summary,
      decisionSource: 'POLICY',
      decidedBy: 'policy-admin',
      policy: { version, mode: 'ENFORCED', effect: 'DENY', ruleIds: ['no-refunds'], problems },
    },
  });
  expect(asked).toMatchObject({
    kind: 'REQUESTED',
    review: {
      ...{ headline: null, risk: null, tags: [], decisionSource: null },
      policy: { version, mode: 'ENFORCED', effect: 'REVIEW', ruleIds: [], problems },
    },
  });
});
