type Workspace = { running: number; readonly waiting: (() => void)[] };

/**
 * Lets each workspace do only so much at a time; the rest waits, in order. So a workspace whose
 * calls take long, or wait for each other's locks, leaves room for the others.
 */
export class WorkspaceTurns {
  readonly #mostOf: (userId: string) => number;
  readonly #workspaces = new Map<string, Workspace>();

  /** @param mostOf how much a workspace may do at the same time */
  constructor(mostOf: (userId: string) => number) {
    this.#mostOf = mostOf;
  }

  /** How many calls wait, or null if the next one need not. */
  waiting(userId: string): number | null {
    const { running, waiting } = this.#workspaces.get(userId) ?? { running: 0, waiting: [] };
    return running < this.#mostOf(userId) ? null : waiting.length;
  }

  async take<Result>(userId: string, run: () => Promise<Result>): Promise<Result> {
    const workspace = this.#workspaces.get(userId) ?? { running: 0, waiting: [] };
    this.#workspaces.set(userId, workspace);
    if (workspace.running < this.#mostOf(userId)) workspace.running++;
    else await new Promise<void>((resolve) => workspace.waiting.push(resolve));
    try {
      return await run();
    } finally {
      workspace.running--;
      while (workspace.waiting.length > 0 && workspace.running < this.#mostOf(userId)) {
        workspace.running++;
        workspace.waiting.shift()?.();
      }
      if (workspace.running === 0) this.#workspaces.delete(userId);
    }
  }
}
