/**
 * Lets each workspace use only so many connections at a time. So a workspace whose statements wait
 * for each other's locks, or take long, leaves connections to the others.
 */
export class WorkspaceTurns {
  readonly #most: number;
  readonly #workspaces = new Map<string, { running: number; readonly waiting: (() => void)[] }>();

  /** @param most how many connections a workspace can use at a time */
  constructor(most: number) {
    this.#most = most;
  }

  async take<Result>(userId: string, run: () => Promise<Result>): Promise<Result> {
    const workspace = this.#workspaces.get(userId) ?? { running: 0, waiting: [] };
    this.#workspaces.set(userId, workspace);
    if (workspace.running < this.#most) workspace.running++;
    else await new Promise<void>((resolve) => workspace.waiting.push(resolve));
    try {
      return await run();
    } finally {
      const next = workspace.waiting.shift();
      if (next) next();
      else {
        workspace.running--;
        if (workspace.running === 0) this.#workspaces.delete(userId);
      }
    }
  }
}
