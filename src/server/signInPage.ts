import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';

const style = `
:root { color-scheme: light dark; }
body { margin: 0; background: light-dark(#f6f7f9, #14171c); color: light-dark(#1a2029, #e6e9ee);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
main { box-sizing: border-box; max-width: 34rem; min-height: 100vh; margin: 0 auto;
  padding: 24px 16px; display: flex; flex-direction: column; justify-content: center; gap: 12px; }
h1, p { margin: 0; }
h1 { font-size: 1.5rem; line-height: 1.2; }
p { overflow-wrap: anywhere; }
.muted { color: light-dark(#566070, #a0abba); font-size: 0.875rem; }
nav { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px; }
a { padding: 8px 14px; border: 1px solid light-dark(#79828f, #7d8795); border-radius: 6px;
  color: inherit; text-decoration: none; }
a:first-child { border-color: transparent; background: light-dark(#2456c7, #8cb1ff);
  color: light-dark(#ffffff, #0d1a33); font-weight: 600; }
a:focus-visible { outline: 2px solid light-dark(#2456c7, #8cb1ff); outline-offset: 2px; }
`;

const mark = `<svg viewBox="0 0 32 32" width="48" height="48" aria-hidden="true"><rect width="32" height="32" rx="8" fill="#2456c7"/><path d="M11 9v14M21 9v14" stroke="#fff" stroke-width="3.5" stroke-linecap="round"/><circle cx="16" cy="16" r="2.4" fill="#fff"/></svg>`;

const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export type SignInPage = {
  status: number;
  title: string;
  text: string;
  /** Further details, in small print. */
  detail?: string | undefined;
  /** The first one is the most likely. */
  links: readonly { text: string; path: string }[];
};

/** Answers with a page that says why somebody was not signed in. It has no scripts. */
export function sendSignInPage(response: ServerResponse, page: SignInPage): void {
  const { status, title, text, detail, links } = page;
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} – Holdpoint</title>
<style>${style}</style>
</head>
<body>
<main>
${mark}
<h1>${escaped(title)}</h1>
<p>${escaped(text)}</p>
${detail ? `<p class="muted">${escaped(detail)}</p>` : ''}
<nav>${links.map((link) => `<a href="${escaped(link.path)}">${escaped(link.text)}</a>`).join(' ')}</nav>
</main>
</body>
</html>
`;
  response.writeHead(status, {
    'Content-Security-Policy': policy,
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(html),
    'Referrer-Policy': 'no-referrer',
    'X-Frame-Options': 'DENY',
  });
  response.end(html);
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
