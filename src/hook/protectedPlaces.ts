import { readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path';

// Where an agent could switch off the hook that holds its calls: Holdpoint's token, data and code,
// and the settings of the agent.

export type Places = {
  home: string;
  /** Files and folders that not even reading may leak: the token, Holdpoint's own data. */
  secrets: readonly string[];
  /** Files and folders that must not be changed: Holdpoint's code. */
  code: readonly string[];
  /** Names of other things that lead to Holdpoint: the host and port of the service. */
  hosts: readonly string[];
  /** Whether the token is in the environment, so that a command that prints it shows the token. */
  isTokenInEnvironment: boolean;
};

/** Folders of Claude Code below `.claude` in which it works itself. */
const workFolders = new Set(['worktrees', 'plans', 'projects']);
const settingsNames = new Set([
  ...[
    '.claude.json',
    '.mcp.json',
    'managed-settings.json',
    'managed-settings.d',
    'managed-mcp.json',
  ],
]);
const MAX_WORD = 4_096;
const MAX_LINKS = 40;

/** Text, quoted or not, that names something protected. */
const names =
  /holdpoint|disableallhooks|claude_config_dir|claude-code|managed-settings|\.mcp\.json|\.claude\.json|\.claude(?![\w-])(?![/\\]+(?:worktrees|plans|projects)[/\\])/;

/**
 * One spelling of what file systems take for the same name: some ignore case, invisible characters,
 * or dots and spaces at the end.
 */
export const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[\p{Default_Ignorable_Code_Point}\p{Cc}]/gu, '')
    .toLowerCase();

/** Whether a text names the agent's settings or Holdpoint. */
export function namesProtected(text: string, { hosts, secrets }: Places): boolean {
  const seen = plain(text);
  return (
    names.test(seen) ||
    hosts.some((host) => seen.includes(host)) ||
    secrets.some((secret) => seen.includes(plain(secret)))
  );
}

export type Access = 'read' | 'write' | 'write-below';

/**
 * Whether a path leads to something protected, followed through `..` and symbolic links.
 * @param access write-below: everything in a folder, as `rm -r` and `mv` do
 */
export function leadsToProtected(
  path: string,
  cwd: string,
  access: Access,
  places: Places,
): boolean {
  if (path.length > MAX_WORD || path.includes('\0')) return true;
  const absolute = absoluteOf(path, cwd, places.home);
  if (absolute === null) return true;
  const isWrite = access !== 'read';
  return [absolute, followed(absolute)].some((found) => {
    const parts = partsOf(found);
    if (parts.includes('.holdpoint')) return true;
    if (isWrite && isSettings(parts)) return true;
    const isBelowFolder = (place: string) => meets(found, place, access === 'write-below');
    return (
      places.secrets.some((place) => meets(found, place, true)) ||
      (isWrite && places.code.some(isBelowFolder)) ||
      (access === 'write-below' && settingsPlaces(cwd, places).some(isBelowFolder)) ||
      isSameFile(
        found,
        isWrite ? [...places.secrets, ...settingsPlaces(cwd, places)] : places.secrets,
      )
    );
  });
}

/** Whether a word with wildcards could stand for something protected, or for a folder with it. */
export function mayMatchProtected(
  pattern: string,
  cwd: string,
  access: Access,
  places: Places,
): boolean {
  const absolute = absoluteOf(pattern, cwd, places.home);
  if (absolute === null) return true;
  const wanted = partsOf(absolute);
  const all = [...places.secrets, ...(access === 'read' ? [] : settingsPlaces(cwd, places))];
  return all.some((place) => {
    const parts = partsOf(place);
    const anyDepth = wanted.indexOf('**');
    const shared = Math.min(anyDepth < 0 ? wanted.length : anyDepth, parts.length);
    // A word that ends above the place matters only to commands that take whole folders.
    const endsAbove = anyDepth < 0 && wanted.length < parts.length;
    if (endsAbove && access === 'write' && !places.secrets.includes(place)) return false;
    return wanted.slice(0, shared).every((part, at) => matchesPart(part, parts[at] as string));
  });
}

/** The settings that apply in a folder: its own, those of the folders above, and the user's. */
function settingsPlaces(cwd: string, { home }: Places): string[] {
  const folders = [home];
  for (let at = resolve(cwd); ; at = dirname(at)) {
    folders.push(at);
    if (at === dirname(at)) break;
  }
  return folders.flatMap((folder) => [
    join(folder, '.claude'),
    join(folder, '.claude', 'settings.json'),
    join(folder, '.claude', 'settings.local.json'),
    join(folder, '.claude.json'),
    join(folder, '.mcp.json'),
  ]);
}

function isSettings(parts: readonly string[]): boolean {
  return parts.some((part, at) => {
    if (settingsNames.has(part)) return true;
    return part === '.claude' && !workFolders.has(parts[at + 1] ?? '');
  });
}

/** Null if only the shell could tell, as for `~ben`. */
function absoluteOf(path: string, cwd: string, home: string): string | null {
  const slashed = sep === '/' ? path.replaceAll('\\', '/') : path;
  const expanded = /^~(?=$|[/\\])/.test(slashed) ? home + slashed.slice(1) : slashed;
  if (expanded.startsWith('~')) return null;
  const url = /^file:\/\/(?:localhost)?(\/.*)$/i.exec(expanded)?.[1];
  const file = url === undefined ? expanded : decodeURIComponentSafely(url);
  return isAbsolute(file) ? resolve(file) : resolve(cwd, file);
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The path with its symbolic links followed, also those to what does not exist yet. */
function followed(path: string, depth = 0): string {
  const missing: string[] = [];
  for (let at = path; ; at = dirname(at)) {
    try {
      return join(realpathSync.native(at), ...missing);
    } catch {
      const target = targetOf(at);
      if (target !== null && depth < MAX_LINKS) {
        return followed(join(resolve(dirname(at), target), ...missing), depth + 1);
      }
      if (at === dirname(at)) return path;
      missing.unshift(basename(at));
    }
  }
}

/** Where a symbolic link leads. Null if it is none. */
function targetOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

const partsOf = (path: string): string[] =>
  path
    .split(/[/\\]/)
    .map((part) => trimmed(plain(part)))
    .filter((part) => part !== '');

/** Without what Windows ignores: the name of a stream, dots and spaces at the end. */
function trimmed(part: string): string {
  const [name = ''] = part.split(':', 1);
  let end = name.length;
  while (end > 0 && '. '.includes(name[end - 1] as string)) end--;
  return end === 0 ? name : name.slice(0, end);
}

/** Whether a path is a place or below it; or, with `orAbove`, above it. */
function meets(path: string, place: string, orAbove: boolean): boolean {
  const one = partsOf(path);
  const other = partsOf(place);
  if (one.length < other.length && !orAbove) return false;
  return one.slice(0, other.length).every((part, at) => part === other[at]);
}

/** Another name of the same file: a hard link, or a folder that is mounted twice. */
function isSameFile(path: string, places: readonly string[]): boolean {
  const identity = identityOf(path);
  return identity !== null && places.some((place) => identityOf(place) === identity);
}

function identityOf(path: string): string | null {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

/** Compares a part of a path with a pattern whose every wildcard stands for any text. */
function matchesPart(pattern: string, part: string): boolean {
  if (/\{|\}/.test(pattern)) return true;
  const pieces = pattern.replace(/\[[^\]]*\]?|\?/g, '*').split(/\*+/);
  const [first = '', ...rest] = pieces;
  if (rest.length === 0) return pattern === part;
  // The shell's wildcards do not stand for a dot at the beginning.
  if (first === '' && part.startsWith('.') && !/^\[/.test(pattern)) return false;
  if (!part.startsWith(first)) return false;
  const last = rest.pop() as string;
  let at = first.length;
  for (const piece of rest) {
    const found = part.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return part.length - at >= last.length && part.endsWith(last);
}
