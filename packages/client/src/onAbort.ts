const listeners = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `listener` once `signal` aborts. However many listen to one signal, it has one event listener: one signal may end
 * any number of waits, and Node warns about an EventTarget from its eleventh listener on.
 * @returns what ends the listening
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
  signal.addEventListener(
    'abort',
    () => {
      for (const listener of all) listener();
    },
    { once: true },
  );
  return all;
}

/**
 * A controller that `signal` aborts too, until it is released. On Node 20 AbortSignal.any would leave something behind in a
 * long-lived signal each time.
 */
export function controllerUnder(signal: AbortSignal | undefined): {
  controller: AbortController;
  release: () => void;
} {
  const controller = new AbortController();
  if (signal?.aborted) controller.abort(signal.reason);
  const release = onAbort(signal, () => controller.abort(signal?.reason));
  return { controller, release };
}
