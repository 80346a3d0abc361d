import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Queries } from '../database/connections.ts';
import { ExpiredCursorError, InvalidCursorError, numberOfCursor } from './cursor.ts';
import { FeedSource } from './feedSource.ts';
import { OwnerFeed } from './ownerFeed.ts';
import { PageSize } from './pageSize.ts';
import { type ReviewEvent, readEvents, readPlace } from './readEvents.ts';

/** A lost bell, or a row changed with plain SQL, is noticed within this time. */
const POLL_MS = 1_000;

type OnRead = (events: readonly ReviewEvent[], startedAt: number) => void;

/**
 * Brings events out of the database to this process's followers. One loop reads, for all owners that were
 * rung for since, in one query; while it runs further rings gather, so a busy time makes larger reads
 * instead of more. A slow poll rings for everybody. A database that is away is a read that fails: followers stay,
 * and get what they missed when it is back.
 */
export class Hub {
  readonly #database: Queries;
  readonly #log: Logger;
  readonly #keptDays: number;
  readonly #onRead: OnRead | null;
  readonly #feeds = new Map<string, OwnerFeed>();
  readonly #rung = new Set<string>();
  readonly #poll: NodeJS.Timeout;
  readonly #pageSize = new PageSize();
  #reading: Promise<void> | undefined;
  #closed = false;
  /** Whether the last read succeeded. */
  healthy = true;

  /**
   * @param keptDays how far back a cursor may lie
   * @param onRead told what was read for followers, and since when
   */
  constructor(database: Queries, log: Logger, keptDays: number, onRead: OnRead | null = null) {
    this.#database = database;
    this.#onRead = onRead;
    this.#keptDays = keptDays;
    this.#log = log;
    this.#poll = setInterval(() => this.ring(this.#feeds.keys()), POLL_MS);
  }

  /** How many owners have somebody who follows them here. */
  get ownerCount(): number {
    return this.#feeds.size;
  }

  /** There may be something new for these owners. */
  ring(userIds: Iterable<string>): void {
    for (const userId of userIds) if (this.#feeds.has(userId)) this.#rung.add(userId);
    if (this.#rung.size === 0 || this.#reading || this.#closed) return;
    this.#reading = this.#readRung().finally(() => {
      this.#reading = undefined;
    });
  }

  ringAll(): void {
    this.ring(this.#feeds.keys());
  }

  /**
   * The owner's events after a cursor, or from now on. The place is fixed when this resolves: nothing between
   * that and the first event that is asked for is lost.
   * @param wanted which of the events to give
   * @throws InvalidCursorError, ExpiredCursorError
   */
  async follow(
    userId: string,
    after: string | null | undefined,
    wanted: (event: ReviewEvent) => boolean,
  ): Promise<FeedSource> {
    const place = await this.#place(userId, after);
    return new FeedSource({ userId, ...place }, wanted, (source) => this.#pull(source));
  }

  /**
   * The same events after another cursor.
   * @throws InvalidCursorError, ExpiredCursorError
   */
  async resume(source: FeedSource, after: string): Promise<FeedSource> {
    const { start } = await this.#place(source.userId, after);
    return source.from(start);
  }

  async #place(
    userId: string,
    after: string | null | undefined,
  ): Promise<{ start: number; head: number }> {
    const number = after == null ? null : numberOfCursor(after);
    const { head, expired } = await readPlace(
      this.#database,
      userId,
      number ?? Number.MAX_SAFE_INTEGER - 1,
      this.#keptDays,
    );
    if (number !== null && number > head) {
      throw new InvalidCursorError(
        `after: ${number} lies ahead of this feed, which stands at ${head}. Read the page again, then resume from its feedCursor`,
      );
    }
    if (number !== null && expired) {
      throw new ExpiredCursorError(
        `after: ${number} lies further back than the ${this.#keptDays} days that events are kept. Read the page again, then resume from its feedCursor`,
      );
    }
    return { start: number ?? head, head };
  }

  /** Ends every subscription. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#poll);
    for (const feed of this.#feeds.values()) feed.wake();
  }

  #pull({ userId, start, head, wanted }: FeedSource): AsyncGenerator<ReviewEvent, void> {
    let feed = this.#feeds.get(userId);
    if (!feed) {
      feed = new OwnerFeed(userId, head);
      this.#feeds.set(userId, feed);
      // A ring that came since the head was read found no feed to ring for.
      this.ring([userId]);
    }
    feed.followers++;
    return this.#iterate(feed, start, wanted);
  }

  #iterate(
    feed: OwnerFeed,
    start: number,
    wanted: (event: ReviewEvent) => boolean,
  ): AsyncGenerator<ReviewEvent, void> {
    const pageSize = new PageSize();
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
          if (wanted(event)) return { value: event, done: false };
          continue;
        }
        try {
          ready = await this.#eventsAfter(feed, number, pageSize);
        } catch (error) {
          leave();
          throw error;
        }
        if (ready.length === 0 && number >= feed.head && !done && !this.#closed) {
          await feed.changed();
        }
      }
      leave();
      return { value: undefined, done: true };
    };
    // Not an async function*: its return() would wait for a pending next(), that is for the next event.
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

  /** @throws ExpiredCursorError where the next event is gone */
  async #eventsAfter(feed: OwnerFeed, number: number, page: PageSize): Promise<ReviewEvent[]> {
    if (number >= feed.head) return [];
    const inMemory = feed.after(number);
    if (inMemory) return inMemory;
    let events: ReviewEvent[];
    try {
      events = await readEvents(this.#database, new Map([[feed.userId, number]]), page.events);
    } catch (error) {
      this.#log.debug({ err: error }, 'a follower cannot catch up, trying again');
      await pause(POLL_MS, undefined, { ref: false });
      return [];
    }
    page.learn(events);
    const gap = events.findIndex((event, index) => event.number !== number + 1 + index);
    if (events.length > 0 && gap < 0) return events;
    if (gap > 0) return events.slice(0, gap);
    throw new ExpiredCursorError(
      `The event after ${number} is no longer kept. Read the page again, then resume from its feedCursor`,
    );
  }

  async #readRung(): Promise<void> {
    while (this.#rung.size > 0 && !this.#closed) {
      const heads = new Map<string, number>();
      for (const userId of this.#rung) {
        const feed = this.#feeds.get(userId);
        if (feed) heads.set(userId, feed.head);
      }
      this.#rung.clear();
      try {
        const limit = this.#pageSize.events;
        const startedAt = Date.now();
        const events = await readEvents(this.#database, heads, limit);
        this.#pageSize.learn(events);
        this.#onRead?.(events, startedAt);
        for (const [userId, ofOwner] of Map.groupBy(events, (event) => event.userId)) {
          this.#feeds.get(userId)?.append(ofOwner);
          if (ofOwner.length === limit) this.#rung.add(userId);
        }
        if (!this.healthy) this.ringAll();
        this.healthy = true;
      } catch (error) {
        if (this.healthy) this.#log.warn({ err: error }, 'the feed cannot be read, trying again');
        this.healthy = false;
        return;
      }
    }
  }
}
