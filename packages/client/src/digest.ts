import canonicalize from 'canonicalize';
import { HoldpointError } from './errors.ts';

/**
 * `sha256:` and the hex of the SHA-256 of a value's canonical JSON (RFC 8785), as the service has
 * it in `PendingReview.payloadDigest`: the order of keys does not matter.
 * @throws HoldpointError in a page that is not served over HTTPS, where browsers offer no SHA-256
 */
export async function payloadDigest(value: unknown): Promise<string> {
  return `sha256:${await sha256(canonicalize(value) ?? 'null')}`;
}

/** As hex. */
export async function sha256(text: string): Promise<string> {
  // Undefined where a page is not secure, whatever the types say.
  const subtle: typeof crypto.subtle | undefined = crypto.subtle;
  if (!subtle) throw new HoldpointError('Pages get no SHA-256 except over HTTPS or from localhost');
  const hash = await subtle.digest('SHA-256', new TextEncoder().encode(text));
  return hexOf(new Uint8Array(hash));
}

/** Random bytes as hex. crypto.randomUUID is missing in pages that are not served over HTTPS. */
export const randomHex = (bytes: number): string =>
  hexOf(crypto.getRandomValues(new Uint8Array(bytes)));

const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
