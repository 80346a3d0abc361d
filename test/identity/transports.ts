import { SocketClient } from '../server/socketClient.ts';

/** The same query over each transport, to see how the service treats an authorization. */
export type Outcome = { accepted: boolean; message: string };

const query = '{ viewer { userId actor scopes } }';
const subscription = 'subscription { reviewEvents { cursor } }';

const json = { 'content-type': 'application/json' };

/** Queries with this Authorization header, or connection parameter of that name. */
export const transports: Record<
  string,
  (url: string, authorization: string | undefined) => Promise<Outcome>
> = {
  HTTP: (url, authorization) => overHttp(url, authorization, 'application/json', query),
  SSE: (url, authorization) => overHttp(url, authorization, 'text/event-stream', subscription),
  'HTTP by GET': (url, authorization) =>
    overHttp(`${url}?query=${encodeURIComponent(query)}`, authorization, 'application/json'),

  async WebSocket(url, authorization) {
    const client = new SocketClient(url);
    await client.open();
    client.send({ type: 'connection_init', payload: { authorization } });
    const outcome = await Promise.race([
      client.message('connection_ack').then(
        () => ({ accepted: true, message: '' }),
        // The socket was closed instead, with a more specific code.
        () => new Promise<never>(() => {}),
      ),
      client.closed.then(({ code, reason }) => {
        if (code !== 4403) throw new Error(`closed with ${code} ${reason}`);
        return { accepted: false, message: reason };
      }),
    ]);
    client.socket.terminate();
    return outcome;
  },
};

async function overHttp(
  url: string,
  authorization: string | undefined,
  accept: string,
  document?: string,
): Promise<Outcome> {
  const stop = new AbortController();
  const response = await fetch(document === undefined ? withPath(url) : `${url}/graphql`, {
    method: document === undefined ? 'GET' : 'POST',
    headers: { ...json, accept, ...(authorization !== undefined && { authorization }) },
    ...(document !== undefined && { body: JSON.stringify({ query: document }) }),
    signal: stop.signal,
  });
  if (response.status === 200) {
    stop.abort();
    return { accepted: true, message: '' };
  }
  const { errors } = JSON.parse(await response.text());
  if (response.status !== 401 || errors[0].extensions.code !== 'UNAUTHENTICATED') {
    throw new Error(`${response.status}: ${JSON.stringify(errors)}`);
  }
  if (response.headers.get('www-authenticate') !== 'Bearer') throw new Error('no WWW-Authenticate');
  return { accepted: false, message: errors[0].message };
}

function withPath(url: string): string {
  const asked = new URL(url);
  asked.pathname = '/graphql';
  return asked.href;
}
