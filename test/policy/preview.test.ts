import { expect, it } from 'vitest';
import { overrideNow } from '../support/ballots.ts';
import { approve, ask, createAutoApproval, reject } from '../support/operations.ts';
import { testService } from '../support/testService.ts';
import { mustSet, preview, previewAutoApproval, rule, workspace } from './operations.ts';

const service = await testService();

const CROWD_MS = 60_000;

const draft = [
  rule('small', 'node == "pay" && payload.amount <= 100', 'ALLOW'),
  rule('huge', 'node == "pay" && payload.amount > 1000', 'DENY'),
  rule('reading', 'node == "read"', 'ALLOW'),
];

const idsOf = ({ surprises }: { surprises: { nodeExecId: string }[] }) =>
  surprises.map(({ nodeExecId }) => nodeExecId);

/** Inserts decided reviews, one per millisecond, the last one a second ago. */
const insertMany = (user: string, count: number, more: Record<string, string> = {}) => {
  const values = {
    '"userId"': '$1',
    '"nodeExecId"': "'n' || n",
    '"graphExecId"': "'copilot-session-1'",
    '"graphId"': "'graph'",
    '"graphVersion"': '1',
    '"nodeId"': "'pay'",
    '"requestedBy"': "'agent'",
    '"payload"': `'{"amount":' || n || '}'`,
    '"createdAt"': "now() - interval '1 second' - n * interval '1 millisecond'",
    '"updatedAt"': 'now()',
    '"status"': `(CASE WHEN n % 3 = 0 THEN 'WAITING' ELSE 'REJECTED' END)::"ReviewStatus"`,
    '"decisionSource"': `(CASE WHEN n % 3 > 0 THEN 'REVIEWER' END)::"DecisionSource"`,
    ...more,
  };
  return service.sql(
    `INSERT INTO "PendingReview" (${Object.keys(values)})
    SELECT ${Object.values(values)} FROM generate_series(1, ${count}) AS s(n)`,
    [user],
  );
};

it('77. a draft is evaluated on past requests as they were made, newest first', async () => {
  const { user, engineer, agent, reviewer } = workspace(service);
  const pay = (id: string, amount: number) =>
    ask(agent, id, { nodeId: 'pay', payload: { amount } });
  for (const [id, amount] of [
    ['rejected', 10],
    ['edited', 90],
    ['approved', 50],
    ['waiting', 60],
    ['middle', 500],
    ['huge-approved', 5_000],
    ['huge-edited', 6_000],
    ['huge-overridden', 7_000],
    ['huge-rejected', 8_000],
  ] as const) {
    await pay(id, amount);
  }
  await ask(agent, 'other', { nodeId: 'other' });
  await ask(agent, 'odd', { nodeId: 'pay', payload: { amount: 'a lot' } });
  await ask(agent, 'again', { nodeId: 'pay', payload: { amount: 'a lot' } });
  await reject(reviewer, 'rejected');
  // The edit takes the amount out of the rule, but it was asked within it.
  await approve(reviewer, 'edited', { payload: { amount: 200 } });
  await approve(reviewer, 'approved');
  await approve(reviewer, 'huge-approved');
  await approve(reviewer, 'huge-edited', { payload: { amount: 1 } });
  await overrideNow(
    service.as({ user, actor: 'olga', scopes: ['review:override', 'review:read'] }),
    'huge-overridden',
  );
  await reject(reviewer, 'huge-rejected');

  const problem = expect.stringMatching(/text|string|number/);
  expect(await preview(engineer, { rules: draft })).toEqual({
    __typename: 'PolicyPreview',
    examined: 12,
    truncated: false,
    allowedCount: 4,
    reviewCount: 4,
    deniedCount: 4,
    matches: [
      { ruleId: 'small', count: 4 },
      // Two of these are rules with a problem, which ask for a person.
      { ruleId: 'huge', count: 6 },
      { ruleId: 'reading', count: 0 },
    ],
    problems: [
      { ruleId: 'small', message: problem },
      { ruleId: 'huge', message: problem },
    ],
    allowedThoughRejectedCount: 1,
    allowedThoughEditedCount: 1,
    deniedThoughApprovedCount: 3,
    surprises: [
      { nodeExecId: 'rejected' },
      { nodeExecId: 'edited' },
      { nodeExecId: 'huge-overridden' },
      { nodeExecId: 'huge-edited' },
      { nodeExecId: 'huge-approved' },
    ],
  });
});

it('77. the draft sees the time of asking, and all other variables as they were', async () => {
  const { user, engineer, agent } = workspace(service);
  await ask(agent, 'night', {
    graphId: 'night-shift',
    graphVersion: 7,
    graphExecId: 'run-7',
    nodeId: 'pay',
    consumers: ['helper'],
    instructions: 'Please',
    headline: 'Pays Ada',
    tags: ['money'],
    risk: 'LOW',
  });
  await service.sql(
    `UPDATE "PendingReview" SET "createdAt" = '2026-01-02T03:04:05Z' WHERE "userId" = $1`,
    [user],
  );
  const matches = async (when: string) => {
    const { issues, matches } = await preview(engineer, { rules: [rule('r', when, 'DENY')] });
    return issues ?? matches[0]?.count;
  };
  expect(await matches('now == timestamp("2026-01-02T03:04:05Z")')).toBe(1);
  expect(await matches('now.getHours() == 3')).toBe(1);
  const whole = `graph == "night-shift" && graphVersion == 7 && execution == "run-7" && node == "pay"
    && requestedBy == "agent" && consumers == ["helper"] && kind == "ACTION"
    && instructions == "Please" && headline == "Pays Ada" && tags == ["money"] && risk == "LOW"
    && payload.of == "night"`;
  expect(await matches(whole)).toBe(1);
});

it('77. the draft sees the risk that the agent named, not how a rule raised it', async () => {
  const { engineer, agent } = workspace(service);
  await mustSet(engineer, { rules: [rule('risky', 'true', 'REVIEW', { risk: 'CRITICAL' })] });
  await ask(agent, 'a', { risk: 'LOW' });
  await ask(agent, 'b');
  const rules = [rule('low', 'risk == "LOW"', 'DENY'), rule('none', 'risk == null', 'DENY')];
  expect(await preview(engineer, { rules })).toMatchObject({
    deniedCount: 2,
    matches: [
      { ruleId: 'low', count: 1 },
      { ruleId: 'none', count: 1 },
    ],
  });
});

it('77. what the viewer asked would still need a person', async () => {
  const { engineer, user } = workspace(service);
  const both = service.as({ user, actor: 'pia', scopes: ['review:request'] });
  await ask(both, 'own', { nodeId: 'read' });
  expect(await preview(engineer, { rules: draft })).toMatchObject({
    allowedCount: 0,
    reviewCount: 1,
    matches: [{ count: 0 }, { count: 0 }, { ruleId: 'reading', count: 1 }],
  });
});

it('77. a question would still need a person', async () => {
  const { engineer, agent } = workspace(service);
  await ask(agent, 'q', { nodeId: 'read', kind: 'QUESTION', answerSchema: { type: 'string' } });
  const rules = [...draft, rule('question', 'kind == "QUESTION"', 'ALLOW')];
  expect(await preview(engineer, { rules })).toMatchObject({
    examined: 1,
    allowedCount: 0,
    reviewCount: 1,
    matches: [{ count: 0 }, { count: 0 }, { count: 1 }, { ruleId: 'question', count: 1 }],
  });
});

it('77. the range says which requests: by time, workflow and step', async () => {
  const { user, engineer, agent } = workspace(service);
  const hours = [
    '2026-01-01T10:00:00.000Z',
    '2026-01-01T11:00:00.000Z',
    '2026-01-01T12:00:00.000Z',
  ];
  for (const [at, hour] of hours.entries()) {
    for (const nodeId of ['pay', 'read']) {
      const id = `${nodeId}-${at}`;
      await ask(agent, id, { nodeId, graphId: `graph-${at}`, graphExecId: `exec-${at}` });
      await service.sql(
        `UPDATE "PendingReview" SET "createdAt" = $3 WHERE "userId" = $1 AND "nodeExecId" = $2`,
        [user, id, hour],
      );
    }
  }
  const examined = async (range: Record<string, unknown>) =>
    (await preview(engineer, { rules: draft, range })).examined;
  expect(await examined({})).toBe(6);
  expect(await examined({ from: hours[1] })).toBe(4);
  expect(await examined({ to: hours[1] })).toBe(2);
  expect(await examined({ from: hours[1], to: hours[2] })).toBe(2);
  expect(await examined({ nodeId: 'read' })).toBe(3);
  expect(await examined({ graphId: 'graph-2' })).toBe(2);
  expect(await examined({ graphId: 'graph-2', nodeId: 'pay', from: hours[2] })).toBe(1);
  expect(await examined({ nodeId: 'none' })).toBe(0);
  const { issues } = await preview(engineer, {
    rules: [rule('a', 'nod == "x"', 'DENY')],
    range: { from: hours[1], to: hours[1] },
  });
  expect(issues).toEqual([
    { path: 'input.rules.0.when', message: expect.stringContaining('line 1, column 1') },
    { path: 'input.range.to', message: 'must be later than from' },
  ]);
});

it(
  '77. all pages are looked at, and the newest 20 of each surprise are shown',
  async () => {
    const { user, engineer } = workspace(service);
    const stranger = workspace(service);
    await insertMany(user, 1_700);
    await insertMany(stranger.user, 10);
    const found = await preview(engineer, { rules: draft });
    expect(found).toMatchObject({
      examined: 1_700,
      truncated: false,
      allowedCount: 100,
      deniedCount: 700,
      allowedThoughRejectedCount: 67,
      deniedThoughApprovedCount: 0,
    });
    // n1 is the newest. Every third one waits.
    const rejected = Array.from({ length: 30 }, (_, at) => at + 1).filter((n) => n % 3 > 0);
    expect(idsOf(found)).toEqual(rejected.slice(0, 20).map((n) => `n${n}`));
  },
  CROWD_MS,
);

it(
  '77. requests of the same moment are each looked at once',
  async () => {
    const { user, engineer } = workspace(service);
    await insertMany(user, 1_300, { '"createdAt"': "timestamptz '2026-01-01T00:00:00Z'" });
    const found = await preview(engineer, { rules: draft });
    expect(found).toMatchObject({ examined: 1_300, truncated: false, allowedCount: 100 });
  },
  CROWD_MS,
);

it(
  '77. it ends after two seconds, says that there are more, and others are served meanwhile',
  async () => {
    const { user, engineer, reviewer } = workspace(service);
    // Ten megabytes of payloads in small pieces, and as many in large ones.
    const list = "'[' || repeat('1000,', 9000) || '1]'";
    await insertMany(user, 600, { '"payload"': list });
    await insertMany(user, 20, {
      '"nodeExecId"': "'large' || n",
      '"createdAt"': "now() - n * interval '1 millisecond'",
      '"payload"': `'"' || repeat('x', 900000) || '"'`,
    });
    const rules = Array.from({ length: 20 }, (_, at) =>
      rule(`r${at}`, `payload.exists(x, x == ${at})`, 'DENY'),
    );
    let isDone = false;
    const looked = preview(engineer, { rules }).finally(() => {
      isDone = true;
    });
    let answers = 0;
    while (!isDone) {
      await reviewer.query('{ viewer { actor } }');
      answers++;
    }
    const { examined, truncated } = await looked;
    expect(truncated).toBe(true);
    expect(examined).toBeGreaterThan(20);
    expect(examined).toBeLessThan(620);
    expect(answers).toBeGreaterThan(20);
  },
  CROWD_MS,
);

it('77. a preview changes nothing and counts nothing', async () => {
  const { user, engineer, agent, reviewer } = workspace(service);
  await createAutoApproval(reviewer, { nodeId: 'node', maxUses: 5 });
  await ask(agent, 'a', { nodeId: 'node' });
  await ask(agent, 'b', { nodeId: 'pay', payload: { amount: 10 } });
  const state = async () =>
    Promise.all(
      ['PendingReview', 'AutoApproval', 'ReviewEvent', 'Policy', 'OwnerCounter', 'Job'].map(
        (table) => service.sql(`SELECT * FROM "${table}" t WHERE "userId" = $1 ORDER BY t`, [user]),
      ),
    );
  const before = await state();
  await preview(engineer, { rules: draft });
  await previewAutoApproval(reviewer, { nodeId: 'pay', when: 'payload.amount == 10' });
  expect(await state()).toEqual(before);
});

it('76. a standing approval says before it is granted what it would have covered', async () => {
  const { engineer, agent, reviewer } = workspace(service);
  for (const [id, to, amount] of [
    ['p1', 'ada', 400],
    ['p2', 'ada', 500],
    ['p3', 'ada', 501],
    ['p4', 'ben', 10],
    ['p5', 'ada', 20],
    ['p6', 'ada', 30],
  ] as const) {
    await ask(agent, id, { nodeId: 'pay', payload: { to, amount }, graphExecId: `run-${id}` });
  }
  await ask(agent, 'odd', { nodeId: 'pay', payload: { to: 'ada' } });
  await ask(agent, 'other', { nodeId: 'other', payload: { to: 'ada', amount: 1 } });
  await reject(reviewer, 'p1');
  await reject(reviewer, 'p4');
  await approve(reviewer, 'p5', { payload: { to: 'ada', amount: 21 } });
  await approve(reviewer, 'p2');
  const when = 'payload.to == "ada" && payload.amount <= 500';
  expect(await previewAutoApproval(reviewer, { nodeId: 'pay', when })).toEqual({
    __typename: 'AutoApprovalPreview',
    examined: 7,
    truncated: false,
    coveredCount: 4,
    coveredThoughRejectedCount: 1,
    coveredThoughEditedCount: 1,
    surprises: [{ nodeExecId: 'p1' }, { nodeExecId: 'p5' }],
  });
  const range = { graphId: 'graph', nodeId: 'pay' };
  expect(await previewAutoApproval(reviewer, { nodeId: 'pay', range })).toMatchObject({
    examined: 7,
    coveredCount: 7,
    coveredThoughRejectedCount: 2,
  });
  const issuesOf = async (input: Record<string, unknown>) =>
    (await previewAutoApproval(reviewer, { nodeId: 'pay', ...input })).issues;
  expect(await issuesOf({ when: 'payload.amount <' })).toEqual([
    { path: 'input.when', message: expect.stringMatching(/^line 1, column \d+/) },
  ]);
  expect(await issuesOf({ range: { nodeId: 'other' } })).toEqual([
    { path: 'input.range.nodeId', message: 'must be absent or the same as nodeId' },
  ]);
  const { errors } = await engineer.answer(
    '{ previewAutoApproval(input: { nodeId: "pay" }) { __typename } }',
  );
  expect(errors[0]?.extensions?.['code']).toBe('FORBIDDEN');
});
