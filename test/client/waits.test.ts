import { getEventListeners } from 'node:events';
import { createClient } from '@holdpoint/client';
import { expect, it, onTestFinished } from 'vitest';
import { JWT_LEEWAY_MS, signJwt } from '../../src/identity/jwt.ts';
import { switchedProxy } from '../support/switchedProxy.ts';
import { JWT_SECRET, testService } from '../support/testService.ts';
import { clientsOf } from './clients.ts';

const service = await testService();

const stepNumber = (number: number) => ({
  execution: `run-${number % 10}`,
  node: 'send-email',
  payload: { number },
});

/**
 * Promise.all, but without an unhandled rejection if the test fails before it awaits the result.
 */
function all<Value>(promises: Promise<Value>[]): Promise<Value[]> {
  const whole = Promise.all(promises);
  whole.catch(() => {});
  return whole;
}

it('waits for a thousand reviews over one socket', async () => {
  const proxy = await switchedProxy(service.url);
  const { holdpoint, human } = await clientsOf(service, { url: proxy.url });
  let asked = 0;
  const waiting = all(
    Array.from({ length: 1_000 }, (_, number) =>
      holdpoint.review({ ...stepNumber(number), onWaiting: () => asked++ }),
    ),
  );
  await expect.poll(() => asked, { timeout: 60_000 }).toBe(1_000);
  await expect.poll(() => proxy.sockets.open).toBe(1);

  for (let number = 0; number < 10; number++) {
    const page = await human.pendingReviews({ first: 100 });
    await human.decideReviews({
      decisions: page.edges.map(({ node }) => ({
        nodeExecId: node.nodeExecId,
        decision: (node.payload as { number: number }).number % 2 === 0 ? 'APPROVE' : 'REJECT',
      })),
    });
  }
  const outcomes = await waiting;
  for (const [number, outcome] of outcomes.entries()) {
    expect(outcome.approved).toBe(number % 2 === 0);
    if (outcome.approved) expect(outcome.data).toEqual({ number });
  }
  expect(proxy.sockets.everOpened).toBe(1);
  await expect.poll(() => proxy.sockets.open).toBe(0);
}, 120_000);

it('a hundred waits add one listener to their signal, and end with it', async () => {
  const { holdpoint, human } = await clientsOf(service);
  const stop = new AbortController();
  const reason = new Error('shutting down');
  let asked = 0;
  const steps = Array.from({ length: 100 }, (_, number) => number);
  const waiting = steps.map((number) =>
    holdpoint.review({
      ...stepNumber(number),
      signal: stop.signal,
      timeLimitMs: 60_000,
      onWaiting: () => asked++,
    }),
  );
  const ended = Promise.allSettled(waiting);
  await expect.poll(() => asked, { timeout: 20_000 }).toBe(steps.length);
  expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1);
  const events = steps.map(() => human.reviewEvents({ signal: stop.signal }).next());
  expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1);

  stop.abort(reason);
  for (const result of await ended) expect(result).toEqual({ status: 'rejected', reason });
  for (const { done } of await Promise.all(events)) expect(done).toBe(true);
});

it('polls if WebSockets are blocked', async () => {
  const proxy = await switchedProxy(service.url);
  proxy.upgrades = false;
  const { holdpoint, human } = await clientsOf(service, { url: proxy.url });
  const outcome = await holdpoint.review({
    ...stepNumber(1),
    onWaiting: async (nodeExecId) => {
      await expect.poll(() => proxy.sockets.refused).toBeGreaterThan(0);
      await human.decideReviews({ decisions: [{ nodeExecId, decision: 'APPROVE' }] });
    },
  });
  expect(outcome).toMatchObject({ approved: true, data: { number: 1 } });
  expect(proxy.sockets.everOpened).toBe(0);
});

it('resumes its waits after a disconnect, and misses no decision made meanwhile', async () => {
  const proxy = await switchedProxy(service.url);
  const { holdpoint, human } = await clientsOf(service, { url: proxy.url });
  const asked: string[] = [];
  const waiting = all(
    [1, 2, 3].map((number) =>
      holdpoint.review({ ...stepNumber(number), onWaiting: (id) => asked.push(id) }),
    ),
  );
  await expect.poll(() => asked.length).toBe(3);
  await expect.poll(() => proxy.sockets.open).toBe(1);

  proxy.target = null;
  proxy.cut();
  const decisions = asked.map((nodeExecId) => ({ nodeExecId, decision: 'APPROVE' as const }));
  await human.decideReviews({ decisions });
  await expect.poll(() => proxy.sockets.open).toBe(0);
  proxy.target = service.url;

  for (const outcome of await waiting) expect(outcome.approved).toBe(true);
});

const forgetEvents = 'DELETE FROM "ReviewEvent" WHERE "userId" = $1';
const forgetNumbers = 'UPDATE "OwnerCounter" SET "lastNumber" = 0 WHERE "userId" = $1';

it.each([
  ['its events have been deleted', [forgetEvents]],
  ['an older database was restored', [forgetEvents, forgetNumbers]],
])('reads its reviews again if the feed cannot be resumed: %s', async (_, statements) => {
  const proxy = await switchedProxy(service.url);
  const { user, holdpoint, human } = await clientsOf(service, { url: proxy.url });
  const asked: string[] = [];
  const waiting = all(
    [1, 2].map((number) =>
      holdpoint.review({ ...stepNumber(number), onWaiting: (id) => asked.push(id) }),
    ),
  );
  await expect.poll(() => asked.length).toBe(2);
  await expect.poll(() => proxy.sockets.open).toBe(1);

  proxy.target = null;
  proxy.cut();
  const [first, second] = asked.map((nodeExecId) => ({ nodeExecId, decision: 'APPROVE' as const }));
  await human.decideReviews({ decisions: first ? [first] : [] });
  for (const statement of statements) await service.sql(statement, [user]);
  const restarted = await service.another();
  onTestFinished(() => restarted.close());
  proxy.target = restarted.url;

  await expect.poll(() => proxy.sockets.open).toBe(1);
  await human.decideReviews({ decisions: second ? [second] : [] });
  for (const outcome of await waiting) expect(outcome.approved).toBe(true);
});

it('keeps waiting while the service restarts, for old and new requests', async () => {
  const old = await service.another();
  const proxy = await switchedProxy(old.url);
  const { holdpoint, human } = await clientsOf(service, { url: proxy.url });
  const asked: string[] = [];
  const onWaiting = (nodeExecId: string) => asked.push(nodeExecId);
  const before = all([holdpoint.review({ ...stepNumber(1), onWaiting })]);
  await expect.poll(() => asked.length).toBe(1);

  proxy.target = null;
  await old.close();
  const meanwhile = all([holdpoint.review({ ...stepNumber(2), onWaiting })]);
  await human.decideReviews({
    decisions: [{ nodeExecId: asked[0] as string, decision: 'REJECT' }],
  });
  const restarted = await service.another();
  onTestFinished(() => restarted.close());
  proxy.target = restarted.url;

  expect(await before).toMatchObject([{ status: 'rejected' }]);
  await expect.poll(() => asked.length).toBe(2);
  await human.decideReviews({
    decisions: [{ nodeExecId: asked[1] as string, decision: 'APPROVE' }],
  });
  expect(await meanwhile).toMatchObject([{ approved: true }]);
});

it('gets a decision made while the agent was down', async () => {
  const { holdpoint, human, agentToken } = await clientsOf(service);
  const stop = new AbortController();
  const crashed = holdpoint.review({
    ...stepNumber(1),
    signal: stop.signal,
    onWaiting: () => stop.abort(),
  });
  await expect(crashed).rejects.toThrow();
  const [edge] = (await human.pendingReviews()).edges;
  const nodeExecId = edge?.node.nodeExecId as string;
  await human.decideReviews({ decisions: [{ nodeExecId, decision: 'APPROVE' }] });

  const restarted = createClient({ url: service.url, token: agentToken });
  const onWaiting = () => expect.unreachable();
  expect(await restarted.review({ ...stepNumber(1), onWaiting })).toMatchObject({
    approved: true,
    nodeExecId,
  });
});

it('continues when a standing approval is created, with pending requests included', async () => {
  const { holdpoint, human } = await clientsOf(service);
  const asked: string[] = [];
  const waiting = all(
    [10, 20, 30].map((number) =>
      holdpoint.review({ ...stepNumber(number), onWaiting: (id) => asked.push(id) }),
    ),
  );
  await expect.poll(() => asked.length).toBe(3);
  await human.decideReviews({
    decisions: [{ nodeExecId: asked[0] as string, decision: 'APPROVE', autoApproveFuture: true }],
  });
  const outcomes = await waiting;
  expect(outcomes.map(({ approved }) => approved)).toEqual([true, true, true]);
  expect(outcomes.filter((outcome) => outcome.approved && outcome.autoApproved)).toHaveLength(2);
});

it('gives every waiter of one step its outcome, whenever it began to wait', async () => {
  const { holdpoint, human } = await clientsOf(service);
  let isDecided = false;
  const waiters = Array.from({ length: 20 }, async (_, number) => {
    await new Promise((resolve) => setTimeout(resolve, number * 5));
    return holdpoint.review({
      ...stepNumber(1),
      onWaiting(nodeExecId) {
        if (number < 8 || isDecided) return;
        isDecided = true;
        void human.decideReviews({ decisions: [{ nodeExecId, decision: 'APPROVE' }] });
      },
    });
  });
  for (const outcome of await Promise.all(waiters)) expect(outcome.approved).toBe(true);
});

it('fails its waits when a fixed token expires, and continues if a function supplies a new one', async () => {
  const { user, human } = await clientsOf(service);
  const proxy = await switchedProxy(service.url);
  const viewer = { userId: user, actor: 'agent', scopes: ['review:request'] as const };
  const shortToken = () =>
    signJwt(JWT_SECRET, viewer, new Date(Date.now() + 1_500 - JWT_LEEWAY_MS));
  const fixed = createClient({ url: service.url, token: await shortToken() });
  const renewing = createClient({ url: proxy.url, token: shortToken });

  const asked: string[] = [];
  const going = renewing.review({ ...stepNumber(2), onWaiting: (id) => asked.push(id) });
  await expect(fixed.review(stepNumber(1))).rejects.toMatchObject({
    name: 'RefusedError',
    code: 'UNAUTHENTICATED',
  });
  await expect.poll(() => proxy.sockets.everOpened).toBe(2);
  const nodeExecId = asked[0] as string;
  await human.decideReviews({ decisions: [{ nodeExecId, decision: 'APPROVE' }] });
  expect(await going).toMatchObject({ approved: true });
});
