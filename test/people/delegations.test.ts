import fc from 'fast-check';
import { expect, it } from 'vitest';
import { race } from '../support/race.ts';
import { testService } from '../support/testService.ts';
import { change, changes, list, must, workspace } from './operations.ts';

const service = await testService();
const another = await service.another();

const RACE_MS = 60_000;
const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();

async function withMembers(...actors: string[]) {
  const people = workspace(service);
  for (const actor of actors) await must(people.manager, 'setMember', { actor });
  return people;
}

it('a person delegates for a time, and whoever is concerned revokes it', async () => {
  const { manager, reviewer } = await withMembers('ben', 'eve');
  const [ada, ben, eve] = [reviewer('ada'), reviewer('ben'), reviewer('eve')];
  const until = inDays(14);
  const before = Date.now();
  const { delegation } = await must(ada, 'createDelegation', {
    to: 'ben',
    until,
    reason: 'holidays',
    startsAt: inDays(-1),
  });
  expect(delegation).toMatchObject({
    from: 'ada',
    to: 'ben',
    until,
    reason: 'holidays',
    active: true,
    createdBy: 'ada',
    revokedAt: null,
  });
  expect(new Date(delegation.startsAt).getTime()).toBeGreaterThanOrEqual(before);
  const later = await must(ada, 'createDelegation', {
    to: 'eve',
    startsAt: inDays(20),
    until: inDays(30),
  });
  expect(later.delegation.active).toBe(false);
  expect(await list(eve, 'delegations')).toEqual([later.delegation, delegation]);

  const { delegationId } = delegation;
  const notHers = await change(eve, 'revokeDelegation', { delegationId });
  expect(notHers).toMatchObject({ __typename: 'NotFoundError', ids: [delegationId] });
  const revoked = await must(ben, 'revokeDelegation', { delegationId });
  expect(revoked.delegation).toMatchObject({ active: false, revokedAt: expect.any(String) });
  expect(await must(ada, 'revokeDelegation', { delegationId })).toEqual(revoked);
  await must(manager, 'revokeDelegation', { delegationId: later.delegation.delegationId });
  expect(
    (await changes(manager, { first: 4 })).map(({ change, actor }) => [change, actor]),
  ).toEqual([
    ['revokeDelegation', 'mona'],
    ['revokeDelegation', 'ben'],
    ['createDelegation', 'ada'],
    ['createDelegation', 'ada'],
  ]);
  const node = 'query ($id: ID!) { node(id: $id) { ... on Delegation { from } } }';
  expect(await eve.query(node, { id: delegation.id })).toEqual({ node: { from: 'ada' } });
  expect(await workspace(service).manager.query(node, { id: delegation.id })).toEqual({
    node: null,
  });
});

it("somebody else's delegation takes people:manage", async () => {
  const { manager, reviewer } = await withMembers('ada', 'ben');
  const input = { from: 'ada', to: 'ben', until: inDays(1) };
  const refused = reviewer('eve').query(
    `mutation { createDelegation(input: { from: "ada", to: "ben", until: "${input.until}" }) { __typename } }`,
  );
  await expect(refused).rejects.toThrow(/needs the scope people:manage/);
  const { delegation } = await must(manager, 'createDelegation', input);
  expect(delegation).toMatchObject({ from: 'ada', to: 'ben', createdBy: 'mona' });
});

it.each([
  [{ until: inDays(-1) }, 'input.until', /must be in the future, not 2/],
  [{ until: inDays(91) }, 'input.until', /must be at most 90 days from now \(.*\), not 2/],
  [
    { startsAt: inDays(3), until: inDays(2) },
    'input.startsAt',
    /must be before until \(2.*, not 2/,
  ],
  [{ from: 'ben' }, 'input.to', /must be somebody else than ben/],
  [{ to: 'bot' }, 'input.to', /must not be bot, which is an agent/],
  [{ from: 'bot' }, 'input.from', /must not be bot, which is an agent/],
  [{ to: 'gone' }, 'input.to', /must not be gone, who is disabled/],
  [{ to: 'holdpoint' }, 'input.to', /reserved/],
  [{ reason: 'x'.repeat(2_001) }, 'input.reason', /at most 2000 characters/],
])('bad input is named: %j', async (input, path, message) => {
  const { manager } = await withMembers('ada', 'ben', 'bot', 'gone');
  await must(manager, 'setMember', { actor: 'bot', kind: 'AGENT' });
  await must(manager, 'setMember', { actor: 'gone', disabled: true });
  const whole = { from: 'ada', to: 'ben', until: inDays(1), ...input };
  const { issues } = await change(manager, 'createDelegation', whole);
  expect(issues).toEqual([{ path, message: expect.stringMatching(message) }]);
  expect(await list(manager, 'delegations')).toEqual([]);
});

it('an unknown member is named', async () => {
  const { manager, reviewer } = await withMembers('ada');
  const to = await change(reviewer('ada'), 'createDelegation', { to: 'bne', until: inDays(1) });
  expect(to).toMatchObject({ __typename: 'NotFoundError', ids: ['bne'] });
  const input = { from: 'ad', to: 'bne', until: inDays(1) };
  expect(await change(manager, 'createDelegation', input)).toMatchObject({ ids: ['ad', 'bne'] });
});

it("62. nobody delegates others' rights to themselves", async () => {
  const { manager } = await withMembers('ada', 'mona');
  const input = { from: 'ada', to: 'mona', until: inDays(1) };
  expect((await change(manager, 'createDelegation', input)).issues).toEqual([
    {
      path: 'input.to',
      message: 'must not be yourself (mona); ask somebody else who manages people',
    },
  ]);
});

it('a circle of delegations at the same time is refused, however long', async () => {
  const { manager } = await withMembers('a', 'b', 'c');
  const create = (from: string, to: string, startsAt: number, until: number) =>
    change(manager, 'createDelegation', {
      ...{ from, to, startsAt: inDays(startsAt), until: inDays(until) },
    });
  const ab = await create('a', 'b', 1, 10);
  const refused = await create('b', 'a', 5, 15);
  expect(refused.issues).toEqual([
    {
      path: 'input.to',
      message:
        'must not be a, because a delegates to b at that time: in a circle nobody would be there to decide',
    },
  ]);
  expect((await create('b', 'a', 10, 15)).__typename).toBe('CreateDelegationPayload');
  expect((await create('b', 'c', 2, 9)).__typename).toBe('CreateDelegationPayload');
  expect((await create('c', 'a', 1, 3)).issues[0]?.message).toMatch(/because b delegates to c/);
  await must(manager, 'revokeDelegation', { delegationId: ab.delegation.delegationId });
  expect((await create('c', 'a', 1, 3)).__typename).toBe('CreateDelegationPayload');
});

it(
  'race: of two delegations that close a circle at once, one is refused',
  async () => {
    await race(
      fc.constant(null),
      async () => {
        const { user, reviewer } = await withMembers('a', 'b');
        const b = another.as({ user, actor: 'b', scopes: ['review:decide'] });
        const made = await Promise.all([
          change(reviewer('a'), 'createDelegation', { to: 'b', until: inDays(1) }),
          change(b, 'createDelegation', { to: 'a', until: inDays(1) }),
        ]);
        expect(made.map(({ __typename }) => __typename).sort()).toEqual([
          'CreateDelegationPayload',
          'InvalidInputError',
        ]);
      },
      50,
    );
  },
  RACE_MS,
);

it(
  'race: a delegation and the disabling of either side never leave an active one',
  async () => {
    await race(
      fc.constantFrom('ada', 'ben'),
      async (disabled) => {
        const { manager, user } = await withMembers('ada', 'ben');
        const elsewhere = another.as({ user, actor: 'max', scopes: ['people:manage'] });
        await Promise.all([
          change(elsewhere, 'createDelegation', { from: 'ada', to: 'ben', until: inDays(1) }),
          must(manager, 'setMember', { actor: disabled, disabled: true }),
        ]);
        const active = (await list(manager, 'delegations')).filter(({ active }) => active);
        expect(active).toEqual([]);
      },
      50,
    );
  },
  RACE_MS,
);

it('one person has at most 100 delegations, and those that were revoked hide no other', async () => {
  const { manager, reviewer, user } = await withMembers('ben', 'eve');
  const ada = reviewer('ada');
  await service.sql(
    `INSERT INTO "Delegation" ("userId", "id", "from", "to", "startsAt", "until", "createdBy", "revokedAt")
    SELECT $1, 'd' || n, 'ada', 'ben', now(), now() + interval '9 days', 'ada',
      CASE WHEN n > 100 THEN now() END
    FROM generate_series(1, 1100) n`,
    [user],
  );
  const refused = await change(ada, 'createDelegation', { to: 'ben', until: inDays(1) });
  expect(refused.issues).toEqual([
    { path: 'input.from', message: expect.stringContaining('already has 100 delegations') },
  ]);
  const { delegation } = await must(reviewer('eve'), 'createDelegation', {
    to: 'ben',
    until: inDays(1),
  });
  const listed = await list(manager, 'delegations');
  expect(listed).toHaveLength(1_000);
  expect(listed.map(({ id }) => id)).toContain(delegation.id);
});
