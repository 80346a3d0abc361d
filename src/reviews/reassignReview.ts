import { z } from 'zod';
import { statement } from '../database/statement.ts';
import { may, type Viewer } from '../identity/viewer.ts';
import { checkInput, InvalidInputError, id, NotFoundError, text } from '../input.ts';
import { approversOf, ballotTeams, requirementsOf, votersOf, votesOf } from '../people/ballot.ts';
import { checkPossible } from '../people/possible.ts';
import { readPeople } from '../people/readPeople.ts';
import {
  actorsOf,
  newApprovalsRequired,
  type Requirement,
  requiredByRules,
  teamsOf,
  totalCount,
} from '../people/requirement.ts';
import { withRules } from '../people/requirementUnion.ts';
import { tally } from '../people/tally.ts';
import { mayNotDecide, readViewerPeople } from '../people/viewerPeople.ts';
import { NotEligibleError, ReviewConflictError, SelfApprovalError } from './errors.ts';
import { hasStatus, isInTime, isParty, type Review, reviewColumns, rowVersion } from './review.ts';
import type { ReviewStore } from './reviewStore.ts';

const MAX_REASON = 2_000;

const reassignInput = z.object({
  nodeExecId: id,
  approvalsRequired: newApprovalsRequired,
  reason: text(MAX_REASON).refine((reason) => reason.trim() !== '', 'must not be blank'),
});

const read = statement(
  'readForReassigning',
  `SELECT ${reviewColumns}, ${rowVersion('r')} AS "rowVersion", ${isInTime('r')} AS "inTime"
  FROM "PendingReview" r WHERE "userId" = $1 AND "nodeExecId" = $2`,
);

const reassign = statement(
  'reassignReview',
  `UPDATE "PendingReview" r SET "approvalsRequired" = $4::jsonb, "approverTeams" = $5::text[],
    "approverActors" = $6::text[], "votes" = $7::jsonb, "reviewMessage" = $8,
    "reassignedBy" = array_append(array_remove("reassignedBy", $3), $3), "updatedAt" = now()
  FROM (SELECT set_config('holdpoint.actor', $3, true)) acting
  WHERE "userId" = $1 AND "nodeExecId" = $2 AND ${hasStatus('r', 'WAITING')} AND ${isInTime('r')}
    AND ${rowVersion('r')} = $9
  RETURNING ${reviewColumns}`,
);

type Found = Review & { rowVersion: string; inTime: boolean };

/** The row may change between the two statements. */
const MAX_ATTEMPTS = 10;

/**
 * Changes who has to approve a WAITING review, never to fewer approvals. What rules of the policy
 * require stays. Votes that count for the new requirements are kept. Whoever reassigns a review does not count on it any more.
 * @throws InvalidInputError, NotFoundError, SelfApprovalError, NotEligibleError, ReviewConflictError
 */
export async function reassignReview(
  store: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<Review> {
  const { nodeExecId, reason, ...input } = checkInput(reassignInput, rawInput);
  const { database, notifyFeed, onChanged } = store;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const [found] = await database.query<Found>(read, [viewer.userId, nodeExecId]);
    if (!found) throw new NotFoundError('Review', [nodeExecId]);
    if (isParty(viewer, found)) throw new SelfApprovalError(viewer.actor, [nodeExecId]);
    if (found.status !== 'WAITING' || !found.inTime) {
      const how = found.status === 'WAITING' ? 'has expired' : `is already ${found.status}`;
      throw new ReviewConflictError(`Review ${nodeExecId} ${how}`, [found]);
    }
    await checkMayReassign(store, viewer, found);
    const ofRules = requiredByRules(requirementsOf(found));
    const approvalsRequired = withRules(input.approvalsRequired, ofRules);
    checkCount(found, approvalsRequired);
    const { requestedBy, consumers, reassignedBy } = found;
    const excluded = [requestedBy, viewer.actor, ...reassignedBy];
    const wanted = { approvalsRequired, escalation: null, consumers };
    await checkPossible(database, viewer, wanted, excluded);

    const votes = await votesAfter(store, viewer, { ...found, approvalsRequired });
    const ballot = { ...found, approvalsRequired };
    const steps = approversOf({ ...ballot, approvalsRequired: null });
    const [reassigned] = await database.query<Review>(reassign, [
      viewer.userId,
      nodeExecId,
      viewer.actor,
      JSON.stringify(approvalsRequired),
      [...teamsOf(approvalsRequired), ...steps.teams],
      [...actorsOf(approvalsRequired), ...steps.actors],
      votes && JSON.stringify(votes),
      reason,
      found.rowVersion,
    ]);
    if (!reassigned) continue;
    notifyFeed(viewer.userId);
    onChanged?.('reassigned', 1);
    return reassigned;
  }
  throw new Error(`reassignReview(${nodeExecId}): too many concurrent changes`);
}

/** @throws NotEligibleError */
async function checkMayReassign(
  { database }: ReviewStore,
  viewer: Viewer,
  review: Review,
): Promise<void> {
  const people = await readViewerPeople(database, viewer);
  const reason = mayNotDecide(viewer, people, review);
  const isEligible =
    reason === null || reason === 'ALREADY_VOTED' || reason === 'CLAIMED_BY_ANOTHER';
  if (people.isBarred || !(isEligible || may(viewer, 'people:manage'))) {
    throw new NotEligibleError(viewer.actor, [review.nodeExecId]);
  }
}

/** @throws InvalidInputError if fewer approvals would be required than before */
function checkCount(review: Review, wanted: readonly Requirement[]): void {
  const before = Math.max(1, totalCount(requirementsOf(review)));
  const after = totalCount(wanted);
  if (after >= before) return;
  const message = `must require at least ${before} approvals in all, as before, not ${after}`;
  throw new InvalidInputError([{ path: 'input.approvalsRequired', message }]);
}

/**
 * The votes under the new requirements.
 * @throws InvalidInputError if they would already suffice: nobody new would decide then
 */
async function votesAfter({ database }: ReviewStore, viewer: Viewer, review: Review) {
  if (review.votes === null) return null;
  const ballot = { ...review, reassignedBy: [...review.reassignedBy, viewer.actor] };
  const people = await readPeople(database, viewer, votersOf([ballot]), ballotTeams([ballot]));
  const standing = votesOf(ballot).find(({ endedBy }) => endedBy === null);
  const { votes, isMet } = tally(ballot, people, votesOf(ballot), standing?.subjectDigest ?? '');
  if (!isMet) return votes;
  const message = 'must require approvals by others: the votes that were cast would suffice';
  throw new InvalidInputError([{ path: 'input.approvalsRequired', message }]);
}
