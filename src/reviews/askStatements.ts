import { statement } from '../database/statement.ts';
import { isActiveSql } from './autoApproval.ts';
import { hasStatus, isInTime, reviewColumns } from './review.ts';

// What both statements take: $1 userId, $2 nodeExecId, $3 graphExecId, $4 graphId, $5 graphVersion, $6 nodeId,
// $7 payload, $8 instructions, $9 editable, $10 the actor that asks, $11 consumers, $12 payloadDigest; then the time:
// $13 expiresAt, and in milliseconds $14 the default and $15 the maximum. The database's clock alone counts.

/** When a new review expires. */
const end = `coalesce($13::timestamptz, now() + $14::float8 * interval '1 millisecond')`;
/** Whether that may be asked for. */
const fits = `($13::timestamptz IS NULL OR ($13::timestamptz > now() AND ($15::float8 IS NULL
      OR $13::timestamptz <= now() + $15::float8 * interval '1 millisecond')))`;

const insertedColumns = `"userId", "nodeExecId", "graphExecId", "graphId", "graphVersion", "nodeId",
      "payload", "instructions", "editable", "requestedBy", "consumers", "payloadDigest", "expiresAt"`;
const insertedValues = `$1, $2, $3, $4, $5::int, $6, $7, $8, $9::boolean, $10, $11::text[], $12, ${end}`;

/**
 * By far the most frequent ask, of a new step in an execution that runs: nothing else can have a say where the execution
 * has no standing approval at all. Where this inserts nothing, `ask` does what there is to do. The share lock makes a
 * concurrent stop wait for this ask, or this ask for it. Only what the database adds is read back.
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
  WHERE ${fits} AND NOT EXISTS (
    SELECT FROM "AutoApproval" WHERE "userId" = $1 AND "graphExecId" = $3)
  ON CONFLICT DO NOTHING RETURNING "askId", "createdAt", "expiresAt"`,
);

/**
 * The standing approvals that let this request through: of its node, graph and version, for its asker. Nobody's own
 * approval counts for what they ask now, may consume, or asked under this id before, even if that review is deleted.
 */
const applies = `a."userId" = $1 AND a."graphExecId" = $3 AND a."nodeId" = $6 AND a."graphId" = $4
      AND a."graphVersion" = $5::int AND a."requestedBy" IN ('', $10) AND ${isActiveSql('a')}
      AND a."createdBy" <> $10 AND a."createdBy" <> ALL ($11::text[])
      AND NOT EXISTS (SELECT FROM own WHERE a."createdBy" = ANY (own."consumers"))
      AND NOT EXISTS (SELECT FROM "ReviewEvent" e
        WHERE e."userId" = $1 AND e."nodeExecId" = $2 AND e."requestedBy" = a."createdBy")`;

// The whole of asking in one statement. Locks are taken in the order that every operation keeps: execution, review,
// standing approval, counter.
//   own       the review as this statement's snapshot has it; matches: this request is a repeat of the one that made it
//   known     the execution, locked: no review slips in under a stopped execution
//   recorded  an execution that was unknown is recorded as this actor's
//   open      there where the execution has not ended
//   waiting   our review, locked, where a standing approval will settle it
//   standing  the standing approval that lets the request through, locked and looked at again in its newest version
//   settled   our waiting review, approved by it
//   inserted  a new review: approved where there is one, else waiting
//   used      one use taken, where one of the two happened
// It also takes $16, the message of an automatic approval, and $17, how many hours that can be consumed.
export const ask = statement(
  'requestReview',
  `WITH own AS (
    SELECT "consumers", "graphExecId" = $3 AND "graphId" = $4 AND "graphVersion" = $5::int
      AND "nodeId" = $6 AND "requestedBy" = $10 AS "matches"
    FROM "PendingReview" WHERE "userId" = $1 AND "nodeExecId" = $2
  ), known AS (
    SELECT "status", "stoppedBy" FROM "GraphExecution"
    WHERE "userId" = $1 AND "graphExecId" = $3 FOR SHARE
  ), recorded AS (
    INSERT INTO "GraphExecution"
      ("userId", "graphExecId", "graphId", "graphVersion", "status", "registeredBy")
    SELECT $1, $3, $4, $5::int, 'RUNNING', $10
    WHERE NOT EXISTS (SELECT FROM known)
      AND CASE WHEN EXISTS (SELECT FROM own) THEN (SELECT "matches" FROM own) ELSE ${fits} END
    ON CONFLICT DO NOTHING RETURNING 1
  ), open AS (
    SELECT 1 FROM known WHERE "status" NOT IN ('COMPLETED', 'FAILED', 'TERMINATED')
    UNION ALL SELECT 1 FROM recorded
  ), waiting AS (
    SELECT 1 FROM "PendingReview" r
    WHERE "userId" = $1 AND "nodeExecId" = $2 AND ${hasStatus('r', 'WAITING')} AND ${isInTime('r')}
      AND EXISTS (SELECT FROM own WHERE "matches") AND EXISTS (SELECT FROM open)
      AND EXISTS (SELECT FROM "AutoApproval" a WHERE ${applies})
    FOR UPDATE
  ), candidate AS (
    SELECT a."requestedBy", a."createdBy" FROM "AutoApproval" a
    WHERE ${applies} AND EXISTS (SELECT FROM open)
      AND (NOT EXISTS (SELECT FROM own) OR EXISTS (SELECT FROM waiting))
    ORDER BY a."requestedBy" FOR UPDATE
  ), standing AS (
    SELECT "requestedBy", "createdBy" FROM candidate ORDER BY "requestedBy" DESC LIMIT 1
  ), settled AS (
    UPDATE "PendingReview" r SET
      "status" = 'APPROVED', "decisionSource" = 'AUTO_APPROVAL', "decidedBy" = standing."createdBy",
      "reviewMessage" = $16, "wasEdited" = false, "reviewedAt" = now(), "updatedAt" = now(),
      "validUntil" = now() + $17::float8 * interval '1 hour'
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
      CASE WHEN standing."createdBy" IS NOT NULL THEN $16 END,
      CASE WHEN standing."createdBy" IS NOT NULL THEN false END,
      CASE WHEN standing."createdBy" IS NOT NULL THEN now() END,
      CASE WHEN standing."createdBy" IS NOT NULL THEN now() + $17::float8 * interval '1 hour' END
    FROM open LEFT JOIN standing ON true
    WHERE ${fits} AND NOT EXISTS (SELECT FROM own)
    ON CONFLICT DO NOTHING RETURNING ${reviewColumns}
  ), used AS (
    UPDATE "AutoApproval" a SET "uses" = a."uses" + 1 FROM standing
    WHERE a."userId" = $1 AND a."graphExecId" = $3 AND a."nodeId" = $6 AND a."graphId" = $4
      AND a."graphVersion" = $5::int AND a."requestedBy" = standing."requestedBy"
      AND (EXISTS (SELECT FROM settled) OR EXISTS (SELECT FROM inserted))
    RETURNING 1
  ), shown AS (
    SELECT * FROM settled UNION ALL SELECT * FROM inserted UNION ALL
    SELECT ${reviewColumns} FROM "PendingReview" r
    WHERE r."userId" = $1 AND r."nodeExecId" = $2 AND NOT EXISTS (SELECT FROM settled)
  )
  SELECT known."status" AS "executionStatus", known."stoppedBy",
    EXISTS (SELECT FROM used) AS "used",
    EXISTS (SELECT FROM settled) OR EXISTS (SELECT FROM inserted) AS "changed",
    EXISTS (SELECT FROM "AutoApproval" a WHERE ${applies}) AS "mayBeSettled",
    ${fits} AS "fits", now() AS "now",
    shown."status"::text = 'WAITING' AND shown."expiresAt" <= clock_timestamp() AS "overdue",
    shown.*
  FROM (SELECT 1) one LEFT JOIN known ON true LEFT JOIN shown ON true`,
);
