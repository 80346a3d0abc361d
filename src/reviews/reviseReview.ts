import { randomUUID } from 'node:crypto';
import type { JsonText } from '@holdpoint/client/json';
import { z } from 'zod';
import { nameFiles, withNewFiles } from '../attachments/nameFiles.ts';
import type { Queries } from '../database/connections.ts';
import type { ExecutionStatus } from '../database/generated/prisma/client.ts';
import { statement } from '../database/statement.ts';
import { limitedTo, type Viewer } from '../identity/viewer.ts';
import { checkInput, InvalidInputError, id, NotFoundError } from '../input.ts';
import { votesOf } from '../people/ballot.ts';
import { isRunOpen } from './approvalUse.ts';
import { MAX_REVISIONS } from './decideStatements.ts';
import { payloadDigest } from './digests.ts';
import { ExecutionEndedError, ReviewConflictError } from './errors.ts';
import { evaluateChange } from './evaluateChange.ts';
import { hasEnded } from './execution.ts';
import { expireReviewsOf } from './expireReviews.ts';
import { digest, message, payload } from './fields.ts';
import { askedPayloadOf, payloadDigestOf, storedJson } from './payloads.ts';
import {
  isInTime,
  isOpen,
  isVisibleTo,
  type Review,
  reviewColumns,
  rowVersion,
  setRisk,
} from './review.ts';
import type { ReviewStore } from './reviewStore.ts';
import { defaultInstructions } from './typedApproval.ts';

const reviseInput = z.object({ nodeExecId: id, basedOnDigest: digest, payload, note: message });

const read = statement(
  'readForRevising',
  `SELECT ${reviewColumns}, ${rowVersion('r')} AS "rowVersion", ${isInTime('r')} AS "inTime",
    e."status" AS "executionStatus", e."stoppedBy"
  FROM "PendingReview" r
  LEFT JOIN "GraphExecution" e ON e."userId" = $1 AND e."graphExecId" = r."graphExecId"
  WHERE r."userId" = $1 AND r."nodeExecId" = $2 AND ${isVisibleTo('r', '$3')}`,
);

// The review waits again as a new subject. What it was before is kept as a revision. The run is
// locked first, as all operations do, so that it is not stopped at the same time. $13 is the version
// of the policy that the payload was evaluated under; another one is only fine if it is not enforced.
const revise = statement(
  'reviseReview',
  `WITH execution AS (
    SELECT "status" FROM "GraphExecution" WHERE "userId" = $1 AND "graphExecId" = $5 FOR SHARE
  ), locked AS (
    SELECT r.* FROM "PendingReview" r
    WHERE r."userId" = $1 AND r."nodeExecId" = $2 AND ${rowVersion('r')} = $4 AND ${isOpen('r')}
      AND ${isInTime('r')} AND r."revision" < ${MAX_REVISIONS}
      AND ${isRunOpen}
      AND coalesce((SELECT "mode" <> 'ENFORCED' OR "version" = $13::int FROM "Policy"
        WHERE "userId" = $1 ORDER BY "version" DESC LIMIT 1), true)
    FOR UPDATE
  ), kept AS (
    INSERT INTO "ReviewRevision" ("userId", "nodeExecId", "revision", "payload", "payloadDigest",
      "note", "at", "changesRequestedBy", "changesRequested")
    SELECT "userId", "nodeExecId", "revision", "payload", $12, "revisionNote",
      coalesce("revisedAt", "createdAt"),
      CASE WHEN "status"::text = 'CHANGES_REQUESTED' THEN "decidedBy" END,
      CASE WHEN "status"::text = 'CHANGES_REQUESTED' THEN "reviewMessage" END
    FROM locked
  )
  UPDATE "PendingReview" r SET "status" = 'WAITING', "revision" = r."revision" + 1,
    "payload" = $6, "payloadDigest" = $7, "originalPayload" = NULL, "askId" = $8::uuid,
    "isRevised" = true, "revisionNote" = $9, "revisedAt" = now(), "updatedAt" = now(),
    "votes" = $10::jsonb,
    "approvalsRequired" = coalesce(b."approvalsRequired", r."approvalsRequired"),
    "approverTeams" = coalesce(b."approverTeams", r."approverTeams"),
    "approverActors" = coalesce(b."approverActors", r."approverActors"),
    ${setRisk('$15::"Risk"')}, "instructions" = $16,
    "earlierBytes" = r."earlierBytes" + octet_length(r."payload"),
    "attachments" = ${withNewFiles('r."attachments"', '$14::text[]')},
    "decidedBy" = NULL, "decisionSource" = NULL, "reviewMessage" = NULL, "reviewedAt" = NULL,
    "wasEdited" = NULL, "claimedBy" = NULL, "claimedUntil" = NULL
  FROM locked LEFT JOIN LATERAL jsonb_to_record($11::jsonb)
      AS b("approvalsRequired" JSONB, "approverTeams" TEXT[], "approverActors" TEXT[]) ON true,
    (SELECT set_config('holdpoint.actor', $3, true)) acting
  WHERE r."userId" = $1 AND r."nodeExecId" = locked."nodeExecId"
  RETURNING ${reviewColumns}`,
);

type Found = Review & {
  rowVersion: string;
  inTime: boolean;
  executionStatus: ExecutionStatus | null;
  stoppedBy: string | null;
};

/** The row may change between the two statements. */
const MAX_ATTEMPTS = 10;

/**
 * Replaces the payload of the actor's own request while it waits, or after changes were requested.
 * It waits again as the next revision, and all votes end. The new payload is evaluated under the
 * policy like a new request: rules may add requirements and raise the risk, and never remove or
 * lower any.
 * @throws InvalidInputError, NotFoundError, ReviewConflictError, ExecutionEndedError,
 *   QuotaExceededError
 */
export async function reviseReview(
  store: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<Review> {
  const { database, notifyFeed, policies, quotas, onChanged } = store;
  const { userId, actor } = viewer;
  const input = checkInput(reviseInput, rawInput);
  const { nodeExecId } = input;
  const newDigest = payloadDigest(input.payload);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const [found] = await database.query<Found>(read, [userId, nodeExecId, limitedTo(viewer)]);
    if (!found) throw new NotFoundError('Review', [nodeExecId]);
    if (found.status === 'WAITING' && !found.inTime) {
      await expireReviewsOf(store, userId, [nodeExecId]);
      continue;
    }
    if (found.executionStatus && hasEnded(found.executionStatus)) {
      throw new ExecutionEndedError(found.graphExecId, found.executionStatus, found.stoppedBy);
    }
    const currentDigest = await payloadDigestOf(database, found);
    if (currentDigest === undefined) continue; // changed since it was read
    const conflict = whyNotRevisable(viewer, found, currentDigest, input.basedOnDigest);
    if (conflict) throw new ReviewConflictError(`Review ${nodeExecId} ${conflict}`, [found]);

    quotas?.checkStorage(userId);
    const policy = await policies.current(userId);
    const instructions = await instructionsFor(database, found, input.payload);
    if (instructions === undefined) continue; // changed since it was read
    const revision = { ...found, instructions };
    const { denial, risk, ballot } = evaluateChange(policy, revision, input.payload);
    if (denial !== null) {
      throw new InvalidInputError([{ path: 'input.payload', message: `is ${denial}` }]);
    }
    const files = await nameFiles(database, viewer, input.payload, 'input.payload', nodeExecId);
    const votes = votesOf(found).map((vote) =>
      vote.endedBy === null ? { ...vote, endedBy: 'PAYLOAD_CHANGED' } : vote,
    );
    const [revised] = await database.query<Review>(revise, [
      ...[userId, nodeExecId, actor, found.rowVersion, found.graphExecId],
      ...[input.payload.text, newDigest, randomUUID(), input.note],
      found.votes && JSON.stringify(votes),
      ballot && JSON.stringify(ballot),
      ...[currentDigest, policy.version, files, risk, instructions],
    ]);
    if (!revised) continue;
    notifyFeed(userId);
    onChanged?.('revised', 1);
    return revised;
  }
  throw new Error(`reviseReview(${nodeExecId}): too many concurrent changes`);
}

/**
 * The instructions of the next revision. Those that the service made of a typed approval show its
 * payload, so they are made anew.
 * @returns undefined if the review was deleted or edited since it was read
 */
async function instructionsFor(
  database: Queries,
  review: Review,
  payload: JsonText,
): Promise<string | null | undefined> {
  if (review.instructions === null) return null;
  const before = await askedPayloadOf(database, review);
  if (before === undefined) return undefined;
  const isMade = defaultInstructions(storedJson(before)) === review.instructions;
  return isMade ? defaultInstructions(payload) : review.instructions;
}

/** Why the review cannot be revised, to follow its ID. Null if it can. */
function whyNotRevisable(
  { actor }: Viewer,
  review: Found,
  currentDigest: string,
  basedOnDigest: string,
): string | null {
  if (review.requestedBy !== actor) {
    return `was requested by ${review.requestedBy}. Only that actor can revise it`;
  }
  if (review.status !== 'WAITING' && review.status !== 'CHANGES_REQUESTED') {
    return `is already ${review.status}, so it cannot be revised`;
  }
  if (!review.inTime) return 'has expired';
  if (currentDigest !== basedOnDigest) {
    return `has the payload ${currentDigest} now, not ${basedOnDigest}. Read it again, then revise it`;
  }
  return review.revision >= MAX_REVISIONS
    ? `is at its last revision, ${review.revision}. Request a new review with another ID`
    : null;
}
