import { hash } from 'node:crypto';
import type { ExecutionStatus } from '../database/generated/prisma/client.ts';
import type { Viewer } from '../identity/viewer.ts';
import { hasEnded } from './execution.ts';
import { isParty, isVoid, type Review } from './review.ts';

// What must hold for an approval to be used, by consumeReview or setReviewProcessed: as SQL, and told to people.

/**
 * SQL: a CTE that locks the execution of the review ($1 userId, $2 nodeExecId). A concurrent stop waits for us, or we for
 * it: once stopping was answered, nothing is used under the execution.
 */
export const executionOfReview = `execution AS (
    SELECT "status" FROM "GraphExecution" WHERE "userId" = $1 AND "graphExecId" =
      (SELECT "graphExecId" FROM "PendingReview" WHERE "userId" = $1 AND "nodeExecId" = $2)
    FOR SHARE
  )`;

/** SQL: whether the actor in the parameter may use the approval in `alias` now, beside `executionOfReview`. */
export const isUsable = (alias: string, actor: string): string =>
  `((${alias}."requestedBy" = ${actor} OR ${actor} = ANY (${alias}."consumers"))
    AND ${alias}."decidedBy" IS DISTINCT FROM ${actor} AND NOT ${isVoid(alias)}
    AND NOT EXISTS (SELECT FROM execution WHERE "status" IN ('COMPLETED', 'FAILED', 'TERMINATED')))`;

/** Why the viewer cannot use an approval; null where nothing is in the way. */
export function useObstacle(
  viewer: Viewer,
  review: Review & { executionStatus: ExecutionStatus | null },
): string | null {
  const { actor } = viewer;
  const { requestedBy, decidedBy, executionStatus, graphExecId, voidedAt } = review;
  if (!isParty(viewer, review)) {
    return `was asked by ${requestedBy}: only that actor, or a consumer that its request named, can use the approval`;
  }
  if (decidedBy === actor) {
    return `was approved by ${actor}: nobody uses an approval of their own`;
  }
  if (executionStatus && hasEnded(executionStatus)) {
    return `is approved, but its execution ${graphExecId} is ${executionStatus}: nothing may be done under it any more`;
  }
  if (voidedAt) {
    return `was approved, but the approval is void since ${voidedAt.toISOString()}: the execution was stopped, or nobody consumed it in time. Ask again under another id`;
  }
  return null;
}

/**
 * Tells a call that is repeated, by its idempotencyKey, from every other call of the review: another caller's, or of something
 * else. What is kept is the digest, from which nobody learns the key.
 * @param what is asked of the operation
 * @returns null without a key: such a call is never a repeated one
 */
export const callDigest = (
  operation: 'consumeReview' | 'setReviewProcessed',
  { actor }: Viewer,
  what: string | boolean,
  idempotencyKey: string | null,
): string | null =>
  idempotencyKey === null
    ? null
    : `sha256:${hash('sha256', JSON.stringify([operation, actor, what, idempotencyKey]))}`;
