import { HoldpointError, type NotApproved } from '@holdpoint/client';

/**
 * The decisions were handed out already: another worker resumes this thread, or one ended while it
 * did. Nothing was resumed here.
 */
export class AlreadyResumedError extends HoldpointError {
  override name = 'AlreadyResumedError';
  readonly nodeExecId: string;

  constructor(nodeExecId: string, cause?: unknown) {
    super(
      `Review ${nodeExecId} has been used to resume this thread already: another worker is at it, or ended while it was. Where no other can be alive, go on with takeOver`,
      { cause },
    );
    this.nodeExecId = nodeExecId;
  }
}

/**
 * There is no decision that the graph could be resumed with: nobody decided within the caller's
 * limit, or nobody is to.
 */
export class NotDecidedError extends HoldpointError {
  override name = 'NotDecidedError';
  readonly outcome: NotApproved;

  constructor(outcome: NotApproved) {
    super(
      `Review ${outcome.nodeExecId} has no decision: ${outcome.status}${outcome.message && `, ${outcome.message}`}`,
    );
    this.outcome = outcome;
  }
}

/**
 * No answer to an interrupt would be taken by the graph, or no edit of it was. Nothing was resumed.
 */
export class UnanswerableError extends HoldpointError {
  override name = 'UnanswerableError';
}
