import { createHash, randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  mkdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { DataFolderError, folderError, makeDataFolder, makeFolder } from '../../dataFolder.ts';
import { findPostgresBinaries, makeRunnable } from './binaries.ts';
import { chooseServerUser, findUser, runAs, type ServerUser, succeedsAs } from './serverUser.ts';

/** Where root keeps data and binaries that the server's user could not reach in their own place. */
const SHARED_HOME = '/var/lib/holdpoint';

/** The only role in the database. */
export const ROLE = 'holdpoint';

/**
 * A database on disk, ready to be started. `folder` holds `data` (PostgreSQL's), `password` and
 * `log`.
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

/**
 * Finds the database of a data folder, or creates it if it may.
 * @throws DataFolderError with a message for the user
 */
export async function prepareCluster(
  dataDir: string,
  { mayCreate = true }: { mayCreate?: boolean } = {},
): Promise<Cluster> {
  if (!mayCreate) await requireCluster(resolve(dataDir));
  const dataFolder = await makeDataFolder(dataDir);
  const installed = await findPostgresBinaries();
  try {
    const { home, user } = await choosePlace(dataFolder);
    const binaries = await makeRunnable(installed, user, user ? SHARED_HOME : home);
    const folder = join(home, 'postgres');
    const files = { data: join(folder, 'data'), log: join(folder, 'log') };
    const cluster = { home, folder, ...files, bin: join(binaries.root, 'bin'), user };
    if (!(await exists(folder))) await createCluster(cluster);
    await checkVersion(cluster.data, binaries.major);
    const password = (await readFile(join(folder, 'password'), 'utf8')).trim();
    return { ...cluster, password };
  } catch (error) {
    throw folderError(error, dataFolder);
  }
}

/** @throws DataFolderError if there is no database yet */
async function requireCluster(path: string): Promise<void> {
  const dataFolder = await realpath(path).catch(() => path);
  for (const home of homesOf(dataFolder)) {
    if (await exists(join(home, 'postgres'))) return;
  }
  throw new DataFolderError(
    `There is no database in ${path}. Set HOLDPOINT_DATA_DIR to the data folder of the service, or ` +
      'run the command in the folder where you start it. To create a new database: holdpoint migrate',
  );
}

/** Where the database of a data folder can be. Only root's can be in a place of its own. */
function homesOf(dataFolder: string): [string, ...string[]] {
  if (process.getuid?.() !== 0) return [dataFolder];
  const hash = createHash('sha256').update(dataFolder).digest('hex').slice(0, 12);
  return [dataFolder, join(SHARED_HOME, `${basename(dataFolder).replace(/^\.+/, '')}-${hash}`)];
}

/**
 * Where the database is and which user runs it. Only root has a choice: existing data stays where
 * it is, with its owner. New data goes into the data folder if the user can enter it, else to a
 * place of its own named after the folder.
 */
async function choosePlace(dataFolder: string): Promise<Pick<Cluster, 'home' | 'user'>> {
  const homes = homesOf(dataFolder);
  const [, elsewhere] = homes;
  if (elsewhere === undefined) return { home: dataFolder, user: undefined };

  for (const home of homes) {
    const data = await stat(join(home, 'postgres', 'data')).catch(() => undefined);
    if (data) return { home, user: await findUser(data.uid) };
  }
  // The folder may belong to a user that is meant to run the server, as a container's volume does.
  const user = (await findUser((await stat(dataFolder)).uid)) ?? (await chooseServerUser());
  if (await succeedsAs(user, '/bin/sh', '-c', 'test -x "$0"', dataFolder)) {
    return { home: dataFolder, user };
  }
  await makeFolder(SHARED_HOME, 0o755);
  await makeFolder(elsewhere, 0o711);
  return { home: elsewhere, user };
}

/**
 * Creates the database under another name and renames it when it is complete. So a folder that
 * exists is complete, and of two processes that create it, one wins.
 */
async function createCluster({ folder, bin, user }: Omit<Cluster, 'password'>): Promise<void> {
  const draft = `${folder}.${randomBytes(6).toString('hex')}`;
  const data = join(draft, 'data');
  const passwordForInitdb = join(draft, 'initdb-password');
  const password = `${randomBytes(24).toString('base64url')}\n`;
  try {
    await mkdir(draft);
    await chmod(draft, user ? 0o711 : 0o700);
    await mkdir(data, { mode: 0o700 });
    await writeFile(join(draft, 'password'), password, { mode: 0o600, flush: true });
    await writeFile(passwordForInitdb, password, { mode: 0o600 });
    if (user) {
      for (const path of [data, passwordForInitdb]) await chown(path, user.uid, user.gid);
    }
    await runAs(
      user,
      join(bin, 'initdb'),
      `--pgdata=${data}`,
      `--username=${ROLE}`,
      `--pwfile=${passwordForInitdb}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // Sorts text the same on every machine, whatever its C library.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
    ).catch(({ stderr, message }: Error & { stderr?: string }) => {
      throw new DataFolderError(
        `PostgreSQL could not create a database in ${folder}: ${lastLines(stderr || message)}`,
      );
    });
    await rm(passwordForInitdb);
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another process has created the database; use that one.
    if (!(await exists(folder))) throw error;
  }
}

async function checkVersion(data: string, expected: number): Promise<void> {
  const version = (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim();
  if (version === String(expected)) return;
  throw new DataFolderError(
    `The database in ${data} was made by PostgreSQL ${version}, and Holdpoint brings ${expected}. ` +
      'Transfer the data with pg_dump, or set HOLDPOINT_DATA_DIR to another folder.',
  );
}

/** The end of PostgreSQL's output, on one line. */
export function lastLines(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '')
    .slice(-3)
    .join(' | ');
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
