import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Whether a request comes from a page of this service, from an allowed origin, or from no page at
 * all.
 */
export function isAllowedOrigin(request: IncomingMessage, allowed: readonly string[]): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  if (allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/**
 * Whether a request comes from a page of this very origin. Browsers send `Origin` with everything
 * that can change something and with each WebSocket, and `Sec-Fetch-Site` with the rest.
 */
export function isSameOrigin({ headers }: IncomingMessage, ownOrigin: string): boolean {
  if (headers.origin !== undefined) return headers.origin === ownOrigin;
  return headers['sec-fetch-site'] === 'same-origin';
}

/**
 * Sets the CORS headers for the allowed origins. Browsers keep the answer from pages of any other
 * origin.
 */
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
    'authorization, content-encoding, content-type, last-event-id, x-request-id',
  );
  response.setHeader('Access-Control-Expose-Headers', 'retry-after, x-request-id');
  response.setHeader('Access-Control-Max-Age', '86400');
}
