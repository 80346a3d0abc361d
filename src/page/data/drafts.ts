/** What a reviewer has typed about a review but not sent. */
export type Draft = {
  panel: 'reject' | 'edit' | null;
  message: string;
  /** The text of the edit, possibly unfinished, or null if there is none. */
  edit: string | null;
};

/** Drafts outlive everything that happens to their review, and survive visits to other reviews. */
export class Drafts {
  readonly #drafts = new Map<string, Draft>();

  get(nodeExecId: string): Draft {
    return this.#drafts.get(nodeExecId) ?? { panel: null, message: '', edit: null };
  }

  change(nodeExecId: string, change: Partial<Draft>): Draft {
    const draft = { ...this.get(nodeExecId), ...change };
    this.#drafts.set(nodeExecId, draft);
    return draft;
  }

  drop(nodeExecId: string): void {
    this.#drafts.delete(nodeExecId);
  }

  clear(): void {
    this.#drafts.clear();
  }
}
