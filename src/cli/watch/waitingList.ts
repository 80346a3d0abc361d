import type { Review } from './review.ts';

const MAX_REMEMBERED = 1_000;

export type Entry = {
  readonly number: number;
  readonly review: Review;
  /** Whether the whole of it was on the screen. */
  wasShown: boolean;
};

/**
 * The reviews that wait, under the numbers that the reviewer uses. A number stands for one review as it was read: one
 * that is deleted and asked again under the same id, with another payload perhaps, is another number, so that a
 * decision never meets what was not seen.
 */
export class WaitingList {
  readonly #entries = new Map<number, Entry>();
  readonly #numbers = new Map<string, number>();
  #last = 0;

  add(review: Review): Entry {
    const entry = { number: ++this.#last, review, wasShown: false };
    this.#entries.set(entry.number, entry);
    this.#numbers.delete(review.nodeExecId);
    this.#numbers.set(review.nodeExecId, entry.number);
    for (const [id, number] of this.#numbers) {
      if (this.#numbers.size <= MAX_REMEMBERED + this.#entries.size) break;
      if (!this.#entries.has(number)) this.#numbers.delete(id);
    }
    return entry;
  }

  get(number: number): Entry | undefined {
    return this.#entries.get(number);
  }

  /** The one that waits under this id. */
  find(nodeExecId: string): Entry | undefined {
    return this.#entries.get(this.#numbers.get(nodeExecId) ?? 0);
  }

  /** The number that this id has or had last. */
  numberOf(nodeExecId: string): number | undefined {
    return this.#numbers.get(nodeExecId);
  }

  /** It no longer waits. */
  settle({ number }: Entry): void {
    this.#entries.delete(number);
  }

  get all(): Entry[] {
    return [...this.#entries.values()];
  }
}
