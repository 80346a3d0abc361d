import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { bareEnv } from '../support/bareEnv.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

export type Ended = { exitCode: number | null; stdout: string; stderr: string };

export type Running = {
  process: ChildProcess;
  /** What it has printed so far. */
  output: { stdout: string; stderr: string };
  /** Waits until the output on either stream matches. */
  until(pattern: RegExp): Promise<void>;
  ended: Promise<Ended>;
};

/**
 * Starts a program of this repository as a process of its own, without the environment variables
 * for Holdpoint.
 */
export function startProgram(
  file: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Running {
  const child = spawn(process.execPath, ['--conditions=holdpoint-source', file, ...args], {
    cwd: root,
    env: { ...bareEnv, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  let news = Promise.withResolvers<void>();
  const tell = () => {
    news.resolve();
    news = Promise.withResolvers();
  };
  let exitCode: number | null | undefined;
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
      tell();
    });
  }
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => {
      exitCode = code;
      tell();
      resolve({ exitCode: code, ...output });
    });
  });
  return {
    process: child,
    output,
    ended,
    async until(pattern) {
      while (!pattern.test(output.stdout + output.stderr)) {
        if (exitCode !== undefined) {
          throw new Error(`ended with ${exitCode} before ${pattern}: ${JSON.stringify(output)}`);
        }
        await news.promise;
      }
    },
  };
}

/** Runs `holdpoint` with these arguments until it exits. */
export const runHoldpoint = (
  args: readonly string[],
  env?: Record<string, string>,
): Promise<Ended> => startProgram('src/main.ts', args, env).ended;

/** A port on 127.0.0.1 that is in use until the end of the test. */
export async function portInUse(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
