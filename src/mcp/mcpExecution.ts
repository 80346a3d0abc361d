import { GRAPH } from './requestReview.ts';
import type { ReviewClient } from './reviewClient.ts';

/**
 * The execution of what one session asks for. It is the session's own, so a standing approval that was given in one
 * conversation does not hold in another.
 */
export class McpExecution {
  readonly id: string;
  #isUsed = false;

  constructor(id: string) {
    this.id = id;
  }

  /** Something was asked under it, so that there is something to end. */
  use(): string {
    this.#isUsed = true;
    return this.id;
  }

  /** Ends it with its session: what still waits is rejected, and nothing more can be asked or used under it. */
  async end({ operations }: ReviewClient): Promise<void> {
    if (!this.#isUsed) return;
    this.#isUsed = false;
    // A service that is away, or a token that has ended, leaves it to the times at which reviews and approvals end.
    await operations
      .registerExecution({ graphExecId: this.id, ...GRAPH, status: 'COMPLETED' })
      .catch(() => {});
  }
}
