import { createClient, type Holdpoint, stepId } from '../../../packages/client/src/index.ts';
import type { History } from '../history.ts';
import type { Random } from '../random.ts';
import { tokenOf } from './token.ts';

/** How long the client retries requests that are safe to repeat. */
const PATIENCE_MS = 4_000;
/**
 * When an undecided call is abandoned. Its request stays, and another process may continue it.
 */
const TIME_LIMIT_MS = 8_000;

export type GateOptions = {
  owner: string;
  actor: string;
  history: History;
  random: Random;
  urls: readonly string[];
};

/** An agent process that wraps its tool with the client's gate. */
export class Gate {
  readonly actor: string;
  readonly #options: GateOptions;
  readonly #clients: Holdpoint[];

  constructor(options: GateOptions) {
    const { owner, actor, urls } = options;
    this.actor = actor;
    this.#options = options;
    const token = async () => (await tokenOf(owner, actor, 'review:request', 0)).token;
    // Faults make it retry all the time.
    const onRetry = () => {};
    this.#clients = urls.map((url) =>
      createClient({ url, token, patienceMs: PATIENCE_MS, onRetry }),
    );
  }

  /**
   * Calls the tool, which only records that it ran. Without approval or after an error it does not
   * run.
   */
  async call(
    step: { graphExecId: string; nodeId: string; payload: object },
    onWaiting: (nodeExecId: string) => void,
  ): Promise<void> {
    const { owner, actor, history, random } = this.#options;
    const { graphExecId: execution, nodeId: node, payload } = step;
    const nodeExecId = await stepId({ execution, node, arguments: payload });
    history.append({ type: 'gate', owner, actor, nodeExecId, ...step });
    const tool = random.pick(this.#clients).gate(
      async (approved: object) => {
        history.append({ type: 'run', owner, actor, nodeExecId, payload: approved });
      },
      { execution, node, timeLimitMs: TIME_LIMIT_MS, onWaiting },
    );
    await tool(payload).catch(() => {});
  }
}
