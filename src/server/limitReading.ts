import type { ServerResponse } from 'node:http';

/** How long a client may take to read an answer. */
const READING_MS = 60_000;

/**
 * Disconnects a client that does not read its answer in time, so that the answer does not stay in
 * memory. Small answers fit into the system's buffers and need no timer.
 */
export function limitReading(response: ServerResponse, milliseconds = READING_MS): void {
  if (!response.writableLength || response.closed) return;
  const timer = setTimeout(() => response.destroy(), milliseconds);
  response.once('close', () => clearTimeout(timer));
}
