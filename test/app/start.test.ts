import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { openApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { closedPort } from '../support/closedPort.ts';
import { testDatabase } from '../support/testDatabase.ts';
import { JWT_SECRET } from '../support/testService.ts';
import { startApp } from './startApp.ts';

const database = await testDatabase();

async function listener(onConnection: () => void = () => {}) {
  const server = createServer(onConnection).listen(0, '127.0.0.1');
  await once(server, 'listening');
  database.beforeDrop(async () => server.close());
  return (server.address() as AddressInfo).port;
}

const other = (change: (url: URL) => void) => {
  const url = new URL(database.url);
  change(url);
  return url.href;
};

describe('a service that cannot start prints one line and exits', () => {
  it('if its port is in use', async () => {
    const port = await listener();
    const app = await startApp({ DATABASE_URL: database.url, PORT: String(port) });
    expect(app.line).toBe(
      `failed: Port ${port} on 127.0.0.1 is in use. Stop the process that uses it, or set PORT`,
    );
    expect(await app.exited).toMatchObject({ code: 1, signal: null });
  });

  it.each([
    [
      'is not running',
      async () =>
        other((url) => {
          url.port = String(PORTS.closed);
        }),
      /^failed: Cannot reach the database at 127.0.0.1:\d+\/\w+ \(ECONNREFUSED\)/,
    ],
    [
      'has a different password',
      async () =>
        other((url) => {
          url.password = 'guessed';
        }),
      /^failed: The database at .* refused: password authentication failed/,
    ],
    [
      'does not exist',
      async () =>
        other((url) => {
          url.pathname = '/nowhere';
        }),
      /^failed: The database at .*\/nowhere refused: database "nowhere" does not exist/,
    ],
    [
      'accepts connections but never answers',
      async () =>
        other((url) => {
          url.port = String(PORTS.silent);
        }),
      /^failed: Cannot reach the database at/,
    ],
    [
      'closes every connection at once',
      async () =>
        other((url) => {
          url.port = String(PORTS.rude);
        }),
      /^failed: Cannot reach the database at/,
    ],
  ])('if its database %s', async (_name, url, line) => {
    const app = await startApp({ DATABASE_URL: await url() });
    expect(app.line).toMatch(line);
    expect(app.line).not.toMatch(new URL(database.url).password);
    expect(await app.exited).toMatchObject({ code: 1, signal: null });
    expect((await app.exited).milliseconds).toBeLessThan(12_000);
  });
});

const PORTS = {
  closed: await closedPort(),
  silent: await listener(),
  rude: await listener(function (this: void, ...[socket]: unknown[]) {
    (socket as { destroy(): void }).destroy();
  } as () => void),
};

it('openApp rejects with the original error, and a second attempt on a free port succeeds', async () => {
  const port = await listener();
  const config = {
    ...readConfig({}),
    databaseUrl: database.url,
    jwtSecret: JWT_SECRET,
    port,
  };
  const log = pino({ level: 'silent' });
  await expect(openApp(config, log)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  const app = await openApp({ ...config, port: 0 }, log);
  expect((await fetch(`${app.url}/ready`)).status).toBe(200);
  // close() is idempotent: both calls wait for the same shutdown.
  const order: string[] = [];
  const first = app.close().then(() => order.push('first'));
  const second = app.close().then(() => order.push('second'));
  await Promise.all([first, second]);
  expect(order).toEqual(['first', 'second']);
  await expect(fetch(`${app.url}/health`)).rejects.toThrow();
});
