import type { GraphiQLOptions } from 'graphql-yoga';

const defaultQuery = `# Welcome to Holdpoint. Open this page as /graphql#token=<token>, or enter the token under "Headers" below:
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

/** The GraphiQL page for development. It loads nothing from other hosts. */
export const graphiql = {
  options: {
    title: 'Holdpoint',
    defaultQuery,
    subscriptionsProtocol: 'GRAPHQL_SSE',
    shouldPersistHeaders: false,
  } satisfies GraphiQLOptions,

  async render(options?: GraphiQLOptions): Promise<string> {
    // Large, so it is loaded only when somebody opens the page.
    const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
    return renderGraphiQL({ ...options, headers: '__HEADERS__' })
      .replace('</head>', `${takeToken}</head>`)
      .replace('"__HEADERS__"', 'holdpointHeaders');
  },
};
