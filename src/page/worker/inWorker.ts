import { useEffect, useState } from 'react';
import type { TaskMessage, Tasks, WorkerMessage } from './worker.ts';
import workerUrl from './worker.ts?worker&url';

/** Usual texts take a few milliseconds. */
const DEADLINE_MS = 1_000;

/** A part of the Trusted Types API, which TypeScript does not know. Older browsers have none. */
const { trustedTypes } = globalThis as {
  trustedTypes?: {
    createPolicy(
      name: string,
      rules: { createScriptURL(): string },
    ): { createScriptURL(address: string): string };
  };
};

/** With Trusted Types, a worker starts only from an address that a known policy returned. */
const policy = trustedTypes?.createPolicy('holdpoint-worker', {
  createScriptURL: () => workerUrl,
});

let worker: Worker | undefined;
let turn: Promise<unknown> = Promise.resolve();

/**
 * The result of a task on texts that an agent wrote, which may be made to take long: undefined until
 * it is there, null if it failed or took too long. Without a task nothing is done.
 */
export function useInWorker<Task extends keyof Tasks>(
  task: Task | null,
  ...texts: Parameters<Tasks[Task]>
): ReturnType<Tasks[Task]> | null | undefined {
  const [done, setDone] = useState<{
    of: readonly string[];
    result: ReturnType<Tasks[Task]> | null;
  }>();
  const [one, other]: readonly string[] = texts;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a task has at most two texts
  useEffect(() => {
    if (task === null) return;
    const wanted = new AbortController();
    inWorker(task, texts, wanted.signal).then((result) => {
      if (!wanted.signal.aborted) setDone({ of: texts, result });
    });
    return () => wanted.abort();
  }, [task, one, other]);
  return done?.of[0] === one && done?.of[1] === other ? done?.result : undefined;
}

/** Tasks are done one after the other, so that each has the whole time of its deadline. */
function inWorker<Task extends keyof Tasks>(
  task: Task,
  texts: string[],
  signal: AbortSignal,
): Promise<ReturnType<Tasks[Task]> | null> {
  const result = turn.then(() => (signal.aborted ? null : doNow({ task, texts }, signal)));
  turn = result;
  return result as Promise<ReturnType<Tasks[Task]> | null>;
}

/** A worker that does not finish in time, or whose result is no longer wanted, is stopped. */
function doNow(message: TaskMessage, signal: AbortSignal): Promise<unknown> {
  const current =
    worker ?? new Worker(policy?.createScriptURL(workerUrl) ?? workerUrl, { type: 'module' });
  worker = current;
  return new Promise((resolve) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const finish = (result: unknown) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      resolve(result);
    };
    const giveUp = () => {
      current.terminate();
      worker = undefined;
      finish(null);
    };
    signal.addEventListener('abort', giveUp);
    current.onerror = giveUp;
    current.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
      // The time to load the worker does not count.
      if ('begins' in data) timer = setTimeout(giveUp, DEADLINE_MS);
      else finish(data.result);
    };
    current.postMessage(message);
  });
}
