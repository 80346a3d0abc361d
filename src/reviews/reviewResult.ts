import type { ReviewStatus } from '../database/generated/prisma/client.ts';
import type { Review } from './review.ts';

/** The outcome that an agent acts on. `review` holds the payload to act on. */
export type ReviewResult = {
  nodeExecId: string;
  status: ReviewStatus;
  review: Review;
  message: string;
  processed: boolean;
  autoApproved: boolean;
};

/** Case A6: null while a human is awaited, once the outcome has been consumed, and when the approval is void. */
export function resultOf(review: Review): ReviewResult | null {
  return review.status === 'WAITING' || review.processed || review.voidedAt
    ? null
    : outcomeOf(review);
}

/** The outcome of a review that was decided. */
export const outcomeOf = (review: Review): ReviewResult => ({
  nodeExecId: review.nodeExecId,
  status: review.status,
  review,
  message: review.reviewMessage ?? '',
  processed: review.processed,
  autoApproved: review.decisionSource === 'AUTO_APPROVAL',
});

/** How a REJECTED review came to be that, for people: `was rejected by ada: "too many"`. */
export function rejectionText(review: Review): string {
  const { decisionSource, decidedBy, reviewMessage } = review;
  if (decisionSource === 'EXPIRY') return 'has expired: nobody decided in time';
  if (decisionSource === 'CANCELLATION') return `was cancelled: ${reviewMessage}`;
  return `was rejected by ${decidedBy}${reviewMessage ? `: "${reviewMessage}"` : ''}`;
}

/** Where a request stands, in one word for whoever asked. */
export type RequestState = 'WAITING' | 'APPROVED' | 'REJECTED' | 'CONSUMED' | 'VOID';

export function stateOf({ status, processed, voidedAt }: Review): RequestState {
  if (status !== 'APPROVED') return status;
  if (voidedAt) return 'VOID';
  return processed ? 'CONSUMED' : 'APPROVED';
}
