import { spawn } from 'node:child_process';
import { open, readFile, stat, truncate } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataFolderError, errorCode } from '../../dataFolder.ts';
import { type Cluster, lastLines } from './cluster.ts';
import { runAs, spawnOptions } from './serverUser.ts';

const POLL_MS = 20;
const STOP_SECONDS = 15;
const MAX_LOG_BYTES = 1_000_000;

/** A running PostgreSQL: its process id and its port on 127.0.0.1. */
export type Server = { pid: number; port: number };

const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  // Commits wait for the fsync of checkpoints: these make them rarer and give them less to write.
  wal_compression: 'pglz',
  backend_flush_after: '256kB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // The caller reports a failed statement. Its text may contain what does not belong in a log.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
};

/** The running server of a cluster, whichever process started it. */
export async function findServer({ data }: Cluster): Promise<Server | undefined> {
  const { pid, port } = await readPidFile(data);
  return port > 0 && (await isServerOf(pid, data)) ? { pid, port } : undefined;
}

/**
 * Starts PostgreSQL and waits until it accepts connections, recovery after a crash included. It
 * runs in a session of its own, so that Ctrl-C in the terminal ends Holdpoint first.
 * @throws DataFolderError with PostgreSQL's last words. The next attempt may succeed: another
 *   process may be starting the same cluster, or may have taken the port.
 */
export async function startServer(cluster: Cluster, port?: number): Promise<Server> {
  const { data, user, bin } = cluster;
  const usedPort = port ?? (await freePort());
  const flags = Object.entries({ ...settings, port: usedPort }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const options = spawnOptions(user);
  const { pid: stalePid } = await readPidFile(data);
  const log = await openLog(cluster.log);
  const child = spawn(join(bin, 'postgres'), ['-D', data, ...flags], {
    ...options,
    // PostgreSQL refuses to start while the process in postmaster.pid is alive, even if that id
    // belongs to another program by now. It ignores the process that is named here.
    ...(!(await isServerOf(stalePid, data)) && {
      env: { ...options.env, PG_GRANDPARENT_PID: String(stalePid) },
    }),
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  let failure: string | undefined;
  child.once('error', ({ message }) => {
    failure = message;
  });
  child.once('exit', () => {
    failure ??= '';
  });
  child.unref();
  await log.close();

  while (failure === undefined) {
    const { pid, status } = await readPidFile(data);
    if (pid === child.pid && status === 'ready') return { pid, port: usedPort };
    await sleep(POLL_MS);
  }
  const output = await readFile(cluster.log, 'utf8').catch(() => '');
  throw new DataFolderError(
    `PostgreSQL did not start (data in ${cluster.home}): ${failure || lastLines(output)}`,
  );
}

/**
 * Stops the server of a cluster: `fast` writes everything to disk, `immediate` stops as a crash
 * does.
 */
export async function stopServer(
  cluster: Cluster,
  mode: 'fast' | 'immediate' = 'fast',
): Promise<void> {
  if (!(await findServer(cluster))) return;
  const how = [`--mode=${mode}`, `--timeout=${STOP_SECONDS}`, `--pgdata=${cluster.data}`];
  try {
    await runAs(cluster.user, join(cluster.bin, 'pg_ctl'), 'stop', '--wait', ...how);
  } catch (error) {
    if (!(await findServer(cluster))) return;
    if (mode === 'immediate') throw error;
    await stopServer(cluster, 'immediate');
  }
}

/**
 * postmaster.pid: process id, folder, start time, port, sockets, address, memory, status; one per
 * line.
 */
async function readPidFile(data: string): Promise<Server & { status: string }> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.trim());
  return { pid: Number(lines[0] ?? 0), port: Number(lines[3] ?? 0), status: lines[7] ?? '' };
}

/** Whether a process is a PostgreSQL server on this data, judged by its command line. */
async function isServerOf(pid: number, data: string): Promise<boolean> {
  if (!(pid > 0)) return false;
  try {
    if (process.platform === 'win32') return process.kill(pid, 0);
    const words =
      process.platform === 'linux'
        ? (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0')
        : (await runAs(undefined, 'ps', '-ww', '-o', 'command=', '-p', String(pid))).stdout.split(
            ' ',
          );
    return (
      basename(words[0] ?? '').startsWith('postgres') && words.join(' ').includes(` -D ${data} `)
    );
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

async function openLog(path: string) {
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  if (size > MAX_LOG_BYTES) await truncate(path);
  return open(path, 'a', 0o600);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}
