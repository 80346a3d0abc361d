import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/database/database.ts';
import { createApiToken } from '../../../src/identity/apiTokens.ts';
import { JWT_LEEWAY_MS, signJwt } from '../../../src/identity/jwt.ts';
import { runHoldpoint } from '../../cli/runProgram.ts';
import { ask } from '../../support/operations.ts';
import { JWT_SECRET, type Team, testService } from '../../support/testService.ts';
import { Follower, transports } from './follower.ts';
import { historyOf } from './history.ts';

const service = await testService();
const { sql, database } = service;
const { close, ...queries } = openDatabase(database.url);
database.beforeDrop(close);

/** The promised limit, plus a margin for a busy machine. */
const PATIENCE_MS = 5_000 + 2_000;

const newApiToken = ({ user }: Team) =>
  createApiToken(queries, {
    userId: user,
    actor: 'watcher',
    scopes: ['review:read'],
    expiresAt: null,
  });

const idOf = async ({ user }: Team): Promise<string> => {
  const [row] = await sql<{ id: string }>('SELECT "id" FROM "ApiToken" WHERE "userId" = $1', [
    user,
  ]);
  return row?.id as string;
};

/** @param end ends the token, and returns whether the processes are notified */
async function expectEnd(team: Team, token: string, end: () => Promise<boolean>): Promise<void> {
  await ask(team.agent, 'before');
  const followers = transports.map(
    (transport) => new Follower(service.url, token, { transport, after: '0' }),
  );
  for (const follower of followers) await follower.count(1);
  const isTold = await end();
  const start = performance.now();
  for (const follower of followers) {
    await follower.until(({ closed }) => closed !== undefined, PATIENCE_MS);
  }
  expect(performance.now() - start).toBeLessThan(PATIENCE_MS);
  await ask(team.agent, 'after');

  const fresh = await team.reviewer.token;
  const history = await historyOf(sql, team.user);
  for (const [index, follower] of followers.entries()) {
    const transport = transports[index] ?? 'SSE';
    if (transport === 'WebSocket') expect(follower.closed?.code).toBe(4403);
    else expect(follower.errors?.[0]?.extensions?.['code']).toBe('UNAUTHENTICATED');
    const refused = new Follower(service.url, token, { transport, after: '0' });
    await refused.until(({ closed }) => closed !== undefined);
    // Tokens are cached for a second.
    if (isTold) expect(refused.events).toEqual([]);
    const resumed = new Follower(service.url, fresh, {
      transport,
      after: follower.last?.cursor ?? '0',
    });
    await resumed.count(1);
    expect([...follower.events, ...resumed.events]).toEqual(history);
    resumed.cut();
  }
}

describe('subscriptions end within five seconds after their token, and resume with a new one', () => {
  it('after a JWT has expired', async () => {
    const team = service.team();
    const expiresAt = Math.ceil(Date.now() / 1_000 + 2) * 1_000;
    const token = await signJwt(
      JWT_SECRET,
      { userId: team.user, actor: 'watcher', scopes: ['review:read'] },
      new Date(expiresAt - JWT_LEEWAY_MS),
    );
    await expectEnd(team, token, async () => {
      await new Promise((resolve) => setTimeout(resolve, expiresAt - Date.now()));
      return true;
    });
  });

  it('after an API token was revoked on the command line', async () => {
    const team = service.team();
    const token = await newApiToken(team);
    const id = await idOf(team);
    await expectEnd(team, token, async () => {
      const { exitCode } = await runHoldpoint(['token', 'revoke', id], {
        DATABASE_URL: database.url,
      });
      expect(exitCode).toBe(0);
      return true;
    });
  });

  it.each([
    ['revoked', 'UPDATE "ApiToken" SET "revokedAt" = now() WHERE "id" = $1'],
    ['given an end', 'UPDATE "ApiToken" SET "expiresAt" = now() WHERE "id" = $1'],
    ['deleted', 'DELETE FROM "ApiToken" WHERE "id" = $1'],
  ])(
    'after an API token was %s with plain SQL, with or without a notification',
    async (_how, change) => {
      for (const isTold of [true, false]) {
        const team = service.team();
        const token = await newApiToken(team);
        const id = await idOf(team);
        await expectEnd(team, token, async () => {
          const connection = await database.pool.connect();
          await connection.query('BEGIN');
          // Without its trigger there is no notification, as if a process had lost its connection.
          if (!isTold) await connection.query('SET LOCAL session_replication_role = replica');
          await connection.query(change, [id]);
          await connection.query('COMMIT');
          connection.release();
          return isTold;
        });
      }
    },
    40_000,
  );
});
