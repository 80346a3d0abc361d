import type { GraphiQLOptions } from 'graphql-yoga';

const defaultQuery = `# Welcome to Holdpoint. Open this page as /graphql#token=<token>, or put the token into "Headers" below:
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
 * Takes the token from behind the #, which browsers never send, puts it into the Headers pane, and takes it out of
 * the address bar.
 */
const takeToken = `<script>
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token) history.replaceState(null, '', location.pathname);
  addEventListener('hashchange', () => location.reload());
  // Tabs of an earlier visit had other headers: GraphiQL would open an empty one beside them.
  localStorage.removeItem('graphiql:tabState');
  const holdpointHeaders = JSON.stringify(token ? { authorization: 'Bearer ' + token } : {}, null, 2);
</script>`;

/** The GraphiQL page of development, with everything in it: it needs no other host. */
export const graphiql = {
  options: {
    title: 'Holdpoint',
    defaultQuery,
    subscriptionsProtocol: 'GRAPHQL_SSE',
    shouldPersistHeaders: false,
  } satisfies GraphiQLOptions,

  async render(options?: GraphiQLOptions): Promise<string> {
    // Large, and needed only when somebody opens the page.
    const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
    return renderGraphiQL({ ...options, headers: '__HEADERS__' })
      .replace('</head>', `${takeToken}</head>`)
      .replace('"__HEADERS__"', 'holdpointHeaders');
  },
};
