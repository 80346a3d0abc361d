import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { expect, it } from 'vitest';
import { prepareCluster, ROLE } from '../../src/database/embedded/cluster.ts';
import { startServer, stopServer } from '../../src/database/embedded/server.ts';
import { askFor, post, startApp, tokenFor } from '../app/startApp.ts';
import { Receiver } from './receiver.ts';

const script = fileURLToPath(new URL('./serviceProcess.ts', import.meta.url));

it('when PostgreSQL stops during deliveries, the service keeps running and delivers everything', {
  timeout: 90_000,
}, async () => {
  const home = await mkdtemp(join(tmpdir(), 'holdpoint-webhooks-away-'));
  await chmod(home, 0o755); // if the tests run as root, another user runs the server
  const cluster = await prepareCluster(join(home, 'data'));
  const { port } = await startServer(cluster);
  const url = `postgres://${ROLE}:${cluster.password}@127.0.0.1:${port}/postgres`;
  const receiver = await Receiver.open();
  receiver.answer = (_message, response) =>
    void setTimeout(() => response.writeHead(200).end(), 50);
  const env = { DATABASE_URL: url, HOLDPOINT_WEBHOOK_ALLOW_PRIVATE: 'true', LOG_LEVEL: 'fatal' };
  const app = await startApp(env, script);
  try {
    const token = await tokenFor('agent');
    const create = `mutation { createWebhook(input: { url: "${receiver.url}" }) { __typename } }`;
    expect((await post(app.line, token, create)).text).toContain('CreateWebhookPayload');
    let asked = 0;
    for (let round = 0; round < 3; round++) {
      const before = receiver.received.length;
      await Promise.all(
        Array.from({ length: 40 }, (_, n) => post(app.line, token, askFor(`${round}-${n}`))),
      );
      asked += 40;
      await receiver.until(before + 5);
      await stopServer(cluster);
      await pause(300 * round); // for a moment, and for longer
      await startServer(cluster, port);
      await expect
        .poll(async () => (await post(app.line, token, askFor('again'))).text, { timeout: 15_000 })
        .toContain('RequestReviewPayload');
    }
    const seen = () => new Set(receiver.received.map(({ data }) => data.nodeExecId)).size;
    await expect.poll(seen, { timeout: 30_000, interval: 100 }).toBe(asked + 1);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const unsettled = async () =>
      (await client.query(`SELECT FROM "WebhookDelivery" WHERE "status" <> 'DELIVERED'`)).rowCount;
    await expect.poll(unsettled, { timeout: 15_000, interval: 100 }).toBe(0);
    await client.end();
    expect(app.child.exitCode, app.output()).toBeNull();
    // Nearly all are sent once: a delivery that is recorded after an outage is not sent again.
    expect(receiver.received.length).toBeLessThan(asked * 1.5);
  } finally {
    app.child.kill('SIGTERM');
    const { code } = await app.exited;
    await stopServer(cluster);
    await rm(home, { recursive: true, force: true });
    expect(code, app.output()).toBe(0);
  }
});
