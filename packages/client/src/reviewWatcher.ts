import { sleep } from './abort.ts';
import type { Client } from './connect.ts';
import { RefusedError } from './errors.ts';
import { followEvents } from './followEvents.ts';
import {
  AutoApprovalsDocument,
  type ReviewFragment,
  ReviewStatesDocument,
} from './generated/graphql.ts';
import { isTransient, retryAfterOf } from './retry.ts';
import { ReviewReader } from './reviewReader.ts';
import { feedCursor } from './subscriptions.ts';
import { type Waiter, Waiters } from './waiters.ts';

/** Polling interval without the feed, with a random fifth more or less. */
const POLL_MS = 1_500;
/**
 * Polling interval while the feed is live. A new standing approval is not an event, because it
 * changes no review: it settles a waiting one only when that is requested again. So the watcher has
 * to look for standing approvals, after every approval in the run and at this interval.
 */
const LIVE_POLL_MS = 10_000;
/** Events that settle nothing. Any other kind, also one of a later service, may have. */
const unsettling = [
  'REQUESTED',
  'VOTED',
  'CLAIMED',
  'RELEASED',
  'REASSIGNED',
  'ESCALATED',
  'REVISED',
  'COMMENTED',
];
/** The service returns at most this many reviews per request. */
const MAX_IDS = 100;
const MAX_EXECUTIONS_PER_POLL = 100;

/** A wait for one review. It begins before the review is requested. */
export type Wait = {
  readonly nodeExecId: string;
  readonly graphExecId: string;
  /** The decided review; null if it was deleted. Call it after the review was requested. */
  untilDecided(nodeId: string): Promise<ReviewFragment | null>;
  /** Stops waiting. */
  end(): void;
};

export type WatcherListener = {
  /** The live feed is unavailable while something waits. The client polls and retries. */
  onCutOff?: ((error: Error | null) => void) | undefined;
  /** The feed is live again. */
  onBack?: (() => void) | undefined;
};

/**
 * All waits of one client, over one socket. While something waits, the watcher follows the
 * workspace's feed. An event marks the waiters of its review as stale, and the reader reads stale
 * reviews over HTTP. A broken feed resumes from its cursor. While the feed is not live, for example
 * behind a proxy that blocks WebSockets, the watcher polls.
 */
export class ReviewWatcher {
  readonly #client: Client;
  readonly #listener: WatcherListener;
  readonly #waiters = new Waiters();
  #pendingCount = 0;
  #running: AbortController | null = null;
  #isLive = false;
  #reader: ReviewReader | null = null;
  /** Executions with a new approval, which may have come with a standing approval. */
  readonly #approvedIn = new Set<string>();
  #pollCount = 0;

  constructor(client: Client, listener: WatcherListener = {}) {
    this.#client = client;
    this.#listener = listener;
  }

  /** Begins a wait. From now on no change of the review is missed, even before it is requested. */
  expect(step: {
    nodeExecId: string;
    graphExecId: string;
    requestAgain: () => Promise<unknown>;
  }): Wait {
    const waiter: Waiter = { ...step, isStale: !this.#isLive, pending: null };
    const { nodeExecId, graphExecId } = step;
    this.#waiters.add(waiter);
    return {
      nodeExecId,
      graphExecId,
      untilDecided: (nodeId) =>
        new Promise((resolve, reject) => {
          waiter.pending = { nodeId, resolve, reject };
          this.#pendingCount++;
          this.#running ??= this.#run();
          if (waiter.isStale && this.#isLive) this.#markStale(nodeExecId);
        }),
      end: () => {
        if (!this.#waiters.remove(waiter)) return;
        if (waiter.pending && --this.#pendingCount === 0) this.#stop();
      },
    };
  }

  #run(): AbortController {
    const running = new AbortController();
    const { signal } = running;
    this.#pollCount = 0;
    this.#reader = new ReviewReader(this.#client, this.#waiters, signal);
    const work = Promise.all([this.#follow(signal), this.#poll(signal)]);
    work.catch((error: unknown) => {
      if (signal.aborted) return;
      this.#stop();
      for (const { pending } of this.#waiters.pending()) pending.reject(error);
    });
    return running;
  }

  #stop(): void {
    this.#running?.abort();
    this.#running = null;
    this.#isLive = false;
    this.#reader = null;
    this.#approvedIn.clear();
    // The next feed begins later than this one ended.
    for (const waiter of this.#waiters.list()) waiter.isStale = true;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const after = await feedCursor(this.#client, signal);
      if (after === null) return;
      const events = followEvents(this.#client, {
        after,
        signal,
        onConnected: () => {
          if (signal.aborted) return;
          this.#isLive = true;
          // A review that was requested before the cursor was read may also be decided before it.
          for (const { nodeExecId, isStale } of this.#waiters.pending())
            if (isStale) this.#markStale(nodeExecId);
        },
        onCutOff: (error) => {
          if (signal.aborted) return;
          this.#isLive = false;
          this.#listener.onCutOff?.(error);
        },
        onBack: () => this.#listener.onBack?.(),
      });
      try {
        for await (const { kind, nodeExecId, graphExecId } of events) {
          if (signal.aborted) return;
          if (kind === 'APPROVED') this.#approvedIn.add(graphExecId);
          if (!unsettling.includes(kind)) this.#markStale(nodeExecId);
        }
      } catch (error) {
        if (signal.aborted) return;
        // The cursor is too old, or the database was restored: everything must be read again.
        const code = error instanceof RefusedError ? error.code : null;
        if (code !== 'CURSOR_EXPIRED' && code !== 'BAD_USER_INPUT') throw error;
        this.#isLive = false;
        for (const waiter of this.#waiters.pending()) waiter.isStale = true;
        await sleep(POLL_MS, signal);
      }
    }
  }

  async #poll(signal: AbortSignal): Promise<void> {
    for (let sinceMs = 0; ; sinceMs += POLL_MS) {
      await sleep(POLL_MS * (0.8 + Math.random() * 0.4), signal);
      if (signal.aborted) return;
      try {
        if (!this.#isLive || sinceMs >= LIVE_POLL_MS) {
          sinceMs = 0;
          await this.#readStates(signal);
          await this.#applyStandingApprovals(this.#nextExecutions(), signal);
        } else {
          const executions = [...this.#approvedIn];
          this.#approvedIn.clear();
          await this.#applyStandingApprovals(executions, signal);
        }
      } catch (error) {
        if (!signal.aborted && !isTransient(error)) throw error;
        await sleep(retryAfterOf(error), signal);
      }
    }
  }

  /** Finds the reviews that no longer wait. */
  async #readStates(signal: AbortSignal): Promise<void> {
    const ids = [...new Set(this.#waiters.pending().map(({ nodeExecId }) => nodeExecId))];
    for (let at = 0; at < ids.length; at += MAX_IDS) {
      const nodeExecIds = ids.slice(at, at + MAX_IDS);
      const { reviews } = await this.#client.request(
        ReviewStatesDocument,
        { nodeExecIds },
        { signal },
      );
      const waiting = new Set(
        reviews.filter(({ status }) => status === 'WAITING').map(({ nodeExecId }) => nodeExecId),
      );
      for (const id of nodeExecIds) if (!waiting.has(id)) this.#markStale(id);
    }
  }

  /** The next executions to look at, in turn. */
  #nextExecutions(): string[] {
    const all = [...new Set(this.#waiters.pending().map(({ graphExecId }) => graphExecId))];
    const from = (this.#pollCount++ * MAX_EXECUTIONS_PER_POLL) % Math.max(all.length, 1);
    return all.slice(from, from + MAX_EXECUTIONS_PER_POLL);
  }

  /** Requests those reviews again that a standing approval now covers, so that it decides them. */
  async #applyStandingApprovals(executions: readonly string[], signal: AbortSignal): Promise<void> {
    for (const graphExecId of executions) {
      const waiters = this.#waiters
        .pending()
        .filter((waiter) => waiter.graphExecId === graphExecId);
      if (waiters.length === 0) continue;
      const { autoApprovals } = await this.#client.request(
        AutoApprovalsDocument,
        { graphExecId },
        { signal },
      );
      const nodes = new Set(autoApprovals.flatMap(({ active, nodeId }) => (active ? nodeId : [])));
      for (const { pending, nodeExecId, requestAgain } of waiters) {
        if (!nodes.has(pending.nodeId) || signal.aborted) continue;
        await requestAgain().catch(() => {});
        this.#markStale(nodeExecId);
      }
    }
  }

  /** A review may have changed. */
  #markStale(nodeExecId: string): void {
    const waiters = this.#waiters.of(nodeExecId);
    for (const waiter of waiters) waiter.isStale = true;
    if (waiters.some(({ pending }) => pending !== null)) this.#reader?.add(nodeExecId);
  }
}
