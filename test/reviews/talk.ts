import { decide, mutation, type Review, run } from '../support/operations.ts';
import { digestOf } from '../support/outcomes.ts';
import type { TestClient } from '../support/testClient.ts';

type Issue = { path: string; message: string };
type Answered = { __typename: string; message: string; issues: Issue[] };

const reviseDocument = mutation(
  'reviseReview',
  'review { nodeExecId status payload originalPayload subjectDigest }',
  ['InvalidInputError', 'NotFoundError', 'ExecutionEndedError'],
).replace(
  'reviseReview(input: $input) {',
  'reviseReview(input: $input) { ... on Error { message }',
);

export const digest = (payload: object) => digestOf(JSON.stringify(payload));

export const revise = (
  client: TestClient,
  nodeExecId: string,
  from: object,
  payload: object,
  note?: string,
) =>
  run<Answered & { review: Review }>(client, reviseDocument, {
    nodeExecId,
    basedOnDigest: digest(from),
    payload,
    note,
  });

export const comment = (client: TestClient, input: object) =>
  run<Answered & { comment: object }>(
    client,
    mutation('addComment', 'comment { id actor text pointer revision }', [
      'InvalidInputError',
      'NotFoundError',
    ]),
    { ...input },
  );

export const requestChanges = (client: TestClient, nodeExecId: string, more = {}) =>
  decide(client, [{ nodeExecId, decision: 'REQUEST_CHANGES', message: 'Too much', ...more }]);
