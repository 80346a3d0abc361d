import type { ReviewStatus } from '../database/generated/prisma/client.ts';
import type { JsonText } from '../json/jsonText.ts';
import { autoApprovalKey } from './autoApproval.ts';
import { nodeIdOf, type Review } from './review.ts';

/** The outcome that an agent acts on. */
export type ReviewResult = {
  /** The review's own id, or the auto-approval's key where that decided. */
  nodeExecId: string;
  status: ReviewStatus;
  data: JsonText;
  message: string;
  processed: boolean;
  autoApproved: boolean;
};

/** Case A6: null while a human is awaited, and again once the outcome has been consumed. */
export function resultOf(review: Review): ReviewResult | null {
  return review.status === 'WAITING' || review.processed ? null : outcomeOf(review);
}

/** The outcome of a review that was decided. */
export function outcomeOf(review: Review): ReviewResult {
  const autoApproved = review.decisionSource === 'AUTO_APPROVAL';
  return {
    nodeExecId: autoApproved
      ? autoApprovalKey(review.graphExecId, nodeIdOf(review))
      : review.nodeExecId,
    status: review.status,
    data: review.payload,
    message: review.reviewMessage ?? '',
    processed: review.processed,
    autoApproved,
  };
}
