import type { ReviewEvent } from './readEvents.ts';

/**
 * The events of a workspace after a fixed position, as requested by a subscription. Nothing is read
 * until it is iterated, so that several subscriptions can share one iteration.
 */
export class FeedSource implements AsyncIterable<ReviewEvent> {
  readonly userId: string;
  /** Number of the last event that the client has. */
  readonly start: number;
  /** Number of the last event in the feed when this was created. */
  readonly head: number;
  readonly matches: (event: ReviewEvent) => boolean;
  readonly #iterate: (source: FeedSource) => AsyncGenerator<ReviewEvent, void>;

  constructor(
    place: { userId: string; start: number; head: number },
    matches: (event: ReviewEvent) => boolean,
    iterate: (source: FeedSource) => AsyncGenerator<ReviewEvent, void>,
  ) {
    this.userId = place.userId;
    this.start = place.start;
    this.head = place.head;
    this.matches = matches;
    this.#iterate = iterate;
  }

  /** The same events from another position. */
  from(start: number): FeedSource {
    const { userId, head } = this;
    return new FeedSource({ userId, start, head }, this.matches, this.#iterate);
  }

  /** All events from the same position. */
  unfiltered(): FeedSource {
    return new FeedSource(this, () => true, this.#iterate);
  }

  [Symbol.asyncIterator](): AsyncGenerator<ReviewEvent, void> {
    return this.#iterate(this);
  }
}
