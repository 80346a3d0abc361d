import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { isStatementTimeout, type Queries } from '../database/connections.ts';
import { MAX_EVENTS, MAX_GROUP, type OwnerFeed } from './ownerFeed.ts';
import { PageSize } from './pageSize.ts';
import { type ReviewEvent, readEvents, readEventsApart } from './readEvents.ts';
import { Turns } from './turns.ts';

/** How many connections this needs: for new events, for followers that catch up, for slow reads. */
export const FEED_CONNECTIONS = 3;
/** Finds events whose notification was lost, or that were written with plain SQL. */
const POLL_MS = 1_000;
/** How many groups the workspaces of a read that took too long are split into. */
const SPLIT_INTO = 8;
/** A slow workspace counts as quick again once a read of it takes less time. */
const QUICK_MS = 500;

export type FeedReaderOptions = {
  /** Whether a statement may read events of several workspaces. Default: true. */
  mixesWorkspaces?: boolean;
  /** Called with the events that were read, and when the read started. */
  onRead?: ((events: readonly ReviewEvent[], startedAt: number) => void) | null;
};

/**
 * Reads new events into the feeds of this process. One loop reads the events of all workspaces that
 * need a refresh, in one query unless workspaces are kept apart. Refreshes that are requested while
 * it runs are collected, so that a high load makes reads larger instead of more frequent. A slow poll
 * refreshes all workspaces.
 *
 * A read that PostgreSQL cancels because it takes too long is repeated with fewer events, and its
 * workspaces are read in smaller groups. A workspace that takes too long even alone is slow: it is
 * read apart from the others, over a connection that only slow workspaces use, until it is quick
 * again. The same holds for followers that catch up.
 */
export class FeedReader {
  readonly #database: Queries;
  readonly #log: Logger;
  readonly #feeds: ReadonlyMap<string, OwnerFeed>;
  readonly #read: typeof readEvents;
  readonly #onRead: FeedReaderOptions['onRead'];
  readonly #poll: NodeJS.Timeout;
  /** For all workspaces of a group together: at least one event for each. */
  readonly #page = new PageSize(MAX_GROUP);
  readonly #outdated = new Set<string>();
  readonly #outdatedSlow = new Set<string>();
  readonly #catchUps = new Turns();
  readonly #slowReads = new Turns();
  #isReading = false;
  #isReadingSlow = false;
  #closed = false;
  /** Whether the database answered the last read. */
  healthy = true;

  constructor(
    database: Queries,
    log: Logger,
    feeds: ReadonlyMap<string, OwnerFeed>,
    { mixesWorkspaces = true, onRead }: FeedReaderOptions,
  ) {
    this.#database = database;
    this.#log = log;
    this.#feeds = feeds;
    this.#read = mixesWorkspaces ? readEvents : readEventsApart;
    this.#onRead = onRead;
    this.#poll = setInterval(() => this.refreshAll(), POLL_MS);
  }

  /** Reads new events of these workspaces. */
  refresh(userIds: Iterable<string>): void {
    for (const userId of userIds) {
      const feed = this.#feeds.get(userId);
      if (feed) (feed.isSlow ? this.#outdatedSlow : this.#outdated).add(userId);
    }
    if (!this.#isReading) void this.#readOutdated();
    if (!this.#isReadingSlow) void this.#readOutdatedSlow();
  }

  refreshAll(): void {
    this.refresh(this.#feeds.keys());
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#poll);
  }

  /**
   * Reads events for a follower that catches up.
   * @returns null if they could not be read and the follower should try again
   */
  async readFor(feed: OwnerFeed, after: number): Promise<ReviewEvent[] | null> {
    const { catchUpIsSlow } = feed;
    try {
      return await (catchUpIsSlow ? this.#slowReads : this.#catchUps).take(async () => {
        // A read of another follower may have changed it meanwhile.
        if (feed.catchUpIsSlow !== catchUpIsSlow || this.#closed) return null;
        const { events, isQuick } = await this.#readAlone(feed, after);
        if (isQuick) feed.catchUpIsSlow = false;
        return events;
      });
    } catch (error) {
      if (isStatementTimeout(error)) feed.catchUpIsSlow = true;
      this.#log.debug({ err: error }, 'could not read events for a follower, retrying');
      await pause(POLL_MS, undefined, { ref: false });
      return null;
    }
  }

  async #readOutdated(): Promise<void> {
    this.#isReading = true;
    while (this.#outdated.size > 0 && !this.#closed) {
      const group = this.#takeGroup();
      if (group.length === 0) continue;
      const share = Math.max(1, Math.floor(this.#page.events / group.length));
      const limit = Math.min(share, MAX_EVENTS);
      try {
        const startedAt = Date.now();
        const after = new Map(group.map(({ userId, head }) => [userId, head]));
        const events = await this.#read(this.#database, after, limit);
        this.#page.adapt(events);
        for (const feed of group) feed.groupSize = MAX_GROUP;
        this.#append(events, limit, startedAt);
        if (!this.healthy) this.refreshAll();
        this.healthy = true;
      } catch (error) {
        if (isStatementTimeout(error)) {
          this.#onTimeout(group, limit);
          continue;
        }
        if (this.healthy) this.#log.warn({ err: error }, 'could not read the feed, retrying');
        this.healthy = false;
        break;
      }
    }
    this.#isReading = false;
  }

  /** Takes the workspaces to read next: the first one, and others that share its group size. */
  #takeGroup(): OwnerFeed[] {
    const group: OwnerFeed[] = [];
    for (const userId of this.#outdated) {
      const feed = this.#feeds.get(userId);
      const groupSize = (group[0] ?? feed)?.groupSize;
      if (feed && feed.groupSize !== groupSize) continue;
      this.#outdated.delete(userId);
      if (feed) group.push(feed);
      if (group.length === groupSize) break;
    }
    return group;
  }

  #append(events: readonly ReviewEvent[], limit: number, startedAt: number): void {
    this.#onRead?.(events, startedAt);
    for (const [userId, ofWorkspace] of Map.groupBy(events, (event) => event.userId)) {
      this.#feeds.get(userId)?.append(ofWorkspace);
      if (ofWorkspace.length === limit) this.refresh([userId]);
    }
  }

  #onTimeout(group: readonly OwnerFeed[], limit: number): void {
    this.#log.warn({ workspaces: group.length, limit }, 'the feed took too long to read, retrying');
    this.#page.shrink();
    for (const feed of group) {
      feed.groupSize = Math.max(1, Math.floor(group.length / SPLIT_INTO));
      feed.isSlow = group.length === 1;
    }
    this.refresh(group.map(({ userId }) => userId));
  }

  /** Reads each once. Those that take too long again are read at the next poll. */
  async #readOutdatedSlow(): Promise<void> {
    this.#isReadingSlow = true;
    while (this.#outdatedSlow.size > 0 && !this.#closed) {
      const feeds = [...this.#outdatedSlow].flatMap((userId) => this.#feeds.get(userId) ?? []);
      this.#outdatedSlow.clear();
      for (const feed of feeds) {
        await this.#slowReads
          .take(() => this.#readSlow(feed))
          .catch((error: unknown) => {
            this.#log.debug({ err: error }, 'could not read a slow workspace, retrying');
          });
      }
    }
    this.#isReadingSlow = false;
  }

  async #readSlow(feed: OwnerFeed): Promise<void> {
    const limit = feed.page.events;
    const startedAt = Date.now();
    const { events, isQuick } = await this.#readAlone(feed, feed.head);
    if (isQuick && events.length < limit) feed.isSlow = false;
    this.#append(events, limit, startedAt);
  }

  async #readAlone({ userId, page }: OwnerFeed, after: number) {
    const startedAt = performance.now();
    try {
      const events = await this.#read(this.#database, new Map([[userId, after]]), page.events);
      page.adapt(events);
      return { events, isQuick: performance.now() - startedAt < QUICK_MS };
    } catch (error) {
      if (isStatementTimeout(error)) page.shrink();
      throw error;
    }
  }
}
