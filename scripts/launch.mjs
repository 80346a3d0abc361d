import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How soon it is noticed that npm has gone. */
const PARENT_CHECK_MS = 250;

/** Keeps an idle service below 200 MB; with the default it keeps what a busy moment took. */
const YOUNG_GENERATION = '--max-semi-space-size=8';

/**
 * Node keeps here what it has compiled: the next start takes two thirds of the time, and the process 20 MB less. Where it cannot
 * write, it does without.
 */
const COMPILE_CACHE = fileURLToPath(new URL('../node_modules/.cache/holdpoint', import.meta.url));

/** The first Node that runs TypeScript as it is. */
const OLDEST = [22, 18];

/**
 * The Node that runs Holdpoint: the one of the package `node`, else the one that runs this, if it is new enough.
 *
 * @param {string} folder the one with node_modules
 */
export function findNode(folder) {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const packaged = join(folder, 'node_modules/node/bin', name);
  if (existsSync(packaged)) return packaged;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNewEnough = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  return isNewEnough ? process.execPath : undefined;
}

/**
 * Runs a file as if this process were it: the same terminal, arguments, signals and exit code. Should this process be
 * killed, the file's is told to end (see endWithParent.mjs).
 *
 * @param {string | undefined} node
 * @param {string} file
 * @param {string[]} args
 * @param {string[]} flags for Node itself
 */
export async function launch(node, file, args, flags = []) {
  const preload = new URL('./endWithParent.mjs', import.meta.url).href;
  const child = spawn(
    node ?? process.execPath,
    [YOUNG_GENERATION, ...flags, '--import', preload, file, ...args],
    {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env },
    },
  );
  // Keys such as Ctrl-C in a terminal reach all of its processes by themselves; only what was sent to this one is passed on.
  const hasTerminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
  process.on('SIGINT', () => hasTerminal || child.kill('SIGINT'));
  process.on('SIGHUP', () => hasTerminal || child.kill('SIGHUP'));
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const parentCheck = endWithNpm(child);

  process.exitCode = await new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(`${node} could not be started: ${error.message}`);
      resolve(1);
    });
    child.once('exit', (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
  clearInterval(parentCheck);
}

/**
 * npm passes a signal to the shell between it and this process only, and that shell ends without passing it on.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
function endWithNpm(child) {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const parent = process.ppid;
  let hasGone = false;
  return setInterval(() => {
    if (!hasGone && process.ppid !== parent) {
      hasGone = true;
      child.kill('SIGTERM');
    }
  }, PARENT_CHECK_MS);
}
