import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { GraphiQLOptions } from 'graphql-yoga';

const defaultQuery = `# Welcome to Holdpoint. Open this page with #token=<token> at the end of its address, or enter the token under "Headers" below:
#   { "authorization": "Bearer <token>" }
query Inbox {
  viewer {
    userId
    actor
    scopes
  }
  pendingReviews(first: 10) {
    totalCount
    feedCursor
    edges {
      node {
        nodeExecId
        nodeId
        instructions
        payload
        createdAt
      }
    }
  }
}
`;

/**
 * Moves the token from the URL's fragment, which browsers never send, to the Headers pane, and
 * removes it from the address bar.
 */
const takeToken = `<script>
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token) history.replaceState(null, '', location.pathname);
  addEventListener('hashchange', () => location.reload());
  // Tabs of an earlier visit have other headers: GraphiQL would open a second, empty tab.
  localStorage.removeItem('graphiql:tabState');
  const holdpointHeaders = JSON.stringify(token ? { authorization: 'Bearer ' + token } : {}, null, 2);
</script>`;

const options = {
  title: 'Holdpoint',
  defaultQuery,
  subscriptionsProtocol: 'GRAPHQL_SSE',
  shouldPersistHeaders: false,
  headers: '__HEADERS__',
} satisfies GraphiQLOptions;

type Page = { html: Buffer; policy: string };

let page: Promise<Page> | undefined;

/** Answers with the GraphiQL page for development, which loads nothing from other hosts. */
export async function answerGraphiql(response: ServerResponse): Promise<void> {
  page ??= render();
  const { html, policy } = await page;
  response.writeHead(200, {
    'Content-Security-Policy': policy,
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': html.byteLength,
    'Referrer-Policy': 'no-referrer',
    'X-Frame-Options': 'DENY',
  });
  response.end(html);
}

async function render(): Promise<Page> {
  // Large, so it is loaded only when somebody opens the page.
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL(options)
    .replace('</head>', `${takeToken}</head>`)
    .replace('"__HEADERS__"', 'holdpointHeaders');
  return { html: Buffer.from(html), policy: policyOf(html) };
}

/**
 * Allows the scripts of the page and no others. Its editor, Monaco, adds styles, and runs its
 * workers from blobs.
 */
function policyOf(html: string): string {
  const hashes = scriptsIn(html).map(
    (script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
  return [
    "default-src 'none'",
    `script-src ${hashes.join(' ')}`,
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    'img-src data:',
    'font-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The texts of the inline scripts, as a browser finds them. */
function scriptsIn(html: string): string[] {
  const [open, close] = ['<script>', '</script>'];
  const scripts: string[] = [];
  let end = 0;
  for (;;) {
    const start = html.indexOf(open, end);
    if (start < 0) return scripts;
    end = html.indexOf(close, start);
    scripts.push(html.slice(start + open.length, end));
  }
}
