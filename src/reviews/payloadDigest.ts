import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { JsonText } from '../json/jsonText.ts';

/**
 * `sha256:` and the hex of the SHA-256 of a payload's canonical JSON (RFC 8785), which any library of that standard
 * computes too: neither the order of keys nor the spelling of a number matters, and a number counts as the double that it
 * reads as. Text that has no canonical form (half of a surrogate pair, a number beyond every double) can only have been
 * written by hand: it stands for itself.
 */
export function payloadDigest(payload: JsonText): string {
  return `sha256:${hash('sha256', canonicalForm(payload) ?? payload.text)}`;
}

function canonicalForm({ value }: JsonText): string | undefined {
  try {
    return canonicalize(value);
  } catch {
    return undefined;
  }
}
