import cluster from 'node:cluster';

/** What a worker asks all of them. */
export type Question = 'ready' | 'metrics';

/** The messages between a worker and the supervisor. */
export type ToSupervisor =
  | { kind: 'listening' }
  | { kind: 'ask'; id: number; question: Question }
  | { kind: 'answer'; id: number; answer: unknown };
export type ToWorker =
  | { kind: 'question'; id: number; question: Question }
  | { kind: 'answers'; id: number; answers: unknown[] };

/** The worker processes of one service, as one of them sees them. */
export type Siblings = {
  /** Says that this worker accepts connections. */
  listening(): void;
  /** Answers a question about this worker. */
  onQuestion(question: Question, answer: () => Promise<unknown>): void;
  /**
   * Asks all workers that accept connections, this one included. Returns an answer for each; the
   * answer of a worker that gave none in time is undefined.
   */
  ask<T>(question: Question): Promise<(T | undefined)[]>;
};

/** The siblings of a worker process; null in a service of one process. */
export function openSiblings(): Siblings | null {
  if (!cluster.isWorker) return null;
  const answerers = new Map<Question, () => Promise<unknown>>();
  const asked = new Map<number, (answers: never[]) => void>();
  let lastId = 0;
  const send = (message: ToSupervisor) => {
    if (process.connected) process.send?.(message);
  };

  process.on('message', async (message: ToWorker) => {
    if (message.kind === 'answers') {
      asked.get(message.id)?.(message.answers as never[]);
      asked.delete(message.id);
    } else if (message.kind === 'question') {
      const { id, question } = message;
      const answer = await answerers
        .get(question)?.()
        .catch(() => undefined);
      send({ kind: 'answer', id, answer });
    }
  });

  return {
    listening() {
      send({ kind: 'listening' });
    },
    onQuestion(question, answer) {
      answerers.set(question, answer);
    },
    ask: (question) =>
      new Promise((resolve) => {
        lastId++;
        asked.set(lastId, resolve);
        send({ kind: 'ask', id: lastId, question });
      }),
  };
}
