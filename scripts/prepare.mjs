import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { holdLock } from './lock.mjs';
import { root, steps } from './steps.mjs';

// npm leaves alone what begins with a dot here, and it goes when node_modules goes.
const stampFolder = join(root, 'node_modules', '.holdpoint');

/**
 * Does the steps that are due, one process at a time. Answers false when one failed; what failed has been printed.
 *
 * @param {string[]} words what is to be run: the file, and what follows it
 */
export async function prepare(words) {
  const needed = steps.filter(({ isNeeded }) => isNeeded === undefined || isNeeded(words));
  if (needed.every(isDone)) return true;
  mkdirSync(stampFolder, { recursive: true });
  const release = await holdLock(join(stampFolder, 'lock'), () => {
    console.error('Waiting for another Holdpoint that is being set up in this folder…');
  });
  try {
    for (const step of needed) {
      // Another process may have done it meanwhile.
      if (!isDone(step) && !(await perform(step))) return false;
    }
    return true;
  } finally {
    release();
  }
}

/** @param {import('./steps.mjs').Step} step */
function isDone(step) {
  if (!step.outputs.every((path) => existsSync(join(root, path)))) return false;
  return step.isDone === undefined ? readStamp(step) === hashOf(step.inputs) : step.isDone();
}

/** @param {import('./steps.mjs').Step} step */
async function perform(step) {
  console.error(step.says);
  const inputs = hashOf(step.inputs);
  const { command, args, env } = step.run();
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, PATH: pathWithTools(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: command.endsWith('.cmd'),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const problem = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? undefined : (signal ?? code)));
  });
  const missing = step.outputs.filter((path) => !existsSync(join(root, path)));
  if (problem === undefined && missing.length === 0) {
    // The inputs as they were before: a change meanwhile makes the step due again.
    writeFileSync(stampOf(step), hashOf(step.inputs) === inputs || step.isDone ? inputs : '');
    return true;
  }
  if (output.trim() !== '') console.error(output.trimEnd());
  const why =
    problem === undefined ? `it made no ${missing.join(', ')}` : `it ended with ${problem}`;
  console.error(`${step.hint} (${[step.name, why].join(': ')})`);
  return false;
}

/** npm puts the tools of a project in reach; run without it, this does. */
function pathWithTools() {
  return [join(root, 'node_modules', '.bin'), process.env.PATH].filter(Boolean).join(delimiter);
}

/** @param {import('./steps.mjs').Step} step */
function stampOf(step) {
  return join(stampFolder, step.name);
}

/** @param {import('./steps.mjs').Step} step */
function readStamp(step) {
  return existsSync(stampOf(step)) ? readFileSync(stampOf(step), 'utf8') : undefined;
}

/** @param {string[]} paths */
function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(filesAt)) {
    const full = join(root, path);
    hash.update(`${path}\n`).update(existsSync(full) ? readFileSync(full) : 'none');
  }
  return hash.digest('hex');
}

/**
 * The file itself, or all the files of a folder.
 *
 * @param {string} path
 * @returns {string[]}
 */
function filesAt(path) {
  const full = join(root, path);
  if (!statSync(full, { throwIfNoEntry: false })?.isDirectory()) return [path];
  return readdirSync(full)
    .sort()
    .flatMap((name) => filesAt(`${path}/${name}`));
}
