import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/database.ts';
import { type Cluster, prepareCluster, ROLE } from '../../src/database/embedded/cluster.ts';
import { type Server, startServer, stopServer } from '../../src/database/embedded/server.ts';
import { createApiToken } from '../../src/identity/apiTokens.ts';
import { SocketClient } from '../server/socketClient.ts';
import { type AppProcess, askFor, openStream, post, startApp, tokenFor } from './startApp.ts';

const subscription =
  'subscription ($after: String) { reviewEvents(after: $after) { cursor nodeExecId } }';
const fromTheStart = 'subscription { reviewEvents(after: "0") { cursor nodeExecId } }';

let home: string;
let cluster: Cluster;
let server: Server;
let url: string;
let app: AppProcess;
let token: string;
let asked = 0;

const stop = () => stopServer(cluster);
const start = async () => {
  server = await startServer(cluster, server?.port);
};
const statusOf = async (path: string) => (await fetch(`${app.line}${path}`)).status;
const ask = (nodeExecId = `asked-${asked++}`) => post(app.line, token, askFor(nodeExecId));

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'holdpoint-away-'));
  await chmod(home, 0o755); // another user runs the server when the tests run as root
  cluster = await prepareCluster(join(home, 'data'));
  await start();
  url = `postgres://${ROLE}:${cluster.password}@127.0.0.1:${server.port}/postgres`;
  app = await startApp({ DATABASE_URL: url, LOG_LEVEL: 'fatal' });
  token = await tokenFor('agent');
}, 60_000);

afterAll(async () => {
  app.child.kill('SIGTERM');
  await app.exited;
  await stop();
  await rm(home, { recursive: true, force: true });
});

describe('while PostgreSQL is down', { timeout: 60_000 }, () => {
  it('requests get a clear error, and subscriptions miss no event once it is back', async () => {
    const socket = await SocketClient.enter(app.line, token);
    socket.subscribe('live', subscription);
    const stream = await openStream(app.line, token, fromTheStart);
    await pause(200);
    for (let n = 0; n < 3; n++) expect((await ask()).text).toContain('RequestReviewPayload');
    expect(await statusOf('/ready')).toBe(200);

    await stop();
    for (let n = 0; n < 20; n++) {
      const { status, text } = await ask('never');
      expect(status).toBe(200);
      expect(text).toContain('"code":"SERVICE_UNAVAILABLE"');
      expect(text).not.toMatch(/127\.0\.0\.1|ECONN|terminat|prisma/i);
    }
    for (const query of [
      '{ pendingReviews { totalCount } }',
      '{ graphExecution(graphExecId: "e") { id } }',
      'mutation { registerExecution(input: { graphExecId: "e", graphId: "g", graphVersion: 1 }) { __typename } }',
      'mutation { cancelPendingReviews(input: { graphExecId: "copilot-session-2" }) { __typename } }',
      'mutation { decideReviews(input: { decisions: [{ nodeExecId: "asked-0", decision: APPROVE }] }) { __typename } }',
    ]) {
      expect((await post(app.line, token, query)).text, query).toContain(
        '"code":"SERVICE_UNAVAILABLE"',
      );
    }
    expect((await post(app.line, token, '{ viewer { actor } }')).text).toContain('agent');
    expect(await statusOf('/health')).toBe(200);
    const ready = await fetch(`${app.line}/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ ready: false, database: 'unreachable' });
    // A new subscription fails, but existing ones stay open.
    socket.subscribe('new', subscription);
    const { payload } = await socket.message('next', 'new');
    expect(payload.errors[0].extensions.code).toBe('SERVICE_UNAVAILABLE');
    expect(socket.socket.readyState).toBe(socket.socket.OPEN);

    await start();
    await expect.poll(() => statusOf('/ready'), { timeout: 10_000 }).toBe(200);
    // The first change comes from another client, which sends no notification.
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(
      `UPDATE "PendingReview" SET "instructions" = 'by hand' WHERE "nodeExecId" = 'asked-1'`,
    );
    await client.end();
    for (let n = 0; n < 3; n++) expect((await ask()).text).toContain('RequestReviewPayload');
    for (let n = 1; n <= 7; n++) {
      const { payload } = await socket.message('next', 'live');
      expect(payload.data.reviewEvents.cursor).toBe(String(n));
    }
    await expect.poll(() => stream.text, { timeout: 5_000 }).toContain('"cursor":"7"');
    const cursors = [...stream.text.matchAll(/"cursor":"(\d+)"/g)].map(([, cursor]) =>
      Number(cursor),
    );
    expect(cursors).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(app.child.exitCode).toBeNull();
    await socket.close();
    stream.close();
  });

  it('an API token cannot be checked: HTTP returns 503, a socket is told to retry', async () => {
    const database = openDatabase(url);
    const apiToken = await createApiToken(database, {
      userId: 'acme',
      actor: 'agent',
      scopes: ['review:request'],
      expiresAt: null,
    });
    await database.close();
    await stop();
    const { status, text } = await post(app.line, apiToken, '{ viewer { actor } }');
    expect(status).toBe(503);
    expect(text).toContain('"code":"SERVICE_UNAVAILABLE"');
    const socket = new SocketClient(app.line);
    await socket.open();
    socket.init(apiToken);
    // A code such as 4403 would make clients give up.
    expect(await socket.closed).toMatchObject({ code: 1013 });
    await start();
    await expect
      .poll(async () => (await post(app.line, apiToken, '{ viewer { actor } }')).status, {
        timeout: 10_000,
      })
      .toBe(200);
    await (await SocketClient.enter(app.line, apiToken)).close();
  });

  it('mutations fail and queries work while the database is read-only, as in a failover', async () => {
    const setReadOnly = async (isOn: boolean) => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.query('SET default_transaction_read_only = off');
      await client.query(`ALTER ROLE ${ROLE} SET default_transaction_read_only = ${isOn}`);
      await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'holdpoint%'`,
      );
      await client.end();
    };
    await setReadOnly(true);
    await expect
      .poll(async () => (await ask()).text, { timeout: 10_000 })
      .toContain('"code":"SERVICE_UNAVAILABLE"');
    const { text } = await post(app.line, token, '{ pendingReviews { totalCount } }');
    expect(text).toContain('"totalCount"');
    await setReadOnly(false);
    await expect
      .poll(async () => (await ask()).text, { timeout: 10_000 })
      .toContain('RequestReviewPayload');
  });

  it('/ready recovers even if all subscribers have disconnected meanwhile', async () => {
    const socket = await SocketClient.enter(app.line, token);
    socket.subscribe('live', subscription);
    await pause(200);
    await stop();
    await pause(1_500); // at least one poll of the feed fails
    await socket.close();
    await start();
    await expect.poll(() => statusOf('/ready'), { timeout: 10_000 }).toBe(200);
  });

  it('the service survives when its connections are terminated repeatedly under load', async () => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    let going = true;
    const kinds = [
      () => askFor(`storm-${asked++}`),
      () =>
        `mutation { registerExecution(input: { graphExecId: "storm-${asked++}", graphId: "g", graphVersion: 1 }) { __typename } }`,
      () =>
        `mutation { cancelPendingReviews(input: { graphExecId: "copilot-session-storm" }) { __typename } }`,
      () => '{ pendingReviews { totalCount edges { node { execution { id } } } } }',
      () => '{ graphExecution(graphExecId: "storm-1") { id hasPendingReviews } }',
    ];
    const texts: string[] = [];
    const workers = kinds.flatMap((kind) =>
      [1, 2].map(async () => {
        while (going) texts.push((await post(app.line, token, kind())).text);
      }),
    );
    for (let round = 0; round < 40; round++) {
      await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'holdpoint%'`,
      );
      await pause(25);
    }
    going = false;
    await Promise.all(workers);
    await client.end();
    expect(app.child.exitCode, app.output()).toBeNull();
    expect(texts.some((text) => !text.includes('errors'))).toBe(true);
    for (const text of texts) {
      if (text.includes('errors')) expect(text).toContain('"code":"SERVICE_UNAVAILABLE"');
    }
    await expect.poll(() => statusOf('/ready'), { timeout: 10_000 }).toBe(200);
    expect((await ask()).text).toContain('RequestReviewPayload');
  });

  it('a service closes cleanly', async () => {
    const other = await startApp({ DATABASE_URL: url, LOG_LEVEL: 'fatal' });
    await stop();
    other.child.kill('SIGTERM');
    expect(await other.exited).toMatchObject({ code: 0, signal: null });
    await start();
  });
});
