import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

// The settings of Claude Code: https://code.claude.com/docs/en/settings

type Handler = { type?: unknown; command?: unknown } & Record<string, unknown>;
type Group = { matcher?: unknown; hooks?: unknown } & Record<string, unknown>;
export type Settings = { hooks?: unknown; disableAllHooks?: unknown } & Record<string, unknown>;

/** Marks the entries that this program writes. */
const OURS = /\shook claude-code(?:\s|$)/;
const REPORT_SECONDS = 30;

/** Where the user's own settings are. */
export const configFolder = (env: NodeJS.ProcessEnv = process.env): string =>
  env['CLAUDE_CONFIG_DIR'] || join(homedir(), '.claude');

/** Where an administrator's settings are, by platform. */
export const managedFolders = [
  '/etc/claude-code',
  '/Library/Application Support/ClaudeCode',
  'C:\\Program Files\\ClaudeCode',
];

/** The settings file of a scope. */
export function settingsFile(scope: 'project' | 'local' | 'user', project: string): string {
  if (scope === 'user') return join(configFolder(), 'settings.json');
  return join(project, '.claude', scope === 'local' ? 'settings.local.json' : 'settings.json');
}

/**
 * A shell command that ends with 2, which blocks the tool, unless the hook has ended well and has
 * answered: also if it cannot be found, crashes or is killed. Claude Code lets the tool run after
 * every other exit code.
 */
const gated = (command: string): string =>
  `answer=$(${command}) && [ -n "$answer" ] && printf '%s\\n' "$answer" || exit 2`;

/**
 * The settings with the hook for every tool.
 * @param command runs `holdpoint hook claude-code`
 * @throws Error if the settings are not in the documented form
 */
export function withHook(settings: Settings, command: string, timeoutSeconds: number): Settings {
  const gate = { type: 'command', command: gated(command), onFailure: 'block' };
  const report = { type: 'command', command, timeout: REPORT_SECONDS };
  const added: Record<string, Group> = {
    PreToolUse: {
      matcher: '*',
      hooks: [
        { ...gate, timeout: timeoutSeconds, statusMessage: 'Asking Holdpoint for approval…' },
      ],
    },
    PostToolUse: { matcher: '*', hooks: [report] },
    PostToolUseFailure: { matcher: '*', hooks: [report] },
    ConfigChange: { hooks: [{ ...gate, timeout: REPORT_SECONDS }] },
  };
  const clean = withoutHook(settings);
  const hooks = { ...(clean.hooks as Record<string, Group[]> | undefined) };
  for (const [event, group] of Object.entries(added)) {
    hooks[event] = [...(hooks[event] ?? []), group];
  }
  return { ...clean, hooks };
}

/** The settings without the hook. Everything else stays. */
export function withoutHook(settings: Settings): Settings {
  const { hooks: given, ...others } = settings;
  const hooks = Object.entries(eventsIn(settings)).flatMap(([event, groups]) => {
    const kept = groups.flatMap((group) => {
      const handlers = handlersOf(group);
      const theirs = handlers.filter((handler) => !isOurs(handler));
      if (theirs.length === handlers.length) return [group];
      return theirs.length === 0 ? [] : [{ ...group, hooks: theirs }];
    });
    return kept.length === 0 && groups.length > 0 ? [] : [[event, kept] as const];
  });
  if (given === undefined || (hooks.length === 0 && hasHook(settings))) return others;
  return { ...settings, hooks: Object.fromEntries(hooks) };
}

/** Whether the hook for every tool is in the settings. */
export const hasHook = (settings: Settings): boolean =>
  (eventsIn(settings)['PreToolUse'] ?? []).some(
    (group) => (group.matcher ?? '*') === '*' && handlersOf(group).some(isOurs),
  );

/** Whether other hooks run before tools. They could change what was approved. */
export const hasOtherHooks = (settings: Settings): boolean =>
  (eventsIn(settings)['PreToolUse'] ?? []).some((group) =>
    handlersOf(group).some((handler) => !isOurs(handler)),
  );

/**
 * Why the settings that Claude Code would use now do not hold the agent's calls; null if they do.
 * @param project the folder of the project
 */
export async function guardsSettings(project: string): Promise<string | null> {
  const files = [
    ...(['user', 'project', 'local'] as const).map((scope) => settingsFile(scope, project)),
    ...managedFolders.map((folder) => join(folder, 'managed-settings.json')),
  ];
  const found: Settings[] = [];
  for (const file of files) {
    const settings = await readSettings(file).catch(() => null);
    if (settings?.disableAllHooks === true) return `${file} disables all hooks`;
    if (settings) found.push(settings);
  }
  const isHeld = found.some((settings) => {
    try {
      return hasHook(settings);
    } catch {
      return false;
    }
  });
  return isHeld ? null : 'no settings file has the Holdpoint hook';
}

/** @throws Error if the file is not a JSON object; ENOENT */
export async function readSettings(file: string): Promise<Settings> {
  const text = await readFile(file, 'utf8');
  const settings: unknown = JSON.parse(text);
  if (isRecord(settings)) return settings;
  throw new Error('it is not a JSON object');
}

/** @throws Error if `hooks` is not in the documented form */
function eventsIn({ hooks = {} }: Settings): Record<string, Group[]> {
  const isValid =
    isRecord(hooks) &&
    Object.values(hooks).every((groups) => Array.isArray(groups) && groups.every(isRecord));
  if (isValid) return hooks as Record<string, Group[]>;
  throw new Error('"hooks" is not an object with a list of hooks for each event');
}

const handlersOf = ({ hooks }: Group): Handler[] =>
  Array.isArray(hooks) ? hooks.filter(isRecord) : [];

const isOurs = ({ command }: Handler): boolean =>
  typeof command === 'string' && OURS.test(command.replace(/\)/g, ' '));

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
