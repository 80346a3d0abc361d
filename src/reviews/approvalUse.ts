import { hash } from 'node:crypto';
import type { ExecutionStatus } from '../database/generated/prisma/client.ts';
import type { Viewer } from '../identity/viewer.ts';
import { isParty as isPartyNamed } from '../people/ballot.ts';
import { evaluate } from '../policy/evaluate.ts';
import type { Policy } from '../policy/policies.ts';
import { isHighRisk } from '../policy/rule.ts';
import type { Subject } from '../policy/subject.ts';
import { ReviewConflictError } from './errors.ts';
import { hasEnded, isEnded } from './execution.ts';
import { denialOf, stricter } from './policyOutcome.ts';
import { subjectOf } from './policySubject.ts';
import { isParty, isPartySql, isVoid, type Review } from './review.ts';
import type { ReviewStore } from './reviewStore.ts';

// The conditions under which consumeReview and setReviewProcessed may use an approval, as SQL and
// as messages.

/**
 * SQL: a CTE that locks the run of the review ($1 userId, $2 nodeExecId), so that a concurrent stop
 * waits for this statement or the other way round. Once a stop has been acknowledged, no approval
 * of the run can be used.
 */
export const executionOfReview = `execution AS (
    SELECT "status" FROM "GraphExecution" WHERE "userId" = $1 AND "graphExecId" =
      (SELECT "graphExecId" FROM "PendingReview" WHERE "userId" = $1 AND "nodeExecId" = $2)
    FOR SHARE
  )`;

/**
 * SQL: whether whoever asked for the approval in `alias`, or gave it, is disabled. Disabling voids
 * approvals, but misses one that is asked for or given at the same moment.
 */
export const isOfDisabled = (alias: string, userId = '$1'): string =>
  `EXISTS (SELECT FROM "Member" m WHERE m."userId" = ${userId} AND m."disabledAt" IS NOT NULL
      AND m."actor" IN (${alias}."requestedBy" COLLATE "C",
        CASE WHEN ${alias}."decisionSource"::text <> 'POLICY' THEN ${alias}."decidedBy" COLLATE "C" END))`;

/** SQL: whether the actor may use the approval in `alias`, if its run has not ended. */
export const isUsable = (alias: string, actor: string, userId = '$1'): string =>
  `(${isPartySql(alias, actor)}
    AND ${alias}."decidedBy" IS DISTINCT FROM ${actor} AND NOT ${isVoid(alias)}
    AND NOT ${isOfDisabled(alias, userId)})`;

/** SQL: whether the run has not ended. Needs a CTE `execution` with its status. */
export const isRunOpen = `NOT EXISTS (SELECT FROM execution WHERE ${isEnded('execution')})`;

/**
 * SQL: whether the policy of its workspace lets the approval in `alias` be used: the review was
 * requested under the current version, or the caller has evaluated it under this version.
 * @param version holds the version that the caller evaluated it under, null for none
 * @param askId holds the askId of the review that the caller evaluated
 */
export const isAllowedByPolicy = (
  alias: string,
  version: string,
  askId: string,
  userId = '$1',
): string =>
  `coalesce((
      SELECT p."version" IS NOT DISTINCT FROM ${alias}."policyVersion"
        OR (p."version" IS NOT DISTINCT FROM ${version}::int AND ${alias}."askId" = ${askId}::uuid)
        OR (p."mode" <> 'ENFORCED' AND ${alias}."decisionSource" IS DISTINCT FROM 'POLICY')
      FROM "Policy" p WHERE p."userId" = ${userId} ORDER BY p."version" DESC LIMIT 1), true)`;

/**
 * Why the policy does not let an approval be used, to follow its ID in a message. Null if it does.
 * @param subject the review with the approved payload, at the time of its request
 */
function whyForbidden(policy: Policy, review: Review, subject: Subject): string | null {
  const { decisionSource, policyVersion } = review;
  const { version, mode, createdBy } = policy;
  const allowed = `was allowed by version ${policyVersion} of the policy`;
  const again = 'Request a new review with another ID';
  if (mode !== 'ENFORCED') {
    return decisionSource === 'POLICY' ? `${allowed}, which is no longer enforced. ${again}` : null;
  }
  const verdict = evaluate(policy.rules, subject);
  if (verdict.effect === 'DENY') return `is approved, but ${denialOf(verdict)}`;
  if (verdict.effect === 'ALLOW' && !isPartyNamed(review, createdBy)) return null;
  const rules = verdict.ruleIds.length > 0 ? ` (${verdict.ruleIds.join(', ')})` : '';
  const needsPerson = `needs a person under version ${version}${rules}. ${again}`;
  if (decisionSource === 'POLICY') return `${allowed}, and ${needsPerson}`;
  const { approvalsRequired, risk } = stricter(review, verdict);
  const isPlain = approvalsRequired === null && !isHighRisk(risk);
  return decisionSource === 'AUTO_APPROVAL' && !isPlain
    ? `was approved by a standing approval, and ${needsPerson}`
    : null;
}

/** The version of the policy under which a review was found to be usable, and that review. */
export type Evaluated = { version: number; askId: string };

/**
 * Evaluates a review under the current version of the policy, before its approval is used.
 * @returns undefined if the review was deleted or changed since it was read
 * @throws ReviewConflictError if the policy does not let it be used
 */
export async function evaluateForUse(
  { database, policies }: Pick<ReviewStore, 'database' | 'policies'>,
  review: Review,
): Promise<Evaluated | undefined> {
  const subject = await subjectOf(database, review, review.createdAt);
  if (subject === undefined) return undefined;
  const policy = await policies.current(review.userId);
  const why = whyForbidden(policy, review, subject);
  if (why) throw new ReviewConflictError(`Review ${review.nodeExecId} ${why}`, [review]);
  return { version: policy.version, askId: review.askId };
}

/** Why the viewer cannot use an approval, to follow its ID in a message. Null if it is usable. */
export function whyUnusable(
  viewer: Viewer,
  review: Review & { executionStatus: ExecutionStatus | null; isOfDisabled: boolean },
): string | null {
  const { actor } = viewer;
  const { requestedBy, decidedBy, executionStatus, graphExecId, voidedAt } = review;
  if (!isParty(viewer, review)) {
    return `was requested by ${requestedBy}. Only that actor and the consumers named in the request can use the approval`;
  }
  if (decidedBy === actor) return `was approved by ${actor}, who cannot use their own approval`;
  if (executionStatus && hasEnded(executionStatus)) {
    return `is approved, but run ${graphExecId} is ${executionStatus}`;
  }
  if (voidedAt) {
    return `is approved, but the approval has been void since ${voidedAt.toISOString()}: the run was stopped, or nobody consumed it in time. Request a new review with another ID`;
  }
  if (review.isOfDisabled && !review.processed) {
    return `is approved, but ${requestedBy}, who asked for it, or ${decidedBy}, who approved it, is disabled. Request a new review with another ID`;
  }
  return null;
}

/**
 * Identifies a call by its idempotency key, so that it can be recognized when it is repeated. The
 * same key in another operation, by another actor or for another subject is another call. Only this
 * digest is stored, never the key.
 * @param subject what the call is about, besides the review
 * @returns null without a key: such a call is never recognized as repeated
 */
export const callDigest = (
  operation: 'consumeReview' | 'setReviewProcessed',
  { actor }: Viewer,
  subject: string | boolean,
  idempotencyKey: string | null,
): string | null =>
  idempotencyKey === null
    ? null
    : `sha256:${hash('sha256', JSON.stringify([operation, actor, subject, idempotencyKey]))}`;
