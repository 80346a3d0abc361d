import type { Client } from '../../client/connect.ts';
import {
  DecideReviewsDocument,
  type DecideReviewsMutation,
  type ReviewDecision,
  ReviewsDocument,
} from '../../client/generated/graphql.ts';
import type { JsonText } from '../../json/jsonText.ts';
import { safeText } from '../safeText.ts';
import { nestingOf } from './jsonLines.ts';
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
 * Sends one decision. An approval carries the payload as it was shown: what runs is what was seen, even if the review was
 * asked again with another payload a moment ago. The service counts identical data as no edit.
 */
export async function decide(client: Client, wanted: Decision): Promise<DecisionAnswer> {
  const { review, decision, message, edit, approveAll } = wanted;
  let payload = edit;
  if (payload === undefined && decision === 'APPROVE') {
    if (nestingOf(review.payload) <= MAX_NESTING) payload = review.payload;
    else if (!(await isUnchanged(client, review))) {
      return { text: 'It is no longer what was shown, so nothing was sent', isSettled: false };
    }
  }
  const { decideReviews } = await client.request(DecideReviewsDocument, {
    input: {
      decisions: [
        {
          nodeExecId: review.nodeExecId,
          decision,
          ...(payload !== undefined && { payload }),
          ...(message && { message }),
          ...(approveAll && { autoApproveFuture: true }),
        },
      ],
    },
  });
  return answerText(decideReviews);
}

async function isUnchanged(client: Client, { nodeExecId, payload }: Review): Promise<boolean> {
  const { reviews } = await client.request(ReviewsDocument, { nodeExecIds: [nodeExecId] });
  return reviews[0] !== undefined && reviewOf(reviews[0]).payload.text === payload.text;
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
      const states = outcome.reviews.map((review) => outcomeText(reviewOf(review)));
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
