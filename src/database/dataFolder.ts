import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const SECRET_BYTES = 32;
/** Shorter than this is no key for HS256; see HOLDPOINT_JWT_SECRET. */
const SECRET_MIN_LENGTH = 32;

/** The data folder, or the database in it, cannot be used. The message is one line for a person. */
export class DataFolderError extends Error {
  override name = 'DataFolderError';
}

/** Turns what the file system says about `path` into one line that says what to do. */
export function folderError(error: unknown, path: string): Error {
  const code = errorCode(error);
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOENT':
      return new DataFolderError(
        `The data folder ${path} cannot be used by this user (${code}). ` +
          'Set HOLDPOINT_DATA_DIR to a folder that this user can write to.',
      );
    case 'ENOTDIR':
    case 'EEXIST':
      return new DataFolderError(
        `${path} is not a folder. Set HOLDPOINT_DATA_DIR to a folder for the data.`,
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return new DataFolderError(
        `The disk of the data folder ${path} is full. Free some space, or set HOLDPOINT_DATA_DIR to another folder.`,
      );
    default:
      return error instanceof Error ? error : new Error(String(error));
  }
}

/** The `code` that Node's and PostgreSQL's errors carry. */
export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/**
 * Makes the data folder where it is missing and answers its absolute path, links resolved. A new folder is its owner's
 * alone; root's can be passed through, because PostgreSQL runs there as another user (what is secret in it has mode 0600).
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

/** A new folder with this mode, whatever the umask; one that exists stays as it is. */
export async function makeFolder(path: string, mode: number): Promise<void> {
  if (await makeWithParents(path)) await chmod(path, mode);
}

/**
 * Answers whether the folder is new. Not mkdir's `recursive`: where a parent exists and says that it does not, as in /proc, that
 * tries for ever.
 */
async function makeWithParents(path: string): Promise<boolean> {
  const isThere = async (error: unknown) => {
    if (errorCode(error) === 'EEXIST' && (await stat(path)).isDirectory()) return false;
    throw error;
  };
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || dirname(path) === path) return isThere(error);
  }
  await makeWithParents(dirname(path));
  return mkdir(path).then(() => true, isThere);
}

/**
 * The development secret for HS256 tokens: 32 random bytes in base64url, made on first use and kept in the data folder
 * for its owner only. Processes that start at the same moment get the same one.
 */
export async function readOrMakeSecret(dataDir: string): Promise<string> {
  const folder = await makeDataFolder(dataDir);
  const path = join(folder, 'secret');
  try {
    await createWhole(path, `${randomBytes(SECRET_BYTES).toString('base64url')}\n`);
    const secret = await readPatiently(path);
    if (secret.length >= SECRET_MIN_LENGTH) return secret;
  } catch (error) {
    throw folderError(error, folder);
  }
  throw new DataFolderError(
    `The secret in ${path} is shorter than ${SECRET_MIN_LENGTH} characters. Delete the file to have a new one made.`,
  );
}

/** Creates a file with all of its content at once, unless there is one: a link to a finished file is atomic. */
async function createWhole(path: string, content: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => '')) !== '') return;
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, content, { mode: 0o600, flag: 'wx', flush: true });
  try {
    await link(draft, path);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return;
    // Some file systems have no hard links; there a reader may have to wait for the content.
    await writeFile(path, content, { mode: 0o600, flag: 'wx' }).catch((second: unknown) => {
      if (errorCode(second) !== 'EEXIST') throw second;
    });
  } finally {
    await rm(draft, { force: true });
  }
}

async function readPatiently(path: string): Promise<string> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const content = (await readFile(path, 'utf8')).trim();
    if (content !== '') return content;
    await sleep(25);
  }
  return '';
}
