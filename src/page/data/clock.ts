import { useSyncExternalStore } from 'react';
import { basePath } from './basePath.ts';

const TICK_MS = 1_000;
/** Smaller differences come from the Date header's resolution and the network delay. */
const TOLERANCE_MS = 2_000;

let offsetMs = 0;
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** Reads the service's clock from a Date header, because the reviewer's own clock may be wrong. */
export async function syncClock(): Promise<void> {
  const response = await fetch(basePath, { method: 'HEAD', cache: 'no-store' }).catch(() => null);
  const date = Date.parse(response?.headers.get('date') ?? '');
  if (Number.isNaN(date)) return;
  const difference = date - Date.now();
  offsetMs = Math.abs(difference) < TOLERANCE_MS ? 0 : difference;
  tick();
}

/** The service's time in milliseconds since the epoch, updated every second. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);

/** The service's time at this moment, in milliseconds since the epoch. */
export const clockNow = (): number => Date.now() + offsetMs;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  now = clockNow();
  for (const listener of listeners) listener();
}
