import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Metrics } from './metrics.ts';

export const METRICS_PATH = '/metrics';

/**
 * Answers Prometheus. Where a token is set, it is asked for: the numbers hold no names and no ids, but how much is done
 * here is not for everybody.
 */
export async function answerMetrics(
  metrics: Metrics | null,
  token: string | null,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return say(response, 405, 'Metrics are asked with GET');
  }
  if (!metrics) {
    return say(
      response,
      404,
      'Metrics are off. In production HOLDPOINT_METRICS_TOKEN turns them on',
    );
  }
  if (token !== null && !isSame(request.headers.authorization ?? '', `Bearer ${token}`)) {
    response.setHeader('WWW-Authenticate', 'Bearer');
    return say(response, 401, 'Metrics need the bearer token of HOLDPOINT_METRICS_TOKEN');
  }
  const text = await metrics.text();
  response.writeHead(200, { 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' });
  response.end(request.method === 'HEAD' ? undefined : text);
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

const hashOf = (text: string) => createHash('sha256').update(text).digest();

/** In the same time whatever is sent, so that a token cannot be guessed piece by piece. */
const isSame = (one: string, other: string): boolean => timingSafeEqual(hashOf(one), hashOf(other));
