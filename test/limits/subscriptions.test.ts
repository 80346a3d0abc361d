import { expect, it } from 'vitest';
import { openLiveParts } from '../feed/promises/liveParts.ts';
import { SocketClient } from '../server/socketClient.ts';
import { ask } from '../support/operations.ts';
import { Exposed } from '../support/prometheus.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';

const service = await testService({
  config: {
    subscriptionLimits: {
      perToken: 3,
      perWorkspace: 4,
      groupsPerToken: 2,
      groupsPerWorkspace: 3,
    },
  },
});
/** With the cursor of the beginning, so that a subscription begins with an event. */
const of = (fields: string) => `subscription { reviewEvents(after: "0") { ${fields} } }`;
const feed = of('cursor');

/** A team with one event. */
async function teamWithEvent() {
  const team = service.team();
  await ask(team.agent, 'first', { graphExecId: 'copilot-session-1' });
  return team;
}

/** Starts a subscription. Returns the code of the error, or null if it runs. */
async function start(socket: SocketClient, id: string, query = feed): Promise<string | null> {
  socket.subscribe(id, query);
  const { payload } = await socket.message('next', id);
  return payload.errors?.[0].extensions.code ?? null;
}

/** Ends a subscription, and returns when the service has ended it. */
async function end(socket: SocketClient, id: string): Promise<void> {
  socket.send({ id, type: 'complete' });
  socket.send({ type: 'ping' });
  await socket.message('pong');
}

/** Starts the subscription when there is room for it, which is soon after a socket closes. */
const startSoon = (socket: SocketClient, id: string, query = feed) =>
  expect.poll(() => start(socket, `${id}-${Math.random()}`, query), { timeout: 3_000 }).toBeNull();
const enter = async (client: TestClient) => SocketClient.enter(service.url, await client.token);
const TOO_MANY = 'TOO_MANY_SUBSCRIPTIONS';

it('a token has at most so many subscriptions, and an ended one makes room', async () => {
  const { agent, reviewer } = await teamWithEvent();
  const [one, two, others] = [await enter(agent), await enter(agent), await enter(reviewer)];
  expect(await start(one, '1')).toBeNull();
  expect(await start(one, '2')).toBeNull();
  expect(await start(two, '3')).toBeNull();
  expect(await start(two, '4')).toBe(TOO_MANY);
  expect(await start(others, '5')).toBeNull();
  await end(one, '1');
  expect(await start(two, '6')).toBeNull();
  expect(await start(two, '7')).toBe(TOO_MANY);
  await one.close();
  await startSoon(two, '8');
  await Promise.all([two.close(), others.close()]);
});

it('a workspace has at most so many subscriptions', async () => {
  const { agent, reviewer } = await teamWithEvent();
  const [one, two] = [await enter(agent), await enter(reviewer)];
  for (const id of ['1', '2', '3']) expect(await start(one, id)).toBeNull();
  expect(await start(two, '4')).toBeNull();
  expect(await start(two, '5')).toBe(TOO_MANY);
  const others = await enter((await teamWithEvent()).agent);
  expect(await start(others, '6')).toBeNull();
  await Promise.all([one.close(), two.close(), others.close()]);
});

it('different subscriptions are limited too', async () => {
  const { agent, reviewer } = await teamWithEvent();
  const [one, two] = [await enter(agent), await enter(reviewer)];
  expect(await start(one, '1', of('kind'))).toBeNull();
  expect(await start(one, '2', of('at'))).toBeNull();
  expect(await start(one, '3', of('actor'))).toBe(TOO_MANY);
  // The refused one does not count as a subscription.
  expect(await start(one, '4', of('at'))).toBeNull();
  await end(one, '4');
  expect(await start(two, '5', of('at'))).toBeNull();
  expect(await start(two, '6', of('kind'))).toBe(TOO_MANY);
  await one.close();
  await startSoon(two, '7', of('kind'));
  await two.close();
});

it('over SSE the stream ends with the error', async () => {
  const { agent } = await teamWithEvent();
  const open = [0, 1, 2].map(() => agent.subscribeSse(feed));
  for (const stream of open) await stream.next();
  const refused = agent.subscribeSse(feed);
  await expect(refused.next()).rejects.toThrow(/already has 3 subscriptions, the maximum/);
  for (const stream of open) await stream.close();
});

it('a subscription that cannot start does not count', async () => {
  const { agent } = await teamWithEvent();
  const socket = await enter(agent);
  for (let n = 0; n < 5; n++) {
    expect(await start(socket, `bad-${n}`, feed.replace('"0"', '"nonsense"'))).toBe(
      'BAD_USER_INPUT',
    );
  }
  for (const id of ['1', '2', '3']) expect(await start(socket, id)).toBeNull();
  expect(await start(socket, '4')).toBe(TOO_MANY);
  await socket.close();
});

it('what is refused is counted', async () => {
  const exposed = new Exposed(await (await fetch(`${service.url}/metrics`)).text());
  for (const limit of [
    'subscriptions_per_token',
    'subscriptions_per_workspace',
    'subscription_groups_per_token',
    'subscription_groups_per_workspace',
  ]) {
    expect(exposed.value('holdpoint_limits_reached_total', { limit }), limit).toBeGreaterThan(0);
  }
});

it('only what changes the results makes another group', async () => {
  const parts = await openLiveParts(service.database);
  const { agent } = service.team();
  await ask(agent, 'first', { graphExecId: 'copilot-session-1' });
  const socket = await SocketClient.enter(parts.url, await agent.token);
  const base = `subscription ($run: ID) { reviewEvents(graphExecId: $run) { cursor ...F } }
    fragment F on ReviewEvent { kind }`;
  const run = { run: 'copilot-session-1' };
  const same: [query: string, variables: object][] = [
    [base, run],
    [`# a comment\n${base}\n\n#another`, run],
    [base.replaceAll(' ', '  ,'), run],
    [base.replace('subscription', 'subscription Named'), run],
    [`${base} query Unused { viewer { actor } }`.replace('subscription', 'subscription S'), run],
    [base, { ...run, unknown: 1 }],
    [base.replace('($run: ID)', '($run: ID, $a: String)').replace('(gr', '(after: $a, gr'), run],
    [base.replace('(gr', '(after: "0", gr'), run],
  ];
  for (const [n, [query, variables]] of same.entries()) {
    const operationName = query.includes('subscription S') ? 'S' : undefined;
    socket.send({ id: `${n}`, type: 'subscribe', payload: { query, variables, operationName } });
  }
  await expect.poll(() => parts.live.subscriberCount).toBe(same.length);
  expect(parts.live.groupCount).toBe(1);

  const different: [query: string, variables: object][] = [
    [base, { run: 'another' }],
    [base, {}],
    [base.replace('kind', 'at'), run],
    [base.replace('cursor', 'c: cursor'), run],
  ];
  for (const [n, [query, variables]] of different.entries()) {
    socket.send({ id: `d${n}`, type: 'subscribe', payload: { query, variables } });
  }
  await expect.poll(() => parts.live.groupCount).toBe(1 + different.length);
  await socket.close();
  await expect.poll(() => parts.live.groupCount).toBe(0);
});

it('members of a group with different cursors each get what they have not seen', async () => {
  const { agent } = service.team();
  const query = `subscription ($run: ID, $after: String) {
    reviewEvents(graphExecId: $run, after: $after) { nodeExecId } }`;
  const cursors: string[] = [];
  for (const id of ['a', 'b', 'c']) {
    const { pendingReviews } = await agent.query<{ pendingReviews: { feedCursor: string } }>(
      '{ pendingReviews(first: 1) { feedCursor } }',
    );
    cursors.push(pendingReviews.feedCursor);
    await ask(agent, id, { graphExecId: 'copilot-session-1' });
  }
  for (const [n, after] of cursors.entries()) {
    const feeds = [
      agent.subscribe<{ reviewEvents: { nodeExecId: string } }>(query, { after }),
      agent.subscribe<{ reviewEvents: { nodeExecId: string } }>(
        query.replace(', $after: String', '').replace('$after', JSON.stringify(after)),
      ),
    ];
    for (const subscription of feeds) {
      const ids = (await subscription.take(3 - n)).map(
        ({ reviewEvents }) => reviewEvents.nodeExecId,
      );
      expect(ids).toEqual(['a', 'b', 'c'].slice(n));
      await subscription.close();
    }
  }
});

it.each([
  ['variables', (large: string) => ({ query: feed, variables: { unused: large } })],
  ['a comment', (large: string) => ({ query: `${feed} # ${large}` })],
  ['extensions', (large: string) => ({ query: feed, extensions: { unused: large } })],
])('a subscription with large %s is refused, as it would stay in memory', async (_, payloadOf) => {
  const { agent } = await teamWithEvent();
  const payload = payloadOf('x'.repeat(32_000));
  const socket = await enter(agent);
  socket.send({ id: '1', type: 'subscribe', payload });
  const { payload: errors } = await socket.message('error', '1');
  expect(errors).toEqual([
    {
      message: 'A subscription can have at most 32000 characters',
      extensions: { code: 'CONTENT_TOO_LARGE' },
    },
  ]);
  await socket.close();

  const overSse = await agent.post(JSON.stringify(payload), { accept: 'text/event-stream' });
  expect(overSse.status).toBe(413);
  expect(overSse.errors[0]?.extensions?.['code']).toBe('CONTENT_TOO_LARGE');
});

it('a subscription with a large id is refused too', async () => {
  const { agent } = await teamWithEvent();
  const socket = await enter(agent);
  const id = 'x'.repeat(32_000);
  socket.subscribe(id, feed);
  expect((await socket.message('error', id)).payload[0].extensions.code).toBe('CONTENT_TOO_LARGE');
  await socket.close();
});

it('the others of a group get its events after its first member has gone', async () => {
  const { agent } = await teamWithEvent();
  const [first, second] = [await enter(agent), await enter(agent)];
  for (const socket of [first, second]) expect(await start(socket, '1')).toBeNull();
  await first.close();
  await ask(agent, 'second');
  expect((await second.message('next', '1')).payload).toEqual({
    data: { reviewEvents: { cursor: '2' } },
  });
  await second.close();
});
