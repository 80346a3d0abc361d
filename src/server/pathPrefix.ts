import type { IncomingMessage } from 'node:http';

/**
 * Removes the path of HOLDPOINT_PUBLIC_URL from the URL of a request, if the proxy has not. Proxies
 * do either.
 * @param prefix such as `/holdpoint`, or nothing
 */
export function removePathPrefix(request: IncomingMessage, prefix: string): void {
  const { url = '/' } = request;
  if (prefix === '' || !url.startsWith(prefix)) return;
  const rest = url.slice(prefix.length);
  if (rest.startsWith('/')) request.url = rest;
  else if (rest === '' || rest.startsWith('?')) request.url = `/${rest}`;
}
