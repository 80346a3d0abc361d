// @holdpoint/client: what agents import.
export { apiVersion } from './apiVersion.ts';
export { type Approvers, approversOf } from './approvers.ts';
export type {
  Answered,
  AnswerOf,
  AnswerOutcome,
  QuestionOptions,
  Unanswered,
} from './askQuestion.ts';
export { type Client, type ConnectOptions, connect } from './connect.ts';
export { createClient, type Holdpoint, type HoldpointOptions } from './createClient.ts';
export { payloadDigest } from './digest.ts';
export { HoldpointError, IncompatibleError, RefusedError, UnreachableError } from './errors.ts';
export { exactJson, exactText } from './exactJson.ts';
export { type FeedEvent, followEvents } from './followEvents.ts';
export type { GateOptions } from './gate.ts';
export type * from './generated/graphql.ts';
export { copilotNode, copilotSession, copilotStep, nodeIdFor, type Step, stepId } from './ids.ts';
export { type Operations, operationsOf } from './operations.ts';
export {
  type Approved,
  type Decided,
  deleted,
  type NotApproved,
  type Outcome,
  outcomeOfReview,
  unusable,
  withdrawn,
} from './outcome.ts';
export {
  ExecutionEndedError,
  type InputIssue,
  InvalidInputError,
  NotEligibleError,
  NotFoundError,
  PolicyConflictError,
  QuotaExceededError,
  ReviewConflictError,
  ReviewNotEditableError,
  SelfApprovalError,
  TeamInUseError,
} from './problems.ts';
export type { ReviewOptions } from './review.ts';
export { ReviewWatcher } from './reviewWatcher.ts';
export { NotApprovedError } from './runOnce.ts';
export { hasScope, missingScope, missingScopeFor, requiredScopes, type Scope } from './scopes.ts';
export { endpointOf, serviceUrl } from './serviceUrl.ts';
export type { OnChangesRequested, Revised } from './settle.ts';
export type { StepOptions } from './stepOptions.ts';
export { type Made, type Summary, summaryOf } from './summary.ts';
export type { AttachmentObject, Bytes, Upload, UploadOptions } from './upload.ts';
