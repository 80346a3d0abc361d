import { auditServer } from 'graphql-http';
import { describe, expect, it } from 'vitest';
import { testService } from '../support/testService.ts';

const service = await testService();

it('passes every audit of graphql-http', async () => {
  const authorization = `Bearer ${await service.as({ actor: 'auditor' }).token}`;
  const results = await auditServer({
    url: `${service.url}/graphql`,
    fetchFn: (url: string, init: RequestInit = {}) =>
      fetch(url, { ...init, headers: { ...init.headers, authorization } }),
  });
  expect(results.length).toBeGreaterThan(50);
  const failed = results.filter(({ status }) => status !== 'ok');
  expect(failed.map((result) => `${result.name}: ${'reason' in result && result.reason}`)).toEqual(
    [],
  );
});

/** A request body and the headers that differ from the defaults. */
type Case = { body: unknown; headers?: Record<string, string> };

const page = `query Page($first: Int) {
  pendingReviews(first: $first) { totalCount edges { node { nodeExecId payload } } }
}`;
const ofIds = `query OfIds($ids: [ID!]!) { reviews(nodeExecIds: $ids) { nodeExecId payload } }`;
const byState = `query ByState($state: ReviewState!) {
  reviewsByState(state: $state) { totalCount pageInfo { hasNextPage } }
}`;
const filtered = `query Filtered($filter: PendingReviewFilter, $after: String) {
  pendingReviews(filter: $filter, after: $after) { edges { cursor node { id createdAt } } }
}`;
const two = `query One { viewer { actor } } query Two { hasPendingReviews(graphExecId: "none") }`;
const ask = `mutation Ask($input: RequestReviewInput!) {
  requestReview(input: $input) { __typename ... on InvalidInputError { issues { path } } }
}`;
const input = { nodeExecId: 'n', graphExecId: 'copilot-session-1', graphId: 'g', graphVersion: 1 };
const viewer = { query: '{ viewer { actor scopes } }' };

const accepts = [
  undefined,
  '*/*',
  'application/json',
  'application/json; charset=utf-8',
  'application/graphql-response+json',
  'application/graphql-response+json; charset=utf-8',
  'application/graphql-response+json, application/json',
  'application/graphql-response+json,application/json',
  'application/json, application/graphql-response+json',
  'application/graphql-response+json; q=0.1, application/json; q=0.9',
  'application/*',
  'text/plain',
  'text/html, */*',
  'text/event-stream',
  '',
];
/** The space before the semicolon takes the request off the fast path. */
const slowAndFast = ['application/json ; charset=utf-8', 'application/json'];
const contentTypes = [
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=UTF-8',
  'application/json; charset="utf-8"',
  'application/json; charset=iso-8859-1',
  'application/graphql-response+json',
  'APPLICATION/JSON',
  'application/graphql',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  '',
];

const cases: Record<string, Case> = {
  'a query': { body: viewer },
  'a query with variables': { body: { query: page, variables: { first: 3 } } },
  'a variable of the wrong type': { body: { query: page, variables: { first: 'three' } } },
  'a variable out of range': { body: { query: page, variables: { first: 1_000 } } },
  'an unknown variable': { body: { query: page, variables: { first: 1, last: 2 } } },
  'an Int with a fraction': { body: { query: page, variables: { first: 2.5 } } },
  'an Int written as 2.0': { body: { query: page, variables: { first: 2.0 } } },
  'an Int of more than 32 bits': { body: { query: page, variables: { first: 2 ** 31 } } },
  'a variable that is null': { body: { query: page, variables: { first: null } } },
  'a variable that is a list': { body: { query: page, variables: { first: [1] } } },
  'an id that is a number': { body: { query: ofIds, variables: { ids: [7] } } },
  'ids that are not a list': { body: { query: ofIds, variables: { ids: 'n' } } },
  'an id that is a boolean': { body: { query: ofIds, variables: { ids: [true] } } },
  'an id that is null': { body: { query: ofIds, variables: { ids: [null] } } },
  'missing ids': { body: { query: ofIds } },
  'an enum': { body: { query: byState, variables: { state: 'DECIDED' } } },
  'an unknown enum value': { body: { query: byState, variables: { state: 'decided' } } },
  'an enum that is a number': { body: { query: byState, variables: { state: 1 } } },
  'a filter': { body: { query: filtered, variables: { filter: { graphId: 'g' } } } },
  'a filter with an unknown field': {
    body: { query: filtered, variables: { filter: { user: 'g' } } },
  },
  'a filter that is text': { body: { query: filtered, variables: { filter: 'g' } } },
  'an invalid cursor': { body: { query: filtered, variables: { after: 'nonsense' } } },
  'variables that are null': { body: { query: page, variables: null } },
  'variables that are a list': { body: { query: page, variables: [1] } },
  'variables that are text': { body: { query: page, variables: '{}' } },
  'a missing required variable': { body: { query: ask, variables: {} } },
  'one of two operations': { body: { query: two, operationName: 'Two' } },
  'two operations without a name': { body: { query: two } },
  'an operationName that is null': { body: { ...viewer, operationName: null } },
  'an unknown operationName': { body: { ...viewer, operationName: 'Nobody' } },
  'an operationName that is a number': { body: { ...viewer, operationName: 7 } },
  'an empty operationName': { body: { ...viewer, operationName: '' } },
  'an empty operationName of two operations': { body: { query: two, operationName: '' } },
  'extensions that are empty': { body: { ...viewer, extensions: {} } },
  'extensions that are null': { body: { ...viewer, extensions: null } },
  'extensions that are text': { body: { ...viewer, extensions: 'x' } },
  'an unknown parameter': { body: { ...viewer, more: 1 } },
  'a syntax error': { body: { query: '{ viewer' } },
  'an unknown field': { body: { query: '{ viewer { secret } }' } },
  'an empty query': { body: { query: '' } },
  'no query': { body: {} },
  'a query that is a number': { body: { query: 1 } },
  'only a fragment': { body: { query: 'fragment F on Viewer { actor }' } },
  'data that is null': { body: { query: '{ pendingReviews(first: 0) { totalCount } }' } },
  'data that is partly null': {
    body: { query: '{ viewer { actor } node(id: "nonsense") { id } }' },
  },
  'an error as data': {
    body: { query: ask, variables: { input: { ...input, nodeExecId: '' } } },
  },
  'a mutation': { body: { query: ask, variables: { input } } },
  'a subscription': { body: { query: 'subscription { reviewEvents { cursor } }' } },
  'a batch': { body: [viewer, viewer] },
  'an empty batch': { body: [] },
  'a body that is null': { body: null },
  'a body that is text': { body: '"text"' },
  'a body that is not JSON': { body: '{"query":' },
  'a body with a byte order mark': { body: `\uFEFF${JSON.stringify(viewer)}` },
  'an empty body': { body: '' },
  ...Object.fromEntries(
    accepts.flatMap((accept) =>
      [viewer, { query: page, variables: { first: 'x' } }, { query: '{ nothing }' }].map((body) => [
        `accept ${accept}: ${body.query.slice(0, 12)}`,
        { body, ...(accept !== undefined && { headers: { accept } }) },
      ]),
    ),
  ),
  ...Object.fromEntries(
    contentTypes.map((type) => [
      `content-type ${type}`,
      { body: viewer, headers: { 'content-type': type } },
    ]),
  ),
};

describe('the fast path and Yoga', () => {
  it.each(Object.entries(cases))('give the same answer: %s', async (_name, { body, headers }) => {
    const answers: unknown[] = [];
    for (const contentType of [...slowAndFast, ...slowAndFast]) {
      const response = await fetch(`${service.url}/graphql`, {
        method: 'POST',
        headers: {
          accept: 'application/json',
          'content-type': contentType,
          authorization: `Bearer ${await service.as({ actor: 'twin' }).token}`,
          ...headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      answers.push({
        status: response.status,
        type: response.headers.get('content-type'),
        allow: response.headers.get('allow'),
        body: response.headers.get('content-type')?.includes('event-stream')
          ? await firstEvent(response)
          : await response.text(),
      });
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).not.toMatchObject({ status: 500 });
  });
});

/** Reads an event stream up to the end of its first event. */
async function firstEvent(response: Response): Promise<string> {
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    if (/data:.*\n\n/.test(text) || text === ':\n\n') break;
  }
  return text.replace(/^(:\n\n)+/, '');
}
