import type { IncomingMessage, ServerResponse } from 'node:http';
import { stringifyJson } from '@holdpoint/client/json';
import type { ExecutionResult } from 'graphql';
import type { Operation } from '../pipeline/pipeline.ts';
import type { LiveSubscriptions, Subscriber } from './liveSubscriptions.ts';
import type { TokenWatch } from './tokenWatch.ts';

/** As for WebSocket: who leaves more than this unread is cut off, and resumes with Last-Event-ID. */
const MAX_QUEUED_BYTES = 1_000_000;
const PING_MS = 12_000;
/** As long as a WebSocket may take to answer a ping. */
const STALLED_MS = 24_000;
const CLOSE_GRACE_MS = 1_000;

export const wantsEventStream = ({ headers }: IncomingMessage): boolean =>
  headers.accept?.includes('text/event-stream') ?? false;

/**
 * A subscription over SSE, in the distinct connections mode of GraphQL over SSE. Each event's id is its cursor, so a client
 * that comes back with Last-Event-ID goes on where it was. A stream that the service ends has no `complete`, so
 * that clients come back; one whose token ended has the error as its last event.
 * @param onStarted told at once how the start went: with errors, or with none
 */
export async function answerEventStream(
  live: LiveSubscriptions,
  tokenWatch: TokenWatch,
  operation: Operation,
  request: IncomingMessage,
  response: ServerResponse,
  onStarted: (result: ExecutionResult) => void,
): Promise<void> {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-cache',
    'X-Accel-Buffering': 'no',
  });
  const stream = new EventStream(response);
  const lastEventId = request.headers['last-event-id'];
  const lastCursor = typeof lastEventId === 'string' ? lastEventId : undefined;
  const running = await live.start(operation, stream, lastCursor);
  onStarted('stop' in running ? {} : running);
  if (!('stop' in running)) return stream.fail(stringifyJson(running));

  const unwatch = tokenWatch.watch(operation.args.contextValue.viewer, (message) => {
    const extensions = { code: 'UNAUTHENTICATED' };
    running.stop();
    stream.end(nextEvent(stringifyJson({ errors: [{ message, extensions }] })));
  });
  await Promise.race([running.ended, stream.closed]);
  running.stop();
  unwatch();
  stream.end();
}

/** One client's stream: what waits for the client is bounded, and after its end nothing more is written. */
class EventStream implements Subscriber {
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
  readonly #response: ServerResponse;
  readonly #ping: NodeJS.Timeout;

  constructor(response: ServerResponse) {
    this.#response = response;
    this.#ping = setInterval(() => response.write(':\n\n'), PING_MS);
    this.closed = new Promise((resolve) => {
      if (response.closed) resolve();
      else response.once('close', resolve);
    });
    void this.closed.then(() => clearInterval(this.#ping));
    response.write(':\n\n');
  }

  send(result: string, number: number): boolean {
    const response = this.#response;
    if (response.writableEnded || response.destroyed) return false;
    if (response.writableLength > MAX_QUEUED_BYTES) {
      response.destroy();
      return false;
    }
    response.write(`id: ${number}\n${nextEvent(result)}`);
    return true;
  }

  fail(result: string): void {
    this.end(`${nextEvent(result)}event: complete\ndata:\n\n`);
  }

  /** A client that takes nothing for long is gone, or might as well be: there is no other sign over SSE. */
  async sent(): Promise<void> {
    const response = this.#response;
    if (!response.writableNeedDrain || response.destroyed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => response.destroy(), STALLED_MS);
      const goOn = () => {
        clearTimeout(timer);
        response.off('drain', goOn).off('close', goOn);
        resolve();
      };
      response.on('drain', goOn).on('close', goOn);
    });
  }

  /** Ends the stream; a client that does not read even that is cut off after a moment. */
  end(lastWords = ''): void {
    clearInterval(this.#ping);
    const response = this.#response;
    if (response.writableEnded || response.destroyed) return;
    response.end(lastWords);
    const timer = setTimeout(() => response.destroy(), CLOSE_GRACE_MS);
    response.once('close', () => clearTimeout(timer));
  }
}

const nextEvent = (result: string): string => `event: next\ndata: ${result}\n\n`;
