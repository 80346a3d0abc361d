import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DataFolderError } from '../../dataFolder.ts';

const execFileAsync = promisify(execFile);

/**
 * The user that runs PostgreSQL when Holdpoint runs as root, which PostgreSQL refuses to run as.
 */
export type ServerUser = { uid: number; gid: number };

/** The user for a new database: undefined for this process's own, which fits everyone but root. */
export async function chooseServerUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const user = (await findUser('postgres')) ?? (await findUser('nobody'));
  if (user) return user;
  throw new DataFolderError(
    'PostgreSQL refuses to run as root, and there is no user "postgres" or "nobody" to run it as. ' +
      'Start Holdpoint as another user, or set DATABASE_URL.',
  );
}

/** @param user a name or an id; undefined for root and for unknown users */
export async function findUser(user: string | number): Promise<ServerUser | undefined> {
  try {
    const id = async (flag: string) => (await execFileAsync('id', [flag, String(user)])).stdout;
    // Node expects signed 32-bit ids; macOS prints the -2 of "nobody" without a sign.
    const uid = Number(await id('-u')) | 0;
    return uid === 0 ? undefined : { uid, gid: Number(await id('-g')) | 0 };
  } catch {
    return undefined;
  }
}

/** Runs a program as that user. */
export const runAs = (user: ServerUser | undefined, file: string, ...args: string[]) =>
  execFileAsync(file, args, spawnOptions(user));

/** Whether a program succeeds as that user. */
export const succeedsAs = (user: ServerUser | undefined, file: string, ...args: string[]) =>
  runAs(user, file, ...args).then(
    () => true,
    () => false,
  );

/**
 * Keeps the locale, time zone and PG* variables of the terminal away from the server: its messages
 * are read here, and its data must not depend on them.
 */
export function spawnOptions(user: ServerUser | undefined) {
  const env: Record<string, string> = { LC_ALL: 'C', TZ: 'UTC' };
  for (const name of ['PATH', 'TMPDIR', 'SystemRoot']) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return { cwd: '/', env, windowsHide: true, ...user };
}
