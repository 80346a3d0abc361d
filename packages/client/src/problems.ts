import { HoldpointError } from './errors.ts';
import type { ExecutionStatus, ProblemFragment, ReviewFragment } from './generated/graphql.ts';

// The error types of the API, one class each. None of them left anything changed.

/** One value that was refused. */
export type InputIssue = { path: string; message: string };

/** Values were refused, by the service or before anything was sent. */
export class InvalidInputError extends HoldpointError {
  override name = 'InvalidInputError';
  readonly issues: readonly InputIssue[];

  constructor(issues: readonly InputIssue[], message?: string) {
    super(message ?? issues.map(({ path, message }) => `${path}: ${message}`).join('; '));
    this.issues = issues;
  }
}

/** Not there, or another owner's. */
export class NotFoundError extends HoldpointError {
  override name = 'NotFoundError';
  readonly ids: readonly string[];

  constructor(message: string, ids: readonly string[]) {
    super(message);
    this.ids = ids;
  }
}

/** Already settled or consumed another way, or asked under another execution. */
export class ReviewConflictError extends HoldpointError {
  override name = 'ReviewConflictError';
  /** The reviews in conflict, as they stand. */
  readonly reviews: readonly ReviewFragment[];

  constructor(message: string, reviews: readonly ReviewFragment[]) {
    super(message);
    this.reviews = reviews;
  }
}

/** An edit of a review that can only be decided as it is. */
export class ReviewNotEditableError extends HoldpointError {
  override name = 'ReviewNotEditableError';
  readonly nodeExecIds: readonly string[];

  constructor(message: string, nodeExecIds: readonly string[]) {
    super(message);
    this.nodeExecIds = nodeExecIds;
  }
}

/** Nobody decides what they asked for themselves. */
export class SelfApprovalError extends HoldpointError {
  override name = 'SelfApprovalError';
  readonly nodeExecIds: readonly string[];

  constructor(message: string, nodeExecIds: readonly string[]) {
    super(message);
    this.nodeExecIds = nodeExecIds;
  }
}

/** The execution has ended: it can ask for nothing until it is registered as RUNNING again. */
export class ExecutionEndedError extends HoldpointError {
  override name = 'ExecutionEndedError';
  readonly status: ExecutionStatus;

  constructor(message: string, status: ExecutionStatus) {
    super(message);
    this.status = status;
  }
}

/**
 * The class for an error that the API answered with; HoldpointError for a kind that this client
 * does not know yet.
 */
export function errorOfProblem(problem: ProblemFragment & { __typename: string }): HoldpointError {
  const { message } = problem;
  const { issues, ids, reviews, nodeExecIds, executionStatus } = problem as Partial<{
    issues: InputIssue[];
    ids: string[];
    reviews: ReviewFragment[];
    nodeExecIds: string[];
    executionStatus: ExecutionStatus;
  }>;
  switch (problem.__typename) {
    case 'InvalidInputError':
      return new InvalidInputError(issues ?? [], message);
    case 'NotFoundError':
      return new NotFoundError(message, ids ?? []);
    case 'ReviewConflictError':
      return new ReviewConflictError(message, reviews ?? []);
    case 'ReviewNotEditableError':
      return new ReviewNotEditableError(message, nodeExecIds ?? []);
    case 'SelfApprovalError':
      return new SelfApprovalError(message, nodeExecIds ?? []);
    case 'ExecutionEndedError':
      return new ExecutionEndedError(message, executionStatus as ExecutionStatus);
    default:
      return new HoldpointError(`${problem.__typename}: ${message}`);
  }
}
