import { execFile } from 'node:child_process';
import { chmod, cp, lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  findPostgresBinaries,
  makeRunnable,
  type PostgresBinaries,
} from '../../src/database/embedded/binaries.ts';
import { chooseServerUser } from '../../src/database/embedded/serverUser.ts';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;

let home: string;
/** A copy in the state in which npm leaves it without install scripts. */
let installed: PostgresBinaries;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'holdpoint-binaries-'));
  const found = await findPostgresBinaries();
  installed = { ...found, root: join(home, 'native') };
  await cp(found.root, installed.root, { recursive: true, verbatimSymlinks: true });
  for (const name of await readdir(join(installed.root, 'lib'))) {
    const path = join(installed.root, 'lib', name);
    if ((await lstat(path)).isSymbolicLink()) await rm(path);
  }
});

afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

describe('the installed PostgreSQL', () => {
  it('gets the symbolic links of its libraries if npm has not made them', async () => {
    await expect(version(installed)).rejects.toThrow(/shared librar/);
    const runnable = await makeRunnable(installed, undefined, join(home, 'copies'));
    expect(runnable.root).toBe(installed.root);
    expect(await version(runnable)).toContain(`(PostgreSQL) ${installed.major}.`);
  });

  it.runIf(isRoot)('is copied if the server user cannot access its folder', async () => {
    const copies = await mkdtemp(join(tmpdir(), 'holdpoint-copies-'));
    try {
      await chmod(copies, 0o755);
      // As with a strict umask: only root can read the files or enter the folders.
      await run('chmod', ['-R', 'go-rwx', installed.root]);
      const user = await chooseServerUser();
      const runnable = await makeRunnable(installed, user, copies);
      expect(runnable.root.startsWith(copies)).toBe(true);
      expect(await version(runnable, user)).toContain('PostgreSQL');
      expect((await lstat(home)).mode & 0o777).toBe(0o700);
      expect(await makeRunnable(installed, user, copies)).toEqual(runnable);
      expect(await readdir(copies)).toHaveLength(1);
    } finally {
      await rm(copies, { recursive: true, force: true });
    }
  });
});

async function version(
  { root }: PostgresBinaries,
  user?: { uid: number; gid: number },
): Promise<string> {
  const options = user === undefined ? {} : { uid: user.uid, gid: user.gid, cwd: '/' };
  return (await run(join(root, 'bin', 'initdb'), ['--version'], options)).stdout;
}
