import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type Server = {
  pid: number;
  /** Such as http://127.0.0.1:54321 */
  url: string;
  /** All its addresses; the first is `url`. */
  urls: string[];
  stop(): Promise<void>;
};

export type ServerOptions = {
  /** Path relative to this folder, then arguments. */
  command: readonly string[];
  env: Record<string, string>;
  /** Command line flags for Node. */
  flags?: readonly string[];
};

/** Starts a server process and waits until it prints its address. */
export async function startServer({ command, env, flags = [] }: ServerOptions): Promise<Server> {
  const [file = '', ...args] = command;
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, ...flags, path, ...args], {
    env: { ...process.env, ...env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const urls = await new Promise<string[]>((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      const [line] = /^.*http:.*\n/m.exec(output) ?? [];
      if (line) resolve(line.match(/http:\/\/[\w.:]+/g) ?? []);
    });
    void exited.then(() => reject(new Error(`${file} exited before it printed an address`)));
  });
  return {
    pid: child.pid as number,
    url: urls[0] as string,
    urls,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
