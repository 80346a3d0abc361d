import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { Logger } from 'pino';
import type { ToSupervisor, ToWorker } from './siblings.ts';

/** Longer than workers wait for the database. */
const ANSWER_MS = 3_000;
/** The pause before a worker is replaced, so that one that cannot start does not use up a core. */
const REPLACE_MS = 500;

export type Supervisor = {
  /** Resolves to the exit code of the service once all workers have ended after `close`. */
  readonly ended: Promise<number>;
  /** Sends the workers a signal, and replaces none from now on. */
  close(signal: NodeJS.Signals): void;
};

/**
 * Finds the port that the workers are to share: the given one, or any if it is 0.
 * @throws if the port is in use. The workers would not notice: they share it with whoever listens.
 */
export async function findPort(port: number, host: string): Promise<number> {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  const found = (server.address() as AddressInfo).port;
  await once(server.close(), 'close');
  return found;
}

/**
 * Runs this program in worker processes that share a port. One starts alone, since it migrates the
 * database, and the others once it listens. If it cannot start, the service ends with its exit
 * code; a worker that ends later is replaced.
 */
export function superviseWorkers(count: number, port: number, log: Logger): Supervisor {
  // NaN and undefined arrive as they are, which JSON would turn into null.
  cluster.setupPrimary({ serialization: 'advanced' });
  const listening = new Set<Worker>();
  const questions = new Questions(listening);
  const { promise: ended, resolve: end } = Promise.withResolvers<number>();
  let isStarted = false;
  let isClosing = false;
  let exitCode = 0;
  const fork = () => cluster.fork({ PORT: port });

  cluster.on('message', (worker, message: ToSupervisor) => {
    if (message.kind !== 'listening') return questions.handle(worker, message);
    listening.add(worker);
    if (isStarted) return;
    isStarted = true;
    for (let started = 1; started < count; started++) fork();
  });
  cluster.on('exit', (worker, code, signal) => {
    listening.delete(worker);
    questions.forget(worker);
    if (isClosing || !isStarted) {
      exitCode ||= code ?? 1;
      if (Object.keys(cluster.workers ?? {}).length === 0) end(exitCode);
      return;
    }
    log.error({ pid: worker.process.pid, code, signal }, 'a worker ended; it is replaced');
    setTimeout(() => {
      if (!isClosing) fork();
    }, REPLACE_MS);
  });
  fork();

  return {
    ended,
    close(signal) {
      isClosing = true;
      const workers = Object.values(cluster.workers ?? {});
      for (const worker of workers) worker?.process.kill(signal);
      if (workers.length === 0) end(exitCode);
    },
  };
}

type Asked = {
  /** Without those that have answered. */
  missing: Set<Worker>;
  answers: unknown[];
  finish(): void;
};

/** Questions of workers to all of them. */
class Questions {
  readonly #listening: ReadonlySet<Worker>;
  readonly #asked = new Map<number, Asked>();
  #lastId = 0;

  constructor(listening: ReadonlySet<Worker>) {
    this.#listening = listening;
  }

  handle(from: Worker, message: ToSupervisor): void {
    if (message.kind === 'answer') this.#answer(from, message.id, message.answer);
    else if (message.kind === 'ask') this.#ask(from, message);
  }

  /** A worker that has ended answers nothing. */
  forget(worker: Worker): void {
    for (const id of this.#asked.keys()) this.#answer(worker, id, undefined);
  }

  #ask(asker: Worker, { id: askersId, question }: ToSupervisor & { kind: 'ask' }): void {
    const id = ++this.#lastId;
    const missing = new Set(this.#listening);
    const answers: unknown[] = [];
    const finish = () => {
      clearTimeout(timeout);
      this.#asked.delete(id);
      for (const _ of missing) answers.push(undefined);
      send(asker, { kind: 'answers', id: askersId, answers });
    };
    const timeout = setTimeout(finish, ANSWER_MS);
    this.#asked.set(id, { missing, answers, finish });
    for (const worker of missing) send(worker, { kind: 'question', id, question });
  }

  #answer(worker: Worker, id: number, answer: unknown): void {
    const asked = this.#asked.get(id);
    if (!asked?.missing.delete(worker)) return;
    asked.answers.push(answer);
    if (asked.missing.size === 0) asked.finish();
  }
}

function send(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message);
}
