import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../src/config.ts';
import { openDatabase } from '../../src/database/database.ts';
import { createApiToken } from '../../src/identity/apiTokens.ts';
import { TestClient } from '../support/testClient.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { JWT_SECRET, testService } from '../support/testService.ts';

// The attack: a company's identity provider signs tokens for all of its applications with the same
// keys. Somebody uses a token for the canteen's menu, which anyone can get, to decide reviews.
// Others use a token that is valid for years, one whose actor is the service itself, or a
// connection to the provider's keys that they can tamper with.
//
// It fails because the service only accepts tokens of the configured issuer and audience, does not
// start without both, fetches keys over https only, limits the lifetime of tokens to 90 days, and
// reserves its own name.

const ISSUER = 'https://id.example.com';
const DAY = 86_400;

const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
const key = { ...(await exportJWK(publicKey)), kid: 'company', alg: 'ES256', use: 'sig' };
const provider = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ keys: [key] }));
}).listen(0, '127.0.0.1');
await once(provider, 'listening');

const database = await testDatabase();
database.beforeDrop(async () => provider.close().closeAllConnections());
const service = await testService({
  database,
  config: {
    jwksUrl: `http://127.0.0.1:${(provider.address() as AddressInfo).port}/jwks.json`,
    jwtSecret: null,
    jwtIssuer: ISSUER,
    jwtAudience: 'holdpoint',
  },
});

type Claims = Record<string, unknown>;
const now = Math.floor(Date.now() / 1_000);
const good = { sub: 'ada', user: 'acme', scope: 'review:decide', iss: ISSUER, aud: 'holdpoint' };

/** A token signed by the company's identity provider. */
const signed = (claims: Claims, by: CryptoKey = privateKey): Promise<string> =>
  new SignJWT({ ...good, iat: now, exp: now + 3_600, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'company' })
    .sign(by);

async function answerTo(token: Promise<string>): Promise<unknown> {
  const { data, errors } = await new TestClient(service.url, token).answer('{ viewer { actor } }');
  return data ?? errors[0]?.extensions?.['code'];
}

it('a token that was issued for this service is accepted', async () => {
  expect(await answerTo(signed({}))).toEqual({ viewer: { actor: 'ada' } });
  expect(await answerTo(signed({ aud: ['menu', 'holdpoint'] }))).toEqual({
    viewer: { actor: 'ada' },
  });
});

it.each([
  ['was made for the menu', { aud: 'menu' }],
  ['was made for two other applications', { aud: ['menu', 'holdpoint-2'] }],
  ['was made for nobody in particular', { aud: undefined }],
  ['comes from another issuer with the same keys', { iss: 'https://id.example.org' }],
  ['names no issuer', { iss: undefined }],
  ['is good for ten years', { exp: now + 3_650 * DAY }],
  ['is good for 91 days', { exp: now + 91 * DAY }],
  ['was good for 91 days, of which one hour is left', { iat: now - 91 * DAY }],
  ['claims to be made later, to seem short', { iat: now + 300 * DAY, exp: now + 301 * DAY }],
  ['does not say when it was made, and is good for long', { iat: undefined, exp: now + 91 * DAY }],
  ['never ends', { exp: undefined }],
])('a token that %s is refused', async (_what, claims) => {
  expect(await answerTo(signed(claims))).toBe('UNAUTHENTICATED');
});

it('a token may be valid for at most 90 days', async () => {
  expect(await answerTo(signed({ exp: now + 90 * DAY }))).toEqual({ viewer: { actor: 'ada' } });
});

it.each([
  'holdpoint',
  'Holdpoint',
  ' HOLDPOINT ',
  'hold\u200bpoint',
  '\u2060holdpoint\ufeff',
  'ｈｏｌｄｐｏｉｎｔ',
])('a token cannot have the name of the service as its actor: %j', async (actor) => {
  expect(await answerTo(signed({ sub: actor }))).toBe('UNAUTHENTICATED');
  // The same for an API token that was inserted into the table in SQL.
  const { close, ...queries } = openDatabase(database.url);
  const token = createApiToken(queries, {
    userId: 'acme',
    actor,
    scopes: ['review:decide'],
    expiresAt: null,
  });
  expect(await answerTo(token)).toBe('UNAUTHENTICATED');
  await close();
});

it('actor names that only contain the name of the service are accepted', async () => {
  for (const sub of ['holdpoint-bot', 'my-holdpoint', 'hold-point']) {
    expect(await answerTo(signed({ sub }))).toEqual({ viewer: { actor: sub } });
  }
});

it('the service does not start if it could not tell whether tokens were issued for it', () => {
  const whole = {
    DATABASE_URL: 'postgres://db.example.com/x',
    HOLDPOINT_JWKS_URL: 'https://id.example.com/keys',
    HOLDPOINT_JWT_ISSUER: ISSUER,
    HOLDPOINT_JWT_AUDIENCE: 'holdpoint',
  };
  expect(readConfig(whole)).toMatchObject({ jwtIssuer: ISSUER, jwtAudience: 'holdpoint' });
  for (const change of [
    { HOLDPOINT_JWT_ISSUER: undefined },
    { HOLDPOINT_JWT_AUDIENCE: '' },
    // Without https, anybody on the network could reply with their own keys.
    { HOLDPOINT_JWKS_URL: 'http://id.example.com/keys' },
    { HOLDPOINT_JWKS_URL: 'http://localhost.example.com/keys' },
    { HOLDPOINT_JWKS_URL: 'http://user@127.0.0.1:80@id.example.com/keys' },
    { HOLDPOINT_JWKS_URL: 'http://127.0.0.1.example.com/keys' },
    { HOLDPOINT_JWKS_URL: 'http://0.0.0.0/keys' },
    { HOLDPOINT_JWKS_URL: 'ftp://id.example.com/keys' },
  ]) {
    expect(() => readConfig({ ...whole, ...change }), JSON.stringify(change)).toThrow(ConfigError);
  }
});

it("with an identity provider, tokens signed with the service's own secret are refused", async () => {
  const token = new SignJWT({ scope: 'review:decide' })
    .setProtectedHeader({ alg: 'HS256', kid: 'company' })
    .setSubject('ada')
    .setIssuer(ISSUER)
    .setAudience('holdpoint')
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(JWT_SECRET));
  expect(await answerTo(token)).toBe('UNAUTHENTICATED');
  const { privateKey: stranger } = await generateKeyPair('ES256');
  expect(await answerTo(signed({}, stranger))).toBe('UNAUTHENTICATED');
});
