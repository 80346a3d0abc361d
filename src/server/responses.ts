import type { ServerResponse } from 'node:http';
import { ForbiddenError, UnauthenticatedError } from '../identity/errors.ts';
import type { Viewer } from '../identity/viewer.ts';
import { TooManyRequestsError } from '../limits/errors.ts';
import type { UnreadAnswers } from '../limits/unreadAnswers.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { isAway } from '../pipeline/publicError.ts';
import { QuotaExceededError } from '../reviews/errors.ts';
import { BodyError } from './readBody.ts';

/**
 * Answers a request without a valid token, scope or body, or beyond a limit. Closes the
 * connection if the body was not read completely.
 */
export function refuse(
  pipeline: Pick<Pipeline, 'maskError'>,
  response: ServerResponse,
  error: unknown,
): void {
  if (!response.req.complete) response.setHeader('Connection', 'close');
  if (error instanceof UnauthenticatedError) {
    response.setHeader('WWW-Authenticate', 'Bearer');
    sendErrors(response, 401, 'UNAUTHENTICATED', error.message);
  } else if (error instanceof ForbiddenError) {
    sendErrors(response, 403, 'FORBIDDEN', error.message);
  } else if (error instanceof TooManyRequestsError) {
    const { retryAfterSeconds, message } = error;
    response.setHeader('Retry-After', retryAfterSeconds);
    sendErrors(response, 429, 'TOO_MANY_REQUESTS', message, { retryAfterSeconds });
  } else if (error instanceof QuotaExceededError) {
    const { quota, message } = error;
    sendErrors(response, 507, 'QUOTA_EXCEEDED', message, { quota });
  } else if (error instanceof BodyError) {
    if (error.acceptEncoding) response.setHeader('Accept-Encoding', error.acceptEncoding);
    sendErrors(response, error.status, bodyErrorCodes[error.status], error.message);
  } else {
    if (!isAway(error)) throw error;
    sendErrors(response, 503, 'SERVICE_UNAVAILABLE', pipeline.maskError(error).message);
  }
}

const bodyErrorCodes = {
  400: 'BAD_REQUEST',
  413: 'CONTENT_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

/** Counts an answer that its client has not read at once, until it has or is gone. */
export function countUnread(
  unreadAnswers: UnreadAnswers,
  { userId }: Viewer,
  response: ServerResponse,
): void {
  const bytes = response.writableLength;
  if (bytes === 0 || response.closed) return;
  response.once(
    'close',
    unreadAnswers.add(userId, bytes, () => response.destroy()),
  );
}

export function sendErrors(
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  details: object = {},
): void {
  sendJson(response, status, { errors: [{ message, extensions: { code, ...details } }] });
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  send(response, status, 'application/json', JSON.stringify(body));
}

export function send(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string,
): void {
  response.writeHead(status, {
    'Content-Type': `${contentType}; charset=utf-8`,
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}
