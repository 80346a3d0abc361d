import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const LIMIT_MS = 10_000;

/**
 * Runs approved code in a separate process, in an empty folder and without this process's secrets.
 * It still runs as this user: run code that you do not trust in a container.
 * @returns what it printed
 */
export async function runPython(code: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdpoint-example-'));
  try {
    const { stdout } = await promisify(execFile)('python3', ['-I', '-c', code], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '' },
      timeout: LIMIT_MS,
    });
    return stdout.trim();
  } finally {
    await rm(folder, { recursive: true });
  }
}
