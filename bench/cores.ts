import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Pins a process to the first core. Returns false if the system does not support it. */
export const pinToFirstCore = (pid: number): boolean => pin(pid, '0');

/** Keeps a process off the first core, if there are several. */
export function keepOffFirstCore(pid: number): void {
  const cores = availableParallelism();
  if (cores > 1) pin(pid, `1-${cores - 1}`);
}

const pin = (pid: number, cores: string): boolean =>
  spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(pid)]).status === 0;

/** Clock ticks per second in /proc, the same on every Linux machine. */
const TICKS = 100;
const UTIME_AFTER_NAME = 11;

/** CPU seconds used by a process; NaN if not available. */
export function cpuSecondsOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [utime = '', stime = ''] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(UTIME_AFTER_NAME);
    return (Number(utime) + Number(stime)) / TICKS;
  } catch {
    return Number.NaN;
  }
}

/** Resident memory of a process in KB; NaN if not available. */
export function residentKbOf(pid: number): number {
  const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout ? Number(stdout) : Number.NaN;
}
