import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const START_MS = 60_000;
const COMMAND = 'bin/holdpoint.mjs';

export type TestHoldpoint = {
  /** http://127.0.0.1:54321 */
  url: string;
  /** Creates a token for an actor in a workspace; both names are free. */
  token(identity: {
    user?: string;
    actor: string;
    scope: 'review:read' | 'review:request' | 'review:decide' | 'policy:manage';
  }): Promise<string>;
  /** Stops the service and deletes its data. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/**
 * Starts a Holdpoint service for tests: a process with its own database in a temporary folder.
 * Node.js only. The first start takes a few seconds.
 */
export async function startHoldpoint(): Promise<TestHoldpoint> {
  const folder = await mkdtemp(join(tmpdir(), 'holdpoint-test-'));
  await chmod(folder, 0o711); // root's PostgreSQL runs as another user, who passes through
  const { DATABASE_URL: _, ...inherited } = process.env;
  const env = {
    ...inherited,
    HOLDPOINT_DATA_DIR: join(folder, 'data'),
    HOST: '127.0.0.1',
    PORT: '0',
  };
  // In a clone, the packages resolve to their TypeScript.
  const flags = import.meta.url.endsWith('.ts') ? ['--conditions=holdpoint-source'] : [];
  const command = [...flags, commandPath()];
  const child = spawn(process.execPath, [...command, 'serve'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const url = await addressOf(child);
    return {
      url,
      async token({ actor, user = 'tests', scope }) {
        const identity = ['--user', user, '--actor', actor, '--scope', scope];
        const args = [...command, 'token', 'create', ...identity];
        const { stdout } = await promisify(execFile)(process.execPath, args, { env });
        return stdout.trim();
      },
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The command of the installed package `holdpoint`, or of the clone that contains this file. */
function commandPath(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('holdpoint/package.json')), COMMAND);
  } catch {
    return fileURLToPath(new URL(`../../../../${COMMAND}`, import.meta.url));
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const late = setTimeout(() => fail(`it did not listen within ${START_MS} ms`), START_MS);
    const fail = (why: string) => {
      clearTimeout(late);
      reject(new Error(`Holdpoint could not be started: ${why}\n${output}`));
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
        const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(output) ?? [];
        if (!found) return;
        clearTimeout(late);
        resolve(found);
      });
    }
    child.once('error', ({ message }) => fail(message));
    child.once('exit', (code) => fail(`it ended with ${code}`));
  });
}
