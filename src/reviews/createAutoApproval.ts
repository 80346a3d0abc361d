import { z } from 'zod';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import { checkInput, InvalidInputError, id, NotFoundError } from '../input.ts';
import {
  type AutoApproval,
  autoApprovalColumns,
  defaultEnd,
  renewUnlessActive,
} from './autoApproval.ts';
import { isSynthetic } from './copilotIds.ts';
import { isBarred } from './decideStatements.ts';
import { BarredError } from './errors.ts';
import { condition, graphVersion, payload, positiveCount } from './fields.ts';
import type { ReviewStore } from './reviewStore.ts';

const createAutoApprovalInput = z.object({
  graphExecId: id,
  nodeId: id,
  graphId: id,
  graphVersion,
  requestedBy: id.nullish().transform((value) => value ?? ''),
  payload,
  expiresAt: z
    .date()
    .nullish()
    .transform((value) => value ?? null),
  maxUses: positiveCount.nullish().transform((value) => value ?? null),
  when: condition,
});

const create = statement(
  'createAutoApproval',
  `WITH allowed AS (
    SELECT $10::boolean OR EXISTS (SELECT FROM "GraphExecution"
      WHERE "userId" = $1 AND "graphExecId" = $2) AS "known",
      $8::timestamptz IS NULL OR $8::timestamptz > clock_timestamp() AS "inFuture",
      ${isBarred('$7')} AS "isBarred"
  ), a AS (
    INSERT INTO "AutoApproval" AS a ("userId", "graphExecId", "nodeId", "graphId", "graphVersion",
      "payload", "createdBy", "expiresAt", "maxUses", "requestedBy", "when")
    SELECT $1, $2, $3, $4, $5::int, $6, $7, coalesce($8::timestamptz, ${defaultEnd('$12')}),
      $9::int, $11, $13
    FROM allowed WHERE "known" AND "inFuture" AND NOT "isBarred"
    ${renewUnlessActive('$12')}
    RETURNING ${autoApprovalColumns}
  )
  SELECT allowed."known", allowed."inFuture", allowed."isBarred", ${autoApprovalColumns}
  FROM allowed LEFT JOIN a ON true`,
);

/**
 * Creates a standing approval. If one with the same condition is active, it is returned unchanged,
 * unless narrower limits are asked for; otherwise the new one takes its place. It expires after
 * HOLDPOINT_STANDING_APPROVAL_HOURS by default.
 * @throws InvalidInputError; BarredError; NotFoundError if the run is unknown and not a copilot session
 */
export async function createAutoApproval(
  { database, limits }: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<AutoApproval> {
  const input = checkInput(createAutoApprovalInput, rawInput);
  type Answer = AutoApproval & { known: boolean; inFuture: boolean; isBarred: boolean };
  const [answer] = await database.query<Answer>(create, [
    viewer.userId,
    input.graphExecId,
    input.nodeId,
    input.graphId,
    input.graphVersion,
    input.payload.text,
    viewer.actor,
    input.expiresAt,
    input.maxUses,
    isSynthetic(input.graphExecId),
    input.requestedBy,
    limits.standingApprovalHours,
    input.when,
  ]);
  if (!answer?.known) throw new NotFoundError('Run', [input.graphExecId]);
  if (answer.isBarred) throw new BarredError(viewer.actor);
  if (!answer.inFuture) {
    const message = `must be in the future, not ${input.expiresAt?.toISOString()}`;
    throw new InvalidInputError([{ path: 'input.expiresAt', message }]);
  }
  return answer;
}
