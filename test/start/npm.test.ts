import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('npm start ends the service when npm is terminated', async () => {
  const { npm, output, url } = await startService();
  npm.kill('SIGTERM');
  await expect.poll(() => isUp(url)).toBe(false);
  await expect.poll(output).toContain('"msg":"closed"');
}, 60_000);

it('npm start ends the service once on Ctrl-C, which signals every process', async () => {
  const { npm, output, url } = await startService();
  process.kill(-Number(npm.pid), 'SIGINT');
  await once(npm, 'close');
  expect(await isUp(url)).toBe(false);
  expect(output().split('"msg":"closing"')).toHaveLength(2);
  expect(output()).toContain('"msg":"closed"');
}, 60_000);

it('npm run holdpoint passes on its arguments and the exit code', async () => {
  const npm = spawn('npm', ['run', '-s', 'holdpoint', '--', 'token', 'revoke', 'two words', 'x'], {
    cwd: root,
  });
  let errors = '';
  npm.stderr.on('data', (chunk: Buffer) => {
    errors += chunk;
  });
  const [code] = await once(npm, 'close');
  expect({ code, errors }).toEqual({
    code: 2,
    errors: expect.stringMatching(/^holdpoint token revoke: too many arguments[^\n]*\n$/),
  });
}, 30_000);

type Service = { npm: ChildProcess; output: () => string; url: string };

async function startService(): Promise<Service> {
  const home = await mkdtemp(join(tmpdir(), 'holdpoint-npm-'));
  await chmod(home, 0o755); // another user runs the database when the tests run as root
  const npm = spawn('npm', ['start'], {
    cwd: root,
    detached: true,
    env: { ...process.env, HOLDPOINT_DATA_DIR: join(home, 'data'), PORT: '0', LOG_LEVEL: 'info' },
  });
  let output = '';
  for (const stream of [npm.stdout, npm.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  }
  onTestFinished(async () => {
    await expect.poll(() => isRunning(npm)).toBe(false);
    await rm(home, { recursive: true, force: true });
  });
  const address = () => /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
  await expect.poll(address, { timeout: 40_000 }).toBeDefined();
  return { npm, output: () => output, url: String(address()) };
}

/** Whether any process of npm's group is left. */
function isRunning(npm: ChildProcess): boolean {
  try {
    return process.kill(-Number(npm.pid), 0);
  } catch {
    return false;
  }
}

const isUp = (url: string): Promise<boolean> =>
  fetch(`${url}/health`).then(
    () => true,
    () => false,
  );
