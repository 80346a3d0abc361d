import type { Review } from './review.ts';
import type { Settled } from './reviewStore.ts';

/** What is told of a review that a reviewer has just decided. */
export function settledOf({ status, createdAt, reviewedAt }: Review): Settled {
  return {
    source: 'REVIEWER',
    status: status === 'APPROVED' ? 'APPROVED' : 'REJECTED',
    count: 1,
    ...(reviewedAt && { waitedMs: reviewedAt.getTime() - createdAt.getTime() }),
  };
}
