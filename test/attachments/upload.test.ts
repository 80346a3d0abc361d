import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { testService } from '../support/testService.ts';
import { digestOfBytes, download, png, upload } from './files.ts';

const service = await testService();
const MAX_BYTES = 5_000_000;

const filesOf = (user: string) =>
  service.sql<{ digest: string; uploadedBy: string }>(
    `SELECT "digest", "uploadedBy" FROM "Attachment" WHERE "userId" = $1`,
    [user],
  );

it('89. a file is stored under the digest of its bytes, once', async () => {
  const { agent, user } = service.team();
  const expected = {
    status: 200,
    digest: digestOfBytes(png),
    bytes: png.length,
    mediaType: 'image/png',
  };
  expect(await upload(agent, png, 'image/png')).toEqual(expected);
  expect(await upload(agent, png, 'IMAGE/PNG; q=1')).toEqual(expected);
  // The first type counts: what was approved must not look different later.
  expect(await upload(agent, png, 'text/plain')).toEqual(expected);
  expect(await filesOf(user)).toHaveLength(1);
});

it('89. fifty uploads of the same file at the same time store it once', async () => {
  const { agent, user } = service.team();
  const answers = await Promise.all(Array.from({ length: 50 }, () => upload(agent, 'all at once')));
  expect(new Set(answers.map(({ status, digest }) => `${status} ${digest}`)).size).toBe(1);
  expect(answers[0]?.status).toBe(200);
  expect(await filesOf(user)).toHaveLength(1);
});

it('89. the answer does not tell whether somebody else has the file', async () => {
  const first = service.team();
  const second = service.team();
  const colleague = service.as({ user: first.user, actor: 'b', scopes: ['review:request'] });
  await upload(first.agent, 'a secret', 'application/x-of-the-first');
  for (const client of [second.agent, colleague]) {
    expect(await upload(client, 'a secret')).toMatchObject({ mediaType: 'text/plain' });
  }
});

it('89. a file has at most 5 MB', async () => {
  const { agent, user } = service.team();
  const largest = Buffer.alloc(MAX_BYTES, 'x');
  const { status, digest } = await upload(agent, largest);
  expect(status).toBe(200);
  const read = await download(agent, digest);
  expect(Buffer.from(await read.arrayBuffer()).equals(largest)).toBe(true);
  for (const tooLarge of [Buffer.alloc(MAX_BYTES + 1, 'x'), Buffer.alloc(20_000_000)]) {
    expect(await upload(agent, tooLarge)).toMatchObject({
      status: 413,
      errors: [{ extensions: { code: 'CONTENT_TOO_LARGE' } }],
    });
  }
  expect(await filesOf(user)).toHaveLength(1);
});

/** Sends a request as it is, and returns what comes back until the connection ends. */
async function sendRaw(text: string, ...chunks: (string | Buffer)[]): Promise<string> {
  const { hostname, port } = new URL(service.url);
  const socket = connect(Number(port), hostname);
  let received = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    received += chunk;
  });
  socket.on('error', () => {});
  socket.write(text);
  for (const chunk of chunks) {
    if (socket.destroyed) break;
    socket.write(chunk);
    await pause(5);
  }
  socket.end();
  if (!socket.closed) await once(socket, 'close');
  return received;
}

it('89. a body without a length is refused once it is too large', async () => {
  const { agent, user } = service.team();
  const head = `POST /attachments HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${await agent.token}\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const chunk = `f4240\r\n${'x'.repeat(1_000_000)}\r\n`;
  const answer = await sendRaw(head, ...Array.from({ length: 8 }, () => chunk));
  expect(answer).toMatch(/^HTTP\/1.1 413 .*CONTENT_TOO_LARGE/s);
  expect(await filesOf(user)).toEqual([]);
});

it('89. an upload that ends too early stores nothing', async () => {
  const { agent, user } = service.team();
  const head = `POST /attachments HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${await agent.token}\r\nContent-Type: text/plain\r\n`;
  await sendRaw(`${head}Content-Length: 1000\r\n\r\n`, 'only this');
  await sendRaw(`${head}Transfer-Encoding: chunked\r\n\r\n`, '9\r\nonly this\r\n');
  expect(await filesOf(user)).toEqual([]);
  expect(await upload(agent, 'the next one')).toMatchObject({ status: 200 });
});

it.each([
  ['no bytes', '', 'text/plain', {}, 400],
  ['a form', 'a=b', 'application/x-www-form-urlencoded', {}, 415],
  ['a form with files', '--x', 'multipart/form-data; boundary=x', {}, 415],
  ['what is no type', 'x', 'png', {}, 415],
  ['a type with line breaks in it', 'x', 'text/plain , text/html', {}, 415],
  ['a type that is too long', 'x', `text/${'x'.repeat(200)}`, {}, 415],
  ['compressed bytes', 'x', 'text/plain', { 'content-encoding': 'gzip' }, 415],
  ['no token', 'x', 'text/plain', { authorization: '' }, 401],
  ['another token', 'x', 'text/plain', { authorization: 'Bearer x' }, 401],
] as const)('89. %s cannot be uploaded', async (_what, body, type, headers, status) => {
  const { agent, user } = service.team();
  const answer = await upload(agent, body, type, headers);
  expect(answer).toMatchObject({ status, errors: [{ message: expect.any(String) }] });
  expect(await filesOf(user)).toEqual([]);
});

it('89. a file without a type is just bytes', async () => {
  const { agent } = service.team();
  expect(await upload(agent, 'x', null)).toMatchObject({ mediaType: 'application/octet-stream' });
});

it('89. uploading needs review:request', async () => {
  const { reviewer, user } = service.team();
  expect(await upload(reviewer, 'x')).toMatchObject({
    status: 403,
    errors: [
      { message: expect.stringMatching(/review:request/), extensions: { code: 'FORBIDDEN' } },
    ],
  });
  expect(await filesOf(user)).toEqual([]);
});

it('89. each path takes its own methods', async () => {
  const { agent } = service.team();
  const authorization = `Bearer ${await agent.token}`;
  for (const [path, method, allow] of [
    ['/attachments', 'GET', 'POST, OPTIONS'],
    ['/attachments', 'DELETE', 'POST, OPTIONS'],
    [`/attachments/${digestOfBytes('x')}`, 'POST', 'GET, HEAD, OPTIONS'],
  ] as const) {
    const response = await fetch(service.url + path, { method, headers: { authorization } });
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
  }
});

it('89. a workspace that sends too many requests has to wait', async () => {
  const limited = await testService({
    database: service.database,
    config: { requestLimits: { perToken: 1, perWorkspace: 1 } },
  });
  const { agent } = limited.team();
  const answers = await Promise.all(Array.from({ length: 15 }, (_, n) => upload(agent, `${n}`)));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(5);
  expect(refused[0]).toMatchObject({ errors: [{ extensions: { code: 'TOO_MANY_REQUESTS' } }] });
  await limited.close();
});
