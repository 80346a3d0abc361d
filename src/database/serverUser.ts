import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DataFolderError } from './dataFolder.ts';

const run = promisify(execFile);

/** Who runs PostgreSQL when Holdpoint itself is root: PostgreSQL refuses to. */
export type ServerUser = { name: string; uid: number; gid: number };

/** PostgreSQL's own user where the machine has one, else the user of everything that owns nothing. */
const CANDIDATES = ['postgres', 'nobody'];

/** The user for a new database; undefined means this process's own, which is right for everybody but root. */
export async function chooseServerUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of CANDIDATES) {
    const user = await lookUp(name);
    if (user !== undefined && user.uid !== 0) return user;
  }
  throw new DataFolderError(
    'PostgreSQL does not run as root, and there is no user "postgres" or "nobody" to run it as. ' +
      'Start Holdpoint as an ordinary user, or set DATABASE_URL.',
  );
}

/** The user with this id, for root to run the server as; undefined for root, and for an id without a user, which PostgreSQL refuses. */
export async function serverUserOf(uid: number): Promise<ServerUser | undefined> {
  return uid === 0 ? undefined : lookUp(String(uid));
}

async function lookUp(user: string): Promise<ServerUser | undefined> {
  try {
    const [name, uid, gid] = await Promise.all(
      ['-un', '-u', '-g'].map(async (what) => (await run('id', [what, user])).stdout.trim()),
    );
    // Node takes ids as 32 bits with a sign; macOS prints the -2 of "nobody" without one.
    return { name: name ?? user, uid: Number(uid) | 0, gid: Number(gid) | 0 };
  } catch {
    return undefined;
  }
}

/** Whether that user can enter the folder and the ones above it. Tried, because access lists can say more than modes. */
export async function canEnter(folder: string, user: ServerUser | undefined): Promise<boolean> {
  if (user === undefined) return true;
  try {
    const options = { uid: user.uid, gid: user.gid, cwd: '/', env: serverEnvironment() };
    await run('/bin/sh', ['-c', 'test -x "$0"', folder], options);
    return true;
  } catch {
    return false;
  }
}

/** No locale, time zone or PG* setting of the terminal may reach the server: its messages are read, its data must not depend on them. */
export function serverEnvironment(): Record<string, string> {
  const environment: Record<string, string> = { LC_ALL: 'C', TZ: 'UTC' };
  for (const name of ['PATH', 'TMPDIR', 'SystemRoot']) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}
