// Webhooks must not lead into the network that the service runs in (server-side request forgery). A
// receiver's URL is checked when it is given, and its addresses when a request connects.

import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { BlockList, isIP, type LookupFunction } from 'node:net';

const MAX_URL_CHARACTERS = 2_000;
const help = 'unless HOLDPOINT_WEBHOOK_ALLOW_PRIVATE is true';

/** A receiver's address is not on the public internet. */
export class PrivateAddressError extends Error {
  constructor(host: string) {
    super(
      `${host} is a private, loopback, link-local or otherwise special address, and only public ones are allowed`,
    );
  }
}

/**
 * Checks a receiver's URL as far as possible without looking up its name.
 * @param allowPrivate whether receivers may be in one's own network, and do without TLS
 * @returns what is wrong, such as `must begin with https://`; null if nothing is
 */
export function faultOfReceiverUrl(text: string, allowPrivate: boolean): string | null {
  if (text.length > MAX_URL_CHARACTERS) return `must have at most ${MAX_URL_CHARACTERS} characters`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) {
    return 'must be a URL such as https://example.com/webhooks';
  }
  if (url.username || url.password) return 'must hold no user and no password';
  if (url.hash) return 'must hold no #fragment: it would not be sent';
  if (allowPrivate) return null;
  if (url.protocol !== 'https:') return `must begin with https://, ${help}`;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const isPrivate = isIP(host) > 0 ? !isPublicAddress(host) : /(^|\.)localhost\.?$/.test(host);
  return isPrivate ? `${new PrivateAddressError(url.hostname).message}, ${help}` : null;
}

/**
 * Special-purpose ranges that are not part of the public internet (RFC 6890 and its successors).
 */
const specialIpv4 = listOf('ipv4', [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]);

/**
 * Everything else is loopback, link-local, unique-local, multicast, NAT64, IPv4-mapped or
 * unassigned.
 */
const globalIpv6 = listOf('ipv6', ['2000::/3']);

/**
 * Exceptions among the global ones: Teredo and others of 2001::/23, documentation, and 6to4, which
 * contains an IPv4 address.
 */
const specialIpv6 = listOf('ipv6', ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']);

function listOf(family: 'ipv4' | 'ipv6', ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [net, prefix] = range.split('/');
    list.addSubnet(net as string, Number(prefix), family);
  }
  return list;
}

/** Whether an address is on the public internet. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !specialIpv4.check(address, 'ipv4');
  // An address with a zone (fe80::1%eth0) is link-local.
  if (isIP(address) !== 6 || address.includes('%')) return false;
  return globalIpv6.check(address, 'ipv6') && !specialIpv6.check(address, 'ipv6');
}

export type Resolve = (hostname: string) => Promise<LookupAddress[]>;

/**
 * Asks DNS for a name's addresses. The system's own lookup runs on the few threads that files and
 * the database's name need too, so names that nobody answers for would block everything.
 */
export function resolveByDns(resolver: Resolver = defaultResolver): Resolve {
  return async (hostname) => {
    const found = await Promise.allSettled([
      resolver.resolve4(hostname).then((list) => list.map((address) => ({ address, family: 4 }))),
      resolver.resolve6(hostname).then((list) => list.map((address) => ({ address, family: 6 }))),
    ]);
    const addresses = found.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    if (addresses.length > 0) return addresses;
    const [reason] = found.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    throw new Error(`${hostname} has no address${reason ? ` (${reason.code})` : ''}`);
  };
}

const defaultResolver = new Resolver({ timeout: 2_000, tries: 2 });

/**
 * Looks a name up for a connection, and refuses it unless all its addresses are public. The socket
 * connects to one of these addresses without another lookup, so a name that changes in between (DNS
 * rebinding) leads nowhere else.
 */
export const publicLookup =
  (resolve: Resolve = resolveByDns()): LookupFunction =>
  (hostname, { all }, callback) => {
    resolve(hostname)
      .then((addresses) => {
        if (addresses.every(({ address }) => isPublicAddress(address))) return addresses;
        throw new PrivateAddressError(hostname);
      })
      .then(
        (addresses) => {
          const [first] = addresses;
          if (all) callback(null, addresses);
          else callback(null, first?.address ?? '', first?.family);
        },
        (error) => callback(error, ''),
      );
  };
