import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { testDatabase } from '../support/testDatabase.ts';
import { testService } from '../support/testService.ts';
import { SocketClient } from './socketClient.ts';

const allowed = 'https://reviews.example.com';
const stranger = 'https://evil.example.com';
const database = await testDatabase();
const closed = await testService({ database });
const open = await testService({ database, config: { allowedOrigins: [allowed] } });
const token = await closed.team().agent.token;

const ask = (url: string, method: 'POST' | 'OPTIONS', origin?: string) =>
  fetch(`${url}/graphql`, {
    method,
    headers: {
      ...(origin && { origin }),
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(method === 'OPTIONS' && {
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      }),
    },
    ...(method === 'POST' && { body: '{"query":"{ viewer { actor } }"}' }),
  });

describe('pages from other origins', () => {
  it.each([stranger, 'null', allowed])('cannot read answers by default: %s', async (origin) => {
    for (const method of ['POST', 'OPTIONS'] as const) {
      const { headers } = await ask(closed.url, method, origin);
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it('can read answers if their origin is allowed, after a preflight request', async () => {
    const preflight = await ask(open.url, 'OPTIONS', allowed);
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(allowed);
    expect(preflight.headers.get('access-control-allow-methods')).toContain('POST');
    expect(preflight.headers.get('access-control-allow-headers')).toMatch(/authorization/);
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
    const answer = await ask(open.url, 'POST', allowed);
    expect(answer.headers.get('access-control-allow-origin')).toBe(allowed);
    expect(answer.headers.get('vary')).toMatch(/origin/i);
    // Refusals are readable too, so that the page can show why.
    const refused = await fetch(`${open.url}/graphql`, {
      method: 'POST',
      headers: { origin: allowed },
    });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('access-control-allow-origin')).toBe(allowed);
  });

  it.each([
    stranger,
    'null',
    `${allowed}.evil.com`,
    `${allowed}:8443`,
    'http://reviews.example.com',
    'https://xreviews.example.com',
  ])('cannot read answers if only another origin is allowed: %s', async (origin) => {
    for (const method of ['POST', 'OPTIONS'] as const) {
      const { headers } = await ask(open.url, method, origin);
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});

describe('a WebSocket', () => {
  const stateOf = async (url: string, origin?: string) => {
    const client = new SocketClient(url, origin === undefined ? {} : { origin });
    const refused = new Promise<number>((resolve) =>
      client.socket.on('unexpected-response', (_request, response) => {
        resolve(response.statusCode ?? 0);
        client.socket.terminate();
      }),
    );
    const state = await Promise.race([refused, client.open().then(() => 101)]);
    client.socket.terminate();
    return state;
  };

  it("opens for the service's own page, for allowed origins and without an origin", async () => {
    expect(await stateOf(closed.url)).toBe(101);
    expect(await stateOf(closed.url, closed.url)).toBe(101);
    expect(await stateOf(open.url, allowed)).toBe(101);
    expect(await stateOf(open.url, open.url)).toBe(101);
  });

  it('is refused for other origins, because CORS does not cover WebSockets', async () => {
    expect(await stateOf(closed.url, allowed)).toBe(403);
    for (const origin of [
      stranger,
      'null',
      `${allowed}.evil.com`,
      `${open.url}.evil.com`,
      'nonsense',
    ]) {
      expect(await stateOf(open.url, origin), origin).toBe(403);
    }
  });

  it('is available at /graphql only', async () => {
    const { hostname, port } = new URL(open.url);
    for (const path of ['/', '/graphql/', '/ready']) {
      const socket = connect(Number(port), hostname);
      socket.write(upgrade(path, 'websocket'));
      const [chunk] = await once(socket, 'data');
      expect(String(chunk)).toMatch(/^HTTP\/1.1 404 /);
      socket.destroy();
    }
  });

  it('that the client resets during the refusal does not crash the service', async () => {
    const { hostname, port } = new URL(open.url);
    for (let round = 0; round < 50; round++) {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      socket.write(upgrade(round % 2 ? '/graphql' : '/nowhere', 'websocket'));
      await new Promise((resolve) => setTimeout(resolve, round % 5));
      socket.resetAndDestroy();
    }
    expect((await ask(open.url, 'POST')).status).toBe(200);
  });

  it('is optional: a request that offers another upgrade, such as h2c, is answered over HTTP', async () => {
    const { hostname, port } = new URL(open.url);
    const socket = connect(Number(port), hostname);
    const body = '{"query":"{ viewer { actor } }"}';
    socket.write(
      `POST /graphql HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade, HTTP2-Settings\r\n` +
        `Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nAuthorization: Bearer ${token}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    const [chunk] = await once(socket, 'data');
    expect(String(chunk)).toMatch(/^HTTP\/1.1 200 /);
    socket.destroy();
  });
});

const upgrade = (path: string, protocol: string) =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n` +
  `Origin: ${stranger}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
