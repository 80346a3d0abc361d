import type { Client } from '@holdpoint/client';
import {
  DecideReviewsDocument,
  type DecideReviewsMutation,
  type ReviewDecision,
} from '@holdpoint/client/documents';
import type { JsonText } from '@holdpoint/client/json';
import { safeText } from '../terminalText.ts';
import { type Review, reviewOf } from './feed.ts';
import { outcomeText } from './reviewText.ts';

export type Decision = {
  review: Review;
  decision: ReviewDecision;
  message?: string;
  /** The edited payload; absent: as shown. */
  edit?: JsonText;
  approveAll?: boolean;
};

/** The response of the service as text. `isSettled`: the review is no longer pending. */
export type DecisionAnswer = { text: string; isSettled: boolean };

type Outcome = DecideReviewsMutation['decideReviews'];

/**
 * Sends one decision. Its subjectDigest limits it to the request that was shown. An approval also
 * carries the payload as shown, so that exactly this runs; the service does not count an identical
 * payload as an edit.
 */
export async function decide(client: Client, wanted: Decision): Promise<DecisionAnswer> {
  const { review, decision, message, edit, approveAll } = wanted;
  const payload = edit ?? (decision === 'APPROVE' ? review.payload : undefined);
  const { decideReviews } = await client.request(DecideReviewsDocument, {
    input: {
      decisions: [
        {
          nodeExecId: review.nodeExecId,
          decision,
          subjectDigest: review.subjectDigest,
          ...(payload !== undefined && { payload }),
          ...(message && { message }),
          ...(approveAll && { autoApproveFuture: true }),
        },
      ],
    },
  });
  return answerText(decideReviews);
}

function answerText(outcome: Outcome): DecisionAnswer {
  switch (outcome.__typename) {
    case 'DecideReviewsPayload': {
      const settled = outcome.reviews.map((review) => outcomeText(reviewOf(review)));
      const standing = outcome.autoApprovals.map(
        ({ nodeId, graphExecId }) =>
          `all future requests for ${safeText(nodeId)} in ${safeText(graphExecId)} are approved`,
      );
      return { text: [...settled, ...standing].join('; '), isSettled: true };
    }
    case 'ReviewConflictError': {
      if (outcome.reviews.some(({ status }) => status === 'WAITING')) {
        return { text: 'not saved: the review has changed since it was shown', isSettled: false };
      }
      const states = outcome.reviews.map((review) => outcomeText(reviewOf(review)));
      if (outcome.reviews.every(({ decisionSource }) => decisionSource === 'EXPIRY')) {
        return { text: `not saved: ${states.join('; ')}`, isSettled: true };
      }
      return { text: `not saved, someone else was first: ${states.join('; ')}`, isSettled: true };
    }
    case 'NotFoundError':
      return { text: 'not saved: the agent has deleted the review', isSettled: true };
    case 'InvalidInputError': {
      const issues = outcome.issues.map(({ path, message }) => `${path} ${message}`);
      return { text: `not saved: ${safeText(issues.join('; '))}`, isSettled: false };
    }
    default:
      return { text: `not saved: ${safeText(outcome.message)}`, isSettled: false };
  }
}
