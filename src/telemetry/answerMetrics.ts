import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Metrics } from './metrics.ts';

export const METRICS_PATH = '/metrics';

/**
 * Answers Prometheus. If a token is configured, the request must have it: the metrics contain no
 * names and no ids, but the volume of work is not public.
 */
export async function answerMetrics(
  metrics: Metrics | null,
  token: string | null,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return say(response, 405, 'Use GET for metrics');
  }
  if (!metrics) {
    return say(response, 404, 'Metrics are off. Set HOLDPOINT_METRICS_TOKEN to turn them on');
  }
  if (token !== null && !isSame(request.headers.authorization ?? '', `Bearer ${token}`)) {
    response.setHeader('WWW-Authenticate', 'Bearer');
    return say(
      response,
      401,
      'Send the token of HOLDPOINT_METRICS_TOKEN: Authorization: Bearer <token>',
    );
  }
  const text = await metrics.text();
  response.writeHead(200, { 'Content-Type': metrics.contentType });
  response.end(request.method === 'HEAD' ? undefined : text);
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

const hashOf = (text: string) => createHash('sha256').update(text).digest();

/** Compares in constant time, so that the token cannot be guessed piece by piece. */
const isSame = (one: string, other: string): boolean => timingSafeEqual(hashOf(one), hashOf(other));
