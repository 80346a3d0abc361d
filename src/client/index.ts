// holdpoint/client: what agents import.
export { createClient, type Holdpoint, type HoldpointOptions } from './createClient.ts';
export { payloadDigest } from './digest.ts';
export { HoldpointError, IncompatibleError, RefusedError, UnreachableError } from './errors.ts';
export { exactJson, exactText } from './exactJson.ts';
export type { GateOptions } from './gate.ts';
export type * from './generated/graphql.ts';
export { copilotNode, copilotSession, copilotStep, type Step, stepId } from './ids.ts';
export type { Approved, NotApproved, Outcome } from './outcome.ts';
export {
  ExecutionEndedError,
  type InputIssue,
  InvalidInputError,
  NotFoundError,
  ReviewConflictError,
  ReviewNotEditableError,
  SelfApprovalError,
} from './problems.ts';
export type { ReviewOptions, StepOptions } from './review.ts';
export { NotApprovedError } from './runOnce.ts';
