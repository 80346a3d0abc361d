import type { Client } from '@holdpoint/client';
import {
  ClaimReviewDocument,
  ReleaseReviewDocument,
  ReviewsForViewerDocument,
  WithdrawDecisionDocument,
} from '@holdpoint/client/documents';
import { safeText } from '../terminalText.ts';
import { reviewOf } from './feed.ts';
import { cannotText, progressText } from './reviewText.ts';

/** Claims a review. Returns the answer as text. */
export async function claim(client: Client, nodeExecId: string): Promise<string> {
  const { claimReview } = await client.request(ClaimReviewDocument, { input: { nodeExecId } });
  if (claimReview.__typename === 'ClaimReviewPayload') return 'claimed by you for 10 minutes';
  if (
    claimReview.__typename === 'NotEligibleError' ||
    claimReview.__typename === 'SelfApprovalError'
  ) {
    const { reviews } = await client.request(ReviewsForViewerDocument, {
      nodeExecIds: [nodeExecId],
    });
    const why = reviews.map((review) => cannotText(reviewOf(review)))[0];
    return `not claimed: ${why ? `you ${why}` : safeText(claimReview.message)}`;
  }
  return `not claimed: ${safeText(claimReview.message)}`;
}

export async function release(client: Client, nodeExecId: string): Promise<string> {
  const { releaseReview } = await client.request(ReleaseReviewDocument, { input: { nodeExecId } });
  return releaseReview.__typename === 'ReleaseReviewPayload'
    ? 'no longer claimed by you'
    : `not released: ${safeText(releaseReview.message)}`;
}

/** Takes back the viewer's vote, or the decision if nobody has used it. */
export async function takeBack(
  client: Client,
  nodeExecId: string,
  reason: string,
): Promise<string> {
  const { reviews } = await client.request(ReviewsForViewerDocument, { nodeExecIds: [nodeExecId] });
  const [review] = reviews;
  if (!review) return 'not taken back: the agent has deleted the review';
  const { subjectDigest, status } = review;
  const { withdrawDecision } = await client.request(WithdrawDecisionDocument, {
    input: { nodeExecId, subjectDigest, ...(reason && { reason }) },
  });
  if (withdrawDecision.__typename !== 'WithdrawDecisionPayload') {
    return `not taken back: ${safeText(withdrawDecision.message)}`;
  }
  const progress = progressText(reviewOf(withdrawDecision.review));
  return status === 'WAITING'
    ? `your approval was taken back: ${progress}`
    : 'the decision was taken back, and the review waits again';
}
