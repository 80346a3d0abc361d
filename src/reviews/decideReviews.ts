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
import { expireReviewsOf, isInTime } from './expireReviews.ts';
import { checkInput, digest, edit, id, message } from './input.ts';
import { payloadDigest } from './payloadDigest.ts';
import { hasStatus, payloadDigestOf, type Review, reviewColumns, reviewJoins } from './review.ts';
import type { ReviewStore } from './reviewStore.ts';
import { settledOf } from './settledOf.ts';
import { rejectedText } from './settledText.ts';
import { type ApprovalEdit, checkApprovalEdits } from './typedApproval.ts';

const MAX_DECISIONS = 100;
const approvalPrefix = 'approval.';

const decideReviewsInput = z.object({
  decisions: z
    .array(
      z.object({
        nodeExecId: id,
        decision: z.enum(['APPROVE', 'REJECT']),
        payload: edit,
        payloadDigest: digest.nullish(),
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
// and the order of keys does not matter (case A17). "holds": whether the payload is still the one
// whose digest the decision names; unknown where the row has no digest and its text was not compared yet.
// "unchecked": whether the edit is of an approval and was not checked yet against the very text that stands there.
const decide = statement(
  'decideReviews',
  `WITH asked AS (
    SELECT * FROM unnest(
      $3::text[], $4::text[], $5::"ReviewStatus"[], $6::text[], $7::text[], $8::boolean[],
      $9::text[], $10::text[], $11::text[], $12::text[]
    ) WITH ORDINALITY
      AS a("nodeExecId", "syntheticNodeId", "wanted", "edit", "message", "future",
        "editDigest", "digest", "textOfDigest", "textChecked", "position")
  ), locked AS (
    SELECT r.* FROM "PendingReview" r
    WHERE r."userId" = $1 AND r."nodeExecId" = ANY ($3::text[])
    ORDER BY r."nodeExecId" FOR UPDATE
  ), compared AS (
    SELECT asked.*, locked."status", locked."requestedBy", locked."editable", locked."decisionSource",
      ${isInTime('locked')} AS "inTime",
      CASE
        WHEN asked."digest" IS NULL THEN true
        WHEN locked."payloadDigest" IS NOT NULL THEN locked."payloadDigest" = asked."digest"
        ELSE translate(locked."payload"::text, E'\\r\\n', '  ') = asked."textOfDigest"
      END AS "holds",
      asked."edit" IS NOT NULL AND asked."edit"::jsonb <> locked."payload"::jsonb AS "edited",
      asked."edit" IS NOT NULL AND json_typeof(locked."payload" -> 'approval_type') = 'string'
        AND translate(locked."payload"::text, E'\\r\\n', '  ') IS DISTINCT FROM asked."textChecked"
        AS "unchecked"
    FROM asked LEFT JOIN locked USING ("nodeExecId")
  ), judged AS (
    SELECT *, CASE
      WHEN "status" IS NULL THEN 'MISSING'
      WHEN "requestedBy" = $2 THEN 'OWN'
      WHEN "status" = 'WAITING' AND NOT "inTime" THEN 'OVERDUE'
      WHEN "holds" IS NULL THEN 'UNCOMPARED'
      WHEN "status" = 'WAITING' AND NOT "holds" THEN 'CHANGED'
      WHEN "status" = 'WAITING' AND "edited" AND NOT "editable" THEN 'NOT_EDITABLE'
      WHEN "status" = 'WAITING' AND "edited" AND "unchecked" THEN 'UNCHECKED'
      WHEN "status" = 'WAITING' THEN 'DECIDES'
      WHEN "decisionSource" = 'EXPIRY' THEN 'CONFLICT'
      WHEN "status" = "wanted" AND NOT "edited" AND ("holds" OR "edit" IS NOT NULL) THEN 'REPEATS'
      ELSE 'CONFLICT'
    END AS "verdict" FROM compared
  ), allowed AS (
    SELECT WHERE NOT EXISTS (SELECT FROM judged WHERE "verdict" NOT IN ('DECIDES', 'REPEATS'))
  ), decided AS (
    UPDATE "PendingReview" r SET
      "status" = j."wanted", "reviewMessage" = j."message", "wasEdited" = j."edited",
      "payload" = CASE WHEN j."edited" THEN j."edit"::json ELSE r."payload" END,
      "payloadDigest" = CASE WHEN j."edited" THEN j."editDigest" ELSE r."payloadDigest" END,
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
    UPDATE "PendingReview" r SET
      "status" = $4, "reviewMessage" = $5, "wasEdited" = false,
      "decidedBy" = $3, "decisionSource" = 'REVIEWER', "reviewedAt" = now(), "updatedAt" = now()
    WHERE "userId" = $1 AND "nodeExecId" = $2 AND ${hasStatus('r', 'WAITING')} AND "requestedBy" <> $3
      AND ${isInTime('r')} AND ($6::text IS NULL OR "payloadDigest" = $6)
    RETURNING *
  )
  SELECT ${reviewColumns} FROM decided r ${reviewJoins}`,
);

type Verdict =
  | 'MISSING'
  | 'OWN'
  | 'OVERDUE'
  | 'UNCOMPARED'
  | 'CHANGED'
  | 'NOT_EDITABLE'
  | 'UNCHECKED'
  | 'DECIDES'
  | 'REPEATS'
  | 'CONFLICT';
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
  store: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<DecideReviewsPayload> {
  const { database, changed } = store;
  const { decisions } = checkInput(decideReviewsInput, rawInput);
  const [first] = decisions;
  if (first && decisions.length === 1 && !first.payload && !first.autoApproveFuture) {
    const status = first.decision === 'APPROVE' ? 'APPROVED' : 'REJECTED';
    const { nodeExecId, message, payloadDigest = null } = first;
    const values = [viewer.userId, nodeExecId, viewer.actor, status, message, payloadDigest];
    const reviews = await database.query<Review>(decideOne, values);
    if (reviews.length > 0) {
      changed(viewer.userId);
      for (const review of reviews) store.settled?.(settledOf(review));
      return { reviews, autoApprovals: [] };
    }
  }
  const values = [
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
    decisions.map(({ payload }) => payload && payloadDigest(payload)),
    decisions.map((decision) => decision.payloadDigest),
  ];
  const answers = await judge(store, viewer, decisions, values);

  const withVerdict = (verdict: Verdict) => answers.filter((answer) => answer.verdict === verdict);

  const missing = withVerdict('MISSING');
  if (missing.length > 0) throw new NotFoundError('Reviews', idsOf(missing));
  const own = withVerdict('OWN');
  if (own.length > 0) throw new SelfApprovalError(viewer.actor, idsOf(own));
  const conflicts = answers.filter(
    ({ verdict }) => verdict === 'CONFLICT' || verdict === 'CHANGED',
  );
  if (conflicts.length > 0) throw new ReviewConflictError(conflictMessage(conflicts), conflicts);
  const notEditable = withVerdict('NOT_EDITABLE');
  if (notEditable.length > 0) throw new ReviewNotEditableError(idsOf(notEditable));

  const decided = withVerdict('DECIDES');
  if (decided.length > 0) changed(viewer.userId);
  for (const review of decided) store.settled?.(settledOf(review));
  return { reviews: answers, autoApprovals: approvalsIn(answers) };
}

type Decisions = z.output<typeof decideReviewsInput>['decisions'];

/** Three things can come up that a statement cannot settle; a row that is changed by hand can bring either again. */
const MAX_ATTEMPTS = 10;

/**
 * Runs `decide` until every verdict is final. A review whose time has come is rejected for that first, so that whoever asked is
 * shown how it stands; of a payload that was written by hand the digest is computed here; and
 * so is whether the edit of an approval fits its kind.
 * @throws InvalidInputError
 */
async function judge(
  store: ReviewStore,
  { userId }: Viewer,
  decisions: Decisions,
  values: unknown[],
): Promise<Answer[]> {
  const texts: (string | null)[] = decisions.map(() => null);
  const checkedTexts: (string | null)[] = decisions.map(() => null);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const answers = await store.database.query<Answer>(decide, [...values, texts, checkedTexts]);
    if (answers.some(({ verdict }) => verdict === 'MISSING' || verdict === 'OWN')) return answers;
    const overdue = answers.filter(({ verdict }) => verdict === 'OVERDUE');
    if (overdue.length > 0) await expireReviewsOf(store, userId, idsOf(overdue));
    let uncompared = 0;
    answers.forEach((answer, at) => {
      if (answer.verdict !== 'UNCOMPARED') return;
      uncompared++;
      const isTheOne = payloadDigestOf(answer) === decisions[at]?.payloadDigest;
      texts[at] = isTheOne ? answer.payload.text : '';
    });
    if (overdue.length + uncompared > 0) continue;
    const edits = approvalEditsIn(answers, decisions);
    if (edits.length === 0) return answers;
    checkApprovalEdits(edits);
    for (const { at, stored } of edits) checkedTexts[at] = stored.text;
  }
  throw new Error('decideReviews met too many concurrent changes');
}

/** What is still to be checked, unless the request is refused anyway. */
function approvalEditsIn(answers: Answer[], decisions: Decisions): ApprovalEdit[] {
  const isRefused = answers.some(({ verdict }) =>
    ['CONFLICT', 'CHANGED', 'NOT_EDITABLE'].includes(verdict),
  );
  return answers.flatMap((answer, at) => {
    const edit = decisions[at]?.payload;
    return answer.verdict === 'UNCHECKED' && edit && !isRefused
      ? [{ at, stored: answer.payload, edit }]
      : [];
  });
}

const idsOf = (some: Answer[]): string[] => some.map(({ askedId }) => askedId);

const conflictMessage = (answers: Answer[]): string => answers.map(conflictOf).join('; ');

function conflictOf(answer: Answer): string {
  const { nodeExecId, status, decisionSource, wasEdited, decidedBy } = answer;
  if (answer.verdict === 'CHANGED') {
    return `${nodeExecId} now has the payload ${payloadDigestOf(answer)}: look at it again`;
  }
  if (decisionSource === 'EXPIRY') return `${nodeExecId} ${rejectedText(answer)}`;
  return `${nodeExecId} is already ${status}${wasEdited ? ' with an edit' : ''} by ${decidedBy}`;
}

/** The auto-approvals that stand beside the answers: one for each (execution, node), however many reviews share it. */
function approvalsIn(answers: Answer[]): AutoApproval[] {
  const approvals = new Map<string, AutoApproval>();
  for (const answer of answers) {
    const approval = autoApprovalIn(answer, approvalPrefix);
    if (approval) approvals.set(JSON.stringify([approval.graphExecId, approval.nodeId]), approval);
  }
  return [...approvals.values()];
}
