import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import {
  type Access,
  leadsToProtected,
  mayMatchProtected,
  namesProtected,
  type Places,
  plain,
} from './protectedPlaces.ts';
import { readShell, type ShellCommand } from './shellWords.ts';

/** A call of a tool, as the agent makes it. */
export type ToolCall = { tool: string; input: unknown; cwd: string };

/** Tools that take files in these fields, and no other way. */
const fileTools: Record<string, { fields: readonly string[]; access: Access }> = {
  Read: { fields: ['file_path'], access: 'read' },
  LS: { fields: ['path'], access: 'read' },
  Glob: { fields: ['path', 'pattern'], access: 'read' },
  Grep: { fields: ['path', 'glob'], access: 'read' },
  Write: { fields: ['file_path'], access: 'write' },
  Edit: { fields: ['file_path'], access: 'write' },
  MultiEdit: { fields: ['file_path'], access: 'write' },
  NotebookEdit: { fields: ['notebook_path'], access: 'write' },
};

/** Tools that only take text. What a subagent does with a prompt is held itself. */
const textTools = new Set([
  ...['Agent', 'Task', 'AskUserQuestion', 'EnterPlanMode', 'ExitPlanMode', 'TodoWrite'],
  ...['TaskCreate', 'TaskGet', 'TaskList', 'TaskUpdate', 'ToolSearch', 'WebFetch', 'WebSearch'],
]);

const shellTools = new Set(['Bash', 'PowerShell', 'Monitor']);
/** Arguments of other tools that are a program. */
const programField = /command|cmd|script|code|shell|program|args/i;

const MAX_WORDS = 2_000;
const MAX_FOLDERS = 16;

/** Programs that act on a folder with everything in it. */
const folderPrograms = new Set([
  ...[
    'rm',
    'rmdir',
    'unlink',
    'shred',
    'mv',
    'cp',
    'ln',
    'install',
    'rsync',
    'tar',
    'zip',
    'unzip',
  ],
  ...['chmod', 'chown', 'chgrp', 'mount', 'remove-item', 'move-item', 'copy-item'],
]);
/** Options with which a search acts on what it finds. */
const actingOption = /^-(?:delete|exec|execdir|ok|okdir|fprint|fprint0|fprintf|fls|x|X)$/;
const interpreters =
  /^(?:(?:ba|z|da|k|fi|c|tc|a)?sh|pwsh|powershell|cmd|python[\d.]*|pypy\d?|node|nodejs|deno|bun|tsx|perl|ruby|php|lua|osascript)(?:\.exe)?$/;
/** Programs that run text as code, so that nothing can be told from their words. */
const opaquePrograms =
  /^(?:eval|source|\.|xargs|parallel|[gmn]?awk|alias|trap|invoke-expression|iex)$/;
/** Programs that run the program that their arguments name. */
const wrappers =
  /^(?:sudo|doas|env|command|builtin|exec|nohup|time|timeout|nice|ionice|stdbuf|setsid|busybox|watch|flock|strace|unshare|chroot|script|ssh)$/;
/** `-c`, `-e`, `--eval` and the like: code on the command line. */
const codeOption = /^(?:-\w*[cepErR]|--?(?:eval|print|command|encodedcommand|run))(?:=|$)/;
const environmentPrograms = /^(?:env|printenv|set|export|declare|typeset|compgen)$/;

/**
 * Why only a person may approve a call, such as `it touches …`: it may touch Holdpoint's token, data
 * or code, or the agent's settings. Null if nothing of this can be seen in the call.
 *
 * A shell command counts as well if it cannot be told from its words what it does. What a program
 * does that a command starts, such as a test, cannot be seen at all.
 */
export function touchedBy({ tool, input, cwd }: ToolCall, places: Places): string | null {
  const fileTool = Object.hasOwn(fileTools, tool) ? fileTools[tool] : undefined;
  if (fileTool) return filesOf(input, cwd, fileTool, places) ? PLACES : null;
  if (textTools.has(tool)) return null;
  if (shellTools.has(tool)) {
    return firstOf(stringsIn(input), ({ text, key }) =>
      key === 'description' || key === ''
        ? null
        : shellTouches(tool === 'PowerShell' ? text.replaceAll('\\', '/') : text, cwd, places),
    );
  }
  return firstOf(stringsIn(input), ({ text, key }) => {
    if (namesProtected(text, places)) return PLACES;
    if (programField.test(key)) return shellTouches(text, cwd, places);
    const isPath = text !== '' && !/[\n\r]/.test(text) && text.length < 1_000;
    return isPath && leadsToProtected(text, cwd, 'write', places) ? PLACES : null;
  });
}

const PLACES = "it touches Holdpoint's token, data or code, or the agent's settings";
const UNREADABLE =
  'what it touches cannot be told from the command: it uses variables, substitutions or code on the command line';

function filesOf(
  input: unknown,
  cwd: string,
  { fields, access }: { fields: readonly string[]; access: Access },
  places: Places,
): boolean {
  const given = (input ?? {}) as Record<string, unknown>;
  const named = fields.flatMap((field) => (field in given ? [given[field]] : []));
  // A search without a folder searches the current one.
  const searched = access === 'read' && !('path' in given) && !('file_path' in given) ? ['.'] : [];
  const folder = typeof given['path'] === 'string' ? resolve(cwd, given['path']) : cwd;
  return [...named, ...searched].some((path) => {
    if (typeof path !== 'string') return true;
    return [cwd, folder].some(
      (from) =>
        leadsToProtected(path, from, access, places) ||
        (/[*?[{]/.test(path) && mayMatchProtected(path, from, access, places)),
    );
  });
}

function shellTouches(line: string, cwd: string, places: Places): string | null {
  const unquoted = line.replace(/['"\\^]|\\\n/g, '');
  // A backslash may be an escape, or part of a path on Windows.
  if ([unquoted, line.replaceAll('\\', '/')].some((text) => namesProtected(text, places))) {
    return PLACES;
  }
  const commands = readShell(line, { HOME: places.home, PWD: cwd });
  if (commands === null) return UNREADABLE;
  const words = commands.flat();
  const folders = foldersIn(
    words.map(({ text }) => text),
    cwd,
    places.home,
  );
  if (words.length > MAX_WORDS || folders.length > MAX_FOLDERS) return UNREADABLE;
  return firstOf(commands, (command) => commandTouches(command, folders, places));
}

function commandTouches(
  command: ShellCommand,
  folders: readonly string[],
  places: Places,
): string | null {
  const names = command.map(({ text }) => plain(basename(text)));
  if (names.some((name) => name === 'claude' || name === 'claude-code')) return PLACES;
  const starts = programsIn(names);
  if (starts.some((at) => opaquePrograms.test(names[at] as string))) return UNREADABLE;
  const showsEnvironment = names.some(
    (name) => environmentPrograms.test(name) || name === 'environ',
  );
  if (places.isTokenInEnvironment && showsEnvironment) return PLACES;
  for (const [at, name] of names.entries()) {
    if (!interpreters.test(name)) continue;
    const rest = command.slice(at + 1).map(({ text }) => text);
    if (rest.some((text) => codeOption.test(text))) return UNREADABLE;
    // Without a file it runs what it reads.
    if (starts.includes(at) && rest.every((text) => text.startsWith('-'))) return UNREADABLE;
  }
  const actsOnFolders =
    names.some((name) => folderPrograms.has(name)) ||
    (names.some((name) => name === 'find' || name === 'fd') &&
      command.some(({ text }) => actingOption.test(text)));
  const access = actsOnFolders ? 'write-below' : 'write';
  for (const { text, isPattern } of command) {
    if (namesProtected(text, places)) return PLACES;
    // Braces stand for several words.
    if (text.includes('{') && /,|\.\./.test(text)) return UNREADABLE;
    for (const path of pathsIn(text)) {
      for (const folder of folders) {
        if (leadsToProtected(path, folder, access, places)) return PLACES;
        if (isPattern && mayMatchProtected(path, folder, access, places)) return PLACES;
      }
    }
  }
  return null;
}

/** Where the names of programs may stand in a command. */
function programsIn(names: readonly string[]): number[] {
  const first = names.findIndex((name) => !/^\w+=/.test(name));
  const isWrapped = wrappers.test(names[first] ?? '');
  return names.flatMap((_, at) => {
    const isAfterExec = /^-(?:exec|execdir|ok|okdir)$/.test(names[at - 1] ?? '');
    return at === first || isWrapped || isAfterExec ? [at] : [];
  });
}

/** The path that a word may hold: alone, or after an option, as in `--file=../x` and `-o../x`. */
function pathsIn(word: string): string[] {
  const pieces = word.split(/[=:,@]/).filter((piece) => piece !== '');
  const joined = /^-\w(.+)$/.exec(word)?.[1];
  return [...new Set([word, ...pieces, ...(joined ? [joined] : [])])].filter(
    (path) => path !== '' && !path.startsWith('-'),
  );
}

/** The current folder, and those that the command may go to. */
function foldersIn(words: readonly string[], cwd: string, home: string): string[] {
  const folders = [cwd];
  for (const word of words) {
    if (word === '' || word.startsWith('-') || folders.length > MAX_FOLDERS) continue;
    const path = /^~(?=$|\/)/.test(word) ? home + word.slice(1) : word;
    for (const folder of [...folders]) {
      const next = resolve(folder, path);
      if (!folders.includes(next) && isFolder(next)) folders.push(next);
    }
  }
  return folders;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** All strings of a value, keys included, with the key that they are under. */
function stringsIn(value: unknown, key = ''): { text: string; key: string }[] {
  if (typeof value === 'string') return [{ text: value, key }];
  if (Array.isArray(value)) return value.flatMap((item) => stringsIn(item, key));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    { text: name, key: '' },
    ...stringsIn(member, name),
  ]);
}

function firstOf<Item>(items: readonly Item[], find: (item: Item) => string | null): string | null {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
}
