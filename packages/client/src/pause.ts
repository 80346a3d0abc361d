import { onAbort } from './onAbort.ts';

/** Waits; `signal` ends it early, without an error. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
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
