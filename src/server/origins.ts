import type { IncomingMessage, ServerResponse } from 'node:http';

/** Whether a request comes from a page of this service, of an origin that was allowed, or from no page at all. */
export function isAllowedOrigin(request: IncomingMessage, allowed: readonly string[]): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  if (allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** Lets pages of the allowed origins read the answer. A page of another origin gets no such header, and its browser no answer. */
export function allowOrigin(
  request: IncomingMessage,
  response: ServerResponse,
  allowed: readonly string[],
): void {
  if (allowed.length === 0) return;
  response.setHeader('Vary', 'Origin');
  const { origin } = request.headers;
  if (origin === undefined || !allowed.includes(origin)) return;
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Allow-Methods', 'GET, POST, OPTIONS');
  response.setHeader(
    'Access-Control-Allow-Headers',
    'authorization, content-type, last-event-id, x-request-id',
  );
  response.setHeader('Access-Control-Expose-Headers', 'x-request-id');
  response.setHeader('Access-Control-Max-Age', '86400');
}
