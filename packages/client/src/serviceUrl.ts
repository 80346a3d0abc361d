/** The endpoint of the service: HOLDPOINT_URL, otherwise this machine with HOST and PORT. */
export function serviceUrl(env: Readonly<Record<string, string | undefined>>): string {
  const { HOLDPOINT_URL, HOST, PORT } = env;
  return endpointOf(HOLDPOINT_URL || `http://${HOST || '127.0.0.1'}:${PORT || 4000}`);
}

/**
 * The GraphQL endpoint of a URL that may name only the service, which may be below a path:
 * `https://example.com/holdpoint` becomes `https://example.com/holdpoint/graphql`.
 */
export function endpointOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { origin, pathname } = new URL(url);
  return /\/graphql\/?$/.test(pathname) ? url : `${origin}${pathname.replace(/\/$/, '')}/graphql`;
}
