import { JsonText } from '@holdpoint/client/json';
import { payloadDigest, subjectDigest } from '../src/reviews/digests.ts';
import type { Answer } from './connection.ts';
import {
  askIdOf,
  executionOf,
  GRAPH_ID,
  GRAPH_VERSION,
  nodeOf,
  PAGE,
  payloadOf,
} from './samples.ts';

export type Operation = 'page' | 'requestReview' | 'decideReviews' | 'consumeReview';

/** The owner of a request. A baseline trusts the header with the owner and ignores the token. */
export type Owner = { userId: string; token: string };

export type Plan = {
  operation: Operation;
  url: string;
  /** GraphQL, or the plain requests of the baseline. */
  speaks: 'graphql' | 'plain';
  /** Requests rotate through these. */
  owners: readonly Owner[];
  /** Prefix of the review ids; unique within a run. */
  prefix: string;
  count: number;
};

const documents: Record<Operation, string> = {
  page: `query Inbox($first: Int!) {
    pendingReviews(first: $first) { edges { node { nodeExecId nodeId payload status } } }
  }`,
  requestReview: `mutation Ask($input: RequestReviewInput!) {
    requestReview(input: $input) {
      ... on RequestReviewPayload { review { nodeExecId status } }
      ... on Error { message }
    }
  }`,
  decideReviews: `mutation Decide($input: DecideReviewsInput!) {
    decideReviews(input: $input) {
      ... on DecideReviewsPayload { reviews { nodeExecId status } }
      ... on Error { message }
    }
  }`,
  consumeReview: `mutation Consume($input: ConsumeReviewInput!) {
    consumeReview(input: $input) {
      ... on ConsumeReviewPayload { review { nodeExecId status } result { data } }
      ... on Error { message }
    }
  }`,
};

export const digestOf = (number: number): string => payloadDigest(JsonText.of(payloadOf(number)));

export const idOf = (prefix: string, number: number): string => `${prefix}-${number}`;

/** The subject digest of the review with this id and number, as seedReviews writes it. */
export const seededSubject = (userId: string, nodeExecId: string, number: number): string =>
  subjectDigest({
    userId,
    nodeExecId,
    graphExecId: executionOf(number),
    graphId: GRAPH_ID,
    graphVersion: GRAPH_VERSION,
    nodeId: nodeOf(number),
    instructions: null,
    editable: true,
    requestedBy: 'agent',
    consumers: [],
    expiresAt: null,
    askId: askIdOf(number),
    payloadDigest: digestOf(number),
    headline: null,
    risk: null,
    tags: [],
    kind: 'ACTION',
    reversible: null,
    links: null,
    answerSchema: null,
    allowedDecisions: [],
  });

type Variables = (id: string, number: number, subject: () => string) => Record<string, unknown>;

const variablesOf: Record<Operation, Variables> = {
  page: () => ({ first: PAGE }),
  requestReview: (nodeExecId, number) => ({
    input: {
      nodeExecId,
      graphExecId: executionOf(number),
      graphId: GRAPH_ID,
      graphVersion: GRAPH_VERSION,
      payload: payloadOf(number),
    },
  }),
  decideReviews: (nodeExecId, _number, subject) => ({
    input: { decisions: [{ nodeExecId, decision: 'APPROVE', subjectDigest: subject() }] },
  }),
  consumeReview: (nodeExecId, number) => ({
    input: { nodeExecId, payloadDigest: digestOf(number) },
  }),
};

/**
 * The complete text of the HTTP request with this number.
 * @param subject what a decision names; by default that of the seeded review
 */
export function requestOf(
  { operation, url, speaks, owners, prefix }: Plan,
  number: number,
  subject?: string,
): string {
  const owner = owners[number % owners.length] as Owner;
  const head = [
    `Host: ${new URL(url).host}`,
    `Authorization: Bearer ${owner.token}`,
    `X-Owner: ${owner.userId}`,
    'Accept: application/json',
  ];
  if (speaks === 'plain' && operation === 'page') {
    return [`GET /page HTTP/1.1`, ...head, '', ''].join('\r\n');
  }
  const id = idOf(prefix, number);
  const variables = variablesOf[operation](
    id,
    number,
    () => subject ?? seededSubject(owner.userId, id, number),
  );
  const body = JSON.stringify(
    speaks === 'plain' ? variables['input'] : { query: documents[operation], variables },
  );
  return [
    `POST /${speaks === 'plain' ? operation : 'graphql'} HTTP/1.1`,
    ...head,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

/** One answer out of this many is parsed and checked in full. */
const SAMPLE = 50;

/**
 * Checks every answer, because an error page is fast.
 * @throws Error with the answer if it is wrong
 */
export function check({ operation, prefix }: Plan, number: number, { status, body }: Answer): void {
  const id = idOf(prefix, number);
  const right =
    status === 200 &&
    !body.includes('"errors"') &&
    (number % SAMPLE === 0
      ? isCorrect(operation, id, JSON.parse(body))
      : looksCorrect(operation, id, body));
  if (!right) throw new Error(`${operation} was answered ${status}: ${body.slice(0, 500)}`);
}

const looksCorrect = (operation: Operation, id: string, body: string): boolean =>
  operation === 'page'
    ? body.startsWith('{"data":{"pendingReviews":{"edges":[{"node":{') && body.length > PAGE * 300
    : body.includes(`"nodeExecId":"${id}","status":"${statusAfter[operation]}"`);

const statusAfter = {
  requestReview: 'WAITING',
  decideReviews: 'APPROVED',
  consumeReview: 'APPROVED',
} as const;

function isCorrect(operation: Operation, id: string, { data }: { data: Data }): boolean {
  if (operation === 'page') {
    const reviews = data.pendingReviews.edges.map(({ node }) => node);
    return (
      reviews.length === PAGE &&
      new Set(reviews.map(({ nodeExecId }) => nodeExecId)).size === PAGE &&
      reviews.every(
        ({ nodeId, payload, status }) =>
          /^node-\d$/.test(nodeId) && payload.tool === 'send_email' && status === 'WAITING',
      )
    );
  }
  const review =
    operation === 'decideReviews' ? data.decideReviews.reviews?.[0] : data[operation].review;
  if (operation === 'consumeReview' && data.consumeReview.result.data.tool !== 'send_email')
    return false;
  return review?.nodeExecId === id && review.status === statusAfter[operation];
}

type Review = { nodeExecId: string; nodeId: string; status: string; payload: { tool: string } };
type Data = {
  pendingReviews: { edges: { node: Review }[] };
  requestReview: { review: Review };
  decideReviews: { reviews: Review[] };
  consumeReview: { review: Review; result: { data: Review['payload'] } };
};
