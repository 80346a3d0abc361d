import { sleep } from './abort.ts';
import type { Client } from './connect.ts';
import { ReviewsDocument } from './generated/graphql.ts';
import { Backoff, isTransient } from './retry.ts';
import type { Waiters } from './waiters.ts';

/** Per request: payloads may be large. */
const MAX_READ = 20;

/** Reads reviews that may have changed, in batches, and resolves the waiters of decided ones. */
export class ReviewReader {
  readonly #client: Client;
  readonly #waiters: Waiters;
  readonly #signal: AbortSignal;
  readonly #queue = new Set<string>();
  #isReading = false;

  constructor(client: Client, waiters: Waiters, signal: AbortSignal) {
    this.#client = client;
    this.#waiters = waiters;
    this.#signal = signal;
  }

  add(nodeExecId: string): void {
    this.#queue.add(nodeExecId);
    if (!this.#isReading) void this.#readAll();
  }

  async #readAll(): Promise<void> {
    this.#isReading = true;
    const backoff = new Backoff();
    // Those that are added in the same tick are read together.
    await Promise.resolve();
    while (this.#queue.size > 0 && !this.#signal.aborted) {
      const nodeExecIds = [...this.#queue].slice(0, MAX_READ);
      for (const id of nodeExecIds) this.#queue.delete(id);
      try {
        await this.#read(nodeExecIds);
        backoff.reset();
      } catch (error) {
        if (this.#signal.aborted) break;
        if (isTransient(error)) {
          for (const id of nodeExecIds) this.#queue.add(id);
          await sleep(backoff.next(error), this.#signal);
        } else {
          for (const { pending } of this.#waiters.pendingOf(nodeExecIds)) pending.reject(error);
        }
      }
    }
    this.#isReading = false;
  }

  async #read(nodeExecIds: string[]): Promise<void> {
    // Without those who request meanwhile: what is read here may be older than their review.
    const waiters = this.#waiters.pendingOf(nodeExecIds);
    for (const waiter of waiters) waiter.isStale = false;
    const { reviews } = await this.#client.request(
      ReviewsDocument,
      { nodeExecIds },
      { signal: this.#signal },
    );
    const found = new Map(reviews.map((review) => [review.nodeExecId, review]));
    for (const { pending, nodeExecId } of waiters) {
      const review = found.get(nodeExecId) ?? null;
      if (review?.status !== 'WAITING') pending.resolve(review);
    }
  }
}
