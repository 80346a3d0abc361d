import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { signJwt } from '../../src/identity/jwt.ts';
import { scopes } from '../../src/identity/viewer.ts';
import { bareEnv } from '../support/bareEnv.ts';
import { JWT_SECRET } from '../support/testService.ts';

const script = fileURLToPath(new URL('./appProcess.ts', import.meta.url));

export type AppProcess = {
  child: ChildProcess;
  /** The first line of output: the address, or why the start failed. */
  line: string;
  /** The output so far. */
  output(): string;
  /** Resolves when the process has exited. */
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null; milliseconds: number }>;
};

/** Killed at the end, in case a failed test left them running. */
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** Starts a service in a separate process. */
export async function startApp(env: NodeJS.ProcessEnv, file: string = script): Promise<AppProcess> {
  const start = performance.now();
  const child = spawn(process.execPath, ['--conditions=holdpoint-source', file], {
    env: {
      ...bareEnv,
      PORT: '0',
      HOLDPOINT_JWT_SECRET: JWT_SECRET,
      LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const exited = once(child, 'exit').then(([code, signal]) => ({
    code,
    signal,
    milliseconds: performance.now() - start,
  }));
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    exited.then((exit) => Promise.reject(new Error(`${JSON.stringify(exit)} ${output}`))),
  ]);
  return { child, line, output: () => output, exited };
}

export const tokenFor = (actor: string, user = 'acme'): Promise<string> =>
  signJwt(JWT_SECRET, { userId: user, actor, scopes }, new Date(Date.now() + 600_000));

export type Posted = { status: number; text: string };

export async function post(url: string, token: string, query: string): Promise<Posted> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, text: await response.text() };
}

export const askFor = (nodeExecId: string): string =>
  `mutation { requestReview(input: { nodeExecId: "${nodeExecId}", graphExecId: "copilot-session-1",
    graphId: "g", graphVersion: 1 }) { __typename } }`;

/** Subscribes over SSE. `text` is the data so far; `ended` resolves to how the stream ended. */
export async function openStream(url: string, token: string, query: string) {
  const stop = new AbortController();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'text/event-stream',
    },
    body: JSON.stringify({ query }),
    signal: stop.signal,
  });
  const stream = { text: '', ended: Promise.resolve(''), close: () => stop.abort() };
  stream.ended = (async () => {
    try {
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        stream.text += chunk;
      }
      return 'ended';
    } catch {
      return 'cut off';
    }
  })();
  return stream;
}
