import canonicalize from 'canonicalize';
import { HoldpointError } from './errors.ts';

/**
 * The digest of a payload: `sha256:` and the hex SHA-256 of its canonical JSON (RFC 8785), as in
 * `PendingReview.payloadDigest`. The order of keys does not matter.
 * @throws HoldpointError in a page that is not served over HTTPS: browsers have no SHA-256 there
 */
export async function payloadDigest(value: unknown): Promise<string> {
  return `sha256:${await sha256(canonicalize(value) ?? 'null')}`;
}

/** The SHA-256 of a text as hex. */
export async function sha256(text: string): Promise<string> {
  // Undefined in pages that are not secure, whatever the types say.
  const subtle: typeof crypto.subtle | undefined = crypto.subtle;
  if (!subtle)
    throw new HoldpointError(
      'SHA-256 is only available on pages served over HTTPS or from localhost',
    );
  const hash = await subtle.digest('SHA-256', new TextEncoder().encode(text));
  return hexOf(new Uint8Array(hash));
}

/** Random bytes as hex. crypto.randomUUID is missing in pages that are not served over HTTPS. */
export const randomHex = (bytes: number): string =>
  hexOf(crypto.getRandomValues(new Uint8Array(bytes)));

const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
