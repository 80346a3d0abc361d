import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { Cluster } from './cluster.ts';
import { errorCode } from './dataFolder.ts';

const run = promisify(execFile);

/** The PostgreSQL process of a cluster: its id and port on 127.0.0.1. */
export type Postmaster = { pid: number; port: number };

/** The running PostgreSQL of a cluster, whoever started it. What a killed one left behind is no obstacle afterwards. */
export async function findPostmaster(cluster: Cluster): Promise<Postmaster | undefined> {
  const entry = await readPidFile(cluster);
  if (entry === undefined || !isAlive(entry.pid)) return undefined;
  if (await isPostgresOf(entry.pid, cluster.data)) return entry;
  // The id has gone to another process since, and PostgreSQL would take that one for its own.
  await removeStalePidFile(cluster, entry.pid);
  return undefined;
}

type PidFile = Postmaster & { status: string };

/** postmaster.pid: process id, folder, start time, port, socket folder, address, shared memory, status; a line each. */
export async function readPidFile(cluster: Cluster): Promise<PidFile | undefined> {
  const text = await readFile(join(cluster.data, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number.parseInt(lines[0] ?? '', 10);
  const port = Number.parseInt(lines[3] ?? '', 10);
  if (Number.isNaN(pid) || Number.isNaN(port)) return undefined;
  return { pid, port, status: lines[7] ?? '' };
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** Whether that process is a PostgreSQL server on this data: its command line says so. */
export async function isPostgresOf(pid: number, data: string): Promise<boolean> {
  if (process.platform === 'win32') return true;
  try {
    const words =
      process.platform === 'linux'
        ? (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0')
        : (await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)])).stdout.split(' ');
    const isPostgres = basename(words[0] ?? '').startsWith('postgres');
    return isPostgres && words.join(' ').includes(` -D ${data} `);
  } catch {
    return false;
  }
}

/** Moved away first and looked at then: between reading and removing, another start may have written its own. */
async function removeStalePidFile(cluster: Cluster, stalePid: number): Promise<void> {
  const path = join(cluster.data, 'postmaster.pid');
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await rename(path, aside);
    const pid = Number.parseInt(await readFile(aside, 'utf8'), 10);
    if (pid !== stalePid) await link(aside, path);
    await rm(aside);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'EEXIST') throw error;
  }
}
