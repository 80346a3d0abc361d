import type { IncomingMessage } from 'node:http';

export const MAX_BODY_BYTES = 1_500_000;

export class BodyTooLargeError extends Error {}
export class BodyNotUtf8Error extends Error {}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a body to its end.
 * @throws BodyTooLargeError as soon as the length that was announced or the bytes that came exceed the bound;
 *   BodyNotUtf8Error, because a payload that was mended would not be what was sent
 */
export async function readBody(request: IncomingMessage): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES)
    throw new BodyTooLargeError();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new BodyTooLargeError();
    chunks.push(chunk);
  }
  try {
    return utf8.decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
  } catch {
    throw new BodyNotUtf8Error();
  }
}
