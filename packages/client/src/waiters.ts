import type { ReviewFragment } from './generated/graphql.ts';

/** A caller who waits for a review, or is about to request it. */
export type Waiter = {
  readonly nodeExecId: string;
  readonly graphExecId: string;
  /** Requests the review again, so that a standing approval made meanwhile decides it. */
  readonly requestAgain: () => Promise<unknown>;
  /** The review may have changed since it was last read. */
  isStale: boolean;
  /** Null until the review has been requested. */
  pending: {
    nodeId: string;
    /** With null if the review was deleted. */
    resolve(review: ReviewFragment | null): void;
    reject(error: unknown): void;
  } | null;
};

export type PendingWaiter = Waiter & { pending: NonNullable<Waiter['pending']> };

/** All waiters, by review. */
export class Waiters {
  readonly #byReview = new Map<string, Set<Waiter>>();

  add(waiter: Waiter): void {
    const others = this.#byReview.get(waiter.nodeExecId);
    if (others) others.add(waiter);
    else this.#byReview.set(waiter.nodeExecId, new Set([waiter]));
  }

  /** @returns whether it was there */
  remove(waiter: Waiter): boolean {
    const all = this.#byReview.get(waiter.nodeExecId);
    if (!all?.delete(waiter)) return false;
    if (all.size === 0) this.#byReview.delete(waiter.nodeExecId);
    return true;
  }

  list(): Waiter[] {
    return [...this.#byReview.values()].flatMap((waiters) => [...waiters]);
  }

  pending(): PendingWaiter[] {
    return this.list().filter(isPending);
  }

  of(nodeExecId: string): Waiter[] {
    return [...(this.#byReview.get(nodeExecId) ?? [])];
  }

  pendingOf(nodeExecIds: readonly string[]): PendingWaiter[] {
    return nodeExecIds.flatMap((id) => this.of(id).filter(isPending));
  }
}

const isPending = (waiter: Waiter): waiter is PendingWaiter => waiter.pending !== null;
