import { beforeAll, describe, expect, it } from 'vitest';
import { testService } from '../support/testService.ts';
import { changes, must, workspace } from './operations.ts';

const service = await testService();

it('members are found by every word, in any of their names, and capped', async () => {
  const { manager } = workspace(service);
  for (const [actor, displayName, email] of [
    ['u-1', 'Ada Lovelace', 'ada@acme.example'],
    ['u-2', 'Ben 100%', 'ben@acme.example'],
    ['u_3', 'Çelik Ada', null],
  ]) {
    await must(manager, 'setMember', { actor, displayName, email });
  }
  const found = async (search: string | null, first: number | null = null) => {
    const data = await manager.query<{ members: { actor: string }[] }>(
      'query ($search: String, $first: Int) { members(search: $search, first: $first) { actor } }',
      { search, first },
    );
    return data.members.map(({ actor }) => actor);
  };
  expect(await found(null)).toEqual(['u-1', 'u-2', 'u_3']);
  expect(await found('  ')).toEqual(['u-1', 'u-2', 'u_3']);
  expect(await found('ADA')).toEqual(['u-1', 'u_3']);
  expect(await found('ada acme')).toEqual(['u-1']);
  expect(await found('çelik')).toEqual(['u_3']);
  // These mean nothing special.
  expect(await found('%')).toEqual(['u-2']);
  expect(await found('u_')).toEqual(['u_3']);
  expect(await found('\\')).toEqual([]);
  expect(await found(null, 2)).toEqual(['u-1', 'u-2']);
  await expect(found(null, 0)).rejects.toThrow('must be between 1 and 100, not 0');
  await expect(found('x'.repeat(201))).rejects.toThrow('at most 200 characters, not 201');
});

it('teams are found and capped too, and say how many members they have', async () => {
  const { manager } = workspace(service);
  const actors = ['a', 'b', 'c'];
  await must(manager, 'setTeam', { teamId: 'fin', name: 'Money', idpGroup: 'acct', actors });
  await must(manager, 'setTeam', { teamId: 'sec', name: 'Guards', actors: [] });
  const found = (search: string | null, first: number | null = null) =>
    manager.query(
      `query ($search: String, $first: Int) { teams(search: $search, first: $first) {
        teamId memberCount members(first: 2) { actor } } }`,
      { search, first },
    );
  const fin = { teamId: 'fin', memberCount: 3, members: [{ actor: 'a' }, { actor: 'b' }] };
  const sec = { teamId: 'sec', memberCount: 0, members: [] };
  expect(await found(null)).toEqual({ teams: [fin, sec] });
  expect(await found(null, 1)).toEqual({ teams: [fin] });
  for (const search of ['FIN', 'money', 'acct'])
    expect(await found(search)).toEqual({ teams: [fin] });
  expect(await found('fin guards')).toEqual({ teams: [] });
});

describe('a company of 10,000 members in four teams each', () => {
  const { manager, user } = workspace(service);
  const reader = service.as({ user, actor: 'reader', scopes: ['review:read'] });
  beforeAll(async () => {
    for (const sql of [
      `INSERT INTO "Member" ("userId", "actor") SELECT $1, 'm' || n FROM generate_series(1, 10000) n`,
      `INSERT INTO "Team" ("userId", "teamId", "name")
      SELECT $1, 't' || n, 'T' FROM generate_series(0, 199) n`,
      `INSERT INTO "TeamMember" ("userId", "teamId", "actor")
      SELECT $1, 't' || (n + t) % 200, 'm' || n
      FROM generate_series(1, 10000) n, generate_series(1, 4) t`,
    ]) {
      await service.sql(sql, [user]);
    }
  });

  it('can be listed at once', async () => {
    type Listed = { teams: { members: unknown[] }[]; members: { teams: unknown[] }[] };
    const { teams, members } = await manager.query<Listed>(
      '{ teams { members { actor } } members { actor teams { teamId } } }',
    );
    expect(teams.reduce((sum, team) => sum + team.members.length, 0)).toBe(40_000);
    expect(members).toHaveLength(10_000);
    for (const member of members) expect(member.teams).toHaveLength(4);
  });

  it.each([
    ['members of teams', 'teams { members { actor } }'],
    ['members of teams, with a variable', 'teams { members(first: $first) { actor } }'],
    ['members', 'members { actor }'],
  ])('no document reads many times the %s', async (_what, field) => {
    const fields = Array.from({ length: 20 }, (_, n) => `a${n}: ${field}`).join(' ');
    const variable = field.includes('$') ? '($first: Int)' : '';
    const start = performance.now();
    await expect(reader.query(`query ${variable} { ${fields} }`)).rejects.toThrow(
      /cost is \d+; at most|would exceed 32000000 bytes/,
    );
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

it('a page of large changes is short, and all of them can be read', async () => {
  const { manager } = workspace(service);
  const names = (prefix: string) =>
    Array.from({ length: 3_000 }, (_, n) => `${prefix}${n}`.padEnd(250, 'x'));
  for (const prefix of ['a', 'b', 'c', 'd']) {
    await must(manager, 'setTeam', { teamId: 't', name: 'T', actors: names(prefix) });
  }
  const read: string[] = [];
  let longest = 0;
  for (let before: string | null = null; ; ) {
    const page = await changes(manager, { first: 100, before });
    if (page.length === 0) break;
    longest = Math.max(longest, JSON.stringify(page).length);
    read.push(...page.map(({ detail }) => (detail['added'] as string[])[0]?.charAt(0) ?? ''));
    before = page.at(-1)?.cursor ?? null;
  }
  expect(read).toEqual(['d', 'c', 'b', 'a']);
  expect(longest).toBeLessThan(3_000_000);
});
