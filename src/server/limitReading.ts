import type { ServerResponse } from 'node:http';

/** How long a client may take to read an answer once it is written. */
const READING_MS = 60_000;

/**
 * Cuts off a client that does not read its answer in time, so that it is not kept in memory. Small answers are in the
 * system's buffers at once, and cost nothing here.
 */
export function limitReading(response: ServerResponse, milliseconds = READING_MS): void {
  if (!response.socket?.writableLength) return;
  const timer = setTimeout(() => response.destroy(), milliseconds);
  response.once('close', () => clearTimeout(timer));
}
