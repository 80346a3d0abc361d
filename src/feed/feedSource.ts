import type { ReviewEvent } from './readEvents.ts';

/**
 * An owner's events from a place on, as a subscription's resolver asks for them. The place is fixed, and nothing runs
 * until somebody iterates: so whoever runs the subscription can let several share one iteration.
 */
export class FeedSource implements AsyncIterable<ReviewEvent> {
  readonly userId: string;
  /** The number of the last event that is known to the client. */
  readonly start: number;
  /** Where the feed stood when this was made. */
  readonly head: number;
  readonly wanted: (event: ReviewEvent) => boolean;
  readonly #pull: (source: FeedSource) => AsyncGenerator<ReviewEvent, void>;

  constructor(
    place: { userId: string; start: number; head: number },
    wanted: (event: ReviewEvent) => boolean,
    pull: (source: FeedSource) => AsyncGenerator<ReviewEvent, void>,
  ) {
    this.userId = place.userId;
    this.start = place.start;
    this.head = place.head;
    this.wanted = wanted;
    this.#pull = pull;
  }

  /** The same events from another place on. */
  from(start: number): FeedSource {
    const { userId, head } = this;
    return new FeedSource({ userId, start, head }, this.wanted, this.#pull);
  }

  /** Every event from the same place on, wanted or not. */
  unfiltered(): FeedSource {
    return new FeedSource(this, () => true, this.#pull);
  }

  [Symbol.asyncIterator](): AsyncGenerator<ReviewEvent, void> {
    return this.#pull(this);
  }
}
