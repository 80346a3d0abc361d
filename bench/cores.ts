import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Keeps a process that was just started on the first core. @returns whether this system can */
export const useFirstCore = (pid: number): boolean => pin(pid, '0');

/** Keeps a process off the first core, where there is another one. */
export function spareCore(pid: number): void {
  const cores = availableParallelism();
  if (cores > 1) pin(pid, `1-${cores - 1}`);
}

const pin = (pid: number, cores: string): boolean =>
  spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(pid)]).status === 0;

/** Of a second, on Linux, whatever the machine. */
const TICKS = 100;
const UTIME_AFTER_NAME = 11;

/** Seconds of CPU that a process has used; NaN where the system does not say. */
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

/** Kilobytes of memory that a process has; NaN where the system does not say. */
export function residentKbOf(pid: number): number {
  const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout ? Number(stdout) : Number.NaN;
}
