import { statement } from '../database/statement.ts';
import { type AutoApproval, autoApprovalColumns } from './autoApproval.ts';
import { type Review, reviewColumns, reviewJoins } from './review.ts';
import type { ReviewStore } from './reviewStore.ts';

const byIds = statement(
  'readReviews',
  `SELECT ${reviewColumns} FROM "PendingReview" r ${reviewJoins}
  WHERE r."userId" = $1 AND r."nodeExecId" = ANY ($2::text[])`,
);

/** The owner's reviews of these ids in any status, in the order of the ids; unknown ones are left out. */
export async function readReviews(
  { database }: ReviewStore,
  userId: string,
  nodeExecIds: readonly string[],
): Promise<Review[]> {
  const reviews = await database.query<Review>(byIds, [userId, nodeExecIds]);
  const found = new Map(reviews.map((review) => [review.nodeExecId, review]));
  return nodeExecIds.flatMap((nodeExecId) => found.get(nodeExecId) ?? []);
}

const waitingByExecution = statement(
  'hasPendingReviews',
  `SELECT "graphExecId" FROM unnest($2::text[]) AS asked("graphExecId")
  WHERE EXISTS (SELECT FROM "PendingReview" r
    WHERE r."userId" = $1 AND r."graphExecId" = asked."graphExecId" AND r."status" = 'WAITING')`,
);

/** Which of these executions have a WAITING review of the owner's (case A29). */
export async function executionsWithPendingReviews(
  { database }: ReviewStore,
  userId: string,
  graphExecIds: readonly string[],
): Promise<Set<string>> {
  const rows = await database.query<{ graphExecId: string }>(waitingByExecution, [
    userId,
    graphExecIds,
  ]);
  return new Set(rows.map(({ graphExecId }) => graphExecId));
}

const byExecutions = statement(
  'readAutoApprovals',
  `SELECT ${autoApprovalColumns('a')} FROM "AutoApproval" a
  WHERE a."userId" = $1 AND a."graphExecId" = ANY ($2::text[])
  ORDER BY a."graphExecId", a."createdAt", a."nodeId"`,
);

/** Every auto-approval of these executions, active or not, oldest first. */
export const readAutoApprovals = (
  { database }: ReviewStore,
  userId: string,
  graphExecIds: readonly string[],
): Promise<AutoApproval[]> => database.query<AutoApproval>(byExecutions, [userId, graphExecIds]);
