import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { applicationName } from '../../src/database/applicationName.ts';

const READY_FOR_QUERY = 'Z'.charCodeAt(0);

export type CountingProxy = {
  /** URL of the same database, through the proxy. */
  url: string;
  /** Counts the round trips of the service's statements, except those for notifications. */
  roundTripsDuring(work: () => Promise<unknown>): Promise<number>;
  close(): Promise<void>;
};

/**
 * A proxy between a service and PostgreSQL that counts round trips: each ends with ReadyForQuery,
 * whatever the client library.
 */
export async function countingProxy(databaseUrl: string): Promise<CountingProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let count = 0;

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
    let isPool = false;
    client.once('data', (startup) => {
      isPool = startup.includes(`application_name\0${applicationName()}\0`);
    });
    // The first one ends the login.
    let ready = 0;
    upstream.on(
      'data',
      eachMessage((type) => {
        if (type === READY_FOR_QUERY && isPool && ready++ > 0) count++;
      }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    async roundTripsDuring(work) {
      const before = count;
      await work();
      return count - before;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Splits PostgreSQL's output into messages: a one-byte type, then the length including itself. */
function eachMessage(onMessage: (type: number) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 5) {
      const end = 1 + rest.readInt32BE(1);
      if (rest.length < end) return;
      onMessage(rest.readUInt8(0));
      rest = rest.subarray(end);
    }
  };
}
