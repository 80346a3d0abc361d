import { randomUUID } from 'node:crypto';
import type { History, Operation, ToldReview } from '../history.ts';
import type { Random } from '../random.ts';
import { Caller } from './caller.ts';
import { Gate } from './gate.ts';
import { RULED } from './policy.ts';
import { SIGNED } from './signedStep.ts';

const MINUTE = 60_000;
/**
 * The errors of the clients' clocks. With a clock two hours behind, a token of one hour has already
 * expired.
 */
const SKEWS = [0, 0, 3_000, -3_000, 20 * MINUTE, -20 * MINUTE, 120 * MINUTE];
const HOPELESS_SKEW = -120 * MINUTE;
/** The number of steps that reviewers look at and agents return to. */
const MAX_KNOWN = 40;
/** Few, so that reviewers meet on them. */
const MAX_SIGNED = 12;
const MAX_TALKS = 6;
/**
 * The share of decided steps that are removed from the waiting list. Others stay, so that reviewers
 * collide.
 */
const TIDINESS = 0.8;

/** A step. The same step of the same agent is the same request. */
export type Step = {
  nodeExecId: string;
  graphExecId: string;
  graphId: string;
  graphVersion: number;
  nodeId: string;
};

/** A requested step, as an actor last saw it. */
export type KnownStep = Step & {
  requestedBy: string;
  consumers: readonly string[];
  /** Null if nobody has seen it yet. */
  subjectDigest: string | null;
};

/** A review that needs several approvals, as somebody last saw it. */
export type SignedStep = Pick<ToldReview, 'nodeExecId' | 'requestedBy' | 'subjectDigest'>;

/** A question, or a step that can be revised. */
export type TalkStep = {
  input: { nodeExecId: string };
  requestedBy: string;
  /** As reviewers and its agent have seen it, the newest last. */
  seen: ToldReview[];
};

/** The state that all actors of one owner share. */
export class Team {
  readonly owner: string;
  readonly random: Random;
  readonly agents: Caller[];
  readonly reviewers: Caller[];
  /** Processes that use the client's gate: two of one agent, one of another. */
  readonly gates: readonly Gate[];
  /** An actor whose clock is so wrong that its tokens have always expired. */
  readonly late: Caller;
  /** Can request and decide. */
  readonly manager: Caller;
  /** Executions and sessions that have not ended. */
  readonly executions: string[] = [];
  /** A session that is never ended, so that a subscriber can follow it alone. */
  readonly longSession: string;
  /** The newest requested steps. Most decided ones are removed. */
  readonly waiting: KnownStep[] = [];
  /** The newest reviews that need several approvals. They may be decided. */
  readonly signed: SignedStep[] = [];
  /** The newest questions and steps that can be revised. */
  readonly talks: TalkStep[] = [];
  /** May save the policy; the second one is an agent. */
  readonly policySavers: readonly [Caller, Caller];
  /** The newest version that somebody has seen. */
  policyVersion = 0;
  /** May override. */
  readonly boss: Caller;
  /** The most recently decided steps. */
  readonly decided: KnownStep[] = [];
  readonly #agentsOfExecutions = new Map<string, Caller>();
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
    this.gates = ['gate-0', 'gate-0', 'gate-1'].map(
      (actor) => new Gate({ owner, actor, history, random: random.fork(), urls }),
    );
    this.late = caller('late', 'review:request review:decide', HOPELESS_SKEW);
    this.manager = caller('manager', 'review:request review:decide', 0);
    this.boss = caller('boss', 'review:decide review:override', 0);
    this.policySavers = [
      caller('platform', 'policy:manage', 0),
      caller('agent-0', 'policy:manage', 0),
    ];
    this.longSession = `copilot-session-${owner}-long`;
    this.executions.push(this.longSession);
  }

  /** A new execution, or a copilot session. */
  begin(): string {
    const number = ++this.#count;
    const isSession = this.random.chance(0.2);
    const graphExecId = `${isSession ? 'copilot-session-' : ''}${this.owner}-${number}`;
    this.executions.push(graphExecId);
    return graphExecId;
  }

  /** Starts no new steps in it. Running ones continue. */
  forget(graphExecId: string): void {
    const at = this.executions.indexOf(graphExecId);
    if (at >= 0) this.executions.splice(at, 1);
  }

  /** Records that an agent registered this execution before any request in it. */
  belongsTo(graphExecId: string, agent: Caller): void {
    this.#agentsOfExecutions.set(graphExecId, agent);
  }

  /** The agent that registered an execution, if one did. */
  agentOf(graphExecId: string): Caller | undefined {
    return this.#agentsOfExecutions.get(graphExecId);
  }

  /** The requesting actor with this name; undefined for one that uses the gate. */
  asker(actor: string): Caller | undefined {
    return [...this.agents, this.manager].find((caller) => caller.actor === actor);
  }

  #nodeId(): string {
    const number = this.random.int(1, 4);
    return this.random.chance(0.35) ? `${RULED}${number}` : `node-${number}`;
  }

  newStep(graphExecId: string, nodeId = this.#nodeId()): Step {
    // The id of a session's step contains its node.
    const isSession = graphExecId.startsWith('copilot-');
    const run = randomUUID();
    return isSession
      ? {
          ...graph,
          nodeExecId: `copilot-node-${nodeId}:${run}`,
          graphExecId,
          nodeId: `copilot-node-${nodeId}`,
        }
      : { ...graph, nodeExecId: run, graphExecId, nodeId };
  }

  /**
   * Remembers a request, unless it was rejected.
   */
  isAsked({ input, actor, outcome, answer }: Operation): void {
    const review = answer?.review;
    if (outcome === 'answered' && !review) return;
    const { nodeExecId, graphExecId, graphId, graphVersion, nodeId } = input;
    const known = {
      ...{ nodeExecId, graphExecId, graphId, graphVersion, nodeId },
      requestedBy: actor,
      consumers: review?.consumers ?? input.consumers ?? [],
      subjectDigest: review?.subjectDigest ?? null,
    };
    if (answer?.state === undefined || answer.state === 'WAITING') this.waits(known);
    else keep(this.decided, known);
  }

  /** A step of a review that needs several approvals, which its ID says. */
  newSignedStep(graphExecId: string): Step {
    const name = `${SIGNED}${this.random.int(1, 3)}`;
    const step = this.newStep(graphExecId, name);
    const isNamed = step.nodeExecId.includes(name);
    return isNamed ? step : { ...step, nodeExecId: `${name}:${step.nodeExecId}` };
  }

  isSigning({ nodeExecId, requestedBy, subjectDigest, processed, voidedAt }: ToldReview): void {
    const at = this.signed.findIndex((step) => step.nodeExecId === nodeExecId);
    if (at >= 0) this.signed.splice(at, 1);
    if (processed || voidedAt !== null) return;
    this.signed.push({ nodeExecId, requestedBy, subjectDigest });
    if (this.signed.length > MAX_SIGNED) this.signed.shift();
  }

  isTalking(step: TalkStep): void {
    this.talks.push(step);
    if (this.talks.length > MAX_TALKS) this.talks.shift();
  }

  isTalkedOver(step: TalkStep): void {
    const at = this.talks.indexOf(step);
    if (at >= 0) this.talks.splice(at, 1);
  }

  waits(step: KnownStep): void {
    keep(this.waiting, step);
  }

  /** Updates the list with the current state of a review. */
  isShown({ nodeExecId, status, subjectDigest }: ToldReview): void {
    const at = this.waiting.findIndex((step) => step.nodeExecId === nodeExecId);
    const step = this.waiting[at];
    if (!step) return;
    step.subjectDigest = subjectDigest;
    if (status === 'WAITING') return;
    if (this.random.chance(TIDINESS)) this.waiting.splice(at, 1);
    keep(this.decided, step);
  }

  isDeleted(nodeExecId: string): void {
    const at = this.waiting.findIndex((step) => step.nodeExecId === nodeExecId);
    if (at >= 0) this.waiting.splice(at, 1);
  }
}

function keep(steps: KnownStep[], step: KnownStep): void {
  steps.push(step);
  if (steps.length > MAX_KNOWN) steps.shift();
}

/** Whether an actor requested a step or was named as its consumer. */
export const isParty = (
  actor: string,
  { requestedBy, consumers }: Pick<KnownStep, 'requestedBy' | 'consumers'>,
): boolean => requestedBy === actor || consumers.includes(actor);

export const graph = { graphId: 'under-fire', graphVersion: 1 };

/** A payload: an action of a tool. */
export const payloadOf = (random: Random) => ({
  tool: random.pick(['send', 'delete', 'deploy', 'pay']),
  amount: random.int(1, 1_000_000),
  note: random.pick(['', 'ü – 漢字', '"quoted" \\ and \u2028', 'plain']),
});
