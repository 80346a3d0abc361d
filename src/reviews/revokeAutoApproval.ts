import { z } from 'zod';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import { checkInput, id, NotFoundError } from '../input.ts';
import { type AutoApproval, autoApprovalColumns, autoApprovalKey } from './autoApproval.ts';
import type { ReviewStore } from './reviewStore.ts';

const revokeAutoApprovalInput = z.object({ graphExecId: id, nodeId: id });

// Rows are locked in the order of their keys, as requestReview does, to avoid deadlocks.
const revoke = statement(
  'revokeAutoApproval',
  `WITH locked AS (
    SELECT "graphId", "graphVersion", "requestedBy" FROM "AutoApproval"
    WHERE "userId" = $1 AND "graphExecId" = $2 AND "nodeId" = $3
    ORDER BY "graphId", "graphVersion", "requestedBy" FOR UPDATE
  )
  UPDATE "AutoApproval" a SET
    "revokedAt" = coalesce(a."revokedAt", now()), "revokedBy" = coalesce(a."revokedBy", $4)
  FROM locked
  WHERE a."userId" = $1 AND a."graphExecId" = $2 AND a."nodeId" = $3
    AND a."graphId" = locked."graphId" AND a."graphVersion" = locked."graphVersion"
    AND a."requestedBy" = locked."requestedBy"
  RETURNING ${autoApprovalColumns}`,
);

/**
 * Revokes all standing approvals of a step. Later requests do not see them. Idempotent.
 * @returns the newest of them
 * @throws InvalidInputError, NotFoundError
 */
export async function revokeAutoApproval(
  { database }: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<AutoApproval> {
  const { graphExecId, nodeId } = checkInput(revokeAutoApprovalInput, rawInput);
  const values = [viewer.userId, graphExecId, nodeId, viewer.actor];
  const revoked = await database.query<AutoApproval>(revoke, values);
  const [newest] = revoked.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  if (!newest) throw new NotFoundError('Standing approval', [autoApprovalKey(graphExecId, nodeId)]);
  return newest;
}
