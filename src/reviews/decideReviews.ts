import { z } from 'zod';
import { statement } from '../database/statement.ts';
import { isSynthetic, nodeIdOfSynthetic } from '../identity/copilotIds.ts';
import type { Viewer } from '../identity/viewer.ts';
import {
  type AutoApproval,
  autoApprovalColumns,
  autoApprovalIn,
  renewUnlessActive,
} from './autoApproval.ts';
import {
  NotFoundError,
  ReviewConflictError,
  ReviewNotEditableError,
  SelfApprovalError,
} from './errors.ts';
import { checkInput, edit, id, message } from './input.ts';
import { type Review, reviewColumns, reviewJoins } from './review.ts';
import type { ReviewStore } from './reviewStore.ts';

const MAX_DECISIONS = 100;
const approvalPrefix = 'approval.';

const decideReviewsInput = z.object({
  decisions: z
    .array(
      z.object({
        nodeExecId: id,
        decision: z.enum(['APPROVE', 'REJECT']),
        payload: edit,
        message,
        autoApproveFuture: z.boolean().nullish(),
      }),
    )
    .min(1, 'must hold at least one decision')
    .max(MAX_DECISIONS, {
      error: ({ input }) =>
        `must hold at most ${MAX_DECISIONS} decisions, not ${(input as unknown[]).length}`,
    })
    .superRefine((decisions, { addIssue }) => {
      const seen = new Map<string, number>();
      decisions.forEach(({ nodeExecId }, index) => {
        const first = seen.get(nodeExecId);
        if (first === undefined) seen.set(nodeExecId, index);
        else {
          const text = `${nodeExecId} is already decided by decisions.${first}`;
          addIssue({ code: 'custom', message: text, path: [index, 'nodeExecId'] });
        }
      });
    }),
});

// All decisions of a request in one statement: every row is locked, in the order of ids so that two requests
// cannot wait for each other, and comes in its newest version; each decision gets a verdict; and only if none is in
// the way does anything happen. Payloads are compared as jsonb: 1 equals 1.0 but neither true nor "1",
// and the order of keys does not matter (case A17).
const decide = statement(
  'decideReviews',
  `WITH asked AS (
    SELECT * FROM unnest(
      $3::text[], $4::text[], $5::"ReviewStatus"[], $6::text[], $7::text[], $8::boolean[]
    ) WITH ORDINALITY
      AS a("nodeExecId", "syntheticNodeId", "wanted", "edit", "message", "future", "position")
  ), locked AS (
    SELECT r.* FROM "PendingReview" r
    WHERE r."userId" = $1 AND r."nodeExecId" = ANY ($3::text[])
    ORDER BY r."nodeExecId" FOR UPDATE
  ), compared AS (
    SELECT asked.*, locked."status", locked."requestedBy", locked."editable",
      asked."edit" IS NOT NULL AND asked."edit"::jsonb <> locked."payload"::jsonb AS "edited"
    FROM asked LEFT JOIN locked USING ("nodeExecId")
  ), judged AS (
    SELECT *, CASE
      WHEN "status" IS NULL THEN 'MISSING'
      WHEN "requestedBy" = $2 THEN 'OWN'
      WHEN "status" = 'WAITING' AND "edited" AND NOT "editable" THEN 'NOT_EDITABLE'
      WHEN "status" = 'WAITING' THEN 'DECIDES'
      WHEN "status" = "wanted" AND NOT "edited" THEN 'REPEATS'
      ELSE 'CONFLICT'
    END AS "verdict" FROM compared
  ), allowed AS (
    SELECT WHERE NOT EXISTS (SELECT FROM judged WHERE "verdict" NOT IN ('DECIDES', 'REPEATS'))
  ), decided AS (
    UPDATE "PendingReview" r SET
      "status" = j."wanted", "reviewMessage" = j."message", "wasEdited" = j."edited",
      "payload" = CASE WHEN j."edited" THEN j."edit"::json ELSE r."payload" END,
      "decidedBy" = $2, "decisionSource" = 'REVIEWER', "reviewedAt" = now(), "updatedAt" = now()
    FROM judged j
    WHERE r."userId" = $1 AND r."nodeExecId" = j."nodeExecId" AND j."verdict" = 'DECIDES'
      AND EXISTS (SELECT FROM allowed)
    RETURNING r.*
  ), outcome AS (
    SELECT * FROM decided UNION ALL
    SELECT * FROM locked WHERE "nodeExecId" NOT IN (SELECT "nodeExecId" FROM decided)
  ), answer AS (
    SELECT j."position", j."verdict", j."nodeExecId" AS "askedId",
      j."future" AND j."wanted" = 'APPROVED' AS "standing",
      coalesce(j."syntheticNodeId", node."nodeId", j."nodeExecId") AS "nodeId",
      ${reviewColumns}
    FROM judged j LEFT JOIN outcome r ON r."nodeExecId" = j."nodeExecId" ${reviewJoins}
  ), approval AS (
    INSERT INTO "AutoApproval" AS a
      ("userId", "graphExecId", "nodeId", "graphId", "graphVersion", "payload", "createdBy")
    SELECT DISTINCT ON (r."graphExecId", r."nodeId")
      $1, r."graphExecId", r."nodeId", r."graphId", r."graphVersion",
      coalesce(r."differingOriginal", r."payload"), $2
    FROM answer r WHERE r."standing" AND EXISTS (SELECT FROM allowed)
    ORDER BY r."graphExecId", r."nodeId", r."position"
    ${renewUnlessActive}
    RETURNING a.*
  )
  SELECT answer.*, ${autoApprovalColumns('approval', approvalPrefix)}
  FROM answer LEFT JOIN approval ON answer."standing"
    AND approval."graphExecId" = answer."graphExecId" AND approval."nodeId" = answer."nodeId"
  ORDER BY answer."position"`,
);

// By far the most frequent request, one decision as it is, in 60 % of the database's time: all that may stand in its way
// is in the condition. Where it changes nothing, `decide` says why.
const decideOne = statement(
  'decideOne',
  `WITH decided AS (
    UPDATE "PendingReview" SET
      "status" = $4, "reviewMessage" = $5, "wasEdited" = false,
      "decidedBy" = $3, "decisionSource" = 'REVIEWER', "reviewedAt" = now(), "updatedAt" = now()
    WHERE "userId" = $1 AND "nodeExecId" = $2 AND "status" = 'WAITING' AND "requestedBy" <> $3
    RETURNING *
  )
  SELECT ${reviewColumns} FROM decided r ${reviewJoins}`,
);

type Verdict = 'MISSING' | 'OWN' | 'NOT_EDITABLE' | 'DECIDES' | 'REPEATS' | 'CONFLICT';
type Answer = Review & { askedId: string; verdict: Verdict };

export type DecideReviewsPayload = {
  /** In the order asked, those that had already been decided the same way included. */
  reviews: Review[];
  autoApprovals: AutoApproval[];
};

/**
 * Approves or rejects, one or many: all take effect or none does (cases A12 to A20). Of any number of deciders
 * of a review exactly one wins; another one that wanted the same is answered as if it had.
 * @throws InvalidInputError, NotFoundError, SelfApprovalError, ReviewConflictError, ReviewNotEditableError
 */
export async function decideReviews(
  { database, changed }: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<DecideReviewsPayload> {
  const { decisions } = checkInput(decideReviewsInput, rawInput);
  const [first] = decisions;
  if (first && decisions.length === 1 && !first.payload && !first.autoApproveFuture) {
    const status = first.decision === 'APPROVE' ? 'APPROVED' : 'REJECTED';
    const values = [viewer.userId, first.nodeExecId, viewer.actor, status, first.message];
    const reviews = await database.query<Review>(decideOne, values);
    if (reviews.length > 0) {
      changed(viewer.userId);
      return { reviews, autoApprovals: [] };
    }
  }
  const answers = await database.query<Answer>(decide, [
    viewer.userId,
    viewer.actor,
    decisions.map(({ nodeExecId }) => nodeExecId),
    decisions.map(({ nodeExecId }) =>
      isSynthetic(nodeExecId) ? nodeIdOfSynthetic(nodeExecId) : null,
    ),
    decisions.map(({ decision }) => (decision === 'APPROVE' ? 'APPROVED' : 'REJECTED')),
    decisions.map(({ payload }) => payload?.text ?? null),
    decisions.map(({ message }) => message),
    decisions.map(({ autoApproveFuture }) => autoApproveFuture ?? false),
  ]);

  const withVerdict = (verdict: Verdict) => answers.filter((answer) => answer.verdict === verdict);
  const idsOf = (some: Answer[]) => some.map(({ askedId }) => askedId);

  const missing = withVerdict('MISSING');
  if (missing.length > 0) throw new NotFoundError('Reviews', idsOf(missing));
  const own = withVerdict('OWN');
  if (own.length > 0) throw new SelfApprovalError(viewer.actor, idsOf(own));
  const conflicts = withVerdict('CONFLICT');
  if (conflicts.length > 0) throw new ReviewConflictError(conflictMessage(conflicts), conflicts);
  const notEditable = withVerdict('NOT_EDITABLE');
  if (notEditable.length > 0) throw new ReviewNotEditableError(idsOf(notEditable));

  if (withVerdict('DECIDES').length > 0) changed(viewer.userId);
  return { reviews: answers, autoApprovals: approvalsIn(answers) };
}

const conflictMessage = (reviews: Review[]): string =>
  reviews
    .map(
      ({ nodeExecId, status, wasEdited, decidedBy }) =>
        `${nodeExecId} is already ${status}${wasEdited ? ' with an edit' : ''} by ${decidedBy}`,
    )
    .join('; ');

/** The auto-approvals that stand beside the answers: one for each (execution, node), however many reviews share it. */
function approvalsIn(answers: Answer[]): AutoApproval[] {
  const approvals = new Map<string, AutoApproval>();
  for (const answer of answers) {
    const approval = autoApprovalIn(answer, approvalPrefix);
    if (approval) approvals.set(JSON.stringify([approval.graphExecId, approval.nodeId]), approval);
  }
  return [...approvals.values()];
}
