import { InvalidInputError } from './problems.ts';

/**
 * The endpoint of the service: HOLDPOINT_URL, otherwise this machine with HOST and PORT.
 * @throws InvalidInputError if HOLDPOINT_URL is not an http or https URL
 */
export function serviceUrl(env: Readonly<Record<string, string | undefined>>): string {
  const { HOLDPOINT_URL, HOST, PORT } = env;
  if (HOLDPOINT_URL) return endpointOf(checkUrl(HOLDPOINT_URL, 'HOLDPOINT_URL'));
  return endpointOf(`http://${HOST || '127.0.0.1'}:${PORT || 4000}`);
}

/**
 * The URL as an absolute one. In a browser it may be relative to the page.
 * @param name of the option, for the error
 * @throws InvalidInputError
 */
export function checkUrl(url: string, name = 'url'): string {
  const here = (globalThis as { location?: { href?: string } }).location?.href;
  const parsed = URL.canParse(url, here) ? new URL(url, here) : undefined;
  if (parsed && /^https?:$/.test(parsed.protocol)) return parsed.href;
  const message = `must be an http:// or https:// URL such as http://127.0.0.1:4000, not ${JSON.stringify(url)}`;
  throw new InvalidInputError([{ path: name, message }]);
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
