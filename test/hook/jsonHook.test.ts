import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { vote } from '../support/ballots.ts';
import { decide, readOne } from '../support/operations.ts';
import type { TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';
import { type Machine, machine } from './hookProcess.ts';

const service = await testService();

async function setting() {
  const team = service.team();
  return { ...team, pc: await machine(service, team.agent) };
}

const before = (pc: Machine, more: object = {}) => ({
  event: 'before',
  session: 'run-7',
  tool: 'send_email',
  input: { to: 'ada@example.com' },
  cwd: pc.project,
  ...more,
});
const json = (pc: Machine, timeout = 60) => [
  ...['json', '--token-file', pc.tokenFile, '--timeout', String(timeout)],
  ...['--workflow', 'mailer'],
];

async function waiting(reviewer: TestClient): Promise<string> {
  for (;;) {
    const { pendingReviews } = await reviewer.query<{
      pendingReviews: { edges: { node: { nodeExecId: string } }[] };
    }>('{ pendingReviews { edges { node { nodeExecId } } } }');
    const id = pendingReviews.edges[0]?.node.nodeExecId;
    if (id) return id;
    await sleep(50);
  }
}

it('78. the neutral format: allow with exit code 0, and report', async () => {
  const { pc, reviewer, user } = await setting();
  const hook = pc.start(json(pc), before(pc));
  const id = await waiting(reviewer);
  await decide(reviewer, [{ nodeExecId: id, decision: 'APPROVE', message: 'Fine.' }]);
  const { exitCode, stdout } = await hook.ended;
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    decision: 'allow',
    reviewId: id,
    url: `${service.url}/r/${id}`,
    input: { to: 'ada@example.com' },
    edited: false,
    message: 'Fine.',
  });
  const after = { event: 'after', reviewId: id, outcome: 'FAILED', detail: 'bounced' };
  expect(await pc.start(json(pc), after).ended).toMatchObject({
    exitCode: 0,
    stdout: '{"reported":true}\n',
  });
  expect(
    await service.sql(
      'SELECT "graphId", "graphExecId", "outcome" FROM "PendingReview" WHERE "userId" = $1',
      [user],
    ),
  ).toEqual([{ graphId: 'mailer', graphExecId: 'run-7', outcome: 'FAILED' }]);
});

it('78. the neutral format: deny with exit code 2, the address, and what to do', async () => {
  const { pc, reviewer } = await setting();
  pc.env['HOLDPOINT_PUBLIC_URL'] = 'https://holdpoint.example.com/';
  const { exitCode, stdout, stderr } = await pc.start(json(pc, 6), before(pc)).ended;
  const id = await waiting(reviewer);
  expect(exitCode).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    decision: 'deny',
    status: 'waiting',
    reviewId: id,
    url: `https://holdpoint.example.com/r/${id}`,
    message: expect.stringMatching(/make exactly the same call again/),
  });
  expect(stderr).toContain(id);
});

it('78. an edit is passed on if the agent can take it, and otherwise refused with it', async () => {
  for (const acceptsEdits of [true, false]) {
    const { pc, reviewer } = await setting();
    const hook = pc.start(json(pc), before(pc, { acceptsEdits }));
    const id = await waiting(reviewer);
    const { payload } = await readOne(reviewer, id);
    const input = { to: 'ben@example.com' };
    await decide(reviewer, [
      { nodeExecId: id, decision: 'APPROVE', payload: { ...(payload as object), input } },
    ]);
    const { exitCode, stdout } = await hook.ended;
    if (acceptsEdits) {
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ decision: 'allow', edited: true, input });
    } else {
      expect(exitCode).toBe(2);
      expect(JSON.parse(stdout)).toMatchObject({
        decision: 'deny',
        status: 'unusable',
        editedInput: input,
      });
    }
    const { processed } = await readOne(reviewer, id);
    expect(processed).toBe(acceptsEdits);
  }
});

it.each([
  ['no JSON', 'x', /JSON/],
  ['an unknown event', { event: 'now' }, /event/],
  ['an unknown field', { x: 1 }, /x/],
  ['no input', { input: undefined }, /input/],
  ['input that is text', { input: 'x' }, /input: must be an object/],
])('78. the neutral format: %s is denied', async (_, more, message) => {
  const { pc } = await setting();
  const input = typeof more === 'string' ? more : before(pc, more);
  const { exitCode, stdout } = await pc.start(json(pc), input).ended;
  expect(exitCode).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    decision: 'deny',
    status: 'error',
    message: expect.stringMatching(message),
  });
});

it('78. a call that touches the settings needs a person, in spite of a standing approval', async () => {
  const { pc, reviewer, user } = await setting();
  const decider = service.as({ user, actor: 'ada', scopes: ['review:decide'] });
  const bash = (command: string) => before(pc, { tool: 'Bash', input: { command } });
  const hook = pc.start(json(pc), bash('ls'));
  await decide(decider, [
    { nodeExecId: await waiting(decider), decision: 'APPROVE', autoApproveFuture: true },
  ]);
  expect(await hook.ended).toMatchObject({ exitCode: 0 });
  // The standing approval lets other calls of the tool through.
  expect(await pc.start(json(pc, 8), bash('ls src')).ended).toMatchObject({ exitCode: 0 });
  for (const command of ['cat .claude/settings.json', `cat ${pc.tokenFile}`, `cat ${'$'}X`]) {
    const held = pc.start(json(pc), bash(command));
    const id = await waiting(reviewer);
    const { instructions } = await readOne(reviewer, id);
    expect(instructions).toMatch(
      /^Only a person may approve this call, because (?:what )?it touches/,
    );
    await vote(reviewer, id);
    expect({ command, ...(await held.ended) }).toMatchObject({ command, exitCode: 0, stderr: '' });
  }
}, 60_000);
