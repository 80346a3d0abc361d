import { z } from 'zod';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import { type AutoApproval, autoApprovalColumns, autoApprovalKey } from './autoApproval.ts';
import { NotFoundError } from './errors.ts';
import { checkInput, id } from './input.ts';
import type { ReviewStore } from './reviewStore.ts';

const revokeAutoApprovalInput = z.object({ graphExecId: id, nodeId: id });

const revoke = statement(
  'revokeAutoApproval',
  `UPDATE "AutoApproval" a SET
    "revokedAt" = coalesce(a."revokedAt", now()), "revokedBy" = coalesce(a."revokedBy", $4)
  WHERE a."userId" = $1 AND a."graphExecId" = $2 AND a."nodeId" = $3
  RETURNING ${autoApprovalColumns('a')}`,
);

/**
 * Ends a standing approval for the next ask, whoever asks. Revoking again changes nothing (case A23).
 * @throws InvalidInputError, NotFoundError
 */
export async function revokeAutoApproval(
  { database }: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<AutoApproval> {
  const { graphExecId, nodeId } = checkInput(revokeAutoApprovalInput, rawInput);
  const [revoked] = await database.query<AutoApproval>(revoke, [
    viewer.userId,
    graphExecId,
    nodeId,
    viewer.actor,
  ]);
  if (!revoked) throw new NotFoundError('Auto-approval', [autoApprovalKey(graphExecId, nodeId)]);
  return revoked;
}
