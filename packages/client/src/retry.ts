import { sleep } from './abort.ts';
import { RefusedError, UnreachableError } from './errors.ts';

const MIN_RETRY_MS = 100;
const MAX_RETRY_MS = 5_000;

/** Exponential backoff with jitter. */
export class Backoff {
  #nextMs = MIN_RETRY_MS;

  reset(): void {
    this.#nextMs = MIN_RETRY_MS;
  }

  /** @param error the failure, which may say how long to wait at least */
  next(error?: unknown): number {
    const milliseconds = this.#nextMs * (0.5 + Math.random() / 2);
    this.#nextMs = Math.min(this.#nextMs * 2, MAX_RETRY_MS);
    return retryAfterOf(error) + milliseconds;
  }
}

/** How long the service asks to wait before a retry, in milliseconds; 0 if it does not say. */
export const retryAfterOf = (error: unknown): number =>
  error instanceof RefusedError ? (error.retryAfterMs ?? 0) : 0;

/** Whether a retry may help: the service is unreachable or has a temporary problem. */
export const isTransient = (error: unknown): boolean =>
  error instanceof UnreachableError || (error instanceof RefusedError && !error.isFinal);

type Patience = {
  patienceMs: number;
  signal?: AbortSignal | undefined;
  /** Whether a retry is safe and useful after this error. Defaults to isTransient. */
  mayRepeat?: (error: unknown) => boolean;
  /** Called before each retry. */
  onRetry(error: unknown): void;
};

/**
 * Retries an attempt for up to `patienceMs` from the first one, or until `signal` aborts. Then it
 * throws the last error.
 */
export async function patiently<Result>(
  attempt: () => Promise<Result>,
  { patienceMs, signal, mayRepeat = isTransient, onRetry }: Patience,
): Promise<Result> {
  const end = Date.now() + patienceMs;
  const backoff = new Backoff();
  while (true) {
    try {
      return await attempt();
    } catch (error) {
      const waitMs = backoff.next(error);
      if (!mayRepeat(error) || signal?.aborted || Date.now() + waitMs > end) throw error;
      onRetry(error);
      await sleep(waitMs, signal);
    }
  }
}
