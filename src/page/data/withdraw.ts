import { WithdrawDecisionDocument } from '../generated/graphql.ts';
import { type Changed, changeReview } from './changeReview.ts';
import type { Detail } from './details.ts';
import type { Page } from './page.ts';

/** Withdraws the viewer's vote, or a decision that no agent has picked up yet. */
export async function withdraw(
  page: Page,
  { nodeExecId, subjectDigest }: Detail,
  reason: string | null,
): Promise<Changed> {
  const input = { nodeExecId, subjectDigest, reason };
  return changeReview(page, WithdrawDecisionDocument, input, ({ subjectDigest: own }) =>
    page.ownVersions.add(own),
  );
}

/** Whether to offer to withdraw the decision. The service has the last word. */
export function mayWithdraw(review: Detail, actor: string, scopes: readonly string[]): boolean {
  const { status, decidedBy, decisionSource, requestedBy, consumers, votes } = review;
  if (!scopes.includes('review:decide') || review.processed || review.voidedAt !== null)
    return false;
  if (actor === requestedBy || consumers.includes(actor)) return false;
  if (status === 'WAITING') {
    return votes.some((vote) => vote.actor === actor && vote.endedBy === null);
  }
  const isByPerson = decisionSource === 'REVIEWER' || decisionSource === 'OVERRIDE';
  if (status !== 'APPROVED') return isByPerson && decidedBy === actor;
  return review.consumedAt === null;
}

/** What there is to withdraw, by the status of the review. A vote is an approval. */
export const withdrawnNames: Record<Detail['status'], string> = {
  WAITING: 'approval',
  APPROVED: 'approval',
  REJECTED: 'rejection',
  ANSWERED: 'answer',
  CHANGES_REQUESTED: 'request for changes',
};

/**
 * Withdrawing stops only agents that pick an approval up before they act. One that was told of the
 * approval and acts without picking it up leaves no trace of that here.
 */
export const mayHaveActed =
  'An agent that acts without picking up its approval first may already have acted.';
