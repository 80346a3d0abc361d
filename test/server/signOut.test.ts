import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/database/database.ts';
import { IdentityProvider } from '../../src/identity/identityProvider.ts';
import { defaultSessionTimes } from '../../src/identity/sessions.ts';
import { trustProxies } from '../../src/limits/clientAddress.ts';
import { SignIn } from '../../src/server/signIn.ts';
import { closedPort } from '../support/closedPort.ts';
import { testService } from '../support/testService.ts';

const signIn = {
  issuer: 'http://localhost:1', // signing out needs no identity provider that answers
  clientId: 'holdpoint',
  clientSecret: null,
  requestedScopes: 'openid',
  workspace: { fixed: 'acme' },
  actorClaim: 'sub',
  groupsClaim: 'groups',
  groupScopes: { reviewers: ['review:decide' as const] },
};
const service = await testService({ config: { signIn } });

const signOut = (secret: string, url = service.url) =>
  fetch(`${url}/auth/sign-out`, {
    method: 'POST',
    headers: { origin: url, cookie: `holdpoint-session=${secret}` },
  });

it('signing out of made-up sessions is limited per address, like signing in', async () => {
  const statuses: number[] = [];
  for (let round = 0; round < 16; round++) {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => signOut(randomBytes(32).toString('base64url'))),
    );
    statuses.push(...answers.map(({ status }) => status));
    const limited = answers.find(({ status }) => status === 429);
    if (limited) expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  expect(statuses.filter((status) => status === 200)).toHaveLength(300);
  expect(statuses.filter((status) => status === 429)).toHaveLength(20);
});

it('what cannot be the secret of a session is not looked up', async () => {
  const elsewhere = await testService({ config: { signIn } });
  await elsewhere.sql('ALTER TABLE "Session" RENAME TO "Away"');
  expect((await signOut('nonsense', elsewhere.url)).status).toBe(200);
  expect((await signOut('x'.repeat(43), elsewhere.url)).status).toBe(500);
});

it('the answer is 503 while the database is away', async () => {
  const port = await closedPort();
  const database = openDatabase(`postgresql://postgres@127.0.0.1:${port}/postgres`);
  onTestFinished(() => database.close());
  const times = defaultSessionTimes;
  const trustProxy = trustProxies([]);
  const log = pino({ level: 'silent' });
  const provider = new IdentityProvider(signIn);
  const server = new SignIn({ provider, database, times, publicUrl: null, trustProxy, log });
  const http = createServer((request, response) => {
    void server.answer(request.url ?? '', request, response);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void http.close());
  await once(http, 'listening');
  const { port: own } = http.address() as AddressInfo;
  const answer = await signOut('x'.repeat(43), `http://127.0.0.1:${own}`);
  expect(answer.status).toBe(503);
  expect(answer.headers.getSetCookie()).toEqual([]); // the session has not ended
});
