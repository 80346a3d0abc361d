import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** Of the text of a body, and of what is sent of it if it is compressed. */
export const MAX_BODY_BYTES = 1_500_000;

/** Of the text of a subscription, which stays in memory for as long as the subscription runs. */
export const MAX_SUBSCRIPTION_CHARACTERS = 32_000;
export const subscriptionTooLarge = `A subscription can have at most ${MAX_SUBSCRIPTION_CHARACTERS} characters`;

/** A body that is refused, with the status that says why. */
export class BodyError extends Error {
  readonly status: 400 | 413 | 415;
  /** The Content-Encoding that is accepted, if the body has another. */
  readonly acceptEncoding: string | undefined;
  constructor(status: BodyError['status'], message: string, acceptEncoding?: string) {
    super(message);
    this.status = status;
    this.acceptEncoding = acceptEncoding;
  }
}

const unzip = promisify(gunzip);
/** Leaves out a byte order mark, which some editors put at the beginning of a file. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads the whole body, and decompresses it if it is gzip.
 * @throws BodyError as soon as the announced length, the received bytes or the decompressed bytes
 *   exceed the limit; for another encoding; and if it is not UTF-8, because replacing the invalid
 *   bytes would change a payload
 */
export async function readBody(request: IncomingMessage): Promise<string> {
  const { 'content-encoding': encoding = '' } = request.headers;
  const isGzip = /^(x-)?gzip$/i.test(encoding);
  if (!isGzip && !/^(identity)?$/i.test(encoding)) {
    const message = 'A body must be sent as it is or with Content-Encoding: gzip';
    throw new BodyError(415, message, 'gzip');
  }
  const received = await bytesOf(request, MAX_BODY_BYTES);
  const bytes = isGzip ? await decompressed(received) : received;
  try {
    return utf8.decode(bytes);
  } catch {
    throw new BodyError(400, 'The body is not UTF-8');
  }
}

/**
 * Reads the bytes of a body that is not compressed.
 * @throws BodyError as soon as the announced length or the received bytes exceed the limit, and for
 *   a compressed body
 */
export async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (!/^(identity)?$/i.test(request.headers['content-encoding'] ?? '')) {
    const message = 'The body must be sent as it is, without a Content-Encoding';
    throw new BodyError(415, message, 'identity');
  }
  return bytesOf(request, maxBytes);
}

const tooLarge = (maxBytes: number) =>
  new BodyError(413, `The body can have at most ${maxBytes} bytes`);

/** Stops at the limit, so that a small body cannot become one that fills the memory. */
async function decompressed(bytes: Buffer): Promise<Buffer> {
  try {
    return await unzip(bytes, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooLarge(MAX_BODY_BYTES);
    }
    throw new BodyError(400, 'The body is not gzip, as its Content-Encoding says');
  }
}

/** Uses events: async iteration would take a twentieth of the time of a small request. */
const bytesOf = (request: IncomingMessage, maxBytes: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > maxBytes)
      return reject(tooLarge(maxBytes));
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else {
        request.pause();
        reject(tooLarge(maxBytes));
      }
    });
    request.once('end', () =>
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)),
    );
    request.once('error', reject);
    // `close` follows `end` too, and creating an error that nobody gets costs as much as reading.
    request.once('close', () => request.complete || reject(new Error('The client went away')));
  });
