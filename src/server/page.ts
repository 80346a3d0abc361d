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

/** The addresses of the page itself, which decides by its own address what to show. */
const views =
  /^\/(?:unexecuted|unreported|search|figures|standing|r|r\/.+|settings\/(?:policy|members|teams|tokens|delegations|changes))?$/;

/** Whether the page is at this path, which is below the path of the public URL. */
export const isPagePath = (path: string): boolean => views.test(path);

/** The types of files that are served. */
const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The encodings that the build makes, the smallest first, and the suffixes of their files. */
const encodings = { br: '.br', gzip: '.gz' };

/** Files with a hash in their name never change, so browsers may keep them for a year. */
const IMMUTABLE = 'public, max-age=31536000, immutable';

/**
 * Allows nothing but the page's own files. Scripts and styles in documents or payloads do not run,
 * and no HTML can be made from strings, except in a sandboxed frame that shows the HTML of an e-mail.
 * The other trusted type is the address of the worker that parses what agents wrote. Images may be
 * data, or an attachment that the page has read with its own token (`blob:`).
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types holdpoint-worker holdpoint-frame',
].join('; ');

const securityHeaders = new Headers({
  'Content-Security-Policy': policy,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
});

const NOT_BUILT = 'The page for reviewers has not been built. In a clone, npm start builds it\n';

/** What the page's own addresses are relative to, in the document as it was built. */
const BASE = '<base href="/"';

export type ReviewerPage = {
  /** @returns whether the path belongs to the page. If so, the request has been answered. */
  answer(path: string, request: IncomingMessage, response: ServerResponse): boolean;
};

/**
 * Serves the built page from memory: a rebuild while the service runs neither breaks a request nor
 * mixes files of two builds.
 * @param pathPrefix the path that the page is below in the browser, e.g. `/holdpoint`, or nothing
 * @param signInUrl where people sign in, for the page; null without an identity provider
 */
export function openReviewerPage(
  folder: string,
  pathPrefix = '',
  signInUrl: string | null = null,
): ReviewerPage {
  const change = (html: string) => withSignIn(withBase(html, pathPrefix), signInUrl);
  const files = existsSync(join(folder, 'index.html')) ? readFiles(folder, change) : null;

  return {
    answer(path, request, response) {
      const isView = isPagePath(path);
      const file = files?.get(isView ? '/index.html' : path);
      if (!isView && !file) return false;
      response.setHeaders(securityHeaders);
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.writeHead(405, { Allow: 'GET, HEAD' }).end();
      } else if (file) send(file, request, response);
      else response.writeHead(503, { 'Content-Type': 'text/plain; charset=utf-8' }).end(NOT_BUILT);
      return true;
    },
  };
}

/** A file with its compressed copies by encoding. */
type File = { headers: Record<string, string>; plain: Buffer; compressed: Map<string, Buffer> };

/** @param change what becomes of the document */
function readFiles(folder: string, change: (html: string) => string): Map<string, File> {
  const files = new Map<string, File>();
  for (const entry of readdirSync(folder, { recursive: true })) {
    const name = String(entry).replaceAll('\\', '/');
    const type = types[extname(name)];
    if (type === undefined) continue;
    const built = readFileSync(join(folder, name));
    const plain = name === 'index.html' ? Buffer.from(change(String(built))) : built;
    const compressed = new Map<string, Buffer>();
    for (const [encoding, suffix] of Object.entries(encodings)) {
      const path = join(folder, name + suffix);
      if (plain.equals(built) && existsSync(path)) compressed.set(encoding, readFileSync(path));
    }
    const headers = {
      'Cache-Control': name.startsWith('assets/') ? IMMUTABLE : 'no-cache',
      'Content-Type': type,
      ETag: `"${createHash('sha256').update(plain).digest('base64url')}"`,
      Vary: 'Accept-Encoding',
    };
    files.set(`/${name}`, { headers, plain, compressed });
  }
  return files;
}

const withBase = (html: string, pathPrefix: string): string =>
  pathPrefix === '' ? html : html.replace(BASE, `<base href="${pathPrefix}/"`);

/** The URL has nothing that HTML would read otherwise: it is checked in src/config.ts. */
const withSignIn = (html: string, url: string | null): string =>
  url === null
    ? html
    : html.replace('</head>', `<meta name="holdpoint-sign-in" content="${url}"></head>`);

function send(file: File, request: IncomingMessage, response: ServerResponse): void {
  const { headers, plain, compressed } = file;
  if (request.headers['if-none-match'] === headers['ETag']) {
    response.writeHead(304, headers).end();
    return;
  }
  const accepted = String(request.headers['accept-encoding'] ?? '');
  const [encoding, body] = [...compressed].find(([name]) => accepts(accepted, name)) ?? [];
  if (encoding) response.setHeader('Content-Encoding', encoding);
  // Node leaves out the body of an answer to HEAD.
  response.writeHead(200, { ...headers, 'Content-Length': (body ?? plain).byteLength });
  response.end(body ?? plain);
}

/** Whether an Accept-Encoding header such as `br;q=0.8, gzip` accepts an encoding. */
function accepts(header: string, encoding: string): boolean {
  return header.split(',').some((offer) => {
    const [name, ...parameters] = offer.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    return name === encoding && (weight === undefined || Number(weight.slice(2)) > 0);
  });
}
