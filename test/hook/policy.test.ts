import { expect, it } from 'vitest';
import { runHoldpoint } from '../cli/runProgram.ts';
import { savePolicy } from '../policy/savePolicy.ts';
import { testService } from '../support/testService.ts';
import { claudeCode, decisionOf, machine, preToolUse } from './hookProcess.ts';

const service = await testService();

async function setting() {
  const team = service.team();
  const pc = await machine(service, team.agent);
  await savePolicy(service, team.user, [
    {
      ruleId: 'everything',
      when: 'graph == "claude-code" && payload.tool == node',
      effect: 'ALLOW',
    },
    {
      ruleId: 'no-force',
      when: 'node == "Bash" && payload.input.command.contains("--force")',
      effect: 'DENY',
      reason: 'Never force.',
    },
  ]);
  const ask = async (command: string) =>
    decisionOf(await pc.start(claudeCode(pc, 6), preToolUse(pc, 'Bash', { command })).ended);
  const stored = () =>
    service.sql(
      'SELECT "status", "decisionSource", "processed" FROM "PendingReview" WHERE "userId" = $1 ORDER BY "createdAt"',
      [team.user],
    );
  return { ...team, pc, ask, stored };
}

it('78. what a rule allows runs at once, each time on an approval of its own', async () => {
  const { ask, stored } = await setting();
  for (let at = 0; at < 2; at++) {
    const answer = await ask('npm test');
    expect(answer).toMatchObject({ permissionDecision: 'allow' });
    expect(answer).not.toHaveProperty('additionalContext');
  }
  const used = { status: 'APPROVED', decisionSource: 'POLICY', processed: true };
  expect(await stored()).toEqual([used, used]);
});

it('78. what a rule denies is denied at once, with its reason', async () => {
  const { ask, stored } = await setting();
  for (let at = 0; at < 2; at++) {
    expect(await ask('git push --force')).toMatchObject({
      permissionDecision: 'deny',
      permissionDecisionReason: expect.stringMatching(
        /^This call was rejected by the policy: "Denied by rule \S+: Never force\."\. It has not run/,
      ),
    });
  }
  expect(await stored()).toHaveLength(1);
});

it('78. no rule allows calls that touch Holdpoint or the settings', async () => {
  const { pc, ask, stored } = await setting();
  const commands = ['cat .claude/settings.json', `cat ${pc.tokenFile}`, `echo ${'$'}X`];
  for (const command of commands) {
    expect(await ask(command)).toMatchObject({
      permissionDecision: 'deny',
      permissionDecisionReason: expect.stringMatching(/needs approval/),
    });
  }
  const file_path = `${pc.project}/.claude/settings.json`;
  const write = preToolUse(pc, 'Write', { file_path, content: '{}' });
  expect(decisionOf(await pc.start(claudeCode(pc, 6), write).ended)).toMatchObject({
    permissionDecision: 'deny',
  });
  const waiting = { status: 'WAITING', decisionSource: null, processed: false };
  expect(await stored()).toEqual([waiting, waiting, waiting, waiting]);
}, 60_000);

it('78. under a policy in shadow, a person decides', async () => {
  const { user, ask } = await setting();
  await savePolicy(service, user, [{ ruleId: 'all', when: 'true', effect: 'ALLOW' }], {
    mode: 'SHADOW',
  });
  expect(await ask('npm test')).toMatchObject({ permissionDecision: 'deny' });
});

it('78. the starter policy passes its own tests', async () => {
  const file = 'examples/policies/claude-code.yaml';
  const { exitCode, stdout } = await runHoldpoint(['policy', 'test', file]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '8 tests passed\n' });
});
