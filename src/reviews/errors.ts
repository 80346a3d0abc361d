import type { ExecutionStatus } from '../database/generated/prisma/client.ts';
import type { Review } from './review.ts';

/** Already settled another way. Nothing of the request took effect. */
export class ReviewConflictError extends Error {
  readonly reviews: Review[];

  constructor(message: string, reviews: Review[]) {
    super(message);
    this.reviews = reviews;
  }
}

export class ReviewNotEditableError extends Error {
  readonly nodeExecIds: string[];

  constructor(nodeExecIds: string[]) {
    super(`Not editable, so it can only be decided as it is: ${nodeExecIds.join(', ')}`);
    this.nodeExecIds = nodeExecIds;
  }
}

/** Nobody decides what they asked for themselves, or may consume. */
export class SelfApprovalError extends Error {
  readonly nodeExecIds: string[];

  constructor(actor: string, nodeExecIds: string[]) {
    super(
      `${actor} asked for this, or may act on its approval, so somebody else must decide: ${nodeExecIds.join(', ')}`,
    );
    this.nodeExecIds = nodeExecIds;
  }
}

/** It can ask for nothing until it is registered as RUNNING again. */
export class ExecutionEndedError extends Error {
  readonly status: ExecutionStatus;

  /** @param stoppedBy the actor with `review:decide` who stopped it; null where it ended otherwise */
  constructor(graphExecId: string, status: ExecutionStatus, stoppedBy: string | null) {
    super(
      stoppedBy === null
        ? `Execution ${graphExecId} is ${status}: it can ask for nothing until it is registered as RUNNING again`
        : `Execution ${graphExecId} was stopped by ${stoppedBy}: only somebody with review:decide can register it as RUNNING again`,
    );
    this.status = status;
  }
}
