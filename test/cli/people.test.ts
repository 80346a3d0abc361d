import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { testService } from '../support/testService.ts';
import { runHoldpoint } from './runProgram.ts';

const service = await testService();
const env = { DATABASE_URL: service.database.url };
const run = (...args: string[]) => runHoldpoint(args, env);

/** Runs a command that must succeed; returns the lines that it printed. */
async function linesOf(...args: string[]): Promise<string[]> {
  const { exitCode, stdout, stderr } = await run(...args);
  expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout.trimEnd().split('\n');
}

const jsonOf = async (...args: string[]) =>
  (await linesOf(...args, '--json')).map((line) => JSON.parse(line));

const newWorkspace = () => `owner-${randomUUID()}`;

it.each([
  [['member'], 'link'],
  [['member', 'list'], '--json'],
  [['member', 'set'], '--kind'],
  [['member', 'disable'], '<actor>'],
  [['member', 'enable'], '<actor>'],
  [['member', 'link'], '<actor>'],
  [['member', 'changes'], '--first'],
  [['team'], 'set'],
  [['team', 'list'], '--json'],
  [['team', 'set'], '--no-group'],
  [['team', 'delete'], '<team>'],
  [['delegation'], 'create'],
  [['delegation', 'list'], '--json'],
  [['delegation', 'create'], '--for'],
  [['delegation', 'revoke'], '<id>'],
])('help is there for %j, with an example', async (command, text) => {
  const { exitCode, stdout, stderr } = await run(...command, '--help');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toContain(text);
  expect(stdout).toContain('Example:\n');
});

it.each([
  ['member set ada', 2, /'--workspace <workspace>' not specified/],
  ['member set ada --workspace w --kind robot', 2, /Allowed choices are person, agent/],
  ['member set holdpoint --workspace w', 2, /reserved for the service/],
  [
    'member set ada --workspace w --email nobody',
    1,
    /^email must be an e-mail address, not "nobody"/,
  ],
  ['member link nobody --workspace w', 1, /^Member not found.*: nobody/],
  ['team set Finance --workspace w', 1, /^teamId must be 1 to 64 of a-z.*not "Finance"/],
  ['team delete finance --workspace w', 1, /^No team finance\. See: .*team list/],
  ['delegation create --workspace w --from a --to b', 2, /'--for <time>' not specified/],
  [
    'delegation create --workspace w --from a --to b --for 100d',
    1,
    /^until must be at most 90 days/,
  ],
  ['delegation create --workspace w --from a --to b --for 1d', 1, /^Member not found.*: a, b/],
  ['delegation revoke none', 1, /^No delegation with the id none\. See: .*delegation list/],
])('bad usage is one clear line: %s', async (line, code, message) => {
  const { exitCode, stdout, stderr } = await run(...line.split(' '));
  expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
  expect(stderr).toMatch(/^[^\n]+\n$/);
  expect(stderr).toMatch(message);
});

it('members and teams are set, listed, disabled, enabled and deleted', {
  timeout: 120_000, // many processes, one after the other
}, async () => {
  const workspace = newWorkspace();
  const inIt = ['--workspace', workspace];
  await linesOf('member', 'set', 'ada', ...inIt, '--name', 'Ada L.', '--email', 'ada@example.com');
  await linesOf('member', 'set', 'bot', ...inIt, '--kind', 'agent');
  expect(await linesOf('team', 'set', 'finance', ...inIt, '--member', 'ada', 'ben')).toEqual([
    'Team finance set',
  ]);
  await linesOf('team', 'set', 'finance', ...inIt, '--name', 'Finance', '--group', 'fin');
  expect(await jsonOf('team', 'list', ...inIt)).toEqual([
    {
      workspace,
      teamId: 'finance',
      name: 'Finance',
      idpGroup: 'fin',
      createdAt: expect.any(String),
      actors: ['ada', 'ben'],
    },
  ]);
  await linesOf('team', 'set', 'finance', ...inIt, '--no-group', '--member', 'ada');
  const [teamHeading, team] = await linesOf('team', 'list', ...inIt);
  expect(teamHeading).toMatch(/^TEAM +WORKSPACE +NAME +GROUP +MEMBERS$/);
  expect(team).toMatch(/^finance .* Finance +- +ada$/);

  expect(await linesOf('member', 'disable', 'ada', ...inIt)).toEqual(['Member ada disabled']);
  const [heading, ada, ben, bot] = await linesOf('member', 'list', ...inIt);
  expect(heading).toMatch(/^ACTOR +WORKSPACE +KIND +NAME +EMAIL +TEAMS +IDENTITY +STATE$/);
  expect(ada).toMatch(/^ada .* person +Ada L\. +ada@example\.com +finance +- +disabled 2\S+Z$/);
  expect(ben).toMatch(/^ben .* person +- +- +- +- +enabled$/);
  expect(bot).toMatch(/^bot .* agent +- +- +- +- +enabled$/);
  expect(await linesOf('member', 'enable', 'ada', ...inIt)).toEqual(['Member ada enabled']);
  expect((await jsonOf('member', 'list', ...inIt))[0]).toMatchObject({
    actor: 'ada',
    teams: ['finance'],
    disabledAt: null,
  });
  expect(await linesOf('team', 'delete', 'finance', ...inIt)).toEqual(['Team finance deleted']);

  const changes = await jsonOf('member', 'changes', ...inIt, '--first', '3');
  expect(changes).toMatchObject([
    { actor: 'command line', change: 'deleteTeam', subject: 'finance' },
    { change: 'setMember', subject: 'ada', detail: { disabled: false } },
    { change: 'setMember', subject: 'ada', detail: { disabled: true } },
  ]);
});

it('tokens and delegations are recorded, listed and revoked', {
  timeout: 120_000, // many processes, one after the other
}, async () => {
  const workspace = newWorkspace();
  const inIt = ['--workspace', workspace];
  for (const actor of ['ada', 'ben']) await linesOf('member', 'set', actor, ...inIt);
  const create = ['delegation', 'create', ...inIt, '--from', 'ada', '--to', 'ben', '--for', '14d'];
  const made = await run(...create, '--reason', 'holidays');
  expect(made.stderr).toMatch(/^ben decides in place of ada until 2\S+Z:\n$/);
  const id = made.stdout.trim();
  const [heading, row] = await linesOf('delegation', 'list', ...inIt);
  expect(heading).toMatch(/^ID +WORKSPACE +FROM +TO +STARTS +UNTIL +REASON +STATE$/);
  expect(row).toMatch(new RegExp(`^${id} .* ada +ben +2\\S+Z +2\\S+Z +holidays +active$`));
  expect(await linesOf('delegation', 'revoke', id)).toEqual([`Delegation ${id} revoked`]);
  expect((await jsonOf('delegation', 'list', ...inIt))[0]).toMatchObject({ id, active: false });

  const [secret] = await linesOf(
    ...['token', 'create', ...inIt, '--as', 'ada', '--scope', 'review:decide'],
    ...['--expires', 'never'],
  );
  const [token] = await jsonOf('token', 'list', ...inIt);
  expect(token).toMatchObject({ workspace, actor: 'ada', expiresAt: null, createdBy: null });
  expect(JSON.stringify(token)).not.toContain(secret?.slice(10, 30));
  expect(token).not.toHaveProperty('hash');
  await linesOf('token', 'revoke', token.id);
  const changes = await jsonOf('member', 'changes', ...inIt);
  expect(changes.map(({ change }) => change)).toEqual([
    'revokeApiToken',
    'createApiToken',
    'revokeDelegation',
    'createDelegation',
    'setMember',
    'setMember',
  ]);
});

it('62. the command line is the way out: it does what nobody may do to themselves', {
  timeout: 60_000,
}, async () => {
  const workspace = newWorkspace();
  const inIt = ['--workspace', workspace];
  // Whoever calls it could be any of these; the record says that it was the command line.
  await linesOf('member', 'set', 'command line', ...inIt, '--kind', 'agent');
  await linesOf('member', 'set', 'command line', ...inIt, '--kind', 'person');
  await linesOf('member', 'disable', 'command line', ...inIt);
  await linesOf('member', 'enable', 'command line', ...inIt);
  await linesOf('member', 'set', 'ada', ...inIt);
  await linesOf('team', 'set', 'ops', ...inIt, '--member', 'command line', 'ada');
  const { exitCode } = await run(
    ...['delegation', 'create', ...inIt, '--from', 'ada', '--to', 'command line', '--for', '1d'],
  );
  expect(exitCode).toBe(0);
});
