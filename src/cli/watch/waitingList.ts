import type { Review } from './feed.ts';

const MAX_REMEMBERED = 1_000;

export type Entry = {
  readonly number: number;
  /** With the same subject as it was shown; its votes and its claim may change. */
  review: Review;
  /** Whether it was shown in full. */
  wasShown: boolean;
  /** Who had claimed it when a decision was refused for that. The next one ignores the claim. */
  toldClaim?: string;
};

/**
 * The pending reviews by the numbers that the reviewer types. A number stands for a review as it
 * was shown. If the agent deletes it and asks again under the same id, the new request gets a new
 * number, so that nobody decides something they have not seen.
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

  /** The pending review with this id. */
  find(nodeExecId: string): Entry | undefined {
    return this.#entries.get(this.#numbers.get(nodeExecId) ?? 0);
  }

  /** The last number of this id, pending or not. */
  numberOf(nodeExecId: string): number | undefined {
    return this.#numbers.get(nodeExecId);
  }

  /** The review that had this number, pending or not. */
  idOf(number: number): string | undefined {
    for (const [id, other] of this.#numbers) if (other === number) return id;
    return undefined;
  }

  settle({ number }: Entry): void {
    this.#entries.delete(number);
  }

  get all(): Entry[] {
    return [...this.#entries.values()];
  }
}
