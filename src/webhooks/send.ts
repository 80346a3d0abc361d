import { type IncomingMessage, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { faultOfReceiverUrl, publicLookup } from './receiverAddress.ts';
import { retryAfterOf } from './retryAfter.ts';

/** The most that is read of an answer. Nothing of it is kept. */
const MAX_ANSWER_BYTES = 65_536;
const MAX_ERROR_CHARACTERS = 200;
/** The statuses with which `Retry-After` counts. */
const TOO_MANY_REQUESTS = 429;
const SERVICE_UNAVAILABLE = 503;

export type Outcome = {
  /** The HTTP status; null if there was no answer. */
  status: number | null;
  /** Null if the receiver accepted the message with any 2xx. */
  error: string | null;
  milliseconds: number;
  /** How long the receiver asks to wait, in milliseconds. Null if it does not. */
  retryAfterMs: number | null;
};

type Answer = Omit<Outcome, 'milliseconds'>;

export type SendOptions = {
  headers: Record<string, string>;
  body: string;
  /** For the whole request, from the lookup of the name to the end of the answer. */
  timeoutMs: number;
  /** Whether receivers may be in one's own network, and do without TLS. */
  allowPrivate: boolean;
  /** Gives the request up. */
  signal: AbortSignal;
};

/**
 * Posts a message once, over a connection of its own. Redirects are not followed. Whatever the
 * receiver does, the request ends in time and uses little memory.
 * @throws AbortError if it was given up; every other failure is an outcome
 */
export async function send(url: string, options: SendOptions): Promise<Outcome> {
  const start = performance.now();
  const { status, error, retryAfterMs } = await post(url, options);
  return {
    status,
    retryAfterMs,
    error: error?.slice(0, MAX_ERROR_CHARACTERS) ?? null,
    milliseconds: Math.round(performance.now() - start),
  };
}

function post(
  url: string,
  { headers, body, timeoutMs, allowPrivate, signal }: SendOptions,
): Promise<Answer> {
  const fault = faultOfReceiverUrl(url, allowPrivate);
  if (fault) {
    return Promise.resolve({ status: null, error: `The URL ${fault}`, retryAfterMs: null });
  }

  return new Promise((resolve, reject) => {
    const receiver = new URL(url);
    const open = receiver.protocol === 'https:' ? overHttps : overHttp;
    const sending = open(receiver, {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      agent: false, // a reused connection might have been closed meanwhile, which would look like a failure
      signal,
      ...(!allowPrivate && { lookup: publicLookup() }),
    });
    let status: number | null = null;
    let retryAfterMs: number | null = null;
    const end = (error: string | null) => {
      clearTimeout(timer);
      resolve({ status, error, retryAfterMs });
    };
    const timer = setTimeout(() => {
      end(status === null ? `No answer within ${timeoutMs} ms` : faultOf(status));
      sending.destroy();
    }, timeoutMs);

    sending.on('response', (answer) => {
      status = answer.statusCode ?? null;
      if (status === TOO_MANY_REQUESTS || status === SERVICE_UNAVAILABLE) {
        retryAfterMs = retryAfterOf(answer.headers);
      }
      drain(answer, () => {
        end(faultOf(status));
        sending.destroy();
      });
    });
    sending.on('error', (error) => {
      clearTimeout(timer);
      if (signal.aborted) reject(signal.reason);
      else end(status === null ? reasonOf(error) : faultOf(status));
    });
    sending.end(body);
  });
}

/** Reads the answer to its end, or up to the limit. */
function drain(answer: IncomingMessage, done: () => void): void {
  let bytes = 0;
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) done();
  });
  answer.on('end', done);
  answer.on('error', done); // the status is known already
}

function faultOf(status: number | null): string | null {
  if (status !== null && status >= 200 && status < 300) return null;
  const redirects = status !== null && status >= 300 && status < 400;
  return `HTTP ${status}${redirects ? ': redirects are not followed' : ''}`;
}

/** If several addresses were tried, each has an error of its own: the first one stands for all. */
function reasonOf(error: Error): string {
  const cause = error instanceof AggregateError ? (error.errors[0] as Error) : error;
  return cause.message || error.name;
}
