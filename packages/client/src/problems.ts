import { HoldpointError } from './errors.ts';
import type {
  ExecutionStatus,
  PolicyFragment,
  ProblemFragment,
  ReviewFragment,
  WorkspaceQuota,
} from './generated/graphql.ts';

// The error types of the API, one class each. After each of them nothing has changed.

/** One invalid value. */
export type InputIssue = { path: string; message: string };

/** The input is invalid, according to the service or before anything was sent. */
export class InvalidInputError extends HoldpointError {
  override name = 'InvalidInputError';
  readonly issues: readonly InputIssue[];

  constructor(issues: readonly InputIssue[], message?: string) {
    super(message ?? issues.map(({ path, message }) => `${path}: ${message}`).join('; '));
    this.issues = issues;
  }
}

/** It doesn't exist, or you don't have access. */
export class NotFoundError extends HoldpointError {
  override name = 'NotFoundError';
  readonly ids: readonly string[];

  constructor(message: string, ids: readonly string[]) {
    super(message);
    this.ids = ids;
  }
}

/** The review was decided or consumed differently, or requested under another execution. */
export class ReviewConflictError extends HoldpointError {
  override name = 'ReviewConflictError';
  /** The conflicting reviews in their current state. */
  readonly reviews: readonly ReviewFragment[];

  constructor(message: string, reviews: readonly ReviewFragment[]) {
    super(message);
    this.reviews = reviews;
  }
}

/** A decision that is not allowed for some of the reviews. */
class DecisionNotAllowedError extends HoldpointError {
  readonly nodeExecIds: readonly string[];

  constructor(message: string, nodeExecIds: readonly string[]) {
    super(message);
    this.nodeExecIds = nodeExecIds;
  }
}

/** The review cannot be edited. */
export class ReviewNotEditableError extends DecisionNotAllowedError {
  override name = 'ReviewNotEditableError';
}

/** Others were asked to approve these reviews. */
export class NotEligibleError extends DecisionNotAllowedError {
  override name = 'NotEligibleError';
}

/** Nobody can decide their own request. */
export class SelfApprovalError extends DecisionNotAllowedError {
  override name = 'SelfApprovalError';
}

/** The execution has ended. It can request nothing until it is registered as RUNNING again. */
export class ExecutionEndedError extends HoldpointError {
  override name = 'ExecutionEndedError';
  readonly status: ExecutionStatus;

  constructor(message: string, status: ExecutionStatus) {
    super(message);
    this.status = status;
  }
}

/** The workspace has used up a quota, so it cannot request new reviews. */
export class QuotaExceededError extends HoldpointError {
  override name = 'QuotaExceededError';
  readonly quota: WorkspaceQuota;

  constructor(message: string, quota: WorkspaceQuota) {
    super(message);
    this.quota = quota;
  }
}

/** Waiting reviews or rules need the team, so it cannot be deleted. */
export class TeamInUseError extends HoldpointError {
  override name = 'TeamInUseError';
  readonly nodeExecIds: readonly string[];
  readonly ruleIds: readonly string[];

  constructor(message: string, nodeExecIds: readonly string[], ruleIds: readonly string[]) {
    super(message);
    this.nodeExecIds = nodeExecIds;
    this.ruleIds = ruleIds;
  }
}

/** Somebody else saved another version of the policy in between. */
export class PolicyConflictError extends HoldpointError {
  override name = 'PolicyConflictError';
  /** The newest version. */
  readonly policy: PolicyFragment;

  constructor(message: string, policy: PolicyFragment) {
    super(message);
    this.policy = policy;
  }
}

/** The class for an error of the API; HoldpointError for a type that this version does not know. */
export function errorOfProblem(problem: ProblemFragment & { __typename: string }): HoldpointError {
  const { message } = problem;
  const { issues, ids, reviews, nodeExecIds, executionStatus, quota, ruleIds, policy } =
    problem as Partial<{
      issues: InputIssue[];
      ids: string[];
      reviews: ReviewFragment[];
      nodeExecIds: string[];
      executionStatus: ExecutionStatus;
      quota: WorkspaceQuota;
      ruleIds: string[];
      policy: PolicyFragment;
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
    case 'NotEligibleError':
      return new NotEligibleError(message, nodeExecIds ?? []);
    case 'SelfApprovalError':
      return new SelfApprovalError(message, nodeExecIds ?? []);
    case 'ExecutionEndedError':
      return new ExecutionEndedError(message, executionStatus as ExecutionStatus);
    case 'QuotaExceededError':
      return new QuotaExceededError(message, quota as WorkspaceQuota);
    case 'TeamInUseError':
      return new TeamInUseError(message, nodeExecIds ?? [], ruleIds ?? []);
    case 'PolicyConflictError':
      return new PolicyConflictError(message, policy as PolicyFragment);
    default:
      return new HoldpointError(`${problem.__typename}: ${message}`);
  }
}
