import { HoldpointError, type NotApproved } from '@holdpoint/client';

/**
 * The decisions are already claimed: another worker resumes this thread, or crashed while it did.
 * Nothing was resumed here.
 */
export class AlreadyResumedError extends HoldpointError {
  override name = 'AlreadyResumedError';
  readonly nodeExecId: string;

  constructor(nodeExecId: string, cause?: unknown) {
    super(
      `Review ${nodeExecId} was already used to resume this thread: another worker is resuming it, or crashed. If no other worker can be alive, set takeOver`,
      { cause },
    );
    this.nodeExecId = nodeExecId;
  }
}

/**
 * There is no decision to resume the graph with, e.g. because nobody decided within the time limit.
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

/** The graph accepts no answer to an interrupt, or none of the edits. Nothing was resumed. */
export class UnanswerableError extends HoldpointError {
  override name = 'UnanswerableError';
}
