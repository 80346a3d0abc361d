import type { Detail } from './details.ts';
import type { Draft } from './drafts.ts';

/** How long an approval can be undone with one key. Later its page offers to withdraw it. */
export const UNDO_MS = 8_000;

/** The approvals of one decision. */
export type Given = {
  /** As they were after it. */
  reviews: readonly Detail[];
  /** What was typed for it, such as an edit. Undoing brings it back. */
  draft: Draft | null;
};

/** The approvals that were given last, as long as they can be undone with one key. */
export class LastApproval {
  readonly #listeners = new Set<() => void>();
  #given: Given | null = null;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Null: there is nothing to undo. */
  readonly get = (): Given | null => this.#given;

  /** Offers to undo these instead of earlier ones. */
  given(reviews: readonly Detail[], draft: Draft | null = null): void {
    this.#become(reviews.length > 0 ? { reviews, draft } : null);
  }

  readonly forget = (): void => this.#become(null);

  #become(given: Given | null): void {
    this.#given = given;
    for (const listener of this.#listeners) listener();
  }
}
