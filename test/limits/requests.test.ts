import { createClient, RefusedError } from '@holdpoint/client';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/database.ts';
import { createApiToken } from '../../src/identity/apiTokens.ts';
import { signJwt } from '../../src/identity/jwt.ts';
import { SocketClient } from '../server/socketClient.ts';
import { Exposed } from '../support/prometheus.ts';
import { TestClient } from '../support/testClient.ts';
import { JWT_SECRET, testService } from '../support/testService.ts';

/** Requests in ten seconds: of one token, and of a workspace. */
const OF_TOKEN = 20;
const OF_WORKSPACE = 30;
const service = await testService({
  config: { requestLimits: { perToken: OF_TOKEN / 10, perWorkspace: OF_WORKSPACE / 10 } },
});
const database = openDatabase(service.database.url);
service.database.beforeDrop(() => database.close());

const viewer = '{ viewer { actor } }';

/** The statuses of this many requests, sent one after the other. */
async function statusesOf(client: TestClient, count: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let n = 0; n < count; n++) statuses.push((await client.answer(viewer)).status);
  return statuses;
}
const times = (count: number, status: number) => Array.from({ length: count }, () => status);

it('a token over its limit gets 429 with Retry-After, and others are served', async () => {
  const { agent, reviewer } = service.team();
  expect(await statusesOf(agent, OF_TOKEN)).toEqual(times(OF_TOKEN, 200));
  const { status, headers, errors } = await agent.answer(viewer);
  expect(status).toBe(429);
  const seconds = Number(headers.get('retry-after'));
  expect(seconds).toBeGreaterThanOrEqual(1);
  expect(seconds).toBeLessThanOrEqual(10);
  expect(errors).toEqual([
    {
      message: `This token sends more than 2 requests per second. Try again in ${seconds} s`,
      extensions: { code: 'TOO_MANY_REQUESTS', retryAfterSeconds: seconds },
    },
  ]);
  expect((await reviewer.answer(viewer)).status).toBe(200);
});

it('the tokens of a workspace share its limit, and another workspace is served', async () => {
  const { agent, reviewer } = service.team();
  await statusesOf(agent, OF_TOKEN);
  const rest = OF_WORKSPACE - OF_TOKEN;
  expect(await statusesOf(reviewer, rest + 1)).toEqual([...times(rest, 200), 429]);
  const { errors } = await reviewer.answer(viewer);
  expect(errors[0]?.message).toContain('This workspace sends more than 3 requests per second');
  expect((await service.team().agent.answer(viewer)).status).toBe(200);
});

it('what a token sends over its limit takes nothing from its workspace', async () => {
  const { agent, reviewer } = service.team();
  await statusesOf(agent, OF_WORKSPACE);
  expect((await reviewer.answer(viewer)).status).toBe(200);
});

it('a renewed JWT does not begin anew', async () => {
  const { user, agent } = service.team();
  await statusesOf(agent, OF_TOKEN);
  const identity = { userId: user, actor: 'agent', scopes: [] };
  const renewed = signJwt(JWT_SECRET, identity, new Date(Date.now() + 100_000));
  expect((await new TestClient(service.url, renewed).answer(viewer)).status).toBe(429);
});

it('each API token of an actor has a limit of its own', async () => {
  const { user: userId } = service.team();
  const newToken = { userId, actor: 'agent', scopes: [], expiresAt: null };
  const [one, other] = [0, 1].map(
    () => new TestClient(service.url, createApiToken(database, newToken)),
  );
  await statusesOf(one as TestClient, OF_TOKEN);
  expect((await (one as TestClient).answer(viewer)).status).toBe(429);
  expect((await (other as TestClient).answer(viewer)).status).toBe(200);
});

describe('the limit counts requests of all transports', () => {
  it('over WebSocket they get an error, and the socket stays open', async () => {
    const { agent } = service.team();
    const socket = await SocketClient.enter(service.url, await agent.token);
    for (let n = 0; n < OF_TOKEN; n++) {
      socket.subscribe(`${n}`, viewer);
      await socket.message('complete', `${n}`);
    }
    socket.subscribe('over', viewer);
    const { payload } = await socket.message('error', 'over');
    expect(payload[0].extensions.code).toBe('TOO_MANY_REQUESTS');
    expect(payload[0].extensions.retryAfterSeconds).toBeGreaterThanOrEqual(1);
    socket.send({ type: 'ping' });
    await socket.message('pong');
    await socket.close();
    expect((await agent.answer(viewer)).status).toBe(429);
  });

  it('over SSE they get 429', async () => {
    const { agent } = service.team();
    await statusesOf(agent, OF_TOKEN);
    const stream = agent.subscribeSse('subscription { reviewEvents { cursor } }');
    await expect(stream.next()).rejects.toThrow(/^429: .*TOO_MANY_REQUESTS/);
  });

  it('also if they are invalid or do not say what they are', async () => {
    const { agent } = service.team();
    const headers = { authorization: `Bearer ${await agent.token}`, 'content-type': 'text/plain' };
    for (let n = 0; n < OF_TOKEN; n++)
      await fetch(agent.url, { method: 'POST', headers, body: '{' });
    expect((await agent.answer(viewer)).status).toBe(429);
  });
});

it('a page of another origin can read Retry-After', async () => {
  const origin = 'https://reviews.example.com';
  const other = await testService({ config: { allowedOrigins: [origin] } });
  const response = await fetch(`${other.url}/graphql`, { method: 'OPTIONS', headers: { origin } });
  expect(response.headers.get('access-control-expose-headers')).toContain('retry-after');
});

it('what is refused is counted', async () => {
  const { agent } = service.team();
  const read = async () => new Exposed(await (await fetch(`${service.url}/metrics`)).text());
  const labels = { limit: 'requests_per_token' };
  const before = (await read()).value('holdpoint_limits_reached_total', labels) ?? 0;
  await statusesOf(agent, OF_TOKEN + 3);
  const after = (await read()).value('holdpoint_limits_reached_total', labels);
  expect(after).toBe(before + 3);
});

describe('the client', () => {
  const clientOf = async (agent: TestClient, patienceMs?: number) =>
    createClient({
      url: service.url,
      token: await agent.token,
      ...(patienceMs !== undefined && { patienceMs }),
    });

  it('waits as long as Retry-After says, and no request is lost', async () => {
    const { agent } = service.team();
    const holdpoint = await clientOf(agent);
    await statusesOf(agent, OF_TOKEN - 2);
    const { headers } = await statusesOf(agent, 2).then(() => agent.answer(viewer));
    const asked = performance.now();
    expect((await holdpoint.viewer()).actor).toBe('agent');
    const waited = performance.now() - asked;
    expect(waited).toBeGreaterThan((Number(headers.get('retry-after')) - 1) * 1_000);
  });

  it('also sends a mutation again that is not idempotent, because nothing was done', async () => {
    const { agent } = service.team();
    const holdpoint = await clientOf(agent);
    await statusesOf(agent, OF_TOKEN - 1);
    await holdpoint.viewer().catch(() => {});
    const { execution } = await holdpoint.registerExecution({
      graphExecId: 'run',
      graphId: 'graph',
      graphVersion: 1,
    });
    expect(execution.graphExecId).toBe('run');
  });

  it('gives up at once if that is longer than its patience', async () => {
    const { agent } = service.team();
    const holdpoint = await clientOf(agent, 500);
    await statusesOf(agent, OF_TOKEN);
    const error = await holdpoint.viewer().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RefusedError);
    expect((error as RefusedError).code).toBe('TOO_MANY_REQUESTS');
    expect((error as RefusedError).retryAfterMs).toBeGreaterThanOrEqual(1_000);
  });
});
