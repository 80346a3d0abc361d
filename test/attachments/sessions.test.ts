import { request } from 'node:http';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/database/database.ts';
import { defaultSessionTimes } from '../../src/identity/sessions.ts';
import type { Scope } from '../../src/identity/viewer.ts';
import { startSession } from '../../src/people/identities.ts';
import { testService } from '../support/testService.ts';
import { digestOfBytes, png, upload } from './files.ts';

/** Sessions need no identity provider that answers. */
const signIn = {
  issuer: 'http://localhost:1',
  clientId: 'holdpoint',
  clientSecret: null,
  requestedScopes: 'openid',
  workspace: { fixed: 'acme' },
  actorClaim: 'sub',
  groupsClaim: 'groups',
  groupScopes: { reviewers: ['review:decide' as const] },
};
const service = await testService({ config: { signIn } });
const database = openDatabase(service.database.url);
service.database.beforeDrop(() => database.close());
const agent = service.as({ user: 'acme', actor: 'agent', scopes: ['review:request'] });

/** The cookie of a person who has signed in. */
async function cookieOf(actor: string, scopes: Scope[]): Promise<string> {
  const person = { userId: 'acme', actor, issuer: signIn.issuer, subject: actor };
  const none = { displayName: null, email: null, idToken: null, groups: [] };
  const secret = await startSession(database, { ...person, ...none, scopes }, defaultSessionTimes);
  return `holdpoint-session=${secret}`;
}

/** Sends exactly these headers, as a browser does. @returns the status */
const send = (method: string, path: string, headers: Record<string, string>, body?: string) =>
  new Promise<number>((resolve, reject) => {
    const sent = request(`${service.url}${path}`, { method, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject);
    sent.end(body);
  });

it('89. the page shows files with the cookie of its session, and no other site can', async () => {
  const { digest } = await upload(agent, png, 'image/png');
  const cookie = await cookieOf('ann', ['review:decide']);
  const read = (headers: Record<string, string>) =>
    send('GET', `/attachments/${digest}`, { cookie, ...headers });
  expect(await read({ 'sec-fetch-site': 'same-origin' })).toBe(200);
  for (const site of ['cross-site', 'same-site', 'none']) {
    expect(await read({ 'sec-fetch-site': site }), site).toBe(401);
  }
  expect(await read({})).toBe(401);
  expect(await read({ origin: 'https://evil.example.com' })).toBe(401);
  const none = await send('GET', `/attachments/${digestOfBytes('x')}`, {
    cookie,
    'sec-fetch-site': 'same-origin',
  });
  expect(none).toBe(404);
});

it('89. only the page itself can upload with the cookie of its session', async () => {
  const cookie = await cookieOf('ben', ['review:decide', 'review:request']);
  const post = (headers: Record<string, string>) =>
    send('POST', '/attachments', { cookie, 'content-type': 'text/plain', ...headers }, 'a file');
  for (const headers of [
    {},
    { origin: 'null' },
    { origin: 'https://evil.example.com' },
    { origin: 'https://evil.example.com', 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'cross-site' },
  ] as Record<string, string>[]) {
    expect(await post(headers), JSON.stringify(headers)).toBe(401);
  }
  const files = `SELECT 1 FROM "Attachment" WHERE "uploadedBy" = 'ben'`;
  expect(await service.sql(files)).toEqual([]);
  expect(await post({ origin: service.url })).toBe(200);
  expect(await service.sql(files)).toHaveLength(1);
});
