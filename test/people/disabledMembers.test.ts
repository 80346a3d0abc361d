import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/database.ts';
import { createApiToken } from '../../src/identity/apiTokens.ts';
import { signJwt } from '../../src/identity/jwt.ts';
import { transports } from '../identity/transports.ts';
import { SocketClient } from '../server/socketClient.ts';
import { JWT_SECRET, testService } from '../support/testService.ts';

const service = await testService();
const another = await service.another();
const database = openDatabase(service.database.url);
service.database.beforeDrop(() => database.close());

const WITHIN_MS = 5_000;
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000);

type Identity = { userId: string; actor: string };
const newIdentity = (): Identity => ({ userId: `owner-${randomUUID()}`, actor: 'ada' });

/** The kinds of tokens. */
const tokens: [string, (identity: Identity) => Promise<string>][] = [
  [
    'an API token',
    (identity) =>
      createApiToken(database, { ...identity, scopes: ['review:read'], expiresAt: null }),
  ],
  [
    'a JWT',
    (identity) => signJwt(JWT_SECRET, { ...identity, scopes: ['review:read'] }, inMinutes(10)),
  ],
];

const disable = ({ userId, actor }: Identity) =>
  service.sql(
    `INSERT INTO "Member" ("userId", "actor", "disabledAt") VALUES ($1, $2, now())
    ON CONFLICT ("userId", "actor") DO UPDATE SET "disabledAt" = now()`,
    [userId, actor],
  );

/** Without a notification, as if the listening connection were down: no trigger fires. */
async function disableUnheard(identity: Identity): Promise<void> {
  const session = await service.database.pool.connect();
  await session.query('BEGIN; SET LOCAL session_replication_role = replica');
  await session.query(
    'INSERT INTO "Member" ("userId", "actor", "disabledAt") VALUES ($1, $2, now())',
    [identity.userId, identity.actor],
  );
  await session.query('COMMIT');
  session.release();
}

describe.each(tokens)('40. %s of a member that is disabled', (_kind, tokenOf) => {
  it.each(Object.entries(transports))('is refused over %s, on every process', async (_, ask) => {
    const identity = newIdentity();
    const authorization = `Bearer ${await tokenOf(identity)}`;
    for (const { url } of [service, another]) {
      expect(await ask(url, authorization)).toMatchObject({ accepted: true });
    }
    await disable(identity);
    for (const { url } of [service, another]) {
      await expect
        .poll(async () => (await ask(url, authorization)).accepted, { timeout: 1_000 })
        .toBe(false);
      expect((await ask(url, authorization)).message).toBe(
        'ada is disabled in this workspace. Somebody with people:manage can enable it again',
      );
    }
    await service.sql('UPDATE "Member" SET "disabledAt" = NULL WHERE "userId" = $1', [
      identity.userId,
    ]);
    await expect
      .poll(async () => (await ask(another.url, authorization)).accepted, { timeout: 1_000 })
      .toBe(true);
  });

  it("ends its sockets and event streams on every process, and nobody else's", async () => {
    const identity = newIdentity();
    const token = await tokenOf(identity);
    const colleague = await tokenOf({ ...identity, actor: 'ben' });
    const namesake = await tokenOf({ ...newIdentity(), actor: 'ada' });
    const sockets = await Promise.all(
      [service, another].map(({ url }) => SocketClient.enter(url, token)),
    );
    const streams = await Promise.all([service, another].map(({ url }) => openStream(url, token)));
    const others = await Promise.all(
      [colleague, namesake].map((token) => SocketClient.enter(another.url, token)),
    );
    await disable(identity);
    for (const { closed } of sockets) {
      expect(await closed).toEqual({
        code: 4403,
        reason: expect.stringContaining('ada is disabled'),
      });
    }
    for (const { text } of streams) expect(await text).toContain('UNAUTHENTICATED');
    for (const { socket } of others) expect(socket.readyState).toBe(socket.OPEN);
    await Promise.all(others.map((other) => other.close()));
  });

  it('ends within five seconds if the notification was lost', async () => {
    const identity = newIdentity();
    const token = await tokenOf(identity);
    const socket = await SocketClient.enter(another.url, token);
    const start = performance.now();
    await disableUnheard(identity);
    expect((await socket.closed).code).toBe(4403);
    expect(performance.now() - start).toBeLessThan(WITHIN_MS);
    const ask = transports['HTTP'] as (typeof transports)['HTTP'];
    expect((await ask?.(another.url, `Bearer ${token}`))?.accepted).toBe(false);
  });
});

it('40. a member that was disabled before the start is refused from the first request on', async () => {
  const identity = newIdentity();
  const [, [, tokenOf]] = tokens as [unknown, (typeof tokens)[number]];
  const token = await tokenOf(identity);
  await disable(identity);
  const late = await service.another();
  const { accepted } = (await transports['HTTP']?.(late.url, `Bearer ${token}`)) ?? {};
  expect(accepted).toBe(false);
  await late.close();
});

/** Resolves when the stream has begun, to everything until its end. */
async function openStream(url: string, token: string): Promise<{ text: Promise<string> }> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'text/event-stream',
    },
    body: JSON.stringify({ query: 'subscription { reviewEvents { cursor } }' }),
  });
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  return { text: response.text() };
}
