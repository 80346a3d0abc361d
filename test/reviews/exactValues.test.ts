import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyJson } from '../json/jsonSamples.ts';
import { ask, createAutoApproval, requestReviewDocument } from '../support/operations.ts';
import type { Answer, TestClient } from '../support/testClient.ts';
import { testService } from '../support/testService.ts';

const requestDocument = `mutation ($input: RequestReviewInput!) { requestReview(input: $input) {
  __typename
  ... on RequestReviewPayload { review { payload originalPayload } }
  ... on InvalidInputError { issues { path } }
} }`;
const payloadsDocument = `query ($ids: [ID!]!) { reviews(nodeExecIds: $ids) { payload originalPayload } }`;

const inputText = (nodeExecId: string, payload: string) =>
  `{"input":{"nodeExecId":"${nodeExecId}","graphExecId":"e","graphId":"g","graphVersion":1,"payload":${payload}}}`;

type Asked = { requestReview: { __typename: string; issues?: { path: string }[] } };

/** Both payloads in the text of a response. */
const both = (payload: string) => `{"payload":${payload},"originalPayload":${payload}}`;

const service = await testService();
let number = 0;

describe.each([
  ['over the fast path', 'application/json'],
  ['through Yoga', 'application/json ; charset=utf-8'],
])('%s', (_way, contentType) => {
  function openAgent(): TestClient {
    const { agent } = service.team();
    agent.contentType = contentType;
    return agent;
  }

  /** Sends a payload as this text, and expects the same text back, or an error with its path. */
  async function roundTrip(agent: TestClient, raw: string, normal: string): Promise<boolean> {
    const nodeExecId = `run-${number++}`;
    const asked = await agent.raw<Asked>(requestDocument, inputText(nodeExecId, raw));
    if (asked.data?.requestReview.__typename === 'InvalidInputError') {
      for (const { path } of asked.data.requestReview.issues ?? []) {
        expect(path).toMatch(/^input\.payload(\.|$)/);
      }
      const read = await agent.raw(payloadsDocument, `{"ids":["${nodeExecId}"]}`);
      expect(read.text).toBe('{"data":{"reviews":[]}}');
      return false;
    }
    expect(asked.text).toBe(
      `{"data":{"requestReview":{"__typename":"RequestReviewPayload","review":${both(normal)}}}}`,
    );
    const read = await agent.raw(payloadsDocument, `{"ids":["${nodeExecId}"]}`);
    expect(read.text).toBe(`{"data":{"reviews":[${both(normal)}]}}`);
    return true;
  }

  it('keys keep their order and numbers their digits', async () => {
    const agent = openAgent();
    for (const text of [
      '{"b":1,"2":2,"a":3,"1":4}',
      '{"__proto__":{"x":1},"constructor":2,"toString":null,"hasOwnProperty":[]}',
      '[1.0,0.12345678901234568,0.10,1e5,1E+2,-0,0.0,1e20,1.5e300]',
      '[9007199254740991,-9007199254740991,1.7976931348623157e308,5e-324]',
      '{"":{"":""}}',
      '"\\u2028 😀 \\\\ \\" \\u0001"',
      'null',
      'false',
      '""',
      '0',
      '[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]',
    ]) {
      expect(await roundTrip(agent, text, text.replace('\\u2028', '\u2028'))).toBe(true);
    }
  });

  it('values that cannot be kept exactly are refused with their path', async () => {
    const agent = openAgent();
    for (const [payload, path] of [
      ['9007199254740992', 'input.payload'],
      ['{"a":[0,-9007199254740992]}', 'input.payload.a.1'],
      ['{"a":1,"a":2}', 'input.payload.a'],
      ['{"a":{"b":1e400}}', 'input.payload.a.b'],
      // Two numbers that read as the same double would have the same digest.
      ['9007199254740993.0', 'input.payload'],
      ['[0.1000000000000000055]', 'input.payload.0'],
      ['{"a":1e-400}', 'input.payload.a'],
      ['[[100000000000000000001e1]]', 'input.payload.0.0'],
      ['["\\u0000"]', 'input.payload.0'],
      ['{"a":"\\ud800"}', 'input.payload.a'],
      [`"${'x'.repeat(999_999)}"`, 'input.payload'],
    ] as const) {
      const { data } = await agent.raw<Asked>(requestDocument, inputText('run', payload));
      expect(data?.requestReview).toMatchObject({
        __typename: 'InvalidInputError',
        issues: [{ path }],
      });
    }
    for (const payload of ['{"\\u0000":1}', '{"\\udfff":1}']) {
      const { data } = await agent.raw<Asked>(requestDocument, inputText('run', payload));
      expect(data?.requestReview.__typename).toBe('InvalidInputError');
    }
    expect(await roundTrip(agent, `"${'x'.repeat(999_998)}"`, `"${'x'.repeat(999_998)}"`)).toBe(
      true,
    );
  });

  it('any JSON is returned exactly, or refused with its path', async () => {
    const agent = openAgent();
    let kept = 0;
    await fc.assert(
      fc.asyncProperty(anyJson, async ({ raw, normal }) => {
        fc.pre(raw.isWellFormed()); // half a surrogate pair can only be sent as an escape, not as UTF-8
        // In a list, because a number on its own comes back as the same number, but not always
        // with the same digits.
        if (await roundTrip(agent, `[${raw}]`, `[${normal}]`)) kept++;
      }),
      { numRuns: 150 },
    );
    expect(kept).toBeGreaterThan(20);
  });

  it('texts and IDs are returned exactly, or refused with their path', async () => {
    const agent = openAgent();
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.string({ maxLength: 300 }),
      fc.constantFrom('', ' ', '\0', 'a\0b', '\ud800', 'x\udc00', '\ud83d\ude00', '\u2028', 'é'),
      fc.constantFrom('x'.repeat(255), 'x'.repeat(256), '😀'.repeat(255), "'; DROP TABLE x; --"),
    );
    const fields = ['nodeExecId', 'graphExecId', 'graphId', 'nodeId', 'instructions'] as const;
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom(...fields), async (value, field) => {
        const input = {
          nodeExecId: `run-${number++}`,
          graphExecId: 'e',
          graphId: 'g',
          graphVersion: 1,
          [field]: value,
        };
        const isBroken = value.includes('\0') || !value.isWellFormed();
        const isId = field !== 'instructions';
        const isRefused = isBroken || (isId && (value === '' || [...value].length > 255));
        const { requestReview } = await agent.query<{
          requestReview: { __typename: string; issues: object[]; review: Record<string, unknown> };
        }>(requestReviewDocument, { input });
        if (isRefused) {
          expect(requestReview.__typename).toBe('InvalidInputError');
          expect(requestReview.issues).toMatchObject([{ path: `input.${field}` }]);
        } else {
          expect(requestReview.review[field]).toBe(value);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('a graphVersion out of range is refused with its path', async () => {
    const agent = openAgent();
    expect(await ask(agent, 'run', { graphVersion: -1 })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'input.graphVersion' }],
    });
    expect(await ask(agent, 'run', { graphVersion: 2_147_483_647 })).toMatchObject({
      review: { graphVersion: 2_147_483_647 },
    });
    // Numbers that are no GraphQL Int are refused by GraphQL itself, also with their path.
    for (const graphVersion of ['2147483648', '1.5', '1e400', '"1"', '99999999999999999999']) {
      const variables = inputText('run', '1').replace(
        '"graphVersion":1',
        `"graphVersion":${graphVersion}`,
      );
      const { errors, data } = await agent.raw(requestDocument, variables);
      expect(data).toBeNull();
      expect(errors[0]?.message).toContain('at "input.graphVersion"');
      expect(errors[0]?.extensions?.['code']).not.toBe('INTERNAL_SERVER_ERROR');
    }
  });

  it('IDs written as numbers are returned with the same digits, or refused', async () => {
    const agent = openAgent();
    for (const digits of ['12', '9007199254740991', '9007199254740993', '12345678901234567890']) {
      const variables = inputText('run', '1').replace('"run"', digits);
      const document = requestReviewDocument;
      const { errors, data } = await agent.raw<{
        requestReview: { review: { nodeExecId: string } };
      }>(document, variables);
      if (errors.length > 0) expect(errors[0]?.message).toContain('at "input.nodeExecId"');
      else expect(data?.requestReview.review.nodeExecId).toBe(digits);
    }
  });

  it('values in the document are as exact as those in variables', async () => {
    const agent = openAgent();
    for (const [literal, json] of [
      [
        '{ b: 1, a: [1.0, 1e2, -0, null, true, "é\\u0001"] }',
        '{"b":1,"a":[1.0,1e2,-0,null,true,"é\\u0001"]}',
      ],
      ['0.12345678901234568', '0.12345678901234568'],
      ['0.12345678901234567890', null],
      ['{ __proto__: 1 }', '{"__proto__":1}'],
      ['9007199254740992', null],
    ] as const) {
      const { text } = await agent.raw(
        `mutation { requestReview(input: { nodeExecId: "doc-${number++}", graphExecId: "e", graphId: "g",
          graphVersion: 1, payload: ${literal} }) {
          ... on RequestReviewPayload { review { payload } } ... on InvalidInputError { issues { path } } } }`,
        '{}',
      );
      const review = { answered: json && `{"review":{"payload":${json}}}` };
      expect(text).toBe(
        `{"data":{"requestReview":${review.answered ?? '{"issues":[{"path":"input.payload"}]}'}}}`,
      );
    }
  });

  it('an automatic approval returns exactly the input of the call', async () => {
    const { agent, reviewer } = service.team();
    await ask(agent, 'first', { graphExecId: 'e', graphId: 'g' });
    await createAutoApproval(reviewer, { graphExecId: 'e', nodeId: 'node', graphId: 'g' });
    const payload = '{"b":1.0,"2":[1e2],"a":0.10}';
    const { text } = await agent.raw(
      `mutation ($input: RequestReviewInput!) { requestReview(input: $input) {
        ... on RequestReviewPayload { result { data } } } }`,
      inputText('run', payload).replace('"graphId"', '"nodeId":"node","graphId"'),
    );
    expect(text).toBe(`{"data":{"requestReview":{"result":{"data":${payload}}}}}`);
    const checked = await agent.raw(
      `query ($input: CheckApprovalInput!) { checkApproval(input: $input) { data } }`,
      `{"input":{"nodeExecId":"run","graphExecId":"e","nodeId":"node","inputData":${payload}}}`,
    );
    expect(checked.text).toBe(`{"data":{"checkApproval":{"data":${payload}}}}`);
  });

  it('other invalid arguments are refused with their path, and never cause a server error', async () => {
    const all = service.as({ actor: 'somebody' });
    const bad = ['', '\0', '\ud800', 'x'.repeat(256)];
    const queries = {
      graphExecId: [
        'query ($v: ID!) { hasPendingReviews(graphExecId: $v) }',
        'query ($v: ID!) { graphExecution(graphExecId: $v) { id } }',
        'query ($v: ID!) { autoApprovals(graphExecId: $v) { id } }',
        'query ($v: ID!) { pendingReviewsForExecution(graphExecId: $v) { totalCount } }',
        'query ($v: ID!) { pendingReviews(filter: { graphExecId: $v }) { totalCount } }',
        'query ($v: ID!) { checkApproval(input: { nodeExecId: "a", graphExecId: $v, nodeId: "n" }) { data } }',
      ],
      nodeExecId: [
        'query ($v: ID!) { pendingReview(nodeExecId: $v) { id } }',
        'query ($v: ID!) { reviews(nodeExecIds: [$v]) { id } }',
      ],
    };
    for (const value of bad) {
      for (const [name, documents] of Object.entries(queries)) {
        for (const document of documents) {
          const { errors } = await all.answer(document, { v: value });
          expect(errors[0]?.extensions?.['code'], document).toBe('BAD_USER_INPUT');
          expect(errors[0]?.message).toContain(name);
        }
      }
      for (const mutation of ['deleteReview', 'setReviewProcessed', 'cancelPendingReviews']) {
        const field = mutation === 'cancelPendingReviews' ? 'graphExecId' : 'nodeExecId';
        const more = mutation === 'setReviewProcessed' ? ', processed: true' : '';
        const { data } = await all.answer<Record<string, object>>(
          `mutation ($v: ID!) { ${mutation}(input: { ${field}: $v${more} }) {
            ... on InvalidInputError { issues { path } } } }`,
          { v: value },
        );
        expect(data?.[mutation]).toMatchObject({ issues: [{ path: `input.${field}` }] });
      }
    }
    const nodes: Answer<{ node: null }>[] = await Promise.all(
      [
        '',
        'nonsense',
        btoa('PendingReview:x'),
        btoa('PendingReview:\0'),
        btoa('AutoApproval:x'),
      ].map((id) =>
        all.answer<{ node: null }>('query ($id: ID!) { node(id: $id) { id } }', { id }),
      ),
    );
    for (const { status, errors } of nodes) {
      expect(status).toBeLessThan(500);
      expect(errors[0]?.extensions?.['code']).not.toBe('INTERNAL_SERVER_ERROR');
    }
  });
});
