import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { chmod, chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import {
  DataFolderError,
  errorCode,
  folderError,
  makeDataFolder,
  makeFolder,
} from './dataFolder.ts';
import { findPostgresBinaries, makeRunnable } from './postgresBinaries.ts';
import {
  canEnter,
  chooseServerUser,
  type ServerUser,
  serverEnvironment,
  serverUserOf,
} from './serverUser.ts';

const run = promisify(execFile);

/** Where root keeps what another user must reach when the clone's folder cannot be entered. */
const SHARED_HOME = '/var/lib/holdpoint';

/** The only role: Holdpoint's own. */
export const ROLE = 'holdpoint';

/**
 * A database on the disk, ready to be started. `folder` holds `data` (PostgreSQL's own), `password` and `log`; it is made
 * under another name and renamed when complete, so what exists is whole, and of two that make it one wins.
 */
export type Cluster = {
  home: string;
  folder: string;
  data: string;
  log: string;
  bin: string;
  password: string;
  user: ServerUser | undefined;
};

/** Finds the database of a data folder, or makes it. Throws a DataFolderError that says what is in the way. */
export async function prepareCluster(dataDir: string): Promise<Cluster> {
  const folder = await makeDataFolder(dataDir);
  const found = await findPostgresBinaries();
  try {
    const { home, user } = await choosePlace(folder);
    const binaries = await makeRunnable(found, user, user === undefined ? home : SHARED_HOME);
    const cluster = {
      home,
      folder: join(home, 'postgres'),
      data: join(home, 'postgres', 'data'),
      log: join(home, 'postgres', 'log'),
      bin: join(binaries.root, 'bin'),
      user,
    };
    if ((await statOf(cluster.folder)) === undefined) await createCluster(cluster);
    await checkMajor(cluster.data, binaries.major);
    const password = (await readFile(join(cluster.folder, 'password'), 'utf8')).trim();
    return { ...cluster, password };
  } catch (error) {
    throw folderError(error, folder);
  }
}

/**
 * The data stays where it is, also when the folders above have changed since. New data goes into the data folder itself
 * if the server's user can get there, else (only root has another user) to a place of its own, named after the folder.
 */
async function choosePlace(
  folder: string,
): Promise<{ home: string; user: ServerUser | undefined }> {
  const isRoot = process.getuid?.() === 0;
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  const elsewhere = join(SHARED_HOME, `${basename(folder).replace(/^\.+/, '')}-${hash}`);

  for (const home of isRoot ? [folder, elsewhere] : [folder]) {
    const data = await statOf(join(home, 'postgres', 'data'));
    if (data === undefined) continue;
    const user = await ownerOf(data, home);
    if (await canEnter(home, user)) return { home, user };
    throw new DataFolderError(
      `The database in ${home} belongs to the user ${user?.name}, who cannot enter that folder any more. ` +
        'Let that user pass through the folders above it, or set HOLDPOINT_DATA_DIR to another folder.',
    );
  }

  // A folder that was given to a user, as a container's volume may be, is for that user's server.
  const owner = isRoot ? await serverUserOf((await stat(folder)).uid) : undefined;
  if (owner !== undefined && (await canEnter(folder, owner))) return { home: folder, user: owner };
  const user = await chooseServerUser();
  if (await canEnter(folder, user)) return { home: folder, user };
  await makeFolder(SHARED_HOME, 0o755);
  await makeFolder(elsewhere, 0o711);
  return { home: elsewhere, user };
}

async function ownerOf(data: Stats, home: string): Promise<ServerUser | undefined> {
  const own = process.getuid?.();
  if (own === undefined || data.uid === own) return undefined;
  const user = own === 0 ? await serverUserOf(data.uid) : undefined;
  if (user !== undefined) return user;
  throw new DataFolderError(
    `The database in ${home} belongs to another user (id ${data.uid}). ` +
      'Start Holdpoint as that user, or set HOLDPOINT_DATA_DIR to another folder.',
  );
}

async function createCluster(cluster: Omit<Cluster, 'password'>): Promise<void> {
  const draft = `${cluster.folder}.${randomBytes(6).toString('hex')}`;
  const data = join(draft, 'data');
  const passwordForInitdb = join(draft, 'initdb-password');
  const password = randomBytes(24).toString('base64url');
  try {
    await mkdir(draft);
    await chmod(draft, cluster.user === undefined ? 0o700 : 0o711);
    await mkdir(data, { mode: 0o700 });
    await writeFile(join(draft, 'password'), `${password}\n`, { mode: 0o600, flush: true });
    await writeFile(passwordForInitdb, `${password}\n`, { mode: 0o600 });
    if (cluster.user !== undefined) {
      await chown(data, cluster.user.uid, cluster.user.gid);
      await chown(passwordForInitdb, cluster.user.uid, cluster.user.gid);
    }
    await initdb(cluster, data, passwordForInitdb);
    await rm(passwordForInitdb);
    await rename(draft, cluster.folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another process has made the database meanwhile, and that one is used.
    if (errorCode(error) === 'ENOTEMPTY' || errorCode(error) === 'EEXIST') return;
    throw error;
  }
}

async function initdb(
  cluster: Omit<Cluster, 'password'>,
  data: string,
  passwordFile: string,
): Promise<void> {
  const settings = [
    `--pgdata=${data}`,
    `--username=${ROLE}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The same order of text on every machine, whatever its C library.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
  ];
  try {
    await run(join(cluster.bin, 'initdb'), settings, {
      cwd: '/',
      env: serverEnvironment(),
      ...(cluster.user && { uid: cluster.user.uid, gid: cluster.user.gid }),
    });
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    if (output.includes('No space left on device')) {
      throw folderError(Object.assign(new Error(output), { code: 'ENOSPC' }), cluster.home);
    }
    throw new DataFolderError(
      `PostgreSQL could not make a database in ${cluster.home}: ${lastLines(output) || String(error)}`,
    );
  }
}

async function checkMajor(data: string, expected: number): Promise<void> {
  const text = await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => '');
  const major = Number.parseInt(text, 10);
  if (major === expected) return;
  throw new DataFolderError(
    Number.isNaN(major)
      ? `${data} holds no PostgreSQL database. Move it away, or set HOLDPOINT_DATA_DIR to another folder.`
      : `The database in ${data} was made by PostgreSQL ${major}, and Holdpoint brings ${expected}. ` +
          'Carry the data over with pg_dump, or set HOLDPOINT_DATA_DIR to another folder.',
  );
}

/** What matters in PostgreSQL's output, on one line. */
export function lastLines(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return lines
    .slice(-3)
    .map((line) => line.trim())
    .join(' | ');
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
