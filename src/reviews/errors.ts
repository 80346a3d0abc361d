import type { ExecutionStatus } from '../database/generated/prisma/client.ts';
import { ForbiddenError } from '../identity/errors.ts';
import type { Review } from './review.ts';

/** The state of some reviews conflicts with the call. Nothing was changed. */
export class ReviewConflictError extends Error {
  readonly reviews: Review[];

  constructor(message: string, reviews: Review[]) {
    super(message);
    this.reviews = reviews;
  }
}

/** A decision edits a review that is not editable. */
export class ReviewNotEditableError extends Error {
  readonly nodeExecIds: string[];

  constructor(nodeExecIds: string[]) {
    super(`The payload of these reviews cannot be edited: ${nodeExecIds.join(', ')}`);
    this.nodeExecIds = nodeExecIds;
  }
}

/** Actors cannot decide reviews that they requested or may consume. */
export class SelfApprovalError extends Error {
  readonly nodeExecIds: string[];

  constructor(actor: string, nodeExecIds: string[]) {
    super(
      `Another reviewer must decide, because ${actor} requested the review or may consume its approval: ${nodeExecIds.join(', ')}`,
    );
    this.nodeExecIds = nodeExecIds;
  }
}

/** The viewer may not decide some reviews: others were asked. Nothing was changed. */
export class NotEligibleError extends Error {
  readonly nodeExecIds: string[];

  /** @param why of one of the reviews, to be followed by the IDs */
  constructor(
    actor: string,
    nodeExecIds: string[],
    why = `${actor} may not approve these reviews`,
  ) {
    super(`${why}: ${nodeExecIds.join(', ')}`);
    this.nodeExecIds = nodeExecIds;
  }
}

/** The viewer may approve nothing, whatever the scopes: an agent, or a member that is disabled. */
export class BarredError extends ForbiddenError {
  constructor(actor: string) {
    super(`${actor} may not approve anything: the member is an agent, or is disabled`);
  }
}

/** What a workspace may have only so much of. */
export type WorkspaceQuota = 'WAITING_REVIEWS' | 'STORED_BYTES';

/** The workspace has used up a quota, so it cannot request new reviews. */
export class QuotaExceededError extends Error {
  readonly quota: WorkspaceQuota;

  constructor(quota: WorkspaceQuota, message: string) {
    super(message);
    this.quota = quota;
  }
}

/** The run cannot request reviews until it is registered as RUNNING again. */
export class ExecutionEndedError extends Error {
  readonly status: ExecutionStatus;

  /** @param stoppedBy the actor with `review:decide` who stopped it. Null if it ended otherwise */
  constructor(graphExecId: string, status: ExecutionStatus, stoppedBy: string | null) {
    super(
      stoppedBy === null
        ? `Run ${graphExecId} is ${status}. It must be registered as RUNNING before it can request reviews`
        : `Run ${graphExecId} was stopped by ${stoppedBy}. Only an actor with review:decide can register it as RUNNING again`,
    );
    this.status = status;
  }
}
