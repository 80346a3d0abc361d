import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { must } from '../people/operations.ts';
import { mustSet, readHistory, readPolicy, rule, workspace } from '../policy/operations.ts';
import { bareEnv } from '../support/bareEnv.ts';
import { approve, ask, reject } from '../support/operations.ts';
import { testService } from '../support/testService.ts';
import { runHoldpoint } from './runProgram.ts';

const service = await testService();
const folder = await mkdtemp(join(tmpdir(), 'holdpoint-policy-'));
afterAll(() => rm(folder, { recursive: true }));

const PROCESSES_MS = 120_000;

/** A workspace, and the command line with the token of its engineer. */
async function commandLine() {
  const people = workspace(service);
  const env = { HOLDPOINT_URL: service.url, HOLDPOINT_TOKEN: await people.engineer.token };
  const run = (...args: string[]) => runHoldpoint(['policy', ...args], env);
  return {
    ...people,
    run,
    /** Runs a command that must succeed; returns what it printed. */
    async printed(...args: string[]): Promise<string> {
      const { exitCode, stdout, stderr } = await run(...args);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      return stdout;
    },
  };
}

let files = 0;
async function fileOf(text: string): Promise<string> {
  const name = join(folder, `policy-${files++}.yaml`);
  await writeFile(name, text);
  return name;
}

/** Runs `holdpoint policy` with this standard input. */
function runWithInput(input: string, ...args: string[]) {
  const child = spawn(
    process.execPath,
    ['--conditions=holdpoint-source', 'src/main.ts', 'policy', ...args],
    { env: { ...bareEnv, NO_COLOR: '1' } },
  );
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.end(input);
  return new Promise<{ exitCode: number | null; stdout: string; stderr: string }>((resolve) =>
    child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr })),
  );
}

const refunds = `# Who may pay money back.
mode: ENFORCED
note: The first one
rules:
  - ruleId: small
    when: node == "refund" && payload.amount <= 50
    effect: ALLOW

  - ruleId: large
    when: |
      node == "refund"
      && payload.amount > 50
    effect: REVIEW
    reason: More than an agent may pay
    approvalsRequired:
      - teamId: finance
    escalation:
      - after: 120m
        actors: [ben]
    expiresAfter: 12h
    risk: HIGH

  - ruleId: frozen
    when: payload.customer == "eve"
    effect: DENY
tests:
  - name: small refunds need nobody
    node: refund
    payload: { amount: 50, customer: ada }
    expect: ALLOW
    rules: [small]
  - node: refund
    payload: { amount: 50.01, customer: ada }
    expect: REVIEW
  - node: refund
    payload: { amount: 1, customer: eve }
    expect: DENY
`;

it.each([
  [[], 'preview'],
  [['get'], '[version]'],
  [['set'], '--from-version'],
  [['preview'], '--since'],
  [['test'], '--payload'],
  [['history'], '--json'],
])('help is there for policy %j, with an example', async (command, text) => {
  const { exitCode, stdout, stderr } = await runHoldpoint(['policy', ...command, '--help']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toContain(text);
  expect(stdout).toContain('Example:\n');
});

it.each([
  ['set', 2, /name either a file or --from-version/],
  ['set a.yaml --from-version 3', 2, /name either a file or --from-version/],
  ['set no-such-file.yaml', 1, /^Cannot read the policy: ENOENT/],
  ['set a.yaml --mode maybe', 2, /must be one of off, shadow, enforced/],
  ['get 0', 2, /must be a number from 1/],
  ['test', 2, /there is nothing to test/],
  ['test --payload no-such-file.json', 1, /^Cannot read the payload: ENOENT/],
  ['test a.yaml --var node', 2, /must be a name and a value, such as node=pay/],
  ['test a.yaml --expect maybe', 2, /must be one of allow, review, deny/],
  ['preview', 2, /missing required argument 'file'/],
])('bad usage is one clear line: policy %s', async (line, code, message) => {
  const { exitCode, stdout, stderr } = await runHoldpoint(['policy', ...line.split(' ')]);
  expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
  expect(stderr).toMatch(/^[^\n]+\n$/);
  expect(stderr).toMatch(message);
});

it('68. a file is saved, shown, changed, and an old version is saved again', {
  timeout: PROCESSES_MS,
}, async () => {
  const { run, printed, engineer, manager } = await commandLine();
  await must(manager, 'setTeam', { teamId: 'finance', name: 'Finance', actors: [] });
  const file = await fileOf(refunds);

  expect(await run('get')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('The workspace has no policy yet'),
  });
  expect(await run('history')).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringContaining('The workspace has no policy yet'),
  });
  const dry = await run('set', file, '--dry-run');
  expect(dry).toMatchObject({ exitCode: 1, stderr: '' });
  expect(dry.stdout).toContain('+   - ruleId: large');
  expect(await readPolicy(engineer)).toBeNull();
  const unasked = await run('set', file);
  expect(unasked).toMatchObject({ exitCode: 2 });
  expect(unasked.stderr).toContain('nothing was saved. To save it without being asked, add --yes');
  expect(await readPolicy(engineer)).toBeNull();

  expect(await printed('set', file, '--yes', '--mode', 'shadow')).toContain(
    'Saved as version 1, SHADOW. From the next request on, its verdicts are recorded',
  );
  expect(await readPolicy(engineer)).toMatchObject({
    version: 1,
    mode: 'SHADOW',
    note: 'The first one',
    createdBy: 'pia',
    rules: [
      { ruleId: 'small' },
      {
        ruleId: 'large',
        when: 'node == "refund"\n&& payload.amount > 50\n',
        approvalsRequired: [{ teamId: 'finance', count: 1 }],
        escalation: [{ after: '2h', actors: ['ben'] }],
        expiresAfter: '12h',
        risk: 'HIGH',
      },
      { ruleId: 'frozen', effect: 'DENY' },
    ],
  });
  expect(await run('set', file, '--dry-run')).toMatchObject({
    exitCode: 1,
    stdout: '- mode: SHADOW\n+ mode: ENFORCED\n  rules:\n    - ruleId: small\n  …\n',
  });
  await printed('set', file, '--yes');
  expect(await printed('set', file, '--yes')).toBe('Nothing to change: this is version 2\n');
  expect(await printed('set', file, '--dry-run')).toBe('Nothing to change: this is version 2\n');

  // What `get` prints is the same policy, and says which version it was.
  const got = await printed('get');
  expect(got).toContain('basedOn: 2\n');
  expect(got).toContain('  - ruleId: large\n    when: |\n      node == "refund"\n');
  const copy = await fileOf(got);
  expect(await printed('set', copy, '--dry-run')).toBe('Nothing to change: this is version 2\n');
  expect(await printed('get', '1')).toContain('mode: SHADOW\n');
  expect(await run('get', '9')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('There is no version 9'),
  });

  // Rules in another order are the same policy.
  const [head = '', ...rules] = got.trimEnd().split(/\n\n?(?= {2}- ruleId)/);
  const turned = await fileOf(`${head}\n${rules.reverse().join('\n')}\n`);
  expect(await printed('set', turned, '--dry-run')).toContain('Nothing to change');

  const changed = await fileOf(got.replace('amount <= 50', 'amount <= 40'));
  const difference = await printed('set', changed, '--yes', '--note', 'Less');
  expect(difference).toContain('-     when: node == "refund" && payload.amount <= 50\n');
  expect(difference).toContain('+     when: node == "refund" && payload.amount <= 40\n');
  // It is based on version 2 as well, which is no longer the newest.
  const late = await run('set', copy, '--yes');
  expect(late).toMatchObject({ exitCode: 1 });
  expect(late.stderr).toMatch(/pia saved version 3, and your change is based on version 2.*get\n$/);

  expect(await printed('set', '--from-version', '1', '--yes')).toContain(
    'Saved as version 4, SHADOW.',
  );
  const [newest, , , first] = await readHistory(engineer);
  expect(newest).toMatchObject({ note: 'Back to version 1', rules: first?.rules });
  const [heading, row] = (await printed('history')).split('\n');
  expect(heading).toMatch(/^VERSION +MODE +RULES +SAVED BY +AT +NOTE$/);
  expect(row).toMatch(/^4 +SHADOW +3 +pia +2\S+Z +Back to version 1$/);
  const listed = (await printed('history', '--first', '2', '--json')).trimEnd().split('\n');
  expect(listed.map((line) => JSON.parse(line))).toMatchObject([
    { version: 4, rules: 3 },
    { version: 3, note: 'Less' },
  ]);
});

it.runIf(existsSync('/usr/bin/script'))(
  'set asks in a terminal',
  {
    timeout: PROCESSES_MS,
  },
  async () => {
    const { engineer } = await commandLine();
    const file = await fileOf('mode: SHADOW\nrules: []\n');
    const answerWith = async (answer: string) => {
      const command = `${process.execPath} --conditions=holdpoint-source src/main.ts policy set ${file}`;
      const child = spawn('/usr/bin/script', ['-qec', command, '/dev/null'], {
        env: {
          ...bareEnv,
          HOLDPOINT_URL: service.url,
          HOLDPOINT_TOKEN: await engineer.token,
        },
      });
      let shown = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        const wasAsked = shown.includes('[y/N]');
        shown += text;
        if (!wasAsked && shown.includes('[y/N]')) child.stdin.write(`${answer}\n`);
      });
      const exitCode = await new Promise((resolve) => child.once('close', resolve));
      return { exitCode, shown };
    };
    const no = await answerWith('');
    expect(no).toMatchObject({ exitCode: 1, shown: expect.stringContaining('Nothing was saved') });
    expect(await readPolicy(engineer)).toBeNull();
    const yes = await answerWith('y');
    expect(yes.shown).toContain('Save this as version 1? [y/N]');
    expect(yes.exitCode).toBe(0);
    expect(await readPolicy(engineer)).toMatchObject({ version: 1 });
  },
);

it('68. errors are at their place in the file', { timeout: PROCESSES_MS }, async () => {
  const { run } = await commandLine();
  const bad = await fileOf(`mode: SOMETIMES
rules:
  - ruleId: Large
    when: node == "refund"
    effect: REVIEW
    aprovalsRequired: []
  - ruleId: other
    effect: MAYBE
    when: true
`);
  const { exitCode, stdout, stderr } = await run('set', bad, '--yes');
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  const lines = stderr.trimEnd().split('\n');
  expect(lines).toEqual([
    `${bad}:1:1: mode must be one of OFF, SHADOW, ENFORCED`,
    expect.stringMatching(/:3:5: rules\.0\.ruleId must be 1 to 64 of a-z.*"Large"$/),
    expect.stringMatching(/:6:5: rules\.0\.aprovalsRequired is not a key of a policy file/),
    expect.stringMatching(/:8:5: rules\.1\.effect must be one of ALLOW, REVIEW, DENY$/),
  ]);
  const expressions = await fileOf(`mode: SHADOW
rules:
  - { ruleId: fine, when: true, effect: DENY }
  - ruleId: cut-off
    effect: DENY
    when: |
      node == "refund"
      && payload.amount >
  - ruleId: unknown
    effect: ALLOW
    when: nod == "read"
`);
  expect((await run('set', expressions, '--yes')).stderr.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/:6:5: rules\.1\.when line [23], column \d+/),
    expect.stringMatching(/:11:5: rules\.2\.when line 1, column 1, at "nod"/),
  ]);

  const syntax = await run('test', await fileOf('mode: OFF\nrules: [\nmode: OFF\n'));
  expect(syntax).toMatchObject({ exitCode: 1 });
  expect(syntax.stderr).toMatch(/^\S+\.yaml:\d:\d+: /);
  const twice = await run('test', await fileOf('mode: OFF\nmode: OFF\nrules: []\n'));
  expect(twice.stderr).toMatch(/\.yaml:2:1: Map keys must be unique\n$/);
  // Without the !, this rule would say the opposite.
  const tag = 'mode: OFF\nrules:\n  - { ruleId: a, effect: DENY, when: !(node == "a") }\n';
  expect((await run('test', await fileOf(tag))).stderr).toMatch(
    /\.yaml:3:38: Unresolved tag.* Write an expression that begins with ! in quotes\n$/,
  );
  const empty = await run('test', await fileOf(''));
  expect(empty).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/\.yaml:1:1: /) });

  // Only the service knows the teams.
  const team = await run('set', await fileOf(refunds), '--yes');
  expect(team.exitCode).toBe(1);
  expect(team.stderr).toMatch(
    /^\S+:16:9: rules\.1\.approvalsRequired\.0\.teamId there is no team finance\n$/,
  );
  const modeless = await run('set', await fileOf('rules: []\n'), '--yes');
  expect(modeless).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('mode is missing: OFF, SHADOW or ENFORCED'),
  });
});

it('68. the tests in a file are run, alone and before it is saved', {
  timeout: PROCESSES_MS,
}, async () => {
  const { run, printed, engineer } = await commandLine();
  const file = await fileOf(refunds);
  expect(await printed('test', file)).toBe('3 tests passed\n');
  const failing = await fileOf(refunds.replace('amount <= 50', 'amount < 50'));
  const { exitCode, stdout, stderr } = await run('test', failing);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toBe(
    `${failing}:27:5: small refunds need nobody: expected ALLOW by small, got REVIEW because no rule applies\n` +
      '1 of 3 tests failed\n',
  );
  expect(await run('set', failing, '--yes')).toEqual({ exitCode, stdout, stderr });
  expect(await readPolicy(engineer)).toBeNull();
});

it('a payload is evaluated without a request, by a file or by the newest version', {
  timeout: PROCESSES_MS,
}, async () => {
  const { run, printed, engineer, reviewer } = await commandLine();
  const file = await fileOf(refunds);
  const payload = await fileOf('{"amount": 500, "customer": "ada"}');
  const refund = ['--payload', payload, '--var', 'node=refund'];
  expect(await printed('test', file, ...refund, '--expect', 'review')).toBe(
    [
      'REVIEW by large',
      '  reason: More than an agent may pay',
      '  approvals required: 1 of team finance',
      '  after 2h also: ben',
      '  expires after: 12h',
      '  risk: at least HIGH\n',
    ].join('\n'),
  );
  const differs = await run('test', file, ...refund, '--expect', 'allow');
  expect(differs).toMatchObject({ exitCode: 1, stderr: 'Expected ALLOW, got REVIEW\n' });
  const json = JSON.parse(await printed('test', file, ...refund, '--json'));
  expect(json).toMatchObject({ effect: 'REVIEW', ruleIds: ['large'], expiresAfterMs: 43_200_000 });

  const piped = await runWithInput('{"amount": "1"}', 'test', file, '--payload', '-');
  expect(piped).toMatchObject({ exitCode: 0, stderr: '' });
  expect(piped.stdout).toMatch(/^REVIEW by frozen\n.*\n {2}problem in frozen: .*customer/);
  const inexact = await runWithInput(
    '{"amount": 0.1000000000000000055}',
    'test',
    file,
    '--payload',
    '-',
  );
  expect(inexact).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/^The payload: amount/),
  });
  const broken = await runWithInput('{"amount": ', 'test', file, '--payload', '-');
  expect(broken.stderr).toMatch(/^The payload is not JSON: /);
  expect(await run('test', file, ...refund, '--var', 'nod=x')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--var nod is not a variable: use node, graph, '),
  });

  expect(await run('test', ...refund)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('no policy yet'),
  });
  await mustSet(engineer, {
    rules: [
      rule('mine', 'requestedBy == "bot" && tags == ["a", "b"] && graphVersion == 3', 'DENY', {
        reason: 'Frozen',
      }),
    ],
  });
  const more = ['requestedBy=bot', 'tags=a,b', 'graphVersion=3'].flatMap((v) => ['--var', v]);
  expect(await printed('test', ...refund, ...more)).toBe('DENY by mine\n  reason: Frozen\n');
  expect(
    await reviewer.query('{ pendingReviews { totalCount } }'),
    'nothing was requested',
  ).toEqual({ pendingReviews: { totalCount: 0 } });
});

it('77. a preview says what a file would have made of past requests, and what is surprising', {
  timeout: PROCESSES_MS,
}, async () => {
  const { run, printed, agent, reviewer, user } = await commandLine();
  const file = await fileOf(refunds);
  for (const [id, amount] of [
    ['r1', 10],
    ['r2', 20],
    ['r3', 30],
    ['r4', 500],
  ] as const) {
    await ask(agent, id, { nodeId: 'refund', payload: { amount, customer: 'ada' } });
  }
  expect(await printed('preview', file)).toContain('ALLOW 3, REVIEW 1, DENY 0');
  await reject(reviewer, 'r1', { message: 'Paid already' });
  await approve(reviewer, 'r2', { payload: { amount: 2, customer: 'ada' } });
  await ask(agent, 'r5', { nodeId: 'refund', payload: { amount: 1, customer: 'eve' } });
  await approve(reviewer, 'r5');
  await ask(agent, 'other', { graphId: 'other', graphExecId: 'other' });

  const { exitCode, stdout, stderr } = await run('preview', file);
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
  expect(stdout).toMatch(/^6 past requests, newest first:\n {2}ALLOW 3, REVIEW 2, DENY 1\n\nRULE/);
  expect(stdout).toMatch(/\nsmall +3\nlarge +1\nfrozen +2\n/);
  expect(stdout).toMatch(/\nProblem in frozen: .*customer/);
  expect(stdout).toMatch(
    /\nWould be allowed, but a person rejected: 1\n {2}r1 {2}refund .*: "Paid already"\n/,
  );
  expect(stdout).toMatch(/\nWould be allowed, but a person edited: 1\n {2}r2 {2}refund /);
  expect(stdout).toMatch(
    /\nWould be denied, but a person approved: 1\n {2}r5 {2}refund {2}2\S+Z {2}asked by agent, decided by reviewer\n {4}http:\S+\/r\/r5\n$/,
  );
  await service.sql(
    `UPDATE "PendingReview" SET "createdAt" = now() - interval '3 days' WHERE "userId" = $1 AND "nodeExecId" <> 'r3'`,
    [user],
  );
  expect(await printed('preview', file, '--since', '2d')).toMatch(/^1 past requests/);
  expect(await printed('preview', file, '--workflow', 'other')).toMatch(/^1 past requests/);
  expect(await printed('preview', file, '--step', 'none')).toMatch(
    /^0 past requests, so there is nothing to try/,
  );
  const answer = await run('preview', file, '--json');
  expect(JSON.parse(answer.stdout)).toMatchObject({ examined: 6, allowedThoughRejectedCount: 1 });
  expect(await readFile(file, 'utf8')).toBe(refunds);
});

it('a token without the scope is told what it lacks', async () => {
  const { user } = workspace(service);
  const agent = service.as({ user, actor: 'agent', scopes: ['review:request'] });
  const env = { HOLDPOINT_URL: service.url, HOLDPOINT_TOKEN: await agent.token };
  const { exitCode, stderr } = await runHoldpoint(['policy', 'get'], env);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: 'This needs the scope review:read or policy:manage; the token has review:request\n',
  });
  const tokenless = await runHoldpoint(['policy', 'get'], { HOLDPOINT_URL: service.url });
  expect(tokenless).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--scope policy:manage'),
  });
});
