import { describe, expect, it } from 'vitest';
import { ask } from '../support/operations.ts';
import { testService } from '../support/testService.ts';
import { attachmentsOf, digestOfBytes, download, named, png, upload } from './files.ts';

const service = await testService();
const inRun = { graphExecId: 'copilot-session-1' };

it('89. a file is for its uploader, review:read, and the consumers of a review that names it', async () => {
  const { agent, reviewer, user } = service.team();
  const as = (actor: string, ...scopes: ('review:request' | 'review:read' | 'webhook:manage')[]) =>
    service.as({ user, actor, scopes });
  const consumer = as('consumer', 'review:request');
  const stranger = as('stranger', 'review:request');
  const reader = as('reader', 'review:read');
  const { digest } = await upload(agent, png, 'image/png');
  expect((await download(consumer, digest)).status).toBe(404);
  await ask(agent, 'r', { ...inRun, payload: [named(digest)], consumers: ['consumer'] });
  for (const client of [agent, reviewer, reader, consumer]) {
    const response = await download(client, digest);
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).equals(png)).toBe(true);
  }
  // Whoever may not have it cannot tell whether it exists.
  const outsider = service.team();
  const answers = [
    await download(stranger, digest),
    await download(outsider.agent, digest),
    await download(outsider.reviewer, digest),
    await download(reviewer, digestOfBytes('nobody has this')),
  ];
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
  expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
  for (const answer of answers) expect(answer.headers.get('cache-control')).toBe('no-store');
  expect((await download(as('hooks', 'webhook:manage'), digest)).status).toBe(403);
  expect((await fetch(`${service.url}/attachments/${digest}`)).status).toBe(401);
});

it('89. a file can only be read on its own, and be kept by the browser of whoever read it', async () => {
  const { agent, reviewer } = service.team();
  const { digest } = await upload(agent, png, 'image/png');
  const { headers } = await download(reviewer, digest);
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-type': 'image/png',
    'content-length': String(png.length),
    'content-disposition': 'inline',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'cache-control': 'private, max-age=31536000, immutable',
    vary: expect.stringMatching(/Authorization, Cookie/),
  });
  const head = await fetch(`${service.url}/attachments/${digest}`, {
    method: 'HEAD',
    headers: { authorization: `Bearer ${await reviewer.token}` },
  });
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
    200,
    String(png.length),
    '',
  ]);
});

const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0x10]);
const webp = Buffer.from('RIFF\x24\0\0\0WEBPVP8 ', 'latin1');
const gif = Buffer.from('GIF89a\x01\0\x01\0', 'latin1');
const html = '<!doctype html><script>alert(1)</script>';
const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';

describe('89. browsers show only images and text that cannot do anything', () => {
  it.each([
    ['image/png', png, 'image/png'],
    ['image/jpeg', jpeg, 'image/jpeg'],
    ['image/webp', webp, 'image/webp'],
    ['image/gif', gif, 'image/gif'],
    ['text/plain', 'plain ✓', 'text/plain; charset=utf-8'],
    ['text/plain', html, 'text/plain; charset=utf-8'],
    ['text/plain; charset=utf-16', 'plain', 'text/plain; charset=utf-8'],
  ] as const)('shown: %s', async (type, bytes, shownAs) => {
    const { agent } = service.team();
    const { digest } = await upload(agent, bytes, type);
    const { headers } = await download(agent, digest);
    expect([headers.get('content-type'), headers.get('content-disposition')]).toEqual([
      shownAs,
      'inline',
    ]);
  });

  it.each([
    ['HTML', 'text/html', html],
    ['XHTML', 'application/xhtml+xml', html],
    ['SVG', 'image/svg+xml', svg],
    ['PDF', 'application/pdf', '%PDF-1.7'],
    ['a script', 'text/javascript', 'alert(1)'],
    ['a style sheet', 'text/css', '* { display: none }'],
    ['XML', 'application/xml', '<a/>'],
    ['HTML as PNG', 'image/png', html],
    ['SVG as PNG', 'image/png', svg],
    ['PNG as JPEG', 'image/jpeg', png],
    ['HTML after a space as GIF', 'image/gif', ` GIF89a${html}`],
    ['RIFF that is no WebP', 'image/webp', 'RIFF....WAVEfmt '],
    ['text in UTF-16', 'text/plain', Buffer.from(html, 'utf16le')],
    ['text that is not UTF-8', 'text/plain', Buffer.from([0xe4, 0x2b, 0x41])],
    ['an unknown type', 'application/x-anything', png],
    ['no type', null, png],
  ] as const)('downloaded: %s', async (_what, type, bytes) => {
    const { agent } = service.team();
    const { digest } = await upload(agent, bytes, type);
    const { headers } = await download(agent, digest);
    expect([headers.get('content-type'), headers.get('content-disposition')]).toEqual([
      'application/octet-stream',
      'attachment',
    ]);
  });
});

it('89. a download has the name that the link gives it, if it is a file name', async () => {
  const { agent } = service.team();
  const { digest } = await upload(agent, 'x', 'application/pdf');
  const dispositionFor = async (query: string) =>
    (await download(agent, `${digest}?name=${query}`)).headers.get('content-disposition');
  expect(await dispositionFor('invoice%201.pdf')).toBe('attachment; filename="invoice 1.pdf"');
  expect(await dispositionFor(encodeURIComponent('Überweisung – 你好 🙂.pdf'))).toBe(
    `attachment; filename="?berweisung ? ?? ??.pdf"; filename*=UTF-8''${encodeURIComponent('Überweisung – 你好 🙂.pdf')}`,
  );
  expect(await dispositionFor(encodeURIComponent('say "no".pdf'))).toBe(
    'attachment; filename="say \\"no\\".pdf"',
  );
  for (const name of [
    'a\r\nSet-Cookie: x=y',
    '../../etc/passwd',
    'C:\\autoexec.bat',
    'invoice\u202Efdp.exe',
    '\0',
    'x'.repeat(300),
    '',
  ]) {
    expect(await dispositionFor(encodeURIComponent(name)), name).toBe('attachment');
  }
  expect(await dispositionFor('%ff%fe')).toMatch(/^attachment/);
});

it('89. nothing but a digest is looked for', async () => {
  const { agent } = service.team();
  const { digest } = await upload(agent, 'x');
  const hex = digest.slice('sha256:'.length);
  for (const path of [
    '',
    '/',
    hex,
    `sha512:${hex}`,
    `sha256:${hex.slice(1)}`,
    `${digest}0`,
    `${digest}/`,
    `${digest}%00`,
    `${digest}%0a`,
    'sha256:%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '..%2f..%2fpackage.json',
    `sha256:' OR '1'='1`,
    `sha256:${'g'.repeat(64)}`,
  ]) {
    expect((await download(agent, path)).status, path).toBe(404);
  }
  // Some clients encode the colon.
  expect((await download(agent, `sha256%3A${hex}`)).status).toBe(200);
});

it('89. pages of an allowed origin can upload and read, others cannot', async () => {
  const origin = 'https://reviews.example.com';
  const open = await testService({
    database: service.database,
    config: { allowedOrigins: [origin] },
  });
  const { agent } = open.team();
  const { digest } = await upload(agent, png, 'image/png', { origin });
  const allowed = (url: string, from: string, method = 'GET') =>
    agent.token
      .then((token) =>
        fetch(url, { method, headers: { authorization: `Bearer ${token}`, origin: from } }),
      )
      .then(({ headers }) => headers.get('access-control-allow-origin'));
  for (const path of ['/attachments', `/attachments/${digest}`]) {
    expect(await allowed(open.url + path, origin, 'OPTIONS')).toBe(origin);
    expect(await allowed(open.url + path, origin)).toBe(origin);
    expect(await allowed(open.url + path, 'https://evil.example.com')).toBeNull();
  }
  await open.close();
});

it('89. below a path, the path of a file has it too', async () => {
  const below = await testService({
    database: service.database,
    config: { publicUrl: 'https://example.com/holdpoint' },
  });
  const { agent, reviewer } = below.team();
  const { digest } = await upload(agent, png, 'image/png');
  await ask(agent, 'r', { ...inRun, payload: named(digest) });
  const [file] = await attachmentsOf(reviewer, 'r');
  expect(file?.path).toBe(`/holdpoint/attachments/${digest}`);
  for (const path of [file?.path, `/attachments/${digest}`]) {
    const headers = { authorization: `Bearer ${await reviewer.token}` };
    expect((await fetch(`${below.url}${path}`, { headers })).status).toBe(200);
  }
  await below.close();
});

it('89. a workspace that reads many files at once leaves connections to the others', async () => {
  const { agent } = service.team();
  const other = service.team();
  const { digest } = await upload(agent, png, 'image/png');
  const connection = await service.database.pool.connect();
  await connection.query('BEGIN; LOCK TABLE "Attachment" IN ACCESS EXCLUSIVE MODE');
  const reads = Array.from({ length: 30 }, () => download(agent, digest));
  const waiting = async () => {
    const [row] = await service.sql<{ count: number }>(
      `SELECT count(*)::int AS "count" FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return row?.count;
  };
  await expect.poll(waiting).toBe(4);
  expect((await ask(other.agent, 'r')).state).toBe('WAITING');
  expect(await waiting()).toBe(4);
  await connection.query('COMMIT');
  connection.release();
  for (const { status } of await Promise.all(reads)) expect(status).toBe(200);
});
