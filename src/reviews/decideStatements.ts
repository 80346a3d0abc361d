import { withNewFiles } from '../attachments/nameFiles.ts';
import type { SharedStatement } from '../database/sharing.ts';
import { statement } from '../database/statement.ts';
import {
  autoApprovalColumns,
  defaultEnd,
  prefixedApprovalColumns,
  renewUnlessActive,
} from './autoApproval.ts';
import { instantSql, subjectDigestSql } from './digests.ts';
import {
  hasStatus,
  isInTime,
  reviewColumns,
  reviewColumnsIn,
  rowVersion,
  setRisk,
  waitingColumns,
  waitingColumnsIn,
} from './review.ts';
import { numbered, type ParametersOf, shared } from './sharedStatement.ts';

/** How many comments a review can have. */
export const MAX_COMMENTS = 500;
/** How often an agent may revise what it asked for, the first request included. */
export const MAX_REVISIONS = 10;

/** Prefix of the columns of a decision's standing approval. */
export const approvalPrefix = 'approval.';

/** SQL: whether somebody else than the actor has claimed the review. */
export const isClaimedByAnother = (alias: string, actor: string): string =>
  `coalesce(${alias}."claimedBy" <> ${actor} AND ${alias}."claimedUntil" > clock_timestamp(), false)`;

/** SQL: whether the actor may not decide anything: an agent, or a member that is disabled. */
export const isBarred = (actor: string, userId = '$1'): string =>
  `EXISTS (SELECT FROM "Member" WHERE "userId" = ${userId} AND "actor" = ${actor}
      AND ("disabledAt" IS NOT NULL OR "kind" = 'AGENT'))`;

/**
 * SQL: whether the agent can deal with this decision on its review, besides REJECT, which is always
 * allowed. With the last revision no more changes can be requested.
 */
const isAllowed = (alias: string, decision: string): string =>
  `(CASE WHEN ${alias}."allowedDecisions" <> '{}' THEN ${decision} = ANY (${alias}."allowedDecisions")
      ELSE ${decision} = CASE ${alias}."kind"::text WHEN 'QUESTION' THEN 'ANSWER' ELSE 'APPROVE' END END
    AND (${decision} <> 'REQUEST_CHANGES' OR ${alias}."revision" < ${MAX_REVISIONS}))`;

/**
 * SQL: whether the actor may not make this decision, because the review is their own. A consumer of
 * the approval cannot give it, but can reject: an agent must not choose who can say no.
 */
const isOwn = (alias: string, actor: string, status: string): string =>
  `(${alias}."requestedBy" = ${actor} OR (${status} IN ('APPROVED', 'ANSWERED')
      AND ${actor} = ANY (${alias}."consumers")))`;

export const validUntil = (status: string, hours: string): string =>
  `CASE WHEN ${status} = 'APPROVED' THEN now() + ${hours}::float8 * interval '1 hour' END`;

/** The parameters of `decideOne`, in their order, with the types of their columns. */
const decideOneParameters = {
  userId: 'text',
  nodeExecId: 'text',
  actor: 'text',
  status: 'text',
  message: 'text',
  payloadDigest: 'text',
  subjectDigest: 'text',
  approvalHours: 'float8',
} as const;

/** SQL: what one plain decision sets. @param $ SQL: its parameters */
const decisionOf = ($: ParametersOf<typeof decideOneParameters>): string =>
  `"status" = ${$.status}::"ReviewStatus", "reviewMessage" = ${$.message}, "wasEdited" = false,
    "decidedBy" = ${$.actor}, "decisionSource" = 'REVIEWER', "reviewedAt" = now(),
    "updatedAt" = now(), "validUntil" = ${validUntil($.status, $.approvalHours)}`;

/** SQL: whether one plain decision on review `r` is effective at once. @param $ SQL: its parameters */
const isEffective = ($: ParametersOf<typeof decideOneParameters>): string =>
  `${hasStatus('r', 'WAITING')} AND NOT ${isOwn('r', $.actor, $.status)} AND ${isInTime('r')}
    AND (${$.status} = 'REJECTED' OR ${isAllowed('r', `'APPROVE'`)})
    AND r."approvalsRequired" IS NULL AND (${$.subjectDigest} IS NOT NULL OR NOT r."isRevised")
    AND NOT ${isClaimedByAnother('r', $.actor)} AND NOT ${isBarred($.actor, $.userId)}
    AND (${$.payloadDigest} IS NULL OR r."payloadDigest" = ${$.payloadDigest})
    AND (${$.subjectDigest} IS NULL
      OR ${subjectDigestSql('r', 'r."payloadDigest"')} = ${$.subjectDigest})`;

const one = numbered(decideOneParameters);

/**
 * The fast path for the most frequent request: one decision without an edit on a review without
 * requirements. It takes 60 % of the time of `decide`, which handles the request if this changes
 * nothing. A review that waits and has requirements is returned as it is, with the version of its
 * row, so that its votes can be counted at once. What the decision sets is not returned.
 */
export const decideOne: SharedStatement = {
  alone: statement(
    'decideOne',
    `WITH decided AS (UPDATE "PendingReview" r SET ${decisionOf(one)}
    WHERE "userId" = ${one.userId} AND "nodeExecId" = ${one.nodeExecId} AND ${isEffective(one)}
    RETURNING ${waitingColumns})
    SELECT ${waitingColumnsIn('decided')}, NULL AS "rowVersion" FROM decided
    UNION ALL
    SELECT ${waitingColumns}, ${rowVersion('r')} FROM "PendingReview" r
    WHERE "userId" = ${one.userId} AND "nodeExecId" = ${one.nodeExecId}
      AND "approvalsRequired" IS NOT NULL AND ${hasStatus('r', 'WAITING')}
      AND NOT EXISTS (SELECT FROM decided)`,
  ),
  ...shared(
    'decide',
    decideOneParameters,
    ({ $, unlocked }) => `${unlocked}, decided AS (
      UPDATE "PendingReview" r SET ${decisionOf($)} FROM unlocked a
      WHERE r."userId" = ${$.userId} AND r."nodeExecId" = a."nodeExecId" AND ${isEffective($)}
      RETURNING a."position", ${waitingColumns}
    )
    SELECT "position", true AS "isAnswer", ${waitingColumnsIn('decided')}, NULL AS "rowVersion"
    FROM decided
    UNION ALL
    SELECT a."position", r."approvalsRequired" IS NOT NULL AND ${hasStatus('r', 'WAITING')},
      ${waitingColumns}, ${rowVersion('r')}
    FROM unlocked a JOIN "PendingReview" r
      ON r."userId" = ${$.userId} AND r."nodeExecId" = a."nodeExecId"
    WHERE a."position" NOT IN (SELECT "position" FROM decided)`,
  ),
};

const ifBallot = (value: string, column: string): string =>
  `CASE WHEN j."newBallot" IS NOT NULL THEN ${value} ELSE r."${column}" END`;

const ifDecides = (value: string, column: string): string =>
  `CASE WHEN j."verdict" = 'DECIDES' THEN ${value} ELSE r."${column}" END`;

// All decisions of a request in one statement. It locks the reviews in the order of their IDs, to
// avoid deadlocks, and reads their newest versions. Each decision gets a verdict, and all decisions
// are applied if every verdict is DECIDES, VOTES, HAS_VOTED or REPEATS. Payloads are compared as jsonb: 1 equals 1.0
// but neither true nor "1", and the order of keys does not matter. Columns:
// - readAskId: the review's askId when the caller read its payload; readDigest is its digest
// - holds: whether the review still matches the digests of the decision. Null if its row has no
//   payload digest and the caller has not read the payload
// - isMine: whether this actor decided it
// - isEdited: whether that decision edited it. An edit changes the subjectDigest, so a repeated
//   decision with the old digest is recognized by its edit
// - isUnchecked: whether the caller still has to check the edit against the payload, because the
//   payload is a typed approval, or the edit nests deeply or names files; or the condition of the standing approval
// - isUnevaluated: whether the caller still has to evaluate the edit under the current version of the
//   policy. It then passes this version, and with newBallot the requirements that its rules add and
//   the risk
// - needsTally: whether the caller has to count votes before this decision takes effect. It then
//   passes the version of the row and of the workspace's people that it counted with, and the votes
//   afterwards (null: nothing changes) and whether they suffice
export const decide = statement(
  'decideReviews',
  `WITH asked AS (
    SELECT * FROM unnest(
      $3::text[], $4::"ReviewStatus"[], $5::text[], $6::text[], $7::text[], $8::boolean[],
      $9::text[], $10::text[], $11::uuid[], $12::text[], $15::boolean[], $16::text[],
      $17::boolean[], $18::text[], $19::text[], $20::boolean[], $21::uuid[], $24::text[],
      $26::text[], $27::text[], $28::text[], $29::text[], $30::text[], $31::int[],
      $32::timestamptz[]
    ) WITH ORDINALITY
      AS a("nodeExecId", "wanted", "edit", "editDigest", "decisionMessage", "future",
        "wantedDigest", "wantedSubject", "readAskId", "readDigest", "isCheckedEdit", "onBehalfOf",
        "despiteClaim", "readVersion", "newVotes", "suffices", "newAskId", "when",
        "newBallot", "decision", "answer", "comments", "files", "maxUses", "until", "position")
  ), policy AS (
    SELECT "version" FROM (
      SELECT "version", "mode" FROM "Policy" WHERE "userId" = $1 ORDER BY "version" DESC LIMIT 1
    ) current WHERE "mode" = 'ENFORCED'
  ), people AS (
    SELECT 1 FROM "PeopleVersion" WHERE "userId" = $1 AND "version" = $22::bigint FOR SHARE
  ), locked AS (
    SELECT ${reviewColumns}, r."payload" AS "fullPayload",
      coalesce(r."originalPayload", r."payload") AS "askedPayload", ${isInTime('r')} AS "inTime",
      ${rowVersion('r')} AS "rowVersion", r."isRevised", r."earlierBytes",
      ${isClaimedByAnother('r', '$2')} AS "isClaimed"
    FROM "PendingReview" r
    WHERE r."userId" = $1 AND r."nodeExecId" = ANY ($3::text[])
    ORDER BY r."nodeExecId" FOR UPDATE
  ), digested AS (
    SELECT asked.*, coalesce(locked."payloadDigest",
      CASE WHEN locked."askId" = asked."readAskId" THEN asked."readDigest" END) AS "digest"
    FROM asked LEFT JOIN locked USING ("nodeExecId")
  ), compared AS (
    SELECT d.*, locked."status", locked."editable", locked."decisionSource", locked."inTime",
      locked."decidedBy" = $2 AS "isMine", coalesce(locked."wasEdited", false) AS "isEdited",
      ${isOwn('locked', '$2', 'd."wanted"')}
        OR coalesce(${isOwn('locked', 'd."onBehalfOf"', 'd."wanted"')}, false) AS "isOwn",
      locked."isClaimed", locked."isRevised", locked."approvalsRequired", locked."rowVersion",
      d."onBehalfOf" IS NOT NULL
        OR (d."wanted" IN ('APPROVED', 'ANSWERED')
          AND (locked."approvalsRequired" IS NOT NULL OR d."newBallot" IS NOT NULL)) AS "needsTally",
      d."future" AND d."wanted" = 'APPROVED' AND (locked."approvalsRequired" IS NOT NULL
        OR d."newBallot" IS NOT NULL OR coalesce(locked."risk" >= 'HIGH', false)) AS "isNoFuture",
      CASE
        WHEN d."wantedDigest" IS NULL AND d."wantedSubject" IS NULL THEN true
        WHEN d."digest" IS NULL THEN NULL
        ELSE (d."wantedDigest" IS NULL OR d."wantedDigest" = d."digest")
          AND (d."wantedSubject" IS NULL
            OR d."wantedSubject" = ${subjectDigestSql('locked', 'd."digest"')})
      END AS "holds",
      d."edit" IS NOT NULL AND d."edit"::jsonb <> locked."fullPayload"::jsonb AS "isEdit",
      d."edit" IS NOT NULL AND locked."askId" IS DISTINCT FROM d."readAskId"
        AND (d."isCheckedEdit"
          OR json_typeof(locked."fullPayload"::json -> 'approval_type') = 'string') AS "isUnchecked",
      ((d."when" IS NOT NULL AND d."wanted" = 'APPROVED') OR d."answer" IS NOT NULL)
        AND locked."askId" IS DISTINCT FROM d."readAskId" AS "isTextUnchecked",
      d."wanted" <> 'REJECTED' AND NOT ${isAllowed('locked', 'd."decision"')} AS "isNotAllowed",
      d."wanted" = 'APPROVED' AND cardinality($3::text[]) > 1
        AND coalesce(locked."risk" >= 'HIGH', false) AS "isRiskyInBulk",
      locked."commentCount" + coalesce(json_array_length(d."comments"::json), 0) > ${MAX_COMMENTS}
        AND d."comments" IS NOT NULL AS "isOverCommented",
      d."answer" IS NOT DISTINCT FROM locked."answer" AS "isSameAnswer",
      d."wanted" = 'APPROVED' AND EXISTS (
        SELECT FROM policy WHERE "version" IS DISTINCT FROM $25::int) AS "isUnevaluated"
    FROM digested d LEFT JOIN locked USING ("nodeExecId")
  ), judged AS (
    SELECT *, CASE
      WHEN "status" IS NULL THEN 'MISSING'
      WHEN "isOwn" THEN 'OWN'
      WHEN ${isBarred('$2')} THEN 'BARRED'
      WHEN "status" = 'WAITING' AND NOT "inTime" THEN 'OVERDUE'
      WHEN "status" = 'WAITING' AND "wantedSubject" IS NULL
        AND ("approvalsRequired" IS NOT NULL OR "isRevised") THEN 'SUBJECT_REQUIRED'
      WHEN "holds" IS NULL THEN 'UNREAD'
      WHEN "status" = 'WAITING' AND NOT "holds" THEN 'CHANGED'
      WHEN "status" = 'WAITING' AND "isNotAllowed" THEN 'NOT_ALLOWED'
      WHEN "status" = 'WAITING' AND "isRiskyInBulk" THEN 'RISKY_IN_BULK'
      WHEN "status" = 'WAITING' AND "isOverCommented" THEN 'OVER_COMMENTED'
      WHEN "status" = 'WAITING' AND "isEdit" AND NOT "editable" THEN 'NOT_EDITABLE'
      WHEN "status" = 'WAITING' AND (("isEdit" AND "isUnchecked") OR "isTextUnchecked")
        THEN 'UNCHECKED'
      WHEN "status" = 'WAITING' AND "isClaimed" AND NOT "despiteClaim" THEN 'CLAIMED'
      WHEN "status" = 'WAITING' AND "isNoFuture" THEN 'NO_FUTURE'
      WHEN "status" = 'WAITING' AND "isEdit" AND "isUnevaluated" THEN 'UNEVALUATED'
      WHEN "status" = 'WAITING' AND "needsTally" AND ("readVersion" IS DISTINCT FROM "rowVersion"
        OR NOT EXISTS (SELECT FROM people) OR $23::timestamptz <= clock_timestamp()) THEN 'UNTALLIED'
      WHEN "status" = 'WAITING' AND "needsTally" AND "newVotes" IS NULL THEN 'HAS_VOTED'
      WHEN "status" = 'WAITING' AND "needsTally" AND NOT "suffices" THEN 'VOTES'
      WHEN "status" = 'WAITING' THEN 'DECIDES'
      WHEN "decisionSource" = 'EXPIRY' THEN 'CONFLICT'
      WHEN "status" = "wanted" AND NOT "isEdit" AND "isSameAnswer" AND ("holds" OR ("edit" IS NOT NULL AND "isEdited"))
        THEN CASE WHEN "isNoFuture" THEN 'NO_FUTURE' ELSE 'REPEATS' END
      ELSE 'CONFLICT'
    END AS "verdict" FROM compared
  ), allowed AS (
    SELECT 1 WHERE NOT EXISTS (SELECT FROM judged 
      WHERE "verdict" NOT IN ('DECIDES', 'VOTES', 'HAS_VOTED', 'REPEATS'))
  ), decided AS (
    UPDATE "PendingReview" r SET
      "payload" = CASE WHEN j."isEdit" THEN j."edit" ELSE r."payload" END,
      "payloadDigest" = CASE WHEN j."isEdit" THEN j."editDigest" ELSE r."payloadDigest" END,
      "askId" = CASE WHEN j."isEdit" AND j."newAskId" IS NOT NULL THEN j."newAskId" ELSE r."askId" END,
      "votes" = CASE
        WHEN j."newVotes" IS NOT NULL THEN j."newVotes"::jsonb
        WHEN r."approvalsRequired" IS NOT NULL THEN
          coalesce(r."votes", '[]') || jsonb_build_object('actor', $2::text, 'decision', j."decision",
            'subjectDigest', j."wantedSubject", 'message', j."decisionMessage",
            'at', ${instantSql('now()')}, 'endedBy', NULL)
        ELSE r."votes"
      END,
      "approvalsRequired" = ${ifBallot('b."approvalsRequired"', 'approvalsRequired')},
      "approverTeams" = ${ifBallot('b."approverTeams"', 'approverTeams')},
      "approverActors" = ${ifBallot('b."approverActors"', 'approverActors')},
      ${setRisk(ifBallot('b."risk"', 'risk'))},
      "status" = ${ifDecides('j."wanted"', 'status')},
      "reviewMessage" = ${ifDecides('j."decisionMessage"', 'reviewMessage')},
      "wasEdited" = ${ifDecides(
        `j."isEdit" OR coalesce(r."originalPayload" <> r."payload", false)`,
        'wasEdited',
      )},
      "decidedBy" = ${ifDecides('$2', 'decidedBy')},
      "decisionSource" = ${ifDecides(`'REVIEWER'`, 'decisionSource')},
      "reviewedAt" = ${ifDecides('now()', 'reviewedAt')}, "updatedAt" = now(),
      "answer" = ${ifDecides('j."answer"', 'answer')},
      "commentCount" = r."commentCount" + coalesce(json_array_length(j."comments"::json), 0),
      "earlierBytes" = r."earlierBytes" + coalesce(octet_length(j."comments"), 0),
      "attachments" = CASE WHEN j."isEdit"
        THEN ${withNewFiles('r."attachments"', `string_to_array(j."files", ',')`)}
        ELSE r."attachments" END,
      "validUntil" = ${ifDecides(validUntil('j."wanted"', '$13'), 'validUntil')}
    FROM judged j LEFT JOIN LATERAL jsonb_to_record(j."newBallot"::jsonb)
      AS b("approvalsRequired" JSONB, "approverTeams" TEXT[], "approverActors" TEXT[], "risk" "Risk")
        ON true,
      (SELECT set_config('holdpoint.actor', $2, true)) acting
    WHERE r."userId" = $1 AND r."nodeExecId" = j."nodeExecId" AND j."verdict" IN ('DECIDES', 'VOTES')
      AND EXISTS (SELECT FROM allowed)
    RETURNING ${reviewColumns}
  ), commented AS (
    INSERT INTO "ReviewComment" ("userId", "nodeExecId", "number", "actor", "text", "pointer", "revision")
    SELECT $1, l."nodeExecId", l."commentCount" + c."position", $2, c."comment" ->> 'text',
      c."comment" ->> 'pointer', l."revision"
    FROM judged j JOIN locked l USING ("nodeExecId"),
      json_array_elements(j."comments"::json) WITH ORDINALITY AS c("comment", "position")
    WHERE j."verdict" IN ('DECIDES', 'VOTES') AND EXISTS (SELECT FROM allowed)
  ), outcome AS (
    SELECT * FROM decided UNION ALL
    SELECT ${reviewColumnsIn('locked')} FROM locked
    WHERE "nodeExecId" NOT IN (SELECT "nodeExecId" FROM decided)
  ), approval AS (
    INSERT INTO "AutoApproval" AS a ("userId", "graphExecId", "nodeId", "graphId", "graphVersion",
      "requestedBy", "payload", "createdBy", "expiresAt", "maxUses", "when")
    SELECT DISTINCT ON (l."graphExecId", l."nodeId", l."graphId", l."graphVersion", l."requestedBy")
      $1, l."graphExecId", l."nodeId", l."graphId", l."graphVersion", l."requestedBy",
      l."askedPayload", $2, coalesce(j."until", ${defaultEnd('$14')}), j."maxUses", j."when"
    FROM judged j JOIN locked l USING ("nodeExecId")
    WHERE j."future" AND j."wanted" = 'APPROVED' AND EXISTS (SELECT FROM allowed)
      AND (j."verdict" = 'DECIDES' OR j."isMine") AND l."voidedAt" IS NULL
    ORDER BY l."graphExecId", l."nodeId", l."graphId", l."graphVersion", l."requestedBy",
      j."position"
    ${renewUnlessActive('$14')}
    RETURNING ${autoApprovalColumns}
  )
  SELECT j."position", j."verdict", j."nodeExecId" AS "askedId", j."isEdit", j."digest",
    j."rowVersion", j."needsTally", l.*,
    ${prefixedApprovalColumns('approval', approvalPrefix)}
  FROM judged j
  LEFT JOIN outcome l ON l."nodeExecId" = j."nodeExecId"
  LEFT JOIN approval ON j."future" AND j."wanted" = 'APPROVED'
    AND approval."graphExecId" = l."graphExecId" AND approval."nodeId" = l."nodeId"
    AND approval."graphId" = l."graphId" AND approval."graphVersion" = l."graphVersion"
    AND approval."requestedBy" = l."requestedBy"
  ORDER BY j."position"`,
);
