import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll } from 'vitest';

export type PathProxy = {
  /** The address of the service behind the proxy, with the path. */
  publicUrl: string;
  /** Sends requests to this service from now on. */
  forwardTo(url: string): void;
};

/**
 * A proxy that has a service below a path of its own, and nothing elsewhere. As most proxies do
 * without further settings, it sends its own Host header. It is closed after the test file.
 * @param keepsPath whether the service sees the path
 */
export async function pathProxy(path: string, keepsPath: boolean): Promise<PathProxy> {
  let target = new URL('http://127.0.0.1');

  /** The URL that the service gets; null if this is not below the path. */
  function forwarded({ url = '' }: IncomingMessage): string | null {
    const rest = url.startsWith(path) ? url.slice(path.length) : null;
    if (rest === null || !/^([/?]|$)/.test(rest)) return null;
    if (keepsPath) return url;
    return rest.startsWith('/') ? rest : `/${rest}`;
  }

  const server = createServer((incoming, outgoing) => {
    const url = forwarded(incoming);
    if (url === null) return void outgoing.writeHead(404).end('not of the service');
    const headers = { ...incoming.headers, host: target.host };
    const { hostname, port } = target;
    const { method } = incoming;
    const onward = request({ hostname, port, path: url, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  server.on('upgrade', (incoming, socket) => {
    const url = forwarded(incoming);
    if (url === null) return void socket.destroy();
    const onward = connect(Number(target.port), target.hostname);
    const headers = { ...incoming.headers, host: target.host };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    onward.write([`GET ${url} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
    for (const [from, to] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return {
    publicUrl: `http://127.0.0.1:${port}${path}`,
    forwardTo(url) {
      target = new URL(url);
    },
  };
}
