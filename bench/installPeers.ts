import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Installs the servers that Holdpoint is compared with, unless they are already installed. */
export async function installPeers(): Promise<void> {
  if (existsSync(`${folder}/node_modules/mercurius/package.json`)) return;
  console.log('Installing Mercurius (first run only)…');
  const windows = process.platform === 'win32';
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  await promisify(execFile)(windows ? 'npm.cmd' : 'npm', args, { cwd: folder, shell: windows });
}
