import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  guardsSettings,
  hasHook,
  hasOtherHooks,
  withHook,
  withoutHook,
} from '../../src/hook/claudeSettings.ts';
import { testService } from '../support/testService.ts';
import { decisionOf, type Machine, machine, preToolUse } from './hookProcess.ts';

const service = await testService();

const theirs = {
  model: 'opus',
  permissions: { deny: ['Read(./.env)'] },
  hooks: {
    PreToolUse: [{ matcher: 'Bash', hooks: [{ type: 'command', command: 'lint.sh' }] }],
    Stop: [{ hooks: [{ type: 'command', command: 'holdpoint-like hook' }] }],
  },
};
const command = '/n/node /h/holdpoint.mjs hook claude-code --timeout 600';

it('78. installing adds the hook once, and removing it leaves everything else', () => {
  for (const before of [{}, { hooks: {} }, theirs]) {
    const after = withHook(before, command, 600);
    expect(hasHook(after)).toBe(true);
    expect(withHook(after, command, 600)).toEqual(after);
    expect(withoutHook(after)).toEqual('hooks' in before && before !== theirs ? {} : before);
    expect(hasHook(withoutHook(after))).toBe(false);
  }
  expect(hasOtherHooks(theirs)).toBe(true);
  expect(hasOtherHooks(withHook({}, command, 600))).toBe(false);
  const twice = withHook(withHook(theirs, command, 600), command.replace('600', '60'), 60);
  expect(JSON.stringify(twice).match(/hook claude-code/g)).toHaveLength(4);
});

it('78. settings in another form are refused', () => {
  for (const hooks of ['x', [], { PreToolUse: {} }, { PreToolUse: ['x'] }]) {
    expect(() => withHook({ hooks }, command, 600)).toThrow(/"hooks" is not/);
  }
});

async function setting() {
  const { agent, user } = service.team();
  return { user, agent, pc: await machine(service, agent) };
}

const install = (pc: Machine, ...more: string[]) =>
  pc.start(['install', 'claude-code', '--token-file', pc.tokenFile, ...more], '').ended;
const settings = (pc: Machine) => readFile(join(pc.project, '.claude/settings.json'), 'utf8');

it('78. shows the change and asks before it is written; what is written works', async () => {
  const { pc } = await setting();
  const shown = await install(pc);
  expect(shown).toMatchObject({ exitCode: 2 });
  expect(shown.stdout).toMatch(/^Create \.claude\/settings\.json:\n\n\+ \{\n/);
  expect(shown.stdout).toContain('+         "matcher": "*",');
  expect(shown.stderr).toMatch(/nothing was changed.*--yes/);
  await expect(settings(pc)).rejects.toThrow(/ENOENT/);

  expect(await install(pc, '--yes', '--timeout', '6')).toMatchObject({ exitCode: 0, stderr: '' });
  const { hooks } = JSON.parse(await settings(pc));
  expect(Object.keys(hooks)).toEqual([
    'PreToolUse',
    'PostToolUse',
    'PostToolUseFailure',
    'ConfigChange',
  ]);
  const [{ matcher, hooks: handlers }] = hooks.PreToolUse;
  expect(matcher).toBe('*');
  expect(handlers).toEqual([
    {
      type: 'command',
      command: expect.stringMatching(/^answer=\$\(.* \|\| exit 2$/),
      onFailure: 'block',
      timeout: 6,
      statusMessage: expect.any(String),
    },
  ]);
  const answer = await pc.shell(handlers[0].command, preToolUse(pc, 'Bash', { command: 'ls' }))
    .ended;
  expect(decisionOf(answer)).toMatchObject({ permissionDecision: 'deny' });
  const change = { hook_event_name: 'ConfigChange', session_id: 'a', cwd: pc.project };
  const [{ hooks: guards }] = hooks.ConfigChange;
  expect(await pc.shell(guards[0].command, change).ended).toMatchObject({
    exitCode: 0,
    stdout: '{}\n',
  });

  const again = await install(pc, '--yes', '--timeout', '6');
  expect(again.stdout).toBe('.claude/settings.json already is as it would become.\n');

  const removed = await pc.start(['uninstall', 'claude-code', '--yes'], '').ended;
  expect(removed).toMatchObject({ exitCode: 0 });
  expect(removed.stdout).toMatch(/^Delete \.claude\/settings\.json:/);
  await expect(settings(pc)).rejects.toThrow(/ENOENT/);
  expect(await pc.start(['uninstall', 'claude-code', '--yes'], '').ended).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('the Holdpoint hook is not in it'),
  });
});

it('78. keeps what else is in the settings, with its indentation', async () => {
  const { pc } = await setting();
  await mkdir(join(pc.project, '.claude'));
  const before = `${JSON.stringify(theirs, null, 4)}\n`;
  await writeFile(join(pc.project, '.claude/settings.json'), before);
  const { exitCode, stdout, stderr } = await install(pc, '--yes');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^Change .*\n\n {2}…\n/);
  expect(stderr).toMatch(/other hooks run before tools/);
  expect(await settings(pc)).toMatch(/^\{\n {4}"model"/);
  await pc.start(['uninstall', 'claude-code', '--yes'], '').ended;
  expect(await settings(pc)).toBe(before);
});

it.each([
  ['a file that is not JSON', '{,', /Cannot change .*settings\.json: .*JSON/],
  ['a list', '[]', /it is not a JSON object/],
  ['hooks in another form', '{"hooks":[]}', /"hooks" is not/],
  ['hooks that are disabled', '{"disableAllHooks":true}', /Remove it first/],
])('78. does not install into %s', async (_, text, message) => {
  const { pc } = await setting();
  await mkdir(join(pc.project, '.claude'));
  await writeFile(join(pc.project, '.claude/settings.json'), text);
  const { exitCode, stderr } = await install(pc, '--yes');
  expect(exitCode).not.toBe(0);
  expect(stderr).toMatch(message);
  expect(await settings(pc)).toBe(text);
});

it('78. does not install with a token that may decide, or that others can read', async () => {
  const { pc, user } = await setting();
  await chmod(pc.tokenFile, 0o644);
  expect((await install(pc, '--yes')).stderr).toMatch(/Other users can read .*chmod 600/);
  await chmod(pc.tokenFile, 0o600);
  const scopes = ['review:request', 'review:decide'] as const;
  await writeFile(pc.tokenFile, await service.as({ user, actor: 'x', scopes }).token);
  expect((await install(pc, '--yes')).stderr).toMatch(/must not be able to decide/);
  const reader = service.as({ user, actor: 'x', scopes: ['review:read'] });
  await writeFile(pc.tokenFile, await reader.token);
  expect((await install(pc, '--yes')).stderr).toMatch(/needs the scope review:request/);
  await expect(settings(pc)).rejects.toThrow(/ENOENT/);
});

it('78. the command in the settings ends with 2 whatever goes wrong', async () => {
  const { pc } = await setting();
  await install(pc, '--yes', '--timeout', '20');
  const { hooks } = JSON.parse(await settings(pc));
  const gate: string = hooks.PreToolUse[0].hooks[0].command;
  const run = (text: string) => pc.shell(text, preToolUse(pc, 'Bash', { command: 'ls' })).ended;
  const replaced = (by: string) => gate.replace(/\$\(.*?\) &&/, `$(${by}) &&`);
  for (const [name, text] of [
    ['the program is not there', gate.replaceAll('holdpoint.mjs', 'gone.mjs')],
    ['Node is not there', replaced('/no/such/node x')],
    ['it is not executable', replaced('/etc/passwd')],
    ['it ends with 1', replaced('exit 1')],
    ['it answers, and ends with 1', replaced('echo {}; exit 1')],
    ['it ends with 0 and says nothing', replaced('exit 0')],
    ['it is killed', replaced('kill -9 $$')],
    ['its child is killed', replaced('sh -c "kill -9 \\$\\$"')],
  ] as const) {
    const { exitCode, stdout } = await run(text);
    // A shell that is killed itself cannot end with 2: `onFailure` is for that.
    if (name === 'it is killed') expect(exitCode).not.toBe(0);
    else expect({ name, exitCode, stdout }).toEqual({ name, exitCode: 2, stdout: '' });
  }
});

it('78. changed settings without the hook do not take effect', async () => {
  const { pc } = await setting();
  const file = join(pc.project, '.claude/settings.json');
  const change = { hook_event_name: 'ConfigChange', session_id: 'a', cwd: pc.project };
  const ask = async () =>
    JSON.parse(
      (await pc.start(['claude-code', '--token-file', pc.tokenFile], change).ended).stdout,
    );
  expect(await ask()).toMatchObject({ decision: 'block' });
  await install(pc, '--yes');
  expect(await ask()).toEqual({});
  const installed = JSON.parse(await settings(pc));
  for (const text of [
    '{}',
    '{,',
    '{"hooks":7}',
    JSON.stringify({ ...installed, disableAllHooks: true }),
    JSON.stringify({ hooks: { PreToolUse: [{ ...installed.hooks.PreToolUse[0], matcher: 'X' }] } }),
  ]) {
    await writeFile(file, text);
    expect(await ask()).toMatchObject({ decision: 'block' });
  }
  await writeFile(file, JSON.stringify(installed));
  await writeFile(join(pc.project, '.claude/settings.local.json'), '{"disableAllHooks":true}');
  expect(await ask()).toMatchObject({ decision: 'block' });
  expect(await guardsSettings('/no/such/project')).not.toBeNull();
});
