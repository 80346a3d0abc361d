const listeners = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `listener` once `signal` aborts. A signal gets one event listener, however many callers
 * there are: one signal may end any number of waits, and Node 20 warns from the eleventh listener
 * on.
 * @returns a function that removes the listener
 */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (!signal) return () => {};
  const all = listeners.get(signal) ?? listenTo(signal);
  all.add(listener);
  return () => all.delete(listener);
}

function listenTo(signal: AbortSignal): Set<() => void> {
  const all = new Set<() => void>();
  listeners.set(signal, all);
  const abort = () => {
    for (const listener of all) listener();
  };
  signal.addEventListener('abort', abort, { once: true });
  return all;
}

/**
 * A controller that `signal` aborts too, until it is released. AbortSignal.any would leak memory in
 * a long-lived signal on Node 20.
 */
export function linkedController(signal: AbortSignal | undefined): {
  controller: AbortController;
  release: () => void;
} {
  const controller = new AbortController();
  if (signal?.aborted) controller.abort(signal.reason);
  const release = onAbort(signal, () => controller.abort(signal?.reason));
  return { controller, release };
}

/** Waits. If `signal` aborts, it returns early, without an error. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      release();
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    const release = onAbort(signal, end);
  });
}

/**
 * The same promise, but abortable.
 * @throws the reason of `signal` if it aborts first
 */
export function abortable<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    promise.then(resolve, reject).finally(onAbort(signal, abort));
  });
}
