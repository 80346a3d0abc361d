import { charactersOf } from './pageSize.ts';
import type { ReviewEvent } from './readEvents.ts';

/** What a process keeps of one owner's feed: enough that followers who keep up never ask the database. */
const MAX_EVENTS = 500;
const MAX_PAYLOAD_CHARACTERS = 4_000_000;

/**
 * The end of one owner's feed in memory: its newest events, without a gap, up to `head`. Followers pull from it
 * at their own speed and hold nothing here, so a slow one costs nothing; who has fallen behind its
 * beginning reads from the database.
 */
export class OwnerFeed {
  readonly userId: string;
  /** The number of the newest event that is known. */
  head: number;
  followers = 0;
  #events: ReviewEvent[] = [];
  #waiting: (() => void)[] = [];

  constructor(userId: string, head: number) {
    this.userId = userId;
    this.head = head;
  }

  /**
   * Takes events that follow `head`; those that are known already are passed over. Where somebody deleted events, there is a gap:
   * what lies before it is let go, so that followers meet the gap in the database.
   */
  append(events: ReviewEvent[]): void {
    const fresh = events.filter(({ number }) => number > this.head);
    const newest = fresh.at(-1);
    if (!newest) return;

    // An older event of the same review shows the review as it is now, as its type promises.
    const reviews = new Map(fresh.map(({ nodeExecId, review }) => [nodeExecId, review]));
    for (const event of this.#events) {
      const review = reviews.get(event.nodeExecId);
      if (review !== undefined) event.review = review;
    }
    this.#events.push(...fresh);
    const newestFirst = this.#events.toReversed();
    const gap = newestFirst.findIndex((event, index) => event.number !== newest.number - index);
    if (gap > 0) this.#events = this.#events.slice(-gap);
    this.head = newest.number;
    this.#trim();
    this.wake();
  }

  /** The events after a number, or null where they reach back beyond what is in memory. */
  after(number: number): ReviewEvent[] | null {
    const first = this.#events[0]?.number ?? this.head + 1;
    return number + 1 < first ? null : this.#events.slice(number + 1 - first);
  }

  /** Resolves when something was appended, or at `wake`. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  #trim(): void {
    let characters = 0;
    let keep = 0;
    for (const event of this.#events.toReversed()) {
      characters += charactersOf(event);
      if (keep === MAX_EVENTS || characters > MAX_PAYLOAD_CHARACTERS) break;
      keep++;
    }
    this.#events = this.#events.slice(this.#events.length - keep);
  }
}
