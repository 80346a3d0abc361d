import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { ask } from '../support/operations.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { testService } from '../support/testService.ts';
import { create, deliveries } from './operations.ts';
import { Receiver } from './receiver.ts';

const TIMEOUT_MS = 600;
const service = await testService({
  config: { webhookAllowPrivate: true },
  // Only one attempt, so that its result can be read.
  webhooks: { pausesMs: [], timeoutMs: TIMEOUT_MS },
});

async function attemptAt(url: string) {
  const { agent, user } = service.team();
  const manager = service.as({ user, actor: 'ops', scopes: ['webhook:manage'] });
  const { webhook } = await create(manager, url);
  await ask(agent, 'n');
  let delivery: Awaited<ReturnType<typeof deliveries>>[number] | undefined;
  await expect
    .poll(
      async () => {
        [delivery] = await deliveries(manager, webhook.webhookId);
        return delivery?.attempts;
      },
      { timeout: 5_000 },
    )
    .toBe(1);
  const [attempt] = delivery?.lastAttempts ?? [];
  if (!delivery || !attempt) throw new Error('no attempt');
  return { state: delivery.status, ...attempt };
}

it('a receiver that never responds is given up in time', async () => {
  const receiver = await Receiver.open();
  receiver.answer = () => {};
  const { state, status, error, milliseconds } = await attemptAt(receiver.url);
  expect({ state, status, error }).toEqual({
    state: 'PARKED',
    status: null,
    error: `No answer within ${TIMEOUT_MS} ms`,
  });
  expect(milliseconds).toBeGreaterThanOrEqual(TIMEOUT_MS - 5);
  expect(milliseconds).toBeLessThan(TIMEOUT_MS + 1_000);
  await expect.poll(() => receiver.open).toBe(0);
});

it('a receiver that reads nothing, or sends its headers byte by byte, is given up in time', async () => {
  for (const drip of [false, true]) {
    const server = createServer(async (socket) => {
      socket.on('error', () => {});
      while (drip && !socket.destroyed) {
        socket.write('H');
        await pause(20);
      }
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    service.database.beforeDrop(async () => server.close());
    const { port } = server.address() as AddressInfo;
    const { state, status, milliseconds } = await attemptAt(`http://127.0.0.1:${port}/`);
    expect({ state, status }).toEqual({ state: 'PARKED', status: null });
    expect(milliseconds).toBeLessThan(TIMEOUT_MS + 1_000);
  }
});

it('only a little is read of a response of a gigabyte', async () => {
  const receiver = await Receiver.open();
  let written = 0;
  receiver.answer = (_message, response) => {
    response.writeHead(200);
    const chunk = Buffer.alloc(65_536);
    const more = () => {
      while (written < 2 ** 30 && !response.destroyed) {
        written += chunk.length;
        if (!response.write(chunk)) return void response.once('drain', more);
      }
    };
    more();
  };
  const memory = process.memoryUsage().rss;
  // The status was 200; the body does not matter.
  expect(await attemptAt(receiver.url)).toMatchObject({ state: 'DELIVERED', status: 200 });
  await expect.poll(() => receiver.open).toBe(0);
  expect(written).toBeLessThan(20 * 2 ** 20); // what fits into the buffers of both sockets
  expect(process.memoryUsage().rss - memory).toBeLessThan(200 * 2 ** 20);
});

it('a receiver that sends endless headers is disconnected', async () => {
  const receiver = await Receiver.open();
  receiver.answer = (_message, response) => {
    response.socket?.write('HTTP/1.1 200 OK\r\n');
    const header = `x: ${'y'.repeat(1_000)}\r\n`;
    for (let n = 0; n < 1_000; n++) response.socket?.write(header);
  };
  expect(await attemptAt(receiver.url)).toMatchObject({ state: 'PARKED', status: null });
});

it.each([301, 302, 303, 307, 308])('a redirect is not followed: %d', async (status) => {
  const elsewhere = await Receiver.open();
  const receiver = await Receiver.open();
  receiver.answer = (_message, response) =>
    response.writeHead(status, { location: elsewhere.url }).end();
  expect(await attemptAt(receiver.url)).toMatchObject({
    state: 'PARKED',
    status,
    error: `HTTP ${status}: redirects are not followed`,
  });
  expect(elsewhere.received).toEqual([]);
});

it.each([400, 404, 410, 429, 500, 503])('a response of %d is a failure', async (status) => {
  const receiver = await Receiver.open();
  receiver.answer = (_message, response) => response.writeHead(status).end('no');
  expect(await attemptAt(receiver.url)).toMatchObject({ status, error: `HTTP ${status}` });
});

it('a URL with a scheme in capitals works', async () => {
  const receiver = await Receiver.open();
  expect(await attemptAt(` ${receiver.url.replace('http:', 'HTTP:')}`)).toMatchObject({
    state: 'DELIVERED',
  });
  const overTls = await attemptAt(receiver.url.replace('http:', 'HTTPS:'));
  expect(overTls).toMatchObject({ state: 'PARKED', error: expect.stringContaining('SSL') });
});

it('a refused connection and a closed one are distinguished', async () => {
  const receiver = await Receiver.open();
  receiver.answer = (_message, response) => response.socket?.destroy();
  expect(await attemptAt(receiver.url)).toMatchObject({ status: null, error: 'socket hang up' });
  const { url } = receiver;
  receiver.close();
  const gone = await attemptAt(url);
  expect(gone.error).toContain('ECONNREFUSED');
});

it('webhooks that hang delay no others', async () => {
  const database = await testDatabase();
  const patient = await testService({
    database,
    config: { webhookAllowPrivate: true },
    webhooks: { pausesMs: [], timeoutMs: 3_000 },
  });
  const { agent, user } = patient.team();
  const manager = patient.as({ user, actor: 'ops', scopes: ['webhook:manage'] });
  const hanging = await Receiver.open();
  hanging.answer = () => {};
  // As many hanging webhooks as workers, each with several reviews.
  for (let n = 0; n < 8; n++) await create(manager, hanging.url);
  await Promise.all(Array.from({ length: 60 }, (_, n) => ask(agent, `hang-${n}`)));
  await expect.poll(() => hanging.maxOpen, { timeout: 5_000 }).toBeGreaterThan(40);
  const firstTime = hanging.received.length;
  await hanging.until(firstTime + 20);
  // From now on they are known to be slow, and get at most half of the workers.
  await expect.poll(() => hanging.open, { timeout: 6_000 }).toBeLessThanOrEqual(32);

  const healthy = patient.team();
  const other = patient.as({ user: healthy.user, actor: 'ops', scopes: ['webhook:manage'] });
  const receiver = await Receiver.open();
  await create(other, receiver.url);
  const start = performance.now();
  for (let n = 0; n < 5; n++) await ask(healthy.agent, `n-${n}`);
  await receiver.until(5);
  expect(performance.now() - start).toBeLessThan(1_500);
  expect(hanging.open).toBeGreaterThan(0);
  await patient.close();
});
