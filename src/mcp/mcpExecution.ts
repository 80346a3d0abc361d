import type { ReviewClient } from './reviewClient.ts';

/** The workflow of every MCP session. */
export const GRAPH = { graphId: 'mcp', graphVersion: 1 } as const;

/**
 * The run of one session. Each session has its own, so that a standing approval from one
 * conversation does not apply to another.
 */
export class McpExecution {
  readonly id: string;
  #isUsed = false;

  constructor(id: string) {
    this.id = id;
  }

  /** @returns the ID of the run, which has to be ended from now on */
  use(): string {
    this.#isUsed = true;
    return this.id;
  }

  /** Ends the run: its WAITING reviews are rejected, and its approvals can no longer be used. */
  async end({ operations }: ReviewClient): Promise<void> {
    if (!this.#isUsed) return;
    this.#isUsed = false;
    // If the call fails, reviews and approvals still expire.
    await operations
      .registerExecution({ graphExecId: this.id, ...GRAPH, status: 'COMPLETED' })
      .catch(() => {});
  }
}
