import { createHmac } from 'node:crypto';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { JWT_LEEWAY_MS } from '../../src/identity/jwt.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { JWT_SECRET, testService } from '../support/testService.ts';
import { transports } from './transports.ts';

const database = await testDatabase();
const service = await testService({ database });
const strict = await testService({
  database,
  config: { jwtIssuer: 'https://id.example.com', jwtAudience: 'holdpoint' },
});

const inAnHour = () => Math.floor(Date.now() / 1_000) + 3_600;
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A JWT with these contents, however invalid. */
function jwt(claims: unknown, header: unknown = { alg: 'HS256' }, secret = JWT_SECRET): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
const unsigned = (claims: unknown, alg: string) => `${encode({ alg })}.${encode(claims)}.`;

const good = { sub: 'ann', scope: 'review:read', exp: inAnHour() };
const { sub, scope, exp } = good;

const refused: Record<string, string | undefined> = {
  'no token': undefined,
  'an empty authorization': '',
  'another scheme': `Basic ${btoa('ann:secret')}`,
  'the scheme only': 'Bearer',
  'the token only': jwt(good),
  'two tokens': `Bearer ${jwt(good)} ${jwt(good)}`,
  'a token that is no JWT': 'Bearer nonsense',
  'a JWT without its signature': `Bearer ${jwt(good).split('.').slice(0, 2).join('.')}`,
  'a JWT with an empty signature': `Bearer ${jwt(good).split('.').slice(0, 2).join('.')}.`,
  'another secret': `Bearer ${jwt(good, { alg: 'HS256' }, 'another secret of more than 32 bytes')}`,
  'claims that were changed': `Bearer ${jwt(good).replace(/\.[^.]+\./, `.${encode({ ...good, sub: 'eve' })}.`)}`,
  'alg none': `Bearer ${unsigned(good, 'none')}`,
  'alg None': `Bearer ${unsigned(good, 'None')}`,
  'alg none, signed': `Bearer ${jwt(good, { alg: 'none' })}`,
  'alg HS384': `Bearer ${jwt(good, { alg: 'HS384' })}`,
  'a critical header that nobody knows': `Bearer ${jwt(good, { alg: 'HS256', crit: ['x'], x: 1 })}`,
  'a token that expired more than a minute ago': `Bearer ${jwt({ ...good, exp: inAnHour() - 3_661 })}`,
  'a token that is not valid for more than a minute': `Bearer ${jwt({ ...good, nbf: inAnHour() - 3_600 + 70 })}`,
  'no exp': `Bearer ${jwt({ sub, scope })}`,
  'an exp that is text': `Bearer ${jwt({ ...good, exp: String(exp) })}`,
  'an exp beyond all dates': `Bearer ${jwt({ ...good, exp: 1e300 })}`,
  'no sub': `Bearer ${jwt({ scope, exp })}`,
  'an empty sub': `Bearer ${jwt({ ...good, sub: '' })}`,
  'a sub that is a number': `Bearer ${jwt({ ...good, sub: 1 })}`,
  'a sub of 256 characters': `Bearer ${jwt({ ...good, sub: 's'.repeat(256) })}`,
  'a sub that no database can hold': `Bearer ${jwt({ ...good, sub: 'a\0b' })}`,
  'a sub with half of a surrogate pair': `Bearer ${jwt({ ...good, sub: 'a\ud800b' })}`,
  'an empty user': `Bearer ${jwt({ ...good, user: '' })}`,
  'a user that is a list': `Bearer ${jwt({ ...good, user: ['ann', 'bob'] })}`,
  'a user that no database can hold': `Bearer ${jwt({ ...good, user: '\0' })}`,
  'a scope that is an object': `Bearer ${jwt({ ...good, scope: { 'review:decide': true } })}`,
  'a scope that is a list of other lists': `Bearer ${jwt({ ...good, scope: [['review:decide']] })}`,
  'a malformed scp': `Bearer ${jwt({ sub, exp, scp: 7 })}`,
  'claims that are a list': `Bearer ${jwt([good])}`,
  'a life of more than 90 days': `Bearer ${jwt({ ...good, exp: inAnHour() + 90 * 86_400 })}`,
  'an iat that is text': `Bearer ${jwt({ ...good, iat: 'now' })}`,
  'a life of more than 90 days, of which few are left': `Bearer ${jwt({ ...good, iat: inAnHour() - 91 * 86_400 })}`,
  'the actor of the service itself': `Bearer ${jwt({ ...good, sub: 'holdpoint' })}`,
  'an actor that passes for the service': `Bearer ${jwt({ ...good, sub: ' Holdpoint' })}`,
};

describe.each(Object.entries(transports))('over %s', (transport, ask) => {
  it.each(Object.entries(refused))(
    '%s is refused, and not repeated in the error',
    async (_name, authorization) => {
      const { accepted, message } = await ask(service.url, authorization);
      expect(accepted).toBe(false);
      expect(message).toMatch(/token|authorization/i);
      for (const part of authorization?.split(/[ .]/).slice(1) ?? []) {
        if (part.length > 8) expect(message).not.toContain(part);
      }
    },
  );

  it.each(['Bearer', 'bearer', 'BEARER  '])('a valid token is accepted: %s', async (scheme) => {
    expect(await ask(service.url, `${scheme} ${jwt(good)}`)).toMatchObject({ accepted: true });
  });

  it.each([
    ['the right issuer and audience', {}, true],
    ['one of several audiences', { aud: ['other', 'holdpoint'] }, true],
    ['another issuer', { iss: 'https://id.example.org' }, false],
    ['no issuer', { iss: undefined }, false],
    ['another audience', { aud: 'other' }, false],
    ['no audience', { aud: undefined }, false],
  ])(
    'with an issuer and audience configured, tokens are checked for %s',
    async (_name, claims, accepted) => {
      const all = { iss: 'https://id.example.com', aud: 'holdpoint', ...good, ...claims };
      expect((await ask(strict.url, `Bearer ${jwt(all)}`)).accepted).toBe(accepted);
    },
  );

  it.each([
    ['has expired', { exp: -55 }],
    ['is not valid yet', { nbf: 55 }],
    ['was issued in the future', { iat: 55 }],
    ['is valid for 90 days from an iat in the future', { iat: 55, exp: 90 * 86_400 + 55 }],
  ])(
    "the issuer's clock may differ by a minute: a token that %s is accepted",
    async (_name, times) => {
      const now = Math.floor(Date.now() / 1_000);
      const shifted = Object.entries(times).map(([claim, seconds]) => [claim, now + seconds]);
      const token = jwt({ ...good, ...Object.fromEntries(shifted) });
      expect((await ask(service.url, `Bearer ${token}`)).accepted).toBe(true);
    },
  );

  it('a valid token is refused once it has expired', async () => {
    const { token } = await expiringSoon();
    expect(await ask(service.url, `Bearer ${token}`)).toMatchObject({ accepted: true });
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    expect(await ask(service.url, `Bearer ${token}`), transport).toMatchObject({ accepted: false });
  });
});

async function expiringSoon(): Promise<{ token: string }> {
  const soon = Math.floor((Date.now() - JWT_LEEWAY_MS) / 1_000) + 2;
  const token = await new SignJWT({ jti: `${Math.random()}` })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('short')
    .setExpirationTime(soon)
    .sign(new TextEncoder().encode(JWT_SECRET));
  return { token };
}

describe('a token contains', () => {
  const viewerOf = async (claims: object, { url } = service) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${jwt(claims)}` },
      body: JSON.stringify({ query: '{ viewer { userId actor scopes } }' }),
    });
    const { data, errors } = await response.json();
    return data?.viewer ?? errors[0].message;
  };

  it('the actor in sub, and the workspace in user, which defaults to the actor', async () => {
    expect(await viewerOf({ sub: 'ann', exp })).toMatchObject({ actor: 'ann', userId: 'ann' });
    const both = await viewerOf({ sub: 'ann', user: 'acme', exp });
    expect(both).toMatchObject({ actor: 'ann', userId: 'acme' });
    const emoji = await viewerOf({ sub: 'änn 🦄', user: '漢字', exp });
    expect(emoji).toMatchObject({ actor: 'änn 🦄', userId: '漢字' });
  });

  it.each([
    ['review:read', ['review:read']],
    ['openid review:decide email review:request', ['review:decide', 'review:request']],
    [
      ['openid', 'review:decide', 'review:request'],
      ['review:decide', 'review:request'],
    ],
    [['review:read review:decide'], []],
    [[], []],
    ['review:admin REVIEW:READ review:read2', []],
    ['  review:read   ', ['review:read']],
    ['review:read,review:decide', []],
    ['', []],
    [undefined, []],
  ])('the scopes in scope or scp, ignoring unknown ones: %j', async (value, scopes) => {
    expect((await viewerOf({ sub: 'ann', exp, scope: value })).scopes).toEqual(scopes);
    expect((await viewerOf({ sub: 'ann', exp, scp: value })).scopes).toEqual(scopes);
  });

  it('the scopes in scope if it has scp too', async () => {
    const both = { sub: 'ann', exp, scope: 'review:read', scp: ['review:decide'] };
    expect((await viewerOf(both)).scopes).toEqual(['review:read']);
  });

  it('all of this in other claims if the service is configured so', async () => {
    const renamed = await testService({
      database,
      config: {
        jwtClaims: {
          actor: 'email',
          workspace: 'https://acme.example/team',
          scopes: 'roles',
          groups: null,
        },
      },
    });
    const claims = {
      email: 'ann@acme.example',
      'https://acme.example/team': 'acme',
      roles: ['review:decide', 'admin'],
      exp,
    };
    expect(await viewerOf(claims, renamed)).toEqual({
      actor: 'ann@acme.example',
      userId: 'acme',
      scopes: ['review:decide'],
    });
    const usual = { sub: 'eve', user: 'acme', scope: 'review:decide', scp: 'review:decide' };
    expect(await viewerOf({ ...usual, ...claims, roles: undefined }, renamed)).toEqual({
      actor: 'ann@acme.example',
      userId: 'acme',
      scopes: [],
    });
    expect(await viewerOf({ ...usual, exp }, renamed)).toMatch(/missing required "email" claim/);
    const { email } = claims;
    expect(await viewerOf({ ...usual, email, exp }, renamed)).toMatch(
      /its claim https:\/\/acme\.example\/team is missing or malformed/,
    );
    for (const actor of ['holdpoint', ' Holdpoint']) {
      expect(await viewerOf({ ...claims, email: actor }, renamed)).toMatch(/reserved/);
    }
  });
});
