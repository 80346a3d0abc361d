import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { findPackageJSON } from 'node:module';
import { dirname, extname, join } from 'node:path';

/** Where the build puts the page, in a clone and in an installed package. */
export const builtPage = join(
  dirname(findPackageJSON(import.meta.url) ?? process.cwd()),
  'dist/page',
);

/** Addresses of the page itself: it finds out by its own address what to show. */
const views = /^\/(?:unexecuted|unreported|r\/.+)?$/;

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The encodings that the build makes, the smallest first, by the end of the file's name. */
const encodings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

const YEAR_S = 31_536_000;

/**
 * Nothing but the page's own files, and no script or style inside a document or a payload. The page needs no HTML from
 * strings, so none may be made.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const security = {
  'Content-Security-Policy': policy,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

type File = { type: string; etag: string; bodies: Map<string, Buffer>; isHashed: boolean };

export type ReviewerPage = {
  /** @returns whether the address is one of the page's: then it has been answered */
  answer(path: string, request: IncomingMessage, response: ServerResponse): boolean;
};

/**
 * The reviewers' page out of a folder that was built. Its files are held in memory: a build that is made anew while the service
 * runs changes nothing halfway, and no file of another build is served to a page of this one.
 */
export function openPage(folder: string): ReviewerPage {
  const files = existsSync(join(folder, 'index.html')) ? readFiles(folder) : null;

  return {
    answer(path, request, response) {
      const isView = views.test(path);
      const file = isView ? files?.get('/index.html') : files?.get(path);
      if (!isView && !file) return false;
      for (const [name, value] of Object.entries(security)) response.setHeader(name, value);
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.writeHead(405, { Allow: 'GET, HEAD' }).end();
      } else if (file) send(file, request, response);
      else {
        response.writeHead(503, { 'Content-Type': 'text/plain; charset=utf-8' });
        response.end(`${notBuilt}\n`);
      }
      return true;
    },
  };
}

const notBuilt =
  'The page for reviewers has not been built. In a clone, npm start builds it. The API is at /graphql';

function send(file: File, request: IncomingMessage, response: ServerResponse): void {
  const { headers, method } = request;
  response.setHeader(
    'Cache-Control',
    file.isHashed ? `public, max-age=${YEAR_S}, immutable` : 'no-cache',
  );
  response.setHeader('ETag', file.etag);
  response.setHeader('Vary', 'Accept-Encoding');
  if (headers['if-none-match'] === file.etag) return void response.writeHead(304).end();

  const [encoding, body] = bodyFor(file, String(headers['accept-encoding'] ?? ''));
  response.writeHead(200, {
    'Content-Type': file.type,
    'Content-Length': body.byteLength,
    ...(encoding !== '' && { 'Content-Encoding': encoding }),
  });
  response.end(method === 'HEAD' ? undefined : body);
}

function bodyFor({ bodies }: File, accepted: string): [encoding: string, body: Buffer] {
  for (const [encoding] of encodings) {
    const body = bodies.get(encoding);
    if (body && accepts(accepted, encoding)) return [encoding, body];
  }
  return ['', bodies.get('') as Buffer];
}

/** Whether an Accept-Encoding header names the encoding, with a weight above 0 where it has one: `br;q=0.8, gzip`. */
function accepts(header: string, encoding: string): boolean {
  return header.split(',').some((offer) => {
    const [name, ...parameters] = offer.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    return name === encoding && (weight === undefined || Number(weight.slice(2)) > 0);
  });
}

function readFiles(folder: string): Map<string, File> {
  const names = readdirSync(folder, { recursive: true }).map((name) =>
    String(name).replaceAll('\\', '/'),
  );
  const files = new Map<string, File>();
  for (const name of names) {
    const type = types[extname(name)];
    if (type === undefined) continue;
    const plain = readFileSync(join(folder, name));
    const bodies = new Map([['', plain]]);
    for (const [encoding, end] of encodings) {
      if (names.includes(name + end)) bodies.set(encoding, readFileSync(join(folder, name + end)));
    }
    const etag = `"${createHash('sha256').update(plain).digest('base64url')}"`;
    files.set(`/${name}`, { type, etag, bodies, isHashed: name.startsWith('assets/') });
  }
  return files;
}
