import type { IncomingMessage, ServerResponse } from 'node:http';
import { stringifyJson } from '@holdpoint/client/json';
import type { ExecutionResult } from 'graphql';
import type { LiveSubscriptions, Subscriber } from '../feed/liveSubscriptions.ts';
import type { UnreadAnswers } from '../limits/unreadAnswers.ts';
import type { Operation } from '../pipeline/pipeline.ts';
import type { TokenWatch } from './tokenWatch.ts';

/** A client that leaves more than this unread is disconnected, and resumes with Last-Event-ID. */
const MAX_QUEUED_BYTES = 1_000_000;
const PING_MS = 12_000;
/** The same as the limit for the pong of a WebSocket. */
const STALLED_MS = 24_000;
const CLOSE_GRACE_MS = 1_000;

export const wantsEventStream = ({ headers }: IncomingMessage): boolean =>
  headers.accept?.includes('text/event-stream') ?? false;

export type EventStreamOptions = {
  live: LiveSubscriptions;
  tokenWatch: TokenWatch;
  unreadAnswers: UnreadAnswers;
};

/**
 * Sends a subscription over SSE, in the distinct connections mode of GraphQL over SSE. The id of
 * each event is its cursor, so a client that reconnects with Last-Event-ID continues where it was.
 * If the service closes the stream, it sends no `complete`, so that clients reconnect. If the token
 * expired or was revoked, the last event is an error.
 * @param onStarted called with the errors of the start, or with an empty result
 */
export async function answerEventStream(
  { live, tokenWatch, unreadAnswers }: EventStreamOptions,
  operation: Operation,
  request: IncomingMessage,
  response: ServerResponse,
  onStarted: (result: ExecutionResult) => void,
): Promise<void> {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'X-Accel-Buffering': 'no',
  });
  const { viewer } = operation.args.contextValue;
  const stream = new EventStream(response, unreadAnswers, viewer.userId);
  const lastEventId = request.headers['last-event-id'];
  const lastCursor = typeof lastEventId === 'string' ? lastEventId : undefined;
  const running = await live.start(operation, stream, lastCursor);
  onStarted('stop' in running ? {} : running);
  if (!('stop' in running)) return stream.fail(stringifyJson(running));

  const unwatch = tokenWatch.watch(viewer, (message) => {
    const extensions = { code: 'UNAUTHENTICATED' };
    running.stop();
    stream.end(nextEvent(stringifyJson({ errors: [{ message, extensions }] })));
  });
  await Promise.race([running.ended, stream.closed]);
  running.stop();
  unwatch();
  stream.end();
}

/** The stream to one client. The amount of unsent data is limited. */
class EventStream implements Subscriber {
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
  readonly #response: ServerResponse;
  readonly #ping: NodeJS.Timeout;
  readonly #unreadAnswers: UnreadAnswers;
  readonly #userId: string;
  /** Set while the client leaves something unread. */
  #hasRead: (() => void) | undefined;

  constructor(response: ServerResponse, unreadAnswers: UnreadAnswers, userId: string) {
    this.#response = response;
    this.#unreadAnswers = unreadAnswers;
    this.#userId = userId;
    this.#ping = setInterval(() => response.write(':\n\n'), PING_MS);
    this.closed = new Promise((resolve) => {
      if (response.closed) resolve();
      else response.once('close', resolve);
    });
    void this.closed.then(() => {
      clearInterval(this.#ping);
      this.#hasRead?.();
    });
    response.on('drain', () => {
      this.#hasRead?.();
      this.#hasRead = undefined;
    });
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
    if (response.writableNeedDrain) {
      const bytes = Math.max(response.writableLength, MAX_QUEUED_BYTES);
      this.#hasRead ??= this.#unreadAnswers.add(this.#userId, bytes, () => response.destroy());
    }
    return true;
  }

  fail(result: string): void {
    this.end(`${nextEvent(result)}event: complete\ndata:\n\n`);
  }

  /** Disconnects a client that reads nothing for a while: SSE has no other sign that it is gone. */
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

  /** Ends the stream, and closes the connection soon after if the client does not read that. */
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
