import { z } from 'zod';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import { checkInput, id, NotFoundError } from '../input.ts';
import { mayNotDecide, readViewerPeople } from '../people/viewerPeople.ts';
import { isClaimedByAnother } from './decideStatements.ts';
import { NotEligibleError, ReviewConflictError, SelfApprovalError } from './errors.ts';
import { hasStatus, isInTime, isPartySql, type Review, reviewColumns } from './review.ts';
import type { ReviewStore } from './reviewStore.ts';

const claimInput = z.object({ nodeExecId: id });

/** How long a claim lasts if it is not renewed. */
const CLAIM_MINUTES = 10;

// Of any number of claimers one wins: each waits for the lock, then sees the claim before it.
const claim = statement(
  'claimReview',
  `UPDATE "PendingReview" r SET "claimedBy" = $3,
    "claimedUntil" = now() + interval '${CLAIM_MINUTES} minutes'
  FROM (SELECT set_config('holdpoint.actor', $3, true)) acting
  WHERE "userId" = $1 AND "nodeExecId" = $2 AND ${hasStatus('r', 'WAITING')} AND ${isInTime('r')}
    AND NOT ${isPartySql('r', '$3')} AND NOT ${isClaimedByAnother('r', '$3')}
  RETURNING ${reviewColumns}`,
);

const release = statement(
  'releaseReview',
  `UPDATE "PendingReview" r SET "claimedBy" = NULL, "claimedUntil" = NULL
  FROM (SELECT set_config('holdpoint.actor', $3, true)) acting
  WHERE "userId" = $1 AND "nodeExecId" = $2 AND ${hasStatus('r', 'WAITING')} AND "claimedBy" = $3
  RETURNING ${reviewColumns}`,
);

const read = statement(
  'readReviewToClaim',
  `SELECT ${reviewColumns} FROM "PendingReview" r WHERE "userId" = $1 AND "nodeExecId" = $2`,
);

/**
 * Claims a WAITING review for ten minutes, or renews the claim. It only tells others who is at it:
 * they can decide with `despiteClaim`.
 * @throws InvalidInputError, NotFoundError, NotEligibleError, SelfApprovalError;
 *   ReviewConflictError if the review is decided, or claimed by somebody else
 */
export async function claimReview(
  { database, notifyFeed, onChanged }: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<Review> {
  const { nodeExecId } = checkInput(claimInput, rawInput);
  const key = [viewer.userId, nodeExecId];
  const [review] = await database.query<Review>(read, key);
  if (!review) throw new NotFoundError('Review', [nodeExecId]);
  const people = await readViewerPeople(database, viewer);
  const reason = mayNotDecide(viewer, people, review);
  if (reason === 'OWN_REQUEST') throw new SelfApprovalError(viewer.actor, [nodeExecId]);
  if (reason === 'NOT_ELIGIBLE') throw new NotEligibleError(viewer.actor, [nodeExecId]);
  const [claimed] = await database.query<Review>(claim, [...key, viewer.actor]);
  if (claimed) {
    if (review.claimedBy !== viewer.actor) {
      notifyFeed(viewer.userId);
      onChanged?.('claimed', 1);
    }
    return claimed;
  }
  const [now] = await database.query<Review>(read, key);
  if (!now) throw new NotFoundError('Review', [nodeExecId]);
  throw new ReviewConflictError(`Review ${nodeExecId} ${whyNotClaimable(now)}`, [now]);
}

/** To follow the review's ID. */
function whyNotClaimable({ status, expiresAt, claimedBy, claimedUntil }: Review): string {
  if (status !== 'WAITING') return `is already ${status}`;
  if (expiresAt && expiresAt <= new Date()) return 'has expired';
  return `is claimed by ${claimedBy} until ${claimedUntil?.toISOString()}`;
}

/**
 * Ends the viewer's claim. Does nothing if there is none, or if the review is decided.
 * @throws InvalidInputError, NotFoundError; ReviewConflictError if somebody else has claimed it
 */
export async function releaseReview(
  { database, notifyFeed, onChanged }: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<Review> {
  const { nodeExecId } = checkInput(claimInput, rawInput);
  const key = [viewer.userId, nodeExecId];
  const [released] = await database.query<Review>(release, [...key, viewer.actor]);
  if (released) {
    notifyFeed(viewer.userId);
    onChanged?.('released', 1);
    return released;
  }
  const [review] = await database.query<Review>(read, key);
  if (!review) throw new NotFoundError('Review', [nodeExecId]);
  const isClaimed = review.claimedUntil !== null && review.claimedUntil > new Date();
  if (isClaimed && review.status === 'WAITING') {
    const text = `Review ${nodeExecId} is claimed by ${review.claimedBy}, not by ${viewer.actor}`;
    throw new ReviewConflictError(text, [review]);
  }
  return review;
}
