import { createHmac, createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { SocketClient } from '../server/socketClient.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { JWT_SECRET, testService } from '../support/testService.ts';
import { transports } from './transports.ts';

type Key = { kid: string; alg: string; privateKey: CryptoKey; publicKey: CryptoKey; jwk: JWK };

async function newKey(kid: string, alg: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
  return { kid, alg, privateKey, publicKey, jwk };
}

const [rsa, ec, ed, later] = (await Promise.all([
  newKey('rsa', 'RS256'),
  newKey('ec', 'ES256'),
  newKey('ed', 'EdDSA'),
  newKey('later', 'ES256'),
])) as [Key, Key, Key, Key];

/** An identity provider, as the service sees it: a document with keys. */
const provider = {
  keys: [rsa.jwk, ec.jwk, ed.jwk],
  status: 200,
  body: undefined as string | undefined,
  asked: 0,
};
const server = createServer((_request, response) => {
  provider.asked++;
  response.writeHead(provider.status, { 'content-type': 'application/json' });
  response.end(provider.body ?? JSON.stringify({ keys: provider.keys }));
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;

const database = await testDatabase();
database.beforeDrop(async () => server.close().closeAllConnections());
const [jwtIssuer, jwtAudience] = ['https://id.example.com', 'holdpoint'];
const config = { jwksUrl, jwtSecret: JWT_SECRET, jwtIssuer, jwtAudience };
const service = await testService({ database, config });

type Signer = Pick<Key, 'alg' | 'privateKey'> & { kid: string | undefined };

const tokenOf = ({ kid, alg, privateKey }: Signer, sub = 'ann', expires = '1h') =>
  new SignJWT({ scope: 'review:read' })
    .setProtectedHeader({ alg, ...(kid !== undefined && { kid }) })
    .setSubject(sub)
    .setIssuer(jwtIssuer)
    .setAudience(jwtAudience)
    .setExpirationTime(expires)
    .sign(privateKey);

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const hmacSigned = (secret: string | Buffer, header: object) => {
  const claims = { sub: 'eve', scope: 'review:decide', exp: Date.now() };
  const signed = `${encode({ alg: 'HS256', ...header })}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
};

describe.each(Object.entries(transports))('with JWKS, over %s', (_transport, ask) => {
  const accepted = async (token: string) => (await ask(service.url, `Bearer ${token}`)).accepted;

  it.each([rsa, ec, ed])('a token of the identity provider is accepted: $alg', async (key) => {
    expect(await accepted(await tokenOf(key))).toBe(true);
  });

  it('a token that names no key is verified with all that fit it', async () => {
    const [one, two] = [await newKey('one', 'RS256'), await newKey('two', 'RS256')];
    provider.keys = [rsa.jwk, ec.jwk, ed.jwk, one.jwk, two.jwk];
    const many = await testService({ database, config });
    try {
      const isAccepted = async (key: Key) =>
        (await ask(many.url, `Bearer ${await tokenOf({ ...key, kid: undefined })}`)).accepted;
      for (const key of [rsa, one, two, ec]) expect(await isAccepted(key)).toBe(true);
      const stranger = await newKey('stranger', 'RS256');
      expect(await isAccepted(stranger)).toBe(false);
      const expired = await tokenOf({ ...two, kid: undefined }, 'ann', '-2m');
      expect(await ask(many.url, `Bearer ${expired}`)).toEqual({
        accepted: false,
        message: 'The token has expired',
      });
      // A key that is named twice fits twice.
      provider.keys = [{ ...one.jwk, kid: 'rsa' }, rsa.jwk];
      const twice = await testService({ database, config });
      expect((await ask(twice.url, `Bearer ${await tokenOf(rsa)}`)).accepted).toBe(true);
      await twice.close();
    } finally {
      provider.keys = [rsa.jwk, ec.jwk, ed.jwk];
      await many.close();
    }
  });

  it('a token that only names one of its keys is refused', async () => {
    const { privateKey } = await newKey('forged', 'ES256');
    expect(await accepted(await tokenOf({ ...ec, privateKey }))).toBe(false);
  });

  it("a token signed with the service's own secret is refused", async () => {
    for (const header of [{}, { kid: 'rsa' }, { kid: 'ec' }]) {
      expect(await accepted(hmacSigned(JWT_SECRET, header))).toBe(false);
    }
  });

  it('a token signed with a public key as if it were a secret is refused', async () => {
    const pem = await exportSPKI(rsa.publicKey);
    const der = createPublicKey(pem).export({ type: 'spki', format: 'der' });
    for (const secret of [pem, pem.trim(), der, JSON.stringify(rsa.jwk), rsa.jwk.n ?? '']) {
      expect(await accepted(hmacSigned(secret, { kid: 'rsa' }))).toBe(false);
    }
  });

  it('a token that contains its own key is refused', async () => {
    const own = await newKey('own', 'ES256');
    for (const header of [{ jwk: own.jwk }, { jku: jwksUrl, kid: 'own' }, { x5u: jwksUrl }]) {
      const token = await new SignJWT({ scope: 'review:decide' })
        .setProtectedHeader({ alg: 'ES256', ...header })
        .setSubject('eve')
        .setExpirationTime('1h')
        .sign(own.privateKey);
      expect(await accepted(token)).toBe(false);
    }
  });
});

describe('the keys of the identity provider', () => {
  const ask = transports['HTTP'] as (typeof transports)[string];

  it('may change: a token with a new key is accepted within two seconds', async () => {
    const token = await tokenOf(later);
    expect(await ask(service.url, `Bearer ${token}`)).toMatchObject({ accepted: false });
    provider.keys = [...provider.keys, later.jwk];
    const accepted = async () => (await ask(service.url, `Bearer ${token}`)).accepted;
    await expect.poll(accepted, { timeout: 3_000, interval: 100 }).toBe(true);
    // The old keys still work, and no token makes the service fetch keys more than once a second.
    expect(await ask(service.url, `Bearer ${await tokenOf(rsa, 'bob')}`)).toMatchObject({
      accepted: true,
    });
  });

  it('are not fetched again for every token with an unknown key', async () => {
    provider.asked = 0;
    for (let n = 0; n < 100; n++) {
      const token = await tokenOf({ ...ec, kid: `unknown-${n}` });
      expect(await ask(service.url, `Bearer ${token}`)).toMatchObject({ accepted: false });
    }
    expect(provider.asked).toBeLessThan(10);
  });

  it.each([
    ['answers 500', { status: 500 }],
    ['answers with a page', { body: '<html>' }],
    ['answers with other JSON', { body: '{"error":"maintenance"}' }],
  ])(
    'may be unavailable: tokens are accepted again after the provider %s',
    async (_name, state) => {
      const other = await testService({ database, config });
      Object.assign(provider, state);
      const token = await tokenOf(rsa);
      try {
        const response = await fetch(`${other.url}/graphql`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: '{"query":"{ viewer { actor } }"}',
        });
        expect(response.status).toBe(503);
        expect(await response.text()).toContain('SERVICE_UNAVAILABLE');
        const socket = new SocketClient(other.url);
        await socket.open();
        socket.init(token);
        // "Try again later", unlike 4403, after which clients give up.
        expect(await socket.closed).toMatchObject({ code: 1013 });
      } finally {
        Object.assign(provider, { status: 200, body: undefined });
      }
      expect(await ask(other.url, `Bearer ${token}`)).toMatchObject({ accepted: true });
      await other.close();
    },
  );
});
