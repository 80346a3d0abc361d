import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataFolderError, makeDataFolder, readOrMakeSecret } from '../../src/dataFolder.ts';

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'holdpoint-folder-'));
});

afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

describe('the development secret', () => {
  it('is 32 random bytes that only the owner can read, and is kept', async () => {
    const folder = join(home, 'new', 'data');
    const secret = await readOrMakeSecret(folder);
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect((await stat(join(folder, 'secret'))).mode & 0o777).toBe(0o600);
    expect(await readOrMakeSecret(folder)).toBe(secret);
    expect(await readOrMakeSecret(join(home, 'other'))).not.toBe(secret);
  });

  it('is the same for all processes that create it concurrently, and leaves no other files', async () => {
    const secrets = await Promise.all(Array.from({ length: 50 }, () => readOrMakeSecret(home)));
    expect(new Set(secrets).size).toBe(1);
    expect(await readdir(home)).toEqual(['secret']);
  });

  it('is refused if it is too short', async () => {
    await writeFile(join(home, 'secret'), 'short\n');
    await expect(readOrMakeSecret(home)).rejects.toThrow(DataFolderError);
  });
});

describe('the data folder', () => {
  it('is created with its parents, and an existing one is left unchanged', async () => {
    const folder = join(home, 'a', 'b', 'c');
    expect(await makeDataFolder(folder)).toBe(await makeDataFolder(folder));
    expect((await stat(folder)).isDirectory()).toBe(true);
  });

  it.runIf(process.platform === 'linux')(
    'is refused if the system reports an existing folder as missing',
    async () => {
      await expect(makeDataFolder('/proc/holdpoint/data')).rejects.toThrow(DataFolderError);
    },
  );

  it('is refused if a file is in the way', async () => {
    await writeFile(join(home, 'file'), '');
    await expect(makeDataFolder(join(home, 'file', 'data'))).rejects.toThrow('is not a folder');
  });
});
