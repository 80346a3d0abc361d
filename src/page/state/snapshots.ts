/** How often a page that is told of many changes is drawn anew. */
const BATCH_MS = 40;

/**
 * A value that changes outside of React, for useSyncExternalStore. Many changes in a row are one: a timer and not the next
 * frame, because a page in the background draws none and still counts in its title.
 */
export abstract class Snapshots<Snapshot> {
  readonly #listeners = new Set<() => void>();
  #snapshot: Snapshot;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(first: Snapshot) {
    this.#snapshot = first;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getSnapshot = (): Snapshot => this.#snapshot;

  protected abstract take(): Snapshot;

  /** Something changed: it is shown soon. */
  protected changed(): void {
    this.#timer ??= setTimeout(() => this.changedNow(), BATCH_MS);
  }

  /** Something changed that somebody waits for. */
  protected changedNow(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#snapshot = this.take();
    for (const listener of this.#listeners) listener();
  }
}
