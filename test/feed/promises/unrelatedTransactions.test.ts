import { expect, it } from 'vitest';
import { applicationName } from '../../../src/database/applicationName.ts';
import { approve, ask } from '../../support/operations.ts';
import { testService } from '../../support/testService.ts';
import { Follower, transports } from './follower.ts';
import { historyOf, insertReviews } from './history.ts';

const service = await testService();
const { sql, database } = service;

it.each([
  [
    'that wrote to another table',
    `BEGIN; INSERT INTO "GraphExecution" ("userId", "graphExecId", "graphId", "graphVersion", "status")
      VALUES ('somebody', 'open', 'g', 1, 'RUNNING')`,
  ],
  [
    'that holds a snapshot',
    'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM "ReviewEvent"',
  ],
  [
    'that wrote a review of another workspace',
    `BEGIN; INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId",
      "graphVersion", "nodeId", "payload", "requestedBy")
      VALUES ('somebody', 'open', 'e', 'g', 1, 'node', '1', 'x')`,
  ],
])('the feed is not delayed by an open transaction %s', async (_name, open) => {
  const team = service.team();
  const follower = new Follower(service.url, await team.reviewer.token, {
    transport: 'WebSocket',
    after: '0',
  });
  const unrelated = await database.pool.connect();
  try {
    await unrelated.query(open);
    for (let n = 0; n < 10; n++) {
      await ask(team.agent, `${n}`);
      await approve(team.reviewer, `${n}`);
      // Far below the polling interval of a second, so it was the notification.
      await follower.until(({ events }) => events.length === 2 * n + 2, 800);
    }
    await insertReviews(sql, team.user, ['by hand']);
    await follower.count(21);
    expect(follower.events).toEqual(await historyOf(sql, team.user));
  } finally {
    await unrelated.query('ROLLBACK');
    unrelated.release();
    follower.cut();
  }
});

// It is: ten of them take every connection of the one pool, and then nobody's events can be read
// until one gives up.
it("the feed is not delayed by another workspace's requests that wait for a lock", async () => {
  const [stuck, team] = [service.team(), service.team()];
  await ask(stuck.agent, 'first');
  const follower = new Follower(service.url, await team.reviewer.token, {
    transport: 'WebSocket',
    after: '0',
  });
  await ask(team.agent, 'first');
  await follower.count(1);
  const holder = await database.pool.connect();
  await holder.query('BEGIN');
  await holder.query('SELECT FROM "OwnerCounter" WHERE "userId" = $1 FOR UPDATE', [stuck.user]);
  const waiting = Promise.allSettled(
    Array.from({ length: 30 }, (_, n) => ask(stuck.agent, `stuck-${n}`)),
  );
  try {
    await expect
      .poll(async () => {
        const [row] = await sql<{ count: string }>(
          `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
          AND application_name = '${applicationName()}' AND wait_event_type = 'Lock'`,
        );
        return Number(row?.count);
      })
      .toBeGreaterThan(3);
    await insertReviews(sql, team.user, ['by hand']);
    await follower.until(({ events }) => events.length === 2, 3_000);
  } finally {
    await holder.query('ROLLBACK');
    holder.release();
    follower.cut();
    await waiting;
  }
});

it('an event whose document was being read when the connection broke arrives late but complete', async () => {
  const team = service.team();
  const query = `subscription ($after: String) { reviewEvents(after: $after) {
    cursor kind nodeExecId review { execution { status } } } }`;
  const followers = transports.map(
    async (transport) =>
      new Follower(service.url, await team.reviewer.token, { transport, after: '0', query }),
  );
  await ask(team.agent, 'one');
  for (const follower of followers) await (await follower).count(1);

  const holder = await database.pool.connect();
  await holder.query('BEGIN; LOCK TABLE "GraphExecution"');
  await insertReviews(sql, team.user, ['two']);
  const terminated = () =>
    sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()
      AND application_name = '${applicationName()}' AND wait_event_type = 'Lock'`,
    );
  await expect.poll(async () => (await terminated()).length, { timeout: 10_000 }).toBe(1);
  await holder.query('COMMIT');
  holder.release();
  for (const one of followers) {
    const follower = await one;
    await follower.count(2);
    expect(follower.errors).toBeUndefined();
    expect(follower.last).toMatchObject({ review: { execution: { status: 'RUNNING' } } });
    follower.cut();
  }
});
