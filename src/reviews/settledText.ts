import type { Review } from './review.ts';

/** How a REJECTED review came to be that, for people: `was rejected by ada: "too many"`. */
export function rejectedText(review: Review): string {
  const { decisionSource, decidedBy, reviewMessage } = review;
  if (decisionSource === 'EXPIRY') return 'has expired: nobody decided in time';
  if (decisionSource === 'CANCELLATION') return `was cancelled: ${reviewMessage}`;
  return `was rejected by ${decidedBy}${reviewMessage ? `: "${reviewMessage}"` : ''}`;
}
