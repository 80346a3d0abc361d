import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const TIMEOUT_MS = 10_000;

export type ReceivedSpan = {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  kind: number;
  attributes: { key: string; value: Record<string, unknown> }[];
  status: { code?: number };
};

export type OtlpReceiver = {
  url: string;
  /** The text of everything received. */
  text(): string;
  /** Waits for a span that matches. */
  span(wanted: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan>;
  spans(): ReceivedSpan[];
  close(): void;
};

/** A trace collector: OTLP over HTTP with JSON. */
export async function otlpReceiver(): Promise<OtlpReceiver> {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    if (request.url === '/v1/traces') bodies.push(body);
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  const spans = (): ReceivedSpan[] =>
    bodies.flatMap((body) =>
      JSON.parse(body).resourceSpans.flatMap(
        (resource: { scopeSpans: { spans: ReceivedSpan[] }[] }) =>
          resource.scopeSpans.flatMap((scope) => scope.spans),
      ),
    );
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    text: () => bodies.join('\n'),
    spans,
    async span(wanted) {
      const deadline = Date.now() + TIMEOUT_MS;
      for (;;) {
        const found = spans().find(wanted);
        if (found) return found;
        if (Date.now() > deadline) {
          throw new Error(`no matching span. Received: ${spans().map(({ name }) => name)}`);
        }
        await pause(50);
      }
    },
    close: () => server.close(),
  };
}

export const attributesOf = ({ attributes }: ReceivedSpan): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
