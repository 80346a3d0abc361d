import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { create as contentDisposition } from 'content-disposition';
import {
  MAX_ATTACHMENT_BYTES,
  readAttachment,
  uploadAttachment,
} from '../attachments/attachment.ts';
import { isFileName } from '../attachments/namedFiles.ts';
import type { Authenticator } from '../identity/authenticator.ts';
import { requireScope, type Viewer } from '../identity/viewer.ts';
import type { OperationTurns } from '../limits/operationTurns.ts';
import type { RequestLimiter } from '../limits/requestLimiter.ts';
import { tokenKeyOf } from '../limits/tokenKey.ts';
import type { UnreadAnswers } from '../limits/unreadAnswers.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { ReviewStore } from '../reviews/reviewStore.ts';
import { allowOrigin } from './origins.ts';
import { BodyError, readBytes } from './readBody.ts';
import { countUnread, refuse, sendErrors, sendJson } from './responses.ts';
import type { SignIn } from './signIn.ts';

export const ATTACHMENTS_PATH = '/attachments';

export type AttachmentServerOptions = {
  store: Pick<ReviewStore, 'database' | 'quotas'>;
  pipeline: Pick<Pipeline, 'maskError'>;
  authenticator: Authenticator;
  requestLimiter: RequestLimiter;
  unreadAnswers: UnreadAnswers;
  /** For each token, few at a time: the whole file is in memory until it has arrived. */
  uploads: OperationTurns;
  /** For each workspace, few at a time: a large file keeps the process and a connection busy. */
  reads: OperationTurns;
  /** Null without an identity provider. */
  signIn?: SignIn | null;
  allowedOrigins: readonly string[];
};

export type AttachmentServer = {
  /** @returns whether the path belongs to attachments. If so, the request has been answered */
  answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<boolean>;
};

/** A media type without its parameters. Each part has at most 127 characters (RFC 6838). */
const MEDIA_TYPE =
  /^([a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126})\s*(?:;|$)/i;

/** What HTML forms send, and curl unless it is told otherwise. Neither is the type of a file. */
const formTypes = ['multipart/form-data', 'application/x-www-form-urlencoded'];

/** Files are never part of a page, and nothing in them can run or load anything. */
const headers = new Headers({
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
  // The bytes behind a digest never change, but who may read them depends on the token.
  'Cache-Control': 'private, max-age=31536000, immutable',
});

/**
 * `POST /attachments` and `GET /attachments/sha256:…`, with the same tokens, sessions and limits as
 * GraphQL.
 */
export function serveAttachments(options: AttachmentServerOptions): AttachmentServer {
  return {
    async answer(path, request, response) {
      const [, rest] = /^\/attachments(?:\/(.*))?$/.exec(path) ?? [];
      if (path !== ATTACHMENTS_PATH && rest === undefined) return false;
      const methods = rest === undefined ? ['POST'] : ['GET', 'HEAD'];
      allowOrigin(request, response, options.allowedOrigins);
      if (request.method === 'OPTIONS') response.writeHead(204).end();
      else if (!methods.includes(request.method ?? '')) {
        response.setHeader('Allow', [...methods, 'OPTIONS'].join(', '));
        const use = rest === undefined ? 'POST to upload a file' : 'GET to read a file';
        sendErrors(response, 405, 'METHOD_NOT_ALLOWED', `Use ${use}`);
      } else {
        const work = rest === undefined ? receive(options, request, response) : undefined;
        await (work ?? give(options, rest ?? '', request, response)).catch((error: unknown) =>
          refuse(options.pipeline, response, error),
        );
      }
      return true;
    },
  };
}

/** @throws UnauthenticatedError, TooManyRequestsError */
async function admit(
  { authenticator, requestLimiter, signIn }: AttachmentServerOptions,
  request: IncomingMessage,
): Promise<Viewer> {
  const session = signIn?.sessionOf(request) ?? null;
  const viewer = await authenticator.viewerOf(request.headers.authorization, session);
  await requestLimiter.admit(viewer);
  return viewer;
}

async function receive(
  options: AttachmentServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const viewer = await admit(options, request);
  requireScope(viewer, 'review:request');
  const { database, quotas } = options.store;
  quotas?.checkStorage(viewer.userId);
  const mediaType = mediaTypeOf(request);
  const stored = await options.uploads.take(tokenKeyOf(viewer), async () => {
    const bytes = await readBytes(request, MAX_ATTACHMENT_BYTES);
    if (bytes.length === 0) throw new BodyError(400, 'The body is empty: send the bytes of a file');
    const digest = `sha256:${hash('sha256', bytes)}`;
    return uploadAttachment(database, viewer, { digest, mediaType, bytes });
  });
  const { digest, size } = stored;
  sendJson(response, 200, { digest, bytes: size, mediaType: stored.mediaType });
}

/** @throws BodyError */
function mediaTypeOf({ headers }: IncomingMessage): string {
  const { 'content-type': type = 'application/octet-stream' } = headers;
  const mediaType = MEDIA_TYPE.exec(type)?.[1]?.toLowerCase();
  if (mediaType === undefined || formTypes.includes(mediaType)) {
    throw new BodyError(
      415,
      `The Content-Type must be that of the file, such as image/png, and the body its bytes, not ${JSON.stringify(type.slice(0, 100))}`,
    );
  }
  return mediaType;
}

async function give(
  options: AttachmentServerOptions,
  digest: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const viewer = await admit(options, request);
  requireScope(viewer, 'review:read', 'review:request');
  const hex = /^sha256(?::|%3A)([0-9a-f]{64})$/i.exec(digest)?.[1]?.toLowerCase();
  const file =
    hex &&
    (await options.reads.take(viewer.userId, async () =>
      // Whoever went away while waiting costs nothing more.
      request.destroyed
        ? undefined
        : readAttachment(options.store.database, viewer, `sha256:${hex}`),
    ));
  if (!file) {
    const message = 'No such file, or no access with this token';
    return sendErrors(response, 404, 'NOT_FOUND', message);
  }
  const { bytes, mediaType } = file;
  const shownAs = inlineType(mediaType, bytes);
  response.setHeaders(headers);
  response.appendHeader('Vary', 'Authorization, Cookie');
  response.writeHead(200, {
    'Content-Type': shownAs ?? 'application/octet-stream',
    'Content-Length': bytes.length,
    'Content-Disposition': contentDisposition(nameIn(request), {
      type: shownAs === null ? 'attachment' : 'inline',
    }),
  });
  response.end(bytes); // Node leaves out the body of an answer to HEAD
  countUnread(options.unreadAnswers, viewer, response);
}

/** The name of the file in the payload, which a link can have as `?name=`. */
function nameIn({ url = '' }: IncomingMessage): string | undefined {
  const name = new URL(url, 'http://localhost').searchParams.get('name');
  return name?.isWellFormed() && isFileName(name) ? name : undefined;
}

/**
 * The Content-Type of a file that browsers may show: only types that cannot do anything, and only if
 * the bytes are of that type. Null: it can only be downloaded.
 */
function inlineType(mediaType: string, bytes: Buffer): string | null {
  if (mediaType === 'text/plain') {
    return isUtf8(bytes) && !bytes.includes(0) ? 'text/plain; charset=utf-8' : null;
  }
  return imageTypes[mediaType]?.(bytes) ? mediaType : null;
}

const startsWith = (bytes: Buffer, text: string, at = 0): boolean =>
  bytes.toString('latin1', at, at + text.length) === text;

/** By which bytes images begin. */
const imageTypes: Record<string, (bytes: Buffer) => boolean> = {
  'image/png': (bytes) => startsWith(bytes, '\x89PNG\r\n\x1a\n'),
  'image/jpeg': (bytes) => startsWith(bytes, '\xff\xd8\xff'),
  'image/gif': (bytes) => startsWith(bytes, 'GIF87a') || startsWith(bytes, 'GIF89a'),
  'image/webp': (bytes) => startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBPVP8', 8),
};
