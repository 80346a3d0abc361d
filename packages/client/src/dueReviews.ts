import type { Client } from './connect.ts';
import { ReviewsDocument } from './generated/graphql.ts';
import { pause } from './pause.ts';
import { Backoff, mayPass } from './retry.ts';
import type { WaitingList } from './waitingList.ts';

/** At once: their payloads may be large. */
const MAX_READ = 20;

/** Reads the reviews to which something may have happened, over HTTP, and tells those who wait what is settled. */
export class DueReviews {
  readonly #client: Client;
  readonly #list: WaitingList;
  readonly #signal: AbortSignal;
  readonly #due = new Set<string>();
  #isReading = false;

  constructor(client: Client, list: WaitingList, signal: AbortSignal) {
    this.#client = client;
    this.#list = list;
    this.#signal = signal;
  }

  add(nodeExecId: string): void {
    this.#due.add(nodeExecId);
    if (!this.#isReading) void this.#read();
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    const backoff = new Backoff();
    // Those that come at the same moment are read together.
    await Promise.resolve();
    while (this.#due.size > 0 && !this.#signal.aborted) {
      const nodeExecIds = [...this.#due].slice(0, MAX_READ);
      for (const id of nodeExecIds) this.#due.delete(id);
      try {
        await this.#settle(nodeExecIds);
        backoff.reset();
      } catch (error) {
        if (this.#signal.aborted) break;
        if (mayPass(error)) {
          for (const id of nodeExecIds) this.#due.add(id);
          await pause(backoff.next(), this.#signal);
        } else {
          for (const { awaited } of this.#list.awaitedOf(nodeExecIds)) awaited.reject(error);
        }
      }
    }
    this.#isReading = false;
  }

  async #settle(nodeExecIds: string[]): Promise<void> {
    // Not those who ask meanwhile: what is read here may be older than their review.
    const waiting = this.#list.awaitedOf(nodeExecIds);
    for (const one of waiting) one.isDue = false;
    const { reviews } = await this.#client.request(
      ReviewsDocument,
      { nodeExecIds },
      { signal: this.#signal },
    );
    const found = new Map(reviews.map((review) => [review.nodeExecId, review]));
    for (const { awaited, nodeExecId } of waiting) {
      const review = found.get(nodeExecId) ?? null;
      if (review?.status !== 'WAITING') awaited.resolve(review);
    }
  }
}
