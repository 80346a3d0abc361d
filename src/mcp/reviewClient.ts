import { connect, type Operations, operationsOf, Waits } from '@holdpoint/client';

/** A tool answers before its caller's own patience ends. */
const PATIENCE_MS = 5_000;

/** What the tools stand on: one token's way to the service. All its waits share one socket. */
export type ReviewClient = { operations: Operations; waits: Waits };

/**
 * @param token the token, or what answers the one to use now
 * @param patienceMs for how long what is safe to repeat is tried again while the service is away
 */
export function openReviewClient(
  url: string,
  token: string | (() => string),
  patienceMs = PATIENCE_MS,
): ReviewClient {
  const client = connect({ url, token });
  return { operations: operationsOf(client, patienceMs), waits: new Waits(client) };
}
