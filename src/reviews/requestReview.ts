import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { ExecutionStatus } from '../database/generated/prisma/client.ts';
import { statement } from '../database/statement.ts';
import { isSynthetic, nodeIdOfSynthetic } from '../identity/copilotIds.ts';
import type { Viewer } from '../identity/viewer.ts';
import { autoApprovalKey, autoApprovalMessage, isActive } from './autoApproval.ts';
import { ExecutionEndedError, InvalidInputError, ReviewConflictError } from './errors.ts';
import { hasEnded } from './execution.ts';
import { expireReviewsOf, isInTime } from './expireReviews.ts';
import { checkInput, graphVersion, id, instructions, payload } from './input.ts';
import { payloadDigest } from './payloadDigest.ts';
import { hasStatus, type Review, reviewColumns, reviewJoins } from './review.ts';
import { type ReviewResult, resultOf } from './reviewResult.ts';
import type { ReviewExpiry, ReviewStore } from './reviewStore.ts';
import { defaultInstructions } from './typedApproval.ts';

const requestReviewInput = z.object({
  nodeExecId: id,
  graphExecId: id,
  graphId: id,
  graphVersion,
  nodeId: id.nullish().transform((value) => value ?? null),
  payload,
  instructions,
  editable: z
    .boolean()
    .nullish()
    .transform((value) => value ?? true),
  expiresAt: z
    .date()
    .nullish()
    .transform((value) => value ?? null),
});

/** A statement that lost a race sees the winner's rows when it is run again. */
const MAX_ATTEMPTS = 10;

const isForeign = `a."createdBy" <> $10
      AND NOT EXISTS (SELECT FROM own WHERE own."requestedBy" = a."createdBy")`;

/** The statement that notes the step's node does not see its own row in the table. */
const recordedOrNoted = `coalesce(node."nodeId", (SELECT "nodeId" FROM noted))`;

// Until when a new review waits, and whether that may be asked for: three parameters, the time asked for, then in milliseconds
// the default and the most. The database's clock alone counts.
const termEnd = (at: number): string =>
  `coalesce($${at}::timestamptz, now() + $${at + 1}::float8 * interval '1 millisecond')`;
const fits = (at: number): string => `($${at}::timestamptz IS NULL OR ($${at}::timestamptz > now()
      AND ($${at + 2}::float8 IS NULL
        OR $${at}::timestamptz <= now() + $${at + 2}::float8 * interval '1 millisecond')))`;

const withoutEnd: ReviewExpiry = { byDefault: null, atMost: null };

// The whole of asking in one statement. Locks are taken in the order that every operation keeps: execution,
// review, auto-approval, counter.
//   own       the review as this statement's snapshot has it
//   recorded  an execution that nobody told of is recorded; known: one that was. The share lock makes a
//             concurrent cancel wait for us, or us for it: no review slips in under a stopped execution
//   standing  an auto-approval that counts here: nobody's own approval lets its own steps through, neither
//             those it asks about now nor those it has asked for before, whoever asks about them now
//   term      until when a new review waits; fits: it may be asked for. One that is there already keeps its own
//   waiting   our review, locked, where that auto-approval will settle it
//   used      one use taken; the condition is checked again on the newest row, so never past maxUses
const ask = statement(
  'requestReview',
  `WITH own AS (
    SELECT "status", "graphExecId", "requestedBy" FROM "PendingReview"
    WHERE "userId" = $1 AND "nodeExecId" = $2
  ), term AS (
    SELECT ${termEnd(15)} AS "end", ${fits(15)} AS "fits"
  ), known AS (
    SELECT "status" FROM "GraphExecution"
    WHERE "userId" = $1 AND "graphExecId" = $3 AND NOT $12::boolean FOR SHARE
  ), recorded AS (
    INSERT INTO "GraphExecution" ("userId", "graphExecId", "graphId", "graphVersion", "status")
    SELECT $1, $3, $4, $5::int, 'RUNNING'
    WHERE NOT $12::boolean AND NOT EXISTS (SELECT FROM known)
      AND NOT EXISTS (SELECT FROM own WHERE "graphExecId" <> $3)
      AND (EXISTS (SELECT FROM own) OR (SELECT "fits" FROM term))
    ON CONFLICT DO NOTHING RETURNING "status"
  ), open AS (
    SELECT FROM known WHERE "status" NOT IN ('COMPLETED', 'FAILED', 'TERMINATED')
    UNION ALL SELECT FROM recorded
    UNION ALL SELECT WHERE $12::boolean
  ), step AS (
    SELECT coalesce($11, (SELECT "nodeId" FROM "NodeExecution"
      WHERE "userId" = $1 AND "nodeExecId" = $2), $6, $2) AS "nodeId"
  ), standing AS (
    SELECT FROM "AutoApproval" a JOIN step USING ("nodeId")
    WHERE a."userId" = $1 AND a."graphExecId" = $3 AND ${isForeign} AND ${isActive('a')}
  ), waiting AS (
    SELECT FROM "PendingReview" r
    WHERE "userId" = $1 AND "nodeExecId" = $2 AND "graphExecId" = $3 AND ${hasStatus('r', 'WAITING')}
      AND ${isInTime('r')} AND EXISTS (SELECT FROM standing) AND EXISTS (SELECT FROM open)
    FOR UPDATE
  ), used AS (
    UPDATE "AutoApproval" a SET "uses" = a."uses" + 1 FROM step
    WHERE a."userId" = $1 AND a."graphExecId" = $3 AND a."nodeId" = step."nodeId"
      AND ${isForeign} AND ${isActive('a')} AND EXISTS (SELECT FROM open)
      AND (NOT EXISTS (SELECT FROM own) OR EXISTS (SELECT FROM waiting))
    RETURNING a."createdBy", a."nodeId"
  ), settled AS (
    UPDATE "PendingReview" r SET
      "status" = 'APPROVED', "decisionSource" = 'AUTO_APPROVAL', "decidedBy" = used."createdBy",
      "reviewMessage" = $13, "wasEdited" = false, "reviewedAt" = now(), "updatedAt" = now()
    FROM used
    WHERE r."userId" = $1 AND r."nodeExecId" = $2 AND ${hasStatus('r', 'WAITING')}
      AND EXISTS (SELECT FROM waiting)
    RETURNING r.*
  ), inserted AS (
    INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId", "graphVersion",
      "payload", "originalPayload", "instructions", "editable", "requestedBy", "payloadDigest",
      "expiresAt")
    SELECT $1, $2, $3, $4, $5::int, $7::json, $7::json, $8, $9::boolean, $10, $14, term."end"
    FROM open, term
    WHERE term."fits" AND NOT EXISTS (SELECT FROM own) AND NOT EXISTS (SELECT FROM used)
    ON CONFLICT DO NOTHING RETURNING *
  ), noted AS (
    INSERT INTO "NodeExecution" ("userId", "nodeExecId", "nodeId")
    SELECT $1, $2, $6 FROM open
    WHERE $6::text IS NOT NULL AND $11::text IS NULL AND NOT EXISTS (SELECT FROM own)
      AND (SELECT "fits" FROM term)
    ON CONFLICT DO NOTHING RETURNING "nodeId"
  )
  SELECT
    (SELECT "status" FROM known) AS "executionStatus",
    (SELECT "nodeId" FROM used) AS "usedNodeId",
    EXISTS (SELECT FROM settled) OR EXISTS (SELECT FROM inserted) AS "changed",
    EXISTS (SELECT FROM standing) AS "standing",
    (SELECT "fits" FROM term) AS "termFits", now() AS "now",
    r."status" = 'WAITING' AND NOT ${isInTime('r')} AS "overdue",
    ${reviewColumns.replace('node."nodeId"', recordedOrNoted)}
  FROM step LEFT JOIN (
    SELECT * FROM settled UNION ALL SELECT * FROM inserted UNION ALL
    SELECT * FROM "PendingReview"
    WHERE "userId" = $1 AND "nodeExecId" = $2 AND NOT EXISTS (SELECT FROM settled)
  ) r ON true ${reviewJoins}`,
);

// By far the most frequent ask, of a new step in an execution that runs: nothing else can have a say where the execution has
// no auto-approval at all. Where this inserts nothing, `ask` does what there is to do. Only what the database adds is read
// back: each column costs it and this process time.
const askNew = statement(
  'requestNewReview',
  `WITH open AS (
    SELECT FROM "GraphExecution"
    WHERE "userId" = $1 AND "graphExecId" = $3 AND "status" NOT IN ('COMPLETED', 'FAILED', 'TERMINATED')
    FOR SHARE
  ), inserted AS (
    INSERT INTO "PendingReview" ("userId", "nodeExecId", "graphExecId", "graphId", "graphVersion",
      "payload", "originalPayload", "instructions", "editable", "requestedBy", "payloadDigest",
      "expiresAt")
    SELECT $1, $2, $3, $4, $5::int, $7::json, $7::json, $8, $9::boolean, $10, $11, ${termEnd(12)}
    FROM open WHERE ${fits(12)} AND NOT EXISTS (
      SELECT FROM "AutoApproval" WHERE "userId" = $1 AND "graphExecId" = $3)
    ON CONFLICT DO NOTHING RETURNING "userId", "nodeExecId", "createdAt", "expiresAt"
  ), noted AS (
    INSERT INTO "NodeExecution" ("userId", "nodeExecId", "nodeId")
    SELECT $1, $2, $6 FROM inserted WHERE $6::text IS NOT NULL
    ON CONFLICT DO NOTHING RETURNING "nodeId"
  )
  SELECT r."createdAt", r."expiresAt", ${recordedOrNoted} AS "recordedNodeId" FROM inserted r ${reviewJoins}`,
);

type Answer = Review & {
  executionStatus: ExecutionStatus | null;
  usedNodeId: string | null;
  changed: boolean;
  standing: boolean;
  termFits: boolean;
  now: Date;
  overdue: boolean | null;
};

type Added = Pick<Review, 'createdAt' | 'expiresAt' | 'recordedNodeId'>;

/** `review` is null where an auto-approval decided and none was needed; `result` is null while a human is awaited. */
export type RequestReviewPayload = { review: Review | null; result: ReviewResult | null };

/**
 * Gets the outcome of a step if there is one, else asks a human (cases A4 to A10). Asking again, at the same time
 * or later, creates nothing and changes nothing.
 * @throws InvalidInputError, ReviewConflictError (the id is another execution's), ExecutionEndedError
 */
export async function requestReview(
  store: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<RequestReviewPayload> {
  const { database, changed, expiry = withoutEnd } = store;
  const input = checkInput(requestReviewInput, rawInput);
  input.instructions ??= defaultInstructions(input.payload);
  const digest = payloadDigest(input.payload);
  const term = [input.expiresAt, expiry.byDefault ?? expiry.atMost, expiry.atMost];
  const values = [
    viewer.userId,
    input.nodeExecId,
    input.graphExecId,
    input.graphId,
    input.graphVersion,
    input.nodeId,
    input.payload.text,
    input.instructions,
    input.editable,
    viewer.actor,
    isSynthetic(input.nodeExecId) ? nodeIdOfSynthetic(input.nodeExecId) : null,
    isSynthetic(input.graphExecId),
    autoApprovalMessage,
    digest,
    ...term,
  ];

  if (!isSynthetic(input.graphExecId) && !isSynthetic(input.nodeExecId)) {
    const [added] = await database.query<Added>(askNew, [...values.slice(0, 10), digest, ...term]);
    if (added) {
      changed(viewer.userId);
      return { review: newReview(viewer, input, digest, added), result: null };
    }
  }
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const [answer] = await database.query<Answer>(ask, values);
    if (answer === undefined) break;
    if (answer.changed) changed(viewer.userId);
    if (answer.usedNodeId !== null) {
      store.settled?.({ source: 'AUTO_APPROVAL', status: 'APPROVED', count: 1 });
    }

    const review = answer.nodeExecId === null ? null : answer;
    if (review && review.graphExecId !== input.graphExecId) {
      throw new ReviewConflictError(
        `${review.nodeExecId} was asked under execution ${review.graphExecId}, not ${input.graphExecId}`,
        [review],
      );
    }
    if (answer.executionStatus && hasEnded(answer.executionStatus)) {
      throw new ExecutionEndedError(input.graphExecId, answer.executionStatus);
    }
    if (review && answer.overdue) {
      await expireReviewsOf(store, viewer.userId, [review.nodeExecId]);
      continue;
    }
    if (review) {
      // An auto-approval stands but did not settle the review: somebody is deciding it at this moment.
      if (review.status === 'WAITING' && answer.standing && attempt < MAX_ATTEMPTS) continue;
      return { review, result: resultOf(review) };
    }
    if (answer.usedNodeId !== null) {
      return {
        review: null,
        result: {
          nodeExecId: autoApprovalKey(input.graphExecId, answer.usedNodeId),
          status: 'APPROVED',
          data: input.payload,
          message: autoApprovalMessage,
          processed: true,
          autoApproved: true,
        },
      };
    }
    if (!answer.termFits && input.expiresAt) {
      throw new InvalidInputError([
        { path: 'input.expiresAt', message: unfitText(input.expiresAt, answer.now, expiry) },
      ]);
    }
    // Another ask created the execution or the review while this one ran: now it can be seen.
    await pause(attempt);
  }
  throw new Error(`requestReview of ${input.nodeExecId} met too many concurrent changes`);
}

function unfitText(expiresAt: Date, now: Date, { atMost }: ReviewExpiry): string {
  if (expiresAt <= now || atMost === null) {
    return `must lie ahead of ${now.toISOString()}, which it is by the service's clock, not at ${expiresAt.toISOString()}`;
  }
  const latest = new Date(now.getTime() + atMost);
  return `must be at most ${latest.toISOString()}, as this service is set up, not ${expiresAt.toISOString()}`;
}

/** The row as it has just been inserted. */
const newReview = (
  { userId, actor }: Viewer,
  input: z.output<typeof requestReviewInput>,
  digest: string,
  { createdAt, expiresAt, recordedNodeId }: Added,
): Review => ({
  userId,
  nodeExecId: input.nodeExecId,
  graphExecId: input.graphExecId,
  graphId: input.graphId,
  graphVersion: input.graphVersion,
  payload: input.payload,
  differingOriginal: null,
  instructions: input.instructions,
  editable: input.editable,
  status: 'WAITING',
  reviewMessage: null,
  wasEdited: null,
  processed: false,
  requestedBy: actor,
  decidedBy: null,
  decisionSource: null,
  createdAt,
  updatedAt: createdAt,
  reviewedAt: null,
  payloadDigest: digest,
  expiresAt,
  consumedAt: null,
  consumedBy: null,
  outcome: null,
  outcomeDetail: null,
  outcomeAt: null,
  recordedNodeId,
});
