import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openConnections } from '../../src/database/connections.ts';
import { DatabaseClock } from '../../src/telemetry/databaseClock.ts';
import { ReviewGauges } from '../../src/telemetry/reviewGauges.ts';
import { SocketClient } from '../server/socketClient.ts';
import { scrape } from '../support/prometheus.ts';
import type { TestClient } from '../support/testClient.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { testService } from '../support/testService.ts';
import { create } from '../webhooks/operations.ts';
import { Receiver } from '../webhooks/receiver.ts';

const service = await testService();

const ask =
  'mutation ($input: RequestReviewInput!) { requestReview(input: $input) { __typename } }';
const decide = `mutation ($input: DecideReviewsInput!) {
  decideReviews(input: $input) { ... on DecideReviewsPayload { approvedCount } } }`;
const events = 'subscription ($after: String) { reviewEvents(after: $after) { kind } }';
const inputFor = (nodeExecId: string) => ({
  nodeExecId,
  graphExecId: 'copilot-session-1',
  graphId: 'graph-of-the-test',
  graphVersion: 1,
  payload: { secret: 'in the payload' },
});

const counted = async (operation: string, transport: string, outcome: string) =>
  (await scrape(service.url)).value('holdpoint_requests_total', {
    operation,
    transport,
    outcome,
  }) ?? 0;

/** How much an action increments a counter. */
async function increment(
  operation: string,
  transport: string,
  outcome: string,
  step: () => Promise<unknown>,
): Promise<number> {
  const before = await counted(operation, transport, outcome);
  await step();
  return (await counted(operation, transport, outcome)) - before;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('the condition was not met in time');
    await pause(50);
  }
}

describe('requests are counted by operation, transport and outcome', () => {
  const { agent, reviewer } = service.team();

  it('over HTTP and WebSocket, whether or not the document is cached', async () => {
    const query = '{ viewer { actor } }';
    expect(
      await increment('query viewer', 'http', 'ok', async () => {
        await agent.answer(query); // new document
        await agent.answer(query); // cached document
        await agent.post(JSON.stringify({ query }), { accept: 'application/json; q=1' });
        const url = `${agent.url}?${new URLSearchParams({ query })}`;
        await fetch(url, { headers: { authorization: `Bearer ${await agent.token}` } });
      }),
    ).toBe(4);

    const socket = await SocketClient.enter(service.url, await agent.token);
    expect(
      await increment('query viewer', 'websocket', 'ok', async () => {
        socket.subscribe('q', query);
        await socket.message('complete', 'q');
      }),
    ).toBe(1);
    await socket.close();
  });

  it('once for a subscription, when it starts, and not for each event', async () => {
    const { agent, reviewer } = service.team();
    const socket = reviewer.subscribe(events, { after: '0' });
    const stream = reviewer.subscribeSse(events, { after: '0' });
    const before = {
      websocket: await counted('subscription reviewEvents', 'websocket', 'ok'),
      sse: await counted('subscription reviewEvents', 'sse', 'ok'),
    };
    for (const id of ['one', 'two']) await agent.query(ask, { input: inputFor(id) });
    await socket.take(2);
    await stream.take(2);
    for (const transport of ['websocket', 'sse'] as const) {
      const now = await counted('subscription reviewEvents', transport, 'ok');
      expect(now, transport).toBe(Math.max(1, before[transport]));
    }
    const exposed = await scrape(service.url);
    const operation = 'subscription reviewEvents';
    expect(
      exposed.value('holdpoint_request_duration_seconds_count', { operation }),
    ).toBeUndefined();
    await socket.close();
    await stream.close();
  });

  it('with the type names of API errors, even if __typename was not selected', async () => {
    const input = { decisions: [{ nodeExecId: 'none', decision: 'APPROVE' }] };
    for (const _round of [1, 2]) {
      expect(
        await increment('mutation decideReviews', 'http', 'NotFoundError', () =>
          reviewer.answer(decide, { input }),
        ),
      ).toBe(1);
    }
    const socket = await SocketClient.enter(service.url, await reviewer.token);
    expect(
      await increment('mutation decideReviews', 'websocket', 'InvalidInputError', async () => {
        socket.subscribe('d', decide, { input: { decisions: [] } });
        await socket.message('complete', 'd');
      }),
    ).toBe(1);
    await socket.close();
  });

  const refused: [string, string, () => Promise<unknown>][] = [
    [
      'mutation decideReviews',
      'FORBIDDEN',
      () => agent.answer(decide, { input: { decisions: [] } }),
    ],
    ['unknown', 'GRAPHQL_VALIDATION_FAILED', () => agent.answer('{ shoeSize }')],
    ['unknown', 'GRAPHQL_PARSE_FAILED', () => agent.answer('{')],
    ['unknown', 'BAD_REQUEST', () => agent.post('{')],
    ['unknown', 'UNAUTHENTICATED', () => agent.post('{}', { authorization: 'Bearer none' })],
    ['unknown', 'CONTENT_TOO_LARGE', () => agent.post('x'.repeat(1_600_000)).catch(() => {})],
    ['mutation requestReview', 'BAD_USER_INPUT', () => agent.answer(ask, { input: 1 })],
  ];
  it.each(refused)('%s that fails with %s', async (operation, outcome, step) => {
    expect(await increment(operation, 'http', outcome, step)).toBe(1);
  });

  it('rejected operations over WebSocket', async () => {
    const socket = await SocketClient.enter(service.url, await agent.token);
    for (const [id, query, outcome] of [
      ['v', '{ shoeSize }', 'GRAPHQL_VALIDATION_FAILED'],
      ['p', '{', 'GRAPHQL_PARSE_FAILED'],
    ] as const) {
      expect(
        await increment('unknown', 'websocket', outcome, async () => {
          socket.subscribe(id, query);
          await socket.message('error', id);
        }),
      ).toBe(1);
    }
    await socket.close();
  });

  it('with their duration', async () => {
    const operation = 'query hasPendingReviews';
    await agent.query('{ hasPendingReviews(graphExecId: "none") }');
    const exposed = await scrape(service.url);
    const name = 'holdpoint_request_duration_seconds';
    expect(exposed.value(`${name}_count`, { operation })).toBe(1);
    const seconds = exposed.value(`${name}_sum`, { operation }) as number;
    expect(seconds).toBeGreaterThan(0.000_1);
    expect(seconds).toBeLessThan(5);
  });
});

describe('clients cannot create new time series', () => {
  it('with names, ids, aliases, owners or unknown fields', async () => {
    const many = async (client: TestClient, label: string) => {
      for (let n = 0; n < 20; n++) {
        const name = `${label}${n}`;
        await client.answer(`query ${name} { ${name}: viewer { actor } }`);
        await client.answer(
          `query ${name} { viewer { actor } ${name}: hasPendingReviews(graphExecId: "none") }`,
        );
        await client.answer(`fragment ${name} on Query { viewer { actor } } { ...${name} }`);
        await client.answer(`{ ${name} }`);
        await client.answer(ask, { input: inputFor(name) });
        await client.post('{}', { authorization: `Bearer ${name}` });
      }
    };
    await many(service.as({ actor: 'first-owner' }), 'first');
    const before = await scrape(service.url);
    await many(service.as({ actor: 'second-owner' }), 'second');
    const after = await scrape(service.url);
    expect(after.series.filter((key) => !before.series.includes(key))).toEqual([]);
    expect(after.text).not.toMatch(/first|second-owner|copilot|graph-of-the-test|secret/);
    expect(after.series.length).toBeLessThan(1_000);
    expect(
      after.value('holdpoint_requests_total', {
        operation: 'query several',
        transport: 'http',
        outcome: 'ok',
      }),
    ).toBeGreaterThan(0);
  });
});

describe('gauges and counters', async () => {
  const database = await testDatabase();
  const fresh = await testService({ database });
  const otherProcess = await fresh.another();
  const { user, agent, reviewer } = fresh.team();

  it('an empty service has no waiting reviews', async () => {
    const exposed = await scrape(fresh.url);
    expect(exposed.value('holdpoint_waiting_reviews')).toBe(0);
    expect(exposed.value('holdpoint_oldest_waiting_review_age_seconds')).toBe(0);
    expect(exposed.value('holdpoint_database_up')).toBe(1);
  });

  it('waiting reviews of all owners are counted, with the age of the oldest by database time', async () => {
    const gauges = new ReviewGauges(openGauges(database.url), new DatabaseClock());
    const others = fresh.team();
    for (const [client, id] of [
      [agent, 'a'],
      [agent, 'b'],
      [others.agent, 'c'],
    ] as const) {
      await client.query(ask, { input: inputFor(id) });
    }
    await database.sql(
      `UPDATE "PendingReview" SET "createdAt" = now() - interval '2 hours'
      WHERE "userId" = $1 AND "nodeExecId" = 'b'`,
      [user],
    );
    await gauges.refresh();
    expect(gauges.waiting).toBe(3);
    expect(gauges.oldestSeconds).toBeGreaterThan(7_199);
    expect(gauges.oldestSeconds).toBeLessThan(7_260);
  });

  it('decisions are counted by source and status, with their duration, in the deciding process', async () => {
    const decisionsAt = (url: string) => async (source: string, status: string) =>
      (await scrape(url)).value('holdpoint_decisions_total', { source, status });
    await reviewer.query(decide, {
      input: { decisions: [{ nodeExecId: 'a', decision: 'REJECT' }] },
    });
    await reviewer.query(decide, {
      input: { decisions: [{ nodeExecId: 'b', decision: 'APPROVE', autoApproveFuture: true }] },
    });
    // A repeated decision succeeds, but it is not counted again.
    await reviewer.query(decide, {
      input: { decisions: [{ nodeExecId: 'a', decision: 'REJECT' }] },
    });
    expect(await decisionsAt(fresh.url)('REVIEWER', 'REJECTED')).toBe(1);
    expect(await decisionsAt(fresh.url)('REVIEWER', 'APPROVED')).toBe(1);
    const exposed = await scrape(fresh.url);
    const name = 'holdpoint_time_to_decision_seconds';
    expect(exposed.value(`${name}_count`)).toBe(2);
    expect(exposed.value(`${name}_bucket`, { le: '3600' })).toBe(1);
    expect(exposed.value(`${name}_bucket`, { le: '14400' })).toBe(2);

    const team = fresh.team();
    const run = { ...inputFor('copilot-node-x:1'), nodeExecId: 'copilot-node-x:1' };
    await team.agent.query(ask, { input: run });
    await team.reviewer.query(decide, {
      input: {
        decisions: [{ nodeExecId: run.nodeExecId, decision: 'APPROVE', autoApproveFuture: true }],
      },
    });
    await team.agent.query(ask, { input: { ...run, nodeExecId: 'copilot-node-x:2' } });
    expect(await decisionsAt(fresh.url)('AUTO_APPROVAL', 'APPROVED')).toBe(1);

    await team.agent.query(ask, { input: { ...run, nodeExecId: 'copilot-node-y:1' } });
    await team.agent.query(
      'mutation { cancelPendingReviews(input: { graphExecId: "copilot-session-1" }) { __typename } }',
    );
    expect(await decisionsAt(fresh.url)('CANCELLATION', 'REJECTED')).toBe(1);
    expect(await decisionsAt(otherProcess.url)('REVIEWER', 'APPROVED')).toBeUndefined();
  });

  it('subscriptions and connections are counted while they are open', async () => {
    const team = otherProcess.team();
    const { feedCursor: after } = (
      await team.reviewer.query<{ pendingReviews: { feedCursor: string } }>(
        '{ pendingReviews(first: 1) { feedCursor } }',
      )
    ).pendingReviews;
    const subscriptions = [
      team.reviewer.subscribe(events, { after }),
      team.reviewer.subscribe(events, { after }),
      team.reviewer.subscribeSse(events, { after }),
    ];
    const now = async (name: string) => (await scrape(otherProcess.url)).value(name);
    await until(async () => (await now('holdpoint_subscribers')) === 3);
    expect(await now('holdpoint_subscription_groups')).toBe(1);
    expect(await now('holdpoint_connections')).toBe(2);

    // Request a review in the other process, so that the lag includes the notification.
    const lag = (exposed: Awaited<ReturnType<typeof scrape>>, what: string) =>
      exposed.value(`holdpoint_feed_lag_seconds_${what}`) ?? 0;
    const before = await scrape(otherProcess.url);
    await fresh
      .as({ user: team.user, actor: 'agent' })
      .query(ask, { input: inputFor(randomUUID()) });
    for (const subscription of subscriptions) await subscription.next();
    const exposed = await scrape(otherProcess.url);
    expect(lag(exposed, 'count') - lag(before, 'count')).toBe(1);
    const seconds = lag(exposed, 'sum') - lag(before, 'sum');
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(3);

    for (const subscription of subscriptions) await subscription.close();
    await team.reviewer.close();
    await until(async () => (await now('holdpoint_subscribers')) === 0);
    await until(async () => (await now('holdpoint_connections')) === 0);
  });

  it('database connections of requests and of the feed are counted', async () => {
    const exposed = await scrape(fresh.url);
    for (const pool of ['requests', 'feed']) {
      expect(exposed.value('holdpoint_database_connections', { pool })).toBeLessThanOrEqual(10);
      expect(exposed.value('holdpoint_database_connections_busy', { pool })).toBe(0);
      expect(exposed.value('holdpoint_database_connection_waits', { pool })).toBe(0);
    }
    expect(exposed.value('holdpoint_database_connections', { pool: 'requests' })).toBeGreaterThan(
      0,
    );
    expect(exposed.value('process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
    expect(exposed.names).toContain('nodejs_eventloop_lag_p99_seconds');
  });

  /** Connections for separate gauges, because the service caches its own for some seconds. */
  function openGauges(url: string) {
    const connections = openConnections(url, 1, () => {});
    database.beforeDrop(() => connections.close());
    return connections;
  }
});

describe('webhook attempts are counted', async () => {
  const sender = await testService({
    config: { webhookAllowPrivate: true },
    webhooks: { pausesMs: [20, 20, 20, 20], timeoutMs: 1_000 },
  });

  it('by outcome, with their duration', async () => {
    const { user, agent } = sender.team();
    const manager = sender.as({ user, actor: 'ops', scopes: ['webhook:manage'] });
    const receiver = await Receiver.open();
    const { answer } = receiver;
    receiver.answer = (_message, response) => {
      receiver.answer = answer;
      response.writeHead(500).end();
    };
    await create(manager, receiver.url);
    await agent.query(ask, { input: inputFor('sent') });
    const attempts = async (outcome: string) =>
      (await scrape(sender.url)).value('holdpoint_webhook_attempts_total', { outcome });
    await until(async () => (await attempts('delivered')) === 1);
    expect(await attempts('retried')).toBe(1);
    const exposed = await scrape(sender.url);
    expect(exposed.value('holdpoint_webhook_attempt_duration_seconds_count')).toBe(2);
    expect(exposed.text).not.toContain(receiver.url);
  });
});

describe('gauges from the database', () => {
  it('are NaN if the database is unreachable or does not answer', async () => {
    const silent = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    for (const place of [`127.0.0.1:1`, `127.0.0.1:${port}`]) {
      const connections = openConnections(`postgres://nobody@${place}/none`, 1, () => {});
      const gauges = new ReviewGauges(connections, new DatabaseClock());
      gauges.waiting = 5;
      gauges.isUp = true;
      const start = performance.now();
      await gauges.refresh();
      expect(performance.now() - start).toBeLessThan(3_000);
      expect(gauges).toMatchObject({ waiting: Number.NaN, isUp: false });
      void connections.close();
    }
    silent.close();
  });

  it('are cached for five seconds', async () => {
    const { url } = await testDatabaseUrl();
    let asked = 0;
    const connections = openConnections(url, 1, () => {});
    const counting = {
      query: <Row>(...args: Parameters<typeof connections.query>) => {
        asked++;
        return connections.query<Row>(...args);
      },
    };
    const gauges = new ReviewGauges(counting, new DatabaseClock());
    await Promise.all(Array.from({ length: 20 }, () => gauges.refresh()));
    await gauges.refresh();
    expect(asked).toBe(1);
    await connections.close();
  });

  const testDatabaseUrl = async () => ({ url: service.database.url });
});

describe('access to /metrics', () => {
  const metricsToken = 'a token for prometheus';
  const token = metricsToken.replaceAll(' ', '-');

  it('is open in development', async () => {
    const response = await fetch(`${service.url}/metrics`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  });

  it('needs the metrics token if one is set', async () => {
    for (const production of [true, false]) {
      const guarded = await testService({
        database: service.database,
        config: { production, metricsToken: token },
      });
      const status = async (headers = {}) =>
        (await fetch(`${guarded.url}/metrics`, { headers })).status;
      expect(await status()).toBe(401);
      expect(await status({ authorization: 'Bearer another' })).toBe(401);
      const agent = await guarded.as({ actor: 'agent' }).token;
      expect(await status({ authorization: `Bearer ${agent}` })).toBe(401);
      expect(await status({ authorization: `Bearer ${token}` })).toBe(200);
      // The token gives no access to the API.
      const { status: api } = await guarded
        .as({ actor: 'agent' })
        .post('{"query":"{ viewer { actor } }"}', { authorization: `Bearer ${token}` });
      expect(api).toBe(401);
    }
  });

  it.each([
    ['in production', { production: true }],
    ['on an address that others can reach', { host: '0.0.0.0' }],
    ['behind a proxy', { publicUrl: 'https://reviews.example.com' }],
  ])('is disabled %s without a token', async (_where, config) => {
    const quiet = await testService({ database: service.database, config });
    const response = await fetch(`${quiet.url}/metrics`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('Set HOLDPOINT_METRICS_TOKEN');
    expect(response.headers.get('cache-control')).toBe('no-store');
    await quiet.close();
  });

  it('is read-only', async () => {
    const response = await fetch(`${service.url}/metrics`, { method: 'POST' });
    expect(response.status).toBe(405);
  });
});
