import { JsonText } from '@holdpoint/client/json';
import { z } from 'zod';
import type { ExecutionStatus } from '../database/generated/prisma/client.ts';
import { statement } from '../database/statement.ts';
import { limitedTo, type Viewer } from '../identity/viewer.ts';
import { checkInput, id } from '../input.ts';
import { meets } from '../policy/condition.ts';
import type { Subject } from '../policy/subject.ts';
import {
  type AutoApproval,
  autoApprovalColumns,
  autoApprovalIn,
  autoApprovalKey,
  autoApprovalMessage,
  isActiveSql,
  isAutoApprovalVisibleTo,
  prefixedApprovalColumns,
} from './autoApproval.ts';
import { hasEnded } from './execution.ts';
import { payload } from './fields.ts';
import { payloadOf, storedJson } from './payloads.ts';
import { isInTime, isVisibleTo, type Review, reviewColumns } from './review.ts';
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
  `SELECT ${reviewColumns}, ${prefixedApprovalColumns('a', approvalPrefix)}, a."fullPayload" AS "approved",
    e."status" AS "executionStatus", r."status" = 'WAITING' AND NOT ${isInTime('r')} AS "overdue"
  FROM (SELECT 1) one
  LEFT JOIN "PendingReview" r ON r."userId" = $1 AND r."nodeExecId" = $2 AND ${isVisibleTo('r', '$6')}
  LEFT JOIN LATERAL (
    SELECT ${autoApprovalColumns}, a."payload" AS "fullPayload" FROM "AutoApproval" a
    WHERE a."userId" = $1 AND a."graphExecId" = $3 AND a."nodeId" = $4
      AND a."requestedBy" IN ('', $5) AND a."createdBy" <> $5 AND ${isActiveSql('a')}
      AND ${isAutoApprovalVisibleTo('a', '$6')}
      AND (r."nodeExecId" IS NULL OR (a."createdBy" <> r."requestedBy"
        AND a."nodeId" = r."nodeId" AND a."graphId" = r."graphId" AND a."graphVersion" = r."graphVersion"
        AND a."createdBy" <> ALL (r."consumers")))
    ORDER BY a."requestedBy" DESC, a."createdAt" DESC LIMIT 1
  ) a ON true
  LEFT JOIN "GraphExecution" e ON e."userId" = $1 AND e."graphExecId" = $3`,
);

type Found = Review & {
  executionStatus: ExecutionStatus | null;
  overdue: boolean | null;
  /** The payload of the standing approval. */
  approved: string;
};

/** The approval that currently applies. Acting on it still requires `consumeReview`. */
export type ApprovalInfo = {
  /** The ID of the review, or the key of the standing approval. */
  nodeExecId: string;
  status: 'APPROVED';
  data: JsonText;
  message: string;
  processed: true;
  autoApproved: boolean;
};

/**
 * The approval that currently applies to a step: its own, or a standing approval. Read-only, and no
 * permission to act.
 * @returns null if there is none, if it was consumed, claimed or is void, if the review is
 *   rejected, expired or of another run, or if the run has ended
 * @throws InvalidInputError
 */
export async function checkApproval(
  { database }: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<ApprovalInfo | null> {
  const input = checkInput(checkApprovalInput, rawInput);
  const [found] = await database.query<Found>(check, [
    viewer.userId,
    input.nodeExecId,
    input.graphExecId,
    input.nodeId,
    viewer.actor,
    limitedTo(viewer),
  ]);
  if (found === undefined) return null;
  if (found.executionStatus && hasEnded(found.executionStatus)) return null;

  if (found.nodeExecId !== null && found.graphExecId !== input.graphExecId) return null;
  if (found.status === 'REJECTED' || found.overdue || found.processed || found.voidedAt)
    return null;
  const info = { status: 'APPROVED', processed: true } as const;
  if (found.status === 'APPROVED') {
    const payload = await payloadOf(database, found);
    if (payload === undefined) return null; // deleted or edited since it was read
    return {
      ...info,
      nodeExecId: found.nodeExecId,
      data: storedJson(payload),
      message: found.reviewMessage ?? '',
      autoApproved: found.decisionSource === 'AUTO_APPROVAL',
    };
  }
  const approval = autoApprovalIn(found, approvalPrefix);
  if (approval === null) return null;
  const data = input.inputData ?? new JsonText(found.approved);
  const isMet =
    approval.when === null || meets(approval.when, stepOf(viewer, input, approval, data));
  if (!isMet) return null;
  return {
    ...info,
    nodeExecId: autoApprovalKey(approval.graphExecId, approval.nodeId),
    data,
    message: autoApprovalMessage,
    autoApproved: true,
  };
}

/** The step as far as it is known before it is requested. */
const stepOf = (
  { actor }: Viewer,
  { graphExecId, nodeId }: { graphExecId: string; nodeId: string },
  { graphId, graphVersion }: AutoApproval,
  payload: JsonText,
): Subject => ({
  kind: 'ACTION',
  nodeId,
  graphId,
  graphVersion,
  graphExecId,
  requestedBy: actor,
  consumers: [],
  instructions: null,
  headline: null,
  tags: [],
  risk: null,
  payload,
  now: new Date(),
});
