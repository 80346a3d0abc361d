import type { SharedStatement } from '../database/sharing.ts';
import { statement } from '../database/statement.ts';
import { currentVersion } from '../policy/policies.ts';
import { isActiveSql } from './autoApproval.ts';
import { isBarred, validUntil } from './decideStatements.ts';
import { isEnded } from './execution.ts';
import { hasStatus, isInTime, reviewColumns } from './review.ts';
import { numbered, type ParametersOf, shared } from './sharedStatement.ts';

/** The parameters of both statements, in their order. Only the database's clock is used. */
const parameters = {
  userId: 'text',
  nodeExecId: 'text',
  graphExecId: 'text',
  graphId: 'text',
  graphVersion: 'int',
  nodeId: 'text',
  payload: 'text',
  payloadDigest: 'text',
  instructions: 'text',
  editable: 'boolean',
  requestedBy: 'text',
  consumers: 'text[]',
  headline: 'text',
  risk: '"Risk"',
  tags: 'text[]',
  kind: '"ReviewKind"',
  reversible: 'boolean',
  links: 'text',
  answerSchema: 'text',
  allowedDecisions: 'text[]',
  /** Digests of the files that the payload names. Null: none. */
  attachments: 'text[]',
  expiresAt: 'timestamptz',
  /** Time to expiry by default and at most, and by the policy, in milliseconds. */
  expiresByDefaultMs: 'float8',
  expiresAtMostMs: 'float8',
  expiresAfterMs: 'float8',
  approvalsRequired: 'jsonb',
  approverTeams: 'text[]',
  approverActors: 'text[]',
  escalation: 'jsonb',
  firstEscalationMs: 'float8',
  /** The version that the request was evaluated under; 0: none. */
  policyVersion: 'int',
  policyVerdict: 'jsonb',
  /** What the policy decided: the status, who saved the version, and the message. */
  status: 'text',
  decidedBy: 'text',
  message: 'text',
  /** How long an approval by the policy or a standing approval can be consumed. */
  automaticHours: 'float8',
} as const;
/** Those of `ask` alone. */
const moreParameters = {
  autoApprovalMessage: 'text',
  /** Conditions of standing approvals that were checked, and those that the request meets. */
  checkedConditions: 'text[]',
  metConditions: 'text[]',
  /** The askId of the review that they were checked on. Null: on a new request. */
  checkedAskId: 'uuid',
  /** Whether a new review is refused. A request that is repeated gets its answer. */
  isRefused: 'boolean',
} as const;

const all = { ...parameters, ...moreParameters };
type Name = keyof typeof all;
export type AskValues = Record<Name, unknown>;
type AskParameters = ParametersOf<typeof parameters>;

/** SQL: the parameters of one request. */
const $ = numbered(all);

export const askNewValues = (values: AskValues): unknown[] =>
  Object.keys(parameters).map((name) => values[name as Name]);
export const askAllValues = (values: AskValues): unknown[] =>
  Object.keys(all).map((name) => values[name as Name]);

const after = (milliseconds: string): string =>
  `now() + ${milliseconds} * interval '1 millisecond'`;

/** SQL: when a new review expires. */
const expiresAt = (
  $: AskParameters,
) => `least(coalesce(${$.expiresAt}, ${after($.expiresByDefaultMs)}),
      ${after($.expiresAfterMs)})`;
/** SQL: whether the requested `expiresAt` is allowed. */
const isExpiryAllowed = ($: AskParameters) => `(${$.expiresAt} IS NULL OR (${$.expiresAt} > now()
      AND (${$.expiresAtMostMs} IS NULL OR ${$.expiresAt} <= ${after($.expiresAtMostMs)})))`;

/** SQL: whether the request was evaluated under the current version of the policy. */
const isCurrentPolicy = ($: AskParameters) => `${currentVersion($.userId)} = ${$.policyVersion}`;

const requestColumns = `"userId", "nodeExecId", "graphExecId", "graphId", "graphVersion", "nodeId",
      "payload", "payloadDigest", "instructions", "editable", "requestedBy", "consumers", "headline",
      "risk", "tags", "kind", "reversible", "links", "answerSchema", "allowedDecisions", "attachments", "expiresAt",
      "approvalsRequired", "approverTeams", "approverActors", "escalation",
      "nextEscalationAt", "policyVersion", "policyVerdict"`;
const requestValues = (
  $: AskParameters,
) => `${$.userId}, ${$.nodeExecId}, ${$.graphExecId}, ${$.graphId},
      ${$.graphVersion}, ${$.nodeId}, ${$.payload}, ${$.payloadDigest}, ${$.instructions},
      ${$.editable}, ${$.requestedBy}, ${$.consumers}, ${$.headline},
      ${$.risk}, ${$.tags}, ${$.kind}, ${$.reversible},
      ${$.links}, ${$.answerSchema}, ${$.allowedDecisions}, ${$.attachments}, ${expiresAt($)}, ${$.approvalsRequired},
      ${$.approverTeams}, ${$.approverActors}, ${$.escalation},
      ${after($.firstEscalationMs)}, nullif(${$.policyVersion}, 0), ${$.policyVerdict}`;

const decisionColumns = `"status", "decisionSource", "decidedBy", "reviewMessage", "wasEdited",
      "reviewedAt", "validUntil"`;
/**
 * SQL: values of `decisionColumns`.
 * @param source SQL: the source of the decision. Null: the review waits
 */
const decisionValues = (
  status: string,
  source: string,
  decidedBy: string,
  message: string,
  automaticHours: string,
): string => `${status}::"ReviewStatus", ${source}::"DecisionSource", ${decidedBy}, ${message},
      CASE WHEN ${status} <> 'WAITING' THEN false END,
      CASE WHEN ${status} <> 'WAITING' THEN now() END, ${validUntil(status, automaticHours)}`;

const isPolicyDecision = ($: AskParameters) => `${$.status} <> 'WAITING'`;

/** SQL: a new review as the policy says. */
const newReview = ($: AskParameters): string =>
  `${requestValues($)}, ${decisionValues(
    $.status,
    `CASE WHEN ${isPolicyDecision($)} THEN 'POLICY' END`,
    $.decidedBy,
    $.message,
    $.automaticHours,
  )}`;

/** SQL: whether a request can be inserted, if its run has not ended. */
const isPlainRequest = (
  $: AskParameters,
): string => `${isExpiryAllowed($)} AND ${isCurrentPolicy($)}
    AND NOT EXISTS (SELECT FROM "AutoApproval"
      WHERE "userId" = ${$.userId} AND "graphExecId" = ${$.graphExecId})`;

/**
 * The fast path for the most frequent request: a new review in a run that has not ended and has no
 * standing approvals. If it inserts nothing, `ask` handles the request. The share lock makes a
 * concurrent stop wait for this statement, or the other way round. Only columns that the database
 * fills in are returned.
 */
export const askNew: SharedStatement = {
  alone: statement(
    'requestNewReview',
    `INSERT INTO "PendingReview" (${requestColumns}, ${decisionColumns})
    SELECT ${newReview($)}
    FROM (
      SELECT 1 FROM "GraphExecution" e
      WHERE "userId" = ${$.userId} AND "graphExecId" = ${$.graphExecId} AND NOT ${isEnded('e')}
      FOR SHARE
    ) open
    WHERE ${isPlainRequest($)}
    ON CONFLICT DO NOTHING RETURNING "askId", "createdAt", "expiresAt", "reviewedAt"`,
  ),
  // A workspace without a counter is left to the statement above.
  ...shared(
    'requestNew',
    parameters,
    ({ $ }) => `unlocked AS MATERIALIZED (
      SELECT a.*, ${isEnded('e')} AS "isEnded" FROM owner JOIN a USING ("userId")
        JOIN "GraphExecution" e ON e."userId" = ${$.userId} AND e."graphExecId" = a."graphExecId"
      ORDER BY a."userId", a."graphExecId" FOR SHARE OF e SKIP LOCKED
    ), inserted AS (
      INSERT INTO "PendingReview" AS r (${requestColumns}, ${decisionColumns})
      SELECT ${newReview($)} FROM unlocked a WHERE NOT a."isEnded" AND ${isPlainRequest($)}
      ORDER BY a."userId", a."nodeExecId"
      ON CONFLICT DO NOTHING
      RETURNING "userId", "nodeExecId", "askId", "createdAt", "expiresAt", "reviewedAt"
    )
    SELECT a."position", i."askId" IS NOT NULL AS "isAnswer", i.*
    FROM unlocked a LEFT JOIN inserted i USING ("userId", "nodeExecId")`,
  ),
};

/**
 * SQL: whether a standing approval can approve the review, as far as the review itself says: it is
 * no question, requires no particular approvals, its risk is below HIGH, and nobody took its approval back or
 * changed it.
 */
const isPlain = (alias: string): string =>
  `(${alias}."kind"::text = 'ACTION' AND ${alias}."approvalsRequired" IS NULL AND coalesce(${alias}."risk" < 'HIGH', true)
    AND NOT ${alias}."isRevised")`;

/** SQL: whether the standing approval `a` is for this step. */
const isForStep = `a."userId" = ${$.userId} AND a."graphExecId" = ${$.graphExecId}
      AND a."nodeId" = ${$.nodeId} AND a."graphId" = ${$.graphId}
      AND a."graphVersion" = ${$.graphVersion}`;

/**
 * SQL: what `isPlain` says of the request. It is a query, so that PostgreSQL does not drop the
 * comparison of the workspace together with all other conditions where it is false.
 */
const isOrdinary = `(SELECT ${$.kind} = 'ACTION' AND ${$.approvalsRequired} IS NULL
      AND coalesce(${$.risk} < 'HIGH', true))`;

/**
 * SQL: whether the standing approval `a` applies to this request, if the request meets its condition.
 * It never applies to a request that needs several approvals or has a high risk, to one that a person
 * has revised, to one of its creator or whose approval its creator may consume, or to an ID that its
 * creator requested before, even if that review is deleted; nor while its creator is an agent or
 * disabled.
 */
const mayApply = `${isForStep} AND a."requestedBy" IN ('', ${$.requestedBy}) AND ${isActiveSql('a')}
      AND a."createdBy" <> ${$.requestedBy} AND a."createdBy" <> ALL (${$.consumers})
      AND NOT ${isBarred('(a."createdBy" COLLATE "C")')}
      AND ${isOrdinary}
      AND NOT EXISTS (SELECT FROM existing
        WHERE a."createdBy" = ANY (existing."consumers") OR NOT existing."isPlain")
      AND (EXISTS (SELECT FROM existing) OR NOT ${isPolicyDecision($)})
      AND NOT EXISTS (SELECT FROM "ReviewEvent" e WHERE e."userId" = ${$.userId}
        AND e."nodeExecId" = ${$.nodeExecId} AND e."requestedBy" = a."createdBy")`;

/** SQL: whether the conditions were checked on the request that this statement finds. */
const isSameSubject = `NOT EXISTS (SELECT FROM existing WHERE "askId" IS DISTINCT FROM ${$.checkedAskId})`;

const applies = `${mayApply} AND (a."when" IS NULL
      OR (a."when" = ANY (${$.metConditions}) AND ${isSameSubject}))`;

/** SQL: whether the condition of the standing approval `a` still has to be checked. */
const isUnchecked = `${mayApply} AND NOT (a."when" = ANY (${$.checkedConditions}) AND ${isSameSubject})`;

/** SQL: whether a new review may be inserted. */
const isAllowed = `${isExpiryAllowed($)} AND ${isCurrentPolicy($)} AND NOT ${$.isRefused}`;

// A request in one statement. Like all operations, it locks in the order run, review, standing
// approval, counter, to avoid deadlocks. Conditions are checked by the caller: until then nothing is
// approved or inserted. Its steps:
// - existing: the review as of this statement's snapshot; `matches`: this repeats the request for it
// - run: the run, locked so that no review is added to it while it is being stopped
// - unchecked: conditions of standing approvals that decide whether they apply
// - recorded: the run, recorded as this actor's if it was unknown
// - open: one row if the run has not ended
// - waiting: the WAITING review, locked if a standing approval applies to it
// - standing: the standing approval that applies, locked and checked again in its newest version
// - approved: the WAITING review, approved by it
// - inserted: a new review, as the policy says; if it waits and a standing approval applies, approved
// - used: the standing approval, with one more use if it approved the review
export const ask = statement(
  'requestReview',
  `WITH existing AS (
    SELECT "askId", "consumers", ${isPlain('r')} AS "isPlain", "graphExecId" = ${$.graphExecId}
      AND "graphId" = ${$.graphId} AND "graphVersion" = ${$.graphVersion}
      AND "nodeId" = ${$.nodeId} AND "requestedBy" = ${$.requestedBy} AS "matches"
    FROM "PendingReview" r WHERE "userId" = ${$.userId} AND "nodeExecId" = ${$.nodeExecId}
  ), run AS (
    SELECT "status", "stoppedBy" FROM "GraphExecution"
    WHERE "userId" = ${$.userId} AND "graphExecId" = ${$.graphExecId} FOR SHARE
  ), unchecked AS (
    SELECT DISTINCT a."when" FROM "AutoApproval" a WHERE a."when" IS NOT NULL AND ${isUnchecked}
  ), recorded AS (
    INSERT INTO "GraphExecution"
      ("userId", "graphExecId", "graphId", "graphVersion", "status", "registeredBy")
    SELECT ${$.userId}, ${$.graphExecId}, ${$.graphId}, ${$.graphVersion}, 'RUNNING', ${$.requestedBy}
    WHERE NOT EXISTS (SELECT FROM run) AND CASE
      WHEN EXISTS (SELECT FROM existing) THEN (SELECT "matches" FROM existing)
      ELSE ${isAllowed}
    END
    ON CONFLICT DO NOTHING RETURNING 1
  ), open AS (
    SELECT 1 FROM run WHERE NOT ${isEnded('run')}
    UNION ALL SELECT 1 FROM recorded
  ), waiting AS (
    SELECT 1 FROM "PendingReview" r
    WHERE "userId" = ${$.userId} AND "nodeExecId" = ${$.nodeExecId} AND ${hasStatus('r', 'WAITING')}
      AND ${isInTime('r')} AND ${isPlain('r')}
      AND EXISTS (SELECT FROM existing WHERE "matches") AND EXISTS (SELECT FROM open)
      AND EXISTS (SELECT FROM "AutoApproval" a WHERE ${applies})
    FOR UPDATE
  ), candidate AS (
    SELECT a."requestedBy", a."createdBy" FROM "AutoApproval" a
    WHERE ${applies} AND EXISTS (SELECT FROM open) AND CASE
      WHEN EXISTS (SELECT FROM existing) THEN EXISTS (SELECT FROM waiting)
      ELSE ${isAllowed} AND NOT EXISTS (SELECT FROM unchecked)
    END
    ORDER BY a."requestedBy" FOR UPDATE
  ), standing AS (
    SELECT "requestedBy", "createdBy" FROM candidate ORDER BY "requestedBy" DESC LIMIT 1
  ), approved AS (
    UPDATE "PendingReview" r SET
      "status" = 'APPROVED', "decisionSource" = 'AUTO_APPROVAL', "decidedBy" = standing."createdBy",
      "reviewMessage" = ${$.autoApprovalMessage}, "wasEdited" = false, "reviewedAt" = now(),
      "updatedAt" = now(), "validUntil" = now() + ${$.automaticHours} * interval '1 hour'
    FROM standing
    WHERE r."userId" = ${$.userId} AND r."nodeExecId" = ${$.nodeExecId} AND ${hasStatus('r', 'WAITING')}
      AND EXISTS (SELECT FROM waiting)
    RETURNING ${reviewColumns}
  ), decision AS (
    SELECT coalesce(standing."status", ${$.status}) AS "status",
      CASE WHEN standing."status" IS NOT NULL THEN 'AUTO_APPROVAL'
        WHEN ${isPolicyDecision($)} THEN 'POLICY' END AS "source",
      coalesce(standing."createdBy", ${$.decidedBy}) AS "decidedBy",
      CASE WHEN standing."status" IS NOT NULL THEN ${$.autoApprovalMessage} ELSE ${$.message} END AS "message"
    FROM (SELECT 1) one LEFT JOIN (SELECT *, 'APPROVED' AS "status" FROM standing) standing ON true
  ), inserted AS (
    INSERT INTO "PendingReview" AS r (${requestColumns}, ${decisionColumns})
    SELECT ${requestValues($)},
      ${decisionValues('d."status"', 'd."source"', 'd."decidedBy"', 'd."message"', $.automaticHours)}
    FROM open, decision d
    WHERE ${isAllowed} AND NOT EXISTS (SELECT FROM existing)
      AND NOT EXISTS (SELECT FROM unchecked)
    ON CONFLICT DO NOTHING RETURNING ${reviewColumns}
  ), used AS (
    UPDATE "AutoApproval" a SET "uses" = a."uses" + 1 FROM standing
    WHERE ${isForStep} AND a."requestedBy" = standing."requestedBy"
      AND (EXISTS (SELECT FROM approved) OR EXISTS (SELECT FROM inserted))
    RETURNING 1
  ), shown AS (
    SELECT * FROM approved UNION ALL SELECT * FROM inserted UNION ALL
    SELECT ${reviewColumns} FROM "PendingReview" r
    WHERE r."userId" = ${$.userId} AND r."nodeExecId" = ${$.nodeExecId}
      AND NOT EXISTS (SELECT FROM approved)
  )
  SELECT run."status" AS "executionStatus", run."stoppedBy",
    EXISTS (SELECT FROM used) AS "used", EXISTS (SELECT FROM inserted) AS "isNew",
    EXISTS (SELECT FROM approved) OR EXISTS (SELECT FROM inserted) AS "hasChanges",
    EXISTS (SELECT FROM "AutoApproval" a WHERE ${applies}) AS "isStandingApprovalActive",
    ARRAY(SELECT "when" FROM unchecked) AS "unchecked",
    ${isCurrentPolicy($)} AS "isCurrentPolicy",
    ${isExpiryAllowed($)} AS "isExpiryAllowed", now() AS "now",
    shown."status"::text = 'WAITING' AND shown."expiresAt" <= clock_timestamp() AS "overdue",
    shown.*
  FROM (SELECT 1) one LEFT JOIN run ON true LEFT JOIN shown ON true`,
);
