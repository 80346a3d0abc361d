const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * How long a delivery waits after its first failure, its second, and so on: a day in all. Then it
 * is parked.
 */
export const PAUSES_MS = [
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  1 * HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  8 * HOUR,
] as const;

/** A delivery that has waited this long behind others is parked at its first failure. */
export const LIFETIME_MS = 24 * HOUR;

/** The longest time for which a receiver can hold back its messages with `Retry-After`. */
export const MAX_RETRY_AFTER_MS = 8 * HOUR;

/**
 * The largest part that is added to a pause, so that receivers that failed together are not retried
 * together.
 */
const MAX_JITTER = 0.1;

/**
 * How long to wait before the next attempt.
 * @param failures how many attempts have failed, 1 or more
 * @param ageMs how long ago the delivery was queued
 * @returns milliseconds, or null if the delivery is to be parked
 */
export function pauseAfter(
  failures: number,
  ageMs: number,
  { pausesMs, lifetimeMs }: { pausesMs: readonly number[]; lifetimeMs: number },
): number | null {
  const pauseMs = pausesMs[failures - 1];
  if (pauseMs === undefined || ageMs >= lifetimeMs) return null;
  return Math.round(pauseMs * (1 + Math.random() * MAX_JITTER));
}
