import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { Viewer } from '../identity/viewer.ts';
import { stringifyJson } from '../json/stringifyJson.ts';
import type { LiveSubscriptions } from './liveSubscriptions.ts';
import type { PreparedOperation } from './prepareOperation.ts';
import type { TokenWatch } from './tokenWatch.ts';

/** As for WebSocket: who leaves more than this unread is cut off, and resumes with Last-Event-ID. */
const MAX_QUEUED_BYTES = 1_000_000;
const PING_MS = 12_000;

export const wantsEventStream = ({ headers }: IncomingMessage): boolean =>
  headers.accept?.includes('text/event-stream') ?? false;

/**
 * A subscription over SSE, in the distinct connections mode of GraphQL over SSE. Each event's id is its cursor, so a client
 * that comes back with Last-Event-ID goes on where it was. A stream that the service ends has no `complete`, so
 * that clients come back; one whose token ended has the error as its last event.
 */
export async function answerEventStream(
  live: LiveSubscriptions,
  tokenWatch: TokenWatch,
  operation: PreparedOperation,
  viewer: Viewer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-cache',
    'X-Accel-Buffering': 'no',
  });
  const lastEventId = request.headers['last-event-id'];
  const running = await live.start(
    { ...operation, ...(typeof lastEventId === 'string' && { lastCursor: lastEventId }) },
    {
      send(result, number) {
        if (response.writableLength > MAX_QUEUED_BYTES) response.destroy();
        else response.write(`id: ${number}\nevent: next\ndata: ${result}\n\n`);
      },
      async sent() {
        if (!response.writableNeedDrain || response.destroyed) return;
        await new Promise<void>((resolve) => {
          response.once('drain', resolve);
          response.once('close', resolve);
        });
      },
    },
  );

  if (!('stop' in running)) {
    response.end(`${errorEvent(running)}event: complete\ndata:\n\n`);
    return;
  }
  response.write(':\n\n');
  const ping = setInterval(() => response.write(':\n\n'), PING_MS);
  const unwatch = tokenWatch.watch(viewer, (message) => {
    const extensions = { code: 'UNAUTHENTICATED' };
    response.end(errorEvent({ errors: [{ message, extensions }] }));
  });
  response.once('close', () => running.stop());
  if (response.closed) running.stop();
  await running.ended;
  clearInterval(ping);
  unwatch();
  response.end();
}

const errorEvent = (result: ExecutionResult | { errors: object[] }): string =>
  `event: next\ndata: ${stringifyJson(result)}\n\n`;
