/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type CancelPendingReviewsInput = {
  graphExecId: string | number;
};

export type CheckApprovalInput = {
  graphExecId: string | number;
  /** The step's current input: what an auto-approval lets through. */
  inputData?: unknown;
  nodeExecId: string | number;
  nodeId: string | number;
};

export type ConsumeReviewInput = {
  /** Chosen at random for this one attempt to act, so that it can be repeated when its answer was lost: the same caller with the same key gets the approval again, until an outcome is reported. Absent: who repeats it is refused. */
  idempotencyKey?: string | null | undefined;
  nodeExecId: string | number;
  /** Of the payload that the caller is about to act on: sha256: and 64 hex digits. */
  payloadDigest: string;
};

export type CreateAutoApprovalInput = {
  /** Ahead of now. Absent: HOLDPOINT_STANDING_APPROVAL_HOURS from now. */
  expiresAt?: string | null | undefined;
  graphExecId: string | number;
  graphId: string | number;
  /** 0 or more. */
  graphVersion: number;
  /** 1 or more. Null: any number. */
  maxUses?: number | null | undefined;
  nodeId: string | number;
  payload?: unknown;
  /** Whose requests it lets through. Absent: those of any agent in the execution. */
  requestedBy?: string | null | undefined;
};

export type CreateWebhookInput = {
  /** Null: every kind. */
  kinds?: Array<ReviewEventKind> | null | undefined;
  /** https://…, on the public internet. */
  url: string;
};

export type DecideReviewsInput = {
  /** 1 to 100. */
  decisions: Array<ReviewDecisionInput>;
};

/** Who or what settled a review. */
export type DecisionSource =
  | 'AUTO_APPROVAL'
  | 'CANCELLATION'
  | 'EXPIRY'
  | 'REVIEWER';

export type DeleteReviewInput = {
  nodeExecId: string | number;
};

export type DeleteWebhookInput = {
  webhookId: string | number;
};

/** COMPLETED, TERMINATED and FAILED are ends: nothing can be asked under them. */
export type ExecutionStatus =
  | 'COMPLETED'
  | 'FAILED'
  | 'INCOMPLETE'
  | 'QUEUED'
  | 'REVIEW'
  | 'RUNNING'
  | 'TERMINATED';

/** Which reviews; what is absent does not restrict. */
export type PendingReviewFilter = {
  graphExecId?: string | number | null | undefined;
  graphId?: string | number | null | undefined;
};

export type RedeliverWebhookEventInput = {
  /** The delivery's. */
  cursor: string;
  webhookId: string | number;
};

export type RegisterExecutionInput = {
  graphExecId: string | number;
  graphId: string | number;
  /** 0 or more. */
  graphVersion: number;
  status?: ExecutionStatus | null | undefined;
};

export type ReportOutcomeInput = {
  /** For people; at most 10,000 characters. */
  detail?: string | null | undefined;
  nodeExecId: string | number;
  outcome: ReviewOutcome;
};

export type RequestReviewInput = {
  /** Other actors that may consume the approval. At most 20. */
  consumers?: Array<string> | null | undefined;
  editable?: boolean | null | undefined;
  /** Until when a human can decide: then it is REJECTED by EXPIRY, never approved. Ahead of the service's clock, and at most HOLDPOINT_REVIEW_MAX_EXPIRES from now. Absent: HOLDPOINT_REVIEW_EXPIRES from now, or without end where neither is set. */
  expiresAt?: string | null | undefined;
  /** The execution, or copilot-session-…. */
  graphExecId: string | number;
  graphId: string | number;
  /** 0 or more. */
  graphVersion: number;
  /** What the reviewer should know. Absent: the message of the approval that the payload is, if it is one. */
  instructions?: string | null | undefined;
  /** The agent's own id of this step's run: the same id asks once. */
  nodeExecId: string | number;
  /** The step's definition. Absent: nodeExecId. A synthetic id carries it: then it is absent or the same. */
  nodeId?: string | number | null | undefined;
  /** What the step would act on. */
  payload?: unknown;
};

/** Where a request stands, for whoever asked. */
export type RequestState =
  /** Act on result, once: call consumeReview first. */
  | 'APPROVED'
  /** It was approved and somebody took it. Do not act again. */
  | 'CONSUMED'
  /** Do not act. */
  | 'REJECTED'
  /** It was approved and is no longer valid: it was stopped, or not consumed in time. Ask under another id. */
  | 'VOID'
  /** Ask again later, or follow the feed. */
  | 'WAITING';

export type ReviewDecision =
  | 'APPROVE'
  | 'REJECT';

export type ReviewDecisionInput = {
  /** With APPROVE: also create the standing approval for later requests of the same actor for this step's node. */
  autoApproveFuture?: boolean | null | undefined;
  decision: ReviewDecision;
  /** For the agent and the record; at most 2,000 characters. */
  message?: string | null | undefined;
  nodeExecId: string | number;
  /** The reviewer's edit. Absent: as it is. Null: the edit is null. */
  payload?: unknown;
  /** Decide only if the payload is still this one, as its payloadDigest says; otherwise a ReviewConflictError. */
  payloadDigest?: string | null | undefined;
  /** Decide only if the review is still exactly what was looked at, as its subjectDigest says; otherwise a ReviewConflictError. Required where the service is set up so, as it is in production. */
  subjectDigest?: string | null | undefined;
};

/** What happened. PROCESSED: the outcome was consumed or claimed. VOIDED: an approval was taken back because its execution was stopped. UPDATED: a change by hand that is none of the others. */
export type ReviewEventKind =
  | 'APPROVED'
  | 'CANCELLED'
  | 'DELETED'
  | 'EXPIRED'
  | 'PROCESSED'
  | 'REJECTED'
  | 'REPORTED'
  | 'REQUESTED'
  | 'UPDATED'
  | 'VOIDED';

/** What came of acting on an approved review, as the agent tells. */
export type ReviewOutcome =
  | 'EXECUTED'
  | 'FAILED'
  | 'SKIPPED';

/** What became of a review so far. */
export type ReviewState =
  /** Approved or rejected, by whomever or whatever. */
  | 'DECIDED'
  /** Rejected because nobody decided in time. */
  | 'EXPIRED'
  /** Approved, still valid, and not executed yet. */
  | 'UNCONSUMED'
  /** Consumed, and never reported of. */
  | 'UNREPORTED'
  /** Nobody has decided yet. */
  | 'WAITING';

/** WAITING until somebody or something settles it, once. */
export type ReviewStatus =
  | 'APPROVED'
  | 'REJECTED'
  | 'WAITING';

export type RevokeAutoApprovalInput = {
  graphExecId: string | number;
  nodeId: string | number;
};

export type RotateWebhookSecretInput = {
  webhookId: string | number;
};

export type SetReviewProcessedInput = {
  /** Chosen at random for this one call, so that it can be repeated when its answer was lost, and `changed` is the same again. */
  idempotencyKey?: string | null | undefined;
  nodeExecId: string | number;
  /** true. A claim cannot be taken back. */
  processed: boolean;
};

export type SetWebhookEnabledInput = {
  enabled: boolean;
  webhookId: string | number;
};

/** PENDING until the receiver takes it, or a day has gone by in vain: then it is PARKED, and goes out again only when it is asked for. */
export type WebhookDeliveryStatus =
  | 'DELIVERED'
  | 'PARKED'
  | 'PENDING';

export type AutoApprovalFragment = { key: string, graphExecId: string, graphId: string, graphVersion: number, nodeId: string, requestedBy: string | null, payload: unknown, createdBy: string, createdAt: string, expiresAt: string | null, maxUses: number | null, uses: number, revokedAt: string | null, revokedBy: string | null, active: boolean };

export type AutoApprovalsQueryVariables = Exact<{
  graphExecId: string | number;
}>;

export type AutoApprovalsQuery = { autoApprovals: Array<{ key: string, graphExecId: string, graphId: string, graphVersion: number, nodeId: string, requestedBy: string | null, payload: unknown, createdBy: string, createdAt: string, expiresAt: string | null, maxUses: number | null, uses: number, revokedAt: string | null, revokedBy: string | null, active: boolean }> };

export type CreateAutoApprovalMutationVariables = Exact<{
  input: CreateAutoApprovalInput;
}>;

export type CreateAutoApprovalMutation = { createAutoApproval:
    | { __typename: 'CreateAutoApprovalPayload', autoApproval: { key: string, graphExecId: string, graphId: string, graphVersion: number, nodeId: string, requestedBy: string | null, payload: unknown, createdBy: string, createdAt: string, expiresAt: string | null, maxUses: number | null, uses: number, revokedAt: string | null, revokedBy: string | null, active: boolean } }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
   };

export type RevokeAutoApprovalMutationVariables = Exact<{
  input: RevokeAutoApprovalInput;
}>;

export type RevokeAutoApprovalMutation = { revokeAutoApproval:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
    | { __typename: 'RevokeAutoApprovalPayload', autoApproval: { key: string, graphExecId: string, graphId: string, graphVersion: number, nodeId: string, requestedBy: string | null, payload: unknown, createdBy: string, createdAt: string, expiresAt: string | null, maxUses: number | null, uses: number, revokedAt: string | null, revokedBy: string | null, active: boolean } }
   };

export type DecideReviewsMutationVariables = Exact<{
  input: DecideReviewsInput;
}>;

export type DecideReviewsMutation = { decideReviews:
    | { __typename: 'DecideReviewsPayload', approvedCount: number, rejectedCount: number, reviews: Array<{ nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null }>, autoApprovals: Array<{ key: string, graphExecId: string, graphId: string, graphVersion: number, nodeId: string, requestedBy: string | null, payload: unknown, createdBy: string, createdAt: string, expiresAt: string | null, maxUses: number | null, uses: number, revokedAt: string | null, revokedBy: string | null, active: boolean }> }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
    | { __typename: 'ReviewConflictError', message: string, reviews: Array<{ nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null }> }
    | { __typename: 'ReviewNotEditableError', nodeExecIds: Array<string>, message: string }
    | { __typename: 'SelfApprovalError', nodeExecIds: Array<string>, message: string }
   };

export type ExecutionFragment = { graphExecId: string, graphId: string, graphVersion: number, status: ExecutionStatus, registeredBy: string | null, stoppedBy: string | null, hasPendingReviews: boolean, createdAt: string, updatedAt: string };

export type GraphExecutionQueryVariables = Exact<{
  graphExecId: string | number;
}>;

export type GraphExecutionQuery = { graphExecution: { graphExecId: string, graphId: string, graphVersion: number, status: ExecutionStatus, registeredBy: string | null, stoppedBy: string | null, hasPendingReviews: boolean, createdAt: string, updatedAt: string } | null };

export type RegisterExecutionMutationVariables = Exact<{
  input: RegisterExecutionInput;
}>;

export type RegisterExecutionMutation = { registerExecution:
    | { __typename: 'ExecutionEndedError', message: string, executionStatus: ExecutionStatus }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'RegisterExecutionPayload', execution: { graphExecId: string, graphId: string, graphVersion: number, status: ExecutionStatus, registeredBy: string | null, stoppedBy: string | null, hasPendingReviews: boolean, createdAt: string, updatedAt: string } }
   };

export type CancelPendingReviewsMutationVariables = Exact<{
  input: CancelPendingReviewsInput;
}>;

export type CancelPendingReviewsMutation = { cancelPendingReviews:
    | { __typename: 'CancelPendingReviewsPayload', cancelledCount: number }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
   };

export type HandshakeQueryVariables = Exact<{ [key: string]: never; }>;

export type HandshakeQuery = { apiVersion: string, viewer: { scopes: Array<string> } };

type Problem_ExecutionEndedError_Fragment = { message: string, executionStatus: ExecutionStatus };

type Problem_InvalidInputError_Fragment = { message: string, issues: Array<{ path: string, message: string }> };

type Problem_NotFoundError_Fragment = { ids: Array<string>, message: string };

type Problem_ReviewConflictError_Fragment = { message: string, reviews: Array<{ nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null }> };

type Problem_ReviewNotEditableError_Fragment = { nodeExecIds: Array<string>, message: string };

type Problem_SelfApprovalError_Fragment = { nodeExecIds: Array<string>, message: string };

export type ProblemFragment =
  | Problem_ExecutionEndedError_Fragment
  | Problem_InvalidInputError_Fragment
  | Problem_NotFoundError_Fragment
  | Problem_ReviewConflictError_Fragment
  | Problem_ReviewNotEditableError_Fragment
  | Problem_SelfApprovalError_Fragment
;

export type ResultFragment = { nodeExecId: string, status: ReviewStatus, data: unknown, message: string, processed: boolean, autoApproved: boolean };

export type RequestReviewMutationVariables = Exact<{
  input: RequestReviewInput;
}>;

export type RequestReviewMutation = { requestReview:
    | { __typename: 'ExecutionEndedError', message: string, executionStatus: ExecutionStatus }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'RequestReviewPayload', state: RequestState, review: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null }, result: { nodeExecId: string, status: ReviewStatus, data: unknown, message: string, processed: boolean, autoApproved: boolean } | null }
    | { __typename: 'ReviewConflictError', message: string, reviews: Array<{ nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null }> }
   };

export type CheckApprovalQueryVariables = Exact<{
  input: CheckApprovalInput;
}>;

export type CheckApprovalQuery = { checkApproval: { nodeExecId: string, status: ReviewStatus, data: unknown, message: string, processed: boolean, autoApproved: boolean } | null };

export type SetReviewProcessedMutationVariables = Exact<{
  input: SetReviewProcessedInput;
}>;

export type SetReviewProcessedMutation = { setReviewProcessed:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
    | { __typename: 'ReviewConflictError', message: string, reviews: Array<{ nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null }> }
    | { __typename: 'SetReviewProcessedPayload', changed: boolean, review: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null } }
   };

export type DeleteReviewMutationVariables = Exact<{
  input: DeleteReviewInput;
}>;

export type DeleteReviewMutation = { deleteReview:
    | { __typename: 'DeleteReviewPayload', deletedCount: number }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
   };

export type ConsumeReviewMutationVariables = Exact<{
  input: ConsumeReviewInput;
}>;

export type ConsumeReviewMutation = { consumeReview:
    | { __typename: 'ConsumeReviewPayload', review: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null }, result: { nodeExecId: string, status: ReviewStatus, data: unknown, message: string, processed: boolean, autoApproved: boolean } }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
    | { __typename: 'ReviewConflictError', message: string, reviews: Array<{ nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null }> }
   };

export type ReportOutcomeMutationVariables = Exact<{
  input: ReportOutcomeInput;
}>;

export type ReportOutcomeMutation = { reportOutcome:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
    | { __typename: 'ReportOutcomePayload', review: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null } }
    | { __typename: 'ReviewConflictError', message: string, reviews: Array<{ nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null }> }
   };

export type ReviewFragment = { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null };

export type ReviewsQueryVariables = Exact<{
  nodeExecIds: Array<string | number> | string | number;
}>;

export type ReviewsQuery = { reviews: Array<{ nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null }> };

export type ReviewStatesQueryVariables = Exact<{
  nodeExecIds: Array<string | number> | string | number;
}>;

export type ReviewStatesQuery = { reviews: Array<{ nodeExecId: string, status: ReviewStatus }> };

export type PendingReviewQueryVariables = Exact<{
  nodeExecId: string | number;
}>;

export type PendingReviewQuery = { pendingReview: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null } | null };

export type HasPendingReviewsQueryVariables = Exact<{
  graphExecId: string | number;
}>;

export type HasPendingReviewsQuery = { hasPendingReviews: boolean };

export type NodeQueryVariables = Exact<{
  id: string | number;
}>;

export type NodeQuery = { node:
    | { __typename: 'AutoApproval', key: string, graphExecId: string, graphId: string, graphVersion: number, nodeId: string, createdBy: string, createdAt: string, expiresAt: string | null, active: boolean, id: string, approvedFor: string | null }
    | { __typename: 'GraphExecution', graphExecId: string, graphId: string, graphVersion: number, id: string, executionStatus: ExecutionStatus }
    | { __typename: 'PendingReview', id: string, nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null }
    | { __typename: 'Webhook', id: string }
    | { __typename: 'WebhookDelivery', id: string }
   | null };

export type ReviewEventsSubscriptionVariables = Exact<{
  after?: string | null | undefined;
  graphExecId?: string | number | null | undefined;
  nodeExecIds?: Array<string | number> | string | number | null | undefined;
}>;

export type ReviewEventsSubscription = { reviewEvents: { cursor: string, kind: ReviewEventKind, nodeExecId: string, graphExecId: string, actor: string, at: string, requestedBy: string, status: ReviewStatus | null, decisionSource: DecisionSource | null, payloadDigest: string | null, message: string | null } };

export type FeedCursorQueryVariables = Exact<{ [key: string]: never; }>;

export type FeedCursorQuery = { pendingReviews: { feedCursor: string } };

export type ReviewPageFragment = { totalCount: number, feedCursor: string, edges: Array<{ cursor: string, node: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } };

export type WaitingReviewsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: PendingReviewFilter | null | undefined;
}>;

export type WaitingReviewsQuery = { pendingReviews: { totalCount: number, feedCursor: string, edges: Array<{ cursor: string, node: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type WaitingReviewsForExecutionQueryVariables = Exact<{
  graphExecId: string | number;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type WaitingReviewsForExecutionQuery = { pendingReviewsForExecution: { totalCount: number, feedCursor: string, edges: Array<{ cursor: string, node: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ReviewsByStateQueryVariables = Exact<{
  state: ReviewState;
  graphExecId?: string | number | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type ReviewsByStateQuery = { reviewsByState: { totalCount: number, feedCursor: string, edges: Array<{ cursor: string, node: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ReviewsForExecutionQueryVariables = Exact<{
  graphExecId: string | number;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;

export type ReviewsForExecutionQuery = { reviewsForExecution: { totalCount: number, feedCursor: string, edges: Array<{ cursor: string, node: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, instructions: string | null, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, consumers: Array<string>, decidedBy: string | null, decisionSource: DecisionSource | null, createdAt: string, expiresAt: string | null, reviewedAt: string | null, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;

export type ViewerQuery = { viewer: { userId: string, actor: string, scopes: Array<string> } };

export type WebhookFragment = { webhookId: string, url: string, kinds: Array<ReviewEventKind> | null, enabled: boolean, createdAt: string, createdBy: string, previousSecretUntil: string | null };

export type DeliveryFragment = { webhookId: string, cursor: string, nodeExecId: string, kind: ReviewEventKind, status: WebhookDeliveryStatus, attempts: number, nextAttemptAt: string | null, deliveredAt: string | null, createdAt: string, lastAttempts: Array<{ at: string, status: number | null, error: string | null, milliseconds: number }> };

export type WebhooksQueryVariables = Exact<{ [key: string]: never; }>;

export type WebhooksQuery = { webhooks: Array<{ webhookId: string, url: string, kinds: Array<ReviewEventKind> | null, enabled: boolean, createdAt: string, createdBy: string, previousSecretUntil: string | null }> };

export type WebhookDeliveriesQueryVariables = Exact<{
  webhookId: string | number;
  status?: WebhookDeliveryStatus | null | undefined;
  first?: number | null | undefined;
  before?: string | null | undefined;
}>;

export type WebhookDeliveriesQuery = { webhookDeliveries: Array<{ webhookId: string, cursor: string, nodeExecId: string, kind: ReviewEventKind, status: WebhookDeliveryStatus, attempts: number, nextAttemptAt: string | null, deliveredAt: string | null, createdAt: string, lastAttempts: Array<{ at: string, status: number | null, error: string | null, milliseconds: number }> }> };

export type CreateWebhookMutationVariables = Exact<{
  input: CreateWebhookInput;
}>;

export type CreateWebhookMutation = { createWebhook:
    | { __typename: 'CreateWebhookPayload', secret: string, webhook: { webhookId: string, url: string, kinds: Array<ReviewEventKind> | null, enabled: boolean, createdAt: string, createdBy: string, previousSecretUntil: string | null } }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
   };

export type DeleteWebhookMutationVariables = Exact<{
  input: DeleteWebhookInput;
}>;

export type DeleteWebhookMutation = { deleteWebhook:
    | { __typename: 'DeleteWebhookPayload', deletedCount: number }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
   };

export type SetWebhookEnabledMutationVariables = Exact<{
  input: SetWebhookEnabledInput;
}>;

export type SetWebhookEnabledMutation = { setWebhookEnabled:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
    | { __typename: 'SetWebhookEnabledPayload', webhook: { webhookId: string, url: string, kinds: Array<ReviewEventKind> | null, enabled: boolean, createdAt: string, createdBy: string, previousSecretUntil: string | null } }
   };

export type RotateWebhookSecretMutationVariables = Exact<{
  input: RotateWebhookSecretInput;
}>;

export type RotateWebhookSecretMutation = { rotateWebhookSecret:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
    | { __typename: 'RotateWebhookSecretPayload', secret: string, webhook: { webhookId: string, url: string, kinds: Array<ReviewEventKind> | null, enabled: boolean, createdAt: string, createdBy: string, previousSecretUntil: string | null } }
   };

export type RedeliverWebhookEventMutationVariables = Exact<{
  input: RedeliverWebhookEventInput;
}>;

export type RedeliverWebhookEventMutation = { redeliverWebhookEvent:
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', ids: Array<string>, message: string }
    | { __typename: 'RedeliverWebhookEventPayload', delivery: { webhookId: string, cursor: string, nodeExecId: string, kind: ReviewEventKind, status: WebhookDeliveryStatus, attempts: number, nextAttemptAt: string | null, deliveredAt: string | null, createdAt: string, lastAttempts: Array<{ at: string, status: number | null, error: string | null, milliseconds: number }> } }
   };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
const fragmentAutoApproval = `fragment AutoApproval on AutoApproval{key graphExecId graphId graphVersion nodeId requestedBy payload createdBy createdAt expiresAt maxUses uses revokedAt revokedBy active}`;
const fragmentExecution = `fragment Execution on GraphExecution{graphExecId graphId graphVersion status registeredBy stoppedBy hasPendingReviews createdAt updatedAt}`;
const fragmentReview = `fragment Review on PendingReview{nodeExecId nodeId userId graphExecId graphId graphVersion payload originalPayload payloadDigest subjectDigest approvalType instructions editable status reviewMessage wasEdited processed requestedBy consumers decidedBy decisionSource createdAt expiresAt reviewedAt voidedAt consumedAt consumedBy outcome outcomeDetail outcomeAt}`;
const fragmentProblem = `fragment Problem on Error{message ...on InvalidInputError{issues{path message}}...on NotFoundError{ids}...on ReviewConflictError{reviews{...Review}}...on ReviewNotEditableError{nodeExecIds}...on SelfApprovalError{nodeExecIds}...on ExecutionEndedError{executionStatus:status}}`;
const fragmentResult = `fragment Result on ReviewResult{nodeExecId status data message processed autoApproved}`;
const fragmentReviewPage = `fragment ReviewPage on PendingReviewConnection{edges{cursor node{...Review}}pageInfo{hasNextPage endCursor}totalCount feedCursor}`;
const fragmentWebhook = `fragment Webhook on Webhook{webhookId url kinds enabled createdAt createdBy previousSecretUntil}`;
const fragmentDelivery = `fragment Delivery on WebhookDelivery{webhookId cursor nodeExecId kind status attempts lastAttempts{at status error milliseconds}nextAttemptAt deliveredAt createdAt}`;

export const AutoApprovalFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentAutoApproval}`) as unknown as TypedDocumentString<AutoApprovalFragment, unknown>;
export const ExecutionFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentExecution}`) as unknown as TypedDocumentString<ExecutionFragment, unknown>;
export const ReviewFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentReview}`) as unknown as TypedDocumentString<ReviewFragment, unknown>;
export const ProblemFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentProblem} ${fragmentReview}`) as unknown as TypedDocumentString<ProblemFragment, unknown>;
export const ResultFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentResult}`) as unknown as TypedDocumentString<ResultFragment, unknown>;
export const ReviewPageFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentReviewPage} ${fragmentReview}`) as unknown as TypedDocumentString<ReviewPageFragment, unknown>;
export const WebhookFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentWebhook}`) as unknown as TypedDocumentString<WebhookFragment, unknown>;
export const DeliveryFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`${fragmentDelivery}`) as unknown as TypedDocumentString<DeliveryFragment, unknown>;
export const AutoApprovalsDocument = /*#__PURE__*/ new TypedDocumentString(`query AutoApprovals($graphExecId:ID!){autoApprovals(graphExecId:$graphExecId){...AutoApproval}} ${fragmentAutoApproval}`) as unknown as TypedDocumentString<AutoApprovalsQuery, AutoApprovalsQueryVariables>;
export const CreateAutoApprovalDocument = /*#__PURE__*/ new TypedDocumentString(`mutation CreateAutoApproval($input:CreateAutoApprovalInput!){createAutoApproval(input:$input){__typename ...on CreateAutoApprovalPayload{autoApproval{...AutoApproval}}...Problem}} ${fragmentAutoApproval} ${fragmentProblem} ${fragmentReview}`) as unknown as TypedDocumentString<CreateAutoApprovalMutation, CreateAutoApprovalMutationVariables>;
export const RevokeAutoApprovalDocument = /*#__PURE__*/ new TypedDocumentString(`mutation RevokeAutoApproval($input:RevokeAutoApprovalInput!){revokeAutoApproval(input:$input){__typename ...on RevokeAutoApprovalPayload{autoApproval{...AutoApproval}}...Problem}} ${fragmentAutoApproval} ${fragmentProblem} ${fragmentReview}`) as unknown as TypedDocumentString<RevokeAutoApprovalMutation, RevokeAutoApprovalMutationVariables>;
export const DecideReviewsDocument = /*#__PURE__*/ new TypedDocumentString(`mutation DecideReviews($input:DecideReviewsInput!){decideReviews(input:$input){__typename ...on DecideReviewsPayload{reviews{...Review}autoApprovals{...AutoApproval}approvedCount rejectedCount}...Problem}} ${fragmentAutoApproval} ${fragmentProblem} ${fragmentReview}`) as unknown as TypedDocumentString<DecideReviewsMutation, DecideReviewsMutationVariables>;
export const GraphExecutionDocument = /*#__PURE__*/ new TypedDocumentString(`query GraphExecution($graphExecId:ID!){graphExecution(graphExecId:$graphExecId){...Execution}} ${fragmentExecution}`) as unknown as TypedDocumentString<GraphExecutionQuery, GraphExecutionQueryVariables>;
export const RegisterExecutionDocument = /*#__PURE__*/ new TypedDocumentString(`mutation RegisterExecution($input:RegisterExecutionInput!){registerExecution(input:$input){__typename ...on RegisterExecutionPayload{execution{...Execution}}...Problem}} ${fragmentExecution} ${fragmentProblem} ${fragmentReview}`) as unknown as TypedDocumentString<RegisterExecutionMutation, RegisterExecutionMutationVariables>;
export const CancelPendingReviewsDocument = /*#__PURE__*/ new TypedDocumentString(`mutation CancelPendingReviews($input:CancelPendingReviewsInput!){cancelPendingReviews(input:$input){__typename ...on CancelPendingReviewsPayload{cancelledCount}...Problem}} ${fragmentProblem} ${fragmentReview}`) as unknown as TypedDocumentString<CancelPendingReviewsMutation, CancelPendingReviewsMutationVariables>;
export const HandshakeDocument = /*#__PURE__*/ new TypedDocumentString(`query Handshake{apiVersion viewer{scopes}}`) as unknown as TypedDocumentString<HandshakeQuery, HandshakeQueryVariables>;
export const RequestReviewDocument = /*#__PURE__*/ new TypedDocumentString(`mutation RequestReview($input:RequestReviewInput!){requestReview(input:$input){__typename ...on RequestReviewPayload{review{...Review}result{...Result}state}...Problem}} ${fragmentProblem} ${fragmentResult} ${fragmentReview}`) as unknown as TypedDocumentString<RequestReviewMutation, RequestReviewMutationVariables>;
export const CheckApprovalDocument = /*#__PURE__*/ new TypedDocumentString(`query CheckApproval($input:CheckApprovalInput!){checkApproval(input:$input){...Result}} ${fragmentResult}`) as unknown as TypedDocumentString<CheckApprovalQuery, CheckApprovalQueryVariables>;
export const SetReviewProcessedDocument = /*#__PURE__*/ new TypedDocumentString(`mutation SetReviewProcessed($input:SetReviewProcessedInput!){setReviewProcessed(input:$input){__typename ...on SetReviewProcessedPayload{review{...Review}changed}...Problem}} ${fragmentProblem} ${fragmentReview}`) as unknown as TypedDocumentString<SetReviewProcessedMutation, SetReviewProcessedMutationVariables>;
export const DeleteReviewDocument = /*#__PURE__*/ new TypedDocumentString(`mutation DeleteReview($input:DeleteReviewInput!){deleteReview(input:$input){__typename ...on DeleteReviewPayload{deletedCount}...Problem}} ${fragmentProblem} ${fragmentReview}`) as unknown as TypedDocumentString<DeleteReviewMutation, DeleteReviewMutationVariables>;
export const ConsumeReviewDocument = /*#__PURE__*/ new TypedDocumentString(`mutation ConsumeReview($input:ConsumeReviewInput!){consumeReview(input:$input){__typename ...on ConsumeReviewPayload{review{...Review}result{...Result}}...Problem}} ${fragmentProblem} ${fragmentResult} ${fragmentReview}`) as unknown as TypedDocumentString<ConsumeReviewMutation, ConsumeReviewMutationVariables>;
export const ReportOutcomeDocument = /*#__PURE__*/ new TypedDocumentString(`mutation ReportOutcome($input:ReportOutcomeInput!){reportOutcome(input:$input){__typename ...on ReportOutcomePayload{review{...Review}}...Problem}} ${fragmentProblem} ${fragmentReview}`) as unknown as TypedDocumentString<ReportOutcomeMutation, ReportOutcomeMutationVariables>;
export const ReviewsDocument = /*#__PURE__*/ new TypedDocumentString(`query Reviews($nodeExecIds:[ID!]!){reviews(nodeExecIds:$nodeExecIds){...Review}} ${fragmentReview}`) as unknown as TypedDocumentString<ReviewsQuery, ReviewsQueryVariables>;
export const ReviewStatesDocument = /*#__PURE__*/ new TypedDocumentString(`query ReviewStates($nodeExecIds:[ID!]!){reviews(nodeExecIds:$nodeExecIds){nodeExecId status}}`) as unknown as TypedDocumentString<ReviewStatesQuery, ReviewStatesQueryVariables>;
export const PendingReviewDocument = /*#__PURE__*/ new TypedDocumentString(`query PendingReview($nodeExecId:ID!){pendingReview(nodeExecId:$nodeExecId){...Review}} ${fragmentReview}`) as unknown as TypedDocumentString<PendingReviewQuery, PendingReviewQueryVariables>;
export const HasPendingReviewsDocument = /*#__PURE__*/ new TypedDocumentString(`query HasPendingReviews($graphExecId:ID!){hasPendingReviews(graphExecId:$graphExecId)}`) as unknown as TypedDocumentString<HasPendingReviewsQuery, HasPendingReviewsQueryVariables>;
export const NodeDocument = /*#__PURE__*/ new TypedDocumentString(`query Node($id:ID!){node(id:$id){__typename id ...on PendingReview{...Review}...on GraphExecution{graphExecId graphId graphVersion executionStatus:status}...on AutoApproval{key graphExecId graphId graphVersion nodeId approvedFor:requestedBy createdBy createdAt expiresAt active}}} ${fragmentReview}`) as unknown as TypedDocumentString<NodeQuery, NodeQueryVariables>;
export const ReviewEventsDocument = /*#__PURE__*/ new TypedDocumentString(`subscription ReviewEvents($after:String$graphExecId:ID$nodeExecIds:[ID!]){reviewEvents(after:$after graphExecId:$graphExecId nodeExecIds:$nodeExecIds){cursor kind nodeExecId graphExecId actor at requestedBy status decisionSource payloadDigest message}}`) as unknown as TypedDocumentString<ReviewEventsSubscription, ReviewEventsSubscriptionVariables>;
export const FeedCursorDocument = /*#__PURE__*/ new TypedDocumentString(`query FeedCursor{pendingReviews(first:1){feedCursor}}`) as unknown as TypedDocumentString<FeedCursorQuery, FeedCursorQueryVariables>;
export const WaitingReviewsDocument = /*#__PURE__*/ new TypedDocumentString(`query WaitingReviews($first:Int$after:String$filter:PendingReviewFilter){pendingReviews(first:$first after:$after filter:$filter){...ReviewPage}} ${fragmentReview} ${fragmentReviewPage}`) as unknown as TypedDocumentString<WaitingReviewsQuery, WaitingReviewsQueryVariables>;
export const WaitingReviewsForExecutionDocument = /*#__PURE__*/ new TypedDocumentString(`query WaitingReviewsForExecution($graphExecId:ID!$first:Int$after:String){pendingReviewsForExecution(graphExecId:$graphExecId first:$first after:$after){...ReviewPage}} ${fragmentReview} ${fragmentReviewPage}`) as unknown as TypedDocumentString<WaitingReviewsForExecutionQuery, WaitingReviewsForExecutionQueryVariables>;
export const ReviewsByStateDocument = /*#__PURE__*/ new TypedDocumentString(`query ReviewsByState($state:ReviewState!$graphExecId:ID$first:Int$after:String){reviewsByState(state:$state graphExecId:$graphExecId first:$first after:$after){...ReviewPage}} ${fragmentReview} ${fragmentReviewPage}`) as unknown as TypedDocumentString<ReviewsByStateQuery, ReviewsByStateQueryVariables>;
export const ReviewsForExecutionDocument = /*#__PURE__*/ new TypedDocumentString(`query ReviewsForExecution($graphExecId:ID!$first:Int$after:String){reviewsForExecution(graphExecId:$graphExecId first:$first after:$after){...ReviewPage}} ${fragmentReview} ${fragmentReviewPage}`) as unknown as TypedDocumentString<ReviewsForExecutionQuery, ReviewsForExecutionQueryVariables>;
export const ViewerDocument = /*#__PURE__*/ new TypedDocumentString(`query Viewer{viewer{userId actor scopes}}`) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;
export const WebhooksDocument = /*#__PURE__*/ new TypedDocumentString(`query Webhooks{webhooks{...Webhook}} ${fragmentWebhook}`) as unknown as TypedDocumentString<WebhooksQuery, WebhooksQueryVariables>;
export const WebhookDeliveriesDocument = /*#__PURE__*/ new TypedDocumentString(`query WebhookDeliveries($webhookId:ID!$status:WebhookDeliveryStatus$first:Int$before:String){webhookDeliveries(webhookId:$webhookId status:$status first:$first before:$before){...Delivery}} ${fragmentDelivery}`) as unknown as TypedDocumentString<WebhookDeliveriesQuery, WebhookDeliveriesQueryVariables>;
export const CreateWebhookDocument = /*#__PURE__*/ new TypedDocumentString(`mutation CreateWebhook($input:CreateWebhookInput!){createWebhook(input:$input){__typename ...on CreateWebhookPayload{webhook{...Webhook}secret}...Problem}} ${fragmentProblem} ${fragmentReview} ${fragmentWebhook}`) as unknown as TypedDocumentString<CreateWebhookMutation, CreateWebhookMutationVariables>;
export const DeleteWebhookDocument = /*#__PURE__*/ new TypedDocumentString(`mutation DeleteWebhook($input:DeleteWebhookInput!){deleteWebhook(input:$input){__typename ...on DeleteWebhookPayload{deletedCount}...Problem}} ${fragmentProblem} ${fragmentReview}`) as unknown as TypedDocumentString<DeleteWebhookMutation, DeleteWebhookMutationVariables>;
export const SetWebhookEnabledDocument = /*#__PURE__*/ new TypedDocumentString(`mutation SetWebhookEnabled($input:SetWebhookEnabledInput!){setWebhookEnabled(input:$input){__typename ...on SetWebhookEnabledPayload{webhook{...Webhook}}...Problem}} ${fragmentProblem} ${fragmentReview} ${fragmentWebhook}`) as unknown as TypedDocumentString<SetWebhookEnabledMutation, SetWebhookEnabledMutationVariables>;
export const RotateWebhookSecretDocument = /*#__PURE__*/ new TypedDocumentString(`mutation RotateWebhookSecret($input:RotateWebhookSecretInput!){rotateWebhookSecret(input:$input){__typename ...on RotateWebhookSecretPayload{webhook{...Webhook}secret}...Problem}} ${fragmentProblem} ${fragmentReview} ${fragmentWebhook}`) as unknown as TypedDocumentString<RotateWebhookSecretMutation, RotateWebhookSecretMutationVariables>;
export const RedeliverWebhookEventDocument = /*#__PURE__*/ new TypedDocumentString(`mutation RedeliverWebhookEvent($input:RedeliverWebhookEventInput!){redeliverWebhookEvent(input:$input){__typename ...on RedeliverWebhookEventPayload{delivery{...Delivery}}...Problem}} ${fragmentProblem} ${fragmentReview} ${fragmentDelivery}`) as unknown as TypedDocumentString<RedeliverWebhookEventMutation, RedeliverWebhookEventMutationVariables>;