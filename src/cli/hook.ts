import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { answerClaudeCode } from '../hook/claudeCode.ts';
import {
  hasHook,
  hasOtherHooks,
  readSettings,
  type Settings,
  settingsFile,
  withHook,
  withoutHook,
} from '../hook/claudeSettings.ts';
import { openHook, packageFolder } from '../hook/hookContext.ts';
import { answerJson } from '../hook/jsonHook.ts';
import { runHook } from '../hook/runHook.ts';
import { confirm } from './confirm.ts';
import { CommandError } from './errors.ts';
import { readToken } from './readToken.ts';
import { invocation, safeLines, safeText, shellWord } from './terminalText.ts';
import { diffLines } from './watch/diffLines.ts';

export type HookOptions = {
  /** The URL of the service; absent: HOLDPOINT_URL is invalid. */
  url: () => string;
  tokenFile?: string;
  /** The limit of the hook in the agent's settings, in seconds. */
  timeout: number;
};

const setupOf =
  ({ url, tokenFile }: HookOptions) =>
  async () => ({ url: url(), token: await readToken(tokenFile, 'review:request'), tokenFile });

/** Answers Claude Code. */
export const runClaudeCodeHook = (options: HookOptions): Promise<void> =>
  runHook({
    setup: setupOf(options),
    timeoutSeconds: options.timeout,
    answer: answerClaudeCode,
    failure: (message) => ({ stdout: '', stderr: message }),
  });

/** Answers any agent, in the format of docs/hooks.md. */
export const runJsonHook = (options: HookOptions & { workflow: string }): Promise<void> =>
  runHook({
    setup: setupOf(options),
    timeoutSeconds: options.timeout,
    answer: (text, open) => answerJson(text, options.workflow, open),
    failure: (message) => ({
      stdout: JSON.stringify({ decision: 'deny', status: 'error', message }),
      stderr: message,
    }),
  });

export type InstallOptions = {
  url: string;
  tokenFile: string;
  timeout: number;
  scope: 'project' | 'local' | 'user';
  /** The folder of the project. */
  project: string;
  yes?: boolean;
};

/** Writes the hook into the settings of Claude Code, once the user has seen the change. */
export async function runInstallHook(options: InstallOptions): Promise<void> {
  const { url, timeout, scope, project, yes = false } = options;
  const tokenFile = resolve(options.tokenFile);
  await checkTokenFile(url, tokenFile);
  const { file, before, settings } = await readOrEmpty(scope, project);
  if (settings.disableAllHooks === true) {
    throw new CommandError(`${file} has "disableAllHooks": true. Remove it first`);
  }
  const command = [
    ...[process.execPath, join(packageFolder, 'bin', 'holdpoint.mjs')],
    ...['hook', 'claude-code', '--url', url],
    ...['--token-file', tokenFile, '--timeout', String(timeout)],
  ];
  const after = change(file, () => withHook(settings, commandLine(command), timeout));
  if (hasOtherHooks(settings)) {
    console.error(
      'Note: other hooks run before tools as well. One that changes the input of a call can change what was approved.',
    );
  }
  await writeChange(file, before, textOf(after, before), yes);
}

/** Takes the hook out of the settings of Claude Code again. */
export async function runUninstallHook({
  scope,
  project,
  yes = false,
}: Pick<InstallOptions, 'scope' | 'project' | 'yes'>): Promise<void> {
  const { file, before, settings } = await readOrEmpty(scope, project);
  const after = change(file, () => {
    if (!hasHook(settings)) throw new Error('the Holdpoint hook is not in it');
    return withoutHook(settings);
  });
  const text = Object.keys(after).length === 0 ? '' : textOf(after, before);
  await writeChange(file, before, text, yes);
}

/** The command for a shell. npm's Node and this program by their places, so that PATH is not used. */
const commandLine = (words: readonly string[]): string => words.map(shellWord).join(' ');

/** Fails early on a token that the hook would refuse, or that others could read. */
async function checkTokenFile(url: string, tokenFile: string): Promise<void> {
  const token = await readToken(tokenFile, 'review:request');
  const { mode } = await stat(tokenFile);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new CommandError(
      `Other users can read ${safeText(tokenFile)}. Run: chmod 600 ${shellWord(tokenFile)}`,
    );
  }
  const holdpoint = await openHook({ url, token, tokenFile }, AbortSignal.timeout(30_000));
  const { scopes, actor } = await holdpoint.viewer();
  if (scopes.includes('review:request')) return;
  throw new CommandError(`The token of ${safeText(actor)} needs the scope review:request`);
}

async function readOrEmpty(scope: InstallOptions['scope'], project: string) {
  if (scope !== 'user' && !(await isFolder(project))) {
    throw new CommandError(`${safeText(project)} is not a folder`);
  }
  const file = settingsFile(scope, resolve(project));
  const before = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new CommandError(`Cannot read ${file}: ${error.message}`);
  });
  if (before === '') return { file, before, settings: {} as Settings };
  const settings = await readSettings(file).catch((error: Error) => {
    throw new CommandError(`Cannot change ${file}: ${error.message}`);
  });
  return { file, before, settings };
}

const isFolder = async (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

function change(file: string, make: () => Settings): Settings {
  try {
    return make();
  } catch (error) {
    throw new CommandError(`Cannot change ${file}: ${(error as Error).message}`);
  }
}

/** With the indentation of the file. */
function textOf(settings: Settings, before: string): string {
  const [, indentation = '  '] = /^\{\r?\n([ \t]+)/.exec(before) ?? [];
  return `${JSON.stringify(settings, null, indentation)}\n`;
}

async function writeChange(
  file: string,
  before: string,
  after: string,
  isAgreed: boolean,
): Promise<void> {
  const shown = relative(process.cwd(), file);
  const name = safeText(shown.startsWith('..') ? file : shown);
  if (before === after) return console.log(`${name} already is as it would become.`);
  console.log(`${after === '' ? 'Delete' : before === '' ? 'Create' : 'Change'} ${name}:\n`);
  for (const line of diffLines(linesOf(before), linesOf(after))) {
    console.log(safeLines(line).join(''));
  }
  console.log('');
  if (!isAgreed && !(await confirm('Write this?', unasked)))
    throw new CommandError('Nothing was changed');
  if (after === '') await rm(file);
  else {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, after);
  }
  console.log(`${after === '' ? 'Deleted' : 'Wrote'} ${name}.`);
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.trimEnd().split('\n'));

const unasked = `nothing was changed. To write this without being asked, add --yes, as in ${invocation} hook install claude-code --yes`;
