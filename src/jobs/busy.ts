import { performance } from 'node:perf_hooks';

/** How long is looked back. */
const WINDOW_MS = 500;
/** The share of that time in which the event loop worked. */
const BUSY = 0.7;

/**
 * Measures the event loop of this process.
 * @returns tells whether it was busy most of the last half second or longer
 */
export function openBusyMeter(): () => boolean {
  let start = performance.eventLoopUtilization();
  let startedAt = performance.now();
  let isBusy = false;
  return () => {
    const now = performance.now();
    if (now - startedAt >= WINDOW_MS) {
      isBusy = performance.eventLoopUtilization(start).utilization > BUSY;
      start = performance.eventLoopUtilization();
      startedAt = now;
    }
    return isBusy;
  };
}
