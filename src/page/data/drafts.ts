/** A comment that is not sent yet. */
export type DraftComment = {
  readonly text: string;
  /** RFC 6901, into the payload. Null: on the whole. */
  readonly pointer: string | null;
};

/** What a reviewer has typed about a review but not sent. */
export type Draft = {
  panel: 'approve' | 'reject' | 'edit' | 'changes' | 'answer' | null;
  message: string;
  /** The text of the edit, possibly unfinished, or null if there is none. */
  edit: string | null;
  /** The text of the answer to a question, possibly unfinished, or null if there is none. */
  answer: string | null;
  /** The comment that is being typed, or null. */
  comment: DraftComment | null;
  /** Comments that go with the decision. */
  comments: readonly DraftComment[];
};

const none: Draft = {
  panel: null,
  message: '',
  edit: null,
  answer: null,
  comment: null,
  comments: [],
};

/** Drafts outlive everything that happens to their review, and survive visits to other reviews. */
export class Drafts {
  readonly #drafts = new Map<string, Draft>();
  readonly #listeners = new Set<() => void>();

  /** The same object until the draft changes. */
  get(nodeExecId: string): Draft {
    return this.#drafts.get(nodeExecId) ?? none;
  }

  /** Together with `get` for useSyncExternalStore. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  change(nodeExecId: string, change: Partial<Draft>): void {
    this.#drafts.set(nodeExecId, { ...this.get(nodeExecId), ...change });
    this.#notify();
  }

  /** The decision was saved. A comment that is still being typed is not part of it. */
  drop(nodeExecId: string): void {
    const { comment } = this.get(nodeExecId);
    this.#drafts.delete(nodeExecId);
    if (comment !== null) this.#drafts.set(nodeExecId, { ...none, comment });
    this.#notify();
  }

  clear(): void {
    this.#drafts.clear();
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
