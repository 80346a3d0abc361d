import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { signJwt } from '../../../src/identity/jwt.ts';
import { startProgram } from '../../cli/runProgram.ts';
import { ask } from '../../support/operations.ts';
import { TestClient } from '../../support/testClient.ts';
import { testDatabase } from '../../support/testDatabase.ts';
import { JWT_SECRET } from '../../support/testService.ts';
import { Follower, type Item } from './follower.ts';
import { historyOf } from './history.ts';

const database = await testDatabase();
const withPayload = `subscription ($after: String) { reviewEvents(after: $after) {
  cursor kind nodeExecId review { payload } } }`;
const payload = 'x'.repeat(200_000);
const EVENTS = 150;

/** A subscriber that has stopped reading, and when its connection ended. */
type Stalled = { last: () => string; over: Promise<unknown>; resume(): void };

/**
 * The socket buffer for a client that does not read is limited, so that the service's queue must
 * fill.
 */
async function stallWebSocket(url: string, token: string): Promise<Stalled & { code(): number }> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws');
  let code = 0;
  let last = '0';
  const over = new Promise<void>((resolve) => {
    socket.on('close', (closeCode) => {
      code = closeCode;
      resolve();
    });
  });
  socket.on('error', () => {});
  const started = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      const message = JSON.parse(String(data));
      const cursor = message.payload?.data?.reviewEvents.cursor;
      if (cursor !== undefined) last = cursor;
      if (message.type === 'connection_ack') {
        const variables = { after: '0' };
        socket.send(
          JSON.stringify({
            id: '1',
            type: 'subscribe',
            payload: { query: withPayload, variables },
          }),
        );
      }
      if (message.type === 'next') resolve();
    });
  });
  socket.on('open', () =>
    socket.send(
      JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }),
    ),
  );
  await started;
  socket.pause();
  return { last: () => last, over, resume: () => socket.resume(), code: () => code };
}

async function stallSse(url: string, token: string): Promise<Stalled> {
  const { hostname, port } = new URL(url);
  const body = JSON.stringify({ query: withPayload, variables: { after: '0' } });
  const socket: Socket = connect(Number(port), hostname);
  let text = '';
  const started = new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      text += chunk;
      if (text.includes('event: next')) resolve();
    });
  });
  socket.on('error', () => {});
  const over = new Promise((resolve) => socket.once('close', resolve));
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${token}\r\n` +
      `Accept: text/event-stream\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body}`,
  );
  await started;
  socket.pause();
  return {
    last: () => [...text.matchAll(/"cursor":"(\d+)"[^\n]*\n\n/g)].at(-1)?.[1] ?? '0',
    over,
    resume: () => socket.resume(),
  };
}

const megabytesOf = async (pid: number) => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024;
};

it('a slow subscriber is disconnected and resumes, without taking memory or delaying others', async () => {
  const service = startProgram('src/main.ts', ['serve'], {
    DATABASE_URL: database.url,
    HOLDPOINT_JWT_SECRET: JWT_SECRET,
    PORT: '0',
    LOG_LEVEL: 'warn',
  });
  await service.until(/review:decide\n/);
  const url = /http:\/\/[^/]+/.exec(service.output.stdout)?.[0] as string;
  const user = 'owner';
  const token = await signJwt(
    JWT_SECRET,
    { userId: user, actor: 'agent', scopes: ['review:request'] },
    new Date(Date.now() + 600_000),
  );
  const agent = new TestClient(url, Promise.resolve(token));
  await ask(agent, 'first', { payload });

  const reading = (['WebSocket', 'SSE'] as const).map(
    (transport) => new Follower(url, token, { transport, after: '0', query: withPayload }),
  );
  const stalledSockets = await Promise.all(
    Array.from({ length: 5 }, () => stallWebSocket(url, token)),
  );
  const stalledStreams = await Promise.all(Array.from({ length: 5 }, () => stallSse(url, token)));
  const stalled = [...stalledSockets, ...stalledStreams];
  onTestFinished(() => {
    for (const one of stalled) one.resume();
  });

  const before = await megabytesOf(service.process.pid as number);
  let most = before;
  const took: number[] = [];
  for (let n = 0; n < EVENTS; n++) {
    const start = performance.now();
    await ask(agent, `step-${n}`, { payload });
    await Promise.all(reading.map((follower) => follower.count(n + 2)));
    took.push(performance.now() - start);
    if (n % 10 === 0) most = Math.max(most, await megabytesOf(service.process.pid as number));
  }
  const half = took.length / 2;
  const p50 = took.toSorted((a, b) => a - b)[half]?.toFixed(1);
  console.log(
    `150 events of 200 kB past 10 stalled clients: ${before.toFixed()} MB, at most ${most.toFixed()} MB, p50 ${p50} ms`,
  );
  // Each client gets 30 MB, so buffering for all ten would take 300 MB.
  expect(most - before).toBeLessThan(150);

  // A client only notices when it reads again, long after the service has disconnected it.
  await pause(1_500);
  for (const one of stalled) one.resume();
  await Promise.race([
    Promise.all(stalled.map(({ over }) => over)),
    pause(10_000, undefined, { ref: false }).then(() => {
      throw new Error('A stalled client was not cut off');
    }),
  ]);
  for (const { code } of stalledSockets) expect([1013, 1006]).toContain(code());

  const history = await historyOf(database.sql, user);
  for (const { last } of stalled) {
    const place = Number(last());
    expect(place).toBeGreaterThan(0);
    expect(place).toBeLessThan(EVENTS);
    const resumed = new Follower(url, token, { transport: 'WebSocket', after: last() });
    await resumed.count(EVENTS + 1 - place);
    resumed.cut();
    expect(resumed.events).toEqual(history.slice(place));
  }
  for (const follower of reading) {
    const cursors = (follower.events as Item[]).map(({ cursor }) => cursor);
    expect(cursors).toEqual(history.map(({ cursor }) => cursor));
    follower.cut();
  }
  service.process.kill('SIGTERM');
  const { exitCode, stderr } = await service.ended;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
}, 90_000);

it('catching up through large events takes little memory', async () => {
  const user = 'much';
  await database.sql(
    `INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId",
      "graphVersion", "nodeId", "payload", "requestedBy")
    SELECT $1, n::text, 'e', 'g', 1, 'node', text, 'sql'
    FROM generate_series(1, 400) n, (SELECT to_json(repeat('x', 900000)) AS text) one`,
    [user],
  );
  const service = startProgram('src/main.ts', ['serve'], {
    DATABASE_URL: database.url,
    HOLDPOINT_JWT_SECRET: JWT_SECRET,
    PORT: '0',
    LOG_LEVEL: 'warn',
  });
  await service.until(/review:decide\n/);
  const url = /http:\/\/[^/]+/.exec(service.output.stdout)?.[0] as string;
  const token = await signJwt(
    JWT_SECRET,
    { userId: user, actor: 'reader', scopes: ['review:read'] },
    new Date(Date.now() + 600_000),
  );
  const pid = service.process.pid as number;
  const before = await megabytesOf(pid);
  const stalled = [
    await stallWebSocket(url, token),
    await stallWebSocket(url, token),
    await stallSse(url, token),
    await stallSse(url, token),
  ];
  let most = before;
  for (let n = 0; n < 30; n++) {
    await pause(50);
    most = Math.max(most, await megabytesOf(pid));
  }
  const reading = new Follower(url, token, { transport: 'SSE', after: '0', query: withPayload });
  reading.onEvent = () => {
    (reading.last as { review?: unknown }).review = null;
  };
  while (reading.events.length < 400) {
    await reading.count(Math.min(400, reading.events.length + 20));
    most = Math.max(most, await megabytesOf(pid));
  }
  console.log(`catching up through 360 MB: ${before.toFixed()} MB, at most ${most.toFixed()} MB`);
  expect(most - before).toBeLessThan(250);
  for (const one of stalled) one.resume();
  reading.cut();
  service.process.kill('SIGTERM');
  const { exitCode, stderr } = await service.ended;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
}, 90_000);
