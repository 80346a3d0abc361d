import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { requestChanges } from '../reviews/talk.ts';
import { ask, decide, deleteReview } from '../support/operations.ts';
import { testService } from '../support/testService.ts';
import { claudeCode, decisionOf, type Machine, machine, preToolUse } from './hookProcess.ts';

const service = await testService();
const command = { command: 'npm test' };

type Answer = { exitCode: number | null; stdout: string; stderr: string };

/** The hooks, each with a call, and what denies it if it cannot be asked for, and if it was decided. */
const hooks = [
  [
    'claude-code',
    (pc: Machine) => pc.start(claudeCode(pc), preToolUse(pc, 'Bash', command)),
    // Claude Code blocks the call, and gives the text to the agent.
    (answer: Answer) => {
      expect(answer).toMatchObject({ exitCode: 2, stdout: '' });
      expect(answer.stderr).toMatch(/an answer is never an approval.* it must not run/);
    },
    (answer: Answer) => expect(decisionOf(answer)).toMatchObject({ permissionDecision: 'deny' }),
  ],
  [
    'json',
    (pc: Machine) =>
      pc.start(['json', '--token-file', pc.tokenFile, '--timeout', '60'], {
        ...{ event: 'before', session: 'run-7', tool: 'shell', input: command, cwd: pc.project },
      }),
    ({ exitCode, stdout, stderr }: Answer) => {
      expect(exitCode).toBe(2);
      expect(JSON.parse(stdout)).toMatchObject({ decision: 'deny' });
      expect(stderr).toMatch(/an answer is never an approval/);
    },
    ({ exitCode, stdout }: Answer) => {
      expect(exitCode).toBe(2);
      expect(JSON.parse(stdout)).toMatchObject({ decision: 'deny', status: 'changesRequested' });
    },
  ],
] as const;

type Row = { nodeExecId: string; graphExecId: string; graphId: string; nodeId: string };
type Stored = Row & { graphVersion: number; payload: string; status: string; processed: boolean };

const stored = (user: string) =>
  service.sql<Stored>(
    `SELECT "nodeExecId", "graphExecId", "graphId", "graphVersion", "nodeId", "payload", "status",
      "processed" FROM "PendingReview" WHERE "userId" = $1`,
    [user],
  );

/**
 * An agent that knows the ID of its hook's review asks for the same step under it by itself, in a
 * way that the hook never would.
 */
async function askedOtherwise(
  start: (typeof hooks)[number][1],
  more: object,
  payloadOf: (payload: object) => object = (payload) => payload,
) {
  const { user, agent, reviewer } = service.team();
  const pc = await machine(service, agent);
  const first = start(pc);
  let row: Stored | undefined;
  while (!row) {
    await sleep(50);
    [row] = await stored(user);
  }
  first.process.kill('SIGKILL');
  await first.ended;
  const { nodeExecId, graphExecId, graphId, graphVersion, nodeId, payload } = row;
  await deleteReview(agent, nodeExecId);
  const step = {
    graphExecId,
    graphId,
    graphVersion,
    nodeId,
    payload: payloadOf(JSON.parse(payload)),
  };
  const asked = await ask(agent, nodeExecId, { ...step, ...more });
  expect(asked).toMatchObject({ state: 'WAITING' });
  return { pc, user, reviewer, nodeExecId };
}

it.each(hooks)('81. %s never takes an answer for an approval', async (_, start, isRefused) => {
  const question = { kind: 'QUESTION', answerSchema: { type: 'boolean' } };
  const { pc, user, reviewer, nodeExecId } = await askedOtherwise(start, question);
  const answer = { nodeExecId, decision: 'ANSWER', answer: true };
  expect(await decide(reviewer, [answer])).toMatchObject({ reviews: [{ status: 'ANSWERED' }] });
  isRefused(await start(pc).ended);
  expect(await stored(user)).toMatchObject([{ status: 'ANSWERED', processed: false }]);
});

it.each(hooks)(
  '84. %s never takes a request for changes for an approval',
  async (_, start, _isRefused, isDenied) => {
    const changes = { allowedDecisions: ['APPROVE', 'REJECT', 'REQUEST_CHANGES'] };
    const { pc, user, reviewer, nodeExecId } = await askedOtherwise(start, changes);
    expect(await requestChanges(reviewer, nodeExecId)).toMatchObject({
      reviews: [{ status: 'CHANGES_REQUESTED' }],
    });
    const answer = await start(pc).ended;
    isDenied(answer);
    expect(answer.stdout).toContain('Too much');
    expect(await stored(user)).toMatchObject([{ status: 'CHANGES_REQUESTED', processed: false }]);
  },
);

it.each([
  [
    'claude-code',
    hooks[0][1],
    ({ stdout }: Answer) => JSON.parse(stdout).hookSpecificOutput.updatedInput,
  ],
  [
    'json',
    (pc: Machine) =>
      pc.start(['json', '--token-file', pc.tokenFile, '--timeout', '60'], {
        ...{ event: 'before', session: 'run-7', tool: 'shell', input: command, cwd: pc.project },
        acceptsEdits: true,
      }),
    ({ stdout }: Answer) => JSON.parse(stdout).input,
  ],
] as const)(
  '%s runs what was approved, if the request under its ID is for something else',
  async (_, start, inputOf) => {
    const other = { command: 'ls' };
    const { pc, user, reviewer, nodeExecId } = await askedOtherwise(start, {}, (payload) => ({
      ...payload,
      input: other,
    }));
    await decide(reviewer, [{ nodeExecId, decision: 'APPROVE' }]);
    const answer = await start(pc).ended;
    expect(answer).toMatchObject({ exitCode: 0 });
    expect(inputOf(answer)).toEqual(other);
    expect(await stored(user)).toMatchObject([{ status: 'APPROVED', processed: true }]);
  },
);

it('the neutral hook without edits denies a call if something else was approved under its ID', async () => {
  const other = { command: 'ls' };
  const start = hooks[1][1];
  const { pc, user, reviewer, nodeExecId } = await askedOtherwise(start, {}, (payload) => ({
    ...payload,
    input: other,
  }));
  await decide(reviewer, [{ nodeExecId, decision: 'APPROVE' }]);
  const answer = await start(pc).ended;
  expect(answer.exitCode).toBe(2);
  expect(JSON.parse(answer.stdout)).toMatchObject({ decision: 'deny', editedInput: other });
  expect(await stored(user)).toMatchObject([{ status: 'APPROVED', processed: false }]);
});
