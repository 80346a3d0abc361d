import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { bareEnv } from '../support/bareEnv.ts';
import type { TestClient } from '../support/testClient.ts';
import type { TestService } from '../support/testService.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

export type Answer = { exitCode: number | null; stdout: string; stderr: string };
type Input = Record<string, unknown> | string | Buffer;

/** An agent on a machine of its own: a home with a token, and a project. */
export type Machine = {
  home: string;
  project: string;
  tokenFile: string;
  env: Record<string, string>;
  /** Starts `holdpoint hook …` with this input on stdin. */
  start(args: readonly string[], input: Input): Started;
  /** Runs a shell command as Claude Code runs a hook. */
  shell(command: string, input: Input): Started;
};

export type Started = { process: ChildProcess; ended: Promise<Answer> };

export async function machine(service: TestService, agent: TestClient): Promise<Machine> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'holdpoint-test-')));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const project = join(home, 'project');
  const tokenFile = join(home, 'secret', 'agent.token');
  const { mkdir } = await import('node:fs/promises');
  await mkdir(project);
  await mkdir(join(home, 'secret'));
  await writeFile(tokenFile, `${await agent.token}\n`, { mode: 0o600 });
  const env = {
    ...bareEnv,
    NO_COLOR: '1',
    HOME: home,
    HOLDPOINT_URL: service.url,
    CLAUDE_PROJECT_DIR: project,
  };
  const run = (command: string, args: readonly string[], input: Input): Started => {
    const child = spawn(command, args, { cwd: project, env, stdio: 'pipe' });
    onTestFinished(() => void child.kill('SIGKILL'));
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        output[stream] += text;
      });
    }
    child.stdin.on('error', () => {});
    const isText = typeof input === 'string' || input instanceof Buffer;
    child.stdin.end(isText ? input : JSON.stringify(input));
    const ended = new Promise<Answer>((resolve) => {
      child.once('close', (exitCode) => resolve({ exitCode, ...output }));
    });
    return { process: child, ended };
  };
  return {
    home,
    project,
    tokenFile,
    env,
    start: (args, input) =>
      run(
        process.execPath,
        ['--conditions=holdpoint-source', join(root, 'src/main.ts'), 'hook', ...args],
        input,
      ),
    shell: (command, input) => run('sh', ['-c', command], input),
  };
}

/** The arguments for Claude Code, with the limit of the hook in seconds. */
export const claudeCode = ({ tokenFile }: Machine, timeout = 60) => [
  'claude-code',
  ...['--token-file', tokenFile, '--timeout', String(timeout)],
];

/** The input of PreToolUse as documented. */
export const preToolUse = (
  { project }: Machine,
  tool: string,
  input: object,
  more: object = {},
) => ({
  session_id: 'abc123',
  transcript_path: '/home/ada/.claude/projects/-home-ada-project/abc123.jsonl',
  cwd: project,
  permission_mode: 'default',
  effort: { level: 'high' },
  hook_event_name: 'PreToolUse',
  tool_name: tool,
  tool_input: input,
  tool_use_id: `toolu_${randomUUID()}`,
  ...more,
});

/** What Claude Code reads from stdout after exit code 0. */
export function decisionOf({ exitCode, stdout, stderr }: Answer): Record<string, unknown> {
  if (exitCode !== 0) throw new Error(`exit code ${exitCode}: ${stderr}`);
  const { hookSpecificOutput } = JSON.parse(stdout);
  return hookSpecificOutput;
}
