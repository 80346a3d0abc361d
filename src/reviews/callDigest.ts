import { hash } from 'node:crypto';
import type { Viewer } from '../identity/viewer.ts';

/**
 * Tells a call that is repeated, by its idempotencyKey, from every other call of the review: another caller's, or of something
 * else. What is kept is the digest, from which nobody learns the key.
 * @param what is asked of the operation
 * @returns null without a key: such a call is never a repeated one
 */
export const callDigest = (
  operation: 'consumeReview' | 'setReviewProcessed',
  { actor }: Viewer,
  what: string | boolean,
  idempotencyKey: string | null,
): string | null =>
  idempotencyKey === null
    ? null
    : `sha256:${hash('sha256', JSON.stringify([operation, actor, what, idempotencyKey]))}`;
