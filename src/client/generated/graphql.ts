/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
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

export type RequestReviewInput = {
  editable?: boolean | null | undefined;
  /** The execution, or copilot-session-…. */
  graphExecId: string | number;
  graphId: string | number;
  /** 0 or more. */
  graphVersion: number;
  /** What the reviewer should know. */
  instructions?: string | null | undefined;
  /** The agent's own id of this step's run: the same id asks once. */
  nodeExecId: string | number;
  /** Recorded for this run of the step; synthetic ids carry it and need none. */
  nodeId?: string | number | null | undefined;
  /** What the step would act on. */
  payload?: unknown;
};

export type ReviewDecision =
  | 'APPROVE'
  | 'REJECT';

export type ReviewDecisionInput = {
  /** With APPROVE: also create the auto-approval for this step's node. */
  autoApproveFuture?: boolean | null | undefined;
  decision: ReviewDecision;
  /** For the agent and the record; at most 2,000 characters. */
  message?: string | null | undefined;
  nodeExecId: string | number;
  /** The reviewer's edit. Absent: as it is. Null: the edit is null. */
  payload?: unknown;
};

/** What happened. UPDATED: a change by hand that is none of the others. */
export type ReviewEventKind =
  | 'APPROVED'
  | 'CANCELLED'
  | 'DELETED'
  | 'PROCESSED'
  | 'REJECTED'
  | 'REQUESTED'
  | 'UPDATED';

/** WAITING until somebody or something settles it, once. */
export type ReviewStatus =
  | 'APPROVED'
  | 'REJECTED'
  | 'WAITING';

export type SetReviewProcessedInput = {
  nodeExecId: string | number;
  processed: boolean;
};

export type DecideReviewsMutationVariables = Exact<{
  input: DecideReviewsInput;
}>;


export type DecideReviewsMutation = { decideReviews:
    | { __typename: 'DecideReviewsPayload', reviews: Array<{ nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, instructions: string | null, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, createdAt: string, reviewedAt: string | null }>, autoApprovals: Array<{ graphExecId: string, nodeId: string, expiresAt: string | null, maxUses: number | null }> }
    | { __typename: 'InvalidInputError', message: string, issues: Array<{ path: string, message: string }> }
    | { __typename: 'NotFoundError', message: string, ids: Array<string> }
    | { __typename: 'ReviewConflictError', message: string, reviews: Array<{ nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, instructions: string | null, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, createdAt: string, reviewedAt: string | null }> }
    | { __typename: 'ReviewNotEditableError', message: string }
    | { __typename: 'SelfApprovalError', message: string }
   };

export type RequestReviewMutationVariables = Exact<{
  input: RequestReviewInput;
}>;


export type RequestReviewMutation = { requestReview:
    | { __typename: 'ExecutionEndedError', message: string }
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'RequestReviewPayload', review: { nodeExecId: string, status: ReviewStatus, processed: boolean, wasEdited: boolean | null, reviewMessage: string | null, decidedBy: string | null, decisionSource: DecisionSource | null, payload: unknown } | null, result: { nodeExecId: string, status: ReviewStatus, data: unknown, message: string, processed: boolean, autoApproved: boolean } | null }
    | { __typename: 'ReviewConflictError', message: string }
   };

export type SetReviewProcessedMutationVariables = Exact<{
  input: SetReviewProcessedInput;
}>;


export type SetReviewProcessedMutation = { setReviewProcessed:
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'SetReviewProcessedPayload', review: { nodeExecId: string, processed: boolean } }
   };

export type ReviewFragment = { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, instructions: string | null, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, createdAt: string, reviewedAt: string | null };

export type ReviewsQueryVariables = Exact<{
  nodeExecIds: Array<string | number> | string | number;
}>;


export type ReviewsQuery = { reviews: Array<{ nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, instructions: string | null, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, createdAt: string, reviewedAt: string | null }> };

export type WaitingReviewsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type WaitingReviewsQuery = { pendingReviews: { totalCount: number, feedCursor: string, edges: Array<{ node: { nodeExecId: string, nodeId: string, userId: string, graphExecId: string, graphId: string, graphVersion: number, payload: unknown, originalPayload: unknown, instructions: string | null, editable: boolean, status: ReviewStatus, reviewMessage: string | null, wasEdited: boolean | null, processed: boolean, requestedBy: string, decidedBy: string | null, decisionSource: DecisionSource | null, createdAt: string, reviewedAt: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ReviewEventsSubscriptionVariables = Exact<{
  after?: string | null | undefined;
  graphExecId?: string | number | null | undefined;
}>;


export type ReviewEventsSubscription = { reviewEvents: { cursor: string, kind: ReviewEventKind, nodeExecId: string, graphExecId: string, actor: string, at: string } };

export type FeedCursorQueryVariables = Exact<{
  graphExecId: string | number;
}>;


export type FeedCursorQuery = { pendingReviewsForExecution: { feedCursor: string } };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { userId: string, actor: string, scopes: Array<string> } };

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
export const ReviewFragmentDoc = new TypedDocumentString(`
    fragment Review on PendingReview {
  nodeExecId
  nodeId
  userId
  graphExecId
  graphId
  graphVersion
  payload
  originalPayload
  instructions
  editable
  status
  reviewMessage
  wasEdited
  processed
  requestedBy
  decidedBy
  decisionSource
  createdAt
  reviewedAt
}
    `, {"fragmentName":"Review"}) as unknown as TypedDocumentString<ReviewFragment, unknown>;
export const DecideReviewsDocument = new TypedDocumentString(`
    mutation DecideReviews($input: DecideReviewsInput!) {
  decideReviews(input: $input) {
    __typename
    ... on DecideReviewsPayload {
      reviews {
        ...Review
      }
      autoApprovals {
        graphExecId
        nodeId
        expiresAt
        maxUses
      }
    }
    ... on Error {
      message
    }
    ... on ReviewConflictError {
      reviews {
        ...Review
      }
    }
    ... on NotFoundError {
      ids
    }
    ... on InvalidInputError {
      issues {
        path
        message
      }
    }
  }
}
    fragment Review on PendingReview {
  nodeExecId
  nodeId
  userId
  graphExecId
  graphId
  graphVersion
  payload
  originalPayload
  instructions
  editable
  status
  reviewMessage
  wasEdited
  processed
  requestedBy
  decidedBy
  decisionSource
  createdAt
  reviewedAt
}`) as unknown as TypedDocumentString<DecideReviewsMutation, DecideReviewsMutationVariables>;
export const RequestReviewDocument = new TypedDocumentString(`
    mutation RequestReview($input: RequestReviewInput!) {
  requestReview(input: $input) {
    __typename
    ... on RequestReviewPayload {
      review {
        nodeExecId
        status
        processed
        wasEdited
        reviewMessage
        decidedBy
        decisionSource
        payload
      }
      result {
        nodeExecId
        status
        data
        message
        processed
        autoApproved
      }
    }
    ... on Error {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RequestReviewMutation, RequestReviewMutationVariables>;
export const SetReviewProcessedDocument = new TypedDocumentString(`
    mutation SetReviewProcessed($input: SetReviewProcessedInput!) {
  setReviewProcessed(input: $input) {
    __typename
    ... on SetReviewProcessedPayload {
      review {
        nodeExecId
        processed
      }
    }
    ... on Error {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<SetReviewProcessedMutation, SetReviewProcessedMutationVariables>;
export const ReviewsDocument = new TypedDocumentString(`
    query Reviews($nodeExecIds: [ID!]!) {
  reviews(nodeExecIds: $nodeExecIds) {
    ...Review
  }
}
    fragment Review on PendingReview {
  nodeExecId
  nodeId
  userId
  graphExecId
  graphId
  graphVersion
  payload
  originalPayload
  instructions
  editable
  status
  reviewMessage
  wasEdited
  processed
  requestedBy
  decidedBy
  decisionSource
  createdAt
  reviewedAt
}`) as unknown as TypedDocumentString<ReviewsQuery, ReviewsQueryVariables>;
export const WaitingReviewsDocument = new TypedDocumentString(`
    query WaitingReviews($first: Int, $after: String) {
  pendingReviews(first: $first, after: $after) {
    edges {
      node {
        ...Review
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
    fragment Review on PendingReview {
  nodeExecId
  nodeId
  userId
  graphExecId
  graphId
  graphVersion
  payload
  originalPayload
  instructions
  editable
  status
  reviewMessage
  wasEdited
  processed
  requestedBy
  decidedBy
  decisionSource
  createdAt
  reviewedAt
}`) as unknown as TypedDocumentString<WaitingReviewsQuery, WaitingReviewsQueryVariables>;
export const ReviewEventsDocument = new TypedDocumentString(`
    subscription ReviewEvents($after: String, $graphExecId: ID) {
  reviewEvents(after: $after, graphExecId: $graphExecId) {
    cursor
    kind
    nodeExecId
    graphExecId
    actor
    at
  }
}
    `) as unknown as TypedDocumentString<ReviewEventsSubscription, ReviewEventsSubscriptionVariables>;
export const FeedCursorDocument = new TypedDocumentString(`
    query FeedCursor($graphExecId: ID!) {
  pendingReviewsForExecution(graphExecId: $graphExecId, first: 1) {
    feedCursor
  }
}
    `) as unknown as TypedDocumentString<FeedCursorQuery, FeedCursorQueryVariables>;
export const ViewerDocument = new TypedDocumentString(`
    query Viewer {
  viewer {
    userId
    actor
    scopes
  }
}
    `) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;