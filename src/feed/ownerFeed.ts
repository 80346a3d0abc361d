import { charactersOf, PageSize } from './pageSize.ts';
import type { ReviewEvent } from './readEvents.ts';

/** Events kept in memory per workspace. Followers that keep up never query the database. */
export const MAX_EVENTS = 500;
const MAX_PAYLOAD_CHARACTERS = 4_000_000;
/** How many workspaces are read together at most. */
export const MAX_GROUP = 2_000;

/**
 * The newest events of a workspace in memory, without gaps, up to `head`. Followers read from it at
 * their own speed, and slow ones take no memory: those that fall behind read from the database.
 */
export class OwnerFeed {
  readonly userId: string;
  /** Number of the newest event. */
  head: number;
  followers = 0;
  /** How many workspaces this one is read together with. It shrinks when a read takes too long. */
  groupSize = MAX_GROUP;
  /** Whether reading its new events took too long although it was read alone. */
  isSlow = false;
  /** Whether reading events for a follower that catches up took too long. */
  catchUpIsSlow = false;
  /** How many of its events are read at once when it is read alone. */
  readonly page = new PageSize();
  #events: ReviewEvent[] = [];
  #waiting: (() => void)[] = [];

  constructor(userId: string, head: number) {
    this.userId = userId;
    this.head = head;
  }

  /**
   * Adds events after `head` and skips others. If events were deleted from the database, there is a
   * gap: events before it are dropped, so that followers find the gap in the database.
   */
  append(events: ReviewEvent[]): void {
    const fresh = events.filter(({ number }) => number > this.head);
    const newest = fresh.at(-1);
    if (!newest) return;

    // Older events show the current state of their review, too.
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

  /** The events after a number. Null if some of them are not in memory. */
  after(number: number): ReviewEvent[] | null {
    const first = this.#events[0]?.number ?? this.head + 1;
    return number + 1 < first ? null : this.#events.slice(number + 1 - first);
  }

  /** Resolves when events are added, or on `wake`. */
  nextChange(): Promise<void> {
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
