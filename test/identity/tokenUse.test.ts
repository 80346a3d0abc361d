import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/database/database.ts';
import { createApiToken } from '../../src/identity/apiTokens.ts';
import { TokenUse } from '../../src/identity/tokenUse.ts';
import { SocketClient } from '../server/socketClient.ts';
import { testService } from '../support/testService.ts';

const service = await testService();
const database = openDatabase(service.database.url);
service.database.beforeDrop(() => database.close());

const newToken = async () => {
  const userId = `owner-${randomUUID()}`;
  const secret = await createApiToken(database, {
    userId,
    actor: 'ada',
    scopes: ['review:read'],
    expiresAt: null,
  });
  const [row] = await service.sql<{ id: string }>(
    'SELECT "id" FROM "ApiToken" WHERE "userId" = $1',
    [userId],
  );
  return { userId, secret, id: row?.id as string };
};

const lastUsed = async (id: string): Promise<Date | null> => {
  const sql = 'SELECT "lastUsedAt" FROM "ApiToken" WHERE "id" = $1';
  return (await service.sql<{ lastUsedAt: Date | null }>(sql, [id]))[0]?.lastUsedAt ?? null;
};

it('62. the last use of an API token is recorded to the minute, and its sockets stay open', async () => {
  const used = await newToken();
  const unused = await newToken();
  const before = Date.now();
  const socket = await SocketClient.enter(service.url, used.secret);
  await expect.poll(() => lastUsed(used.id), { timeout: 8_000 }).not.toBeNull();
  const at = (await lastUsed(used.id)) as Date;
  expect(at.getTime() % 60_000).toBe(0);
  expect(at.getTime()).toBeGreaterThan(before - 60_000);
  expect(at.getTime()).toBeLessThanOrEqual(Date.now());
  expect(await lastUsed(unused.id)).toBeNull();
  expect(socket.socket.readyState).toBe(socket.socket.OPEN);
  await socket.close();
});

it('62. a token is written once a minute, however often and by however many processes it is used', async () => {
  const { id } = await newToken();
  const versionOf = async () =>
    (await service.sql('SELECT xmin::text FROM "ApiToken" WHERE "id" = $1', [id]))[0];
  const uses = Array.from({ length: 3 }, () => new TokenUse(database, pino({ level: 'silent' })));
  for (let time = 0; time < 1_000; time++) for (const use of uses) use.note(id);
  const [first, ...others] = uses as [TokenUse, ...TokenUse[]];
  await first.close();
  expect(await lastUsed(id)).not.toBeNull();
  const version = await versionOf();
  await Promise.all(others.map((use) => use.close()));
  if (Date.now() - ((await lastUsed(id)) as Date).getTime() < 60_000) {
    expect(await versionOf()).toEqual(version);
  }
});

it('62. a later use is recorded, and never an earlier one', async () => {
  const { id } = await newToken();
  const use = new TokenUse(database, pino({ level: 'silent' }));
  await service.sql(
    `UPDATE "ApiToken" SET "lastUsedAt" = now() + interval '1 hour' WHERE "id" = $1`,
    [id],
  );
  const ahead = await lastUsed(id);
  use.note(id);
  await use.close();
  expect(await lastUsed(id)).toEqual(ahead);
  await service.sql(
    `UPDATE "ApiToken" SET "lastUsedAt" = now() - interval '1 hour' WHERE "id" = $1`,
    [id],
  );
  const again = new TokenUse(database, pino({ level: 'silent' }));
  again.note(id);
  await again.close();
  expect((await lastUsed(id))?.getTime()).toBeGreaterThan(Date.now() - 120_000);
});
