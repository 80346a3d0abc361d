import type { TestClient } from './testClient.ts';

/** The fields that tests select. */
export type Review = {
  nodeExecId: string;
  nodeId: string;
  userId: string;
  graphExecId: string;
  graphId: string;
  graphVersion: number;
  payload: unknown;
  originalPayload: unknown;
  instructions: string | null;
  editable: boolean;
  status: 'WAITING' | 'APPROVED' | 'REJECTED';
  reviewMessage: string | null;
  wasEdited: boolean | null;
  processed: boolean;
  subjectDigest: string;
  consumers: string[];
  voidedAt: string | null;
  requestedBy: string;
  decidedBy: string | null;
  decisionSource: string | null;
  createdAt: string;
  updatedAt: string;
  reviewedAt: string | null;
};

export type Result = {
  nodeExecId: string;
  status: string;
  data: unknown;
  message: string;
  processed: boolean;
  autoApproved: boolean;
};

export type AutoApproval = {
  key: string;
  graphExecId: string;
  nodeId: string;
  graphId: string;
  graphVersion: number;
  requestedBy: string | null;
  payload: unknown;
  createdBy: string;
  expiresAt: string | null;
  maxUses: number | null;
  uses: number;
  revokedAt: string | null;
  revokedBy: string | null;
  active: boolean;
};

type Failure = {
  __typename: string;
  message: string;
  ids: string[];
  nodeExecIds: string[];
  issues: { path: string; message: string }[];
};
export type Requested = Failure & {
  review: Review;
  result: Result | null;
  state: 'WAITING' | 'APPROVED' | 'REJECTED' | 'CONSUMED' | 'VOID';
  reviews: Review[];
  status: string;
};
export type Decided = Failure & {
  reviews: Review[];
  approvedCount: number;
  rejectedCount: number;
  votedCount: number;
  autoApprovals: AutoApproval[];
};
type Input = Record<string, unknown>;

export const reviewFields = `fragment R on PendingReview {
  nodeExecId nodeId userId graphExecId graphId graphVersion payload originalPayload instructions editable
  status reviewMessage wasEdited processed requestedBy decidedBy decisionSource createdAt updatedAt reviewedAt
  subjectDigest consumers voidedAt
}`;

const autoApprovalFields = `fragment A on AutoApproval {
  key graphExecId nodeId graphId graphVersion requestedBy payload createdBy expiresAt maxUses uses
  revokedAt revokedBy active
}`;

const failures = {
  InvalidInputError: '... on InvalidInputError { message issues { path message } }',
  NotFoundError: '... on NotFoundError { message ids }',
  ReviewConflictError: '... on ReviewConflictError { message reviews { ...R } }',
  ReviewNotEditableError: '... on ReviewNotEditableError { message nodeExecIds }',
  NotEligibleError: '... on NotEligibleError { message nodeExecIds }',
  SelfApprovalError: '... on SelfApprovalError { message nodeExecIds }',
  ExecutionEndedError: '... on ExecutionEndedError { message status }',
  QuotaExceededError: '... on QuotaExceededError { message quota }',
};

/** A mutation that takes `input` and returns a union. */
export function mutation(
  name: string,
  payload: string,
  errors: (keyof typeof failures)[],
  fragments: string[] = [],
): string {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return `mutation ($input: ${type}Input!) { ${name}(input: $input) {
    __typename ... on ${type}Payload { ${payload} }
    ${errors.map((error) => failures[error]).join('\n')}
  } } ${fragments.join('\n')}`;
}

export async function run<Answer>(
  client: TestClient,
  document: string,
  input: Input,
): Promise<Answer> {
  const data = await client.query<Record<string, Answer>>(document, { input });
  return Object.values(data)[0] as Answer;
}

export const requestReviewDocument = mutation(
  'requestReview',
  'review { ...R } result { nodeExecId status data message processed autoApproved } state',
  ['InvalidInputError', 'ReviewConflictError', 'ExecutionEndedError', 'QuotaExceededError'],
  [reviewFields],
);

/** Requests a review, in run `exec` by default. */
export const ask = (client: TestClient, nodeExecId: string, more: Input = {}) =>
  run<Requested>(client, requestReviewDocument, {
    nodeExecId,
    graphExecId: 'exec',
    graphId: 'graph',
    graphVersion: 1,
    payload: { of: nodeExecId },
    ...more,
  });

export const decideReviewsDocument = mutation(
  'decideReviews',
  'reviews { ...R } approvedCount rejectedCount votedCount autoApprovals { ...A }',
  [
    'InvalidInputError',
    'NotFoundError',
    'ReviewConflictError',
    'ReviewNotEditableError',
    'SelfApprovalError',
    'NotEligibleError',
  ],
  [reviewFields, autoApprovalFields],
);

export const decide = (client: TestClient, decisions: Input[]) =>
  run<Decided>(client, decideReviewsDocument, { decisions });

export const approve = (client: TestClient, nodeExecId: string, more: Input = {}) =>
  decide(client, [{ nodeExecId, decision: 'APPROVE', ...more }]);

export const reject = (client: TestClient, nodeExecId: string, more: Input = {}) =>
  decide(client, [{ nodeExecId, decision: 'REJECT', ...more }]);

const registerDocument = mutation(
  'registerExecution',
  'execution { graphExecId graphId graphVersion status hasPendingReviews }',
  ['InvalidInputError', 'ExecutionEndedError'],
);
export const register = (client: TestClient, graphExecId: string, more: Input = {}) =>
  run<Failure & { execution: { graphExecId: string; graphId: string; status: string } }>(
    client,
    registerDocument,
    { graphExecId, graphId: 'graph', graphVersion: 1, ...more },
  );

const createDocument = mutation(
  'createAutoApproval',
  'autoApproval { ...A }',
  ['InvalidInputError', 'NotFoundError'],
  [autoApprovalFields],
);
export const createAutoApproval = (client: TestClient, input: Input) =>
  run<Failure & { autoApproval: AutoApproval }>(client, createDocument, {
    graphExecId: 'exec',
    graphId: 'graph',
    graphVersion: 1,
    payload: 'standing',
    ...input,
  });

const revokeDocument = mutation(
  'revokeAutoApproval',
  'autoApproval { ...A }',
  ['InvalidInputError', 'NotFoundError'],
  [autoApprovalFields],
);
export const revokeAutoApproval = (client: TestClient, graphExecId: string, nodeId: string) =>
  run<Failure & { autoApproval: AutoApproval }>(client, revokeDocument, { graphExecId, nodeId });

const cancelDocument = mutation('cancelPendingReviews', 'cancelledCount', [
  'InvalidInputError',
  'NotFoundError',
]);
export const cancel = (client: TestClient, graphExecId: string) =>
  run<Failure & { cancelledCount: number }>(client, cancelDocument, { graphExecId });

const deleteDocument = mutation('deleteReview', 'deletedCount', ['InvalidInputError']);
export const deleteReview = (client: TestClient, nodeExecId: string) =>
  run<Failure & { deletedCount: number }>(client, deleteDocument, { nodeExecId });

const processedDocument = mutation(
  'setReviewProcessed',
  'review { ...R } changed',
  ['InvalidInputError', 'NotFoundError', 'ReviewConflictError'],
  [reviewFields],
);
export const setProcessed = (
  client: TestClient,
  nodeExecId: string,
  processed = true,
  idempotencyKey?: string,
) =>
  run<Failure & { review: Review; changed: boolean }>(client, processedDocument, {
    nodeExecId,
    processed,
    idempotencyKey,
  });

export async function check(client: TestClient, input: Input): Promise<Result | null> {
  const { checkApproval } = await client.query<{ checkApproval: Result | null }>(
    `query ($input: CheckApprovalInput!) { checkApproval(input: $input) {
      nodeExecId status data message processed autoApproved } }`,
    { input: { graphExecId: 'exec', nodeId: 'node', ...input } },
  );
  return checkApproval;
}

export async function read(client: TestClient, nodeExecIds: string[]): Promise<Review[]> {
  const { reviews } = await client.query<{ reviews: Review[] }>(
    `query ($ids: [ID!]!) { reviews(nodeExecIds: $ids) { ...R } } ${reviewFields}`,
    { ids: nodeExecIds },
  );
  return reviews;
}

/** Reads a review that exists. */
export async function readOne(client: TestClient, nodeExecId: string): Promise<Review> {
  const [review] = await read(client, [nodeExecId]);
  if (!review) throw new Error(`There is no review ${nodeExecId}`);
  return review;
}

export type Event = {
  cursor: string;
  kind: string;
  nodeExecId: string;
  graphExecId: string;
  actor: string;
};

/** The events of a review, oldest first. */
export async function eventsOf(client: TestClient, nodeExecId: string): Promise<Event[]> {
  const { reviews } = await client.query<{ reviews: { events: Event[] }[] }>(
    `query ($ids: [ID!]!) { reviews(nodeExecIds: $ids) {
      events { cursor kind nodeExecId graphExecId actor } } }`,
    { ids: [nodeExecId] },
  );
  return reviews[0]?.events ?? [];
}

export async function autoApprovals(
  client: TestClient,
  graphExecId: string,
): Promise<AutoApproval[]> {
  const answer = await client.query<{ autoApprovals: AutoApproval[] }>(
    `query ($id: ID!) { autoApprovals(graphExecId: $id) { ...A } } ${autoApprovalFields}`,
    { id: graphExecId },
  );
  return answer.autoApprovals;
}

export async function statusOf(client: TestClient, graphExecId: string): Promise<string | null> {
  const { graphExecution } = await client.query<{ graphExecution: { status: string } | null }>(
    'query ($id: ID!) { graphExecution(graphExecId: $id) { status } }',
    { id: graphExecId },
  );
  return graphExecution?.status ?? null;
}
