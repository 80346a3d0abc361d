import { expect, it } from 'vitest';
import { testService } from '../support/testService.ts';

const service = await testService();

it('/health is 200 without a token', async () => {
  const response = await fetch(`${service.url}/health`);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ status: 'ok' });
});

it('/ready reports the database, migrations and feed without a token', async () => {
  const response = await fetch(`${service.url}/ready`);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    ready: true,
    database: 'ok',
    migrations: 'ok',
    feed: 'ok',
    closing: false,
  });
});

it('/ready is 503 while a migration is missing', async () => {
  const [last] = await service.sql<{ name: string }>(
    'SELECT max(migration_name) AS "name" FROM _prisma_migrations',
  );
  const rename = (from: string, to: string) =>
    service.sql('UPDATE _prisma_migrations SET migration_name = $2 WHERE migration_name = $1', [
      from,
      to,
    ]);
  const name = last?.name ?? '';
  await rename(name, 'elsewhere');
  const response = await fetch(`${service.url}/ready`);
  await rename('elsewhere', name);
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({
    ready: false,
    database: 'ok',
    migrations: 'missing',
  });
  expect((await fetch(`${service.url}/ready`)).status).toBe(200);
});

it('/ready answers while every database connection is busy', {
  timeout: 30_000,
}, async () => {
  const blocker = await service.database.pool.connect();
  const { agent } = service.team();
  const ask = (nodeExecId: string) =>
    agent.query(
      `mutation { requestReview(input: { nodeExecId: "${nodeExecId}", graphExecId: "copilot-session-1",
        graphId: "g", graphVersion: 1 }) { __typename } }`,
    );
  await blocker.query('BEGIN; LOCK TABLE "PendingReview" IN EXCLUSIVE MODE');
  const asking = Promise.allSettled(Array.from({ length: 12 }, (_, n) => ask(`busy-${n}`)));
  try {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const start = performance.now();
    expect((await fetch(`${service.url}/health`)).status).toBe(200);
    const ready = await fetch(`${service.url}/ready`);
    // Not ready is fine too, but it must answer.
    expect([200, 503]).toContain(ready.status);
    expect(performance.now() - start).toBeLessThan(6_000);
  } finally {
    await blocker.query('COMMIT');
    blocker.release();
  }
  // Requests that got no connection in time fail with a clear error.
  const refused = (await asking).filter(({ status }) => status === 'rejected');
  for (const { reason } of refused as PromiseRejectedResult[]) {
    expect(reason.errors[0].extensions.code).toBe('SERVICE_UNAVAILABLE');
  }
});
