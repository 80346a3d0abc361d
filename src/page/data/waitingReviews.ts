import { type RowFragment, WaitingDocument } from '../generated/graphql.ts';
import { syncClock } from './clock.ts';
import { type FeedEvent, isFinal, messageOf, retryAfterOf, type Service } from './service.ts';

const PAGE_SIZE = 100;
const RETRY_MS = 2_000;
/** How long a closed review stays in the list, so that reviewers see who closed it and how. */
const CLOSED_SHOWN_MS = 4_000;
/** Changes within this time are rendered together. */
const BATCH_MS = 40;

export type Row = RowFragment & {
  /** Null while the review is waiting. A closed review leaves the list soon. */
  closed: { since: number; deletedBy?: string } | null;
};

export type WaitingSnapshot = {
  /** Waiting reviews and those that were just closed, newest first. */
  rows: readonly Row[];
  byId: ReadonlyMap<string, Row>;
  waiting: number;
  /** The service's count, until all pages are read. */
  total: number | null;
  connection: 'connecting' | 'live' | 'disconnected';
  /** Why nothing could be read so far. */
  failure: string | null;
};

type ReviewListener = {
  /** A review arrived while the page was open. */
  onArrived?(row: Row): void;
  onEvent?(event: FeedEvent): void;
  /** The list is read anew instead of resuming the feed, so events may have been missed. */
  onReadAnew?(): void;
};

/**
 * The waiting reviews, live. The first page is shown as soon as it is there. From its cursor on the
 * feed is followed, while the other pages are still being read. Feed and pages report the same
 * reviews in any order, so what the feed says wins over a page that may be older.
 */
export class WaitingReviews {
  readonly #service: Service;
  readonly #renderers = new Set<() => void>();
  readonly #listeners = new Set<ReviewListener>();
  readonly #rows = new Map<string, Row>();
  #stop = new AbortController();
  #total: number | null = null;
  #connection: WaitingSnapshot['connection'] = 'connecting';
  #failure: string | null = null;
  /** What the feed reported while pages were being read. */
  #duringRead: { arrived: Set<string>; closed: Set<string> } | null = null;
  #snapshot: WaitingSnapshot;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(service: Service) {
    this.#service = service;
    this.#snapshot = this.#takeSnapshot();
  }

  /** Together with `getSnapshot` for useSyncExternalStore. */
  readonly subscribe = (renderer: () => void): (() => void) => {
    this.#renderers.add(renderer);
    return () => this.#renderers.delete(renderer);
  };

  readonly getSnapshot = (): WaitingSnapshot => this.#snapshot;

  listen(listener: ReviewListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Reads the waiting reviews and follows the feed.
   * @returns a function that stops both
   */
  open(): () => void {
    this.#stop.abort();
    const stop = new AbortController();
    this.#stop = stop;
    void this.#read(stop.signal);
    return () => stop.abort();
  }

  /** Forgets everything, because somebody else has signed in. */
  clear(): void {
    this.#stop.abort();
    this.#rows.clear();
    this.#total = null;
    this.#failure = null;
    this.#connection = 'connecting';
    this.#renderNow();
  }

  /** Applies the response to a decision before its event arrives. */
  apply(reviews: readonly RowFragment[]): void {
    for (const review of reviews) this.#put(review);
    this.#renderNow();
  }

  async #read(signal: AbortSignal): Promise<void> {
    for (const listener of this.#listeners) listener.onReadAnew?.();
    const found = new Set<string>();
    const duringRead = { arrived: new Set<string>(), closed: new Set<string>() };
    this.#duringRead = duringRead;
    let after: string | null = null;
    do {
      try {
        const page = await this.#readPage(after);
        if (signal.aborted) return;
        this.#failure = null;
        this.#total = page.totalCount;
        for (const { node } of page.edges) {
          found.add(node.nodeExecId);
          if (!duringRead.closed.has(node.nodeExecId)) this.#put(node);
        }
        if (after === null) this.#follow(page.feedCursor, signal);
        after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null;
        this.#renderSoon();
      } catch (error) {
        if (signal.aborted) return;
        this.#failure = messageOf(error);
        this.#become('disconnected');
        this.#renderNow();
        if (isFinal(error)) return;
        const waitMs = Math.max(RETRY_MS, retryAfterOf(error));
        await new Promise((resolve) => setTimeout(resolve, waitMs));
        if (signal.aborted) return;
        // The feed starts from the first page's cursor.
        if (found.size === 0) return this.#read(signal);
      }
    } while (after !== null);
    this.#total = null;
    this.#duringRead = null;
    // Reviews that are left from an earlier read were closed in between.
    for (const [nodeExecId, { closed }] of this.#rows) {
      if (closed || found.has(nodeExecId) || duringRead.arrived.has(nodeExecId)) continue;
      this.#rows.delete(nodeExecId);
    }
    this.#renderSoon();
  }

  async #readPage(after: string | null) {
    const variables = { first: PAGE_SIZE, after };
    const { pendingReviews } = await this.#service.request(WaitingDocument, variables);
    return pendingReviews;
  }

  #follow(cursor: string, signal: AbortSignal): void {
    const listener = {
      onEvent: (event: FeedEvent) => this.#handle(event),
      onConnected: () => {
        void syncClock();
        this.#become('live');
      },
      onDisconnected: () => this.#become('disconnected'),
      onCursorExpired: () => void this.#read(signal),
    };
    void this.#service.follow(cursor, listener, signal);
  }

  #become(connection: WaitingSnapshot['connection']): void {
    if (this.#connection === connection) return;
    this.#connection = connection;
    this.#renderNow();
  }

  #handle(event: FeedEvent): void {
    const { nodeExecId, review, kind, actor } = event;
    const before = this.#rows.get(nodeExecId);
    if (review) this.#put(review);
    else if (before) this.#close(before, kind === 'DELETED' ? actor : undefined);
    const isWaiting = review?.status === 'WAITING';
    this.#duringRead?.closed[isWaiting ? 'delete' : 'add'](nodeExecId);
    this.#duringRead?.arrived[isWaiting ? 'add' : 'delete'](nodeExecId);
    this.#renderSoon();

    const row = this.#rows.get(nodeExecId);
    for (const listener of this.#listeners) {
      if (!before && row && !row.closed) listener.onArrived?.(row);
      listener.onEvent?.(event);
    }
  }

  #put(review: RowFragment): void {
    if (review.status === 'WAITING') {
      this.#rows.set(review.nodeExecId, { ...review, closed: null });
    } else if (this.#rows.has(review.nodeExecId)) this.#close(review);
  }

  #close(review: RowFragment, deletedBy?: string): void {
    const { nodeExecId } = review;
    const before = this.#rows.get(nodeExecId)?.closed;
    const since = before?.since ?? performance.now();
    const closed = { ...before, since, ...(deletedBy !== undefined && { deletedBy }) };
    this.#rows.set(nodeExecId, { ...review, closed });
    if (before) return;
    setTimeout(() => {
      // The id may have been requested again meanwhile.
      if (this.#rows.get(nodeExecId)?.closed?.since !== since) return;
      this.#rows.delete(nodeExecId);
      this.#renderSoon();
    }, CLOSED_SHOWN_MS);
  }

  /**
   * With a timer instead of an animation frame, because a background page counts in its title too.
   */
  #renderSoon(): void {
    this.#timer ??= setTimeout(() => this.#renderNow(), BATCH_MS);
  }

  #renderNow(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#snapshot = this.#takeSnapshot();
    for (const renderer of this.#renderers) renderer();
  }

  #takeSnapshot(): WaitingSnapshot {
    const rows = [...this.#rows.values()].sort(newestFirst);
    return {
      rows,
      byId: new Map(this.#rows),
      waiting: rows.filter(({ closed }) => !closed).length,
      total: this.#total,
      connection: this.#connection,
      failure: this.#failure,
    };
  }
}

/** By creation time, then by id, as the service sorts them. */
const newestFirst = (one: Row, other: Row): number =>
  compare(other.createdAt, one.createdAt) || compare(other.nodeExecId, one.nodeExecId);

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
