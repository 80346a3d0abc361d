import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { JWT_SECRET } from '../load/token.ts';
import type { Random } from '../random.ts';
import { BrokenProxy } from './brokenProxy.ts';
import { limitsInEnvironment } from './limits.ts';
import type { Postgres } from './postgres.ts';

const script = fileURLToPath(new URL('./serverProcess.ts', import.meta.url));
const RESTART_MS = 100;

/**
 * A service, of one process or of several workers, that is restarted whenever it exits, like by a
 * supervisor. Its connections to clients and to PostgreSQL go through proxies that outlive it.
 */
export class Server {
  readonly name: string;
  /** Between clients and it. */
  readonly front: BrokenProxy;
  /** Between it and PostgreSQL. */
  readonly back: BrokenProxy;
  /** Unexpected exits. A process must survive everything except SIGKILL. */
  readonly ownEnds: string[] = [];
  readonly #databaseUrl: string;
  readonly #log: string;
  readonly #workers: number;
  #child: ChildProcess | undefined;
  #expected = false;
  #closed = false;
  #running: Promise<void> = Promise.resolve();

  static async open(
    name: string,
    postgres: Postgres,
    log: string,
    workers: number,
  ): Promise<Server> {
    const [front, back] = [await BrokenProxy.open(), await BrokenProxy.open()];
    back.target = postgres.port;
    const server = new Server(name, front, back, postgres.url(back.port), log, workers);
    server.#running = server.#run();
    await server.ready().catch(async (error) => {
      await server.close();
      throw error;
    });
    return server;
  }

  private constructor(
    name: string,
    front: BrokenProxy,
    back: BrokenProxy,
    databaseUrl: string,
    log: string,
    workers: number,
  ) {
    this.name = name;
    this.front = front;
    this.back = back;
    this.#databaseUrl = databaseUrl;
    this.#log = log;
    this.#workers = workers;
  }

  get url(): string {
    return `http://127.0.0.1:${this.front.port}`;
  }

  /** Resolves when it is ready. @throws if that takes too long */
  async ready(patienceMs = 60_000): Promise<void> {
    const deadline = Date.now() + patienceMs;
    while (Date.now() < deadline) {
      const response = await fetch(`${this.url}/ready`, {
        signal: AbortSignal.timeout(2_000),
      }).catch(() => null);
      if (response?.ok) return;
      await pause(RESTART_MS);
    }
    throw new Error(`${this.name} is not ready after ${patienceMs} ms: see ${this.#log}`);
  }

  /** Kills the process with SIGKILL. */
  kill(): void {
    this.#end('SIGKILL');
  }

  /** Kills one of the workers with SIGKILL. @throws if there is none */
  killWorker(random: Random): void {
    const parent = String(this.#child?.pid);
    const text = execFileSync('pgrep', ['--parent', parent], { encoding: 'utf8' });
    process.kill(random.pick(text.trim().split('\n').map(Number)), 'SIGKILL');
  }

  /** Sends SIGTERM, as for an upgrade: requests in progress may finish. */
  async terminate(): Promise<void> {
    const child = this.#child;
    this.#end('SIGTERM');
    if (child?.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.terminate();
    await this.#running;
    await this.front.close();
    await this.back.close();
  }

  #end(signal: NodeJS.Signals): void {
    this.#expected = true;
    this.#child?.kill(signal);
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      const child = spawn(process.execPath, ['--conditions=holdpoint-source', script], {
        env: {
          PATH: process.env['PATH'],
          PORT: '0',
          DATABASE_URL: this.#databaseUrl,
          HOLDPOINT_JWT_SECRET: JWT_SECRET,
          HOLDPOINT_WEBHOOK_ALLOW_PRIVATE: 'true',
          WORKERS: String(this.#workers),
          ...limitsInEnvironment,
          LOG_LEVEL: 'warn',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      this.#child = child;
      this.#expected = false;
      child.stderr.pipe(createWriteStream(this.#log, { flags: 'a' }));
      let served = false;
      createInterface(child.stdout).on('line', (line) => {
        if (!line.startsWith('worker')) {
          served = true;
          this.front.target = Number(new URL(line).port);
        } else if (served && !this.#expected && !line.includes('SIGKILL')) {
          this.ownEnds.push(`${this.name}: ${line}`);
        }
      });
      const [code, signal] = await once(child, 'exit');
      this.front.target = null;
      // Without a database the process cannot start. Once started, it must not exit by itself.
      if (served && !this.#expected) this.ownEnds.push(`${this.name} ended: ${signal ?? code}`);
      if (!this.#closed) await pause(RESTART_MS);
    }
  }
}
