import { statement } from '../database/statement.ts';
import { isActiveSql } from './autoApproval.ts';
import { isBarred } from './decideStatements.ts';
import { hasStatus, isInTime, reviewColumns } from './review.ts';

// Parameters of both statements: $1 userId, $2 nodeExecId, $3 graphExecId, $4 graphId, $5
// graphVersion, $6 nodeId, $7 payload, $8 instructions, $9 editable, $10 the requesting actor, $11
// consumers, $12 payloadDigest, $13 expiresAt, and the default ($14) and maximum ($15) time to
// expiry in milliseconds, $16
// approvalsRequired, $17 escalation, $18 its first step in milliseconds, $19 approverTeams, $20
// approverActors. Only the database's clock is used.

/** SQL: when a new review expires. */
const expiresAt = `coalesce($13::timestamptz, now() + $14::float8 * interval '1 millisecond')`;
/** SQL: whether the requested `expiresAt` is allowed. */
const isExpiryAllowed = `($13::timestamptz IS NULL OR ($13::timestamptz > now() AND ($15::float8 IS NULL
      OR $13::timestamptz <= now() + $15::float8 * interval '1 millisecond')))`;

const insertedColumns = `"userId", "nodeExecId", "graphExecId", "graphId", "graphVersion", "nodeId",
      "payload", "instructions", "editable", "requestedBy", "consumers", "payloadDigest", "expiresAt",
      "approvalsRequired", "escalation", "nextEscalationAt", "approverTeams", "approverActors"`;
const insertedValues = `$1, $2, $3, $4, $5::int, $6, $7, $8, $9::boolean, $10, $11::text[], $12, ${expiresAt},
      $16::jsonb, $17::jsonb, now() + $18::float8 * interval '1 millisecond', $19::text[], $20::text[]`;

/**
 * The fast path for the most frequent request: a new review in a run that has not ended and has no
 * standing approvals. If it inserts nothing, `ask` handles the request. The share lock makes a
 * concurrent stop wait for this statement, or the other way round. Only columns that the database
 * fills in are returned.
 */
export const askNew = statement(
  'requestNewReview',
  `INSERT INTO "PendingReview" (${insertedColumns})
  SELECT ${insertedValues}
  FROM (
    SELECT 1 FROM "GraphExecution"
    WHERE "userId" = $1 AND "graphExecId" = $3 AND "status" NOT IN ('COMPLETED', 'FAILED', 'TERMINATED')
    FOR SHARE
  ) open
  WHERE ${isExpiryAllowed} AND NOT EXISTS (
    SELECT FROM "AutoApproval" WHERE "userId" = $1 AND "graphExecId" = $3)
  ON CONFLICT DO NOTHING RETURNING "askId", "createdAt", "expiresAt"`,
);

/**
 * SQL: whether a standing approval can approve the review, as far as the review itself says: it
 * requires no particular approvals, and nobody took its approval back or changed it.
 */
const isPlain = (alias: string): string =>
  `(${alias}."approvalsRequired" IS NULL AND NOT ${alias}."isRevised")`;

/**
 * SQL: whether the standing approval `a` applies to this request. It never applies to a request
 * that needs several approvals, to one that a person has revised, to one of its creator or whose
 * approval its creator may consume, or to an ID that its creator requested before, even if that
 * review is deleted; nor while its creator is an agent or disabled.
 */
const applies = `a."userId" = $1 AND a."graphExecId" = $3 AND a."nodeId" = $6 AND a."graphId" = $4
      AND a."graphVersion" = $5::int AND a."requestedBy" IN ('', $10) AND ${isActiveSql('a')}
      AND a."createdBy" <> $10 AND a."createdBy" <> ALL ($11::text[])
      AND NOT ${isBarred('(a."createdBy" COLLATE "C")')}
      AND $16::jsonb IS NULL AND NOT EXISTS (SELECT FROM existing
        WHERE a."createdBy" = ANY (existing."consumers") OR NOT existing."isPlain")
      AND NOT EXISTS (SELECT FROM "ReviewEvent" e
        WHERE e."userId" = $1 AND e."nodeExecId" = $2 AND e."requestedBy" = a."createdBy")`;

// A request in one statement. Like all operations, it locks in the order run, review, standing
// approval, counter, to avoid deadlocks. $21 is the message of an automatic approval, and $22 how
// many hours it can be consumed. Its steps:
// - existing: the review as of this statement's snapshot; `matches`: this repeats the request for it
// - run: the run, locked so that no review is added to it while it is being stopped
// - recorded: the run, recorded as this actor's if it was unknown
// - open: one row if the run has not ended
// - waiting: the WAITING review, locked if a standing approval applies to it
// - standing: the standing approval that applies, locked and checked again in its newest version
// - approved: the WAITING review, approved by it
// - inserted: a new review: approved if a standing approval applies, otherwise WAITING
// - used: the standing approval, with one more use if it approved the review
export const ask = statement(
  'requestReview',
  `WITH existing AS (
    SELECT "consumers", ${isPlain('r')} AS "isPlain", "graphExecId" = $3 AND "graphId" = $4 AND "graphVersion" = $5::int
      AND "nodeId" = $6 AND "requestedBy" = $10 AS "matches"
    FROM "PendingReview" r WHERE "userId" = $1 AND "nodeExecId" = $2
  ), run AS (
    SELECT "status", "stoppedBy" FROM "GraphExecution"
    WHERE "userId" = $1 AND "graphExecId" = $3 FOR SHARE
  ), recorded AS (
    INSERT INTO "GraphExecution"
      ("userId", "graphExecId", "graphId", "graphVersion", "status", "registeredBy")
    SELECT $1, $3, $4, $5::int, 'RUNNING', $10
    WHERE NOT EXISTS (SELECT FROM run)
      AND CASE WHEN EXISTS (SELECT FROM existing) THEN (SELECT "matches" FROM existing) ELSE ${isExpiryAllowed} END
    ON CONFLICT DO NOTHING RETURNING 1
  ), open AS (
    SELECT 1 FROM run WHERE "status" NOT IN ('COMPLETED', 'FAILED', 'TERMINATED')
    UNION ALL SELECT 1 FROM recorded
  ), waiting AS (
    SELECT 1 FROM "PendingReview" r
    WHERE "userId" = $1 AND "nodeExecId" = $2 AND ${hasStatus('r', 'WAITING')} AND ${isInTime('r')}
      AND ${isPlain('r')}
      AND EXISTS (SELECT FROM existing WHERE "matches") AND EXISTS (SELECT FROM open)
      AND EXISTS (SELECT FROM "AutoApproval" a WHERE ${applies})
    FOR UPDATE
  ), candidate AS (
    SELECT a."requestedBy", a."createdBy" FROM "AutoApproval" a
    WHERE ${applies} AND EXISTS (SELECT FROM open)
      AND (NOT EXISTS (SELECT FROM existing) OR EXISTS (SELECT FROM waiting))
    ORDER BY a."requestedBy" FOR UPDATE
  ), standing AS (
    SELECT "requestedBy", "createdBy" FROM candidate ORDER BY "requestedBy" DESC LIMIT 1
  ), approved AS (
    UPDATE "PendingReview" r SET
      "status" = 'APPROVED', "decisionSource" = 'AUTO_APPROVAL', "decidedBy" = standing."createdBy",
      "reviewMessage" = $21, "wasEdited" = false, "reviewedAt" = now(), "updatedAt" = now(),
      "validUntil" = now() + $22::float8 * interval '1 hour'
    FROM standing
    WHERE r."userId" = $1 AND r."nodeExecId" = $2 AND ${hasStatus('r', 'WAITING')}
      AND EXISTS (SELECT FROM waiting)
    RETURNING ${reviewColumns}
  ), inserted AS (
    INSERT INTO "PendingReview" AS r (${insertedColumns}, "status", "decisionSource", "decidedBy",
      "reviewMessage", "wasEdited", "reviewedAt", "validUntil")
    SELECT ${insertedValues},
      CASE WHEN standing."createdBy" IS NULL THEN 'WAITING' ELSE 'APPROVED' END::"ReviewStatus",
      CASE WHEN standing."createdBy" IS NOT NULL THEN 'AUTO_APPROVAL' END::"DecisionSource",
      standing."createdBy",
      CASE WHEN standing."createdBy" IS NOT NULL THEN $21 END,
      CASE WHEN standing."createdBy" IS NOT NULL THEN false END,
      CASE WHEN standing."createdBy" IS NOT NULL THEN now() END,
      CASE WHEN standing."createdBy" IS NOT NULL THEN now() + $22::float8 * interval '1 hour' END
    FROM open LEFT JOIN standing ON true
    WHERE ${isExpiryAllowed} AND NOT EXISTS (SELECT FROM existing)
    ON CONFLICT DO NOTHING RETURNING ${reviewColumns}
  ), used AS (
    UPDATE "AutoApproval" a SET "uses" = a."uses" + 1 FROM standing
    WHERE a."userId" = $1 AND a."graphExecId" = $3 AND a."nodeId" = $6 AND a."graphId" = $4
      AND a."graphVersion" = $5::int AND a."requestedBy" = standing."requestedBy"
      AND (EXISTS (SELECT FROM approved) OR EXISTS (SELECT FROM inserted))
    RETURNING 1
  ), shown AS (
    SELECT * FROM approved UNION ALL SELECT * FROM inserted UNION ALL
    SELECT ${reviewColumns} FROM "PendingReview" r
    WHERE r."userId" = $1 AND r."nodeExecId" = $2 AND NOT EXISTS (SELECT FROM approved)
  )
  SELECT run."status" AS "executionStatus", run."stoppedBy",
    EXISTS (SELECT FROM used) AS "used",
    EXISTS (SELECT FROM approved) OR EXISTS (SELECT FROM inserted) AS "hasChanges",
    EXISTS (SELECT FROM "AutoApproval" a WHERE ${applies}) AS "isStandingApprovalActive",
    ${isExpiryAllowed} AS "isExpiryAllowed", now() AS "now",
    shown."status"::text = 'WAITING' AND shown."expiresAt" <= clock_timestamp() AS "overdue",
    shown.*
  FROM (SELECT 1) one LEFT JOIN run ON true LEFT JOIN shown ON true`,
);
