import { JsonText } from '../src/json/jsonText.ts';
import { payloadDigest } from '../src/reviews/payloadDigest.ts';
import { subjectDigest } from '../src/reviews/subjectDigest.ts';
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

export type Work = 'page' | 'requestReview' | 'decideReviews' | 'consumeReview';

/** Whom a request is for. A floor reads the owner from a header, and checks no token. */
export type Owner = { userId: string; token: string };

export type Plan = {
  work: Work;
  url: string;
  /** GraphQL, or the plain requests that the floor takes. */
  speaks: 'graphql' | 'plain';
  /** Taken in turn. */
  owners: readonly Owner[];
  /** Of the ids that a write is about; unique in a run. */
  prefix: string;
  count: number;
};

const documents: Record<Work, string> = {
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

/** Of the review with this id and number, as seedReviews writes it. */
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
  });

type Variables = (id: string, number: number, subject: () => string) => Record<string, unknown>;

const variablesOf: Record<Work, Variables> = {
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
 * The whole text of the HTTP request with this number.
 * @param subject what a decision names; that of the seeded review if it is not given
 */
export function requestOf(
  { work, url, speaks, owners, prefix }: Plan,
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
  if (speaks === 'plain' && work === 'page') {
    return [`GET /page HTTP/1.1`, ...head, '', ''].join('\r\n');
  }
  const id = idOf(prefix, number);
  const variables = variablesOf[work](
    id,
    number,
    () => subject ?? seededSubject(owner.userId, id, number),
  );
  const body = JSON.stringify(
    speaks === 'plain' ? variables['input'] : { query: documents[work], variables },
  );
  return [
    `POST /${speaks === 'plain' ? work : 'graphql'} HTTP/1.1`,
    ...head,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

/** One answer in this many is read as JSON and looked at in whole. */
const SAMPLE = 50;

/**
 * An error page is fast, so no answer counts unseen.
 * @throws Error showing an answer that is not the right one
 */
export function check({ work, prefix }: Plan, number: number, { status, body }: Answer): void {
  const id = idOf(prefix, number);
  const right =
    status === 200 &&
    !body.includes('"errors"') &&
    (number % SAMPLE === 0 ? isWhole(work, id, JSON.parse(body)) : isLikely(work, id, body));
  if (!right) throw new Error(`${work} was answered ${status}: ${body.slice(0, 500)}`);
}

const isLikely = (work: Work, id: string, body: string): boolean =>
  work === 'page'
    ? body.startsWith('{"data":{"pendingReviews":{"edges":[{"node":{') && body.length > PAGE * 300
    : body.includes(`"nodeExecId":"${id}","status":"${statusAfter[work]}"`);

const statusAfter = {
  requestReview: 'WAITING',
  decideReviews: 'APPROVED',
  consumeReview: 'APPROVED',
} as const;

function isWhole(work: Work, id: string, { data }: { data: Data }): boolean {
  if (work === 'page') {
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
  const review = work === 'decideReviews' ? data.decideReviews.reviews?.[0] : data[work].review;
  if (work === 'consumeReview' && data.consumeReview.result.data.tool !== 'send_email')
    return false;
  return review?.nodeExecId === id && review.status === statusAfter[work];
}

type Review = { nodeExecId: string; nodeId: string; status: string; payload: { tool: string } };
type Data = {
  pendingReviews: { edges: { node: Review }[] };
  requestReview: { review: Review };
  decideReviews: { reviews: Review[] };
  consumeReview: { review: Review; result: { data: Review['payload'] } };
};
