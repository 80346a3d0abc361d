// On a distributed database each workspace is on one server. A statement that is about one workspace
// runs there, and one that is about several runs on many servers, without a common snapshot. Here the
// tables are partitioned by workspace instead, and existing tests run on them. A statement that
// touches two partitions fails its file.

import { glob, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { statementsRun } from '../support/touchedPartitions.ts';

/** It reads events of several workspaces, so it never runs on a distributed database. */
const onlyMixing = 'readEvents';

/** The names of the statements in files of `src/`, by file. */
export async function statementsIn(files: string): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for await (const file of glob(`src/${files}.ts`)) {
    const text = await readFile(file, 'utf8');
    const own = [...text.matchAll(/\bstatement\(\s*'(\w+)'/g)].map(([, name]) => name ?? '');
    const shared = [...text.matchAll(/\bshared\(\s*'(\w+)'/g)];
    const names = [...own, ...shared.map(([, name]) => `${name}InWorkspace`)];
    if (names.length > 0) found.set(file, names);
  }
  return found;
}

/** Runs the tests of these files on partitioned tables. Call it before anything opens a database. */
export async function onPartitions(...files: string[]): Promise<void> {
  process.env['TEST_PARTITIONED'] = '1';
  for (const file of files) await import(`../${file}.test.ts`);
}

/** Checks that every statement in these files of `src/` has run. Call it last. */
export function allStatementsRun(...files: string[]): void {
  it.each(files)('every statement in src/%s has run', async (pattern) => {
    const names = [...(await statementsIn(pattern)).values()].flat();
    expect(names).not.toEqual([]);
    expect(names.filter((name) => !statementsRun.has(name) && name !== onlyMixing)).toEqual([]);
  });
}
