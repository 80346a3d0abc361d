/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Approvals from a team, from some actors, or (without both) from anyone with `review:decide`. */
export type ApprovalRequirementInput = {
  /** The actors, at most 50. */
  actors?: Array<string> | null | undefined;
  /** How many approvals, 1 to 10. Defaults to 1. */
  count?: number | null | undefined;
  /** ID of the team. */
  teamId?: string | number | null | undefined;
};

export type CancelPendingReviewsInput = {
  /** ID of the run or copilot session. */
  graphExecId: string | number;
};

export type ClaimReviewInput = {
  /** ID of the review. */
  nodeExecId: string | number;
};

export type DecideReviewsInput = {
  /** The decisions, 1 to 100, each for another review. */
  decisions: Array<ReviewDecisionInput>;
};

/** Who or what decided a review. */
export type DecisionSource =
  /** A standing approval applied. */
  | 'AUTO_APPROVAL'
  /** The run was stopped or ended, so the review was rejected. */
  | 'CANCELLATION'
  /** Nobody decided before `expiresAt`, so the review was rejected. */
  | 'EXPIRY'
  /** A person with `review:override` decided, without the approvals it requires. */
  | 'OVERRIDE'
  /** A person decided. */
  | 'REVIEWER';

/** Status of a run. `COMPLETED`, `TERMINATED` and `FAILED` mean that it has ended and can no longer request reviews. */
export type ExecutionStatus =
  | 'COMPLETED'
  | 'FAILED'
  | 'INCOMPLETE'
  | 'QUEUED'
  | 'REVIEW'
  | 'RUNNING'
  | 'TERMINATED';

/** Why the viewer may not approve a review now. */
export type MayNotDecide =
  /** The viewer's approval already counts. */
  | 'ALREADY_VOTED'
  /** Somebody else is looking at it. Pass `despiteClaim`. */
  | 'CLAIMED_BY_ANOTHER'
  /** The token or session has no `review:decide`. */
  | 'MISSING_SCOPE'
  /** Others were asked to approve it. */
  | 'NOT_ELIGIBLE'
  /** It is decided. */
  | 'NOT_WAITING'
  /** The viewer requested it or may consume its approval. */
  | 'OWN_REQUEST';

export type OverrideReviewInput = {
  /** The decision. */
  decision: ReviewDecision;
  /** ID of the review. */
  nodeExecId: string | number;
  /** Why: 10 to 2,000 characters. */
  reason: string;
  /** The `subjectDigest` that you looked at. */
  subjectDigest: string;
};

export type ReassignReviewInput = {
  /** What is required from now on: at least as many approvals as before. */
  approvalsRequired: Array<ApprovalRequirementInput>;
  /** ID of the review. */
  nodeExecId: string | number;
  /** Why, for the history. */
  reason: string;
};

export type ReleaseReviewInput = {
  /** ID of the review. */
  nodeExecId: string | number;
};

/** A reviewer's decision. */
export type ReviewDecision =
  /** The agent may act on the payload. */
  | 'APPROVE'
  /** The agent must not act. */
  | 'REJECT';

export type ReviewDecisionInput = {
  /** With `APPROVE`: also create a standing approval for later requests of the same agent for this step. Ignored with `REJECT`. */
  autoApproveFuture?: boolean | null | undefined;
  /** The decision. */
  decision: ReviewDecision;
  /** Decide although somebody else has claimed the review. */
  despiteClaim?: boolean | null | undefined;
  /** Message to the agent, kept in the history. At most 2,000 characters. */
  message?: string | null | undefined;
  /** ID of the review. */
  nodeExecId: string | number;
  /** Decide in the place of this actor, who delegates to you. */
  onBehalfOf?: string | null | undefined;
  /** The edited payload, nested at most 10 levels or as deep as the payload. Leave it out to keep the payload; null replaces the payload with null. */
  payload?: unknown;
  /** The `payloadDigest` that the reviewer saw. If the payload has changed since, the call fails with a `ReviewConflictError`. */
  payloadDigest?: string | null | undefined;
  /** The `subjectDigest` that the reviewer saw. If anything about the review has changed since, the call fails with a `ReviewConflictError`. Required if the service is configured so, which is the default in production. */
  subjectDigest?: string | null | undefined;
};

/** What happened to a review. */
export type ReviewEventKind =
  /** A reviewer or a standing approval approved it. */
  | 'APPROVED'
  /** It was rejected because its run was stopped or ended. */
  | 'CANCELLED'
  /** A reviewer is looking at it. */
  | 'CLAIMED'
  /** The request was withdrawn. */
  | 'DELETED'
  /** More people may decide, because nobody had decided in time. */
  | 'ESCALATED'
  /** It was rejected because nobody decided in time. */
  | 'EXPIRED'
  /** The outcome was consumed or claimed. */
  | 'PROCESSED'
  /** Other approvals are required. */
  | 'REASSIGNED'
  /** A reviewer rejected it. */
  | 'REJECTED'
  /** The reviewer who had claimed it no longer does. */
  | 'RELEASED'
  /** The agent reported the outcome of the action. */
  | 'REPORTED'
  /** An agent requested the review. */
  | 'REQUESTED'
  /** The row was changed in the database in some other way. */
  | 'UPDATED'
  /** The approval became void: its run was stopped, or it was not consumed in time. */
  | 'VOIDED'
  /** An approval counts, and more are required. */
  | 'VOTED'
  /** A vote or a decision was taken back. The review waits. */
  | 'WITHDRAWN';

/** What happened when the agent acted on an approval, as reported by the agent. */
export type ReviewOutcome =
  /** The action was carried out. */
  | 'EXECUTED'
  /** The action was attempted and failed. */
  | 'FAILED'
  /** The action was not attempted. */
  | 'SKIPPED';

/** State of a review, to list by. */
export type ReviewState =
  /** Approved or rejected, by a person or automatically. */
  | 'DECIDED'
  /** Rejected because nobody decided in time. */
  | 'EXPIRED'
  /** Approved and still valid, but not consumed yet. */
  | 'UNCONSUMED'
  /** Consumed, but no outcome was reported. */
  | 'UNREPORTED'
  /** No decision yet. */
  | 'WAITING';

/** Status of a review. It leaves `WAITING` exactly once, unless the decision is withdrawn. */
export type ReviewStatus =
  /** Approved, possibly with an edited payload. */
  | 'APPROVED'
  /** Rejected by a reviewer, expired, or cancelled. */
  | 'REJECTED'
  /** No decision yet. */
  | 'WAITING';

export type RevokeAutoApprovalInput = {
  /** ID of the run or copilot session. */
  graphExecId: string | number;
  /** ID of the step. */
  nodeId: string | number;
};

/** Why a vote no longer counts. */
export type VoteEnd =
  /** The voter may no longer decide the review. */
  | 'NOT_ELIGIBLE'
  /** The payload was edited after it. */
  | 'PAYLOAD_CHANGED'
  /** It was taken back, or the decision was. */
  | 'WITHDRAWN';

export type WithdrawDecisionInput = {
  /** ID of the review. */
  nodeExecId: string | number;
  /** Why, for the history. At most 2,000 characters. */
  reason?: string | null | undefined;
  /** The `subjectDigest` that was decided or voted on. */
  subjectDigest: string;
};

export type RowFragment = { nodeExecId: string, nodeId: string, graphExecId: string, graphId: string, instructions: string | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, expiresAt: string | null, claimedBy: string | null, approvalsRequired: Array<{ count: number }> };

export type ApprovalsFragment = { escalatedAt: string | null, viewerMayDecide: boolean, viewerMayNot: MayNotDecide | null, approvalsRequired: Array<{ actors: Array<string> | null, count: number, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, message: string | null, at: string, endedBy: VoteEnd | null }> };

export type DetailFragment = { graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, editable: boolean, consumers: Array<string>, processed: boolean, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, reviewedAt: string | null, updatedAt: string, nodeExecId: string, nodeId: string, graphExecId: string, graphId: string, instructions: string | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, expiresAt: string | null, claimedBy: string | null, escalatedAt: string | null, viewerMayDecide: boolean, viewerMayNot: MayNotDecide | null, approvalsRequired: Array<{ count: number, actors: Array<string> | null, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, message: string | null, at: string, endedBy: VoteEnd | null }> };

export type DetailsQueryVariables = Exact<{
  nodeExecIds: Array<string | number> | string | number;
}>;


export type DetailsQuery = { reviews: Array<{ graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, editable: boolean, consumers: Array<string>, processed: boolean, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, reviewedAt: string | null, updatedAt: string, nodeExecId: string, nodeId: string, graphExecId: string, graphId: string, instructions: string | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, expiresAt: string | null, claimedBy: string | null, escalatedAt: string | null, viewerMayDecide: boolean, viewerMayNot: MayNotDecide | null, approvalsRequired: Array<{ count: number, actors: Array<string> | null, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, message: string | null, at: string, endedBy: VoteEnd | null }> }> };

export type HistoryQueryVariables = Exact<{
  nodeExecId: string | number;
}>;


export type HistoryQuery = { reviews: Array<{ nodeExecId: string, events: Array<{ cursor: string, kind: ReviewEventKind, actor: string, at: string, decisionSource: DecisionSource | null, message: string | null }> }> };

export type WaitingQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type WaitingQuery = { pendingReviews: { totalCount: number, feedCursor: string, edges: Array<{ node: { viewerMayDecide: boolean, nodeExecId: string, nodeId: string, graphExecId: string, graphId: string, instructions: string | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, expiresAt: string | null, claimedBy: string | null, approvalsRequired: Array<{ count: number }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type MayDecideQueryVariables = Exact<{
  nodeExecIds: Array<string | number> | string | number;
}>;


export type MayDecideQuery = { reviews: Array<{ nodeExecId: string, claimedBy: string | null, viewerMayDecide: boolean }> };

export type ByStateQueryVariables = Exact<{
  state: ReviewState;
  first: number;
  after?: string | null | undefined;
}>;


export type ByStateQuery = { reviewsByState: { totalCount: number, edges: Array<{ node: { nodeExecId: string, nodeId: string, graphExecId: string, graphId: string, instructions: string | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, expiresAt: string | null, claimedBy: string | null, approvalsRequired: Array<{ count: number }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type FeedSubscriptionVariables = Exact<{
  after: string;
}>;


export type FeedSubscription = { reviewEvents: { cursor: string, kind: ReviewEventKind, nodeExecId: string, graphExecId: string, actor: string, at: string, review: { nodeExecId: string, nodeId: string, graphExecId: string, graphId: string, instructions: string | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, expiresAt: string | null, claimedBy: string | null, approvalsRequired: Array<{ count: number }> } | null } };

export type DecideMutationVariables = Exact<{
  input: DecideReviewsInput;
}>;


export type DecideMutation = { decideReviews:
    | { __typename: 'DecideReviewsPayload', reviews: Array<{ graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, editable: boolean, consumers: Array<string>, processed: boolean, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, reviewedAt: string | null, updatedAt: string, nodeExecId: string, nodeId: string, graphExecId: string, graphId: string, instructions: string | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, expiresAt: string | null, claimedBy: string | null, escalatedAt: string | null, viewerMayDecide: boolean, viewerMayNot: MayNotDecide | null, approvalsRequired: Array<{ count: number, actors: Array<string> | null, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, message: string | null, at: string, endedBy: VoteEnd | null }> }>, autoApprovals: Array<{ graphExecId: string, nodeId: string }> }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotEligibleError', message: string, nodeExecIds: Array<string> }
    | { __typename: 'NotFoundError', message: string, ids: Array<string> }
    | { __typename: 'ReviewConflictError', message: string, reviews: Array<{ graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, editable: boolean, consumers: Array<string>, processed: boolean, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, reviewedAt: string | null, updatedAt: string, nodeExecId: string, nodeId: string, graphExecId: string, graphId: string, instructions: string | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, expiresAt: string | null, claimedBy: string | null, escalatedAt: string | null, viewerMayDecide: boolean, viewerMayNot: MayNotDecide | null, approvalsRequired: Array<{ count: number, actors: Array<string> | null, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, message: string | null, at: string, endedBy: VoteEnd | null }> }> }
    | { __typename: 'ReviewNotEditableError', message: string, nodeExecIds: Array<string> }
    | { __typename: 'SelfApprovalError', message: string, nodeExecIds: Array<string> }
   };

export type ClaimReviewMutationVariables = Exact<{
  input: ClaimReviewInput;
}>;


export type ClaimReviewMutation = { claimReview:
    | { __typename: 'ClaimReviewPayload', review: { graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, editable: boolean, consumers: Array<string>, processed: boolean, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, reviewedAt: string | null, updatedAt: string, nodeExecId: string, nodeId: string, graphExecId: string, graphId: string, instructions: string | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, expiresAt: string | null, claimedBy: string | null, escalatedAt: string | null, viewerMayDecide: boolean, viewerMayNot: MayNotDecide | null, approvalsRequired: Array<{ count: number, actors: Array<string> | null, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, message: string | null, at: string, endedBy: VoteEnd | null }> } }
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'NotEligibleError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'ReviewConflictError', message: string }
    | { __typename: 'SelfApprovalError', message: string }
   };

export type ReleaseReviewMutationVariables = Exact<{
  input: ReleaseReviewInput;
}>;


export type ReleaseReviewMutation = { releaseReview:
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'ReleaseReviewPayload', review: { graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, editable: boolean, consumers: Array<string>, processed: boolean, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, reviewedAt: string | null, updatedAt: string, nodeExecId: string, nodeId: string, graphExecId: string, graphId: string, instructions: string | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, expiresAt: string | null, claimedBy: string | null, escalatedAt: string | null, viewerMayDecide: boolean, viewerMayNot: MayNotDecide | null, approvalsRequired: Array<{ count: number, actors: Array<string> | null, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, message: string | null, at: string, endedBy: VoteEnd | null }> } }
    | { __typename: 'ReviewConflictError', message: string }
   };

export type WithdrawDecisionMutationVariables = Exact<{
  input: WithdrawDecisionInput;
}>;


export type WithdrawDecisionMutation = { withdrawDecision:
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'NotEligibleError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'ReviewConflictError', message: string }
    | { __typename: 'SelfApprovalError', message: string }
    | { __typename: 'WithdrawDecisionPayload', review: { graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, editable: boolean, consumers: Array<string>, processed: boolean, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, reviewedAt: string | null, updatedAt: string, nodeExecId: string, nodeId: string, graphExecId: string, graphId: string, instructions: string | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, expiresAt: string | null, claimedBy: string | null, escalatedAt: string | null, viewerMayDecide: boolean, viewerMayNot: MayNotDecide | null, approvalsRequired: Array<{ count: number, actors: Array<string> | null, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, message: string | null, at: string, endedBy: VoteEnd | null }> } }
   };

export type ReassignReviewMutationVariables = Exact<{
  input: ReassignReviewInput;
}>;


export type ReassignReviewMutation = { reassignReview:
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'NotEligibleError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'ReassignReviewPayload', review: { graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, editable: boolean, consumers: Array<string>, processed: boolean, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, reviewedAt: string | null, updatedAt: string, nodeExecId: string, nodeId: string, graphExecId: string, graphId: string, instructions: string | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, expiresAt: string | null, claimedBy: string | null, escalatedAt: string | null, viewerMayDecide: boolean, viewerMayNot: MayNotDecide | null, approvalsRequired: Array<{ count: number, actors: Array<string> | null, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, message: string | null, at: string, endedBy: VoteEnd | null }> } }
    | { __typename: 'ReviewConflictError', message: string }
    | { __typename: 'SelfApprovalError', message: string }
   };

export type OverrideReviewMutationVariables = Exact<{
  input: OverrideReviewInput;
}>;


export type OverrideReviewMutation = { overrideReview:
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'OverrideReviewPayload', review: { graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, editable: boolean, consumers: Array<string>, processed: boolean, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, reviewedAt: string | null, updatedAt: string, nodeExecId: string, nodeId: string, graphExecId: string, graphId: string, instructions: string | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, expiresAt: string | null, claimedBy: string | null, escalatedAt: string | null, viewerMayDecide: boolean, viewerMayNot: MayNotDecide | null, approvalsRequired: Array<{ count: number, actors: Array<string> | null, given: number }>, votes: Array<{ actor: string, onBehalfOf: string | null, decision: ReviewDecision, message: string | null, at: string, endedBy: VoteEnd | null }> } }
    | { __typename: 'ReviewConflictError', message: string }
    | { __typename: 'SelfApprovalError', message: string }
   };

export type StandingApprovalFragment = { id: string, graphExecId: string, nodeId: string, createdBy: string, createdAt: string, expiresAt: string | null, maxUses: number | null, uses: number, revokedAt: string | null, revokedBy: string | null, active: boolean };

export type ExecutionQueryVariables = Exact<{
  graphExecId: string | number;
}>;


export type ExecutionQuery = { graphExecution: { graphExecId: string, graphId: string, graphVersion: number, status: ExecutionStatus } | null, reviewsForExecution: { totalCount: number, edges: Array<{ node: { nodeExecId: string, nodeId: string, graphExecId: string, graphId: string, instructions: string | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, expiresAt: string | null, claimedBy: string | null, approvalsRequired: Array<{ count: number }> } }>, pageInfo: { hasNextPage: boolean } } };

export type StandingApprovalsQueryVariables = Exact<{
  graphExecId: string | number;
}>;


export type StandingApprovalsQuery = { autoApprovals: Array<{ id: string, graphExecId: string, nodeId: string, createdBy: string, createdAt: string, expiresAt: string | null, maxUses: number | null, uses: number, revokedAt: string | null, revokedBy: string | null, active: boolean }> };

export type RevokeAutoApprovalMutationVariables = Exact<{
  input: RevokeAutoApprovalInput;
}>;


export type RevokeAutoApprovalMutation = { revokeAutoApproval:
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'RevokeAutoApprovalPayload', autoApproval: { id: string, graphExecId: string, nodeId: string, createdBy: string, createdAt: string, expiresAt: string | null, maxUses: number | null, uses: number, revokedAt: string | null, revokedBy: string | null, active: boolean } }
   };

export type WaitingCountQueryVariables = Exact<{
  graphExecId: string | number;
}>;


export type WaitingCountQuery = { pendingReviewsForExecution: { totalCount: number } };

export type StopExecutionMutationVariables = Exact<{
  input: CancelPendingReviewsInput;
}>;


export type StopExecutionMutation = { cancelPendingReviews:
    | { __typename: 'CancelPendingReviewsPayload', cancelledCount: number }
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'NotFoundError', message: string }
   };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { userId: string, actor: string, scopes: Array<string>, sessionId: string | null, displayName: string | null } };

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
export const RowFragmentDoc = new TypedDocumentString(`
    fragment Row on PendingReview {
  nodeExecId
  nodeId
  graphExecId
  graphId
  instructions
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
}
    `, {"fragmentName":"Row"}) as unknown as TypedDocumentString<RowFragment, unknown>;
export const ApprovalsFragmentDoc = new TypedDocumentString(`
    fragment Approvals on PendingReview {
  approvalsRequired {
    actors
    count
    given
  }
  votes {
    actor
    onBehalfOf
    decision
    message
    at
    endedBy
  }
  escalatedAt
  viewerMayDecide
  viewerMayNot
}
    `, {"fragmentName":"Approvals"}) as unknown as TypedDocumentString<ApprovalsFragment, unknown>;
export const DetailFragmentDoc = new TypedDocumentString(`
    fragment Detail on PendingReview {
  ...Row
  ...Approvals
  graphVersion
  payload
  originalPayload
  payloadDigest
  subjectDigest
  approvalType
  editable
  consumers
  processed
  voidedAt
  consumedAt
  consumedBy
  outcome
  outcomeDetail
  outcomeAt
  reviewedAt
  updatedAt
}
    fragment Row on PendingReview {
  nodeExecId
  nodeId
  graphExecId
  graphId
  instructions
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
}
fragment Approvals on PendingReview {
  approvalsRequired {
    actors
    count
    given
  }
  votes {
    actor
    onBehalfOf
    decision
    message
    at
    endedBy
  }
  escalatedAt
  viewerMayDecide
  viewerMayNot
}`, {"fragmentName":"Detail"}) as unknown as TypedDocumentString<DetailFragment, unknown>;
export const StandingApprovalFragmentDoc = new TypedDocumentString(`
    fragment StandingApproval on AutoApproval {
  id
  graphExecId
  nodeId
  createdBy
  createdAt
  expiresAt
  maxUses
  uses
  revokedAt
  revokedBy
  active
}
    `, {"fragmentName":"StandingApproval"}) as unknown as TypedDocumentString<StandingApprovalFragment, unknown>;
export const DetailsDocument = new TypedDocumentString(`
    query Details($nodeExecIds: [ID!]!) {
  reviews(nodeExecIds: $nodeExecIds) {
    ...Detail
  }
}
    fragment Row on PendingReview {
  nodeExecId
  nodeId
  graphExecId
  graphId
  instructions
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
}
fragment Approvals on PendingReview {
  approvalsRequired {
    actors
    count
    given
  }
  votes {
    actor
    onBehalfOf
    decision
    message
    at
    endedBy
  }
  escalatedAt
  viewerMayDecide
  viewerMayNot
}
fragment Detail on PendingReview {
  ...Row
  ...Approvals
  graphVersion
  payload
  originalPayload
  payloadDigest
  subjectDigest
  approvalType
  editable
  consumers
  processed
  voidedAt
  consumedAt
  consumedBy
  outcome
  outcomeDetail
  outcomeAt
  reviewedAt
  updatedAt
}`, {"hash":"sha256:a6af5c4298d5641901bbcebcfa28859093b20673fa9d5eb53d1cad606aa7a66b"}) as unknown as TypedDocumentString<DetailsQuery, DetailsQueryVariables>;
export const HistoryDocument = new TypedDocumentString(`
    query History($nodeExecId: ID!) {
  reviews(nodeExecIds: [$nodeExecId]) {
    nodeExecId
    events(first: 100) {
      cursor
      kind
      actor
      at
      decisionSource
      message
    }
  }
}
    `, {"hash":"sha256:142bc44e6fc9b5175c44ca12d0ca260a447d5fb71c1cf012d3462d6440d6e900"}) as unknown as TypedDocumentString<HistoryQuery, HistoryQueryVariables>;
export const WaitingDocument = new TypedDocumentString(`
    query Waiting($first: Int!, $after: String) {
  pendingReviews(first: $first, after: $after) {
    edges {
      node {
        ...Row
        viewerMayDecide
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
    feedCursor
  }
}
    fragment Row on PendingReview {
  nodeExecId
  nodeId
  graphExecId
  graphId
  instructions
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
}`, {"hash":"sha256:e70fe50c2b2eaaddbd186baf667619d58c2bff746a9bea8b74dbb8e488ec0249"}) as unknown as TypedDocumentString<WaitingQuery, WaitingQueryVariables>;
export const MayDecideDocument = new TypedDocumentString(`
    query MayDecide($nodeExecIds: [ID!]!) {
  reviews(nodeExecIds: $nodeExecIds) {
    nodeExecId
    claimedBy
    viewerMayDecide
  }
}
    `, {"hash":"sha256:ec0d50a3989cfc909934d856f67dba35e746eeac3ec2cdc2f0094469af3cb549"}) as unknown as TypedDocumentString<MayDecideQuery, MayDecideQueryVariables>;
export const ByStateDocument = new TypedDocumentString(`
    query ByState($state: ReviewState!, $first: Int!, $after: String) {
  reviewsByState(state: $state, first: $first, after: $after) {
    edges {
      node {
        ...Row
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}
    fragment Row on PendingReview {
  nodeExecId
  nodeId
  graphExecId
  graphId
  instructions
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
}`, {"hash":"sha256:9222bbf46a496d9dcf0a24626d335dd2f7927cafb663a91f530076c799de4eae"}) as unknown as TypedDocumentString<ByStateQuery, ByStateQueryVariables>;
export const FeedDocument = new TypedDocumentString(`
    subscription Feed($after: String!) {
  reviewEvents(after: $after) {
    cursor
    kind
    nodeExecId
    graphExecId
    actor
    at
    review {
      ...Row
    }
  }
}
    fragment Row on PendingReview {
  nodeExecId
  nodeId
  graphExecId
  graphId
  instructions
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
}`, {"hash":"sha256:7ffdc581bbe26723fb2bbc4da0e346301ebb9bbcafc87089fa901aa91271bc5a"}) as unknown as TypedDocumentString<FeedSubscription, FeedSubscriptionVariables>;
export const DecideDocument = new TypedDocumentString(`
    mutation Decide($input: DecideReviewsInput!) {
  decideReviews(input: $input) {
    __typename
    ... on DecideReviewsPayload {
      reviews {
        ...Detail
      }
      autoApprovals {
        graphExecId
        nodeId
      }
    }
    ... on Error {
      message
    }
    ... on ReviewConflictError {
      reviews {
        ...Detail
      }
    }
    ... on NotFoundError {
      ids
    }
    ... on ReviewNotEditableError {
      nodeExecIds
    }
    ... on SelfApprovalError {
      nodeExecIds
    }
    ... on NotEligibleError {
      nodeExecIds
    }
    ... on InvalidInputError {
      issues {
        path
        message
      }
    }
  }
}
    fragment Row on PendingReview {
  nodeExecId
  nodeId
  graphExecId
  graphId
  instructions
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
}
fragment Approvals on PendingReview {
  approvalsRequired {
    actors
    count
    given
  }
  votes {
    actor
    onBehalfOf
    decision
    message
    at
    endedBy
  }
  escalatedAt
  viewerMayDecide
  viewerMayNot
}
fragment Detail on PendingReview {
  ...Row
  ...Approvals
  graphVersion
  payload
  originalPayload
  payloadDigest
  subjectDigest
  approvalType
  editable
  consumers
  processed
  voidedAt
  consumedAt
  consumedBy
  outcome
  outcomeDetail
  outcomeAt
  reviewedAt
  updatedAt
}`, {"hash":"sha256:e4d3112990ccad7e1f2a28303c7189449f1e852904f0e6348c7153d1afb088cd"}) as unknown as TypedDocumentString<DecideMutation, DecideMutationVariables>;
export const ClaimReviewDocument = new TypedDocumentString(`
    mutation ClaimReview($input: ClaimReviewInput!) {
  claimReview(input: $input) {
    __typename
    ... on ClaimReviewPayload {
      review {
        ...Detail
      }
    }
    ... on Error {
      message
    }
  }
}
    fragment Row on PendingReview {
  nodeExecId
  nodeId
  graphExecId
  graphId
  instructions
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
}
fragment Approvals on PendingReview {
  approvalsRequired {
    actors
    count
    given
  }
  votes {
    actor
    onBehalfOf
    decision
    message
    at
    endedBy
  }
  escalatedAt
  viewerMayDecide
  viewerMayNot
}
fragment Detail on PendingReview {
  ...Row
  ...Approvals
  graphVersion
  payload
  originalPayload
  payloadDigest
  subjectDigest
  approvalType
  editable
  consumers
  processed
  voidedAt
  consumedAt
  consumedBy
  outcome
  outcomeDetail
  outcomeAt
  reviewedAt
  updatedAt
}`, {"hash":"sha256:e32e55d2bb8aa0d89dc344602eb1052d913569b5df21d0c0a644e7bb2a37f60b"}) as unknown as TypedDocumentString<ClaimReviewMutation, ClaimReviewMutationVariables>;
export const ReleaseReviewDocument = new TypedDocumentString(`
    mutation ReleaseReview($input: ReleaseReviewInput!) {
  releaseReview(input: $input) {
    __typename
    ... on ReleaseReviewPayload {
      review {
        ...Detail
      }
    }
    ... on Error {
      message
    }
  }
}
    fragment Row on PendingReview {
  nodeExecId
  nodeId
  graphExecId
  graphId
  instructions
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
}
fragment Approvals on PendingReview {
  approvalsRequired {
    actors
    count
    given
  }
  votes {
    actor
    onBehalfOf
    decision
    message
    at
    endedBy
  }
  escalatedAt
  viewerMayDecide
  viewerMayNot
}
fragment Detail on PendingReview {
  ...Row
  ...Approvals
  graphVersion
  payload
  originalPayload
  payloadDigest
  subjectDigest
  approvalType
  editable
  consumers
  processed
  voidedAt
  consumedAt
  consumedBy
  outcome
  outcomeDetail
  outcomeAt
  reviewedAt
  updatedAt
}`, {"hash":"sha256:66362f664b30947b1d7e258aecf9e12248fd4a3fdda67660a6b6eff3bef5ec07"}) as unknown as TypedDocumentString<ReleaseReviewMutation, ReleaseReviewMutationVariables>;
export const WithdrawDecisionDocument = new TypedDocumentString(`
    mutation WithdrawDecision($input: WithdrawDecisionInput!) {
  withdrawDecision(input: $input) {
    __typename
    ... on WithdrawDecisionPayload {
      review {
        ...Detail
      }
    }
    ... on Error {
      message
    }
  }
}
    fragment Row on PendingReview {
  nodeExecId
  nodeId
  graphExecId
  graphId
  instructions
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
}
fragment Approvals on PendingReview {
  approvalsRequired {
    actors
    count
    given
  }
  votes {
    actor
    onBehalfOf
    decision
    message
    at
    endedBy
  }
  escalatedAt
  viewerMayDecide
  viewerMayNot
}
fragment Detail on PendingReview {
  ...Row
  ...Approvals
  graphVersion
  payload
  originalPayload
  payloadDigest
  subjectDigest
  approvalType
  editable
  consumers
  processed
  voidedAt
  consumedAt
  consumedBy
  outcome
  outcomeDetail
  outcomeAt
  reviewedAt
  updatedAt
}`, {"hash":"sha256:aa69c2059887a4e626ae132b6096f16055e417c1dd6641b4f6af000d7eb35f75"}) as unknown as TypedDocumentString<WithdrawDecisionMutation, WithdrawDecisionMutationVariables>;
export const ReassignReviewDocument = new TypedDocumentString(`
    mutation ReassignReview($input: ReassignReviewInput!) {
  reassignReview(input: $input) {
    __typename
    ... on ReassignReviewPayload {
      review {
        ...Detail
      }
    }
    ... on Error {
      message
    }
  }
}
    fragment Row on PendingReview {
  nodeExecId
  nodeId
  graphExecId
  graphId
  instructions
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
}
fragment Approvals on PendingReview {
  approvalsRequired {
    actors
    count
    given
  }
  votes {
    actor
    onBehalfOf
    decision
    message
    at
    endedBy
  }
  escalatedAt
  viewerMayDecide
  viewerMayNot
}
fragment Detail on PendingReview {
  ...Row
  ...Approvals
  graphVersion
  payload
  originalPayload
  payloadDigest
  subjectDigest
  approvalType
  editable
  consumers
  processed
  voidedAt
  consumedAt
  consumedBy
  outcome
  outcomeDetail
  outcomeAt
  reviewedAt
  updatedAt
}`, {"hash":"sha256:78bcb76f79004005e17332a4781e43365d3cbdc2b1446e759d7154560a0e8558"}) as unknown as TypedDocumentString<ReassignReviewMutation, ReassignReviewMutationVariables>;
export const OverrideReviewDocument = new TypedDocumentString(`
    mutation OverrideReview($input: OverrideReviewInput!) {
  overrideReview(input: $input) {
    __typename
    ... on OverrideReviewPayload {
      review {
        ...Detail
      }
    }
    ... on Error {
      message
    }
  }
}
    fragment Row on PendingReview {
  nodeExecId
  nodeId
  graphExecId
  graphId
  instructions
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
}
fragment Approvals on PendingReview {
  approvalsRequired {
    actors
    count
    given
  }
  votes {
    actor
    onBehalfOf
    decision
    message
    at
    endedBy
  }
  escalatedAt
  viewerMayDecide
  viewerMayNot
}
fragment Detail on PendingReview {
  ...Row
  ...Approvals
  graphVersion
  payload
  originalPayload
  payloadDigest
  subjectDigest
  approvalType
  editable
  consumers
  processed
  voidedAt
  consumedAt
  consumedBy
  outcome
  outcomeDetail
  outcomeAt
  reviewedAt
  updatedAt
}`, {"hash":"sha256:90b14b3700c5f9448d4df50c8752d3a678964f802b2da17cc631fe97864d7fd8"}) as unknown as TypedDocumentString<OverrideReviewMutation, OverrideReviewMutationVariables>;
export const ExecutionDocument = new TypedDocumentString(`
    query Execution($graphExecId: ID!) {
  graphExecution(graphExecId: $graphExecId) {
    graphExecId
    graphId
    graphVersion
    status
  }
  reviewsForExecution(graphExecId: $graphExecId, first: 100) {
    totalCount
    edges {
      node {
        ...Row
      }
    }
    pageInfo {
      hasNextPage
    }
  }
}
    fragment Row on PendingReview {
  nodeExecId
  nodeId
  graphExecId
  graphId
  instructions
  status
  requestedBy
  decidedBy
  decisionSource
  reviewMessage
  wasEdited
  createdAt
  expiresAt
  claimedBy
  approvalsRequired {
    count
  }
}`, {"hash":"sha256:7c8e3e60abd2a57ce91025ee20ec25bb273695f523526aa547aa57d2eee16ab7"}) as unknown as TypedDocumentString<ExecutionQuery, ExecutionQueryVariables>;
export const StandingApprovalsDocument = new TypedDocumentString(`
    query StandingApprovals($graphExecId: ID!) {
  autoApprovals(graphExecId: $graphExecId) {
    ...StandingApproval
  }
}
    fragment StandingApproval on AutoApproval {
  id
  graphExecId
  nodeId
  createdBy
  createdAt
  expiresAt
  maxUses
  uses
  revokedAt
  revokedBy
  active
}`, {"hash":"sha256:a9bf3bf589941b452bc71917aa21ad4db7e6dbd02b8984bd778dce6393585851"}) as unknown as TypedDocumentString<StandingApprovalsQuery, StandingApprovalsQueryVariables>;
export const RevokeAutoApprovalDocument = new TypedDocumentString(`
    mutation RevokeAutoApproval($input: RevokeAutoApprovalInput!) {
  revokeAutoApproval(input: $input) {
    __typename
    ... on RevokeAutoApprovalPayload {
      autoApproval {
        ...StandingApproval
      }
    }
    ... on Error {
      message
    }
  }
}
    fragment StandingApproval on AutoApproval {
  id
  graphExecId
  nodeId
  createdBy
  createdAt
  expiresAt
  maxUses
  uses
  revokedAt
  revokedBy
  active
}`, {"hash":"sha256:bd9285695e64e49144ce7e6668569f94911cd602bceeb3b6d6aa18812ce086e7"}) as unknown as TypedDocumentString<RevokeAutoApprovalMutation, RevokeAutoApprovalMutationVariables>;
export const WaitingCountDocument = new TypedDocumentString(`
    query WaitingCount($graphExecId: ID!) {
  pendingReviewsForExecution(graphExecId: $graphExecId, first: 1) {
    totalCount
  }
}
    `, {"hash":"sha256:92b0c1b3ef2b16b03e99c141982141fba52cda7931da67b0b5af17c2af424199"}) as unknown as TypedDocumentString<WaitingCountQuery, WaitingCountQueryVariables>;
export const StopExecutionDocument = new TypedDocumentString(`
    mutation StopExecution($input: CancelPendingReviewsInput!) {
  cancelPendingReviews(input: $input) {
    __typename
    ... on CancelPendingReviewsPayload {
      cancelledCount
    }
    ... on Error {
      message
    }
  }
}
    `, {"hash":"sha256:b39bc885b8e5636d9b0ccfe1293a6ecda2b0743d85939855278bed9cfe38191a"}) as unknown as TypedDocumentString<StopExecutionMutation, StopExecutionMutationVariables>;
export const ViewerDocument = new TypedDocumentString(`
    query Viewer {
  viewer {
    userId
    actor
    scopes
    sessionId
    displayName
  }
}
    `, {"hash":"sha256:4ea0732cfaefb6103ad3fc60dd24ab93524b33f919647e15895c491af621b892"}) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;