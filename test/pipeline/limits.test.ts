import { randomBytes } from 'node:crypto';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { SocketClient } from '../server/socketClient.ts';
import { testService } from '../support/testService.ts';

const service = await testService();
const { user, agent } = service.team();
const token = await agent.token;

/** The messages of a rejected operation, the same over HTTP (also cached) and WebSocket. */
async function refusalOf(query: string, variables: Record<string, unknown> = {}): Promise<string> {
  const first = await agent.answer(query, variables);
  const second = await agent.answer(query, variables);
  const socket = await SocketClient.enter(service.url, token);
  socket.subscribe('1', query, variables);
  const { payload } = await Promise.any([
    socket.message('error', '1'),
    socket.message('next', '1'),
  ]);
  await socket.close();
  const messages = (errors: { message: string }[]) => errors.map(({ message }) => message).join();
  expect(first.data).toBeNull();
  expect(messages(second.errors)).toBe(messages(first.errors));
  expect(messages(payload.errors ?? payload)).toBe(messages(first.errors));
  return messages(first.errors);
}

const nested = (depth: number) => {
  let query = 'nodeExecId';
  for (let level = 2; level < depth; level++) {
    query = level % 2 ? `events { review { ${query} } }` : `... on PendingReview { ${query} }`;
  }
  return `{ pendingReview(nodeExecId: "a") { ${query} } }`;
};

describe('an operation is rejected with its number and the limit', () => {
  it('if it is too deep', async () => {
    expect(await refusalOf(nested(16))).toMatch(/depth is 1\d; at most 12 is allowed/);
  });

  it('if it is too deep because of fragments', async () => {
    const query = `{ pendingReview(nodeExecId: "a") { ...A } }
      fragment A on PendingReview { events { review { events { review { ...B } } } } }
      fragment B on PendingReview { events { review { events { review { ...C } } } } }
      fragment C on PendingReview { events { review { events { review { nodeId } } } } }`;
    expect(await refusalOf(query)).toContain('depth is 14; at most 12 is allowed');
  });

  it('if it has too many aliases', async () => {
    const aliases = Array.from({ length: 31 }, (_, n) => `a${n}: viewer { actor }`).join(' ');
    expect(await refusalOf(`{ ${aliases} }`)).toContain('aliases is 31; at most 30 is allowed');
  });

  it('if it has too many aliases because of one fragment', async () => {
    const some = Array.from({ length: 8 }, (_, n) => `a${n}: actor`).join(' ');
    const query = `{ a: viewer { ...F } b: viewer { ...F } c: viewer { ...F } d: viewer { ...F } }
      fragment F on Viewer { ${some} }`;
    expect(await refusalOf(query)).toContain('aliases is 36; at most 30 is allowed');
  });

  it('if it is too long', async () => {
    const query = `{ ${'viewer { actor } '.repeat(600)} }`;
    expect(await refusalOf(query)).toContain('more that 2000 tokens');
  });

  it('if it repeats a field very often, before it is validated', async () => {
    const often = (count: number) => `{ viewer { ${'actor '.repeat(count)} } }`;
    const message = 'The document names the field actor 101 times; at most 100 is allowed';
    expect(await refusalOf(often(101))).toBe(message);
    expect((await agent.answer(often(100))).data).toEqual({ viewer: { actor: 'agent' } });
    // Each of these would be compared with all others, and the parts of each too.
    const many: [string, string][] = [
      [`{ ${'viewer { actor } '.repeat(400)} }`, 'viewer 400'],
      [`{ ${`viewer { ${'actor '.repeat(40)} } `.repeat(40)} }`, 'viewer 40'],
      [`{ ${'reviews(nodeExecIds: []) { nodeId } '.repeat(150)} }`, 'reviews 150'],
      [`{ viewer { ${'actor @skip(if: false) '.repeat(200)} } }`, 'actor 200'],
      [`{ viewer { ${'... { actor } '.repeat(300)} } }`, 'actor 300'],
      [
        `{ viewer { ...A ...B } } fragment A on Viewer { ${'actor '.repeat(60)} }
          fragment B on Viewer { ${'actor '.repeat(60)} }`,
        'actor 120',
      ],
    ];
    for (const [query, named] of many) {
      expect(await refusalOf(query), named).toMatch(/names the field \w+ \d+ times/);
    }
  });

  it.each([
    ['a field', (name: string) => `{ ${name} }`],
    ['an argument', (name: string) => `{ pendingReviews(${name}: 1) { totalCount } }`],
    ['an enum value', (name: string) => `{ reviewsByState(state: ${name}) { totalCount } }`],
    [
      'an input field',
      (name: string) => `{ pendingReviews(filter: { ${name}: 1 }) { totalCount } }`,
    ],
    ['a type', (name: string) => `{ ... on ${name} { actor } }`],
  ])('if the name of %s is very long, before it is validated', async (_, queryOf) => {
    expect(await refusalOf(queryOf('a'.repeat(256)))).toBe(
      'The document contains a name of 256 characters; at most 255 are allowed',
    );
    expect(await refusalOf(queryOf('a'.repeat(255)))).not.toContain('contains a name of');
  });

  it('if its variables have many errors: only some are reported, as each repeats the value', async () => {
    const input = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`wrong${n}`, n]));
    const query =
      'mutation ($input: RequestReviewInput!) { requestReview(input: $input) { __typename } }';
    const { errors } = await agent.answer(query, { input });
    expect(errors.length).toBe(4);
    expect(errors.at(-1)?.message).toContain('Too many errors processing variables');
  });

  it('if it has many errors: only some are reported', async () => {
    const query = `{ viewer { ${Array.from({ length: 500 }, (_, n) => `wrong${n}`).join(' ')} } }`;
    const { errors } = await agent.answer(query);
    expect(errors.length).toBeLessThanOrEqual(11);
  });

  it.each([
    ['because of a large page', 'first: 100', ''],
    ['because `first` is a variable', 'first: $first', '($first: Int)'],
  ])('if it is too expensive %s', async (_name, first, variables) => {
    const query = `query ${variables} { pendingReviews(${first}) { edges { node {
      execution { autoApprovals { key nodeId } } events { review { events { cursor actor at } } }
    } } } }`;
    expect(await refusalOf(query, variables && { first: 1 } ? { first: 1 } : {})).toMatch(
      /cost is \d{5,}; at most 25000 is allowed/,
    );
  });

  it('if it is too expensive, despite another field with a negative cost', async () => {
    const expensive =
      'edges { node { events { review { events { review { nodeId events { at } } } } } }';
    const query = `{
      a: pendingReviews(first: -1000000) { edges { node { nodeId } } }
      b: pendingReviews(first: 100) { ${expensive} } }
    }`;
    expect(await refusalOf(query)).toMatch(/cost is \d{5,}; at most 25000 is allowed/);
  });

  it.each([0, -1, 101, 2_147_483_647])('if it asks for a page of %i', async (first) => {
    const query = 'query ($first: Int) { pendingReviews(first: $first) { totalCount } }';
    const message = `first: must be between 1 and 100, not ${first}`;
    expect(await refusalOf(query, { first })).toBe(message);
    expect(await refusalOf(`{ pendingReviews(first: ${first}) { totalCount } }`)).toBe(message);
  });

  it.each([
    ['reviews', 'query ($ids: [ID!]!) { reviews(nodeExecIds: $ids) { nodeId } }'],
    ['reviewEvents', 'subscription ($ids: [ID!]) { reviewEvents(nodeExecIds: $ids) { cursor } }'],
  ])('if it passes 101 ids to %s', async (name, query) => {
    const ids = Array.from({ length: 101 }, (_, n) => `id-${n}`);
    if (name === 'reviews') {
      expect(await refusalOf(query, { ids })).toContain('at most 100 IDs, not 101');
    } else {
      const subscription = agent.subscribe(query, { ids });
      await expect(subscription.next()).rejects.toThrow('at most 100 IDs, not 101');
    }
  });

  it('if it passes 101 global ids', async () => {
    const ids = Array.from({ length: 101 }, (_, n) => btoa(`PendingReview:${n}`));
    const answer = await agent.answer('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
    expect(answer.text).toMatch(/Cannot query field|at most 100/);
  });

  it('if it is part of a batch, and nothing runs', async () => {
    const body = { query: askFor('batched') };
    const { status, errors } = await agent.post(JSON.stringify([body, body]));
    expect(status).toBe(400);
    expect(errors[0]?.message).toMatch(/batch/i);
    expect(await asked('batched')).toBe(0);
  });

  it('if it is a mutation by GET, and nothing runs', async () => {
    const url = `${agent.url}?query=${encodeURIComponent(askFor('by-get'))}`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toContain('POST');
    expect(await asked('by-get')).toBe(0);
  });

  it.each(['PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND'])(
    'if the method is %s',
    async (method) => {
      const { status } = await send({ method });
      expect(status).toBe(405);
    },
  );
});

describe('nesting is checked before anything is parsed', () => {
  const deep = '['.repeat(300);

  it('in a body, a URL and a form', async () => {
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
    const form = `query={viewer{actor}}&variables=${deep}`;
    const answers = await Promise.all([
      fetch(agent.url, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: deep,
      }),
      fetch(`${agent.url}?${form}`, { headers }),
      fetch(agent.url, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
        body: form,
      }),
    ]);
    for (const answer of answers) {
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain('JSON nested deeper than 256 levels');
    }
  });

  it.each([false, true])('in a WebSocket message, authenticated: %s', async (isAuthenticated) => {
    const socket = isAuthenticated
      ? await SocketClient.enter(service.url, token)
      : new SocketClient(service.url);
    await socket.open();
    socket.send(`{"id":"1","type":"subscribe","payload":{"query":"{a}","variables":${deep}`);
    expect(await socket.closed).toEqual({
      code: 4400,
      reason: 'JSON nested deeper than 256 levels',
    });
  });
});

describe('a request body', () => {
  const MAX_BYTES = 1_500_000;
  /** A mutation whose body has exactly this many bytes. */
  const bodyOf = (nodeExecId: string, bytes: number) => {
    const body = (padding: string) =>
      JSON.stringify({ query: `#${padding}\n${askFor(nodeExecId)}` });
    return body(' '.repeat(bytes - body('').length));
  };

  it('of 1,500,000 bytes is accepted', async () => {
    for (const chunked of [false, true]) {
      const id = `largest-${chunked}`;
      expect(await send({ body: bodyOf(id, MAX_BYTES), chunked })).toMatchObject({ status: 200 });
      expect(await asked(id)).toBe(1);
    }
  });

  it.each([false, true])(
    'that is one byte too large is 413, and nothing runs (chunked: %s)',
    async (chunked) => {
      const id = `too-large-${chunked}`;
      const answer = await send({ body: bodyOf(id, MAX_BYTES + 1), chunked });
      expect(answer).toMatchObject({ status: 413 });
      expect(answer.text).toContain('at most 1500000 bytes');
      expect(answer.text).toContain('CONTENT_TOO_LARGE');
      expect(await asked(id)).toBe(0);
    },
  );

  it.each([false, true])(
    'of 30 MB is 413 while it is still being sent (chunked: %s)',
    async (chunked) => {
      const answer = await send({ body: ' '.repeat(30_000_000), chunked });
      expect(answer).toMatchObject({ status: 413, connection: 'close' });
    },
  );

  it('that is too large is answered even if the client sends all of it before reading', async () => {
    for (let round = 0; round < 20; round++) {
      const response = await fetch(agent.url, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        // A stream is sent in chunks, without a content-length.
        body: round % 2 ? ' '.repeat(3_000_000) : new Blob([' '.repeat(3_000_000)]).stream(),
        duplex: 'half',
      } as RequestInit);
      expect(response.status).toBe(413);
      expect(await response.text()).toContain('1500000 bytes');
    }
  });

  it('with a too large content-length is 413 before it arrives, and the connection closes', async () => {
    const { text, milliseconds } = await exchange(
      `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 9999999999\r\n\r\n{',
    );
    expect(text).toMatch(/^HTTP\/1.1 413 /);
    expect(milliseconds).toBeLessThan(5_000);
  });

  it.each(['gzip', 'GZIP', 'x-gzip'])('that is compressed as %s is accepted', async (encoding) => {
    const id = `compressed-${encoding}`;
    const body = gzipSync(bodyOf(id, MAX_BYTES));
    expect(await agent.post(body, { 'content-encoding': encoding })).toMatchObject({
      status: 200,
      errors: [],
    });
    expect(await asked(id)).toBe(1);
  });

  it('that is one byte too large once it is decompressed is 413, and nothing runs', async () => {
    const body = gzipSync(bodyOf('too-large-gzip', MAX_BYTES + 1));
    const { status, text } = await agent.post(body, { 'content-encoding': 'gzip' });
    expect(status).toBe(413);
    expect(text).toContain('at most 1500000 bytes');
    expect(await asked('too-large-gzip')).toBe(0);
  });

  it('that would decompress to 100 MB is 413, and is decompressed up to the limit only', async () => {
    const bomb = gzipSync(Buffer.alloc(100_000_000));
    expect(bomb.length).toBeLessThan(MAX_BYTES);
    const before = process.memoryUsage.rss();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => agent.post(bomb, { 'content-encoding': 'gzip' })),
    );
    for (const { status } of answers) expect(status).toBe(413);
    expect(process.memoryUsage.rss() - before).toBeLessThan(300_000_000);
  });

  it('that is compressed, but too large even so, is 413', async () => {
    const body = gzipSync(randomBytes(2_000_000));
    expect((await agent.post(body, { 'content-encoding': 'gzip' })).status).toBe(413);
  });

  it.each([
    ['something else', Buffer.from('{"query":"{ viewer { actor } }"}')],
    ['gzip that is cut off', gzipSync('{"query":"{ viewer { actor } }"}').subarray(0, -9)],
    ['nothing', Buffer.alloc(0)],
  ])('that should be gzip and is %s is 400', async (_name, body) => {
    const { status, errors } = await agent.post(body, { 'content-encoding': 'gzip' });
    expect(status).toBe(400);
    expect(errors[0]?.message).toBe('The body is not gzip, as its Content-Encoding says');
  });

  it.each(['br', 'deflate', 'zstd', 'gzip, gzip', 'nonsense'])(
    'with the encoding %s is 415, which says what is accepted',
    async (encoding) => {
      const body = JSON.stringify({ query: askFor(`encoded-${encoding}`) });
      const { status, headers, text } = await agent.post(body, { 'content-encoding': encoding });
      expect(status).toBe(415);
      expect(headers.get('accept-encoding')).toBe('gzip');
      expect(text).toContain('UNSUPPORTED_MEDIA_TYPE');
      expect(await asked(`encoded-${encoding}`)).toBe(0);
    },
  );

  it("may begin with an editor's byte order mark, compressed or not", async () => {
    const body = Buffer.from('\ufeff{"query":"{ viewer { actor } }"}');
    const plain = await agent.post(new Uint8Array(body));
    const compressed = await agent.post(gzipSync(body), { 'content-encoding': 'gzip' });
    for (const { status, errors } of [plain, compressed]) {
      expect({ status, errors }).toEqual({ status: 200, errors: [] });
    }
  });

  it('without a token is 401 at once, whatever its size', async () => {
    for (const chunked of [false, true]) {
      const answer = await send({ body: ' '.repeat(30_000_000), chunked, token: null });
      expect(answer).toMatchObject({ status: 401, connection: 'close' });
    }
  });

  it.each([
    ['invalid UTF-8', Buffer.from('7b22717565727922 3a22c3282227d'.replace(' ', ''), 'hex')],
    ['a truncated character', Buffer.from([0x7b, 0x22, 0xe2, 0x82])],
    ['UTF-16', Buffer.from(JSON.stringify({ query: '{ viewer { actor } }' }), 'utf16le')],
    ['invalid JSON', Buffer.from('query { viewer { actor } }')],
    ['JSON with trailing text', Buffer.from('{"query":"{ viewer { actor } }"}}')],
    ['nothing', Buffer.from('')],
  ])('of %s is 400', async (_name, body) => {
    for (const accept of ['application/json', 'application/graphql-response+json']) {
      const answer = await send({ body, accept });
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.text).errors[0].message).toBeTypeOf('string');
    }
  });

  it('with extreme nesting gets an error and does not crash the service', async () => {
    for (const open of ['[', '{"a":']) {
      const variables = `{"input":{"payload":${open.repeat(200_000)}`;
      const answer = await agent.post(`{"query":"{ viewer { actor } }","variables":${variables}`);
      expect(answer.status).toBe(400);
    }
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const answer = await agent.raw(
      'mutation ($input: RequestReviewInput!) { requestReview(input: $input) { __typename } }',
      `{"input":{"nodeExecId":"deep","graphExecId":"copilot-session-1","graphId":"g","graphVersion":1,"payload":${deep}}}`,
    );
    expect(answer.status).toBeLessThan(500);
    expect(answer.text).not.toContain('INTERNAL_SERVER_ERROR');
    expect(await agent.query('{ viewer { actor } }')).toBeTruthy();
  });
});

it('an unknown path is 404 for every method, with a hint to /graphql', async () => {
  for (const path of ['/x', '/graphql/', '/graphql/x', '/GraphQL', '//graphql', '/%2e%2e/etc']) {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const { status, text } = await send({ path, method });
      expect(status, `${method} ${path}`).toBe(404);
      expect(text).toContain('/graphql');
    }
  }
});

const askFor = (nodeExecId: string) =>
  `mutation { requestReview(input: { nodeExecId: "${nodeExecId}", graphExecId: "copilot-session-1",
    graphId: "g", graphVersion: 1 }) { __typename } }`;

async function asked(nodeExecId: string): Promise<number> {
  const rows = await service.sql(
    'SELECT 1 FROM "PendingReview" WHERE "userId" = $1 AND "nodeExecId" = $2',
    [user, nodeExecId],
  );
  return rows.length;
}

type Sent = {
  method?: string;
  path?: string;
  body?: string | Buffer;
  chunked?: boolean;
  accept?: string;
  token?: string | null;
};

/** Sends a request and reads the answer while the body is still being sent, as curl does. */
function send({ method = 'POST', path = '/graphql', body = '', ...options }: Sent) {
  return new Promise<{ status: number; text: string; connection: string | undefined }>(
    (resolve, reject) => {
      const keepAlive = new Agent({ keepAlive: true });
      const request = httpRequest(new URL(service.url), {
        method,
        path,
        agent: keepAlive,
        headers: {
          'content-type': 'application/json',
          accept: options.accept ?? 'application/json',
          ...(options.token !== null && { authorization: `Bearer ${token}` }),
          ...(body.length > 0 && !options.chunked && { 'content-length': Buffer.byteLength(body) }),
        },
      });
      let answered = false;
      request.on('error', (error) => !answered && reject(error));
      request.on('response', async (response: IncomingMessage) => {
        answered = true;
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text += chunk;
        resolve({
          status: response.statusCode ?? 0,
          text,
          connection: response.headers.connection,
        });
        keepAlive.destroy();
      });
      // Several writes, so that a chunked body has several chunks.
      const bytes = Buffer.from(body);
      for (let at = 0; at < bytes.length; at += 65_536)
        request.write(bytes.subarray(at, at + 65_536));
      request.end();
    },
  );
}

/** Sends raw bytes and reads until the service closes the connection. */
function exchange(bytes: string): Promise<{ text: string; milliseconds: number }> {
  const start = performance.now();
  const { hostname, port } = new URL(service.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve({ text, milliseconds: performance.now() - start }));
  });
}
