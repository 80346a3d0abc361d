import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export type RecordingServer = {
  url: string;
  /** The request bodies, in order. */
  readonly received: string[];
  /** How many requests the client aborted before they were answered. */
  givenUp: number;
};

/** A fake server, which may or may not look like Holdpoint; closed at the end of the test. */
export async function recordingServer(
  status: number,
  type: string,
  answer: (body: string) => string | Promise<string>,
): Promise<RecordingServer> {
  const http = createServer(async (request, response) => {
    response.once('close', () => {
      if (!response.writableEnded) server.givenUp++;
    });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    server.received.push(body);
    response.writeHead(status, { 'content-type': type }).end(await answer(body));
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  const { port } = http.address() as AddressInfo;
  const server: RecordingServer = { url: `http://127.0.0.1:${port}`, received: [], givenUp: 0 };
  return server;
}
