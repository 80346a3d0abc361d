/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type CancelPendingReviewsInput = {
  /** ID of the run or copilot session. */
  graphExecId: string | number;
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

export type RowFragment = { nodeExecId: string, nodeId: string, graphExecId: string, graphId: string, instructions: string | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, expiresAt: string | null };

export type DetailFragment = { graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, editable: boolean, consumers: Array<string>, processed: boolean, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, reviewedAt: string | null, updatedAt: string, nodeExecId: string, nodeId: string, graphExecId: string, graphId: string, instructions: string | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, expiresAt: string | null };

export type DetailsQueryVariables = Exact<{
  nodeExecIds: Array<string | number> | string | number;
}>;


export type DetailsQuery = { reviews: Array<{ graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, editable: boolean, consumers: Array<string>, processed: boolean, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, reviewedAt: string | null, updatedAt: string, nodeExecId: string, nodeId: string, graphExecId: string, graphId: string, instructions: string | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, expiresAt: string | null }> };

export type HistoryQueryVariables = Exact<{
  nodeExecId: string | number;
}>;


export type HistoryQuery = { reviews: Array<{ nodeExecId: string, events: Array<{ cursor: string, kind: ReviewEventKind, actor: string, at: string }> }> };

export type WaitingQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type WaitingQuery = { pendingReviews: { totalCount: number, feedCursor: string, edges: Array<{ node: { nodeExecId: string, nodeId: string, graphExecId: string, graphId: string, instructions: string | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, expiresAt: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ByStateQueryVariables = Exact<{
  state: ReviewState;
  first: number;
  after?: string | null | undefined;
}>;


export type ByStateQuery = { reviewsByState: { totalCount: number, edges: Array<{ node: { nodeExecId: string, nodeId: string, graphExecId: string, graphId: string, instructions: string | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, expiresAt: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type FeedSubscriptionVariables = Exact<{
  after: string;
}>;


export type FeedSubscription = { reviewEvents: { cursor: string, kind: ReviewEventKind, nodeExecId: string, graphExecId: string, actor: string, at: string, review: { nodeExecId: string, nodeId: string, graphExecId: string, graphId: string, instructions: string | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, expiresAt: string | null } | null } };

export type DecideMutationVariables = Exact<{
  input: DecideReviewsInput;
}>;


export type DecideMutation = { decideReviews:
    | { __typename: 'DecideReviewsPayload', reviews: Array<{ graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, editable: boolean, consumers: Array<string>, processed: boolean, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, reviewedAt: string | null, updatedAt: string, nodeExecId: string, nodeId: string, graphExecId: string, graphId: string, instructions: string | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, expiresAt: string | null }>, autoApprovals: Array<{ graphExecId: string, nodeId: string }> }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotEligibleError', message: string }
    | { __typename: 'NotFoundError', message: string, ids: Array<string> }
    | { __typename: 'ReviewConflictError', message: string, reviews: Array<{ graphVersion: number, payload: unknown, originalPayload: unknown, payloadDigest: string, subjectDigest: string, approvalType: string | null, editable: boolean, consumers: Array<string>, processed: boolean, voidedAt: string | null, consumedAt: string | null, consumedBy: string | null, outcome: ReviewOutcome | null, outcomeDetail: string | null, outcomeAt: string | null, reviewedAt: string | null, updatedAt: string, nodeExecId: string, nodeId: string, graphExecId: string, graphId: string, instructions: string | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, expiresAt: string | null }> }
    | { __typename: 'ReviewNotEditableError', message: string, nodeExecIds: Array<string> }
    | { __typename: 'SelfApprovalError', message: string, nodeExecIds: Array<string> }
   };

export type StandingApprovalFragment = { id: string, graphExecId: string, nodeId: string, createdBy: string, createdAt: string, expiresAt: string | null, maxUses: number | null, uses: number, revokedAt: string | null, revokedBy: string | null, active: boolean };

export type ExecutionQueryVariables = Exact<{
  graphExecId: string | number;
}>;


export type ExecutionQuery = { graphExecution: { graphExecId: string, graphId: string, graphVersion: number, status: ExecutionStatus } | null, reviewsForExecution: { totalCount: number, edges: Array<{ node: { nodeExecId: string, nodeId: string, graphExecId: string, graphId: string, instructions: string | null, status: ReviewStatus, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, reviewMessage: string | null, wasEdited: boolean | null, createdAt: string, expiresAt: string | null } }>, pageInfo: { hasNextPage: boolean } } };

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
}
    `, {"fragmentName":"Row"}) as unknown as TypedDocumentString<RowFragment, unknown>;
export const DetailFragmentDoc = new TypedDocumentString(`
    fragment Detail on PendingReview {
  ...Row
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
}
fragment Detail on PendingReview {
  ...Row
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
}`, {"hash":"sha256:769f373bb49eb2d955c32deb8f6c721a1d7f169544678b41315c20d229697869"}) as unknown as TypedDocumentString<DetailsQuery, DetailsQueryVariables>;
export const HistoryDocument = new TypedDocumentString(`
    query History($nodeExecId: ID!) {
  reviews(nodeExecIds: [$nodeExecId]) {
    nodeExecId
    events(first: 100) {
      cursor
      kind
      actor
      at
    }
  }
}
    `, {"hash":"sha256:ab2012b5a2beb1e3720229f11c4404283a059bf62c02949446630c176d58363e"}) as unknown as TypedDocumentString<HistoryQuery, HistoryQueryVariables>;
export const WaitingDocument = new TypedDocumentString(`
    query Waiting($first: Int!, $after: String) {
  pendingReviews(first: $first, after: $after) {
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
}`, {"hash":"sha256:ab5d64f729c514d1f468f7c6d4ce1e32d1e4d469dd71d491b8d4abb38f42dda2"}) as unknown as TypedDocumentString<WaitingQuery, WaitingQueryVariables>;
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
}`, {"hash":"sha256:1f30ac67fb7f7169d82cfeb3275c592e40fc5b555e3e3ce26fb433427043c803"}) as unknown as TypedDocumentString<ByStateQuery, ByStateQueryVariables>;
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
}`, {"hash":"sha256:909287a16fce8d3e0456e9a2532cfc25ca11f6cafe0a61f29484486714f8082e"}) as unknown as TypedDocumentString<FeedSubscription, FeedSubscriptionVariables>;
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
}
fragment Detail on PendingReview {
  ...Row
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
}`, {"hash":"sha256:23f612bfbb6db4d773d260189500ddce805b0164261b1332d0f2d35a1c489754"}) as unknown as TypedDocumentString<DecideMutation, DecideMutationVariables>;
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
}`, {"hash":"sha256:4543e2633b0134156bcfcca4308728a17216d53acbb32164d70a9dde18a28f30"}) as unknown as TypedDocumentString<ExecutionQuery, ExecutionQueryVariables>;
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