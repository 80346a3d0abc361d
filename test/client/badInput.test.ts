import {
  connect,
  createClient,
  type Holdpoint,
  IncompatibleError,
  InvalidInputError,
  RefusedError,
} from '@holdpoint/client';
import { buildSchema, type GraphQLSchema, graphql, printSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { apiVersion } from '../../packages/client/src/apiVersion.ts';
import { schema } from '../../src/schema/index.ts';
import { switchedProxy } from '../support/switchedProxy.ts';
import { testService } from '../support/testService.ts';
import { clientsOf } from './clients.ts';
import { recordingServer } from './recordingServer.ts';

const service = await testService();
const step = { execution: 'run-1', node: 'send', payload: {} };

/** A gated function that must not run. */
const gated = (holdpoint: Holdpoint) =>
  holdpoint.gate(() => expect.unreachable(), { execution: 'run-1', node: 'send' })();

describe('a payload that is not JSON is refused with its path, before anything is sent', () => {
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
    ['a toJSON method', { toJSON: () => 1 }, 'payload', 'is not JSON'],
    ['too deep nesting', deep(300), `payload${'.0'.repeat(256)}`, 'nested deeper'],
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

  it('undefined members are left out, and one object may occur twice', async () => {
    const { holdpoint, human } = await clientsOf(service);
    const shared = { a: 1 };
    const payload = { one: shared, other: shared, absent: undefined };
    await holdpoint.review({ ...step, payload, timeLimitMs: 1_000 });
    const { edges } = await human.pendingReviews();
    expect(edges[0]?.node.payload).toEqual({ one: { a: 1 }, other: { a: 1 } });
  });

  it('requestReview and decideReviews check their payloads too', async () => {
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

it('names the missing scope before anything but the handshake is sent', async () => {
  const proxy = await switchedProxy(service.url);
  const { holdpoint, reviewer } = await clientsOf(service, { url: proxy.url });
  const looking = createClient({ url: proxy.url, token: await reviewer.token });
  const refused = {
    constructor: RefusedError,
    code: 'FORBIDDEN',
    message: 'This needs the scope review:request; the token has review:decide',
  };
  await expect(gated(looking)).rejects.toMatchObject(refused);
  await expect(looking.review(step)).rejects.toMatchObject(refused);
  expect(proxy.received).toContain('apiVersion');
  expect(proxy.received).not.toContain('requestReview');

  await holdpoint.review({ ...step, timeLimitMs: 1_000 });
  expect(proxy.received).toContain('requestReview');
});

it('reports an invalid token', async () => {
  const proxy = await switchedProxy(service.url);
  const holdpoint = createClient({ url: proxy.url, token: 'nonsense' });
  await expect(gated(holdpoint)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(proxy.requests).toBe(1);
  expect(proxy.received).not.toContain('requestReview');
});

describe('reports a server it cannot talk to after the handshake', () => {
  const json = 'application/json';
  const answering = (schema: GraphQLSchema) => async (body: string) => {
    const { query, variables } = JSON.parse(body);
    return JSON.stringify(
      await graphql({ schema, source: query, variableValues: variables, rootValue: {} }),
    );
  };
  const other = buildSchema('type Query { hello: String } type Mutation { hello: String }');
  const withViewer = buildSchema('type Query { viewer: Viewer } type Viewer { login: String }');
  const withoutVersion = buildSchema(
    printSchema(schema).replace('apiVersion: String!', 'nothing: String'),
  );
  const version = (served: string) => () =>
    JSON.stringify({ data: { apiVersion: served, viewer: { scopes: ['review:request'] } } });

  const made = `${apiVersion}, for which this client was made`;

  it.each([
    ['a page', 200, 'text/html', () => '<h1>Welcome</h1>', 'not an answer from Holdpoint'],
    ['other JSON', 404, json, () => '{"detail":"Not Found"}', 'not an answer from Holdpoint'],
    [
      'empty data',
      200,
      json,
      () => '{"data":{}}',
      'not Holdpoint: it does not tell its API version',
    ],
    ['no version', 200, json, version('latest'), 'not Holdpoint: it does not tell its API version'],
    ['other GraphQL', 400, json, answering(other), 'not Holdpoint: Cannot query field'],
    [
      'other GraphQL with a viewer',
      400,
      json,
      answering(withViewer),
      'not Holdpoint: Cannot query',
    ],
    [
      'an API without a version',
      400,
      json,
      answering(withoutVersion),
      `does not tell its version, so it is older than ${made}: upgrade the service`,
    ],
    [
      'an older API',
      200,
      json,
      version('0.9'),
      `has version 0.9, which is older than ${made}: upgrade the service`,
    ],
    [
      'a newer API',
      200,
      json,
      version('99.0'),
      `has version 99.0, which is newer than ${made}: upgrade the client`,
    ],
  ])('%s', async (_, status, type, answer, message) => {
    const server = await recordingServer(status, type, answer);
    const holdpoint = createClient({ url: server.url, token: 'secret' });
    const refused = gated(holdpoint);
    await expect(refused).rejects.toBeInstanceOf(IncompatibleError);
    await expect(refused).rejects.toThrow(message);
    await expect(holdpoint.reviewEvents({ after: '0' }).next()).rejects.toThrow(message);
    for (const body of server.received) expect(body).toContain('query Handshake');
    expect(server.received).toHaveLength(2);
  });
});

it('works with a newer minor version, and reports error types it does not know', async () => {
  const [major] = apiVersion.split('.');
  const newer = await recordingServer(200, 'application/json', (body) =>
    JSON.stringify({
      data: body.includes('Handshake')
        ? { apiVersion: `${major}.9999`, viewer: { scopes: ['review:request'] } }
        : { requestReview: { __typename: 'QuotaError', message: 'Too many this month' } },
    }),
  );
  await expect(gated(createClient({ url: newer.url, token: 'x' }))).rejects.toThrow(
    'QuotaError: Too many this month',
  );
});

it.each([
  ['url', { url: 'not a url', token: 'x' }],
  ['url', { url: 'ftp://example.com', token: 'x' }],
  ['url', { url: 'localhost:4000', token: 'x' }],
  ['token', { url: 'http://127.0.0.1', token: '' }],
  ['token', { url: 'http://127.0.0.1', token: 'a b' }],
])('refuses a client with a bad %s', (path, options) => {
  expect(() => createClient(options)).toThrow(new RegExp(`^${path}: must be`));
  if (path === 'url') expect(() => connect(options)).toThrow(JSON.stringify(options.url));
});

it('refuses an invalid time limit or expiry time', async () => {
  const { holdpoint } = await clientsOf(service);
  await expect(holdpoint.review({ ...step, timeLimitMs: 0 })).rejects.toThrow('timeLimitMs: must');
  await expect(holdpoint.review({ ...step, expiresAt: 'soon' })).rejects.toThrow(
    'expiresAt: soon is not a valid date',
  );
  await expect(
    holdpoint.review({ ...step, expiresAt: '2020-01-01T00:00:00Z' }),
  ).rejects.toMatchObject({ issues: [{ path: 'input.expiresAt' }] });
});
