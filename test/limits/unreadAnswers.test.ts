import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request as openRequest } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { SocketClient } from '../server/socketClient.ts';
import { ask } from '../support/operations.ts';
import { Exposed } from '../support/prometheus.ts';
import type { TestClient } from '../support/testClient.ts';
import { type Team, type TestService, testService } from '../support/testService.ts';

/** Far more than the buffers of the system hold. */
const ANSWER_BYTES = 10_000_000;
/** A workspace may leave eight of them unread. */
const CLIENTS = 20;
const PAYLOAD_BYTES = 990_000;
const READ = '{ pendingReviews(first: 100) { edges { node { payload } } } }';

const service = await testService({ config: { maxAnswerBytes: ANSWER_BYTES } });
/** With this little, some unread events are too much. */
const small = await testService({ config: { maxAnswerBytes: 1_000_000 } });

async function teamWithLargeReviews(): Promise<Team> {
  const team = service.team();
  await service.sql(
    `INSERT INTO "PendingReview" ("userId", "nodeExecId", "nodeId", "graphExecId", "graphId", "graphVersion", "payload", "requestedBy")
    SELECT $1, n::text, 'node', 'exec', 'graph', 1, to_json(repeat('x', $2))::text, 'agent' FROM generate_series(1, 10) n`,
    [team.user, PAYLOAD_BYTES],
  );
  return team;
}

/** Sends a request and reads nothing of the answer until `body` is called. */
async function unreadAnswer(client: TestClient, method: string, accept = 'application/json') {
  const isGet = method === 'GET';
  const query = accept === 'application/json' ? READ : EVENTS;
  const request: ClientRequest = openRequest(
    isGet ? `${client.url}?query=${encodeURIComponent(query)}` : client.url,
    {
      method,
      agent: false,
      headers: {
        authorization: `Bearer ${await client.token}`,
        'content-type': 'application/json',
        accept,
      },
    },
  );
  onTestFinished(() => void request.destroy());
  request.on('error', () => {});
  request.end(isGet ? undefined : JSON.stringify({ query }));
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return {
    /** Reads the answer. @returns whether it is complete */
    async read(): Promise<boolean> {
      const closed = new Promise((resolve) =>
        response.on('error', () => {}).once('close', resolve),
      );
      response.resume();
      await closed;
      return response.complete;
    },
  };
}

async function countRefused({ url }: TestService): Promise<number> {
  const exposed = new Exposed(await (await fetch(`${url}/metrics`)).text());
  return exposed.value('holdpoint_limits_reached_total', { limit: 'unread_bytes' }) ?? 0;
}

it.each(['POST', 'GET'])(
  'answers to %s that nobody reads do not fill the memory',
  async (method) => {
    const { reviewer } = await teamWithLargeReviews();
    const other = await teamWithLargeReviews();
    const ofOther = await unreadAnswer(other.reviewer, method);
    const before = await countRefused(service);
    const answers = await Promise.all(
      Array.from({ length: CLIENTS }, () => unreadAnswer(reviewer, method)),
    );
    await expect.poll(() => countRefused(service)).toBeGreaterThan(before + CLIENTS - 13);

    const areComplete = await Promise.all(answers.map((answer) => answer.read()));
    const complete = areComplete.filter((isComplete) => isComplete).length;
    expect(complete).toBeGreaterThanOrEqual(8);
    expect(complete).toBeLessThan(13);
    expect(await ofOther.read()).toBe(true);
    expect(await (await unreadAnswer(reviewer, method)).read()).toBe(true);
  },
  30_000,
);

it('nor do answers over WebSocket', async () => {
  const { reviewer } = await teamWithLargeReviews();
  const before = await countRefused(service);
  const token = await reviewer.token;
  const sockets = await Promise.all(
    Array.from({ length: CLIENTS }, () => SocketClient.enter(service.url, token)),
  );
  for (const client of sockets) {
    client.socket.pause();
    client.subscribe('1', READ);
  }
  await expect
    .poll(() => countRefused(service), { timeout: 20_000 })
    .toBeGreaterThan(before + CLIENTS - 13);
  for (const client of sockets) client.socket.resume();
  const reads = await Promise.allSettled(sockets.map((client) => client.text('next', '1')));
  expect(reads.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(8);
  await Promise.all(sockets.map((client) => client.close()));
}, 30_000);

const EVENTS = 'subscription { reviewEvents { review { payload } } }';

it('nor do server-sent events', async () => {
  const { agent, reviewer } = small.team();
  const streams = await Promise.all(
    Array.from({ length: CLIENTS }, () => unreadAnswer(reviewer, 'POST', 'text/event-stream')),
  );
  expect(streams).toHaveLength(CLIENTS);
  const payload = 'x'.repeat(300_000);
  for (let n = 0; n < 12; n++) await ask(agent, `step-${n}`, { payload });
  await expect.poll(() => countRefused(small), { timeout: 8_000 }).toBeGreaterThanOrEqual(10);
}, 30_000);
