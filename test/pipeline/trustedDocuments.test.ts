import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from '@graphql-codegen/cli';
import { parse } from 'graphql';
import { afterAll, describe, expect, it } from 'vitest';
import codegen from '../../codegen.ts';
import * as clientDocuments from '../../packages/client/src/generated/graphql.ts';
import { ConfigError } from '../../src/config.ts';
import * as pageDocuments from '../../src/page/generated/graphql.ts';
import { readTrustedDocuments } from '../../src/pipeline/trustedDocuments.ts';
import { SocketClient } from '../server/socketClient.ts';
import { testService } from '../support/testService.ts';

const folder = await mkdtemp(join(tmpdir(), 'holdpoint-documents-'));
afterAll(() => rm(folder, { recursive: true }));

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

async function manifestOf(content: unknown): Promise<string> {
  const path = join(folder, `${sha256(JSON.stringify(content)).slice(0, 12)}.json`);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const whoAmI = 'query WhoAmI { viewer { actor } }';
const events = 'subscription Events($after: String) { reviewEvents(after: $after) { kind } }';
const cancel =
  'mutation Cancel($input: CancelPendingReviewsInput!) { cancelPendingReviews(input: $input) { __typename } }';
const literal = 'query Literal { hasPendingReviews(graphExecId: "a b") }';
const hashes = { whoAmI: sha256(whoAmI), events: sha256(events), cancel: sha256(cancel) };
const manifest = await manifestOf({
  [hashes.whoAmI]: whoAmI,
  [`sha256:${hashes.events}`]: events,
  [hashes.cancel]: cancel,
  [sha256(literal)]: literal,
});

const service = await testService({ config: { trustedDocuments: manifest } });
const { agent } = service.team();
const token = await agent.token;
const other = '{ viewer { userId } }';
const refusal =
  /^This service accepts only the documents of its manifest \(HOLDPOINT_TRUSTED_DOCUMENTS\)\./;

const post = (body: unknown, headers = {}) =>
  agent.post<{ viewer: { actor: string } }>(JSON.stringify(body), headers);

async function get(params: Record<string, string>) {
  const response = await fetch(`${agent.url}?${new URLSearchParams(params)}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return response.json() as Promise<{ data?: unknown; errors?: { message: string }[] }>;
}

describe('over HTTP, a trusted document is accepted', () => {
  const persistedQuery = { version: 1, sha256Hash: hashes.whoAmI };

  it.each([
    ['by documentId', { documentId: `sha256:${hashes.whoAmI}` }],
    ['by its bare hash', { documentId: hashes.whoAmI }],
    ['by an Apollo persistedQuery', { extensions: { persistedQuery } }],
    ['in full', { query: whoAmI }],
    ['in full and by its hash', { query: whoAmI, extensions: { persistedQuery } }],
    ['with a comment', { query: `# hello\n${whoAmI}` }],
    ['with different whitespace', { query: 'query   WhoAmI {\n viewer { actor }\n}' }],
  ])('%s', async (_, params) => {
    // Twice, because parsed documents are cached.
    for (const round of [1, 2]) {
      const { data, errors } = await post(params);
      expect(errors, `round ${round}`).toEqual([]);
      expect(data).toEqual({ viewer: { actor: 'agent' } });
    }
  });

  it('by its hash in the URL', async () => {
    expect(await get({ documentId: `sha256:${hashes.whoAmI}` })).toEqual({
      data: { viewer: { actor: 'agent' } },
    });
    expect(await get({ extensions: JSON.stringify({ persistedQuery }) })).toHaveProperty('data');
  });

  it('with variables', async () => {
    const input = { graphExecId: 'copilot-session-none' };
    const { data } = await post({ documentId: hashes.cancel, variables: { input } });
    expect(data).toEqual({ cancelPendingReviews: { __typename: 'CancelPendingReviewsPayload' } });
  });

  it.each([
    ['another document', { query: other }],
    ['an unnamed copy of a trusted one', { query: '{ viewer { actor } }' }],
    ['a trusted one with more fields', { query: 'query WhoAmI { viewer { actor userId } }' }],
    ['two documents in one', { query: `${whoAmI} query Two ${other}`, operationName: 'WhoAmI' }],
    ['a different string literal', { query: literal.replace('a b', 'a  b') }],
    ['introspection', { query: '{ __schema { types { name } } }' }],
    ['__typename', { query: '{ __typename }' }],
    ['an unknown hash', { documentId: `sha256:${sha256(other)}` }],
    ['an attempt to register a document', { query: other, extensions: { persistedQuery } }],
    ['a property of Object.prototype', { documentId: '__proto__' }],
    ['no document', { variables: {} }],
  ])('but not %s', async (_, params) => {
    for (const accept of ['application/json', 'application/graphql-response+json']) {
      const { status, data, errors } = await post(params, { accept });
      expect(data).toBeNull();
      expect(errors.map(({ message }) => message)).toEqual([expect.stringMatching(refusal)]);
      expect(errors[0]?.extensions).toEqual({ code: 'DOCUMENT_NOT_TRUSTED' });
      expect(status).toBe(accept === 'application/json' ? 200 : 400);
    }
  });

  it('but GraphiQL is disabled', async () => {
    const response = await fetch(agent.url, { headers: { accept: 'text/html' } });
    expect(response.status).toBe(401);
    expect(await response.text()).not.toMatch(/graphiql/i);
  });
});

describe('over SSE and WebSocket too', () => {
  const input = {
    nodeExecId: 'asked',
    graphExecId: 'copilot-session-1',
    graphId: 'g',
    graphVersion: 1,
  };

  it('an SSE stream of a trusted document runs, in full or by its hash', async () => {
    const query = clientDocuments.RequestReviewDocument;
    await agent.query(query, { input: { ...input, payload: null } });
    for (const body of [{ query: events }, { documentId: hashes.events }]) {
      const stop = new AbortController();
      const response = await fetch(agent.url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          accept: 'text/event-stream',
        },
        body: JSON.stringify({ ...body, variables: { after: '0' } }),
        signal: stop.signal,
      });
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      while (!text.includes('REQUESTED'))
        text += (await reader?.read())?.value ?? 'ended REQUESTED';
      expect(text).toContain('event: next\ndata: {"data":{"reviewEvents":{"kind":"REQUESTED"}}}');
      stop.abort();
    }
  });

  it('an SSE stream of another document is rejected', async () => {
    const stream = agent.subscribeSse('subscription { reviewEvents { kind nodeExecId } }');
    await expect(stream.next()).rejects.toThrow(/HOLDPOINT_TRUSTED_DOCUMENTS/);
  });

  it('over WebSocket a trusted document runs, in full or by its hash', async () => {
    const socket = await SocketClient.enter(service.url, token);
    const variables = { after: '0' };
    const payloads = {
      text: { query: events, variables },
      apollo: {
        query: '',
        variables,
        extensions: { persistedQuery: { version: 1, sha256Hash: hashes.events } },
      },
      id: { query: '', variables, documentId: `sha256:${hashes.events}` },
    };
    for (const [id, payload] of Object.entries(payloads)) {
      socket.send({ id, type: 'subscribe', payload });
      const { payload: result } = await socket.message('next', id);
      expect(result).toEqual({ data: { reviewEvents: { kind: 'REQUESTED' } } });
    }
    await socket.close();
  });

  it('over WebSocket any other document fails its operation only', async () => {
    const socket = await SocketClient.enter(service.url, token);
    const payloads = {
      query: { query: other },
      introspection: { query: '{ __schema { types { name } } }' },
      subscription: { query: 'subscription { reviewEvents { kind nodeExecId } }' },
      hash: { query: '', documentId: sha256(other) },
      nothing: { query: '' },
    };
    for (const [id, payload] of Object.entries(payloads)) {
      socket.send({ id, type: 'subscribe', payload });
      const { payload: errors } = await socket.message('error', id);
      expect(errors).toEqual([
        {
          message: expect.stringMatching(refusal),
          extensions: { code: 'DOCUMENT_NOT_TRUSTED' },
        },
      ]);
    }
    socket.send({ id: 'still', type: 'subscribe', payload: { query: whoAmI } });
    expect((await socket.message('next', 'still')).payload.data).toEqual({
      viewer: { actor: 'agent' },
    });
    await socket.close();
  });
});

describe('our own documents are always trusted', async () => {
  const trusted = await readTrustedDocuments(manifest);
  const documentsOf = (module: object) =>
    Object.entries(module).filter(
      ([name, value]) => /Document$/.test(name) && String(value) !== '',
    );

  it.each([
    ['the client', clientDocuments],
    ['the page', pageDocuments],
  ])('from %s', (_, module) => {
    const documents = documentsOf(module);
    expect(documents.length).toBeGreaterThan(4);
    for (const [, document] of documents) trusted.check(parse(String(document)));
  });

  it('over HTTP', async () => {
    const { data } = await post({ query: String(clientDocuments.ViewerDocument) });
    expect(data).toMatchObject({ viewer: { actor: 'agent' } });
  });
});

describe('a manifest', () => {
  it("may begin with an editor's byte order mark", async () => {
    const path = await manifestOf(`\ufeff${JSON.stringify({ [hashes.whoAmI]: whoAmI })}`);
    const trusted = await readTrustedDocuments(path);
    expect(trusted.resolve({ documentId: hashes.whoAmI }).query).toBe(whoAmI);
  });

  it("can be written by codegen's client preset", async () => {
    const { 'packages/client/src/generated/': preset } = codegen.generates as Record<
      string,
      object
    >;
    const files = (await generate(
      {
        schema: 'schema.graphql',
        silent: true,
        generates: {
          [`${folder}/`]: {
            ...preset,
            documents: [
              `query Page($first: Int) { pendingReviews(first: $first) {
                totalCount edges { node { status ...Node } } } }
              fragment Node on PendingReview { payload nodeExecId }`,
            ],
          },
        },
      },
      false,
    )) as { filename: string; content: string }[];
    const written = files.find(({ filename }) => filename.endsWith('persisted-documents.json'));
    const trusted = await readTrustedDocuments(await manifestOf(written?.content ?? ''));
    const [hash = ''] = Object.keys(JSON.parse(written?.content ?? '{}'));
    expect(trusted.resolve({ documentId: hash }).query).toMatch(/pendingReviews/);
  });

  const lineFor = async (content: unknown) => {
    const error = await readTrustedDocuments(await manifestOf(content)).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  };

  it.each([
    ['is not JSON', '{', /^HOLDPOINT_TRUSTED_DOCUMENTS \S+ is not JSON: /],
    ['is a list', [whoAmI], /must be an object of documents by their SHA-256/],
    [
      "is Apollo's format",
      { format: 'apollo-persisted-query-manifest', operations: [] },
      /must be/,
    ],
    ['has a document that is not a string', { [hashes.whoAmI]: 1 }, /must be an object/],
    [
      'has a wrong hash',
      { [hashes.events]: whoAmI },
      new RegExp(
        `"${hashes.events}" is not the SHA-256 of its document, which is ${hashes.whoAmI}`,
      ),
    ],
    ['uses SHA-1', { da39a3ee5e6b4b0d3255bfef95601890afd80709: whoAmI }, /not the SHA-256/],
    ['has a syntax error', { [sha256('query {')]: 'query {' }, /is not GraphQL: Syntax Error/],
    [
      'has an unknown field',
      { [sha256('{ viewer { shoeSize } }')]: '{ viewer { shoeSize } }' },
      /is not a valid document: Cannot query field "shoeSize"/,
    ],
  ])('that %s is rejected with the reason', async (_, content, line) => {
    expect(await lineFor(content)).toMatch(line);
  });

  it('that does not exist aborts the start', async () => {
    await expect(
      testService({ config: { trustedDocuments: join(folder, 'none.json') } }),
    ).rejects.toThrow(/^HOLDPOINT_TRUSTED_DOCUMENTS cannot be read: ENOENT/);
  });

  it('is rejected with all its errors at once', async () => {
    const lines = await lineFor({ [hashes.events]: whoAmI, [hashes.whoAmI]: events });
    expect(lines.split('\n')).toHaveLength(2);
  });
});
