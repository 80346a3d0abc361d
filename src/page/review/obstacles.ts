import type { Detail } from '../data/details.ts';
import type { Viewer } from '../data/useViewer.ts';
import { askedNames } from './approvals.ts';

export const serviceIsAway = "Holdpoint can't be reached. You can decide once it is back.";

/** Why the viewer may neither approve nor reject this review, or null. */
export function forbiddenReason(review: Detail): string | null {
  switch (review.viewerMayNot) {
    case 'MISSING_SCOPE':
      return 'Your token is read-only.';
    case 'OWN_REQUEST':
      return review.consumers.length === 0
        ? 'You requested this, so somebody else must decide.'
        : 'You requested this or may use its approval, so somebody else must decide.';
    default:
      return null;
  }
}

/** Why the viewer may not approve this review, although rejecting it is possible. Or null. */
export function notApprovableReason(review: Detail): string | null {
  const verb = review.kind === 'QUESTION' ? 'answer' : 'approve';
  switch (review.viewerMayNot) {
    case 'NOT_ELIGIBLE':
      return review.approvalsRequired.length === 0
        ? `You can't ${verb} reviews: your account is disabled or an agent's.`
        : `You can't ${verb} this: ${askedNames(review)} ${isPlural(review) ? 'are' : 'is'} asked.`;
    case 'ALREADY_VOTED':
      return 'You have already approved this.';
    default:
      return null;
  }
}

const isPlural = ({ approvalsRequired }: Detail): boolean =>
  approvalsRequired.length > 1 || (approvalsRequired[0]?.count ?? 0) > 1;

/** Whether the actor requested the review or may consume its approval. */
export const isParty = ({ requestedBy, consumers }: Detail, actor: string | null): boolean =>
  actor === requestedBy || (actor !== null && consumers.includes(actor));

/** Whether to offer to change who has to approve. The service has the last word. */
export function mayReassign(review: Detail, viewer: Viewer | null): boolean {
  if (viewer === null || isParty(review, viewer.actor)) return false;
  if (viewer.scopes.includes('people:manage')) return true;
  return review.approvalsRequired.length > 0 && review.viewerMayDecideAs.length > 0;
}

/** Who else has claimed the review, or null. */
export const otherClaimant = ({ claimedBy }: Detail, actor: string | null): string | null =>
  claimedBy === actor ? null : claimedBy;

/** Whether it is approved on its own, and by nothing but a decision about it. */
export const isRisky = ({ risk }: { risk?: string | null }): boolean =>
  risk === 'HIGH' || risk === 'CRITICAL';
