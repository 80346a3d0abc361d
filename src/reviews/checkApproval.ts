import { z } from 'zod';
import type { ExecutionStatus } from '../database/generated/prisma/client.ts';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import {
  autoApprovalColumns,
  autoApprovalIn,
  autoApprovalKey,
  autoApprovalMessage,
  isActive,
} from './autoApproval.ts';
import { hasEnded } from './execution.ts';
import { isInTime } from './expireReviews.ts';
import { checkInput, id, payload } from './input.ts';
import { type Review, reviewColumns, reviewJoins } from './review.ts';
import type { ReviewResult } from './reviewResult.ts';
import type { ReviewStore } from './reviewStore.ts';

const checkApprovalInput = z.object({
  nodeExecId: id,
  graphExecId: id,
  nodeId: id,
  inputData: z.optional(payload),
});

const approvalPrefix = 'approval.';

const check = statement(
  'checkApproval',
  `SELECT ${reviewColumns}, ${autoApprovalColumns('a', approvalPrefix)},
    e."status" AS "executionStatus", r."status" = 'WAITING' AND NOT ${isInTime('r')} AS "overdue"
  FROM (SELECT) one
  LEFT JOIN "PendingReview" r ON r."userId" = $1 AND r."nodeExecId" = $2 ${reviewJoins}
  LEFT JOIN "AutoApproval" a ON a."userId" = $1 AND a."graphExecId" = $3 AND a."nodeId" = $4
    AND a."createdBy" <> $5 AND a."createdBy" IS DISTINCT FROM r."requestedBy" AND ${isActive('a')}
  LEFT JOIN "GraphExecution" e ON e."userId" = $1 AND e."graphExecId" = $3`,
);

type Found = Review & { executionStatus: ExecutionStatus | null; overdue: boolean | null };

/**
 * An approval that lets this step run now, or null; changes nothing (case A11). A review of another
 * execution, one whose time has come, one that consumeReview gave out, and any approval once the execution has ended, let
 * nothing run.
 * @throws InvalidInputError
 */
export async function checkApproval(
  { database }: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<ReviewResult | null> {
  const input = checkInput(checkApprovalInput, rawInput);
  const [found] = await database.query<Found>(check, [
    viewer.userId,
    input.nodeExecId,
    input.graphExecId,
    input.nodeId,
    viewer.actor,
  ]);
  if (found === undefined) return null;
  if (found.executionStatus && hasEnded(found.executionStatus)) return null;

  if (found.nodeExecId !== null && found.graphExecId !== input.graphExecId) return null;
  if (found.status === 'REJECTED' || found.overdue || found.consumedAt) return null;
  if (found.status === 'APPROVED') {
    return {
      nodeExecId: found.nodeExecId,
      status: 'APPROVED',
      data: found.payload,
      message: found.reviewMessage ?? '',
      processed: true,
      autoApproved: found.decisionSource === 'AUTO_APPROVAL',
    };
  }
  const approval = autoApprovalIn(found, approvalPrefix);
  return (
    approval && {
      nodeExecId: autoApprovalKey(approval.graphExecId, approval.nodeId),
      status: 'APPROVED',
      data: input.inputData ?? approval.payload,
      message: autoApprovalMessage,
      processed: true,
      autoApproved: true,
    }
  );
}
