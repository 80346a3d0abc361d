import { request } from 'node:http';
import { expect, it } from 'vitest';
import { Exposed } from '../support/prometheus.ts';
import { testService } from '../support/testService.ts';
import { SocketClient } from './socketClient.ts';

const service = await testService({
  config: { maxHandshakesPerAddress: 3, trustedProxies: ['loopback'] },
});
const untrusting = await testService({ config: { maxHandshakesPerAddress: 3 } });
const { agent } = service.team();
const token = await agent.token;

const from = (address: string, url = service.url) =>
  new SocketClient(url, { headers: { 'x-forwarded-for': address } });

/** The status of an upgrade that is refused, and its headers. */
const refusedUpgrade = (address: string, url = service.url) =>
  new Promise<{ status: number | undefined; retryAfter: string | undefined }>((resolve, reject) => {
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-protocol': 'graphql-transport-ws',
      'x-forwarded-for': address,
    };
    request(`${url}/graphql`, { headers })
      .on('response', ({ statusCode, headers: answered }) =>
        resolve({ status: statusCode, retryAfter: answered['retry-after'] }),
      )
      .on('upgrade', (_response, socket) => {
        socket.destroy();
        reject(new Error('upgraded'));
      })
      .on('error', reject)
      .end();
  });
const refused = { status: 429, retryAfter: '1' };

it('an address has at most so many unauthenticated sockets, and others connect', async () => {
  const sockets = [from('203.0.113.1'), from('203.0.113.1'), from('203.0.113.1')];
  for (const socket of sockets) await socket.open();
  expect(await refusedUpgrade('203.0.113.1')).toEqual(refused);
  const other = from('203.0.113.2');
  await other.open();
  // An authenticated socket no longer counts, nor does a closed one.
  sockets[0]?.init(token);
  await sockets[0]?.message('connection_ack');
  const next = from('203.0.113.1');
  await next.open();
  expect(await refusedUpgrade('203.0.113.1')).toEqual(refused);
  await sockets[1]?.close();
  const last = from('203.0.113.1');
  await last.open();
  for (const socket of [...sockets, other, next, last]) socket.socket.terminate();
});

it('sockets that were refused for their token do not count', async () => {
  for (let n = 0; n < 10; n++) {
    const socket = from('203.0.113.3');
    await socket.open();
    socket.init('holdpoint_wrong');
    expect((await socket.closed).code).toBe(4403);
  }
});

it('addresses that a client invents do not help: the proxy adds the true one', async () => {
  const sockets = [1, 2, 3].map((n) => from(`198.51.100.${n}, 203.0.113.4`));
  for (const socket of sockets) await socket.open();
  expect(await refusedUpgrade('198.51.100.4, 203.0.113.4')).toEqual(refused);
  for (const socket of sockets) await socket.close();
});

it('all addresses of one IPv6 network count as one', async () => {
  const sockets = [1, 2, 3].map((n) => from(`2001:db8:1:2:${n}::1`));
  for (const socket of sockets) await socket.open();
  expect(await refusedUpgrade('2001:db8:1:2:ffff::')).toEqual(refused);
  const other = from('2001:db8:1:3::1');
  await other.open();
  for (const socket of [...sockets, other]) await socket.close();
});

it('without trusted proxies, X-Forwarded-For is not read', async () => {
  const sockets = [1, 2, 3].map((n) => from(`203.0.113.${n}`, untrusting.url));
  for (const socket of sockets) await socket.open();
  expect(await refusedUpgrade('203.0.113.4', untrusting.url)).toEqual(refused);
  for (const socket of sockets) await socket.close();
});

it('what is refused is counted', async () => {
  const exposed = new Exposed(await (await fetch(`${service.url}/metrics`)).text());
  const labels = { limit: 'handshakes_per_address' };
  expect(exposed.value('holdpoint_limits_reached_total', labels)).toBeGreaterThanOrEqual(4);
});

const ping = { type: 'ping' };

it('an unauthenticated socket is closed on its fourth message', async () => {
  const socket = from('203.0.113.5');
  await socket.open();
  for (let n = 0; n < 3; n++) socket.send(ping);
  for (let n = 0; n < 3; n++) await socket.message('pong');
  socket.send(ping);
  expect(await socket.closed).toEqual({
    code: 4429,
    reason: 'At most 3 messages before authentication',
  });
});

it('an unauthenticated socket is closed on more than 64 KB, before the message is complete', async () => {
  const socket = from('203.0.113.6');
  await socket.open();
  // The first half of a message that never ends.
  socket.socket.send(`{"type":"ping","payload":"${'x'.repeat(70_000)}`, { fin: false });
  expect(await socket.closed).toEqual({
    code: 1009,
    reason: 'At most 64000 bytes before authentication',
  });
});

it('an authenticated socket may send more, and larger messages', async () => {
  const socket = from('203.0.113.7');
  await socket.open();
  socket.init(token);
  await socket.message('connection_ack');
  for (let n = 0; n < 10; n++) socket.send(ping);
  for (let n = 0; n < 10; n++) await socket.message('pong');
  socket.subscribe('1', '{ viewer { actor } }', { unknown: 'x'.repeat(1_000_000) });
  await socket.message('complete', '1');
  await socket.close();
});

it('a socket that floods the service with ping frames is closed', async () => {
  const socket = from('203.0.113.8');
  await socket.open();
  socket.init(token);
  await socket.message('connection_ack');
  for (let n = 0; n < 3_000 && socket.socket.readyState === socket.socket.OPEN; n++) {
    socket.socket.ping();
  }
  // The code gets lost if the client is still sending when the service closes.
  expect([4429, 1006]).toContain((await socket.closed).code);
});
