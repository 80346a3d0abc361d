import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode } from './launch.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * What a clone needs before anything runs, in order. A step is due when one of its outputs is missing, or its inputs are not
 * those it last ran with. Paths are relative to the clone.
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {string} says what a person reads while it runs
 * @property {string[]} inputs files, and folders with everything in them
 * @property {string[]} outputs files
 * @property {() => boolean} [isDone] instead of comparing the inputs
 * @property {(words: string[]) => boolean} [isNeeded] whether what is to be run needs it; absent: all does
 * @property {() => { command: string, args: string[], env?: Record<string, string> }} run
 * @property {string} hint what to do when it fails
 */

/** @type {Step[]} */
export const steps = [
  {
    name: 'install',
    says: 'Installing what Holdpoint needs (once)…',
    inputs: ['package-lock.json'],
    outputs: ['node_modules/pg/package.json', 'node_modules/prisma/build/index.js'],
    isDone: () => isInstalled('.') && findNode(root) !== undefined,
    run: npmInstall,
    hint: 'Holdpoint could not be installed: see what npm says above, check the network, and try again.',
  },
  {
    name: 'generate',
    says: 'Generating the database client…',
    inputs: ['prisma/schema.prisma', 'prisma.config.ts', 'node_modules/prisma/package.json'],
    outputs: ['src/database/generated/prisma/client.ts', 'src/database/generated/pothosTypes.ts'],
    run: () => ({
      command: /** @type {string} */ (findNode(root)),
      args: [join(root, 'node_modules/prisma/build/index.js'), 'generate'],
      env: {
        // Generating uses no engine, but asks for one and would download it: any file that exists will do.
        PRISMA_SCHEMA_ENGINE_BINARY: process.env.PRISMA_SCHEMA_ENGINE_BINARY ?? process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
      },
    }),
    hint: 'The database client could not be generated from prisma/schema.prisma: see above.',
  },
  {
    name: 'page',
    says: 'Building the page for reviewers…',
    inputs: [
      'src/page',
      'packages/client/src',
      'vite.config.ts',
      'package-lock.json',
      'node_modules/vite/package.json',
    ],
    outputs: ['dist/page/index.html'],
    isNeeded: ([file, command]) =>
      (file === 'src/main.ts' && command === 'serve') || file === 'scripts/check.ts',
    run: () => ({
      command: /** @type {string} */ (findNode(root)),
      args: [join(root, 'node_modules/vite/bin/vite.js'), 'build'],
      // Else a build of development, several times as large, where the service runs with that.
      env: { NODE_ENV: 'production' },
    }),
    hint: 'The page in src/page could not be built: see above.',
  },
];

/** Not `npm ci`: that starts from nothing each time, and refuses a lock that lacks the packages of other systems. */
function npmInstall() {
  const flags = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  // The tools of development are needed to run from a clone, also with NODE_ENV=production.
  flags.push('--include=dev', '--include=optional');
  const npm = process.env.npm_execpath;
  return npm !== undefined && /npm-cli\.c?js$/.test(npm)
    ? { command: process.execPath, args: [npm, ...flags] }
    : { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', args: flags };
}

/**
 * Whether npm's own record of what it installed in a folder agrees with package-lock.json. Packages for other systems
 * are not installed, and may be absent.
 *
 * @param {string} folder relative to the clone
 */
function isInstalled(folder) {
  const wanted = packagesIn(join(root, folder, 'package-lock.json'));
  const installed = packagesIn(join(root, folder, 'node_modules/.package-lock.json'));
  if (wanted === undefined) return existsSync(join(root, folder, 'node_modules'));
  if (installed === undefined) return false;
  return Object.entries(wanted).every(([path, { version, optional, integrity }]) => {
    if (path === '') return true;
    const found = installed[path];
    if (found === undefined) return optional === true;
    if (integrity && found.integrity && integrity !== found.integrity) return false;
    return found.version === version;
  });
}

/**
 * @param {string} path
 * @returns {Record<string, { version?: string, optional?: boolean, integrity?: string }> | undefined}
 */
function packagesIn(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
