import { z } from 'zod';
import { ExecutionStatus, type GraphExecution } from '../database/generated/prisma/client.ts';
import { statement } from '../database/statement.ts';
import { ForbiddenError } from '../identity/errors.ts';
import { may, type Viewer } from '../identity/viewer.ts';
import { checkInput, id } from '../input.ts';
import { ExecutionEndedError } from './errors.ts';
import { endExecution, endedMessage, hasEnded, stoppedMessage } from './execution.ts';
import { graphVersion } from './fields.ts';
import type { ReviewStore } from './reviewStore.ts';

const registerExecutionInput = z.object({
  graphExecId: id,
  graphId: id,
  graphVersion,
  status: z
    .enum(ExecutionStatus)
    .nullish()
    .transform((value) => value ?? ExecutionStatus.RUNNING),
});

const columns = `"userId", "graphExecId", "graphId", "graphVersion", "status", "registeredBy",
  "stoppedBy", "createdAt", "updatedAt"`;

// $6: the actor, $7: whether it may decide, $8: whether this is a stop.
const register = statement(
  'registerExecution',
  `INSERT INTO "GraphExecution" AS e
    ("userId", "graphExecId", "graphId", "graphVersion", "status", "registeredBy", "stoppedBy")
  VALUES ($1, $2, $3, $4, $5, $6, CASE WHEN $8::boolean THEN $6 END)
  ON CONFLICT ("userId", "graphExecId") DO UPDATE SET
    "graphId" = excluded."graphId", "graphVersion" = excluded."graphVersion",
    "status" = excluded."status", "updatedAt" = now(),
    "registeredBy" = coalesce(e."registeredBy", excluded."registeredBy"),
    "stoppedBy" = CASE WHEN excluded."status" IN ('COMPLETED', 'FAILED', 'TERMINATED')
      THEN coalesce(excluded."stoppedBy", e."stoppedBy") END
  WHERE $7::boolean OR (coalesce(e."registeredBy", $6) = $6 AND e."stoppedBy" IS NULL)
  RETURNING ${columns}`,
);

const look = statement(
  'lookAtExecution',
  `SELECT ${columns} FROM "GraphExecution" WHERE "userId" = $1 AND "graphExecId" = $2`,
);

/**
 * Records an execution, or moves it to another status. Moving it to an end settles what waits (case A25);
 * RUNNING reopens an ended one (case A10). It belongs to the actor that named it first: with `review:request` alone
 * nobody else moves it, and nobody reopens what somebody with `review:decide` stopped.
 * @throws InvalidInputError, ForbiddenError, ExecutionEndedError
 */
export async function registerExecution(
  store: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<GraphExecution> {
  const { database, notifyFeed } = store;
  const input = checkInput(registerExecutionInput, rawInput);
  const { graphExecId, graphId, status } = input;
  const { userId, actor } = viewer;
  const mayDecide = may(viewer, 'review:decide');
  const isStop = mayDecide && status === 'TERMINATED';
  const values = [userId, graphExecId, graphId, input.graphVersion, status];

  const { execution, end } = await database.transaction(async (queries) => {
    const [moved] = await queries.query<GraphExecution>(register, [
      ...values,
      actor,
      mayDecide,
      isStop,
    ]);
    if (moved) {
      const message = status === 'TERMINATED' ? stoppedMessage : endedMessage;
      const end = hasEnded(status)
        ? await endExecution(queries, viewer, graphExecId, { message, isStop })
        : null;
      return { execution: moved, end };
    }
    const [execution] = await queries.query<GraphExecution>(look, [userId, graphExecId]);
    if (!execution) throw new Error(`Execution ${graphExecId} was deleted while it was registered`);
    if (execution.registeredBy !== null && execution.registeredBy !== actor) {
      throw new ForbiddenError(
        `Execution ${graphExecId} belongs to another actor: only that actor, or one with review:decide, may move it`,
      );
    }
    // It has been stopped. Ending it once more changes nothing; reopening it is refused.
    if (hasEnded(status)) return { execution, end: null };
    throw new ExecutionEndedError(graphExecId, execution.status, execution.stoppedBy);
  });
  if (end?.changed) notifyFeed(userId);
  if (end && end.rejected > 0) {
    store.onResolved?.({ source: 'CANCELLATION', status: 'REJECTED', count: end.rejected });
  }
  return execution;
}
