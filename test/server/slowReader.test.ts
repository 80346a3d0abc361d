import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { limitReading } from '../../src/server/limitReading.ts';

const LIMIT_MS = 300;
/** Long enough to read a large answer on a busy machine. */
const LONG_LIMIT_MS = 4_000;
/** More than the socket buffers can hold. */
const LARGE = Buffer.alloc(50_000_000, 'x');

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Sends a request and reads nothing of its answer yet. */
async function openRequest(body: Buffer, limitMs = LIMIT_MS): Promise<Socket> {
  server = createServer((_request, response) => {
    response.end(body);
    limitReading(response, limitMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.pause();
  await once(socket, 'connect');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  return socket;
}

const connections = () =>
  new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)));

it('a client that does not read is disconnected', async () => {
  const socket = await openRequest(LARGE);
  await expect.poll(connections).toBe(1);
  await expect.poll(connections, { timeout: 5_000 }).toBe(0);
  socket.destroy();
});

it('a client that reads gets everything and keeps its connection', async () => {
  const socket = await openRequest(LARGE, LONG_LIMIT_MS);
  let bytes = 0;
  socket.on('data', (chunk) => {
    bytes += chunk.length;
  });
  socket.resume();
  await expect.poll(() => bytes, { timeout: 5_000 }).toBeGreaterThan(LARGE.length);
  await new Promise((resolve) => setTimeout(resolve, LONG_LIMIT_MS));
  expect(await connections()).toBe(1);
  socket.destroy();
});

it('a small answer has no time limit', async () => {
  const socket = await openRequest(Buffer.from('small'));
  await new Promise((resolve) => setTimeout(resolve, 2 * LIMIT_MS));
  expect(await connections()).toBe(1);
  socket.destroy();
});
