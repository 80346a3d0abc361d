import type { ReviewStatus } from '../database/generated/prisma/client.ts';
import type { Review } from './review.ts';

/** The outcome of a decided review. `review` holds the payload to act on. */
export type ReviewResult = {
  nodeExecId: string;
  status: ReviewStatus;
  review: Review;
  message: string;
  processed: boolean;
  autoApproved: boolean;
};

/** State of a request, from the point of view of the agent. */
export type RequestState =
  | 'WAITING'
  | 'APPROVED'
  | 'REJECTED'
  | 'ANSWERED'
  | 'CHANGES_REQUESTED'
  | 'CONSUMED'
  | 'VOID';

export function stateOf({ status, processed, voidedAt }: Review): RequestState {
  if (status !== 'APPROVED') return status;
  if (voidedAt) return 'VOID';
  return processed ? 'CONSUMED' : 'APPROVED';
}

/** @returns null while the review is WAITING, and once its outcome was used or is void */
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

/** How a review was rejected, to follow its ID in a message: `was rejected by ada: "too many"`. */
export function rejectionText(review: Review): string {
  const { decisionSource, decidedBy, reviewMessage } = review;
  if (decisionSource === 'EXPIRY') return 'expired because nobody decided in time';
  if (decisionSource === 'POLICY') return `was rejected by the policy: ${reviewMessage}`;
  if (decisionSource === 'CANCELLATION') return `was cancelled: ${reviewMessage}`;
  return `was rejected by ${decidedBy}${reviewMessage ? `: "${reviewMessage}"` : ''}`;
}
