import { createClient, UnreachableError } from '@holdpoint/client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { apiVersion } from '../../packages/client/src/apiVersion.ts';
import { TypedDocumentString } from '../../packages/client/src/generated/graphql.ts';
import { ageOf } from '../../packages/client/src/handshake.ts';
import { switchedProxy } from '../support/switchedProxy.ts';
import { testService } from '../support/testService.ts';
import { clientsOf } from './clients.ts';
import { recordingServer } from './recordingServer.ts';

const service = await testService();

const ask = (nodeExecId: string) => ({
  nodeExecId,
  graphExecId: 'run-1',
  graphId: 'mailer',
  graphVersion: 1,
  payload: {},
});

/** How often a word was received. */
const count = ({ received }: { received: string }, word: string) => received.split(word).length - 1;

it('precedes the first operation, once for any number of concurrent ones', async () => {
  const proxy = await switchedProxy(service.url);
  const { holdpoint } = await clientsOf(service, { url: proxy.url });
  const ids = Array.from({ length: 50 }, (_, number) => `at-once-${number}`);
  await Promise.all(ids.map((id) => holdpoint.requestReview(ask(id))));
  expect(proxy.requests).toBe(1 + ids.length);
  for (const id of ids) await holdpoint.pendingReview(id);
  expect(proxy.requests).toBe(1 + 2 * ids.length);
  expect(count(proxy, 'query Handshake')).toBe(1);
  expect(proxy.received.indexOf('Handshake')).toBeLessThan(proxy.received.indexOf('requestReview'));
});

it('precedes a first subscription, but not one that resumes after a disconnect', async () => {
  const proxy = await switchedProxy(service.url);
  const { holdpoint } = await clientsOf(service, { url: proxy.url });
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const next = holdpoint.reviewEvents({ after: '0', signal: stop.signal }).next();
  await expect.poll(() => proxy.sockets.open).toBe(1);
  expect(proxy.requests).toBe(1);
  proxy.cut();
  await expect.poll(() => proxy.sockets.everOpened).toBe(2);
  expect(proxy.requests).toBe(1);
  expect(count(proxy, 'query Handshake')).toBe(1);
  stop.abort();
  expect((await next).done).toBe(true);
});

it('precedes a custom document, whose scopes only the service checks', async () => {
  const proxy = await switchedProxy(service.url);
  const { reviewer } = service.team();
  const holdpoint = createClient({ url: proxy.url, token: await reviewer.token });
  const own = new TypedDocumentString<unknown, object>(
    'mutation { deleteReview(input: { nodeExecId: "a" }) { __typename } }',
  );
  await expect(holdpoint.request(own, {})).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: 'This needs the scope review:request; the token has review:decide',
  });
  expect(proxy.requests).toBe(2);
  expect(proxy.received.indexOf('Handshake')).toBeLessThan(proxy.received.indexOf('deleteReview'));
});

describe('belongs to one token', () => {
  /** A client that gets these tokens, one after the other. */
  async function changing(order: ('agent' | 'reviewer')[]) {
    const proxy = await switchedProxy(service.url);
    const team = service.team();
    const left = [...order];
    const token = async () => team[left.shift() as 'agent' | 'reviewer'].token;
    return { proxy, left, holdpoint: createClient({ url: proxy.url, token }) };
  }
  const forbidden = { code: 'FORBIDDEN' };

  it('is repeated for each new token, which the operation then uses', async () => {
    const { proxy, left, holdpoint } = await changing(['agent', 'agent', 'reviewer', 'agent']);
    await holdpoint.requestReview(ask('a'));
    await holdpoint.requestReview(ask('b'));
    expect(count(proxy, 'query Handshake')).toBe(1);
    await expect(holdpoint.requestReview(ask('c'))).rejects.toMatchObject(forbidden);
    expect(count(proxy, 'query Handshake')).toBe(2);
    await holdpoint.requestReview(ask('d'));
    expect(count(proxy, 'query Handshake')).toBe(3);
    expect(count(proxy, 'mutation RequestReview')).toBe(3);
    expect(left).toEqual([]);
  });

  it('does not mix up two tokens whose handshakes are concurrent', async () => {
    const { proxy, holdpoint } = await changing(['agent', 'reviewer', 'agent']);
    const [first, second, third] = await Promise.allSettled(
      ['a', 'b', 'c'].map((id) => holdpoint.requestReview(ask(id))),
    );
    expect(first).toMatchObject({ status: 'fulfilled' });
    expect(second).toMatchObject({ status: 'rejected', reason: forbidden });
    expect(third).toMatchObject({ status: 'fulfilled' });
    expect(count(proxy, 'mutation RequestReview')).toBe(2);
  });
});

it('is retried if its response is lost, even before an operation that is sent only once', async () => {
  const proxy = await switchedProxy(service.url);
  const { holdpoint, reviewer } = await clientsOf(service);
  await holdpoint.requestReview(ask('a'));
  const human = createClient({ url: proxy.url, token: await reviewer.token });
  proxy.swallowAnswerTo = 'Handshake';
  const decisions = [{ nodeExecId: 'a', decision: 'APPROVE' as const }];
  expect(await human.decideReviews({ decisions })).toMatchObject({ approvedCount: 1 });
  expect(count(proxy, 'query Handshake')).toBe(2);
  expect(count(proxy, 'mutation DecideReviews')).toBe(1);
});

it('fails while the service is unreachable, and is tried afresh the next time', async () => {
  const proxy = await switchedProxy(service.url);
  const { holdpoint } = await clientsOf(service, { url: proxy.url, patienceMs: 200 });
  proxy.target = null;
  const away = holdpoint.deleteReview({ nodeExecId: 'a' });
  await expect(away).rejects.toThrow(UnreachableError);
  await expect(away).rejects.toThrow(`Holdpoint cannot be reached at ${proxy.url}/graphql`);
  proxy.target = service.url;
  expect(await holdpoint.deleteReview({ nodeExecId: 'a' })).toMatchObject({ deletedCount: 0 });
});

describe('while it is pending', () => {
  /** A fake service that answers the handshake when the test says so. */
  async function slowService() {
    const held = Promise.withResolvers<void>();
    const viewer = { scopes: ['review:read'] };
    const server = await recordingServer(200, 'application/json', async (body) => {
      if (body.includes('Handshake')) await held.promise;
      return JSON.stringify({ data: { apiVersion, viewer, hasPendingReviews: true } });
    });
    const stops = [new AbortController(), new AbortController()] as const;
    const holdpoint = createClient({ url: server.url, token: 'x' });
    const asked = stops.map(({ signal }) => holdpoint.hasPendingReviews('run-1', { signal }));
    onTestFinished(async () => {
      for (const stop of stops) stop.abort();
      await Promise.allSettled(asked);
    });
    await expect.poll(() => server.received.length).toBe(1);
    return { server, answer: held.resolve, stops, holdpoint, asked };
  }
  const reason = new Error('no longer wanted');

  it('one caller can abort, and the others still get it', async () => {
    const { server, answer, stops, asked } = await slowService();
    stops[0].abort(reason);
    await expect(asked[0]).rejects.toBe(reason);
    answer();
    expect(await asked[1]).toBe(true);
    expect(server.received).toHaveLength(2);
    expect(server.givenUp).toBe(0);
  });

  it('it is aborted once all callers have, and the next call starts a new one', async () => {
    const { server, answer, stops, holdpoint, asked } = await slowService();
    for (const [at, stop] of stops.entries()) {
      stop.abort(reason);
      await expect(asked[at]).rejects.toBe(reason);
    }
    await expect.poll(() => server.givenUp).toBe(1);
    answer();
    expect(await holdpoint.hasPendingReviews('run-1')).toBe(true);
    expect(server.received).toHaveLength(3);
  });

  it('a subscription can be aborted, and ends without an error', async () => {
    const { holdpoint } = await slowService();
    const stop = new AbortController();
    const next = holdpoint.reviewEvents({ after: '0', signal: stop.signal }).next();
    stop.abort(reason);
    expect((await next).done).toBe(true);
  });
});

it.each([
  ['1.4', '1.4', null],
  ['1.10', '1.9', null],
  ['1.9', '1.10', 'older'],
  ['1.9', '2.0', 'older'],
  ['2.0', '1.9', 'newer'],
  ['10.0', '9.0', 'newer'],
])('API version %s compared with a client made for %s: %s', (served, made, age) => {
  expect(ageOf(served, made)).toBe(age);
});
