import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { withdrawNow } from '../support/ballots.ts';
import { closedPort } from '../support/closedPort.ts';
import { decide, readOne } from '../support/operations.ts';
import { switchedProxy } from '../support/switchedProxy.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';
import { claudeCode, decisionOf, type Machine, machine, preToolUse } from './hookProcess.ts';

const service = await testService();

async function setting() {
  const team = service.team();
  return { ...team, pc: await machine(service, team.agent) };
}

/** The only review of the workspace that waits. */
async function waiting(reviewer: TestClient): Promise<string> {
  for (;;) {
    const { pendingReviews } = await reviewer.query<{
      pendingReviews: { edges: { node: { nodeExecId: string } }[] };
    }>('{ pendingReviews { edges { node { nodeExecId } } } }');
    const [edge, ...others] = pendingReviews.edges;
    if (others.length > 0) throw new Error('more than one review waits');
    if (edge) return edge.node.nodeExecId;
    await sleep(50);
  }
}

const approve = (reviewer: TestClient, nodeExecId: string, more = {}) =>
  decide(reviewer, [{ nodeExecId, decision: 'APPROVE', ...more }]);

const stored = async (user: string) =>
  service.sql(
    `SELECT "nodeExecId", "nodeId", "graphId", "graphExecId", "payload", "processed", "outcome", "outcomeDetail"
    FROM "PendingReview" WHERE "userId" = $1 ORDER BY "createdAt"`,
    [user],
  );

const call = (pc: Machine, more: object = {}) =>
  preToolUse(pc, 'Bash', { command: 'npm test', description: 'Run the tests' }, more);

it('78. holds a tool until it is approved, then allows it in the documented form', async () => {
  const { pc, reviewer, user } = await setting();
  const hook = pc.start(claudeCode(pc), call(pc));
  const id = await waiting(reviewer);
  expect(await stored(user)).toMatchObject([
    {
      nodeExecId: expect.stringMatching(/^call-[0-9a-f]{32}$/),
      nodeId: 'Bash',
      graphId: 'claude-code',
      graphExecId: 'claude-code-abc123',
    },
  ]);
  expect((await readOne(reviewer, id)).payload).toEqual({
    tool: 'Bash',
    input: { command: 'npm test', description: 'Run the tests' },
    cwd: pc.project,
  });
  await approve(reviewer, id);
  const answer = await hook.ended;
  expect(answer).toMatchObject({ exitCode: 0, stderr: '' });
  expect(JSON.parse(answer.stdout)).toEqual({
    hookSpecificOutput: {
      hookEventName: 'PreToolUse',
      permissionDecision: 'allow',
      permissionDecisionReason: `Approved in Holdpoint: ${service.url}/r/${id}`,
    },
  });
  expect(await stored(user)).toMatchObject([{ processed: true, outcome: null }]);
});

it('78. denies when its time has passed; the same call runs once it is approved, and once only', async () => {
  const { pc, reviewer, user } = await setting();
  const start = performance.now();
  const early = decisionOf(await pc.start(claudeCode(pc, 6), call(pc)).ended);
  expect(performance.now() - start).toBeLessThan(5_500);
  expect(early).toMatchObject({ permissionDecision: 'deny' });
  const id = await waiting(reviewer);
  expect(early['permissionDecisionReason']).toContain(`${service.url}/r/${id}`);
  expect(early['permissionDecisionReason']).toMatch(/make exactly the same call again/);

  await approve(reviewer, id);
  const again = decisionOf(await pc.start(claudeCode(pc), call(pc)).ended);
  expect(again).toMatchObject({ permissionDecision: 'allow' });

  const third = decisionOf(await pc.start(claudeCode(pc, 6), call(pc)).ended);
  expect(third).toMatchObject({ permissionDecision: 'deny' });
  expect(await waiting(reviewer)).not.toBe(id);
  expect(await stored(user)).toHaveLength(2);
});

it('78. what was rejected stays rejected, and another session asks for itself', async () => {
  const { pc, reviewer } = await setting();
  const hook = pc.start(claudeCode(pc), call(pc));
  await decide(reviewer, [
    { nodeExecId: await waiting(reviewer), decision: 'REJECT', message: 'Not on a Friday.' },
  ]);
  for (const answer of [hook, pc.start(claudeCode(pc), call(pc))]) {
    expect(decisionOf(await answer.ended)).toMatchObject({
      permissionDecision: 'deny',
      permissionDecisionReason: expect.stringMatching(
        /^This call was rejected by reviewer: "Not on a Friday\."\. It has not run/,
      ),
    });
  }
  const other = call(pc, { session_id: 'other' });
  const elsewhere = pc.start(claudeCode(pc), other);
  await approve(reviewer, await waiting(reviewer));
  expect(decisionOf(await elsewhere.ended)).toMatchObject({ permissionDecision: 'allow' });
});

it('78. passes an edit on as updatedInput, exactly, and tells the agent', async () => {
  const { pc, reviewer } = await setting();
  const hook = pc.start(claudeCode(pc), call(pc));
  const id = await waiting(reviewer);
  const { subjectDigest } = await readOne(reviewer, id);
  // In this order, and with 1.50 as it is written.
  const input = '{"timeout":1.50,"command":"npm test -- --bail","2":1,"1":2}';
  const payload = `{"tool":"Bash","input":${input},"cwd":${JSON.stringify(pc.project)}}`;
  await reviewer.raw(
    'mutation ($input: DecideReviewsInput!) { decideReviews(input: $input) { __typename } }',
    `{"input":{"decisions":[{"nodeExecId":"${id}","subjectDigest":"${subjectDigest}","decision":"APPROVE","message":"Stop early.","payload":${payload}}]}}`,
  );
  const answer = await hook.ended;
  expect(answer.stdout).toContain(`"updatedInput":${input}`);
  expect(decisionOf(answer)).toMatchObject({
    permissionDecision: 'allow',
    additionalContext: `This call was approved with another input. It ran with: ${input}\nMessage from the reviewer: Stop early.`,
  });
});

it.each([
  ['tool', { tool: 'Read' }, /edited more than its input/],
  ['folder', { cwd: '/' }, /edited more than its input/],
  ['kind of input', { input: ['rm'] }, /not an object/],
])('78. an edit of the %s is refused, and nothing is consumed', async (_, edit, message) => {
  const { pc, reviewer, user } = await setting();
  const hook = pc.start(claudeCode(pc), call(pc));
  const id = await waiting(reviewer);
  const { payload } = await readOne(reviewer, id);
  await approve(reviewer, id, { payload: { ...(payload as object), ...edit } });
  expect(decisionOf(await hook.ended)).toMatchObject({
    permissionDecision: 'deny',
    permissionDecisionReason: expect.stringMatching(message),
  });
  expect(await stored(user)).toMatchObject([{ processed: false }]);
});

it('78. reports the outcome afterwards, also of a call that changed the folder', async () => {
  const { pc, reviewer, user } = await setting();
  for (const [event, more, outcome, detail] of [
    ['PostToolUse', { tool_response: { stdout: 'secret' } }, 'EXECUTED', null],
    ['PostToolUseFailure', { error: 'Exit code 1\nno tests' }, 'FAILED', 'Exit code 1\nno tests'],
  ] as const) {
    const before = call(pc, { session_id: `session-${event}` });
    const hook = pc.start(claudeCode(pc), before);
    await approve(reviewer, await waiting(reviewer));
    expect(decisionOf(await hook.ended)).toMatchObject({ permissionDecision: 'allow' });
    const after = { ...before, hook_event_name: event, cwd: pc.home, ...more };
    expect(await pc.start(claudeCode(pc), after).ended).toEqual({
      exitCode: 0,
      stdout: '{}\n',
      stderr: '',
    });
    const last = (await stored(user)).at(-1);
    expect(last).toMatchObject({ outcome, outcomeDetail: detail });
  }
});

it('78. an outcome that cannot be reported is told to the user, not to the agent', async () => {
  const { pc, reviewer } = await setting();
  const before = call(pc);
  const hook = pc.start(claudeCode(pc), before);
  await approve(reviewer, await waiting(reviewer));
  await hook.ended;
  pc.env['HOLDPOINT_URL'] = `http://127.0.0.1:${await closedPort()}`;
  const after = { ...before, hook_event_name: 'PostToolUse', tool_response: {} };
  const answer = await pc.start(claudeCode(pc), after).ended;
  expect(answer).toMatchObject({ exitCode: 1, stdout: '' });
  expect(answer.stderr).toMatch(/the outcome was not reported: Holdpoint cannot be reached/);
});

it('78. two equal calls at once need two approvals', async () => {
  const { pc, reviewer, user } = await setting();
  const hooks = [pc.start(claudeCode(pc), call(pc)), pc.start(claudeCode(pc), call(pc))];
  const first = await waiting(reviewer);
  await approve(reviewer, first);
  const winner = await Promise.race(hooks.map((hook, at) => hook.ended.then(() => at)));
  const second = await waiting(reviewer);
  expect(second).not.toBe(first);
  await decide(reviewer, [{ nodeExecId: second, decision: 'REJECT' }]);
  const answers = await Promise.all(hooks.map((hook) => hook.ended));
  expect(decisionOf(answers[winner] as never)).toMatchObject({ permissionDecision: 'allow' });
  expect(decisionOf(answers[1 - winner] as never)).toMatchObject({ permissionDecision: 'deny' });
  expect(await stored(user)).toHaveLength(2);
});

it('78. each of several approvals lets one call through', async () => {
  const { pc, reviewer, user } = await setting();
  for (let at = 0; at < 3; at++) {
    const hook = pc.start(claudeCode(pc), call(pc));
    await approve(reviewer, await waiting(reviewer));
    expect(decisionOf(await hook.ended)).toMatchObject({ permissionDecision: 'allow' });
  }
  expect(new Set((await stored(user)).map(({ nodeExecId }) => nodeExecId)).size).toBe(3);
});

it('78. an approval that is withdrawn in time does not count', async () => {
  const { pc, reviewer } = await setting();
  decisionOf(await pc.start(claudeCode(pc, 6), call(pc)).ended);
  const id = await waiting(reviewer);
  await approve(reviewer, id);
  expect(await withdrawNow(reviewer, id)).toMatchObject({ __typename: 'WithdrawDecisionPayload' });
  expect(decisionOf(await pc.start(claudeCode(pc, 6), call(pc)).ended)).toMatchObject({
    permissionDecision: 'deny',
    permissionDecisionReason: expect.stringContaining(id),
  });
});

const blocked = { exitCode: 2, stdout: '' };

it.each([
  ['no input', '', /JSON/],
  ['text', 'rm -rf /', /JSON/],
  ['a list', '[]', /not the input of a Claude Code hook/],
  ['another event', { hook_event_name: 'Stop', session_id: 'a', cwd: '/' }, /hook_event_name/],
  ['no session', { session_id: undefined }, /session_id/],
  ['an empty session', { session_id: '' }, /session_id/],
  ['no tool', { tool_name: undefined }, /tool_name/],
  ['no folder', { cwd: undefined }, /cwd/],
  ['input that is text', { tool_input: 'npm test' }, /tool_input: must be an object/],
  ['input that is a list', { tool_input: [] }, /tool_input: must be an object/],
  [
    'a number that is not exact',
    '{"tool_input": {"n": 9007199254740993}}',
    /payload\.input\.n: an integer beyond/,
  ],
  ['half a character', '{"tool_input": {"command": "\\ud800"}}', /surrogate/],
  ['no UTF-8', Buffer.from('7b22ff22', 'hex'), /not valid/],
])('78. malformed input blocks: %s', async (_, input, message) => {
  const { pc } = await setting();
  const text =
    input instanceof Buffer
      ? input
      : typeof input === 'string'
        ? input.startsWith('{')
          ? `${JSON.stringify(call(pc)).slice(0, -1)},${input.slice(1)}`
          : input
        : JSON.stringify({ ...call(pc), ...input });
  const answer = await pc.start(claudeCode(pc), text).ended;
  expect(answer).toMatchObject(blocked);
  expect(answer.stderr).toMatch(message);
  expect(answer.stderr).toMatch(/The call was not approved, so it must not run\.\n$/);
});

it('78. a service that is away, a wrong token, and a token that may decide block', async () => {
  const { pc, user } = await setting();
  const away = `http://127.0.0.1:${await closedPort()}`;
  const decider = await service.as({
    user,
    actor: 'x',
    scopes: ['review:request', 'review:decide'],
  }).token;
  const { writeFile } = await import('node:fs/promises');
  const cases: [() => unknown, string[], RegExp][] = [
    [() => {}, ['--url', away], /cannot be reached/],
    [() => {}, ['--url', 'nonsense'], /--url/],
    [() => writeFile(pc.tokenFile, 'wrong'), [], /token/i],
    [() => writeFile(pc.tokenFile, ''), [], /no token/],
    [() => writeFile(pc.tokenFile, decider), [], /must not be able to decide/],
  ];
  for (const [prepare, args, message] of cases) {
    await prepare();
    const answer = await pc.start([...claudeCode(pc, 20), ...args], call(pc)).ended;
    expect(answer).toMatchObject(blocked);
    expect(answer.stderr).toMatch(message);
  }
  const absent = ['claude-code', '--token-file', `${pc.home}/none`];
  expect(await pc.start(absent, call(pc)).ended).toMatchObject(blocked);
  pc.env['HOLDPOINT_URL'] = 'nonsense';
  expect(await pc.start(claudeCode(pc), call(pc)).ended).toMatchObject(blocked);
});

it('78. a service that does not answer blocks within three quarters of the limit', async () => {
  const { pc } = await setting();
  const { createServer } = await import('node:net');
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const { port } = silent.address() as { port: number };
  const start = performance.now();
  const answer = await pc.start(
    [...claudeCode(pc, 6), '--url', `http://127.0.0.1:${port}`],
    call(pc),
  ).ended;
  silent.close();
  expect(answer).toMatchObject(blocked);
  expect(performance.now() - start).toBeLessThan(6_000);
});

it('78. consumes once if the answer to consuming is lost, and blocks if the service goes away', async () => {
  const { pc, reviewer, user } = await setting();
  const proxy = await switchedProxy(service.url);
  pc.env['HOLDPOINT_URL'] = proxy.url;
  const hook = pc.start(claudeCode(pc), call(pc));
  proxy.swallowAnswerTo = 'mutation ConsumeReview';
  await approve(reviewer, await waiting(reviewer));
  expect(decisionOf(await hook.ended)).toMatchObject({ permissionDecision: 'allow' });
  expect(await stored(user)).toMatchObject([{ processed: true }]);

  // The approval is used up then, and nothing runs.
  const lost = pc.start(claudeCode(pc, 20), call(pc));
  proxy.beforeRequest = {
    text: 'mutation ConsumeReview',
    run: async () => {
      proxy.target = null;
      proxy.cut();
    },
  };
  await approve(reviewer, await waiting(reviewer));
  expect(await lost.ended).toMatchObject(blocked);
});

it('78. a service that goes away during the wait lets nothing through', async () => {
  const { pc, reviewer, user } = await setting();
  const proxy = await switchedProxy(service.url);
  pc.env['HOLDPOINT_URL'] = proxy.url;
  const hook = pc.start(claudeCode(pc, 8), call(pc));
  const id = await waiting(reviewer);
  proxy.target = null;
  proxy.cut();
  await approve(reviewer, id);
  const answer = await hook.ended;
  expect(answer.exitCode === 2 || decisionOf(answer)['permissionDecision'] === 'deny').toBe(true);
  expect(await stored(user)).toMatchObject([{ processed: false }]);
});

it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('78. ends with 2 on %s', async (signal) => {
  const { pc, reviewer, user } = await setting();
  const hook = pc.start(claudeCode(pc), call(pc));
  const id = await waiting(reviewer);
  hook.process.kill(signal);
  expect(await hook.ended).toMatchObject(blocked);
  await approve(reviewer, id);
  expect(await stored(user)).toMatchObject([{ processed: false }]);
});

it('78. numbers and keys of the input are reviewed as they are', async () => {
  const { pc, reviewer, user } = await setting();
  const input = '{"b":1.0,"10":1e2,"9":"\\u00e9","__proto__":{"x":1}}';
  const text = JSON.stringify(call(pc, { tool_name: 'mcp__shop__refund' })).replace(
    /"tool_input":\{[^}]*\}/,
    `"tool_input":${input}`,
  );
  const hook = pc.start(claudeCode(pc), text);
  const id = await waiting(reviewer);
  const [review] = await service.sql<{ payload: string }>(
    'SELECT "payload"::text AS "payload" FROM "PendingReview" WHERE "userId" = $1',
    [user],
  );
  expect(review?.payload).toContain('"input":{"b":1.0,"10":1e2,"9":"é","__proto__":{"x":1}}');
  await approve(reviewer, id);
  expect(decisionOf(await hook.ended)).not.toHaveProperty('updatedInput');
});

it('78. a call with other arguments, another tool or another folder is another review', async () => {
  const { pc, reviewer, user } = await setting();
  const calls = [
    call(pc),
    call(pc, { tool_input: { command: 'npm test ' } }),
    call(pc, { tool_name: 'Shell' }),
    call(pc, { cwd: pc.home }),
    call(pc, { session_id: randomUUID() }),
  ];
  const hooks = calls.map((input) => pc.start(claudeCode(pc, 8), input));
  for (const hook of hooks) {
    expect(decisionOf(await hook.ended)).toMatchObject({ permissionDecision: 'deny' });
  }
  expect(await stored(user)).toHaveLength(calls.length);
  const [first] = await stored(user);
  await approve(reviewer, (first as { nodeExecId: string }).nodeExecId);
});
