import { sleep } from './abort.ts';
import { RefusedError, UnreachableError } from './errors.ts';

const MIN_RETRY_MS = 100;
const MAX_RETRY_MS = 5_000;

/**
 * The pauses between tries: each twice the last, and each anywhere between its half and its whole.
 */
export class Backoff {
  #nextMs = MIN_RETRY_MS;

  reset(): void {
    this.#nextMs = MIN_RETRY_MS;
  }

  next(): number {
    const milliseconds = this.#nextMs * (0.5 + Math.random() / 2);
    this.#nextMs = Math.min(this.#nextMs * 2, MAX_RETRY_MS);
    return milliseconds;
  }
}

/** Whether an error may pass: the service is away, or troubled for the moment. */
export const isTransient = (error: unknown): boolean =>
  error instanceof UnreachableError || (error instanceof RefusedError && !error.isFinal);

/**
 * Tries again what is safe to repeat, for as long as the service is away: up to `patienceMs` from
 * the first try, or until `signal`. Then the last error is thrown.
 * @param mayRepeat whether it is worth it and safe after this error
 */
export async function patiently<Result>(
  attempt: () => Promise<Result>,
  patienceMs: number,
  signal?: AbortSignal,
  mayRepeat: (error: unknown) => boolean = isTransient,
): Promise<Result> {
  const end = Date.now() + patienceMs;
  const backoff = new Backoff();
  while (true) {
    try {
      return await attempt();
    } catch (error) {
      const waitMs = backoff.next();
      if (!mayRepeat(error) || signal?.aborted || Date.now() + waitMs > end) throw error;
      await sleep(waitMs, signal);
    }
  }
}
