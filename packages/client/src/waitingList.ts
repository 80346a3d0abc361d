import type { ReviewFragment } from './generated/graphql.ts';

/** One who waits for a review, or is about to ask for it. */
export type Waiting = {
  readonly nodeExecId: string;
  readonly graphExecId: string;
  /** Asks again: a standing approval, made meanwhile, then settles the review. */
  readonly ask: () => Promise<unknown>;
  /** Something may have happened that has not been read. */
  isDue: boolean;
  /** Null until it has been asked for. */
  awaited: {
    nodeId: string;
    /** With null where the review was deleted. */
    resolve(review: ReviewFragment | null): void;
    reject(error: unknown): void;
  } | null;
};

export type Awaited = Waiting & { awaited: NonNullable<Waiting['awaited']> };

/** All who wait, by the review that they wait for. */
export class WaitingList {
  readonly #waiting = new Map<string, Set<Waiting>>();

  add(waiting: Waiting): void {
    const others = this.#waiting.get(waiting.nodeExecId);
    if (others) others.add(waiting);
    else this.#waiting.set(waiting.nodeExecId, new Set([waiting]));
  }

  /** @returns whether it was there */
  remove(waiting: Waiting): boolean {
    const all = this.#waiting.get(waiting.nodeExecId);
    if (!all?.delete(waiting)) return false;
    if (all.size === 0) this.#waiting.delete(waiting.nodeExecId);
    return true;
  }

  get all(): Waiting[] {
    return [...this.#waiting.values()].flatMap((waiting) => [...waiting]);
  }

  get awaited(): Awaited[] {
    return this.all.filter(isAwaited);
  }

  of(nodeExecId: string): Waiting[] {
    return [...(this.#waiting.get(nodeExecId) ?? [])];
  }

  awaitedOf(nodeExecIds: readonly string[]): Awaited[] {
    return nodeExecIds.flatMap((id) => this.of(id).filter(isAwaited));
  }
}

const isAwaited = (waiting: Waiting): waiting is Awaited => waiting.awaited !== null;
