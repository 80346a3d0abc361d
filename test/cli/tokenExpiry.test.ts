import { expect, it } from 'vitest';
import { testDatabase } from '../support/testDatabase.ts';
import { runHoldpoint } from './runProgram.ts';

const database = await testDatabase();
const env = { DATABASE_URL: database.url };

const create = (actor: string, ...more: string[]) =>
  runHoldpoint(
    ['token', 'create', '--workspace', 'acme', '--as', actor, '--scope', 'review:read', ...more],
    env,
  );

it.each([
  [[], 90],
  [['--expires', '12h'], 0.5],
  [['--expires', '365d'], 365],
  [['--expires', 'never'], null],
])('a token expires after 90 days unless --expires says otherwise: %j', async (options, days) => {
  const actor = `ann ${options.join(' ')}`;
  const created = await create(actor, ...options);
  expect(created.stderr).toBe('');
  expect(created.stdout).toMatch(/^holdpoint_[\w-]{43}\n$/);
  const [row] = await database.sql<{ days: number | null }>(
    `SELECT extract(epoch FROM "expiresAt" - "createdAt")::float8 / 86400 AS "days"
    FROM "ApiToken" WHERE "actor" = $1`,
    [actor],
  );
  if (days === null) expect(row?.days).toBeNull();
  else expect(row?.days).toBeCloseTo(days, 3);
});

it('no token is created for the reserved actor of the service itself', async () => {
  for (const actor of ['holdpoint', ' Holdpoint', 'hold\u200bpoint']) {
    const { exitCode, stdout, stderr } = await create(actor);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/reserved for the service itself/);
  }
  expect(await database.sql(`SELECT FROM "ApiToken" WHERE "actor" LIKE '%oldpoint%'`)).toEqual([]);
});
