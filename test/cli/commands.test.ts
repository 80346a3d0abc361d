import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { bareEnv } from '../support/bareEnv.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { runHoldpoint, startProgram } from './runProgram.ts';

const database = await testDatabase({ empty: true });
const env = { DATABASE_URL: database.url };
const anybody = ['--workspace', 'acme', '--as', 'ann'];

it.each([
  [[], 'serve'],
  [['serve'], 'Usage: holdpoint serve'],
  [['migrate'], 'Usage: holdpoint migrate'],
  [['after-restore'], 'Usage: holdpoint after-restore'],
  [['token'], 'create'],
  [['token', 'create'], '--scope'],
  [['token', 'list'], '--workspace'],
  [['token', 'revoke'], '<id>'],
  [['watch'], 'HOLDPOINT_TOKEN|--token-file'],
])('shows help for %j, with an example', async (command, text) => {
  const { exitCode, stdout, stderr } = await runHoldpoint([...command, '--help']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(text));
  expect(stdout).toContain('Example:\n');
});

it('exits without an error if stdout is closed', async () => {
  const { process, ended } = startProgram('src/main.ts', ['--help']);
  process.stdout?.destroy();
  expect(await ended).toMatchObject({ exitCode: 0, stderr: '' });
});

it('prints its version', async () => {
  const { stdout } = await runHoldpoint(['--version']);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

it.each([
  [['tokn'], /unknown command 'tokn' \(Did you mean token\?\)/],
  [['tokn', '--help'], /^holdpoint: unknown command 'tokn'\. See: npm run -s holdpoint -- --help/],
  [['--help', 'tokn'], /unknown command 'tokn'/],
  [['token', 'lst', '-h'], /^holdpoint token: unknown command 'lst'\. See: .* -- token --help/],
  [['serve', 'now'], /too many arguments/],
  [['token', 'create', '--scope', 'review:read'], /'--workspace <workspace>' not specified/],
  [['token', 'create', ...anybody], /'--scope <scope>' not specified/],
  [
    ['token', 'create', ...anybody, '--scope', 'admin'],
    /one of review:read, review:request, review:decide/,
  ],
  [
    ['token', 'create', ...anybody, '--scope', 'review:read', '--expires', '3w'],
    /such as 45m, 12h or 30d/,
  ],
  [
    ['token', 'create', '--workspace', ' ', '--as', 'a', '--scope', 'review:read'],
    /must not be empty/,
  ],
  [['token', 'revoke'], /missing required argument 'id'/],
  [['watch', '--token', 'secret'], /unknown option '--token'/],
  [['watch', '--url', 'localhost'], /must be an http:\/\/ or https:\/\/ URL such as http:/],
  [['watch'], /HOLDPOINT_TOKEN/],
])('prints one line about bad usage and exits with 2: %j', async (args, message) => {
  const { exitCode, stdout, stderr } = await runHoldpoint(args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(/^[^\n]+\n$/);
  expect(stderr).toMatch(message);
});

it.each([['watch'], ['mcp'], ['mcp', '--port', '0']])(
  'names an invalid HOLDPOINT_URL: %s %s',
  async (...args) => {
    const { exitCode, stderr } = await runHoldpoint(args, {
      HOLDPOINT_URL: 'localhost:4000',
      HOLDPOINT_TOKEN: 'x',
    });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr:
        'HOLDPOINT_URL: must be an http:// or https:// URL such as http://127.0.0.1:4000, not "localhost:4000"\n',
    });
  },
);

it('runs its own sources in a clone, also without the condition that npm run sets', async () => {
  const command = ['bin/holdpoint.mjs', 'token', 'list', '--help'];
  const { stdout } = await promisify(execFile)(process.execPath, command, {
    env: bareEnv,
  });
  expect(stdout).toContain('Usage: holdpoint token list');
});

it('shows help and exits with 2 without a command', async () => {
  const { exitCode, stderr } = await runHoldpoint([]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('Usage: holdpoint');
});

it('migrates an empty database, and does nothing the second time', async () => {
  expect((await runHoldpoint(['migrate'], env)).stdout).toMatch(/^Applied 0001_/);
  expect((await runHoldpoint(['migrate'], env)).stdout).toBe('The database is up to date.\n');
});

it('creates a token and prints nothing else, lists it without its secret, and revokes it', async () => {
  const scopes = ['--scope', 'review:request', '--scope', 'review:decide'];
  const created = await runHoldpoint(
    ['token', 'create', ...anybody, ...scopes, '--expires', '30d'],
    env,
  );
  expect(created).toEqual({
    exitCode: 0,
    stdout: expect.stringMatching(/^holdpoint_[\w-]{43}\n$/),
    stderr: '',
  });

  const list = async () =>
    (await runHoldpoint(['token', 'list', '--workspace', 'acme'], env)).stdout;
  const [heading, row = '', ...rest] = (await list()).trimEnd().split('\n');
  expect(heading).toMatch(/^ID +WORKSPACE +AS +SCOPES +CREATED +EXPIRES +USED +STATE$/);
  expect(row).toMatch(/^\w+ +acme +ann +review:request,review:decide +2\S+Z +2\S+Z +- +active$/);
  expect(rest).toEqual([]);
  const id = row.split(' ')[0] as string;

  const revoked = await runHoldpoint(['token', 'revoke', id], env);
  expect(revoked).toMatchObject({ exitCode: 0, stdout: `Token ${id} revoked\n` });
  const again = await runHoldpoint(['token', 'revoke', id], env);
  expect(again).toMatchObject({ exitCode: 0, stdout: `Token ${id} was already revoked\n` });
  expect(await list()).toMatch(/ revoked\n$/);
});

it('accepts the former names of options', async () => {
  const former = ['--user', 'former', '--actor=ann', '--scope', 'review:read'];
  expect((await runHoldpoint(['token', 'create', ...former], env)).exitCode).toBe(0);
  const { stdout } = await runHoldpoint(['token', 'list', '--user=former'], env);
  expect(stdout).toMatch(/ former +ann +review:read /);
});

it('prints nothing to stdout if a list is empty', async () => {
  const { exitCode, stdout, stderr } = await runHoldpoint(['webhook', 'list'], env);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
  expect(stderr).toBe(
    'No webhooks. Create one with: npm run -s holdpoint -- webhook create --help\n',
  );
});

it('reports an unknown token to revoke', async () => {
  const { exitCode, stderr } = await runHoldpoint(['token', 'revoke', 'nope'], env);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: 'No token with the id nope. See: npm run -s holdpoint -- token list\n',
  });
});

it('reports an unreachable database in one line, without its password', async () => {
  const unreachable = { DATABASE_URL: 'postgresql://me:secret@127.0.0.1:1/db' };
  const { exitCode, stderr } = await runHoldpoint(['token', 'list'], unreachable);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /^Cannot reach the database at 127\.0\.0\.1:1\/db \(ECONNREFUSED\)[^\n]*\n$/,
  );
});
