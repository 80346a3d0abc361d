import type { LimitListener } from './errors.ts';

/** What a client has not read yet. */
type Unread = { bytes: number; disconnect(): void };

/**
 * Limits how much each workspace may leave unread of what this process sent it: answers and events
 * stay in memory until their clients read them. Beyond the limit, the clients that have not read
 * for longest are disconnected.
 */
export class UnreadAnswers {
  readonly #maxBytes: number;
  readonly #onLimit: LimitListener | undefined;
  readonly #workspaces = new Map<string, { bytes: number; answers: Set<Unread> }>();

  constructor(maxBytes: number, onLimit?: LimitListener) {
    this.#maxBytes = maxBytes;
    this.#onLimit = onLimit;
  }

  /**
   * Counts an answer that could not be sent at once.
   * @param disconnect called if the workspace leaves too much unread
   * @returns a function to call once the client has read the answer or is gone
   */
  add(userId: string, bytes: number, disconnect: () => void): () => void {
    const workspace = this.#workspaces.get(userId) ?? { bytes: 0, answers: new Set() };
    this.#workspaces.set(userId, workspace);
    const unread = { bytes, disconnect };
    const remove = (one: Unread) => {
      if (!workspace.answers.delete(one)) return;
      workspace.bytes -= one.bytes;
      if (workspace.answers.size === 0) this.#workspaces.delete(userId);
    };
    workspace.answers.add(unread);
    workspace.bytes += bytes;
    for (const oldest of workspace.answers) {
      if (workspace.bytes <= this.#maxBytes) break;
      this.#onLimit?.('unread_bytes');
      remove(oldest);
      oldest.disconnect();
    }
    return () => remove(unread);
  }
}
