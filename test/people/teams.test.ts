import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/database/database.ts';
import { readViewerPeople } from '../../src/people/viewerPeople.ts';
import { ask } from '../support/operations.ts';
import { race } from '../support/race.ts';
import { testService } from '../support/testService.ts';
import { change, changes, list, must, workspace } from './operations.ts';

const service = await testService();
const another = await service.another();
const database = openDatabase(service.database.url);
service.database.beforeDrop(() => database.close());

const RACE_MS = 60_000;

it('a team is created, replaced, listed and found by its global ID, and creates members', async () => {
  const { manager, user } = workspace(service);
  const { team } = await must(manager, 'setTeam', {
    teamId: 'finance',
    name: 'Finance',
    idpGroup: 'fin-group',
    actors: ['ben', 'ada', 'ben'],
  });
  expect(team).toMatchObject({
    teamId: 'finance',
    name: 'Finance',
    idpGroup: 'fin-group',
    members: [{ actor: 'ada' }, { actor: 'ben' }],
  });
  const members = await list(manager, 'members');
  expect(members.map(({ actor, kind }) => [actor, kind])).toEqual([
    ['ada', 'PERSON'],
    ['ben', 'PERSON'],
  ]);
  const replaced = await must(manager, 'setTeam', {
    teamId: 'finance',
    name: 'Money',
    actors: ['ada', 'cleo'],
  });
  expect(replaced.team).toEqual({
    ...team,
    name: 'Money',
    idpGroup: null,
    members: [{ actor: 'ada' }, { actor: 'cleo' }],
  });
  await must(manager, 'setTeam', { teamId: 'finance', name: 'Money', actors: ['cleo', 'ada'] });
  await must(manager, 'setTeam', { teamId: 'a-team', name: 'A', actors: [] });
  expect((await list(manager, 'teams')).map(({ teamId }) => teamId)).toEqual(['a-team', 'finance']);
  expect(await changes(manager)).toMatchObject([
    { change: 'setTeam', subject: 'a-team' },
    {
      actor: 'mona',
      change: 'setTeam',
      subject: 'finance',
      detail: {
        name: 'Money',
        idpGroup: null,
        added: ['cleo'],
        removed: ['ben'],
        newMembers: ['cleo'],
      },
    },
    { detail: { isNew: true, added: ['ben', 'ada'], removed: [] } },
  ]);
  const node = 'query ($id: ID!) { node(id: $id) { ... on Team { name } } }';
  expect(await manager.query(node, { id: team.id })).toEqual({ node: { name: 'Money' } });
  const stranger = workspace(service).manager;
  expect(await stranger.query(node, { id: team.id })).toEqual({ node: null });
  expect(await list(stranger, 'teams')).toEqual([]);
  expect(await must(stranger, 'deleteTeam', { teamId: 'finance' })).toMatchObject({
    deletedCount: 0,
  });
  const reader = service.as({ user, actor: 'eve', scopes: ['review:read'] });
  expect(await list(reader, 'teams')).toHaveLength(2);
});

it.each([
  [{ teamId: 'Finance' }, 'input.teamId', /must be 1 to 64 of a-z, 0-9 and hyphens, not "Finance"/],
  [{ teamId: 'a'.repeat(65) }, 'input.teamId', /must be 1 to 64/],
  [{ name: ' ' }, 'input.name', /must not be blank/],
  [{ actors: ['ada', ''] }, 'input.actors.1', /must not be empty/],
  [{ actors: ['holdpoint'] }, 'input.actors.0', /reserved for the service/],
  [{ actors: Array.from({ length: 10_001 }, String) }, 'input.actors', /at most 10000 .*not 10001/],
])('bad input is named: %#', async (input, path, message) => {
  const { manager } = workspace(service);
  const whole = { teamId: 'finance', name: 'Finance', actors: [], ...input };
  const { issues } = await change(manager, 'setTeam', whole);
  expect(issues).toEqual([{ path, message: expect.stringMatching(message) }]);
  expect(await list(manager, 'teams')).toEqual([]);
  expect(await list(manager, 'members')).toEqual([]);
});

it('62. nobody adds themselves to a team, neither by name nor by a group of their own', async () => {
  const { manager, user } = workspace(service);
  const team = { teamId: 'finance', name: 'Finance' };
  const own = await change(manager, 'setTeam', { ...team, actors: ['ada', 'mona'] });
  expect(own.issues).toEqual([
    { path: 'input.actors.1', message: expect.stringContaining('must not add yourself (mona)') },
  ]);
  expect(await list(manager, 'members')).toEqual([]);

  await must(manager, 'setMember', { actor: 'mona', displayName: 'Mona' });
  await service.sql(`UPDATE "Member" SET "groups" = '{managers}' WHERE "userId" = $1`, [user]);
  const byGroup = await change(manager, 'setTeam', { ...team, idpGroup: 'managers', actors: [] });
  expect(byGroup.issues).toEqual([
    { path: 'input.idpGroup', message: expect.stringContaining('must not be managers') },
  ]);
  await must(manager, 'setTeam', { ...team, idpGroup: 'others', actors: ['ada'] });

  const colleague = service.as({ user, actor: 'max', scopes: ['people:manage'] });
  await must(colleague, 'setTeam', { ...team, actors: ['ada', 'mona'] });
  // She is in it, so she may keep herself in the list, and leave.
  await must(manager, 'setTeam', { ...team, name: 'Money', actors: ['mona'] });
  await must(manager, 'setTeam', { ...team, name: 'Money', actors: [] });
});

it('62. an agent is not added to a team', async () => {
  const { manager } = workspace(service);
  await must(manager, 'setMember', { actor: 'bot', kind: 'AGENT' });
  const team = { teamId: 'finance', name: 'Finance', actors: ['ada', 'bot'] };
  expect((await change(manager, 'setTeam', team)).issues).toEqual([
    {
      path: 'input.actors.1',
      message: 'must not be bot, which is an agent: agents never decide',
    },
  ]);
});

it('39. an actor is in the teams that list it, and in those of its groups; no groups are no teams', async () => {
  const { manager, user: userId } = workspace(service);
  await must(manager, 'setTeam', { teamId: 'listed', name: 'Listed', actors: ['ada'] });
  await must(manager, 'setTeam', { teamId: 'group', name: 'Group', idpGroup: 'g1', actors: [] });
  await must(manager, 'setTeam', { teamId: 'both', name: 'Both', idpGroup: 'g2', actors: ['ada'] });
  await must(manager, 'setTeam', { teamId: 'neither', name: 'Neither', actors: ['ben'] });
  const viewerOf = (actor: string, groups: string[]) => ({
    ...{ userId, actor, groups, scopes: [], expiresAt: null, tokenId: null, sessionId: null },
  });
  const teams = async (actor: string, groups: string[]) =>
    [...((await readViewerPeople(database, viewerOf(actor, groups))).roles[0]?.teams ?? [])].sort();
  expect(await teams('ada', ['g1', 'g2', 'unknown'])).toEqual(['both', 'group', 'listed']);
  expect(await teams('ada', [])).toEqual(['both', 'listed']);
  expect(await teams('eve', ['g2'])).toEqual(['both']);
  expect(await teams('eve', [''])).toEqual([]);
  expect(
    await teams(
      'eve',
      Array.from({ length: 1_000 }, (_, n) => `other-${n}`),
    ),
  ).toEqual([]);
});

it('41. a team that a waiting review needs is not deleted, and the error names the reviews', async () => {
  const { manager, agent, user } = workspace(service);
  await must(manager, 'setTeam', { teamId: 'finance', name: 'Finance', actors: ['ada'] });
  for (const name of ['direct', 'later', 'decided', 'other']) await ask(agent, name);
  const set = (nodeExecId: string, columns: string) =>
    service.sql(`UPDATE "PendingReview" SET ${columns} WHERE "userId" = $1 AND "nodeExecId" = $2`, [
      user,
      nodeExecId,
    ]);
  const steps = JSON.stringify([{ afterMs: 60_000, teamIds: ['legal', 'finance'], actors: [] }]);
  await set('direct', `"approverTeams" = '{finance}'`);
  await set('later', `"escalation" = '${steps}'`);
  await set(
    'decided',
    `"approverTeams" = '{finance}', "status" = 'REJECTED', "reviewedAt" = now()`,
  );
  await set('other', `"approverTeams" = '{finance-2}'`);

  const version = 'SELECT "version" FROM "PeopleVersion" WHERE "userId" = $1';
  const before = await service.sql(version, [user]);
  expect(await change(manager, 'deleteTeam', { teamId: 'finance' })).toEqual({
    __typename: 'TeamInUseError',
    message: 'The team finance cannot be deleted, because waiting reviews need it: direct, later',
    nodeExecIds: ['direct', 'later'],
    ruleIds: [],
  });
  expect((await list(manager, 'teams'))[0]?.members).toEqual([{ actor: 'ada' }]);
  expect(await service.sql(version, [user])).toEqual(before);

  await set('direct', `"approverTeams" = '{}'`);
  await set('later', `"status" = 'REJECTED', "reviewedAt" = now()`);
  expect(await must(manager, 'deleteTeam', { teamId: 'finance' })).toMatchObject({
    deletedCount: 1,
  });
  expect(await must(manager, 'deleteTeam', { teamId: 'finance' })).toMatchObject({
    deletedCount: 0,
  });
  expect(await list(manager, 'teams')).toEqual([]);
  expect((await list(manager, 'members')).map(({ actor, teams }) => [actor, teams])).toEqual([
    ['ada', []],
  ]);
  expect((await changes(manager))[0]).toMatchObject({
    change: 'deleteTeam',
    subject: 'finance',
    detail: { name: 'Finance', idpGroup: null, removed: ['ada'] },
  });
});

it('a claim ends when its claimant leaves the team that the review needs, and no other', async () => {
  const { manager, agent, user } = workspace(service);
  const team = { teamId: 'finance', name: 'Finance' };
  await must(manager, 'setTeam', { ...team, actors: ['ada', 'ben'] });
  for (const name of ['needs-it', 'plain']) await ask(agent, name);
  await service.sql(
    `UPDATE "PendingReview" SET "claimedBy" = 'ada', "claimedUntil" = now() + interval '10 minutes',
      "approverTeams" = CASE WHEN "nodeExecId" = 'plain' THEN '{}' ELSE '{finance}'::text[] END
    WHERE "userId" = $1`,
    [user],
  );
  await must(manager, 'setTeam', { ...team, actors: ['ben'] });
  const claimed =
    'SELECT "nodeExecId" FROM "PendingReview" WHERE "userId" = $1 AND "claimedBy" = $2';
  expect(await service.sql(claimed, [user, 'ada'])).toEqual([{ nodeExecId: 'plain' }]);
});

it(
  'race: of two lists set at once one wins whole, and the record tells how it came about',
  async () => {
    const actors = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: 1 });
    await race(
      fc.record({ first: actors, second: actors, third: actors }),
      async ({ first, second, third }) => {
        const { manager, user } = workspace(service);
        const elsewhere = another.as({ user, actor: 'max', scopes: ['people:manage'] });
        const set = (client: typeof manager, list: string[]) =>
          must(client, 'setTeam', { teamId: 'team', name: 'Team', actors: list });
        await Promise.all([set(manager, first), set(elsewhere, second), set(manager, third)]);
        const [team] = await list(manager, 'teams');
        const names = team?.members.map(({ actor }) => actor);
        expect([first, second, third].map((list) => [...list].sort())).toContainEqual(names);

        const replayed = new Set<string>();
        for (const { detail } of (await changes(manager)).reverse()) {
          for (const actor of detail['added'] as string[]) replayed.add(actor);
          for (const actor of detail['removed'] as string[]) replayed.delete(actor);
        }
        expect([...replayed].sort()).toEqual(names);
      },
      50,
    );
  },
  RACE_MS,
);

it(
  'race: changes of teams and members, and sign-ins, all succeed',
  async () => {
    await race(
      fc.integer({ min: 1, max: 5 }),
      async (count) => {
        const { manager, user } = workspace(service);
        const actors = Array.from({ length: count }, (_, n) => `actor-${n}`);
        await must(manager, 'setTeam', { teamId: 'start', name: 'Start', actors });
        const signIn = (actor: string) =>
          service.sql(
            `INSERT INTO "Member" ("userId", "actor") VALUES ($1, $2)
        ON CONFLICT ("userId", "actor") DO UPDATE SET "groups" = '{g}', "groupsAt" = now()`,
            [user, actor],
          );
        await Promise.all([
          must(manager, 'setTeam', { teamId: 'team', name: 'Team', actors: [...actors, 'new'] }),
          must(manager, 'setTeam', { teamId: 'team', name: 'Team', actors: ['new'] }),
          ...actors.map((actor) => must(manager, 'setMember', { actor, disabled: true })),
          ...['new', ...actors].map(signIn),
          must(manager, 'deleteTeam', { teamId: 'start' }),
        ]);
        const members = await list(manager, 'members');
        expect(members.map(({ actor, disabledAt }) => [actor, disabledAt !== null])).toEqual([
          ...actors.map((actor) => [actor, true]),
          ['new', false],
        ]);
      },
      50,
    );
  },
  RACE_MS,
);

// On partitions, each of its many statements is planned anew.
const isPartitioned = process.env['TEST_PARTITIONED'] === '1';
it.skipIf(isPartitioned)(
  '10,000 members and 200 teams are set and listed',
  { timeout: 60_000 },
  async () => {
    const { manager } = workspace(service);
    const everybody = Array.from(
      { length: 10_000 },
      (_, n) => `person-${String(n).padStart(5, '0')}`,
    );
    const { team } = await must(manager, 'setTeam', {
      teamId: 'all',
      name: 'All',
      actors: everybody,
    });
    expect(team.members).toHaveLength(10_000);
    for (let at = 0; at < 199; at++) {
      const actors = everybody.slice(at * 50, at * 50 + 50);
      await must(manager, 'setTeam', { teamId: `team-${at}`, name: `Team ${at}`, actors });
    }
    const members = await list(manager, 'members');
    expect(members).toHaveLength(10_000);
    expect(members[0]?.teams).toEqual([{ teamId: 'all' }, { teamId: 'team-0' }]);
    expect(await list(manager, 'teams')).toHaveLength(200);
  },
);

it('lists that refer to each other again and again are refused before they are read', async () => {
  const { manager } = workspace(service);
  const { errors } = await manager.answer('{ members { teams { members { actor } } } }');
  expect(errors[0]?.extensions?.['code']).toBe('QUERY_TOO_LARGE');
});
