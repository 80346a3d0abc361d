import { execFile, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Cluster, lastLines } from './cluster.ts';
import { DataFolderError } from './dataFolder.ts';
import { findPostmaster, isAlive, isPostgresOf, type Postmaster, readPidFile } from './pidFile.ts';
import { serverEnvironment } from './serverUser.ts';

const run = promisify(execFile);

/** Recovery after a crash counts into this. */
const START_LIMIT_MS = 60_000;
/** A fast shutdown writes what is in memory to the disk; after this long it is ended without. */
const FAST_LIMIT_MS = 15_000;
const IMMEDIATE_LIMIT_MS = 5_000;
const POLL_MS = 10;

export type StartedPostmaster = Postmaster & { exited: Promise<void>; hasExited: () => boolean };

/** Not an error of the data: another process has started this cluster at the same moment. */
export class AlreadyStartedError extends Error {
  override name = 'AlreadyStartedError';
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  // Both for what a bulk of work, as a million expiries, costs everybody else: half as many checkpoints, and less for their
  // fsync to wait for, which commits wait behind.
  wal_compression: 'pglz',
  backend_flush_after: '256kB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // A refused statement is the caller's to report, and its text could carry what is not for a log.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
};

/**
 * Starts PostgreSQL and waits until it takes connections. It runs in a session of its own, so that Ctrl-C in the terminal
 * does not reach it before Holdpoint is done with it. `clusterName` shows in the list of processes. With a `revivedPort` it
 * comes back where clients look for it, and its log goes on after the lines that say why it ended.
 * @throws AlreadyStartedError if it may work when tried again; DataFolderError with PostgreSQL's last words if not.
 */
export async function startPostmaster(
  cluster: Cluster,
  clusterName: string,
  revivedPort?: number,
): Promise<StartedPostmaster> {
  const port = revivedPort ?? (await freePort());
  const settings = { ...SETTINGS, port: String(port), cluster_name: clusterName };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND } = constants;
  const truncate = revivedPort === undefined ? O_TRUNC : 0;
  const log = await open(cluster.log, O_WRONLY | O_CREAT | O_APPEND | truncate, 0o600);
  const child = spawn(join(cluster.bin, 'postgres'), ['-D', cluster.data, ...flags], {
    cwd: '/',
    env: serverEnvironment(),
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log.fd, log.fd],
    ...(cluster.user && { uid: cluster.user.uid, gid: cluster.user.gid }),
  });
  let failure: Error | undefined;
  let ended = false;
  const exited = new Promise<void>((resolve) => {
    const end = (error?: Error) => {
      failure = error;
      ended = true;
      resolve();
    };
    child.once('exit', () => end());
    child.once('error', end);
  });
  child.unref();
  await log.close();

  const limit = Date.now() + START_LIMIT_MS;
  while (!ended && Date.now() < limit) {
    const entry = await readPidFile(cluster);
    if (entry?.pid === child.pid && entry?.status === 'ready') {
      return { pid: entry.pid, port, exited, hasExited: () => ended };
    }
    await Promise.race([exited, sleep(POLL_MS)]);
  }
  if (!ended) {
    child.kill('SIGQUIT');
    await exited;
  }
  throw await startError(cluster, failure);
}

async function startError(cluster: Cluster, failure: Error | undefined): Promise<Error> {
  if (failure !== undefined) {
    return new DataFolderError(
      `PostgreSQL in ${cluster.bin} does not run on this machine (${failure.message}). Set DATABASE_URL to another.`,
    );
  }
  const output = await readFile(cluster.log, 'utf8').catch(() => '');
  const isTaken =
    // The last process of one that was killed takes a moment to end.
    /lock file "postmaster\.pid"|pre-existing shared memory block/.test(output) ||
    // The port was free a moment ago; the next attempt takes another.
    output.includes('could not create any TCP/IP sockets') ||
    (await findPostmaster(cluster)) !== undefined;
  if (isTaken) return new AlreadyStartedError(lastLines(output));
  const said = output.includes('No space left on device')
    ? 'The disk is full'
    : 'PostgreSQL did not start';
  return new DataFolderError(`${said} (data in ${cluster.home}): ${lastLines(output)}`);
}

/** Ends PostgreSQL: fast (running transactions are rolled back), or smart (connections may finish first, for a while). */
export async function stopPostmaster(
  cluster: Cluster,
  { pid }: Postmaster,
  smartLimitMs = 0,
): Promise<void> {
  const gone = () => hasEnded(cluster, pid);
  if (smartLimitMs > 0) {
    await signal(cluster, pid, 'TERM');
    if (await waitFor(gone, smartLimitMs)) return;
  }
  await signal(cluster, pid, 'INT');
  if (await waitFor(gone, FAST_LIMIT_MS)) return;
  await signal(cluster, pid, 'QUIT');
  if (await waitFor(gone, IMMEDIATE_LIMIT_MS)) return;
  await signal(cluster, pid, 'KILL');
  await waitFor(gone, IMMEDIATE_LIMIT_MS);
}

/** Begins a smart shutdown: whoever is connected goes on, nobody else comes in. */
export async function refuseConnections(cluster: Cluster, { pid }: Postmaster): Promise<void> {
  await signal(cluster, pid, 'TERM');
}

async function signal(
  cluster: Cluster,
  pid: number,
  name: 'TERM' | 'INT' | 'QUIT' | 'KILL',
): Promise<void> {
  try {
    // pg_ctl knows how on every system, and as the server's user it can hit nobody else's process.
    await run(join(cluster.bin, 'pg_ctl'), ['kill', name, String(pid)], {
      cwd: '/',
      env: serverEnvironment(),
      ...(cluster.user && { uid: cluster.user.uid, gid: cluster.user.gid }),
    });
  } catch {
    // It has ended by itself, or the binaries were removed under it.
    if (isAlive(pid) && (await isPostgresOf(pid, cluster.data))) process.kill(pid, `SIG${name}`);
  }
}

async function hasEnded(cluster: Cluster, pid: number): Promise<boolean> {
  return !isAlive(pid) || !(await isPostgresOf(pid, cluster.data));
}

async function waitFor(condition: () => Promise<boolean>, limitMs: number): Promise<boolean> {
  const limit = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > limit) return false;
    await sleep(POLL_MS);
  }
  return true;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
