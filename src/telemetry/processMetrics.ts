import type { Registry } from 'prom-client';

let opening: Promise<Registry> | undefined;

/**
 * Memory, CPU, event loop and garbage collection. Per process, so one registry however many
 * services run in it.
 */
export function openProcessMetrics(): Promise<Registry> {
  opening ??= import('prom-client').then(({ collectDefaultMetrics, Registry }) => {
    const register = new Registry();
    collectDefaultMetrics({ register });
    return register;
  });
  return opening;
}
