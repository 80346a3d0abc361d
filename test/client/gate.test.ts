import { createClient, NotApprovedError, payloadDigest, UnreachableError } from '@holdpoint/client';
import { expect, it, vi } from 'vitest';
import { switchedProxy } from '../support/switchedProxy.ts';
import { testService } from '../support/testService.ts';
import { type Clients, clientsOf } from './clients.ts';

const service = await testService();

/** A client sends one extra request before its first. */
const HANDSHAKE = 1;

type Email = { to: string; subject: string };
const email: Email = { to: 'all@example.com', subject: 'Hello' };

/** A tool that records the arguments it ran with. */
function mailer() {
  const sent: Email[] = [];
  const sendEmail = async (mail: Email) => {
    sent.push(mail);
    return `sent to ${mail.to}`;
  };
  return { sent, sendEmail };
}

const decide =
  ({ human }: Clients, decision: 'APPROVE' | 'REJECT', payload?: unknown) =>
  (nodeExecId: string) =>
    void human.decideReviews({
      decisions: [{ nodeExecId, decision, ...(payload !== undefined && { payload }) }],
    });

it('runs once with the approved arguments, and reports the outcome', async () => {
  const clients = await clientsOf(service);
  const { sent, sendEmail } = mailer();
  const edited = { to: 'testers@example.com', subject: 'Hello' };
  const gated = clients.holdpoint.gate(sendEmail, {
    execution: 'run-1',
    instructions: ({ to }) => `To ${to}`,
    onWaiting: decide(clients, 'APPROVE', edited),
  });
  expect(await gated(email)).toBe('sent to testers@example.com');
  expect(sent).toEqual([edited]);
  const { edges } = await clients.human.reviewsForExecution({ graphExecId: 'run-1' });
  expect(edges.map(({ node }) => node)).toMatchObject([
    {
      nodeId: 'sendEmail',
      instructions: 'To all@example.com',
      outcome: 'EXECUTED',
      processed: true,
      consumedBy: 'agent',
    },
  ]);

  await expect(gated(email)).rejects.toMatchObject({ outcome: { status: 'consumed' } });
  expect(sent).toHaveLength(1);
});

it('does not run after a rejection, and returns the result of otherwise if there is one', async () => {
  const clients = await clientsOf(service);
  const { sent, sendEmail } = mailer();
  const options = { execution: 'run-1', onWaiting: decide(clients, 'REJECT') };
  await expect(clients.holdpoint.gate(sendEmail, options)(email)).rejects.toThrow(NotApprovedError);
  const otherwise = clients.holdpoint.gate(sendEmail, {
    ...options,
    otherwise: ({ status }) => `Not sent: ${status}`,
  });
  expect(await otherwise(email)).toBe('Not sent: rejected');
  expect(sent).toEqual([]);
});

it('runs once when twenty agents run the same step concurrently', async () => {
  const clients = await clientsOf(service);
  const { sent, sendEmail } = mailer();
  const runs = Array.from({ length: 20 }, () =>
    createClient({ url: service.url, token: clients.agentToken }).gate(sendEmail, {
      execution: 'run-1',
      otherwise: ({ status }) => status,
    })(email),
  );
  await expect.poll(async () => (await clients.human.pendingReviews()).totalCount).toBe(1);
  const [edge] = (await clients.human.pendingReviews()).edges;
  decide(clients, 'APPROVE')(edge?.node.nodeExecId as string);
  const answers = await Promise.all(runs);
  expect(answers.filter((answer) => answer === 'consumed')).toHaveLength(19);
  expect(sent).toEqual([email]);
});

it('reports a function that throws, and rethrows its error', async () => {
  const clients = await clientsOf(service);
  const broken = clients.holdpoint.gate(
    async (_mail: Email): Promise<void> => {
      throw new Error('mail server away');
    },
    { execution: 'run-1', node: 'send', onWaiting: decide(clients, 'APPROVE') },
  );
  await expect(broken(email)).rejects.toThrow('mail server away');
  const { edges } = await clients.human.reviewsForExecution({ graphExecId: 'run-1' });
  expect(edges[0]?.node).toMatchObject({
    outcome: 'FAILED',
    outcomeDetail: 'Error: mail server away',
  });
});

it('shows several arguments as a list, and runs with the list that was approved', async () => {
  const clients = await clientsOf(service);
  const transfers: unknown[] = [];
  const transfer = async (from: string, to: string, amount: number) => {
    transfers.push([from, to, amount]);
  };
  const options = { execution: 'run-1', onWaiting: decide(clients, 'APPROVE', ['a', 'b', 5]) };
  await clients.holdpoint.gate(transfer, options)('a', 'b', 500);
  expect(transfers).toEqual([['a', 'b', 5]]);

  const shorter = { execution: 'run-2', onWaiting: decide(clients, 'APPROVE', ['a', 'b']) };
  await expect(clients.holdpoint.gate(transfer, shorter)('a', 'b', 500)).rejects.toThrow(
    'is not a list of 3 arguments',
  );
  expect(transfers).toHaveLength(1);
});

it('asks only if needsReview says so, and does not run if needsReview throws', async () => {
  const clients = await clientsOf(service);
  const { sent, sendEmail } = mailer();
  const gated = clients.holdpoint.gate(sendEmail, {
    execution: 'run-1',
    needsReview({ to }) {
      if (to === '') throw new Error('to whom?');
      return !to.endsWith('@example.com');
    },
    onWaiting: decide(clients, 'REJECT'),
  });
  await gated(email);
  expect(sent).toEqual([email]);
  await expect(gated({ ...email, to: 'x@elsewhere.com' })).rejects.toThrow(NotApprovedError);
  await expect(gated({ ...email, to: '' })).rejects.toThrow('to whom?');
  expect(sent).toHaveLength(1);
});

it('does not run if parse refuses the arguments, and leaves the approval unconsumed', async () => {
  const clients = await clientsOf(service);
  const { sent, sendEmail } = mailer();
  const gated = clients.holdpoint.gate(sendEmail, {
    execution: 'run-1',
    onWaiting: decide(clients, 'APPROVE', { to: 7 }),
    parse(data) {
      const { to, subject } = data as Partial<Record<string, unknown>>;
      if (typeof to !== 'string' || typeof subject !== 'string') throw new Error('no e-mail');
      return { to, subject };
    },
  });
  await expect(gated(email)).rejects.toThrow('no e-mail');
  expect(sent).toEqual([]);
  const unused = await clients.human.reviewsByState({ state: 'UNCONSUMED' });
  expect(unused.totalCount).toBe(1);
});

it('runs each step with a standing approval once, and reports the outcome', async () => {
  const proxy = await switchedProxy(service.url);
  const clients = await clientsOf(service, { url: proxy.url });
  const { sent, sendEmail } = mailer();
  const approval = { graphExecId: 'run-1', graphId: 'agent', graphVersion: 1, nodeId: 'sendEmail' };
  await clients.agent.query(
    'mutation { registerExecution(input: { graphExecId: "run-1", graphId: "agent", graphVersion: 1 }) { __typename } }',
  );
  await clients.human.createAutoApproval(approval);
  for (let run = 1; run <= 3; run++) {
    const gated = clients.holdpoint.gate(sendEmail, { execution: 'run-1', call: `call-${run}` });
    await gated(email);
    expect(sent).toHaveLength(run);
    // Three requests: request, consume, report. A repeated step only sends the first.
    expect(proxy.requests).toBe(HANDSHAKE + 4 * run - 1);
    await expect(gated(email)).rejects.toMatchObject({ outcome: { status: 'consumed' } });
  }
  expect(proxy.sockets.everOpened).toBe(0);
  const { edges } = await clients.human.reviewsForExecution({ graphExecId: 'run-1' });
  expect(edges.map(({ node }) => [node.decisionSource, node.outcome])).toEqual(
    Array(3).fill(['AUTO_APPROVAL', 'EXECUTED']),
  );
});

it('does not run while Holdpoint cannot be reached', async () => {
  const proxy = await switchedProxy(service.url);
  proxy.target = null;
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const clients = await clientsOf(service, { url: proxy.url, patienceMs: 300 });
  const { sent, sendEmail } = mailer();
  const gated = clients.holdpoint.gate(sendEmail, { execution: 'run-1' });
  await expect(gated(email)).rejects.toThrow(/Start it, or correct its URL \(HOLDPOINT_URL\)$/);
  expect(sent).toEqual([]);
  // Nobody waits for the end of the retries without knowing why.
  expect(warn.mock.calls).toEqual([
    [expect.stringMatching(/^Holdpoint cannot be reached at [^\n]*HOLDPOINT_URL[^\n]*Retrying…$/)],
  ]);
  warn.mockRestore();
});

it('reports the first retry, and the first after it was reachable again', async () => {
  const proxy = await switchedProxy(service.url);
  const errors: Error[] = [];
  const { holdpoint } = await clientsOf(service, {
    url: proxy.url,
    patienceMs: 1_000,
    onRetry: (error) => errors.push(error),
  });
  for (const count of [1, 2]) {
    proxy.target = null;
    proxy.cut();
    await expect(Promise.all([holdpoint.viewer(), holdpoint.viewer()])).rejects.toThrow(
      UnreachableError,
    );
    expect(errors).toEqual(Array(count).fill(expect.any(UnreachableError)));
    proxy.target = service.url;
    await holdpoint.viewer();
  }
});

it('does not run if the connection breaks between the decision and consuming it', async () => {
  const proxy = await switchedProxy(service.url);
  const clients = await clientsOf(service, { url: proxy.url, patienceMs: 300 });
  const { sent, sendEmail } = mailer();
  const gated = clients.holdpoint.gate(sendEmail, {
    execution: 'run-1',
    onWaiting: decide(clients, 'APPROVE'),
    parse(data) {
      proxy.target = null;
      proxy.cut();
      return data as Email;
    },
  });
  await expect(gated(email)).rejects.toThrow(UnreachableError);
  expect(sent).toEqual([]);

  proxy.target = service.url;
  const again = clients.holdpoint.gate(sendEmail, { execution: 'run-1' });
  expect(await again(email)).toBe('sent to all@example.com');
});

it('runs once if the response to consumeReview is lost', async () => {
  const proxy = await switchedProxy(service.url);
  const clients = await clientsOf(service, { url: proxy.url, patienceMs: 5_000 });
  const { sent, sendEmail } = mailer();
  proxy.swallowAnswerTo = 'consumeReview';
  const gated = clients.holdpoint.gate(sendEmail, {
    execution: 'run-1',
    onWaiting: decide(clients, 'APPROVE'),
  });
  expect(await gated(email)).toBe('sent to all@example.com');
  expect(proxy.swallowAnswerTo).toBeNull();
  expect(sent).toHaveLength(1);
  await expect(gated(email)).rejects.toThrow('consumed');
  expect(sent).toHaveLength(1);
});

it('does not run again if an agent consumed the approval and died, which can be found', async () => {
  const clients = await clientsOf(service);
  const { sent, sendEmail } = mailer();
  const outcome = await clients.holdpoint.review({
    execution: 'run-1',
    node: 'sendEmail',
    payload: email,
    onWaiting: decide(clients, 'APPROVE'),
  });
  const { nodeExecId } = outcome;
  // The agent consumes the approval, then dies.
  await clients.holdpoint.consumeReview({ nodeExecId, payloadDigest: await payloadDigest(email) });

  const again = clients.holdpoint.gate(sendEmail, { execution: 'run-1' })(email);
  await expect(again).rejects.toThrow(/consumed, .* has already been used by agent at /);
  expect(sent).toEqual([]);
  const { edges } = await clients.human.reviewsByState({ state: 'UNREPORTED' });
  expect(edges.map(({ node }) => node.nodeExecId)).toEqual([nodeExecId]);
});

it('runs with the arguments as they were when called', async () => {
  const clients = await clientsOf(service);
  const { sent, sendEmail } = mailer();
  const mine = { ...email };
  const gated = clients.holdpoint.gate(sendEmail, {
    execution: 'run-1',
    onWaiting(nodeExecId) {
      mine.to = 'changed@example.com';
      decide(clients, 'APPROVE')(nodeExecId);
    },
  });
  await gated(mine);
  expect(sent).toEqual([email]);
});

it('does not run with arguments that were changed after needsReview saw them', async () => {
  const clients = await clientsOf(service);
  const tried: string[] = [];
  const { sent, sendEmail } = mailer();
  const isOutside = ({ to }: Email) => !to.endsWith('@example.com');
  const options = { execution: 'run-1', onWaiting: decide(clients, 'REJECT') };
  const note = async (mail: Email) => tried.push(mail.to) && sendEmail({ ...mail });
  const atOnce = clients.holdpoint.gate(note, { ...options, node: 'a', needsReview: isOutside });
  const later = clients.holdpoint.gate(note, {
    ...options,
    node: 'b',
    needsReview: async (mail) => {
      const answer = isOutside(mail);
      await null;
      return answer;
    },
  });

  const mine = { ...email };
  const first = atOnce(mine);
  mine.to = 'x@elsewhere.com';
  await first;
  expect(sent).toEqual([email]);

  mine.to = email.to;
  const second = later(mine);
  mine.to = 'x@elsewhere.com';
  await expect(second).rejects.toThrow('changed while needsReview was running');
  expect(tried).toEqual([email.to]);
  mine.to = email.to;
  await later(mine);
  expect(sent).toEqual([email, email]);
});

it('requires a node name for an anonymous function', async () => {
  const { holdpoint } = await clientsOf(service);
  expect(() => holdpoint.gate(async () => {}, { execution: 'run-1' })).toThrow('node: is required');
});

it('acts once on the outcome of a review, even if several callers have it', async () => {
  const clients = await clientsOf(service);
  const { sent, sendEmail } = mailer();
  const step = { execution: 'run-1', node: 'send', payload: email };
  const ask = () =>
    clients.holdpoint.review({
      ...step,
      onWaiting: decide(clients, 'APPROVE', { ...email, to: 'b' }),
    });
  const outcomes = [await ask(), await ask()];
  const runs = outcomes.map((outcome) => clients.holdpoint.runOnce(outcome, sendEmail));
  const results = await Promise.allSettled(runs);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(sent).toEqual([{ ...email, to: 'b' }]);

  const rejected = await clients.holdpoint.review({
    ...step,
    execution: 'run-2',
    onWaiting: decide(clients, 'REJECT'),
  });
  await expect(clients.holdpoint.runOnce(rejected, sendEmail)).rejects.toThrow(NotApprovedError);
  expect(sent).toHaveLength(1);
});
