import { createHash } from 'node:crypto';
import type { Result, Review } from './operations.ts';
import type { TestClient } from './testClient.ts';

/** What happens to a review after it was requested. */
export type Outcome = Review & {
  payloadDigest: string;
  expiresAt: string | null;
  consumedAt: string | null;
  consumedBy: string | null;
  outcome: string | null;
  outcomeDetail: string | null;
  outcomeAt: string | null;
};

type Answer = {
  __typename: string;
  message: string;
  ids: string[];
  issues: { path: string; message: string }[];
  reviews: Outcome[];
  review: Outcome;
  result: Result;
};

export const outcomeFields = `fragment O on PendingReview {
  nodeExecId status processed payload reviewMessage wasEdited decidedBy decisionSource reviewedAt
  payloadDigest expiresAt consumedAt consumedBy outcome outcomeDetail outcomeAt
}`;

const errors = `
  ... on InvalidInputError { message issues { path message } }
  ... on NotFoundError { message ids }
  ... on ReviewConflictError { message reviews { ...O } }`;

const consumeDocument = `mutation ($input: ConsumeReviewInput!) { consumeReview(input: $input) {
  __typename ... on ConsumeReviewPayload {
    review { ...O } result { nodeExecId status data message processed autoApproved }
  } ${errors} } } ${outcomeFields}`;

const reportDocument = `mutation ($input: ReportOutcomeInput!) { reportOutcome(input: $input) {
  __typename ... on ReportOutcomePayload { review { ...O } } ${errors} } } ${outcomeFields}`;

export async function consume(
  client: TestClient,
  nodeExecId: string,
  payloadDigest: string,
  idempotencyKey?: string,
) {
  const { consumeReview } = await client.query<{ consumeReview: Answer }>(consumeDocument, {
    input: { nodeExecId, payloadDigest, idempotencyKey },
  });
  return consumeReview;
}

export async function report(
  client: TestClient,
  nodeExecId: string,
  outcome: string,
  detail?: string,
) {
  const { reportOutcome } = await client.query<{ reportOutcome: Answer }>(reportDocument, {
    input: { nodeExecId, outcome, detail },
  });
  return reportOutcome;
}

/** The current state of a review. */
export async function readOutcome(client: TestClient, nodeExecId: string): Promise<Outcome> {
  const { reviews } = await client.query<{ reviews: Outcome[] }>(
    `query ($ids: [ID!]!) { reviews(nodeExecIds: $ids) { ...O } } ${outcomeFields}`,
    { ids: [nodeExecId] },
  );
  if (!reviews[0]) throw new Error(`There is no review ${nodeExecId}`);
  return reviews[0];
}

/** The digest of canonical JSON that a test spells out, independent of the service's code. */
export const digestOf = (canonical: string): string =>
  `sha256:${createHash('sha256').update(canonical).digest('hex')}`;

/** The digest of the default payload of `ask`. */
export const defaultDigest = (nodeExecId: string): string => digestOf(`{"of":"${nodeExecId}"}`);
