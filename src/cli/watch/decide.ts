import type { Client } from '@holdpoint/client';
import {
  DecideReviewsDocument,
  type DecideReviewsMutation,
  type ReviewDecision,
} from '@holdpoint/client/documents';
import type { JsonText } from '@holdpoint/client/json';
import { safeText } from '../terminalText.ts';
import { type Review, reviewOf } from './feed.ts';
import { outcomeText, progressText } from './reviewText.ts';

export type Decision = {
  review: Review;
  decision: ReviewDecision;
  message?: string;
  /** The edited payload; absent: as shown. */
  edit?: JsonText;
  /** The answer to a question. */
  answer?: JsonText;
  approveAll?: boolean;
  /** Decide although somebody else has claimed it. */
  despiteClaim?: boolean;
};

/** The response of the service as text. `isSettled`: the review is no longer pending. */
export type DecisionAnswer = {
  text: string;
  isSettled: boolean;
  /** Who has claimed the review, if that was in the way. */
  claimedBy?: string;
};

type Outcome = DecideReviewsMutation['decideReviews'];

/**
 * Sends one decision. Its subjectDigest limits it to the request that was shown. An approval also
 * carries the payload as shown, so that exactly this runs; the service does not count an identical
 * payload as an edit.
 */
export async function decide(client: Client, wanted: Decision): Promise<DecisionAnswer> {
  const { review, decision, message, edit, answer, approveAll, despiteClaim } = wanted;
  const payload = edit ?? (decision === 'APPROVE' ? review.payload : undefined);
  const { decideReviews } = await client.request(DecideReviewsDocument, {
    input: {
      decisions: [
        {
          nodeExecId: review.nodeExecId,
          decision,
          subjectDigest: review.subjectDigest,
          ...(payload !== undefined && { payload }),
          ...(answer !== undefined && { answer }),
          ...(message && { message }),
          ...(approveAll && { autoApproveFuture: true }),
          ...(despiteClaim && { despiteClaim }),
        },
      ],
    },
  });
  return answerText(decideReviews, review);
}

function answerText(outcome: Outcome, { subjectDigest }: Review): DecisionAnswer {
  switch (outcome.__typename) {
    case 'DecideReviewsPayload': {
      const settled = outcome.reviews.map((fragment) => {
        const review = reviewOf(fragment);
        if (review.status !== 'WAITING') return outcomeText(review);
        return `your approval counts: ${progressText(review)}`;
      });
      const standing = outcome.autoApprovals.map(
        ({ nodeId, graphExecId }) =>
          `all future requests for ${safeText(nodeId)} in ${safeText(graphExecId)} are approved`,
      );
      const isVote = outcome.reviews.some(({ status }) => status === 'WAITING');
      return { text: [...settled, ...standing].join('; '), isSettled: !isVote };
    }
    case 'ReviewConflictError': {
      const [waiting] = outcome.reviews.filter(({ status }) => status === 'WAITING');
      if (waiting?.claimedBy && waiting.subjectDigest === subjectDigest) {
        const text = `not saved: ${safeText(waiting.claimedBy)} has claimed it. To decide it all the same, repeat the command`;
        return { text, isSettled: false, claimedBy: waiting.claimedBy };
      }
      if (waiting) {
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
