import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { apiVersion } from '../../packages/client/src/apiVersion.ts';
import { openBrowser } from '../support/browser.ts';
import { testService } from '../support/testService.ts';
import { bundleClient } from './bundleClient.ts';

/** How long a socket is silent before it is pinged. */
const KEEP_ALIVE_MS = 10_000;

const service = await testService();

it('requests, waits and acts in a real browser', async () => {
  const { agent, reviewer } = service.team();
  const [chunk] = await bundleClient('iife');
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(`${service.url}/health`);
    await page.evaluate(`${chunk?.code}; globalThis.holdpoint = holdpoint;`);
    const run = `(async ([token, human]) => {
      const url = location.origin;
      const deciding = holdpoint.createClient({ url, token: human });
      const asking = holdpoint.createClient({ url, token });
      const send = asking.gate(async (mail) => 'sent to ' + mail.to, {
        execution: 'run-1',
        node: 'send',
        onWaiting: (nodeExecId) => deciding.decideReviews({
          decisions: [{ nodeExecId, decision: 'APPROVE', payload: { to: 'b' } }],
        }),
      });
      return send({ to: 'a' });
    })(${JSON.stringify([await agent.token, await reviewer.token])})`;
    expect(await page.evaluate(run)).toBe('sent to b');
  } finally {
    await browser.close();
  }
}, 60_000);

it('sends nothing over a closing socket, which browsers would log as an error', async () => {
  const server = createServer((request, response) => {
    if (request.method === 'GET') return void response.end();
    const viewer = { scopes: ['review:read'] };
    response.end(JSON.stringify({ data: { apiVersion, viewer } }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, connection, head) => {
    sockets.handleUpgrade(request, connection, head, (socket) => {
      socket.on('message', (message) => {
        const { type } = JSON.parse(String(message));
        if (type === 'connection_init') return socket.send('{"type":"connection_ack"}');
        // The server never reads the client's close frame, so the socket is still closing when a
        // ping is due.
        setTimeout(() => {
          socket.close(1001);
          connection.pause();
        }, KEEP_ALIVE_MS - 1_000);
      });
    });
  });
  const [chunk] = await bundleClient('iife');
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    const consoleErrors: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') consoleErrors.push(message.text());
    });
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.evaluate(`${chunk?.code}; globalThis.holdpoint = holdpoint;`);
    await page.evaluate(`{
      const client = holdpoint.connect({ url: location.origin + '/graphql', token: 'token' });
      const { signal } = new AbortController();
      client.subscribe('subscription { x }', {}, { signal }).next().catch(() => {});
    }`);
    await page.waitForTimeout(KEEP_ALIVE_MS + 1_000);
    expect(consoleErrors).toEqual([]);
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}, 60_000);
