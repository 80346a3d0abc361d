import { addressIn, isPublicAddress, PrivateAddressError } from './publicAddress.ts';

/** HOLDPOINT_WEBHOOK_ALLOW_PRIVATE, named where it would help. */
const help = 'unless HOLDPOINT_WEBHOOK_ALLOW_PRIVATE is true';

const MAX_CHARACTERS = 2_000;

/**
 * Says what is wrong with a receiver's URL, as far as that can be said without looking up its name.
 * @param allowPrivate whether receivers may be in one's own network, and do without TLS
 * @returns what would be right, or null where nothing is wrong
 */
export function faultOfReceiverUrl(text: string, allowPrivate: boolean): string | null {
  if (text.length > MAX_CHARACTERS) return `must have at most ${MAX_CHARACTERS} characters`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) {
    return 'must be a URL such as https://example.com/webhooks';
  }
  if (url.username || url.password) return 'must hold no user and no password';
  if (url.hash) return 'must hold no #fragment: it would not be sent';
  if (allowPrivate) return null;
  if (url.protocol !== 'https:') return `must begin with https://, ${help}`;
  const address = addressIn(url);
  const isPrivate = address ? !isPublicAddress(address) : /(^|\.)localhost\.?$/.test(url.hostname);
  return isPrivate ? `${new PrivateAddressError(url.hostname).message}, ${help}` : null;
}
