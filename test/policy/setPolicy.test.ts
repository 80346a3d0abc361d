import fc from 'fast-check';
import { expect, it } from 'vitest';
import { change, must } from '../people/operations.ts';
import { race } from '../support/race.ts';
import { testService } from '../support/testService.ts';
import { mustSet, readHistory, readPolicy, rule, setPolicy, workspace } from './operations.ts';

const service = await testService();
const another = await service.another();

const RACE_MS = 60_000;

const payments = rule('payments', 'node == "pay"', 'REVIEW');

const team = (teamId: string) => ({ teamId, name: teamId.toUpperCase(), actors: [] });

it('68. a policy is saved whole, as a version of its own, and read back as it was', async () => {
  const { engineer, manager, user } = workspace(service);
  await must(manager, 'setTeam', team('finance'));
  expect(await readPolicy(engineer)).toBeNull();
  expect(await readHistory(engineer)).toEqual([]);
  const first = await mustSet(engineer, {
    mode: 'SHADOW',
    note: 'The first one',
    rules: [
      rule('payments', 'node == "pay" && payload.amount > 19.99', 'REVIEW', {
        reason: 'Large payments',
        approvalsRequired: [{ teamId: 'finance', count: 2 }, { actors: ['ada'] }, {}],
        escalation: [
          { after: '90m', teamIds: ['finance'] },
          { after: '24h', actors: ['ben'] },
        ],
        expiresAfter: '7d',
        risk: 'HIGH',
      }),
      rule('reading', 'node == "read"', 'ALLOW'),
    ],
  });
  expect(first).toEqual({
    id: expect.any(String),
    version: 1,
    mode: 'SHADOW',
    note: 'The first one',
    createdBy: 'pia',
    createdAt: expect.any(String),
    rules: [
      {
        ruleId: 'payments',
        when: 'node == "pay" && payload.amount > 19.99',
        effect: 'REVIEW',
        reason: 'Large payments',
        approvalsRequired: [
          { team: { name: 'FINANCE' }, teamId: 'finance', actors: null, count: 2 },
          { team: null, teamId: null, actors: ['ada'], count: 1 },
          { team: null, teamId: null, actors: null, count: 1 },
        ],
        escalation: [
          { after: '90m', teams: [{ teamId: 'finance' }], teamIds: ['finance'], actors: [] },
          { after: '1d', teams: [], teamIds: [], actors: ['ben'] },
        ],
        expiresAfter: '7d',
        risk: 'HIGH',
      },
      {
        ruleId: 'reading',
        when: 'node == "read"',
        effect: 'ALLOW',
        reason: null,
        approvalsRequired: [],
        escalation: [],
        expiresAfter: null,
        risk: null,
      },
    ],
  });
  const second = await mustSet(engineer, { basedOnVersion: 1, rules: [], note: ' ', mode: 'OFF' });
  expect(second).toMatchObject({ version: 2, mode: 'OFF', rules: [], note: null });
  const third = await mustSet(engineer, { basedOnVersion: 2, rules: [payments] });
  expect(await readPolicy(engineer)).toEqual(third);
  expect(await readHistory(engineer)).toEqual([third, second, first]);
  expect(await readHistory(engineer, { first: 1, beforeVersion: 3 })).toEqual([second]);

  const node = 'query ($id: ID!) { node(id: $id) { ... on Policy { version note } } }';
  const found = { node: { version: 1, note: 'The first one' } };
  expect(await engineer.query(node, { id: first.id })).toEqual(found);
  const reader = service.as({ user, actor: 'eve', scopes: ['review:read'] });
  expect(await reader.query(node, { id: first.id })).toEqual(found);
  expect(await readPolicy(reader)).toEqual(third);
  const stranger = workspace(service).engineer;
  expect(await stranger.query(node, { id: first.id })).toEqual({ node: null });
  expect(await readPolicy(stranger)).toBeNull();
  for (const version of ['0', '1e1', '99999999999', 'x']) {
    const id = Buffer.from(`Policy:${version}`).toString('base64url');
    expect(await engineer.query(node, { id }), version).toEqual({ node: null });
  }
});

it('68. a change of another version than the newest is a conflict, and changes nothing', async () => {
  const { engineer } = workspace(service);
  const first = await mustSet(engineer, { rules: [payments] });
  for (const basedOnVersion of [0, 2]) {
    expect(await setPolicy(engineer, { basedOnVersion, rules: [] })).toEqual({
      __typename: 'PolicyConflictError',
      message: expect.stringContaining('pia saved version 1'),
      policy: first,
    });
  }
  expect(await readHistory(engineer)).toEqual([first]);
});

it('68. without a policy, there is no version to base a change on', async () => {
  const { engineer } = workspace(service);
  expect(await setPolicy(engineer, { basedOnVersion: 3, rules: [] })).toMatchObject({
    issues: [
      {
        path: 'input.basedOnVersion',
        message: 'must be 0, because there is no policy yet, not 3',
      },
    ],
  });
  expect(await setPolicy(engineer, { basedOnVersion: -1, rules: [] })).toMatchObject({
    issues: [{ path: 'input.basedOnVersion', message: expect.stringContaining('not -1') }],
  });
});

it.each([
  [[payments, rule('b', 'node = "pay"', 'DENY')], 'input.rules.1.when', /^line 1, column 6/],
  [[rule('a', 'size(node)', 'DENY')], 'input.rules.0.when', /must be true or false, not a number/],
  [[rule('a', 'true &&\n  nod == "pay"', 'DENY')], 'input.rules.0.when', /line 2, column 3.*nod/],
  [[rule('a', 'risk == "LOW"', 'ALLOW')], 'input.rules.0.when', /risk.*agent's own words/],
  [[rule('a', `node == "${'x'.repeat(4_000)}"`, 'DENY')], 'input.rules.0.when', /4000 characters/],
  [[rule('Pay', 'true', 'DENY')], 'input.rules.0.ruleId', /1 to 64 of a-z.*"Pay"/],
  [[payments, payments], 'input.rules.1.ruleId', /twice: payments/],
  [
    [rule('a', 'true', 'DENY', { expiresAfter: '1h' })],
    'input.rules.0.expiresAfter',
    /only goes with the effect REVIEW/,
  ],
  [
    [rule('a', 'true', 'REVIEW', { approvalsRequired: [{ teamId: 'finance' }] })],
    'input.rules.0.approvalsRequired.0.teamId',
    /there is no team finance/,
  ],
  [
    [payments, rule('a', 'true', 'REVIEW', { escalation: [{ after: '1h', teamIds: ['x', 'y'] }] })],
    'input.rules.1.escalation.0.teamIds.0',
    /there is no team x/,
  ],
  [
    Array.from({ length: 101 }, (_, at) => rule(`r${at}`, 'true', 'DENY')),
    'input.rules',
    /at most 100 rules, not 101/,
  ],
])('68. bad rules are refused with path and position: %#', async (rules, path, message) => {
  const { engineer } = workspace(service);
  const { __typename, issues } = await setPolicy(engineer, { rules });
  expect(__typename).toBe('InvalidInputError');
  expect(issues[0]).toEqual({ path, message: expect.stringMatching(message) });
  expect(await readHistory(engineer)).toEqual([]);
});

it('68. a note is at most 2,000 characters', async () => {
  const { engineer } = workspace(service);
  expect(await setPolicy(engineer, { rules: [], note: 'n'.repeat(2_001) })).toMatchObject({
    issues: [{ path: 'input.note', message: 'must have at most 2000 characters, not 2001' }],
  });
});

it('68. versions are never changed, not even in the database', async () => {
  const { engineer, user } = workspace(service);
  const first = await mustSet(engineer, { rules: [payments] });
  for (const text of ['UPDATE "Policy" SET "rules" = \'[]\'', 'DELETE FROM "Policy"']) {
    await expect(service.sql(`${text} WHERE "userId" = $1`, [user])).rejects.toThrow(
      'Versions of a policy are kept as they are',
    );
  }
  expect(await readHistory(engineer)).toEqual([first]);
});

it('68. going back is saving an old version as the newest, also if its team is gone', async () => {
  const { engineer, manager } = workspace(service);
  await must(manager, 'setTeam', team('finance'));
  const rules = [rule('a', 'true', 'REVIEW', { approvalsRequired: [{ teamId: 'finance' }] })];
  await mustSet(engineer, { rules });
  await mustSet(engineer, { basedOnVersion: 1, rules: [] });
  await must(manager, 'deleteTeam', { teamId: 'finance' });
  // It must not look as if anyone could approve.
  const [, old] = await readHistory(engineer);
  expect(old?.rules[0]?.approvalsRequired).toEqual([
    { team: null, teamId: 'finance', actors: null, count: 1 },
  ]);
  const back = { basedOnVersion: 2, rules };
  expect((await setPolicy(engineer, back)).issues[0]?.message).toBe('there is no team finance');
  await must(manager, 'setTeam', team('finance'));
  const saved = await mustSet(engineer, back);
  const [newest, , oldest] = await readHistory(engineer);
  expect(newest).toEqual(saved);
  expect(newest).toMatchObject({ version: 3, rules: oldest?.rules });
});

it(
  '68. of concurrent changes of one version exactly one is saved, on any process',
  async () => {
    await race(
      fc.integer({ min: 2, max: 6 }),
      async (callers) => {
        const { engineer, user } = workspace(service);
        const other = another.as({ user, actor: 'otto', scopes: ['policy:manage'] });
        await mustSet(engineer, { rules: [] });
        const answers = await Promise.all(
          Array.from({ length: callers }, (_, at) =>
            setPolicy(at % 2 === 0 ? engineer : other, {
              basedOnVersion: 1,
              rules: [rule(`r${at}`, 'true', 'DENY')],
            }),
          ),
        );
        const saved = answers.filter(({ __typename }) => __typename === 'SetPolicyPayload');
        const conflicts = answers.filter(({ __typename }) => __typename === 'PolicyConflictError');
        expect([saved.length, conflicts.length]).toEqual([1, callers - 1]);
        for (const { policy } of answers) expect(policy).toEqual(saved[0]?.policy);
      },
      20,
    );
  },
  RACE_MS,
);

it(
  '68. versions have no gaps, however often two people change the policy',
  async () => {
    const { engineer, user } = workspace(service);
    const other = another.as({ user, actor: 'otto', scopes: ['policy:manage'] });
    const change = async (client: typeof engineer, times: number) => {
      let basedOnVersion = 0;
      for (let done = 0; done < times; ) {
        const { __typename, policy } = await setPolicy(client, { basedOnVersion, rules: [] });
        basedOnVersion = policy.version;
        if (__typename === 'SetPolicyPayload') done++;
      }
    };
    await Promise.all([change(engineer, 20), change(other, 20)]);
    const { policyHistory } = await engineer.query<{ policyHistory: { version: number }[] }>(
      '{ policyHistory(first: 100) { version } }',
    );
    expect(policyHistory.map(({ version }) => version)).toEqual(
      Array.from({ length: 40 }, (_, at) => 40 - at),
    );
  },
  RACE_MS,
);

it('68. a team that the newest version names cannot be deleted', async () => {
  const { engineer, manager } = workspace(service);
  for (const teamId of ['finance', 'managers', 'others']) {
    await must(manager, 'setTeam', team(teamId));
  }
  const rules = [
    rule('unrelated', 'true', 'REVIEW', { approvalsRequired: [{ actors: ['finance'] }] }),
    rule('second', 'true', 'REVIEW', {
      approvalsRequired: [{ teamId: 'others' }, { teamId: 'finance' }],
    }),
    rule('first', 'true', 'REVIEW', {
      escalation: [
        { after: '1h', teamIds: ['managers'] },
        { after: '2h', teamIds: ['others', 'finance'] },
      ],
    }),
  ];
  for (const [at, mode] of ['ENFORCED', 'SHADOW', 'OFF'].entries()) {
    await mustSet(engineer, { rules, mode, basedOnVersion: at });
    expect(await change(manager, 'deleteTeam', { teamId: 'finance' })).toEqual({
      __typename: 'TeamInUseError',
      message:
        'The team finance cannot be deleted, because rules of the policy name it: second, first',
      nodeExecIds: [],
      ruleIds: ['second', 'first'],
    });
    expect(await change(manager, 'deleteTeam', { teamId: 'managers' })).toMatchObject({
      ruleIds: ['first'],
    });
  }
  await mustSet(engineer, { rules: [], basedOnVersion: 3 });
  expect(await must(manager, 'deleteTeam', { teamId: 'finance' })).toMatchObject({
    deletedCount: 1,
  });
});

it(
  '68. a team is deleted or named by a policy, never both',
  async () => {
    await race(
      fc.integer({ min: -5, max: 5 }),
      async (start) => {
        const { engineer, user } = workspace(service);
        const manager = another.as({ user, actor: 'mona', scopes: ['people:manage'] });
        await must(manager, 'setTeam', team('finance'));
        const later = (ms: number) =>
          new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
        const [deleted, saved] = await Promise.all([
          later(start).then(() => change(manager, 'deleteTeam', { teamId: 'finance' })),
          later(-start).then(() =>
            setPolicy(engineer, {
              rules: [rule('a', 'true', 'REVIEW', { approvalsRequired: [{ teamId: 'finance' }] })],
            }),
          ),
        ]);
        expect([
          ['DeleteTeamPayload', 'InvalidInputError'],
          ['TeamInUseError', 'SetPolicyPayload'],
        ]).toContainEqual([deleted.__typename, saved.__typename]);
      },
      50,
    );
  },
  RACE_MS,
);
