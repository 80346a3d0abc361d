import { z } from 'zod';
import { ReviewOutcome } from '../database/generated/prisma/client.ts';
import { statement } from '../database/statement.ts';
import { limitedTo, type Viewer } from '../identity/viewer.ts';
import { checkInput, id, NotFoundError } from '../input.ts';
import { ReviewConflictError } from './errors.ts';
import { detail } from './fields.ts';
import { hasStatus, isParty, isVisibleTo, type Review, reviewColumns } from './review.ts';
import { rejectionText } from './reviewResult.ts';
import type { ReviewStore } from './reviewStore.ts';

const reportOutcomeInput = z.object({ nodeExecId: id, outcome: z.enum(ReviewOutcome), detail });

/** Somebody may change the row between the two statements. */
const MAX_ATTEMPTS = 10;

const report = statement(
  'reportOutcome',
  `UPDATE "PendingReview" r SET "outcome" = $4::"ReviewOutcome", "outcomeDetail" = $5,
    "outcomeAt" = now(), "updatedAt" = now()
  FROM (SELECT set_config('holdpoint.actor', $3, true)) acting
  WHERE "userId" = $1 AND "nodeExecId" = $2 AND ${hasStatus('r', 'APPROVED')} AND "processed"
    AND "outcome" IS NULL AND ("requestedBy" = $3 OR $3 = ANY ("consumers"))
  RETURNING ${reviewColumns}`,
);

/**
 * Notes what came of acting on an approval that was consumed. The same outcome again changes nothing, its detail included.
 * @throws InvalidInputError, NotFoundError, ReviewConflictError (not consumed, or reported otherwise)
 */
export async function reportOutcome(
  store: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<Review> {
  const { nodeExecId, outcome, detail } = checkInput(reportOutcomeInput, rawInput);
  const values = [viewer.userId, nodeExecId, viewer.actor, outcome, detail];
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const [review] = await store.database.query<Review>(report, values);
    if (review) {
      store.notifyFeed(viewer.userId);
      return review;
    }
    const found = await readReview(store, viewer, nodeExecId);
    if (!found) throw new NotFoundError('Review', [nodeExecId]);
    if (found.outcome === outcome) return found;
    const obstacle = obstacleOf(viewer, found);
    if (obstacle) throw new ReviewConflictError(`${nodeExecId} ${obstacle}`, [found]);
  }
  throw new Error(`reportOutcome of ${nodeExecId} met too many concurrent changes`);
}

function obstacleOf(viewer: Viewer, found: Review): string | null {
  if (found.outcome) {
    return `was already reported as ${found.outcome} at ${found.outcomeAt?.toISOString()}`;
  }
  if (found.status === 'WAITING') return 'is still WAITING: there is nothing to report';
  if (found.status === 'REJECTED') return `${rejectionText(found)}, so there is nothing to report`;
  if (!found.processed)
    return 'has not been consumed: consume the approval before you act and report';
  if (isParty(viewer, found)) return null;
  return `was asked by ${found.requestedBy}: only that actor, or a consumer that its request named, can report of it`;
}

const byId = statement(
  'readReview',
  `SELECT ${reviewColumns} FROM "PendingReview" r
  WHERE r."userId" = $1 AND r."nodeExecId" = $2 AND ${isVisibleTo('r', '$3')}`,
);

/** One review in any status, if the viewer sees it. */
export async function readReview(
  { database }: Pick<ReviewStore, 'database'>,
  viewer: Viewer,
  nodeExecId: string,
): Promise<Review | undefined> {
  const values = [viewer.userId, nodeExecId, limitedTo(viewer)];
  const [review] = await database.query<Review>(byId, values);
  return review;
}
