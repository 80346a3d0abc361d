import type { Logger } from 'pino';
import type { Queries } from '../database/connections.ts';
import { ExpiredCursorError, InvalidCursorError, numberOfCursor } from './cursor.ts';
import { FeedReader, type FeedReaderOptions } from './feedReader.ts';
import { FeedSource } from './feedSource.ts';
import { OwnerFeed } from './ownerFeed.ts';
import { type ReviewEvent, readPosition } from './readEvents.ts';

/**
 * The followers in this process. Those that keep up get new events from memory, others read from
 * the database. If the database is down, followers stay, and get what they missed when it is back.
 */
export class Hub {
  readonly #database: Queries;
  readonly #keptDays: number;
  readonly #feeds = new Map<string, OwnerFeed>();
  readonly #reader: FeedReader;
  #closed = false;

  /** @param keptDays how many days back a cursor may be */
  constructor(database: Queries, log: Logger, keptDays: number, options: FeedReaderOptions = {}) {
    this.#database = database;
    this.#keptDays = keptDays;
    this.#reader = new FeedReader(database, log, this.#feeds, options);
  }

  /** Whether the database answered the last read. */
  get healthy(): boolean {
    return this.#reader.healthy;
  }

  /** How many workspaces have followers in this process. */
  get workspaceCount(): number {
    return this.#feeds.size;
  }

  /** Reads new events of these workspaces. */
  refresh(userIds: Iterable<string>): void {
    this.#reader.refresh(userIds);
  }

  refreshAll(): void {
    this.#reader.refreshAll();
  }

  /**
   * The events of a workspace after a cursor, or from now on. The position is fixed when this
   * resolves, so no event is lost before the iteration starts.
   * @param matches which events to return
   * @throws InvalidCursorError, ExpiredCursorError
   */
  async follow(
    userId: string,
    after: string | null | undefined,
    matches: (event: ReviewEvent) => boolean,
  ): Promise<FeedSource> {
    const position = await this.#positionOf(userId, after);
    return new FeedSource({ userId, ...position }, matches, (source) => this.#iterate(source));
  }

  /**
   * The same events, after another cursor.
   * @throws InvalidCursorError, ExpiredCursorError
   */
  async resume(source: FeedSource, after: string): Promise<FeedSource> {
    const { start } = await this.#positionOf(source.userId, after);
    return source.from(start);
  }

  async #positionOf(
    userId: string,
    after: string | null | undefined,
  ): Promise<{ start: number; head: number }> {
    const number = after == null ? null : numberOfCursor(after);
    const { head, restored, expired } = await readPosition(
      this.#database,
      userId,
      number ?? Number.MAX_SAFE_INTEGER - 1,
      this.#keptDays,
    );
    if (number !== null && restored) {
      throw new ExpiredCursorError(
        `after: ${number} is from before the database was restored from a backup. Read the page again, then resume from its feedCursor`,
      );
    }
    if (number !== null && number > head) {
      throw new InvalidCursorError(
        `after: ${number} is beyond the end of this feed, ${head}. Read the page again, then resume from its feedCursor`,
      );
    }
    if (number !== null && expired) {
      throw new ExpiredCursorError(
        `after: the events after ${number} are older than ${this.#keptDays} days and no longer kept. Read the page again, then resume from its feedCursor`,
      );
    }
    return { start: number ?? head, head };
  }

  /** Ends every subscription. */
  close(): void {
    this.#closed = true;
    this.#reader.close();
    for (const feed of this.#feeds.values()) feed.wake();
  }

  #iterate({ userId, start, head, matches }: FeedSource): AsyncGenerator<ReviewEvent, void> {
    let feed = this.#feeds.get(userId);
    if (!feed) {
      feed = new OwnerFeed(userId, head);
      this.#feeds.set(userId, feed);
      // Events since `head` was read caused no refresh, because there was no feed.
      this.refresh([userId]);
    }
    feed.followers++;
    return this.#iteratorOf(feed, start, matches);
  }

  #iteratorOf(
    feed: OwnerFeed,
    start: number,
    matches: (event: ReviewEvent) => boolean,
  ): AsyncGenerator<ReviewEvent, void> {
    let number = start;
    let ready: ReviewEvent[] = [];
    let done = false;
    const leave = () => {
      if (done) return;
      done = true;
      feed.followers--;
      if (feed.followers === 0) this.#feeds.delete(feed.userId);
      feed.wake();
    };
    const next = async (): Promise<IteratorResult<ReviewEvent, void>> => {
      while (!done && !this.#closed) {
        const event = ready.shift();
        if (event) {
          number = event.number;
          if (matches(event)) return { value: event, done: false };
          continue;
        }
        try {
          ready = await this.#eventsAfter(feed, number);
        } catch (error) {
          leave();
          throw error;
        }
        if (ready.length === 0 && number >= feed.head && !done && !this.#closed) {
          await feed.nextChange();
        }
      }
      leave();
      return { value: undefined, done: true };
    };
    // Not an async generator: its return() would wait for a pending next(), i.e. for the next
    // event.
    return {
      next,
      async return() {
        leave();
        return { value: undefined, done: true };
      },
      async throw(error) {
        leave();
        throw error;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
      async [Symbol.asyncDispose]() {
        leave();
      },
    };
  }

  /** @throws ExpiredCursorError if the next event was deleted */
  async #eventsAfter(feed: OwnerFeed, number: number): Promise<ReviewEvent[]> {
    if (number >= feed.head) return [];
    const inMemory = feed.after(number);
    if (inMemory) return inMemory;
    const events = await this.#reader.readFor(feed, number);
    if (!events) return [];
    const gap = events.findIndex((event, index) => event.number !== number + 1 + index);
    if (events.length > 0 && gap < 0) return events;
    if (gap > 0) return events.slice(0, gap);
    throw new ExpiredCursorError(
      `The event after ${number} is no longer kept. Read the page again, then resume from its feedCursor`,
    );
  }
}
