// Makes a clone ready to run: installs packages, generates the database client and, with --page,
// builds the page and, with --python, makes a virtual environment for the Python client. Steps whose
// results are up to date are skipped. The npm scripts run it first, on whatever Node (20 or later)
// is installed; it uses nothing but Node, npm and Python.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const RETRY_MS = 200;
const VENV = 'python/.venv';
const REQUIREMENTS = 'python/dev-requirements.txt';
const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

/** @typedef {{ label: string, isDue: () => boolean, command: string, env?: object }} Step */

/** @type {Step[]} */
const steps = [
  {
    label: 'Installing packages',
    isDue: () => !isInstalled(),
    // Not `npm ci`, which deletes node_modules: a service may be running from it.
    command: 'npm install --no-save --include=dev --no-audit --no-fund --loglevel=error',
  },
  {
    label: 'Generating the database client',
    isDue: () => isOlder('src/database/generated/prisma/client.ts', 'prisma/schema.prisma'),
    command: 'npm exec --no -- prisma generate',
    // Keeps Prisma from downloading an engine that it does not need here. Any existing file works.
    env: { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' },
  },
];
if (process.argv.includes('--page')) {
  steps.push({
    label: 'Building the page',
    isDue: () =>
      isOlder(
        'dist/page/index.html',
        'src/page',
        'src/text',
        'packages/client/src',
        'vite.config.ts',
      ),
    command: 'npm exec --no -- vite build',
    env: { NODE_ENV: 'production' },
  });
}

if (process.argv.includes('--python') && hasPython()) {
  steps.push({
    label: 'Installing the Python packages',
    isDue: () => textOf(`${VENV}/installed.txt`) !== textOf(REQUIREMENTS),
    command: installPython(),
    env: { VIRTUAL_ENV: VENV, UV_PYTHON_DOWNLOADS: 'never' },
  });
}

if (steps.some((step) => step.isDue())) {
  const lock = await takeLock();
  // Another process may have done the work while this one waited for the lock.
  process.exitCode = steps.every((step) => !step.isDue() || run(step)) ? 0 : 1;
  lock.close();
}

/** @param {Step} step */
function run({ label, command, env }) {
  console.error(`${label}…`);
  const { status, stdout, stderr } = spawnSync(command, {
    shell: true,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (status !== 0)
    console.error(`${stdout}${stderr}${label} failed. Fix the error above and retry.`);
  return status === 0;
}

/** Whether there is a Python that the client runs on. Without it, its tests are left out. */
function hasPython() {
  const isNew = 'import sys, venv; sys.exit(sys.version_info < (3, 10))';
  return spawnSync('python3', ['-c', isNew]).status === 0;
}

/**
 * Installs what the lock file says, with uv, which takes seconds. At the end the lock file is copied
 * beside it, to see later whether it has changed.
 */
function installPython() {
  const [, uv] = /^uv==([\d.]+)/m.exec(textOf(REQUIREMENTS) ?? '') ?? [];
  return [
    `python3 -m venv --clear ${VENV}`,
    `${VENV}/bin/pip install --quiet --disable-pip-version-check uv==${uv}`,
    `${VENV}/bin/uv pip sync --quiet ${REQUIREMENTS}`,
    `${VENV}/bin/uv pip install --quiet --no-deps --no-build-isolation --editable python`,
    `cp ${REQUIREMENTS} ${VENV}/installed.txt`,
  ].join(' && ');
}

/** @param {string} path */
function textOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** Compares package-lock.json with npm's record of the installed packages. */
function isInstalled() {
  try {
    const installed = packagesIn('node_modules/.package-lock.json');
    return Object.entries(packagesIn('package-lock.json')).every(
      ([path, { version, optional }]) =>
        path === '' || (path in installed ? installed[path]?.version === version : optional),
    );
  } catch {
    return false;
  }
}

/**
 * @param {string} path
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function packagesIn(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}

/**
 * Whether an output is missing or older than its sources or the installed packages.
 *
 * @param {string} output
 * @param {string[]} sources files and folders
 */
function isOlder(output, ...sources) {
  const builtAt = statSync(output, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return [...sources, 'node_modules/.package-lock.json'].some((path) => changedAt(path) > builtAt);
}

/**
 * The time of the last change to a file, or to anything in a folder.
 *
 * @param {string} path
 * @returns {number}
 */
function changedAt(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  const inside = stats?.isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [];
  return Math.max(stats?.mtimeMs ?? 0, ...inside.map(changedAt));
}

/**
 * Lets only one process prepare this clone at a time. The lock is a loopback port derived from the
 * path of the clone, because the system releases a port even if the process crashes.
 */
async function takeLock() {
  const port = 20_000 + (createHash('sha256').update(root).digest().readUInt16BE() % 10_000);
  for (let attempt = 0; ; attempt++) {
    const server = createServer().listen(port, '127.0.0.1');
    const isMine = await new Promise((resolve) => {
      server.once('listening', () => resolve(true)).once('error', () => resolve(false));
    });
    if (isMine) return server;
    if (attempt === 0) {
      console.error(`Waiting for another process (on port ${port}) to prepare this clone…`);
    }
    await sleep(RETRY_MS);
  }
}
