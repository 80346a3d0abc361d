/* eslint-disable */
import * as types from './graphql.ts';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "mutation DecideReviews($input: DecideReviewsInput!) {\n  decideReviews(input: $input) {\n    __typename\n    ... on DecideReviewsPayload {\n      reviews {\n        ...Review\n      }\n      autoApprovals {\n        graphExecId\n        nodeId\n        expiresAt\n        maxUses\n      }\n    }\n    ... on Error {\n      message\n    }\n    ... on ReviewConflictError {\n      reviews {\n        ...Review\n      }\n    }\n    ... on NotFoundError {\n      ids\n    }\n    ... on InvalidInputError {\n      issues {\n        path\n        message\n      }\n    }\n  }\n}": typeof types.DecideReviewsDocument,
    "mutation RequestReview($input: RequestReviewInput!) {\n  requestReview(input: $input) {\n    __typename\n    ... on RequestReviewPayload {\n      review {\n        nodeExecId\n        status\n        processed\n        wasEdited\n        reviewMessage\n        decidedBy\n        decisionSource\n        payload\n      }\n      result {\n        nodeExecId\n        status\n        data\n        message\n        processed\n        autoApproved\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}\n\nmutation SetReviewProcessed($input: SetReviewProcessedInput!) {\n  setReviewProcessed(input: $input) {\n    __typename\n    ... on SetReviewProcessedPayload {\n      review {\n        nodeExecId\n        processed\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}": typeof types.RequestReviewDocument,
    "fragment Review on PendingReview {\n  nodeExecId\n  nodeId\n  userId\n  graphExecId\n  graphId\n  graphVersion\n  payload\n  originalPayload\n  instructions\n  editable\n  status\n  reviewMessage\n  wasEdited\n  processed\n  requestedBy\n  decidedBy\n  decisionSource\n  createdAt\n  reviewedAt\n}\n\nquery Reviews($nodeExecIds: [ID!]!) {\n  reviews(nodeExecIds: $nodeExecIds) {\n    ...Review\n  }\n}\n\nquery WaitingReviews($first: Int, $after: String) {\n  pendingReviews(first: $first, after: $after) {\n    edges {\n      node {\n        ...Review\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    totalCount\n    feedCursor\n  }\n}": typeof types.ReviewFragmentDoc,
    "subscription ReviewEvents($after: String, $graphExecId: ID) {\n  reviewEvents(after: $after, graphExecId: $graphExecId) {\n    cursor\n    kind\n    nodeExecId\n    graphExecId\n    actor\n    at\n  }\n}\n\nquery FeedCursor($graphExecId: ID!) {\n  pendingReviewsForExecution(graphExecId: $graphExecId, first: 1) {\n    feedCursor\n  }\n}": typeof types.ReviewEventsDocument,
    "query Viewer {\n  viewer {\n    userId\n    actor\n    scopes\n  }\n}": typeof types.ViewerDocument,
};
const documents: Documents = {
    "mutation DecideReviews($input: DecideReviewsInput!) {\n  decideReviews(input: $input) {\n    __typename\n    ... on DecideReviewsPayload {\n      reviews {\n        ...Review\n      }\n      autoApprovals {\n        graphExecId\n        nodeId\n        expiresAt\n        maxUses\n      }\n    }\n    ... on Error {\n      message\n    }\n    ... on ReviewConflictError {\n      reviews {\n        ...Review\n      }\n    }\n    ... on NotFoundError {\n      ids\n    }\n    ... on InvalidInputError {\n      issues {\n        path\n        message\n      }\n    }\n  }\n}": types.DecideReviewsDocument,
    "mutation RequestReview($input: RequestReviewInput!) {\n  requestReview(input: $input) {\n    __typename\n    ... on RequestReviewPayload {\n      review {\n        nodeExecId\n        status\n        processed\n        wasEdited\n        reviewMessage\n        decidedBy\n        decisionSource\n        payload\n      }\n      result {\n        nodeExecId\n        status\n        data\n        message\n        processed\n        autoApproved\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}\n\nmutation SetReviewProcessed($input: SetReviewProcessedInput!) {\n  setReviewProcessed(input: $input) {\n    __typename\n    ... on SetReviewProcessedPayload {\n      review {\n        nodeExecId\n        processed\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}": types.RequestReviewDocument,
    "fragment Review on PendingReview {\n  nodeExecId\n  nodeId\n  userId\n  graphExecId\n  graphId\n  graphVersion\n  payload\n  originalPayload\n  instructions\n  editable\n  status\n  reviewMessage\n  wasEdited\n  processed\n  requestedBy\n  decidedBy\n  decisionSource\n  createdAt\n  reviewedAt\n}\n\nquery Reviews($nodeExecIds: [ID!]!) {\n  reviews(nodeExecIds: $nodeExecIds) {\n    ...Review\n  }\n}\n\nquery WaitingReviews($first: Int, $after: String) {\n  pendingReviews(first: $first, after: $after) {\n    edges {\n      node {\n        ...Review\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    totalCount\n    feedCursor\n  }\n}": types.ReviewFragmentDoc,
    "subscription ReviewEvents($after: String, $graphExecId: ID) {\n  reviewEvents(after: $after, graphExecId: $graphExecId) {\n    cursor\n    kind\n    nodeExecId\n    graphExecId\n    actor\n    at\n  }\n}\n\nquery FeedCursor($graphExecId: ID!) {\n  pendingReviewsForExecution(graphExecId: $graphExecId, first: 1) {\n    feedCursor\n  }\n}": types.ReviewEventsDocument,
    "query Viewer {\n  viewer {\n    userId\n    actor\n    scopes\n  }\n}": types.ViewerDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation DecideReviews($input: DecideReviewsInput!) {\n  decideReviews(input: $input) {\n    __typename\n    ... on DecideReviewsPayload {\n      reviews {\n        ...Review\n      }\n      autoApprovals {\n        graphExecId\n        nodeId\n        expiresAt\n        maxUses\n      }\n    }\n    ... on Error {\n      message\n    }\n    ... on ReviewConflictError {\n      reviews {\n        ...Review\n      }\n    }\n    ... on NotFoundError {\n      ids\n    }\n    ... on InvalidInputError {\n      issues {\n        path\n        message\n      }\n    }\n  }\n}"): typeof import('./graphql.ts').DecideReviewsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation RequestReview($input: RequestReviewInput!) {\n  requestReview(input: $input) {\n    __typename\n    ... on RequestReviewPayload {\n      review {\n        nodeExecId\n        status\n        processed\n        wasEdited\n        reviewMessage\n        decidedBy\n        decisionSource\n        payload\n      }\n      result {\n        nodeExecId\n        status\n        data\n        message\n        processed\n        autoApproved\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}\n\nmutation SetReviewProcessed($input: SetReviewProcessedInput!) {\n  setReviewProcessed(input: $input) {\n    __typename\n    ... on SetReviewProcessedPayload {\n      review {\n        nodeExecId\n        processed\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}"): typeof import('./graphql.ts').RequestReviewDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment Review on PendingReview {\n  nodeExecId\n  nodeId\n  userId\n  graphExecId\n  graphId\n  graphVersion\n  payload\n  originalPayload\n  instructions\n  editable\n  status\n  reviewMessage\n  wasEdited\n  processed\n  requestedBy\n  decidedBy\n  decisionSource\n  createdAt\n  reviewedAt\n}\n\nquery Reviews($nodeExecIds: [ID!]!) {\n  reviews(nodeExecIds: $nodeExecIds) {\n    ...Review\n  }\n}\n\nquery WaitingReviews($first: Int, $after: String) {\n  pendingReviews(first: $first, after: $after) {\n    edges {\n      node {\n        ...Review\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    totalCount\n    feedCursor\n  }\n}"): typeof import('./graphql.ts').ReviewFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription ReviewEvents($after: String, $graphExecId: ID) {\n  reviewEvents(after: $after, graphExecId: $graphExecId) {\n    cursor\n    kind\n    nodeExecId\n    graphExecId\n    actor\n    at\n  }\n}\n\nquery FeedCursor($graphExecId: ID!) {\n  pendingReviewsForExecution(graphExecId: $graphExecId, first: 1) {\n    feedCursor\n  }\n}"): typeof import('./graphql.ts').ReviewEventsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Viewer {\n  viewer {\n    userId\n    actor\n    scopes\n  }\n}"): typeof import('./graphql.ts').ViewerDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
