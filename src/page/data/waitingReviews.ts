import {
  MayDecideDocument,
  type MayDecideQuery,
  type RowFragment,
  WaitingDocument,
} from '../generated/graphql.ts';
import { syncClock } from './clock.ts';
import { type FeedEvent, isFinal, messageOf, retryAfterOf, type Service } from './service.ts';

const PAGE_SIZE = 100;
const RETRY_MS = 2_000;
/** How long a closed review stays in the list, so that reviewers see who closed it and how. */
const CLOSED_SHOWN_MS = 4_000;
/** Changes within this time are rendered together. */
const BATCH_MS = 40;
/** Teams, delegations and the end of a claim have no event, so they are looked up this often. */
const RECHECK_MS = 60_000;
/** The service answers at most this many reviews at once. */
const MAX_IDS = 100;

export type Row = RowFragment & {
  /** Whether the viewer may decide it. Null until the service has said so. */
  mayDecide: boolean | null;
  /** Null while the review is waiting. A closed review leaves the list soon. */
  closed: { since: number; deletedBy?: string } | null;
};

export type WaitingSnapshot = {
  /** Waiting reviews and those that were just closed, newest first. */
  rows: readonly Row[];
  byId: ReadonlyMap<string, Row>;
  waiting: number;
  /** How many of them the viewer may decide. */
  mine: number;
  /** The service's count, until all pages are read. */
  total: number | null;
  connection: 'connecting' | 'live' | 'disconnected';
  /** Why nothing could be read so far. */
  failure: string | null;
};

/** A review from a response. Only some responses say whether the viewer may decide it. */
type Found = RowFragment & { viewerMayDecide?: boolean };

type ReviewListener = {
  /** A review arrived while the page was open. */
  onArrived?(row: Row): void;
  onEvent?(event: FeedEvent): void;
  /** Somebody's claim or the viewer's right to decide has changed without an event. */
  onRechecked?(nodeExecId: string): void;
  /** The list is read anew instead of resuming the feed, so events may have been missed. */
  onReadAnew?(): void;
};

/**
 * The waiting reviews, live. The first page is shown as soon as it is there. From its cursor on the
 * feed is followed, while the other pages are still being read. Feed and pages report the same
 * reviews in any order, so what the feed says wins over a page that may be older. Whether the viewer
 * may decide a review is never worked out here: after each event the service is asked.
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
  /** Reviews of which the service is to be asked whether the viewer may decide them. */
  readonly #unchecked = new Set<string>();
  #isChecking = false;

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
    const recheck = setInterval(() => this.#recheck(), RECHECK_MS);
    stop.signal.addEventListener('abort', () => clearInterval(recheck));
    return () => stop.abort();
  }

  /** Forgets everything, because somebody else has signed in. */
  clear(): void {
    this.#stop.abort();
    this.#rows.clear();
    this.#unchecked.clear();
    this.#total = null;
    this.#failure = null;
    this.#connection = 'connecting';
    this.#renderNow();
  }

  /** Applies the response to a decision before its event arrives. */
  apply(reviews: readonly Found[]): void {
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
          const { nodeExecId } = node;
          found.add(nodeExecId);
          if (!duringRead.closed.has(nodeExecId) && !duringRead.arrived.has(nodeExecId)) {
            this.#put(node);
          }
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
    if (isWaiting) this.#check([nodeExecId]);
    this.#renderSoon();

    const row = this.#rows.get(nodeExecId);
    for (const listener of this.#listeners) {
      if (!before && row && !row.closed) listener.onArrived?.(row);
      listener.onEvent?.(event);
    }
  }

  /** Asks soon whether the viewer may decide these reviews, in one request at a time. */
  #check(nodeExecIds: readonly string[]): void {
    for (const nodeExecId of nodeExecIds) this.#unchecked.add(nodeExecId);
    if (this.#isChecking || this.#unchecked.size === 0) return;
    this.#isChecking = true;
    setTimeout(() => void this.#checkNow(this.#stop.signal), BATCH_MS);
  }

  async #checkNow(signal: AbortSignal): Promise<void> {
    const nodeExecIds = [...this.#unchecked].slice(0, MAX_IDS);
    for (const nodeExecId of nodeExecIds) this.#unchecked.delete(nodeExecId);
    let waitMs = 0;
    try {
      const { reviews } = await this.#service.request(MayDecideDocument, { nodeExecIds });
      if (!signal.aborted) for (const review of reviews) this.#checked(review);
    } catch (error) {
      waitMs = Math.max(RETRY_MS, retryAfterOf(error));
      if (!isFinal(error)) for (const nodeExecId of nodeExecIds) this.#unchecked.add(nodeExecId);
    }
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    this.#isChecking = false;
    this.#check([]);
  }

  #checked({ nodeExecId, claimedBy, viewerMayDecide: mayDecide }: Checked): void {
    const row = this.#rows.get(nodeExecId);
    if (!row || row.closed) return;
    if (row.mayDecide === mayDecide && row.claimedBy === claimedBy) return;
    this.#rows.set(nodeExecId, { ...row, claimedBy, mayDecide });
    for (const listener of this.#listeners) listener.onRechecked?.(nodeExecId);
    this.#renderSoon();
  }

  #recheck(): void {
    if (document.visibilityState === 'hidden') return;
    const rows = [...this.#rows.values()].filter(
      ({ closed, claimedBy, approvalsRequired }) =>
        !closed && (claimedBy !== null || approvalsRequired.length > 0),
    );
    this.#check(rows.map(({ nodeExecId }) => nodeExecId));
  }

  #put(review: Found): void {
    if (review.status === 'WAITING') {
      const before = this.#rows.get(review.nodeExecId)?.mayDecide ?? null;
      const mayDecide = review.viewerMayDecide ?? before;
      this.#rows.set(review.nodeExecId, { ...review, mayDecide, closed: null });
    } else if (this.#rows.has(review.nodeExecId)) this.#close(review);
  }

  #close(review: RowFragment, deletedBy?: string): void {
    const { nodeExecId } = review;
    const before = this.#rows.get(nodeExecId)?.closed;
    const since = before?.since ?? performance.now();
    const closed = { ...before, since, ...(deletedBy !== undefined && { deletedBy }) };
    const mayDecide = this.#rows.get(nodeExecId)?.mayDecide ?? null;
    this.#rows.set(nodeExecId, { ...review, mayDecide, closed });
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
      mine: rows.filter(({ closed, mayDecide }) => !closed && mayDecide).length,
      total: this.#total,
      connection: this.#connection,
      failure: this.#failure,
    };
  }
}

type Checked = MayDecideQuery['reviews'][number];

/** By creation time, then by id, as the service sorts them. */
const newestFirst = (one: Row, other: Row): number =>
  compare(other.createdAt, one.createdAt) || compare(other.nodeExecId, one.nodeExecId);

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
