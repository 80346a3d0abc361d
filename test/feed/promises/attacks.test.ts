import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createApiToken } from '../../../src/identity/apiTokens.ts';
import { signJwt } from '../../../src/identity/jwt.ts';
import { scopes } from '../../../src/identity/viewer.ts';
import { SocketClient } from '../../server/socketClient.ts';
import { ask } from '../../support/operations.ts';
import { race } from '../../support/race.ts';
import { TestClient } from '../../support/testClient.ts';
import { testDatabase } from '../../support/testDatabase.ts';
import { JWT_SECRET } from '../../support/testService.ts';
import { everyEvent, Follower, transports } from './follower.ts';
import { historyOf, insertReviews } from './history.ts';
import { openLiveParts } from './liveParts.ts';

const database = await testDatabase();
const { sql } = database;
const { url, hub, live, tokenWatch, connections, queries } = await openLiveParts(database);

/** Warnings of Node, mainly about listener leaks. */
const warnings: string[] = [];
const note = (warning: Error) => warnings.push(`${warning.name}: ${warning.message}`);
process.on('warning', note);
afterAll(() => {
  process.off('warning', note);
  expect(warnings).toEqual([]);
});

async function newOwner() {
  const user = `owner-${randomUUID()}`;
  const token = await signJwt(
    JWT_SECRET,
    { userId: user, actor: 'agent', scopes },
    new Date(Date.now() + 600_000),
  );
  return { user, token, agent: new TestClient(url, Promise.resolve(token)) };
}

const untilNobodyIsLeft = () =>
  expect
    .poll(
      () => ({ groups: live.groupCount, owners: hub.workspaceCount, watched: tokenWatch.count }),
      {
        timeout: 10_000,
      },
    )
    .toEqual({ groups: 0, owners: 0, watched: 0 });

describe('what subscribers leave behind', () => {
  it('is nothing, after 500 with one document joined and left at random while others wrote', async () => {
    const plans = fc.array(
      fc.record({
        stays: fc.integer({ min: 0, max: 40 }),
        behind: fc.integer({ min: 0, max: 30 }),
        transport: fc.constantFrom(...transports),
      }),
      { minLength: 500, maxLength: 500 },
    );
    await race(
      plans,
      async (subscribers) => {
        const { user, token, agent } = await newOwner();
        let number = 0;
        let writing = true;
        const written = (async () => {
          while (writing) {
            await ask(agent, `${number}`);
            number++;
          }
        })();
        const waiting = [...subscribers];
        const followers: Follower[] = [];
        await Promise.all(
          Array.from({ length: 25 }, async () => {
            for (let plan = waiting.pop(); plan; plan = waiting.pop()) {
              const after = Math.max(0, number - plan.behind);
              const { transport } = plan;
              const follower = new Follower(url, token, { transport, after: `${after}` });
              followers.push(follower);
              await pause(plan.stays);
              follower.cut();
            }
          }),
        );
        writing = false;
        await written;
        const history = await historyOf(sql, user);
        for (const { events } of followers) {
          const from = Number(events[0]?.cursor ?? 1) - 1;
          expect(events).toEqual(history.slice(from, from + events.length));
        }
        await untilNobodyIsLeft();
      },
      1,
    );
  }, 60_000);

  it('is nothing, if an ID is completed and used again at once, and the socket then closed', async () => {
    const { token, agent } = await newOwner();
    const client = await SocketClient.enter(url, token);
    for (let n = 0; n < 20; n++) {
      client.subscribe('same', everyEvent, { after: '0' });
      client.send({ id: 'same', type: 'complete' });
    }
    client.subscribe('same', everyEvent, { after: '0' });
    await ask(agent, 'one');
    await client.message('next', 'same');
    await client.close();
    await ask(agent, 'two');
    await untilNobodyIsLeft();
  });

  it('is nothing, if sockets and streams end before they are authenticated', async () => {
    const { token } = await newOwner();
    await Promise.all(
      Array.from({ length: 60 }, async (_, n) => {
        const transport = transports[n % 3] ?? 'SSE';
        const follower = new Follower(url, token, { transport, after: '0' });
        await pause(n / 4);
        follower.cut();
      }),
    );
    await untilNobodyIsLeft();
  });
});

it('a group continues when its first member leaves while others catch up', async () => {
  const { user, token, agent } = await newOwner();
  for (let n = 0; n < 30; n++) await ask(agent, `${n}`);
  const first = new Follower(url, token, { transport: 'WebSocket', after: '30' });
  await pause(20);
  const others = [0, 5, 10, 29].map((after) => ({
    after,
    follower: new Follower(url, token, { transport: 'SSE', after: `${after}` }),
  }));
  first.cut();
  for (let n = 30; n < 60; n++) await ask(agent, `${n}`);
  const history = await historyOf(sql, user);
  for (const { after, follower } of others) {
    await follower.count(60 - after);
    follower.cut();
    expect(follower.events).toEqual(history.slice(after));
  }
  await untilNobodyIsLeft();
});

it('events that are deleted while a subscriber catches up end its subscription with CURSOR_EXPIRED', async () => {
  const { user, token } = await newOwner();
  const ids = Array.from({ length: 300 }, (_, n) => `${n}`);
  await insertReviews(sql, user, ids, { payloadCharacters: 100_000 });
  const follower = new Follower(url, token, {
    transport: 'SSE',
    after: '0',
    query: `subscription ($after: String) { reviewEvents(after: $after) {
      cursor kind nodeExecId review { payload } } }`,
  });
  follower.onEvent = () => {
    (follower.last as { review?: unknown }).review = null;
  };
  await follower.count(1);
  await sql('DELETE FROM "ReviewEvent" WHERE "userId" = $1', [user]);
  await follower.until(({ completed }) => completed);
  expect(follower.errors?.[0]?.extensions?.['code']).toBe('CURSOR_EXPIRED');
  const cursors = follower.events.map(({ cursor }) => Number(cursor));
  expect(cursors).toEqual(cursors.map((_, index) => index + 1));
  follower.cut();
  await untilNobodyIsLeft();
});

it.each(['', 'x', '{"a":1}', '[1,null]', '"text"', 'null'])(
  'a notification of %j by anyone does no harm',
  async (payload) => {
    const { token, agent } = await newOwner();
    const follower = new Follower(url, token, { transport: 'SSE', after: '0' });
    await ask(agent, 'one');
    await follower.count(1);
    await sql('SELECT pg_notify($1, $2)', ['holdpoint_review', payload]);
    await sql('SELECT pg_notify($1, $2)', ['holdpoint_token', payload]);
    await ask(agent, 'two');
    await follower.count(2);
    follower.cut();
  },
);

it('a stalled stream whose token expires does no harm', async () => {
  const { user, agent } = await newOwner();
  const token = await createApiToken(queries, {
    userId: user,
    actor: 'watcher',
    scopes: ['review:read'],
    expiresAt: null,
  });
  const [made] = await sql<{ id: string }>('SELECT "id" FROM "ApiToken" WHERE "userId" = $1', [
    user,
  ]);
  const body = JSON.stringify({
    query: 'subscription { reviewEvents { cursor review { payload } } }',
  });
  const stalled = connect(Number(new URL(url).port), '127.0.0.1');
  stalled.on('error', () => {});
  stalled.pause();
  stalled.write(
    `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nAccept: text/event-stream\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await expect.poll(() => live.groupCount).toBe(1);

  // Until the socket buffers are full, so that the end of the stream has to wait as well.
  const isFull = () => [...connections].some(({ writableLength }) => writableLength > 0);
  for (let n = 0; !isFull(); n++) await ask(agent, `large-${n}`, { payload: 'x'.repeat(300_000) });
  tokenWatch.endToken(made?.id as string);
  for (let n = 0; n < 5; n++) await ask(agent, `small-${n}`);
  await untilNobodyIsLeft();
  await expect.poll(isFull, { timeout: 5_000 }).toBe(false);
  stalled.destroy();
});

it('messages after a socket was told to close cause no work', async () => {
  const { token } = await newOwner();
  const client = await SocketClient.enter(url, token);
  for (let n = 0; n < 20_000; n++) client.socket.send('{"type":"ping"}');
  expect((await client.closed).code).toBe(4429);
  await untilNobodyIsLeft();
});

it('a stream that catches up through large payloads leaves no listeners behind', async () => {
  const { user, token } = await newOwner();
  const ids = Array.from({ length: 60 }, (_, n) => `${n}`);
  await insertReviews(sql, user, ids, { payloadCharacters: 300_000 });
  const follower = new Follower(url, token, {
    transport: 'SSE',
    after: '0',
    query: `subscription ($after: String) { reviewEvents(after: $after) {
      cursor kind nodeExecId review { payload } } }`,
  });
  await follower.count(60);
  follower.cut();
  await untilNobodyIsLeft();
  expect(warnings).toEqual([]);
});
