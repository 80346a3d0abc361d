import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSchema, graphql } from 'graphql';
import { createClient, IncompatibleError, InvalidInputError, RefusedError } from 'holdpoint/client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { switchedProxy } from '../support/switchedProxy.ts';
import { testService } from '../support/testService.ts';
import { clientsOf } from './clients.ts';

const service = await testService();
const step = { execution: 'run-1', node: 'send', payload: {} };

/** A server that is not Holdpoint. */
async function server(status: number, type: string, answer: (body: string) => Promise<string>) {
  const http = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = await answer(Buffer.concat(chunks).toString());
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => void http.close());
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

describe('a payload that is not JSON is refused before anything is sent, naming the path', () => {
  class Money {
    amount = 1;
  }
  const cycle: { list: unknown[] } = { list: [] };
  cycle.list.push({ cycle });
  const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);

  it.each([
    ['a function', { mail: { onDone: () => {} } }, 'payload.mail.onDone', 'a function'],
    ['a cycle', cycle, 'payload.list.0.cycle', 'contains itself'],
    ['a BigInt', [1, 2n], 'payload.1', 'BigInt'],
    ['a Date', { when: new Date(0) }, 'payload.when', 'toISOString'],
    ['NaN', { rate: Number.NaN }, 'payload.rate', 'NaN'],
    ['undefined in a list', { a: [undefined] }, 'payload.a.0', 'undefined'],
    ['a symbol', { a: Symbol('a') }, 'payload.a', 'a symbol'],
    ['a Map', { a: new Map() }, 'payload.a', 'an instance of Map'],
    ['an instance of a class', { a: new Money() }, 'payload.a', 'an instance of Money'],
    ['a toJSON of its own', { toJSON: () => 1 }, 'payload', 'is not JSON'],
    ['what is nested too deep', deep(300), `payload${'.0'.repeat(256)}`, 'nested deeper'],
  ])('%s', async (_, payload, path, message) => {
    const proxy = await switchedProxy(service.url);
    const { holdpoint } = await clientsOf(service, { url: proxy.url });
    const refused = {
      constructor: InvalidInputError,
      issues: [{ path, message: expect.stringContaining(message) }],
    };
    await expect(holdpoint.review({ ...step, payload })).rejects.toMatchObject(refused);
    const run = () => expect.unreachable();
    await expect(
      holdpoint.gate(run as (payload: unknown) => void, { execution: 'r' })(payload),
    ).rejects.toMatchObject(refused);
    expect(proxy.requests).toBe(0);
  });

  it('but members that are undefined are absent, and one object may be there twice', async () => {
    const { holdpoint, human } = await clientsOf(service);
    const shared = { a: 1 };
    const payload = { one: shared, other: shared, absent: undefined };
    await holdpoint.review({ ...step, payload, timeLimitMs: 100 });
    const { edges } = await human.pendingReviews();
    expect(edges[0]?.node.payload).toEqual({ one: { a: 1 }, other: { a: 1 } });
  });

  it('also in what is asked without waiting, and decided', async () => {
    const { holdpoint, human } = await clientsOf(service);
    const input = { nodeExecId: 'a', graphExecId: 'b', graphId: 'c', graphVersion: 1 };
    await expect(
      holdpoint.requestReview({ ...input, payload: [new Date()] }),
    ).rejects.toMatchObject({ issues: [{ path: 'input.payload.0' }] });
    await expect(
      human.decideReviews({ decisions: [{ nodeExecId: 'a', decision: 'APPROVE', payload: 1n }] }),
    ).rejects.toMatchObject({ issues: [{ path: 'input.decisions.0.payload' }] });
  });
});

it('names the scope that the token lacks', async () => {
  const { reviewer } = service.team();
  const holdpoint = createClient({ url: service.url, token: await reviewer.token });
  await expect(holdpoint.review(step)).rejects.toMatchObject({
    constructor: RefusedError,
    code: 'FORBIDDEN',
    message: 'This needs the scope review:request; the token has review:decide',
  });
});

it('says that a token is none', async () => {
  const holdpoint = createClient({ url: service.url, token: 'nonsense' });
  await expect(holdpoint.review(step)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

it('says that what answers is not Holdpoint', async () => {
  const page = await server(200, 'text/html', async () => '<h1>Welcome</h1>');
  const json = await server(404, 'application/json', async () => '{"detail":"Not Found"}');
  const other = buildSchema('type Query { hello: String } type Mutation { hello: String }');
  const graphQl = await server(400, 'application/json', async (body) => {
    const { query, variables } = JSON.parse(body);
    return JSON.stringify(
      await graphql({ schema: other, source: query, variableValues: variables }),
    );
  });
  for (const url of [page, json, graphQl]) {
    const holdpoint = createClient({ url, token: 'secret' });
    const run = () => expect.unreachable();
    const refused = holdpoint.gate(run, { execution: 'run-1', node: 'x' })();
    await expect(refused).rejects.toBeInstanceOf(IncompatibleError);
    await expect(refused).rejects.toThrow(/no answer of Holdpoint|is not Holdpoint/);
  }
});

it('says that the API is older than the client, or newer', async () => {
  // A Holdpoint that lacks what this client asks for, as one of another version does.
  const older = await server(400, 'application/graphql-response+json', async () =>
    JSON.stringify({
      errors: [
        {
          message: 'Cannot query field "payloadDigest" on type "PendingReview".',
          extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
        },
      ],
    }),
  );
  const holdpoint = createClient({ url: older, token: 'secret' });
  await expect(holdpoint.review(step)).rejects.toThrow(
    /its API is older or newer than this client.*"payloadDigest"/,
  );

  // A newer one may answer with a kind of error that this client does not know.
  const newer = await server(200, 'application/json', async () =>
    JSON.stringify({
      data: { requestReview: { __typename: 'QuotaError', message: 'Too many this month' } },
    }),
  );
  await expect(createClient({ url: newer, token: 'x' }).review(step)).rejects.toThrow(
    'QuotaError: Too many this month',
  );
});

it.each([
  ['url', { url: 'not a url', token: 'x' }],
  ['url', { url: 'ftp://example.com', token: 'x' }],
  ['token', { url: 'http://127.0.0.1', token: '' }],
  ['token', { url: 'http://127.0.0.1', token: 'a b' }],
])('refuses a client with a bad %s', (path, options) => {
  expect(() => createClient(options)).toThrow(new RegExp(`^${path}: must be`));
});

it('refuses a time limit and an instant that are none', async () => {
  const { holdpoint } = await clientsOf(service);
  await expect(holdpoint.review({ ...step, timeLimitMs: 0 })).rejects.toThrow('timeLimitMs: must');
  await expect(holdpoint.review({ ...step, expiresAt: 'soon' })).rejects.toThrow(
    'expiresAt: soon is not an instant',
  );
  await expect(
    holdpoint.review({ ...step, expiresAt: '2020-01-01T00:00:00Z' }),
  ).rejects.toMatchObject({ issues: [{ path: 'input.expiresAt' }] });
});
