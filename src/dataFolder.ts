import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const SECRET_BYTES = 32;
/** See HOLDPOINT_JWT_SECRET. */
const SECRET_MIN_LENGTH = 32;

/** The data folder, or the database in it, cannot be used. The message is one line for the user. */
export class DataFolderError extends Error {
  override name = 'DataFolderError';
}

/**
 * Explains an error of the file system at `path` in one line, if the user can do something about
 * it.
 */
export function folderError(error: unknown, path: string): unknown {
  const code = errorCode(error);
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOENT':
      return new DataFolderError(
        `The data folder ${path} is not accessible to this user (${code}). ` +
          'Set HOLDPOINT_DATA_DIR to a folder that this user can write to.',
      );
    case 'ENOTDIR':
    case 'EEXIST':
      return new DataFolderError(`${path} is not a folder. Set HOLDPOINT_DATA_DIR to a folder.`);
    case 'ENOSPC':
    case 'EDQUOT':
      return new DataFolderError(
        `The disk of the data folder ${path} is full. Free some space, or set HOLDPOINT_DATA_DIR.`,
      );
    default:
      return error;
  }
}

/** The `code` of errors from Node and PostgreSQL. */
export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/**
 * Creates the data folder if it does not exist, and returns its absolute path without symbolic
 * links. A new folder is private. Root's can be passed through, since PostgreSQL runs as another
 * user then; the secret files in it are private either way.
 */
export async function makeDataFolder(dataDir: string): Promise<string> {
  const path = resolve(dataDir);
  try {
    await makeFolder(path, process.getuid?.() === 0 ? 0o711 : 0o700);
    return await realpath(path);
  } catch (error) {
    throw folderError(error, path);
  }
}

/**
 * Creates a folder and its parents with this mode, whatever the umask. Existing folders stay as
 * they are. Node's `recursive` option does not return for a path in /proc.
 */
export async function makeFolder(path: string, mode: number): Promise<void> {
  if (await isFolder(path)) return;
  if (dirname(path) !== path) await makeFolder(dirname(path), mode);
  try {
    await mkdir(path);
    await chmod(path, mode);
  } catch (error) {
    // Another process may have created it.
    if (!(await isFolder(path))) throw error;
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );

/**
 * The secret that signs the tokens of a development service. It is created on first use, readable
 * by its owner only; processes that start together get the same one.
 */
export async function readOrMakeSecret(dataDir: string): Promise<string> {
  const folder = await makeDataFolder(dataDir);
  const path = join(folder, 'secret');
  const newSecret = randomBytes(SECRET_BYTES).toString('base64url');
  try {
    await writeFile(path, `${newSecret}\n`, { mode: 0o600, flag: 'wx', flush: true });
    return newSecret;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw folderError(error, folder);
  }
  // Another process may have created the file and not written it yet.
  for (let attempt = 0; attempt < 20; attempt++) {
    const secret = (await readFile(path, 'utf8').catch(() => '')).trim();
    if (secret.length >= SECRET_MIN_LENGTH) return secret;
    await sleep(25);
  }
  throw new DataFolderError(
    `The secret in ${path} is unreadable or shorter than ${SECRET_MIN_LENGTH} characters. ` +
      'Delete the file to create a new one.',
  );
}
