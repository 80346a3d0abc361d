import type { Approvers } from './approvers.ts';
import type { ReviewDecision } from './generated/graphql.ts';
import type { Operations } from './operations.ts';
import type { ReviewWatcher } from './reviewWatcher.ts';
import type { Summary } from './summary.ts';

/** Where a step belongs and how long it may wait. */
export type StepOptions = Approvers &
  Summary & {
    /** The run of a workflow, or a copilot session (`copilot-session-…`): its graphExecId. */
    execution: string;
    /** The kind of step: its nodeId. A standing approval covers one node. */
    node: string;
    /** The workflow: its graphId. */
    graph?: string | undefined;
    graphVersion?: number | undefined;
    /** Whether the reviewer may edit the payload. Defaults to true. */
    editable?: boolean | undefined;
    /**
     * What the agent can deal with. REJECT always is. Defaults to approvals, or answers if it is a
     * question, and to requests for changes if there is an `onChangesRequested`.
     */
    allowedDecisions?: readonly ReviewDecision[] | undefined;
    /** The deadline for a decision. After it the service rejects the review. */
    expiresAt?: Date | string | undefined;
    /** Other actors who may use the approval, besides the one that requests it. */
    consumers?: readonly string[] | undefined;
    /**
     * How long to wait, in milliseconds. Then the outcome is `timeout`, and the review still waits;
     * if even the request got no response, an UnreachableError is thrown.
     */
    timeLimitMs?: number | undefined;
    /** Stops waiting and throws its reason. */
    signal?: AbortSignal | undefined;
    /**
     * Called if a person has to decide: again after a revision, and by gate if a decision is
     * withdrawn.
     */
    onWaiting?: ((nodeExecId: string) => void) | undefined;
  };

export type ReviewContext = {
  /** The address of the service. */
  url: string;
  operations: Operations;
  watcher: ReviewWatcher;
  graph: string;
  graphVersion: number;
};
