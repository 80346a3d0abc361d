import { connect, type Operations, operationsOf, ReviewWatcher } from '@holdpoint/client';

/** Below the timeout of MCP clients. */
const RETRY_MS = 5_000;

/** The connection of one token to the service. All waits share one socket. */
export type ReviewClient = {
  /** The URL of the service. */
  url: string;
  operations: Operations;
  watcher: ReviewWatcher;
};

/**
 * @param token the token, or a function that returns the current one
 * @param retryMs how long idempotent calls are retried while the service is unreachable
 */
export function openReviewClient(
  url: string,
  token: string | (() => string),
  retryMs = RETRY_MS,
): ReviewClient {
  const client = connect({ url, token });
  return { url, operations: operationsOf(client, retryMs), watcher: new ReviewWatcher(client) };
}
