import { constants } from 'node:fs';
import { link, lstat, open, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Step, sha256 } from './step.ts';

/** `done before`: an earlier run did it and ended before it could report. `reason` is one line. */
export type Outcome = { state: 'done' | 'done before' } | { state: 'impossible'; reason: string };

const done: Outcome = { state: 'done' };
const doneBefore: Outcome = { state: 'done before' };
const impossible = (reason: string): Outcome => ({ state: 'impossible', reason });

/**
 * Does exactly what was approved, and only if the file is as it was when the agent asked. It can be
 * repeated after a crash, never overwrites a file and never follows a link.
 */
export async function carryOut(folder: string, step: Step): Promise<Outcome> {
  if (step.action === 'rename') return move(join(folder, step.file), join(folder, step.newName));
  const path = join(folder, step.file);
  const content = await readOrdinary(path);
  if (step.action === 'delete') {
    if (content === null) return doneBefore;
    if (content === 'not a file' || sha256(content) !== step.sha256) return changed;
    await unlink(path);
    return done;
  }
  if (content === null) return impossible('the file is gone');
  if (content === 'not a file') return changed;
  const text = content.toString('utf8');
  if (text === step.after) return doneBefore;
  if (text !== step.before) return changed;
  await replace(path, step.after);
  return done;
}

const changed = impossible('the file has changed since the agent asked');

/**
 * Links the new name before it removes the old one, so that a file with the new name is not
 * overwritten.
 */
async function move(from: string, to: string): Promise<Outcome> {
  const source = await lstat(from).catch(ifMissing);
  const target = await lstat(to).catch(ifMissing);
  if (source === null) return target?.isFile() ? doneBefore : impossible('the file is gone');
  if (!source.isFile()) return changed;
  if (target === null) {
    await link(from, to);
    await unlink(from);
    return done;
  }
  const isSame = target.ino === source.ino && target.dev === source.dev;
  if (!isSame) return impossible('another file has this name');
  // An earlier run ended between the two steps, or the file system ignores the case of names.
  if (source.nlink > 1) await unlink(from);
  else await rename(from, to);
  return done;
}

async function readOrdinary(path: string): Promise<Buffer | 'not a file' | null> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ELOOP') return 'not a file' as const;
      return ifMissing(error);
    },
  );
  if (handle === null || handle === 'not a file') return handle;
  try {
    return (await handle.stat()).isFile() ? await handle.readFile() : 'not a file';
  } finally {
    await handle.close();
  }
}

/** Replaces a file atomically. */
async function replace(path: string, text: string): Promise<void> {
  const { mode } = await lstat(path);
  const draft = join(path, '..', `.${sha256(path).slice(0, 12)}.holdpoint-draft`);
  await rm(draft, { force: true });
  await writeFile(draft, text, { mode, flag: 'wx', flush: true });
  await rename(draft, path);
}

function ifMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
