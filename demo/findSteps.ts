import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { type Step, sha256 } from './step.ts';

const MAX_BYTES = 10_000_000;
const MAX_TEXT_BYTES = 50_000;

const typos = new Map([
  ['adress', 'address'],
  ['definately', 'definitely'],
  ['occured', 'occurred'],
  ['recieve', 'receive'],
  ['seperate', 'separate'],
  ['teh', 'the'],
]);

type File = { name: string; content: Buffer };

/**
 * Finds the steps that tidy a folder, in an order in which they do not affect each other: deletes
 * temporary files and copies, corrects spelling, simplifies names. Looks only at regular files
 * directly in the folder.
 */
export async function findSteps(folder: string): Promise<Step[]> {
  const files = await readFiles(folder);
  const deletions = findDeletions(files);
  const gone = new Set(deletions.map(({ file }) => file));
  const kept = files.filter(({ name }) => !gone.has(name));
  return [...deletions, ...findEdits(kept), ...findRenames(kept, files)];
}

async function readFiles(folder: string): Promise<File[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
  const files: File[] = [];
  for (const name of names) {
    const handle = await open(join(folder, name), constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const { size } = await handle.stat();
      if (size <= MAX_BYTES) files.push({ name, content: await handle.readFile() });
    } finally {
      await handle.close();
    }
  }
  return files;
}

function findDeletions(files: readonly File[]): Step[] {
  const firstWith = new Map<string, string>();
  const steps: Step[] = [];
  // Of identical files, the one with the shortest name is the original.
  for (const { name, content } of [...files].sort((a, b) => a.name.length - b.name.length)) {
    const hash = sha256(content);
    const original = firstWith.get(hash);
    const isTemporary = /^~|~$|\.(tmp|temp|bak|swp)$/i.test(name);
    if (!isTemporary && original === undefined) firstWith.set(hash, name);
    const reason = isTemporary
      ? 'a temporary file'
      : original !== undefined && content.length > 0 && `the same content as ${original}`;
    if (reason) {
      steps.push({ action: 'delete', file: name, reason, bytes: content.length, sha256: hash });
    }
  }
  return steps.sort((a, b) => (a.file < b.file ? -1 : 1));
}

function findEdits(files: readonly File[]): Step[] {
  return files.flatMap(({ name, content }): Step[] => {
    if (!/\.(txt|md)$/i.test(name) || content.length > MAX_TEXT_BYTES) return [];
    const before = content.toString('utf8');
    // Skips files that are not UTF-8, and NUL, which a review cannot contain.
    if (before.includes('\0') || !Buffer.from(before).equals(content)) return [];
    const after = before.replace(/\b[a-z]+\b/gi, (word) => {
      const right = typos.get(word.toLowerCase());
      if (right === undefined) return word;
      return /^[A-Z]/.test(word) ? right.charAt(0).toUpperCase() + right.slice(1) : right;
    });
    return after === before ? [] : [{ action: 'edit', file: name, before, after }];
  });
}

function findRenames(kept: readonly File[], all: readonly File[]): Step[] {
  const taken = new Set(all.map(({ name }) => name));
  return kept.flatMap(({ name }): Step[] => {
    const plain = plainName(name);
    if (plain === name) return [];
    const extension = extname(plain);
    const stem = plain.slice(0, plain.length - extension.length);
    let newName = plain;
    for (let count = 2; taken.has(newName); count++) newName = `${stem}-${count}${extension}`;
    taken.add(newName);
    return [{ action: 'rename', file: name, newName }];
  });
}

/** `Meeting Notes FINAL (2).TXT` → `meeting-notes.txt` */
function plainName(name: string): string {
  if (/^[a-z0-9]+([-_.][a-z0-9]+)*$/.test(name) || /^[A-Z]+(\.md)?$/.test(name)) return name;
  const extension = extname(name).toLowerCase();
  const stem = name
    .slice(0, name.length - extension.length)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/\(\d+\)|\b(final|copy)\b/g, ' ')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return stem === '' ? name : stem + extension.replace(/[^.a-z0-9]/g, '');
}
