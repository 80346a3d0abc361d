import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/database.ts';
import { createApiToken, revokeApiToken } from '../../src/identity/apiTokens.ts';
import { JWT_LEEWAY_MS, signJwt } from '../../src/identity/jwt.ts';
import { SocketClient } from '../server/socketClient.ts';
import { JWT_SECRET, testService } from '../support/testService.ts';
import { transports } from './transports.ts';

const service = await testService();
const database = openDatabase(service.database.url);
service.database.beforeDrop(() => database.close());

const subscription = 'subscription { reviewEvents { cursor } }';
let made = 0;

async function newToken(expiresAt: Date | null = null): Promise<{ token: string; id: string }> {
  const userId = `owner-${made++}`;
  const token = await createApiToken(database, {
    userId,
    actor: 'agent',
    scopes: ['review:request'],
    expiresAt,
  });
  const [row] = await service.sql<{ id: string }>(
    'SELECT "id" FROM "ApiToken" WHERE "userId" = $1',
    [userId],
  );
  return { token, id: row?.id ?? '' };
}

const revoke = (id: string) => revokeApiToken(database, id);

/**
 * Without a notification, as if the listening connection were down: no trigger fires in this
 * session.
 */
async function revokeUnheard(id: string): Promise<void> {
  const session = await service.database.pool.connect();
  await session.query('BEGIN; SET LOCAL session_replication_role = replica');
  await session.query('UPDATE "ApiToken" SET "revokedAt" = now() WHERE "id" = $1', [id]);
  await session.query('COMMIT');
  session.release();
}

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000);

it('an API token is stored as a hash only', async () => {
  const { token } = await newToken();
  expect(token).toMatch(/^holdpoint_[\w-]{43}$/);
  const tables = await service.sql<{ table: string }>(
    `SELECT quote_ident(table_name) AS "table" FROM information_schema.tables WHERE table_schema = 'public'`,
  );
  expect(tables.length).toBeGreaterThan(6);
  const secret = token.slice('holdpoint_'.length);
  for (const { table } of tables) {
    const rows = await service.sql(`SELECT t::text AS "text" FROM ${table} t`);
    const hex = Buffer.from(secret).toString('hex');
    for (const { text } of rows) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(hex);
    }
  }
  const hash = createHash('sha256').update(token).digest();
  expect(await service.sql('SELECT 1 FROM "ApiToken" WHERE "hash" = $1', [hash])).toHaveLength(1);
});

describe.each(Object.entries(transports))('over %s', (_transport, ask) => {
  const accepted = async (token: string) => (await ask(service.url, `Bearer ${token}`)).accepted;

  it('an API token is accepted', async () => {
    expect(await accepted((await newToken()).token)).toBe(true);
    expect(await accepted((await newToken(inSeconds(60))).token)).toBe(true);
  });

  it('an unknown token, or one with a character more or less, is refused', async () => {
    const { token } = await newToken();
    for (const wrong of [
      `holdpoint_${'A'.repeat(43)}`,
      `${token}A`,
      token.slice(0, -1),
      'holdpoint_',
      token.toUpperCase(),
      `${token}%00`,
    ]) {
      const { accepted, message } = await ask(service.url, `Bearer ${wrong}`);
      expect(accepted).toBe(false);
      expect(message).not.toContain(token.slice(10, 40));
    }
  });

  it('a revoked token is refused from the next request on', async () => {
    const { token, id } = await newToken();
    expect(await accepted(token)).toBe(true);
    expect(await revoke(id)).toBe(true);
    expect(await revoke(id)).toBe(false);
    await expect.poll(() => accepted(token), { timeout: 900 }).toBe(false);
  });

  it('a revoked token is refused within a second if the notification was lost', async () => {
    const { token, id } = await newToken();
    expect(await accepted(token)).toBe(true);
    await revokeUnheard(id);
    await pause(1_050);
    expect(await accepted(token)).toBe(false);
  });

  it('a token that was deleted in the database is refused', async () => {
    const { token, id } = await newToken();
    expect(await accepted(token)).toBe(true);
    await service.sql('DELETE FROM "ApiToken" WHERE "id" = $1', [id]);
    await expect.poll(() => accepted(token), { timeout: 900 }).toBe(false);
  });

  it('an expired token is refused', async () => {
    const { token } = await newToken(inSeconds(0.8));
    expect(await accepted(token)).toBe(true);
    await pause(850);
    expect(await accepted(token)).toBe(false);
    expect(await accepted((await newToken(inSeconds(-1))).token)).toBe(false);
  });
});

/**
 * The ways to end a token, and how long open connections may last after that. Without a
 * notification, a check every few seconds finds it.
 */
type Ending = [string, (token: string, id: string) => unknown, Date | null, number];

const endings = (): Ending[] => [
  ['is revoked', (_token, id) => revoke(id), null, 500],
  ['is revoked and the word of it lost', (_token, id) => revokeUnheard(id), null, 4_000],
  ['expires', () => {}, inSeconds(1.5), 5_500],
];

describe.concurrent('a connection whose API token', () => {
  it.each(endings().map(([name]) => name))('%s ends: WebSocket', async (name) => {
    const [, end, expiresAt, within] = endings().find(([known]) => known === name) as Ending;
    const { token, id } = await newToken(expiresAt);
    const socket = await SocketClient.enter(service.url, token);
    const other = await SocketClient.enter(service.url, (await newToken()).token);
    socket.subscribe('1', subscription);
    const start = performance.now();
    await end(token, id);
    const { code, reason } = await socket.closed;
    expect(code).toBe(4403);
    expect(reason).toMatch(/token/i);
    expect(performance.now() - start).toBeLessThan(within);
    expect(other.socket.readyState).toBe(other.socket.OPEN);
    await other.close();
  });

  it.each(endings().map(([name]) => name))('%s ends: SSE', async (name) => {
    const [, end, expiresAt, within] = endings().find(([known]) => known === name) as Ending;
    const { token, id } = await newToken(expiresAt);
    const stream = await openStream(token);
    const start = performance.now();
    await end(token, id);
    const text = await stream.text;
    expect(performance.now() - start).toBeLessThan(within);
    const events = text.split('\n\n').filter((event) => event !== '' && event !== ':');
    expect(events[0]).toMatch(/^event: next\ndata: \{"errors":\[.*"UNAUTHENTICATED".*\]\}$/);
  });
});

describe.concurrent('a connection whose JWT expires ends', () => {
  const jwt = () =>
    signJwt(
      JWT_SECRET,
      { userId: 'short', actor: 'ann', scopes: ['review:read'] },
      new Date(Math.ceil(Date.now() / 1_000 + 1) * 1_000 - JWT_LEEWAY_MS),
    );

  it('over WebSocket', async () => {
    const socket = await SocketClient.enter(service.url, await jwt());
    socket.subscribe('1', subscription);
    expect(await socket.closed).toEqual({ code: 4403, reason: 'The token has expired' });
  });

  it('over SSE', async () => {
    expect(await (await openStream(await jwt())).text).toContain('The token has expired');
  });
});

it('a JWT that is valid for 90 days keeps its connection open', async () => {
  const token = await signJwt(
    JWT_SECRET,
    { userId: 'long', actor: 'ann', scopes: ['review:read'] },
    new Date(Date.now() + 90 * 86_400_000),
  );
  const socket = await SocketClient.enter(service.url, token);
  await pause(100);
  expect(socket.socket.readyState).toBe(socket.socket.OPEN);
  await socket.close();
});

/** Resolves when the stream has begun, to everything until its end. */
async function openStream(token: string): Promise<{ text: Promise<string> }> {
  const response = await fetch(`${service.url}/graphql`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'text/event-stream',
    },
    body: JSON.stringify({ query: subscription }),
  });
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  return { text: response.text() };
}
