import type { Client } from './connect.ts';
import { DueReviews } from './dueReviews.ts';
import { RefusedError } from './errors.ts';
import { followEvents } from './followEvents.ts';
import {
  AutoApprovalsDocument,
  type ReviewFragment,
  ReviewStatesDocument,
} from './generated/graphql.ts';
import { pause } from './pause.ts';
import { mayPass } from './retry.ts';
import { feedCursor } from './subscriptions.ts';
import { type Waiting, WaitingList } from './waitingList.ts';

/** How often it is looked, without the feed. */
const POLL_MS = 1_500;
/** How often it is looked although the feed is live: for standing approvals, which are no events, and to be safe. */
const LOOK_MS = 10_000;
/** The service answers at most this many reviews at once. */
const MAX_IDS = 100;
const MAX_EXECUTIONS_A_LOOK = 100;

/** One who waits for a review, from before it is asked for. */
export type Wait = {
  readonly nodeExecId: string;
  readonly graphExecId: string;
  /** The review once it is settled, null where it was deleted. To be called once it has been asked for. */
  settled(nodeId: string): Promise<ReviewFragment | null>;
  /** Not waited for any more. */
  end(): void;
};

export type WaitsListener = {
  /** While something waits, the live feed broke, or could not be had. It is tried again, and polled meanwhile. */
  onCutOff?: ((error: Error | null) => void) | undefined;
  /** It is live again. */
  onBack?: (() => void) | undefined;
};

/**
 * All that one client waits for, over one socket. While anybody waits, the owner's feed is followed; an event about a
 * review that is waited for makes it due, and what is due is read over HTTP, where payloads stay exact. A feed that breaks
 * is resumed from its cursor. While it is not live, as behind a proxy that lets no WebSocket pass, it is looked
 * from time to time what has been settled.
 */
export class Waits {
  readonly #client: Client;
  readonly #listener: WaitsListener;
  readonly #list = new WaitingList();
  #awaitedCount = 0;
  #running: AbortController | null = null;
  #isLive = false;
  #due: DueReviews | null = null;
  /** Executions in which something was approved, perhaps with all that is to come. */
  readonly #approvedIn = new Set<string>();
  #looks = 0;

  constructor(client: Client, listener: WaitsListener = {}) {
    this.#client = client;
    this.#listener = listener;
  }

  /** From now on nothing that happens to a review is missed, although it may not have been asked for yet. */
  expect(step: { nodeExecId: string; graphExecId: string; ask: () => Promise<unknown> }): Wait {
    const waiting: Waiting = { ...step, isDue: !this.#isLive, awaited: null };
    const { nodeExecId, graphExecId } = step;
    this.#list.add(waiting);
    return {
      nodeExecId,
      graphExecId,
      settled: (nodeId) =>
        new Promise((resolve, reject) => {
          waiting.awaited = { nodeId, resolve, reject };
          this.#awaitedCount++;
          this.#running ??= this.#run();
          if (waiting.isDue && this.#isLive) this.#note(nodeExecId);
        }),
      end: () => {
        if (!this.#list.remove(waiting)) return;
        if (waiting.awaited && --this.#awaitedCount === 0) this.#stop();
      },
    };
  }

  #run(): AbortController {
    const running = new AbortController();
    const { signal } = running;
    this.#looks = 0;
    this.#due = new DueReviews(this.#client, this.#list, signal);
    const work = Promise.all([this.#follow(signal), this.#lookFromTimeToTime(signal)]);
    work.catch((error: unknown) => {
      if (signal.aborted) return;
      this.#stop();
      for (const { awaited } of this.#list.awaited) awaited.reject(error);
    });
    return running;
  }

  #stop(): void {
    this.#running?.abort();
    this.#running = null;
    this.#isLive = false;
    this.#due = null;
    this.#approvedIn.clear();
    // The next feed begins later than this one ended.
    for (const waiting of this.#list.all) waiting.isDue = true;
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
          // What was asked before the cursor was read may have been settled before it, too.
          for (const { nodeExecId, isDue } of this.#list.awaited) if (isDue) this.#note(nodeExecId);
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
          if (kind !== 'REQUESTED') this.#note(nodeExecId);
        }
      } catch (error) {
        if (signal.aborted) return;
        // The place in the feed is lost: it lies too far back, or the database was put back. What waits is read anew.
        const code = error instanceof RefusedError ? error.code : null;
        if (code !== 'CURSOR_EXPIRED' && code !== 'BAD_USER_INPUT') throw error;
        this.#isLive = false;
        for (const waiting of this.#list.awaited) waiting.isDue = true;
        await pause(POLL_MS, signal);
      }
    }
  }

  async #lookFromTimeToTime(signal: AbortSignal): Promise<void> {
    for (let sinceMs = 0; ; sinceMs += POLL_MS) {
      await pause(POLL_MS * (0.8 + Math.random() * 0.4), signal);
      if (signal.aborted) return;
      try {
        if (!this.#isLive || sinceMs >= LOOK_MS) {
          sinceMs = 0;
          await this.#look(signal);
          await this.#lookForApprovals(this.#someExecutions(), signal);
        } else {
          const executions = [...this.#approvedIn];
          this.#approvedIn.clear();
          await this.#lookForApprovals(executions, signal);
        }
      } catch (error) {
        if (!signal.aborted && !mayPass(error)) throw error;
      }
    }
  }

  /** Which of them are settled by now. */
  async #look(signal: AbortSignal): Promise<void> {
    const ids = [...new Set(this.#list.awaited.map(({ nodeExecId }) => nodeExecId))];
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
      for (const id of nodeExecIds) if (!waiting.has(id)) this.#note(id);
    }
  }

  /** Some executions that are waited in, others each time. */
  #someExecutions(): string[] {
    const all = [...new Set(this.#list.awaited.map(({ graphExecId }) => graphExecId))];
    const from = (this.#looks++ * MAX_EXECUTIONS_A_LOOK) % Math.max(all.length, 1);
    return all.slice(from, from + MAX_EXECUTIONS_A_LOOK);
  }

  async #lookForApprovals(executions: readonly string[], signal: AbortSignal): Promise<void> {
    for (const graphExecId of executions) {
      const waited = this.#list.awaited.filter((waiting) => waiting.graphExecId === graphExecId);
      if (waited.length === 0) continue;
      const { autoApprovals } = await this.#client.request(
        AutoApprovalsDocument,
        { graphExecId },
        { signal },
      );
      const nodes = new Set(autoApprovals.flatMap(({ active, nodeId }) => (active ? nodeId : [])));
      for (const { awaited, nodeExecId, ask } of waited) {
        if (!nodes.has(awaited.nodeId) || signal.aborted) continue;
        await ask().catch(() => {});
        this.#note(nodeExecId);
      }
    }
  }

  /** Something may have happened to a review. */
  #note(nodeExecId: string): void {
    const waiting = this.#list.of(nodeExecId);
    for (const one of waiting) one.isDue = true;
    if (waiting.some(({ awaited }) => awaited !== null)) this.#due?.add(nodeExecId);
  }
}
