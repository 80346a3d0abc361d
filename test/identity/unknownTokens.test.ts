import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Queries } from '../../src/database/connections.ts';
import { openDatabase } from '../../src/database/database.ts';
import { createApiToken } from '../../src/identity/apiTokens.ts';
import { readApiTokens, TokenLookup } from '../../src/identity/tokenLookup.ts';
import { countingProxy } from '../support/countingProxy.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { testService } from '../support/testService.ts';
import { transports } from './transports.ts';

const testDb = await testDatabase();
const proxy = await countingProxy(testDb.url);
testDb.beforeDrop(() => proxy.close());
const service = await testService({ database: testDb, config: { databaseUrl: proxy.url } });
const database = openDatabase(testDb.url);
testDb.beforeDrop(() => database.close());

const randomToken = () => `holdpoint_${randomBytes(32).toString('base64url')}`;
const newToken = (actor = 'agent') =>
  createApiToken(database, { userId: 'acme', actor, scopes: [], expiresAt: null });

it.each(Object.keys(transports))('over %s, an unknown token is looked up once', async (name) => {
  const ask = transports[name] as (typeof transports)[string];
  const authorization = `Bearer ${randomToken()}`;
  const trips = await proxy.roundTripsDuring(async () => {
    for (let n = 0; n < 10; n++)
      expect((await ask(service.url, authorization)).accepted).toBe(false);
  });
  expect(trips).toBe(1);
});

it('a token that cannot exist is not looked up', async () => {
  const wrong = ['holdpoint_', `${randomToken()}A`, randomToken().slice(0, -1), 'holdpoint_😀'];
  const trips = await proxy.roundTripsDuring(async () => {
    for (const token of wrong) {
      const response = await fetch(`${service.url}/graphql?query={viewer{actor}}`, {
        headers: { authorization: `Bearer ${encodeURI(token)}` },
      });
      expect(response.status).toBe(401);
    }
  });
  expect(trips).toBe(0);
});

it('a new token works at once, while many unknown ones are tried', async () => {
  const ask = transports['HTTP'] as (typeof transports)[string];
  const flood = Array.from({ length: 200 }, () => ask(service.url, `Bearer ${randomToken()}`));
  const token = await newToken();
  expect((await ask(service.url, `Bearer ${token}`)).accepted).toBe(true);
  for (const { accepted } of await Promise.all(flood)) expect(accepted).toBe(false);
});

it('a token that was refused works five seconds after it was restored', async () => {
  const ask = transports['HTTP'] as (typeof transports)[string];
  const token = randomToken();
  expect((await ask(service.url, `Bearer ${token}`)).accepted).toBe(false);
  await testDb.sql(
    `INSERT INTO "ApiToken" ("id", "hash", "userId", "actor", "scopes") VALUES ('restored', $1, 'acme', 'ann', '{}')`,
    [createHash('sha256').update(token).digest()],
  );
  await pause(5_100);
  expect((await ask(service.url, `Bearer ${token}`)).accepted).toBe(true);
});

it('lookups take one query at a time, and each gets its own answer', async () => {
  let running = 0;
  let mostRunning = 0;
  let queries = 0;
  const counted: Queries = {
    async query(statement, values) {
      queries++;
      mostRunning = Math.max(mostRunning, ++running);
      try {
        return await database.query(statement, values);
      } finally {
        running--;
      }
    },
  };
  const lookup = new TokenLookup(readApiTokens(counted));
  const actors = Array.from({ length: 20 }, (_, n) => `actor-${n}`);
  const known = await Promise.all(actors.map(newToken));
  const found: (string | undefined)[] = [];
  await Promise.all(
    known.map(async (token, n) => {
      await pause(n);
      const [viewer, unknown] = await Promise.all([
        lookup.viewerOf(token),
        lookup.viewerOf(randomToken()),
      ]);
      expect(unknown).toBeNull();
      found[n] = viewer?.actor;
    }),
  );
  expect(found).toEqual(actors);
  expect(mostRunning).toBe(1);
  expect(queries).toBeLessThan(known.length * 2);
});

it('a failed lookup fails only those who asked in it', async () => {
  let isAway = true;
  const sometimesAway: Queries = {
    query(statement, values) {
      return isAway ? Promise.reject(new Error('away')) : database.query(statement, values);
    },
  };
  const lookup = new TokenLookup(readApiTokens(sometimesAway));
  const token = await newToken('later');
  await expect(lookup.viewerOf(token)).rejects.toThrow('away');
  isAway = false;
  expect(await lookup.viewerOf(token)).toMatchObject({ userId: 'acme', actor: 'later' });
});
