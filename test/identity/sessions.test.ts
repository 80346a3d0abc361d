import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/database/database.ts';
import { defaultSessionTimes, revokeSession } from '../../src/identity/sessions.ts';
import { startSession } from '../../src/people/identities.ts';
import { SocketClient } from '../server/socketClient.ts';
import { testService } from '../support/testService.ts';

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
const other = await service.another();
const database = openDatabase(service.database.url);
service.database.beforeDrop(() => database.close());

/** A revocation takes effect everywhere within this time. */
const END_MS = 5_000;
let number = 0;

/** Signs in a new person. */
async function newSession(more: { groups?: string[] } = {}) {
  const actor = `ann-${++number}`;
  const person = { userId: 'acme', actor, issuer: signIn.issuer, subject: actor };
  const scopes = ['review:decide' as const];
  const none = { displayName: null, email: null, idToken: null };
  const secret = await startSession(
    database,
    { ...person, ...none, scopes, groups: more.groups ?? [] },
    defaultSessionTimes,
  );
  const [row] = await service.sql(`SELECT * FROM "Session" WHERE "actor" = '${actor}'`);
  return { actor, secret, id: row?.['id'] as string, cookie: `holdpoint-session=${secret}` };
}

type Headers = Record<string, string>;
type Answer = { status: number; text: string };

/** Sends exactly these headers, as a browser does and fetch does not let others do. */
function send(
  url: string,
  {
    method = 'POST',
    headers = {},
    body = '',
  }: { method?: string; headers?: Headers; body?: string },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers: { ...headers } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
        if (response.headers['content-type']?.startsWith('text/event-stream')) done();
      });
      response.on('end', () => done());
      const done = () => {
        resolve({ status: response.statusCode ?? 0, text });
        sent.destroy();
      };
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const viewerQuery = JSON.stringify({ query: '{ viewer { actor sessionId } }' });
const feedQuery = JSON.stringify({ query: 'subscription { reviewEvents { cursor } }' });
const json = { 'content-type': 'application/json' };
const own = { origin: service.url };

const query = (cookie: string, headers: Headers = own, url = service.url) =>
  send(`${url}/graphql`, { headers: { ...json, cookie, ...headers }, body: viewerQuery });

/** Opens a socket with a cookie. @returns null if the service refuses it */
async function openSocket(
  cookie: string,
  { origin = service.url, url = service.url }: { origin?: string; url?: string } = {},
): Promise<SocketClient | null> {
  const client = new SocketClient(url, { headers: { cookie, origin } });
  onTestFinished(() => client.socket.terminate());
  const isOpen = await Promise.race([
    client.open().then(
      () => true,
      () => false,
    ),
    client.closed.then(() => false),
  ]);
  if (!isOpen) return null;
  client.send({ type: 'connection_init' });
  const isIn = await Promise.race([
    client.message('connection_ack').then(
      () => true,
      () => new Promise<never>(() => {}),
    ),
    client.closed.then(() => false),
  ]);
  return isIn ? client : null;
}

/** Opens an event stream. @returns how it ends */
function openStream(cookie: string, url = service.url): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { ...json, cookie, origin: url, accept: 'text/event-stream' };
    const sent = request(`${url}/graphql`, { method: 'POST', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    });
    sent.on('error', reject);
    sent.end(feedQuery);
    onTestFinished(() => void sent.destroy());
  });
}

describe('58. a session', () => {
  it('is stored as a hash only, and answers to its secret only', async () => {
    const { actor, secret, id, cookie } = await newSession();
    const [row] = await service.sql(
      `SELECT "Session"::text AS "row" FROM "Session" WHERE "id" = '${id}'`,
    );
    expect(row?.['row']).not.toContain(secret);
    const answer = await query(cookie);
    expect(JSON.parse(answer.text)).toEqual({ data: { viewer: { actor, sessionId: id } } });
    expect((await query('holdpoint-session=')).status).toBe(401);
    expect((await query(`holdpoint-session=${id}`)).status).toBe(401);
    expect((await query(`holdpoint-session=${'a'.repeat(43)}`)).status).toBe(401);
    expect((await query(`another=${secret}`)).status).toBe(401);
  });

  it('lasts 12 hours, and 2 hours without use', async () => {
    const old = await newSession();
    const [row] = await service.sql(
      `SELECT extract(epoch FROM "expiresAt" - "createdAt") AS "life" FROM "Session" WHERE "id" = '${old.id}'`,
    );
    expect(Number(row?.['life'])).toBe(12 * 3_600);
    await service.sql(`UPDATE "Session" SET "expiresAt" = now() WHERE "id" = '${old.id}'`);
    expect((await query(old.cookie)).status).toBe(401);

    const idle = await newSession();
    await service.sql(
      `UPDATE "Session" SET "lastSeenAt" = now() - interval '2 hours' WHERE "id" = '${idle.id}'`,
    );
    expect((await query(idle.cookie)).status).toBe(401);
  });

  it('ends what is open when it has been idle too long, although the page is open', async () => {
    const { id, cookie } = await newSession();
    const socket = await openSocket(cookie);
    const started = performance.now();
    await service.sql(
      `UPDATE "Session" SET "lastSeenAt" = now() - interval '2 hours' WHERE "id" = '${id}'`,
    );
    expect(await socket?.closed).toMatchObject({
      code: 4403,
      reason: expect.stringContaining('ended'),
    });
    expect(performance.now() - started).toBeLessThan(END_MS);
  });

  it('is renewed in use, with at most one write a minute', async () => {
    const { id, cookie } = await newSession();
    const seen = async () => {
      const [row] = await service.sql(
        `SELECT "lastSeenAt"::text AS "at", xmin::text AS "write" FROM "Session" WHERE "id" = '${id}'`,
      );
      return row;
    };
    const first = await seen();
    for (const { url } of [service, other])
      expect((await query(cookie, { origin: url }, url)).status).toBe(200);
    expect(await seen()).toEqual(first);
    await service.sql(
      `UPDATE "Session" SET "lastSeenAt" = now() - interval '119 minutes' WHERE "id" = '${id}'`,
    );
    await pause(1_100); // until it is looked up again
    await Promise.all(Array.from({ length: 20 }, () => query(cookie)));
    const renewed = await seen();
    expect(Date.now() - Date.parse(String(renewed?.['at']))).toBeLessThan(60_000);
    await pause(1_100);
    await query(cookie);
    expect(await seen()).toEqual(renewed);
  });

  const ends: Record<
    string,
    (session: { actor: string; secret: string; id: string }) => Promise<unknown>
  > = {
    'signing out': ({ secret }) => revokeSession(database, secret),
    'revoking all of the person': ({ actor }) =>
      service.sql(`UPDATE "Session" SET "revokedAt" = now() WHERE "actor" = $1`, [actor]),
    'a revocation in SQL': ({ id }) =>
      service.sql(`UPDATE "Session" SET "revokedAt" = now() WHERE "id" = '${id}'`),
    'deleting it': ({ id }) => service.sql(`DELETE FROM "Session" WHERE "id" = '${id}'`),
    'disabling the member': ({ actor }) =>
      service.sql(
        `UPDATE "Member" SET "disabledAt" = now() WHERE "userId" = 'acme' AND "actor" = '${actor}'`,
      ),
    'a revocation whose notification is lost': async ({ id }) => {
      await service.sql(`ALTER TABLE "Session" DISABLE TRIGGER USER`);
      await service.sql(`UPDATE "Session" SET "revokedAt" = now() WHERE "id" = '${id}'`);
      await service.sql(`ALTER TABLE "Session" ENABLE TRIGGER USER`);
    },
  };

  it.each(Object.entries(ends))(
    '%s ends its requests, sockets and event streams on every process within 5 seconds',
    async (_name, end) => {
      const session = await newSession();
      const bystander = await newSession();
      const processes = [service, other];
      const sockets = await Promise.all(
        processes.map(({ url }) => openSocket(session.cookie, { origin: url, url })),
      );
      const streams = processes.map(({ url }) => openStream(session.cookie, url));
      const open = await openSocket(bystander.cookie);
      for (const { url } of processes) {
        expect((await query(session.cookie, { origin: url }, url)).status).toBe(200);
      }
      const started = performance.now();
      await end(session);
      const closed = await Promise.all(sockets.map((socket) => socket?.closed));
      expect(closed.map((one) => one?.code)).toEqual([4403, 4403]);
      for (const text of await Promise.all(streams)) expect(text).toContain('UNAUTHENTICATED');
      for (const { url } of processes) {
        await expect
          .poll(async () => (await query(session.cookie, { origin: url }, url)).status)
          .toBe(401);
      }
      expect(performance.now() - started).toBeLessThan(END_MS);
      expect(open?.socket.readyState).toBe(1);
    },
  );

  it('is named by the page that uses it, so that a page of another account does nothing', async () => {
    const [ann, bob] = [await newSession(), await newSession()];
    const named = (id: string) => ({ ...own, authorization: `Session ${id}` });
    expect((await query(ann.cookie, named(ann.id))).status).toBe(200);
    expect((await query(bob.cookie, named(ann.id))).status).toBe(401);
    expect((await query('', named(ann.id))).status).toBe(401);
    expect((await query(ann.cookie, named('nonsense'))).status).toBe(401);
  });

  it('yields to a token that is sent with it', async () => {
    const { cookie } = await newSession();
    const token = await service.as({ user: 'acme', actor: 'robot' }).token;
    const answer = await query(cookie, { ...own, authorization: `Bearer ${token}` });
    expect(JSON.parse(answer.text).data.viewer).toEqual({ actor: 'robot', sessionId: null });
    expect((await query(cookie, { ...own, authorization: 'Bearer nonsense' })).status).toBe(401);
  });

  it('is looked up once for many requests, and an unknown one once in a while', async () => {
    const { cookie } = await newSession();
    await query(cookie);
    const calls = async () => {
      const [row] = await service.sql(
        `SELECT seq_scan + idx_scan AS "scans" FROM pg_stat_user_tables WHERE relname = 'Session'`,
      );
      return Number(row?.['scans']);
    };
    await service.sql('SELECT pg_stat_force_next_flush()');
    await pause(1_100);
    const before = await calls();
    const unknown = `holdpoint-session=${'u'.repeat(43)}`;
    await Promise.all(Array.from({ length: 50 }, () => query(cookie)));
    for (let n = 0; n < 20; n++) expect((await query(unknown)).status).toBe(401);
    await pause(1_100);
    expect((await calls()) - before).toBeLessThan(20);
  });
});

describe('59. the cookie counts only for requests of the page itself', () => {
  const foreign: [string, Headers][] = [
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['another port', { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' }],
    ['another scheme', { origin: service.url.replace('http:', 'https:') }],
    ['a sandboxed frame', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['an origin that only begins alike', { origin: `${service.url}.evil.example` }],
    ['a navigation of another site', { 'sec-fetch-site': 'cross-site' }],
    ['another subdomain', { 'sec-fetch-site': 'same-site' }],
    ['the address bar', { 'sec-fetch-site': 'none' }],
    ['a program that is no browser', {}],
  ];

  it.each(foreign)('over HTTP and event streams: not from %s', async (_name, headers) => {
    const { cookie } = await newSession();
    expect((await query(cookie, headers)).status).toBe(401);
    const accept = 'text/event-stream';
    const sent = { headers: { ...json, accept, cookie, ...headers }, body: feedQuery };
    expect((await send(`${service.url}/graphql`, sent)).status).toBe(401);
    const address = `${service.url}/graphql?query=${encodeURIComponent('{ viewer { actor } }')}`;
    const get = { method: 'GET', headers: { ...json, cookie, ...headers } };
    expect((await send(address, get)).status).toBe(401);
  });

  it.each(foreign.filter(([, { origin }]) => origin))(
    'over WebSocket: not from %s',
    async (_name, headers) => {
      const { cookie } = await newSession();
      expect(await openSocket(cookie, { origin: headers['origin'] as string })).toBeNull();
    },
  );

  it('an origin that may use tokens may not use the cookie', async () => {
    const allowed = 'https://tools.example';
    const config = { signIn, allowedOrigins: [allowed] };
    const lenient = await testService({ database: service.database, config });
    const { cookie } = await newSession();
    expect((await query(cookie, { origin: allowed }, lenient.url)).status).toBe(401);
    expect(await openSocket(cookie, { origin: allowed, url: lenient.url })).toBeNull();
  });

  it('from the page itself, over each of them', async () => {
    const { cookie } = await newSession();
    expect((await query(cookie, own)).status).toBe(200);
    expect((await query(cookie, { 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect(await openSocket(cookie)).not.toBeNull();
    const accept = 'text/event-stream';
    const sent = { headers: { ...json, accept, cookie, ...own }, body: feedQuery };
    expect((await send(`${service.url}/graphql`, sent)).status).toBe(200);
  });

  it('from the page at the public address, whatever Host the proxy sends', async () => {
    const publicUrl = 'http://reviews.example/holdpoint';
    const behind = await testService({ database: service.database, config: { signIn, publicUrl } });
    const { secret } = await newSession();
    const cookie = `holdpoint-session.holdpoint=${secret}`;
    expect((await query(cookie, { origin: 'http://reviews.example' }, behind.url)).status).toBe(
      200,
    );
    expect((await query(cookie, { origin: behind.url }, behind.url)).status).toBe(401);
  });

  it('a GET changes nothing', async () => {
    const { cookie } = await newSession();
    const same = { cookie, 'sec-fetch-site': 'same-origin' };
    const document = 'mutation { deleteReview(input: { nodeExecId: "a" }) { __typename } }';
    const address = `${service.url}/graphql?query=${encodeURIComponent(document)}`;
    const get = { method: 'GET', headers: { ...json, ...same } };
    expect((await send(address, get)).status).toBe(405);
    for (const method of ['GET', 'HEAD', 'PUT']) {
      const answer = await send(`${service.url}/auth/sign-out`, { method, headers: same });
      expect(answer.status).toBe(405);
    }
    expect((await query(cookie)).status).toBe(200);
  });

  it('another site cannot sign anybody out', async () => {
    const { cookie } = await newSession();
    for (const [, headers] of foreign) {
      const answer = await send(`${service.url}/auth/sign-out`, {
        headers: { cookie, ...headers },
      });
      expect(answer.status).toBe(403);
    }
    expect((await query(cookie)).status).toBe(200);
    const answer = await send(`${service.url}/auth/sign-out`, { headers: { cookie, ...own } });
    expect(answer).toEqual({ status: 200, text: '{"identityProviderUrl":null}' });
    await expect.poll(async () => (await query(cookie)).status).toBe(401);
  });
});

it('61. without an identity provider there is no sign-in, and no session counts', async () => {
  const plain = await testService({ database: service.database });
  const { cookie } = await newSession();
  expect((await query(cookie, { origin: plain.url }, plain.url)).status).toBe(401);
  for (const path of ['sign-in', 'callback', 'sign-out']) {
    expect((await send(`${plain.url}/auth/${path}`, { method: 'GET' })).status).toBe(404);
  }
  const page = await send(`${plain.url}/`, { method: 'GET' });
  expect(page.text).not.toContain('holdpoint-sign-in');
});
