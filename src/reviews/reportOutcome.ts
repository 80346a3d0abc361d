import { z } from 'zod';
import { ReviewOutcome } from '../database/generated/prisma/client.ts';
import type { SharedStatement } from '../database/sharing.ts';
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
  reviewColumnsIn,
} from './review.ts';
import { rejectionText } from './reviewResult.ts';
import type { ReviewStore } from './reviewStore.ts';
import { numbered, type ParametersOf, shared } from './sharedStatement.ts';

const reportOutcomeInput = z.object({ nodeExecId: id, outcome: z.enum(ReviewOutcome), detail });

/** The row may change between the two statements. */
const MAX_ATTEMPTS = 10;

/** The parameters of `report`, in their order. */
const parameters = {
  userId: 'text',
  nodeExecId: 'text',
  actor: 'text',
  outcome: 'text',
  detail: 'text',
} as const;

/** SQL: what a report sets. @param $ SQL: the parameters */
const reportOf = ($: ParametersOf<typeof parameters>): string =>
  `"outcome" = ${$.outcome}::"ReviewOutcome", "outcomeDetail" = ${$.detail}, "outcomeAt" = now(),
    "outcomeBy" = ${$.actor}, "updatedAt" = now()`;

/** SQL: whether an outcome can be reported for review `r`. @param $ SQL: the parameters */
const isReportable = ($: ParametersOf<typeof parameters>): string =>
  `${hasStatus('r', 'APPROVED')} AND r."processed" AND r."outcome" IS NULL
    AND ${isPartySql('r', $.actor)}`;

const one = numbered(parameters);

const report: SharedStatement = {
  alone: statement(
    'reportOutcome',
    `UPDATE "PendingReview" r SET ${reportOf(one)}
    WHERE "userId" = ${one.userId} AND "nodeExecId" = ${one.nodeExecId} AND ${isReportable(one)}
    RETURNING ${reviewColumns}`,
  ),
  ...shared(
    'report',
    parameters,
    ({ $, unlocked }) => `${unlocked}, reported AS (
      UPDATE "PendingReview" r SET ${reportOf($)} FROM unlocked a
      WHERE r."userId" = ${$.userId} AND r."nodeExecId" = a."nodeExecId" AND ${isReportable($)}
      RETURNING a."position", ${reviewColumns}
    )
    SELECT a."position", reported."position" IS NOT NULL AS "isAnswer", ${reviewColumnsIn('reported')}
    FROM unlocked a LEFT JOIN reported USING ("position")`,
  ),
};

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
    const review = await store.database.share<Review>(report, viewer.userId, nodeExecId, values);
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
