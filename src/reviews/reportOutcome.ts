import { z } from 'zod';
import { ReviewOutcome } from '../database/generated/prisma/client.ts';
import { statement } from '../database/statement.ts';
import { limitedTo, type Viewer } from '../identity/viewer.ts';
import { checkInput, id, NotFoundError } from '../input.ts';
import { ReviewConflictError } from './errors.ts';
import { detail } from './fields.ts';
import {
  hasStatus,
  isParty,
  isPartySql,
  isVisibleTo,
  type Review,
  reviewColumns,
} from './review.ts';
import { rejectionText } from './reviewResult.ts';
import type { ReviewStore } from './reviewStore.ts';

const reportOutcomeInput = z.object({ nodeExecId: id, outcome: z.enum(ReviewOutcome), detail });

/** The row may change between the two statements. */
const MAX_ATTEMPTS = 10;

const report = statement(
  'reportOutcome',
  `UPDATE "PendingReview" r SET "outcome" = $4::"ReviewOutcome", "outcomeDetail" = $5,
    "outcomeAt" = now(), "updatedAt" = now()
  FROM (SELECT set_config('holdpoint.actor', $3, true)) acting
  WHERE "userId" = $1 AND "nodeExecId" = $2 AND ${hasStatus('r', 'APPROVED')} AND "processed"
    AND "outcome" IS NULL AND ${isPartySql('r', '$3')}
  RETURNING ${reviewColumns}`,
);

/**
 * Records what happened when the agent acted on a consumed approval. Reporting the same outcome
 * again changes nothing, not even the detail.
 * @throws InvalidInputError, NotFoundError; ReviewConflictError if the approval was not consumed,
 *   or another outcome was reported
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
    const reason = whyNotReportable(viewer, found);
    if (reason) throw new ReviewConflictError(`Review ${nodeExecId} ${reason}`, [found]);
  }
  throw new Error(`reportOutcome(${nodeExecId}): too many concurrent changes`);
}

function whyNotReportable(viewer: Viewer, found: Review): string | null {
  if (found.outcome) {
    return `was already reported as ${found.outcome} at ${found.outcomeAt?.toISOString()}`;
  }
  if (found.status === 'WAITING') return 'is still WAITING, so there is nothing to report';
  if (found.status === 'ANSWERED' || found.status === 'CHANGES_REQUESTED') {
    return `is ${found.status}, not approved, so there is nothing to report`;
  }
  if (found.status === 'REJECTED') return `${rejectionText(found)}, so there is nothing to report`;
  if (!found.processed) {
    return 'has not been consumed. Consume the approval before you act and report';
  }
  if (isParty(viewer, found)) return null;
  return `was requested by ${found.requestedBy}. Only that actor and the consumers named in the request can report its outcome`;
}

const byId = statement(
  'readReview',
  `SELECT ${reviewColumns} FROM "PendingReview" r
  WHERE r."userId" = $1 AND r."nodeExecId" = $2 AND ${isVisibleTo('r', '$3')}`,
);

/** A review in any status, if the viewer may see it. */
async function readReview(
  { database }: Pick<ReviewStore, 'database'>,
  viewer: Viewer,
  nodeExecId: string,
): Promise<Review | undefined> {
  const values = [viewer.userId, nodeExecId, limitedTo(viewer)];
  const [review] = await database.query<Review>(byId, values);
  return review;
}
