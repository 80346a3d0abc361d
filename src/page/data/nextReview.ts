import { currentRoute } from './route.ts';

/**
 * Opens the next review after a decision. The list knows which one that is: it is the next one in
 * its order that the viewer may decide.
 */
export class NextReview {
  /** Opens the review that follows in the list. Null while the list has nothing to decide. */
  list: ((decidedId: string) => string | null) | null = null;
  /** The review that was opened without the viewer asking for it. */
  openedId: string | null = null;

  /**
   * Opens it, unless the viewer has gone on to another review in the meantime.
   * @returns whether there was one
   */
  openAfter(decidedId: string): boolean {
    if (currentRoute().nodeExecId !== decidedId) return false;
    const id = this.list?.(decidedId) ?? null;
    this.openedId = id;
    return id !== null;
  }
}
