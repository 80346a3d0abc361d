import type { Client } from '@urql/core';
import { type RowFragment, WaitingDocument, type WaitingQuery } from '../generated/graphql.ts';
import { type FeedEvent, followFeed } from '../service/followFeed.ts';
import { ask, type ServiceError } from '../service/openClient.ts';
import { Snapshots } from './snapshots.ts';

const PAGE = 100;
const RETRY_MS = 2_000;
/** How long one that was settled stays in the list, so that a reviewer sees who did it and how. */
const LEAVING_MS = 4_000;

export type Row = RowFragment & {
  /** Null while it waits. Else it leaves the list soon. */
  settled: { kind: FeedEvent['kind'] | null; actor: string | null } | null;
};

export type InboxSnapshot = {
  /** Those that wait and those that are about to leave, newest first. */
  rows: readonly Row[];
  byId: ReadonlyMap<string, Row>;
  waiting: number;
  /** How many the service says there are, until all are read. */
  total: number | null;
  connection: 'connecting' | 'live' | 'cut off';
  /** Nothing could be read so far. */
  failure: string | null;
};

export type InboxListener = {
  /** Reviews that came while the page was open. */
  onArrived?(rows: Row[]): void;
  /** Something happened to a review. */
  onEvent?(event: FeedEvent): void;
};

/**
 * The reviews that wait, live. The first page is shown as soon as it is there; the feed is followed from where it stood at
 * that moment, while the other pages are still read. Both tell of the same reviews, in any order, so a review that
 * an event settled is not taken from a page that was read before.
 */
export class Inbox extends Snapshots<InboxSnapshot> {
  readonly #client: Client;
  readonly #listeners = new Set<InboxListener>();
  #rows = new Map<string, Row>();
  #order: Row[] | null = [];
  #leaving = new Map<string, number>();
  /** What events told while pages were read, which may be older. */
  #meanwhile: { settled: Set<string>; arrived: Set<string> } | null = null;
  #total: number | null = null;
  #connection: InboxSnapshot['connection'] = 'connecting';
  #failure: string | null = null;
  #stop: () => void = () => {};

  constructor(client: Client) {
    super({
      rows: [],
      byId: new Map(),
      waiting: 0,
      total: null,
      connection: 'connecting',
      failure: null,
    });
    this.#client = client;
  }

  listen(listener: InboxListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads what waits and follows the feed, until the function that it answers is called. */
  open(): () => void {
    const stop = new AbortController();
    this.#stop();
    this.#stop = () => stop.abort();
    const sweeping = setInterval(() => this.#sweep(), 500);
    stop.signal.addEventListener('abort', () => clearInterval(sweeping));
    void this.#read(stop.signal);
    return () => stop.abort();
  }

  /** Forgets everything: another owner has signed in. */
  clear(): void {
    this.#stop();
    this.#rows = new Map();
    this.#leaving = new Map();
    this.#order = [];
    this.#total = null;
    this.#failure = null;
    this.#connection = 'connecting';
    this.changedNow();
  }

  /** Takes over what the service answered to a decision, before its event comes. */
  apply(reviews: readonly RowFragment[]): void {
    for (const review of reviews) this.#put(review, null, review.decidedBy);
    this.changedNow();
  }

  protected take(): InboxSnapshot {
    this.#order ??= [...this.#rows.values()].sort(newestFirst);
    return {
      rows: this.#order,
      byId: new Map(this.#rows),
      waiting: this.#rows.size - this.#leaving.size,
      total: this.#total,
      connection: this.#connection,
      failure: this.#failure,
    };
  }

  async #read(signal: AbortSignal): Promise<void> {
    const known = new Set<string>();
    let after: string | null = null;
    const meanwhile = { settled: new Set<string>(), arrived: new Set<string>() };
    this.#meanwhile = meanwhile;
    do {
      try {
        const { pendingReviews }: WaitingQuery = await ask(this.#client, 'query', WaitingDocument, {
          first: PAGE,
          after,
        });
        if (signal.aborted) return;
        this.#failure = null;
        this.#total = pendingReviews.totalCount;
        for (const { node } of pendingReviews.edges) {
          known.add(node.nodeExecId);
          if (!meanwhile.settled.has(node.nodeExecId)) this.#put(node, null, null);
        }
        if (after === null) this.#follow(pendingReviews.feedCursor, signal);
        after = pendingReviews.pageInfo.hasNextPage
          ? (pendingReviews.pageInfo.endCursor ?? null)
          : null;
        this.changed();
      } catch (error) {
        if (signal.aborted) return;
        const { message, code } = error as ServiceError;
        this.#failure = message;
        this.#connection = 'cut off';
        this.changedNow();
        if (code === 'UNAUTHENTICATED' || code === 'FORBIDDEN') return;
        await pause(RETRY_MS, signal);
        if (signal.aborted) return;
        // From the beginning, whose cursor the feed is followed from.
        if (known.size === 0) return this.#read(signal);
      }
    } while (after !== null);
    this.#total = null;
    // What an earlier reading knew and this one did not find has left.
    for (const [nodeExecId, { settled }] of this.#rows) {
      if (settled || known.has(nodeExecId) || meanwhile.arrived.has(nodeExecId)) continue;
      this.#rows.delete(nodeExecId);
      this.#order = null;
    }
    this.#meanwhile = null;
    this.changed();
  }

  #follow(cursor: string, signal: AbortSignal): void {
    if (signal.aborted) return;
    const become = (connection: InboxSnapshot['connection']) => {
      if (this.#connection === connection) return;
      this.#connection = connection;
      this.changedNow();
    };
    const stop = followFeed(this.#client, cursor, {
      onEvent: (event) => this.#take(event),
      onConnected: () => become('live'),
      onCutOff: () => become('cut off'),
      onTooOld: () => void this.#read(signal),
      onRefused: () => become('cut off'),
    });
    signal.addEventListener('abort', stop);
  }

  #take(event: FeedEvent): void {
    const { nodeExecId, review, kind, actor } = event;
    const before = this.#rows.get(nodeExecId);
    if (review) this.#put(review, kind, actor);
    else if (before && !before.settled) this.#settle(before, kind, actor);
    const waits = review?.status === 'WAITING';
    this.#meanwhile?.settled[waits ? 'delete' : 'add'](nodeExecId);
    this.#meanwhile?.arrived[waits ? 'add' : 'delete'](nodeExecId);
    this.changed();

    const now = this.#rows.get(nodeExecId);
    for (const listener of this.#listeners) {
      if (!before && now && !now.settled) listener.onArrived?.([now]);
      listener.onEvent?.(event);
    }
  }

  #put(review: RowFragment, kind: FeedEvent['kind'] | null, actor: string | null): void {
    const before = this.#rows.get(review.nodeExecId);
    if (review.status !== 'WAITING') {
      if (before)
        this.#settle({ ...review, settled: null }, kind, actor ?? review.decidedBy ?? null);
      return;
    }
    this.#rows.set(review.nodeExecId, { ...review, settled: null });
    this.#leaving.delete(review.nodeExecId);
    this.#order = null;
  }

  #settle(row: Row, kind: FeedEvent['kind'] | null, actor: string | null): void {
    const before = this.#rows.get(row.nodeExecId)?.settled;
    const settled =
      kind === 'DELETED' || !before ? { kind, actor } : { ...before, kind: before.kind ?? kind };
    this.#rows.set(row.nodeExecId, { ...row, settled });
    if (!this.#leaving.has(row.nodeExecId)) {
      this.#leaving.set(row.nodeExecId, Date.now() + LEAVING_MS);
    }
    this.#order = null;
  }

  #sweep(): void {
    const now = Date.now();
    for (const [nodeExecId, at] of this.#leaving) {
      if (at > now) continue;
      this.#leaving.delete(nodeExecId);
      this.#rows.delete(nodeExecId);
      this.#order = null;
    }
    if (this.#order === null) this.changed();
  }
}

/** As the service has it: by time, then by id. */
const newestFirst = (one: Row, other: Row): number =>
  compare(other.createdAt, one.createdAt) || compare(other.nodeExecId, one.nodeExecId);

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
