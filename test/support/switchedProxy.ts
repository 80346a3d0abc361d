import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { onTestFinished } from 'vitest';

const REFUSAL = 'HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n';

export type SwitchedProxy = {
  url: string;
  /** The service that new connections go to. Null: they are refused. */
  target: string | null;
  /** Whether WebSockets are let through. */
  upgrades: boolean;
  readonly sockets: { open: number; everOpened: number; refused: number };
  /**
   * The connection is cut after the next request with this text reached the service, so its
   * response is lost.
   */
  swallowAnswerTo: string | null;
  /** Runs before the next request with this text reaches the service. */
  beforeRequest: { text: string; run: () => Promise<unknown> } | null;
  /** Replaces a text in what the service sends over WebSockets. Both have the same length. */
  replaceInSockets: readonly [from: string, to: string] | null;
  /** Number of HTTP requests so far. */
  requests: number;
  /** The HTTP data so far. */
  received: string;
  /** Cuts all connections, like an unplugged cable. */
  cut(): void;
};

/**
 * A proxy between a client and a service that simulates network faults and counts requests. Closed
 * after the test.
 */
export async function switchedProxy(target: string): Promise<SwitchedProxy> {
  const connections = new Set<Socket>();
  const proxy: SwitchedProxy = {
    url: '',
    target,
    upgrades: true,
    sockets: { open: 0, everOpened: 0, refused: 0 },
    swallowAnswerTo: null,
    beforeRequest: null,
    replaceInSockets: null,
    requests: 0,
    received: '',
    cut() {
      for (const connection of connections) connection.destroy();
    },
  };

  const server = createServer((client) => {
    connections.add(client);
    client.on('error', () => {});
    client.once('close', () => connections.delete(client));
    if (proxy.target === null) return void client.destroy();
    const { hostname, port } = new URL(proxy.target);
    const upstream = connect(Number(port), hostname);
    upstream.on('error', () => client.destroy());
    upstream.once('close', () => client.destroy());
    client.once('close', () => upstream.destroy());
    let isSocket = false;
    const replaced = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        const change = isSocket ? proxy.replaceInSockets : null;
        const text = chunk.toString('latin1');
        done(null, change ? Buffer.from(text.replaceAll(...change), 'latin1') : chunk);
      },
    });
    upstream.pipe(replaced).pipe(client);

    client.on('data', (chunk) => {
      // A client may upgrade a connection that it has used for requests.
      const head = isSocket ? '' : chunk.toString('latin1');
      if (/^upgrade: *websocket/im.test(head)) {
        if (!proxy.upgrades) {
          proxy.sockets.refused++;
          return void client.end(REFUSAL);
        }
        isSocket = true;
        proxy.sockets.open++;
        proxy.sockets.everOpened++;
        client.once('close', () => proxy.sockets.open--);
      } else {
        proxy.received += head;
        if (/^(POST|GET) /.test(head)) proxy.requests++;
      }
      if (proxy.swallowAnswerTo !== null && head.includes(proxy.swallowAnswerTo)) {
        proxy.swallowAnswerTo = null;
        upstream.unpipe(replaced);
        upstream.once('data', () => client.destroy()).resume();
      }
      const hook = proxy.beforeRequest;
      if (hook === null || !head.includes(hook.text)) return void upstream.write(chunk);
      proxy.beforeRequest = null;
      client.pause();
      void hook.run().finally(() => {
        upstream.write(chunk);
        client.resume();
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(async () => {
    proxy.cut();
    server.close();
    await once(server, 'close');
  });
  return proxy;
}
