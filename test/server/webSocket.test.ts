import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testService } from '../support/testService.ts';
import { SocketClient } from './socketClient.ts';

const service = await testService();
const { agent, reviewer } = service.team();
const token = await agent.token;
const feed = `subscription ($after: String) {
  reviewEvents(after: $after) { kind nodeExecId actor }
}`;
const ask = `mutation ($input: RequestReviewInput!) { requestReview(input: $input) {
  __typename ... on RequestReviewPayload { review { nodeExecId payload } }
} }`;
const place = '"graphExecId":"copilot-session-1","graphId":"g","graphVersion":1';

let asked = 0;
/** Requests a review, which appears in the feed. Returns its id. */
async function askOnce(): Promise<string> {
  const nodeExecId = `asked-${asked++}`;
  await agent.raw(ask, `{"input":{"nodeExecId":"${nodeExecId}",${place}}}`);
  return nodeExecId;
}

/** Sockets that show their effect only after a while: opened first, checked last. */
let silent: SocketClient;
let quiet: SocketClient;
let deaf: ReturnType<typeof connect>;
let silentFor: Promise<number>;
beforeAll(async () => {
  const began = performance.now();
  silent = new SocketClient(service.url);
  silentFor = silent.closed.then(() => performance.now() - began);
  quiet = await SocketClient.enter(service.url, token);
  quiet.subscribe('1', feed);
  const { hostname, port } = new URL(service.url);
  deaf = connect(Number(port), hostname);
  deaf.on('error', () => {});
  deaf.write(
    'GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Protocol: graphql-transport-ws\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  await once(deaf, 'data');
});
afterAll(async () => {
  await quiet.close();
});

/** Subscribes from the current cursor, so that a late start misses no event. */
async function follow(socket: SocketClient, ...ids: string[]): Promise<void> {
  const { pendingReviews } = await agent.query<{ pendingReviews: { feedCursor: string } }>(
    '{ pendingReviews(first: 1) { feedCursor } }',
  );
  for (const id of ids) socket.subscribe(id, feed, { after: pendingReviews.feedCursor });
}

describe('a failing operation does not affect others on its socket', () => {
  const bad: Record<string, [query: unknown, variables?: unknown]> = {
    'a syntax error': ['{ viewer'],
    'an unknown field': ['{ viewer { secret } }'],
    'an unknown argument': ['{ viewer(a: 1) { actor } }'],
    'a document without an operation': ['fragment F on Viewer { actor }'],
    'two operations': ['query A { viewer { actor } } query B { viewer { actor } }'],
    'a missing required variable': [ask],
    'a variable of the wrong type': [ask, { input: 7 }],
    'an invalid cursor': [feed, { after: 'nonsense' }],
    'a cursor ahead of the feed': [feed, { after: '999999999' }],
    'an operation without the required scope': [
      'mutation { decideReviews(input: { decisions: [] }) { __typename } }',
    ],
    'a resolver that throws': ['{ node(id: "nonsense") { id } }'],
    'an exceeded limit': ['{ pendingReviews(first: 1000) { totalCount } }'],
    'an empty document': [''],
  };

  it.each(Object.entries(bad))('%s', async (_name, [query, variables]) => {
    const socket = await SocketClient.enter(service.url, token);
    await follow(socket, 'feed');
    socket.subscribe('query', '{ viewer { actor } }');
    await socket.message('complete', 'query');
    socket.send({ id: 'bad', type: 'subscribe', payload: { query, variables } });
    const answer = await Promise.any([
      socket.message('error', 'bad'),
      socket.message('next', 'bad'),
    ]);
    const errors = answer.type === 'error' ? answer.payload : answer.payload.errors;
    expect(errors[0].message.length).toBeGreaterThan(5);

    const nodeExecId = await askOnce();
    expect((await socket.message('next', 'feed')).payload.data.reviewEvents).toMatchObject({
      nodeExecId,
    });
    // The id of the failed operation can be used again.
    socket.subscribe('bad', '{ viewer { actor } }');
    await socket.message('complete', 'bad');
    await socket.close();
  });
});

describe('a protocol violation closes the socket with a matching code', () => {
  const closes: [string, number, (socket: SocketClient) => unknown][] = [
    ['a message that is not JSON', 4400, (socket) => socket.send('{')],
    ['a message without a type', 4400, (socket) => socket.send({ id: '1' })],
    ['a document that is a number', 4400, (socket) => socket.subscribe('1', 1 as never)],
    ['variables that are text', 4400, (socket) => socket.subscribe('1', feed, 'text')],
    [
      'invalid UTF-8',
      4400,
      (socket) =>
        socket.socket.send(Buffer.from('{"type":"ping","payload":{"a":"\xff"}}', 'latin1')),
    ],
    ['a second connection_init', 4429, (socket) => socket.init(token)],
    [
      'the same id twice',
      4409,
      (socket) => {
        socket.subscribe('1', feed);
        socket.subscribe('1', feed);
      },
    ],
    [
      'a message that is too large',
      1009,
      (socket) => socket.subscribe('1', `{ viewer { actor } } #${' '.repeat(1_500_000)}`),
    ],
  ];

  it.each(closes)('%s', async (_name, code, act) => {
    const bystander = await SocketClient.enter(service.url, token);
    const socket = await SocketClient.enter(service.url, token);
    act(socket);
    expect((await socket.closed).code).toBe(code);
    expect(bystander.socket.readyState).toBe(bystander.socket.OPEN);
    await bystander.close();
  });

  it('an operation before connection_init', async () => {
    const socket = new SocketClient(service.url);
    await socket.open();
    socket.subscribe('1', '{ viewer { actor } }');
    expect((await socket.closed).code).toBe(4401);
  });

  it('a different subprotocol', async () => {
    const socket = new SocketClient(service.url, {}, 'graphql-ws');
    const { code } = await socket.closed;
    expect([1006, 4406]).toContain(code);
  });
});

it('a socket has at most 100 concurrent operations; only the next one fails', async () => {
  const socket = await SocketClient.enter(service.url, token);
  await follow(socket, ...Array.from({ length: 100 }, (_, n) => `s${n}`));
  socket.subscribe('more', feed);
  const { payload } = await socket.message('error', 'more');
  expect(payload[0]).toMatchObject({
    message: expect.stringContaining('100'),
    extensions: { code: 'TOO_MANY_OPERATIONS' },
  });
  // After one has completed there is room for another. The rest are unaffected.
  socket.send({ id: 's0', type: 'complete' });
  await ready(socket);
  socket.subscribe('more', '{ viewer { actor } }');
  await socket.message('complete', 'more');
  const nodeExecId = await askOnce();
  for (let n = 1; n < 100; n++) {
    const { payload } = await socket.message('next', `s${n}`);
    expect(payload.data.reviewEvents.nodeExecId).toBe(nodeExecId);
  }
  await socket.close();
});

it('queries and mutations over a socket preserve JSON exactly', async () => {
  const socket = await SocketClient.enter(service.url, token);
  const payload =
    '{"b":1,"2":2,"1":[1.0,1e2,-0,0.12345678901234560],"__proto__":{"x":null},"é":"\\u0007"}';
  const variables = `{"input":{"nodeExecId":"exact",${place},"payload":${payload}}}`;
  const message = (id: string) =>
    `{"id":"${id}","type":"subscribe","payload":{"query":${JSON.stringify(ask)},"variables":${variables}}}`;
  // Several at once, so that none gets the variables of another.
  for (let n = 0; n < 20; n++) {
    socket.send(
      message(`m${n}`).replace('"exact"', `"exact-${n}"`).replace('"b":1', `"b":1.${n}0`),
    );
  }
  for (let n = 0; n < 20; n++) {
    const expected = payload.replace('"b":1', `"b":1.${n}0`);
    expect(await socket.text('next', `m${n}`)).toContain(`"payload":${expected}`);
  }
  socket.subscribe('read', '{ reviews(nodeExecIds: ["exact-7"]) { payload originalPayload } }');
  const expected = payload.replace('"b":1', '"b":1.70');
  expect(await socket.text('next', 'read')).toContain(
    `{"payload":${expected},"originalPayload":${expected}}`,
  );
  await socket.close();
});

describe('a subscription that the client ends', () => {
  /** Whether any feed is read within a while. Feeds with subscribers are read every second. */
  const isRead = async () => {
    const last = async () => {
      const [row] = await service.sql<{ last: Date | null }>(
        `SELECT max(query_start) AS "last" FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%"event.userId"%'`,
      );
      return row?.last?.getTime() ?? 0;
    };
    const before = await last();
    await pause(1_500);
    return (await last()) > before;
  };

  it('stops at once: no more messages, and its feed is no longer read', async () => {
    await quiet.close();
    const socket = await SocketClient.enter(service.url, token);
    for (let n = 0; n < 10; n++) socket.subscribe(`${n}`, feed);
    await ready(socket);
    for (let n = 0; n < 10; n++) socket.send({ id: `${n}`, type: 'complete' });
    await ready(socket);
    const before = socket.texts.length;
    await askOnce();
    expect(await isRead()).toBe(false);
    expect(socket.texts.length).toBe(before);

    // The same if the connection drops.
    socket.subscribe('again', feed);
    await ready(socket);
    expect(await isRead()).toBe(true);
    socket.socket.terminate();
    await pause(50);
    expect(await isRead()).toBe(false);
  });

  it('may end before it has started', async () => {
    const socket = await SocketClient.enter(service.url, token);
    for (let n = 0; n < 20; n++) {
      socket.subscribe(`${n}`, feed);
      socket.send({ id: `${n}`, type: 'complete' });
    }
    socket.subscribe('last', '{ viewer { actor } }');
    await socket.message('complete', 'last');
    await askOnce();
    await pause(100);
    expect(socket.texts.filter((text) => text.includes('reviewEvents'))).toEqual([]);
    await socket.close();
  });

  it('frees its id for another operation at once', async () => {
    const socket = await SocketClient.enter(service.url, token);
    socket.subscribe('same', feed);
    await ready(socket);
    for (let n = 0; n < 5; n++) {
      socket.send({ id: 'same', type: 'complete' });
      socket.subscribe('same', '{ viewer { actor } }');
      await socket.message('next', 'same');
      await socket.message('complete', 'same');
      socket.subscribe('same', feed);
      await ready(socket);
    }
    await socket.close();
  });
});

it('a decision made over one socket is delivered to another', async () => {
  const watcher = await SocketClient.enter(service.url, token);
  await follow(watcher, '1');
  const nodeExecId = await askOnce();
  const socket = await SocketClient.enter(service.url, await reviewer.token);
  const decide = `mutation { decideReviews(input: { decisions: [
    { nodeExecId: "${nodeExecId}", decision: APPROVE }] }) { __typename } }`;
  socket.subscribe('1', decide);
  expect((await socket.message('next', '1')).payload.data.decideReviews).toEqual({
    __typename: 'DecideReviewsPayload',
  });
  const kinds = [];
  for (let n = 0; n < 2; n++)
    kinds.push((await watcher.message('next', '1')).payload.data.reviewEvents);
  expect(kinds).toEqual([
    { kind: 'REQUESTED', nodeExecId, actor: 'agent' },
    { kind: 'APPROVED', nodeExecId, actor: 'reviewer' },
  ]);
  await Promise.all([watcher.close(), socket.close()]);
});

it('a protocol ping is answered with its payload', async () => {
  const socket = await SocketClient.enter(service.url, token);
  socket.send({ type: 'ping', payload: { n: 1 } });
  expect(await socket.message('pong')).toEqual({ type: 'pong', payload: { n: 1 } });
  await socket.close();
});

it('a socket without connection_init within 10 seconds is closed with 4408', async () => {
  expect(await silent.closed).toMatchObject({ code: 4408 });
  expect(await silentFor).toBeGreaterThan(9_900);
  expect(await silentFor).toBeLessThan(14_000);
});

it('a socket is kept alive by pings, and closed if they are not answered', {
  timeout: 40_000,
}, async () => {
  const socket = await SocketClient.enter(service.url, token);
  const start = performance.now();
  await expect.poll(() => socket.pings, { timeout: 14_000 }).toBe(1);
  expect(performance.now() - start).toBeGreaterThan(10_000);
  await socket.close();
  // This one never answers, not even with a pong. It is closed before its second ping.
  if (!deaf.destroyed) await once(deaf, 'close');
});

/** Waits until earlier subscriptions are active: a later query has been answered, plus a margin. */
async function ready(socket: SocketClient): Promise<void> {
  const check = `check-${Math.random()}`;
  socket.subscribe(check, '{ pendingReviews(first: 1) { feedCursor } }');
  await socket.message('complete', check);
  await pause(100);
}
