import { link, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { carryOut } from '../../demo/carryOut.ts';
import { findSteps } from '../../demo/findSteps.ts';
import { readApproved, type Step, sha256 } from '../../demo/step.ts';

async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdpoint-demo-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

const rename: Step = { action: 'rename', file: 'A b.txt', newName: 'a-b.txt' };
const edit: Step = { action: 'edit', file: 'a.txt', before: 'teh', after: 'the' };
const deletion: Step = {
  action: 'delete',
  file: 'a.tmp',
  reason: 'old',
  bytes: 1,
  sha256: sha256('x'),
};

it.each([
  [rename, { 'A b.txt': 'x' }, { 'a-b.txt': 'x' }],
  [edit, { 'a.txt': 'teh' }, { 'a.txt': 'the' }],
  [deletion, { 'a.tmp': 'x' }, {}],
])('repeating $action after a crash changes nothing', async (step, before, after) => {
  const folder = await folderWith(before);
  expect(await carryOut(folder, step)).toEqual({ state: 'done' });
  expect(await carryOut(folder, step)).toEqual({ state: 'done before' });
  const names = await readdir(folder);
  const files = await Promise.all(
    names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const),
  );
  expect(Object.fromEntries(files)).toEqual(after);
});

it('completes an interrupted rename', async () => {
  const folder = await folderWith({ 'A b.txt': 'x' });
  await link(join(folder, 'A b.txt'), join(folder, 'a-b.txt'));
  expect(await carryOut(folder, rename)).toEqual({ state: 'done' });
  expect(await readdir(folder)).toEqual(['a-b.txt']);
});

it.each([
  [rename, { 'A b.txt': 'x', 'a-b.txt': 'y' }, 'another file has this name'],
  [rename, {}, 'the file is gone'],
  [edit, { 'a.txt': 'something else' }, 'the file has changed since the agent asked'],
  [edit, {}, 'the file is gone'],
  [deletion, { 'a.tmp': 'y' }, 'the file has changed since the agent asked'],
])('changes nothing if $action is no longer possible', async (step, files, reason) => {
  const folder = await folderWith(files);
  expect(await carryOut(folder, step)).toEqual({ state: 'impossible', reason });
  expect((await readdir(folder)).sort()).toEqual(Object.keys(files).sort());
});

it('does not follow symbolic links out of the folder', async () => {
  const outside = await folderWith({ secret: 'teh' });
  const folder = await folderWith({});
  for (const name of ['A b.txt', 'a.txt', 'a.tmp', 'b.txt']) {
    await symlink(join(outside, 'secret'), join(folder, name));
  }
  for (const step of [rename, edit, { ...deletion, sha256: sha256('teh') }] as Step[]) {
    expect(await carryOut(folder, step)).toMatchObject({ state: 'impossible' });
  }
  expect(await findSteps(folder)).toEqual([]);
  expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('teh');
});

it.each(['../out.txt', '/etc/x', 'a/b', '..', '.', '', '.hidden', 'a\0b', 'x'.repeat(300)])(
  'rejects the edited name %j',
  (newName) => {
    expect(readApproved(rename, { ...rename, newName })).toMatch(/^newName /);
  },
);

it.each([
  [rename, { ...rename, file: 'other' }, /^file must not be edited/],
  [rename, { ...rename, action: 'delete' }, /^action must not be edited/],
  [rename, null, /^the payload /],
  [rename, { ...rename, more: 1 }, /more/],
  [edit, { ...edit, before: '' }, /^before must not be edited/],
  [edit, { ...edit, after: 1 }, /^after /],
  [deletion, { ...deletion, sha256: sha256('y') }, /^sha256 must not be edited/],
])('rejects edits of fields that the reviewer cannot change', (step, data, reason) => {
  expect(readApproved(step, data)).toMatch(reason);
});

it('accepts edits of the result of a step', () => {
  expect(readApproved(rename, { ...rename, newName: 'c d.txt' })).toEqual({
    ...rename,
    newName: 'c d.txt',
  });
  expect(readApproved(edit, { ...edit, after: '' })).toEqual({ ...edit, after: '' });
});
