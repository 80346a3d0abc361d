import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const BEAT_MS = 2_000;
/** A holder that has been silent for so long is gone, whatever process has its id now. */
const STALE_MS = 20_000;
const RETRY_MS = 200;

/**
 * Waits until this process alone holds the lock, a file with its process id that it touches every two seconds. Answers the function
 * that lets it go. `onWait` is called once if another holds it.
 *
 * @param {string} path
 * @param {() => void} onWait
 */
export async function holdLock(path, onWait) {
  let hasWaited = false;
  while (!tryLock(path)) {
    if (removeIfStale(path)) continue;
    if (!hasWaited) onWait();
    hasWaited = true;
    await sleep(RETRY_MS);
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimesSync(path, now, now);
  }, BEAT_MS);
  return () => {
    clearInterval(beat);
    rmSync(path, { force: true });
  };
}

/** @param {string} path */
function tryLock(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} path */
function removeIfStale(path) {
  try {
    const { mtimeMs } = statSync(path);
    const holder = readFileSync(path, 'utf8');
    const isSilent = Date.now() - mtimeMs > STALE_MS;
    if (!isSilent && (holder === '' || isAlive(Number(holder)))) return false;
    // Moved away first: of several that find it stale, one succeeds, and none removes a lock that was made meanwhile.
    const aside = `${path}.${randomBytes(6).toString('hex')}`;
    renameSync(path, aside);
    rmSync(aside);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true;
    throw error;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
