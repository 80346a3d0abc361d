import { randomUUID } from 'node:crypto';
import type { History } from '../history.ts';
import type { Random } from '../random.ts';
import { Caller } from './caller.ts';
import { Gate } from './gate.ts';

const MINUTE = 60_000;
/** By how much the clocks of clients are wrong. Two hours behind, a token of an hour has expired. */
const SKEWS = [0, 0, 3_000, -3_000, 20 * MINUTE, -20 * MINUTE, 120 * MINUTE];
const HOPELESS_SKEW = -120 * MINUTE;
/** As many reviews as reviewers look at, and agents come back to. */
const MAX_KNOWN = 40;
/** Who decides sees to it that others leave it alone; not always, so that they meet. */
const TIDINESS = 0.8;

export type Step = { nodeExecId: string; graphExecId: string; nodeId: string };

/** What everybody of one owner knows, as a platform's tables would. */
export class Team {
  readonly owner: string;
  readonly random: Random;
  readonly agents: Caller[];
  readonly reviewers: Caller[];
  /** Those that leave asking, waiting and consuming to the client's gate. */
  readonly gates: readonly Gate[];
  /** One whose clock is so wrong that all of its tokens have expired. */
  readonly late: Caller;
  readonly manager: Caller;
  /** Executions and sessions that nobody has stopped yet. */
  readonly executions: string[] = [];
  /** A session that is never stopped, and can be followed on its own. */
  readonly longSession: string;
  /** The newest steps that were asked for, most of those that were decided left out. */
  readonly waiting: Step[] = [];
  /** Those that were decided last. */
  readonly decided: Step[] = [];
  #count = 0;

  constructor(
    owner: string,
    history: History,
    random: Random,
    urls: readonly string[],
    size: { agents: number; reviewers: number },
  ) {
    this.owner = owner;
    this.random = random;
    const caller = (actor: string, scopes: string, skewMs: number) =>
      new Caller({ owner, actor, scopes, history, random: random.fork(), urls, skewMs });
    const several = (count: number, name: string, scopes: string) =>
      Array.from({ length: count }, (_, n) =>
        caller(`${name}-${n}`, scopes, SKEWS[n % SKEWS.length] as number),
      );
    this.agents = several(size.agents, 'agent', 'review:request');
    this.reviewers = several(size.reviewers, 'reviewer', 'review:decide');
    this.gates = ['gate-0', 'gate-1'].map(
      (actor) => new Gate({ owner, actor, history, random: random.fork(), urls }),
    );
    this.late = caller('late', 'review:request review:decide', HOPELESS_SKEW);
    this.manager = caller('manager', 'review:request review:decide', 0);
    this.longSession = `copilot-session-${owner}-long`;
    this.executions.push(this.longSession);
  }

  /** A new execution, or a copilot session, which has no record and needs none. */
  begin(): string {
    const number = ++this.#count;
    const isSession = this.random.chance(0.2);
    const graphExecId = `${isSession ? 'copilot-session-' : ''}${this.owner}-${number}`;
    this.executions.push(graphExecId);
    return graphExecId;
  }

  /** Takes it from those where new steps begin; what is under way goes on. */
  forget(graphExecId: string): void {
    const at = this.executions.indexOf(graphExecId);
    if (at >= 0) this.executions.splice(at, 1);
  }

  newStep(graphExecId: string, nodeId = `node-${this.random.int(1, 4)}`): Step {
    // Ids of sessions carry their node.
    const isSession = graphExecId.startsWith('copilot-');
    const run = randomUUID();
    return isSession
      ? {
          nodeExecId: `copilot-node-${nodeId}:${run}`,
          graphExecId,
          nodeId: `copilot-node-${nodeId}`,
        }
      : { nodeExecId: run, graphExecId, nodeId };
  }

  isAsked(step: Step): void {
    this.waiting.push(step);
    if (this.waiting.length > MAX_KNOWN) this.waiting.shift();
  }

  isDecided(nodeExecId: string): void {
    const at = this.waiting.findIndex((step) => step.nodeExecId === nodeExecId);
    const step = this.waiting[at];
    if (!step) return;
    if (this.random.chance(TIDINESS)) this.waiting.splice(at, 1);
    this.decided.push(step);
    if (this.decided.length > MAX_KNOWN) this.decided.shift();
  }
}

export const graph = { graphId: 'under-fire', graphVersion: 1 };

/** What an agent wants to do. */
export const payloadOf = (random: Random) => ({
  tool: random.pick(['send', 'delete', 'deploy', 'pay']),
  amount: random.int(1, 1_000_000),
  note: random.pick(['', 'ü – 漢字', '"quoted" \\ and \u2028', 'plain']),
});
