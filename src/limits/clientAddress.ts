import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import proxyAddr from 'proxy-addr';

/** The first half of an IPv6 address names a network; a client has all addresses in it. */
const NETWORK_BYTES = 8;

/** Whether an address is that of a trusted proxy. */
export type TrustProxy = (address: string, distance: number) => boolean;

/**
 * @param proxies addresses, networks such as `10.0.0.0/8`, `loopback`, `linklocal`, `uniquelocal`
 * @throws TypeError if one of them is none of these
 */
export const trustProxies = (proxies: readonly string[]): TrustProxy =>
  proxyAddr.compile([...proxies]);

/**
 * The address that a request comes from, or the network of an IPv6 address. `X-Forwarded-For` is
 * read only if a trusted proxy sent it, and only as far as trusted proxies wrote it.
 */
export function clientAddress(request: IncomingMessage, trust: TrustProxy): string {
  const text = proxyAddr(request, trust) ?? '';
  if (!ipaddr.isValid(text)) return text;
  const address = ipaddr.process(text);
  if (address.kind() === 'ipv4') return address.toString();
  return Buffer.from(address.toByteArray().slice(0, NETWORK_BYTES)).toString('hex');
}
