import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SocketClient } from '../../server/socketClient.ts';
import { ask } from '../../support/operations.ts';
import { testService } from '../../support/testService.ts';
import { everyEvent, Follower, transports } from './follower.ts';
import { insertReviews } from './history.ts';

const service = await testService({ config: { allowedOrigins: ['https://reviews.example.com'] } });
const team = service.team();
const token = await team.reviewer.token;

describe('protocol', () => {
  it('an invalid operation affects no other operation on its socket', async () => {
    const mine = service.as({ actor: 'own', user: 'bad-operations' });
    const own = await SocketClient.enter(service.url, await mine.token);
    own.subscribe('good', everyEvent, { after: '0' });
    const bad: Record<string, unknown>[] = [
      { query: 'subscription {' },
      { query: 'subscription { nothing }' },
      { query: everyEvent, variables: { after: 5 } },
      { query: everyEvent, operationName: 'Unknown' },
      { query: 'mutation { requestReview(input: {}) { __typename } }' },
      { query: 'subscription { reviewEvents { cursor } pendingReviewAdded { cursor } }' },
      { query: `{ ${'viewer { actor } '.repeat(600)} }` },
    ];
    for (const [index, payload] of bad.entries()) {
      own.send({ id: `bad-${index}`, type: 'subscribe', payload });
    }
    await ask(mine, 'one');
    await own.message('next', 'good');
    for (const index of bad.keys()) {
      const { payload } = await Promise.any([
        own.message('error', `bad-${index}`),
        own.message('next', `bad-${index}`),
      ]);
      expect((payload.errors ?? payload)[0].message, `bad-${index}`).toBeTypeOf('string');
    }
    await ask(mine, 'two');
    await own.message('next', 'good');
    await own.close();
  });

  it('a socket carries 100 concurrent operations, and only the next one is refused', async () => {
    const socket = await SocketClient.enter(service.url, token);
    for (let n = 0; n < 101; n++) socket.subscribe(`${n}`, everyEvent, { after: '0' });
    const { payload } = await socket.message('error', '100');
    expect(payload[0].extensions.code).toBe('TOO_MANY_OPERATIONS');
    await ask(team.agent, 'for a hundred');
    for (const id of ['0', '50', '99']) await socket.message('next', id);
    socket.send({ id: '0', type: 'complete' });
    socket.subscribe('again', everyEvent, { after: '0' });
    await socket.message('next', 'again');
    await socket.close();
  });

  it.each([
    [
      'a message of more than 1.5 MB',
      1009,
      (socket: SocketClient) => socket.send('x'.repeat(1_600_000)),
    ],
    ['what is no message', 4400, (socket: SocketClient) => socket.send('no JSON')],
    [
      'more than a thousand messages at once',
      4429,
      (socket: SocketClient) => {
        for (let n = 0; n < 1_500; n++) socket.send({ type: 'ping' });
      },
    ],
    [
      'an id that is in use',
      4409,
      (socket: SocketClient) => {
        for (let n = 0; n < 2; n++) socket.subscribe('1', everyEvent);
      },
    ],
  ])('%s closes the socket with %i, and only that one', async (_what, code, send) => {
    const other = new Follower(service.url, token, { transport: 'WebSocket', after: '0' });
    const socket = await SocketClient.enter(service.url, token);
    send(socket);
    expect((await socket.closed).code).toBe(code);
    const before = other.events.length;
    await ask(team.agent, `after ${code}`);
    await other.until(({ events }) => events.length > before);
    expect(other.closed).toBeUndefined();
    other.cut();
  });

  it('a client that does not authenticate within ten seconds is disconnected, and idle sockets and streams are pinged', async () => {
    const silent = new SocketClient(service.url);
    const idle = await SocketClient.enter(service.url, token);
    idle.subscribe('1', everyEvent);
    const stream = await fetch(`${service.url}/graphql`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'text/event-stream',
      },
      body: JSON.stringify({ query: 'subscription { reviewEvents { cursor } }' }),
    });
    const reader = stream.body?.getReader();
    let comments = 0;
    const reading = (async () => {
      while (comments < 2) {
        const { value } = (await reader?.read()) ?? {};
        comments += new TextDecoder().decode(value).split(':\n\n').length - 1;
      }
    })();
    expect((await silent.closed).code).toBe(4408);
    await reading;
    await expect.poll(() => idle.pings, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(idle.socket.readyState).toBe(idle.socket.OPEN);
    await reader?.cancel();
    await idle.close();
  }, 30_000);

  it.each([
    ['https://evil.example.com', false],
    ['null', false],
    ['https://reviews.example.com', true],
    [service.url, true],
  ])("a browser's socket from %s is let in: %s", async (origin, isLetIn) => {
    const client = new SocketClient(service.url, { headers: { origin } });
    const opened = await Promise.race([
      client.open().then(() => true),
      client.closed.then(() => false),
    ]);
    expect(opened).toBe(isLetIn);
    client.socket.terminate();
  });
});

it('the service closes within five seconds, with live, catching up and stalled subscribers on all transports', async () => {
  const closing = await service.another();
  const big = closing.team();
  const ids = Array.from({ length: 40 }, (_, n) => `${n}`);
  await insertReviews(service.sql, big.user, ids, { payloadCharacters: 300_000 });
  const bigToken = await big.reviewer.token;
  const live = transports.map(
    (transport) => new Follower(closing.url, token, { transport, after: '0' }),
  );
  for (const follower of live) await follower.count(1);

  const query =
    'subscription { reviewEvents(after: "0") { cursor kind nodeExecId review { payload } } }';
  const stalledSocket = await SocketClient.enter(closing.url, bigToken);
  stalledSocket.subscribe('1', query);
  stalledSocket.socket.pause();
  const body = JSON.stringify({ query });
  const stalledStream = connect(Number(new URL(closing.url).port), '127.0.0.1');
  stalledStream.on('error', () => {});
  stalledStream.pause();
  stalledStream.write(
    `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bigToken}\r\nAccept: text/event-stream\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await pause(300);

  const start = performance.now();
  await closing.close();
  expect(performance.now() - start).toBeLessThan(5_000);
  for (const [index, follower] of live.entries()) {
    await follower.until(({ closed }) => closed !== undefined);
    if (transports[index] === 'WebSocket') expect(follower.closed?.code).toBe(1012);
    expect(follower.completed).toBe(false);
    expect(follower.errors).toBeUndefined();
  }
  stalledSocket.socket.terminate();
  stalledStream.destroy();
});
