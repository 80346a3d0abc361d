import type { Client } from '@holdpoint/client';
import {
  DecideReviewsDocument,
  type DecideReviewsMutation,
  type ReviewDecision,
} from '@holdpoint/client/documents';
import { type JsonText, nestingOf, readJsonTree } from '@holdpoint/client/json';
import { safeText } from '../safeText.ts';
import { type Review, reviewOf } from './review.ts';
import { outcomeText } from './reviewText.ts';

/** The service accepts no payload with a decision that nests deeper. */
const MAX_NESTING = 10;

export type Decision = {
  review: Review;
  decision: ReviewDecision;
  message?: string;
  /** The reviewer's edit; absent: as it was shown. */
  edit?: JsonText;
  approveAll?: boolean;
};

/** How the service answered, for a person; `isSettled`: the review no longer waits. */
export type DecisionAnswer = { text: string; isSettled: boolean };

type Outcome = DecideReviewsMutation['decideReviews'];

/**
 * Sends one decision, which holds only for what was shown, as its subjectDigest says. An approval carries the payload
 * itself too, as it was shown, so that what runs is that to the last digit. The service counts identical data as no edit.
 */
export async function decide(client: Client, wanted: Decision): Promise<DecisionAnswer> {
  const { review, decision, message, edit, approveAll } = wanted;
  const isCarried =
    decision === 'APPROVE' && nestingOf(readJsonTree(review.payload.text)) <= MAX_NESTING;
  const payload = edit ?? (isCarried ? review.payload : undefined);
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
          `from now on every ${safeText(nodeId)} in ${safeText(graphExecId)} is approved without asking`,
      );
      return { text: [...settled, ...standing].join('; '), isSettled: true };
    }
    case 'ReviewConflictError': {
      if (outcome.reviews.some(({ status }) => status === 'WAITING')) {
        return { text: 'not done: it is no longer what was shown', isSettled: false };
      }
      const states = outcome.reviews.map((review) => outcomeText(reviewOf(review)));
      if (outcome.reviews.every(({ decisionSource }) => decisionSource === 'EXPIRY')) {
        return { text: `not done: ${states.join('; ')}`, isSettled: true };
      }
      return { text: `not done, somebody was first: ${states.join('; ')}`, isSettled: true };
    }
    case 'NotFoundError':
      return { text: 'not done: it is gone, whoever asked has deleted it', isSettled: true };
    case 'InvalidInputError': {
      const issues = outcome.issues.map(({ path, message }) => `${path} ${message}`);
      return { text: `not done: ${safeText(issues.join('; '))}`, isSettled: false };
    }
    default:
      return { text: `not done: ${safeText(outcome.message)}`, isSettled: false };
  }
}
