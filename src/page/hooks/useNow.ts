import { useSyncExternalStore } from 'react';
import { serviceNow } from '../service/clock.ts';

const TICK_MS = 1_000;

const listeners = new Set<() => void>();
let now = serviceNow();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = serviceNow();
    for (const tell of listeners) tell();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time by the service's clock, in milliseconds since the epoch, anew each second; one timer for all. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);
