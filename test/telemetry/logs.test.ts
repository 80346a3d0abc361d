import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/database.ts';
import { createApiToken, revokeApiToken } from '../../src/identity/apiTokens.ts';
import { type AppProcess, openStream, post, startApp, tokenFor } from '../app/startApp.ts';
import { transports } from '../identity/transports.ts';
import { SocketClient } from '../server/socketClient.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { JWT_SECRET } from '../support/testService.ts';

const database = await testDatabase();

const linesOf = (app: AppProcess) =>
  app
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));

async function stop(app: AppProcess): Promise<void> {
  app.child.kill('SIGTERM');
  await app.exited;
}

it('tokens, secrets and passwords never appear in the log, even with errors', async () => {
  const app = await startApp({ DATABASE_URL: database.url, LOG_LEVEL: 'trace' });
  const url = app.line;
  const { close, ...queries } = openDatabase(database.url);
  const apiToken = await createApiToken(queries, {
    userId: 'acme',
    actor: 'agent',
    scopes: ['review:request'],
    expiresAt: null,
  });
  const [row] = await database.sql<{ id: string }>('SELECT "id" FROM "ApiToken"');
  const jwt = await tokenFor('agent');
  const bad = `${jwt.slice(0, -4)}AAAA`;
  const unknown = `holdpoint_${'Zz0'.repeat(14)}Z`;
  const tokens = [apiToken, jwt, bad, unknown, 'plainsecretplainsecret'];

  for (const token of tokens) {
    for (const ask of Object.values(transports)) {
      for (const authorization of [`Bearer ${token}`, `Basic ${token}`, token]) {
        await ask(url, authorization);
      }
    }
    for (const document of [
      '{ viewer',
      '{ nothing }',
      '{ node(id: "x") { id } }',
      `{ a(token: "${token}") }`,
    ]) {
      await post(url, token, document);
    }
    await fetch(`${url}/graphql?access_token=${token}&query={viewer{actor}}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    await fetch(`${url}/nowhere/${token}?token=${token}`);
    await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'x-request-id': `!${token}` },
      body: token,
    });
    const socket = new SocketClient(url, { headers: { authorization: `Bearer ${token}` } });
    await socket.open();
    socket.send(`{"type":"connection_init","payload":{"authorization":"Bearer ${token}"`);
    await socket.closed;
  }
  // Database errors: while looking up a token, and in an operation.
  await database.sql('ALTER TABLE "ApiToken" RENAME TO "Elsewhere"');
  expect((await post(url, unknown.replace('Z', 'Y'), '{ viewer { actor } }')).status).toBe(500);
  await database.sql('ALTER TABLE "Elsewhere" RENAME TO "ApiToken"');
  await database.sql('ALTER TABLE "GraphExecution" RENAME TO "Elsewhere"');
  await post(url, jwt, '{ graphExecution(graphExecId: "e") { id } }');
  await database.sql('ALTER TABLE "Elsewhere" RENAME TO "GraphExecution"');
  const stream = await openStream(url, apiToken, 'subscription { reviewEvents { cursor } }');
  await revokeApiToken(queries, row?.id ?? '');
  await stream.ended;
  await close();
  await stop(app);

  expect(linesOf(app).length).toBeGreaterThan(50);
  const password = new URL(database.url).password;
  for (const secret of [...tokens, unknown.replace('Z', 'Y'), JWT_SECRET, password]) {
    expect(
      app
        .output()
        .split('\n')
        .filter((line) => line.includes(secret)),
    ).toEqual([]);
    // Nor a recognizable part of one.
    for (const part of secret.split('.')) {
      if (part.length > 30) expect(app.output()).not.toContain(part.slice(-24));
    }
  }
});

describe('the request id', () => {
  const ask = (url: string, id: string | undefined, token: string, query: string) =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(id !== undefined && { 'x-request-id': id }),
      },
      body: JSON.stringify({ query }),
    });

  it("is the caller's or a new one, and is in the answer and in all log lines of the request", async () => {
    const app = await startApp({ DATABASE_URL: database.url, LOG_LEVEL: 'debug' });
    const token = await tokenFor('agent');
    const given = await ask(app.line, 'my-request:1.2_3', token, '{ viewer { actor } }');
    expect(given.headers.get('x-request-id')).toBe('my-request:1.2_3');
    const refused = await ask(app.line, 'refused-1', 'nonsense', '{ viewer { actor } }');
    expect(refused.headers.get('x-request-id')).toBe('refused-1');
    const generated = await ask(app.line, undefined, token, '{ viewer { actor } }');
    expect(generated.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
    for (const invalid of ['a b', '"x"', 'x'.repeat(101), '$(x)']) {
      const { headers } = await ask(app.line, invalid, token, '{ viewer { actor } }');
      expect(headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
    }
    await database.sql('ALTER TABLE "GraphExecution" RENAME TO "Elsewhere"');
    await Promise.all(
      [1, 2, 3].map((n) =>
        ask(app.line, `broken-${n}`, token, '{ graphExecution(graphExecId: "e") { id } }'),
      ),
    );
    await database.sql('ALTER TABLE "Elsewhere" RENAME TO "GraphExecution"');
    await pause(50);
    await stop(app);

    const lines = linesOf(app);
    const linesOfRequest = (requestId: string) =>
      lines.filter((line) => line.requestId === requestId);
    expect(linesOfRequest('my-request:1.2_3')).toEqual([
      expect.objectContaining({ method: 'POST', path: '/graphql', status: 200 }),
    ]);
    expect(linesOfRequest('refused-1')).toEqual([expect.objectContaining({ status: 401 })]);
    expect(linesOfRequest(generated.headers.get('x-request-id') ?? '')).toHaveLength(1);
    for (const n of [1, 2, 3]) {
      expect(linesOfRequest(`broken-${n}`).map(({ msg }) => msg)).toEqual([
        'an operation failed',
        'request',
      ]);
    }
  });
});
