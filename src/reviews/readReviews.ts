import { statement } from '../database/statement.ts';
import { limitedTo, type Viewer } from '../identity/viewer.ts';
import { type AutoApproval, autoApprovalColumns, isAutoApprovalVisibleTo } from './autoApproval.ts';
import { isVisibleTo, type Review, reviewColumns } from './review.ts';
import type { ReviewStore } from './reviewStore.ts';

// With review:request alone a viewer sees what the same actor asked for or may consume, as everywhere in this file.

const byIds = statement(
  'readReviews',
  `SELECT ${reviewColumns} FROM "PendingReview" r
  WHERE r."userId" = $1 AND r."nodeExecId" = ANY ($2::text[]) AND ${isVisibleTo('r', '$3')}`,
);

/** The reviews of these ids in any status, in the order of the ids; those that the viewer does not see are left out. */
export async function readReviews(
  { database }: Pick<ReviewStore, 'database'>,
  viewer: Viewer,
  nodeExecIds: readonly string[],
): Promise<Review[]> {
  const values = [viewer.userId, nodeExecIds, limitedTo(viewer)];
  const reviews = await database.query<Review>(byIds, values);
  const found = new Map(reviews.map((review) => [review.nodeExecId, review]));
  return nodeExecIds.flatMap((nodeExecId) => found.get(nodeExecId) ?? []);
}

const waitingByExecution = statement(
  'hasPendingReviews',
  `SELECT "graphExecId" FROM unnest($2::text[]) AS asked("graphExecId")
  WHERE EXISTS (SELECT FROM "PendingReview" r WHERE r."userId" = $1
    AND r."graphExecId" = asked."graphExecId" AND r."status" = 'WAITING' AND ${isVisibleTo('r', '$3')})`,
);

/** Which of these executions have a WAITING review that the viewer sees (case A29). */
export async function executionsWithPendingReviews(
  { database }: ReviewStore,
  viewer: Viewer,
  graphExecIds: readonly string[],
): Promise<Set<string>> {
  const values = [viewer.userId, graphExecIds, limitedTo(viewer)];
  const rows = await database.query<{ graphExecId: string }>(waitingByExecution, values);
  return new Set(rows.map(({ graphExecId }) => graphExecId));
}

const byExecutions = statement(
  'readAutoApprovals',
  `SELECT ${autoApprovalColumns('a')} FROM "AutoApproval" a
  WHERE a."userId" = $1 AND a."graphExecId" = ANY ($2::text[]) AND ${isAutoApprovalVisibleTo('a', '$3')}
  ORDER BY a."graphExecId", a."createdAt", a."nodeId", a."requestedBy"`,
);

/** The standing approvals of these executions that the viewer sees, active or not, oldest first. */
export const readAutoApprovals = (
  { database }: ReviewStore,
  viewer: Viewer,
  graphExecIds: readonly string[],
): Promise<AutoApproval[]> =>
  database.query<AutoApproval>(byExecutions, [viewer.userId, graphExecIds, limitedTo(viewer)]);
