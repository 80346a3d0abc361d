import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { askFor, post, startApp, tokenFor } from '../app/startApp.ts';
import { approve, ask } from '../support/operations.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { testService } from '../support/testService.ts';
import { create, deliveries, manage } from './operations.ts';
import { Receiver } from './receiver.ts';

const script = fileURLToPath(new URL('./serviceProcess.ts', import.meta.url));
const options = {
  config: { webhookAllowPrivate: true },
  webhooks: { pausesMs: [100, 100], timeoutMs: 1_000 },
};

it('each message is sent by one of two services on one database', async () => {
  const service = await testService(options);
  const second = await service.another();
  const third = await service.another();
  const { agent, user } = service.team();
  const manager = second.as({ user, actor: 'ops', scopes: ['webhook:manage'] });
  const reviewer = third.as({ user, actor: 'ann', scopes: ['review:decide'] });
  const receiver = await Receiver.open();
  const { webhook } = await create(manager, receiver.url);
  const ids = Array.from({ length: 60 }, (_, n) => `n-${n}`);
  await Promise.all(
    ids.map(async (id) => {
      await ask(agent, id);
      await approve(reviewer, id);
    }),
  );
  await receiver.until(120);
  await expect
    .poll(
      async () =>
        (await deliveries(manager, webhook.webhookId, { first: 100, status: 'PENDING' })).length,
    )
    .toBe(0);
  for (const id of ids) expect(receiver.of(id)).toEqual(['REQUESTED', 'APPROVED']);
  expect(receiver.received).toHaveLength(120);
  // At most as many at once as a webhook has slots, in all processes together.
  expect(receiver.maxOpen).toBeLessThanOrEqual(8);
  for (const each of [third, second, service]) await each.close();
});

it('services killed at any point lose no event, and keep the order of each review', {
  timeout: 180_000,
}, async () => {
  const database = await testDatabase();
  const env = { DATABASE_URL: database.url, HOLDPOINT_WEBHOOK_ALLOW_PRIVATE: 'true' };
  const receiver = await Receiver.open();
  let count = 0;
  // Slow enough to be killed in the middle of sending, and failing now and then.
  receiver.answer = (_message, response) => {
    const status = count++ % 7 === 3 ? 500 : 200;
    setTimeout(() => response.writeHead(status).end(), 15);
  };
  const token = await tokenFor('agent');
  const reviewer = await tokenFor('reviewer');
  let app = await startApp(env, script);
  const made = await post(
    app.line,
    token,
    `mutation { createWebhook(input: { url: "${receiver.url}" }) { __typename } }`,
  );
  expect(made.text).toContain('CreateWebhookPayload');

  const answered: string[] = [];
  const decided: string[] = [];
  for (let round = 0; round < 4; round++) {
    const { line, child, exited } = app;
    const worker = async (name: string) => {
      for (let n = 0; ; n++) {
        const id = `${round}-${name}-${n}`;
        const asked = await post(line, token, askFor(id));
        if (!asked.text.includes('RequestReviewPayload')) return;
        answered.push(id);
        const yes = await post(
          line,
          reviewer,
          `mutation { decideReviews(input: { decisions: [{ nodeExecId: "${id}", decision: APPROVE }] }) { __typename } }`,
        );
        if (yes.text.includes('DecideReviewsPayload')) decided.push(id);
      }
    };
    const workers = Promise.allSettled(['a', 'b', 'c'].map(worker));
    const before = receiver.received.length;
    // The lease of the killed process lasts up to 15 seconds.
    await expect
      .poll(() => receiver.received.length, { timeout: 30_000, interval: 5 })
      .toBeGreaterThan(before + 20 + 7 * round);
    child.kill('SIGKILL');
    await Promise.all([workers, exited]);
    app = await startApp(env, script);
  }

  const events = await database.sql<{ count: string }>('SELECT count(*) FROM "ReviewEvent"');
  await expect
    .poll(
      async () => await database.sql('SELECT "status", count(*) FROM "WebhookDelivery" GROUP BY 1'),
      { timeout: 40_000, interval: 200 },
    )
    .toEqual([{ status: 'DELIVERED', count: events[0]?.count }]);
  const cursors = new Set(receiver.received.map(({ data }) => Number(data.cursor)));
  expect(cursors.size).toBe(Number(events[0]?.count));
  expect(answered.length).toBeGreaterThan(50);
  for (const id of answered) expect(receiver.of(id)).toContain('REQUESTED');
  for (const id of decided) expect(receiver.of(id)).toContain('APPROVED');
  // Delivery is at least once: a message may come again, but never before an earlier one.
  for (const id of answered) {
    const kinds = receiver.of(id).join(' ');
    expect(kinds).toMatch(/^(REQUESTED ?)+(APPROVED ?)*$/);
  }
  app.child.kill('SIGTERM');
  expect(await app.exited).toMatchObject({ code: 0 });
});

it('an event committed while no service runs is sent by the next service', async () => {
  const database = await testDatabase();
  const first = await testService({ ...options, database });
  const { agent, user } = first.team();
  const manager = first.as({ user, actor: 'ops', scopes: ['webhook:manage'] });
  const receiver = await Receiver.open();
  await create(manager, receiver.url);
  await ask(agent, 'seen');
  await receiver.until(1);
  await first.close();
  await database.sql(
    `UPDATE "PendingReview" SET "status" = 'REJECTED' WHERE "nodeExecId" = 'seen'`,
  );
  const second = await testService({ ...options, database });
  await receiver.until(2);
  expect(receiver.of('seen')).toEqual(['REQUESTED', 'REJECTED']);
  await second.close();
});

it('a service shuts down in time although a receiver hangs; the next one sends the message at once', async () => {
  const database = await testDatabase();
  const long = { ...options, database, webhooks: { ...options.webhooks, timeoutMs: 10_000 } };
  const service = await testService(long);
  const { agent, user } = service.team();
  const manager = service.as({ user, actor: 'ops', scopes: ['webhook:manage'] });
  const receiver = await Receiver.open();
  receiver.answer = () => {};
  const { webhook } = await create(manager, receiver.url);
  for (let n = 0; n < 6; n++) await ask(agent, `n-${n}`);
  await receiver.until(3);
  const start = performance.now();
  await service.close();
  expect(performance.now() - start).toBeLessThan(4_000);

  // An interrupted attempt does not count.
  receiver.answer = (_message, response) => response.writeHead(200).end();
  const next = await testService(long);
  const reader = next.as({ user, actor: 'ops', scopes: ['webhook:manage'] });
  await expect
    .poll(async () => (await deliveries(reader, webhook.webhookId)).map(({ status }) => status))
    .toEqual(Array(6).fill('DELIVERED'));
  for (const { attempts } of await deliveries(reader, webhook.webhookId)) expect(attempts).toBe(1);
  await manage(reader, 'deleteWebhook', { webhookId: webhook.webhookId });
  await next.close();
});

it('deliveries continue after PostgreSQL has terminated every connection', async () => {
  const service = await testService(options);
  const { agent, user } = service.team();
  const manager = service.as({ user, actor: 'ops', scopes: ['webhook:manage'] });
  const receiver = await Receiver.open();
  receiver.answer = (_message, response) =>
    void setTimeout(() => response.writeHead(200).end(), 30);
  await create(manager, receiver.url);
  for (let round = 0; round < 5; round++) {
    // Retrying is safe, and needed if the connection of the request itself was terminated.
    const safely = (id: string) => expect.poll(() => ask(agent, id).then(() => true)).toBe(true);
    await Promise.all(Array.from({ length: 6 }, (_, n) => safely(`${round}-${n}`)));
    await service.sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name LIKE 'holdpoint%' AND datname = current_database()`,
    );
  }
  const seen = () => new Set(receiver.received.map(({ data }) => data.cursor)).size;
  await expect.poll(seen, { timeout: 19_000, interval: 100 }).toBe(30);
}, 40_000);
