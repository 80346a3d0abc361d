/** What a reviewer has typed about one review and not sent. */
export type Draft = {
  panel: 'reject' | 'edit' | null;
  message: string;
  /** What was typed of an edit, perhaps unfinished; null: none so far. */
  edit: string | null;
};

const none: Draft = { panel: null, message: '', edit: null };

/** Typed texts outlive everything that happens to their review on the page, and going to another one and back. */
export class Drafts {
  readonly #drafts = new Map<string, Draft>();

  get(nodeExecId: string): Draft {
    return this.#drafts.get(nodeExecId) ?? none;
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
