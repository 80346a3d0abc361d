import { z } from 'zod';
import { ExecutionStatus, type GraphExecution } from '../database/generated/prisma/client.ts';
import { statement } from '../database/statement.ts';
import { ForbiddenError } from '../identity/errors.ts';
import { may, type Viewer } from '../identity/viewer.ts';
import { checkInput, id } from '../input.ts';
import { isBarred } from './decideStatements.ts';
import { ExecutionEndedError } from './errors.ts';
import { endExecution, endedMessage, hasEnded, isEnded, stoppedMessage } from './execution.ts';
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

// A member that is an agent never reopens what a person stopped, whatever its scopes. $6 the actor,
// $7 whether it has review:decide, $8 whether this is a stop by such an actor.
const register = statement(
  'registerExecution',
  `INSERT INTO "GraphExecution" AS e
    ("userId", "graphExecId", "graphId", "graphVersion", "status", "registeredBy", "stoppedBy")
  VALUES ($1, $2, $3, $4, $5, $6, CASE WHEN $8::boolean THEN $6 END)
  ON CONFLICT ("userId", "graphExecId") DO UPDATE SET
    "graphId" = excluded."graphId", "graphVersion" = excluded."graphVersion",
    "status" = excluded."status", "updatedAt" = now(),
    "registeredBy" = coalesce(e."registeredBy", excluded."registeredBy"),
    "stoppedBy" = CASE WHEN ${isEnded('excluded')}
      THEN coalesce(excluded."stoppedBy", e."stoppedBy") END
  WHERE ($7::boolean AND (${isEnded('excluded')}
      OR NOT ${isBarred('$6')}))
    OR (coalesce(e."registeredBy", $6) = $6 AND e."stoppedBy" IS NULL)
  RETURNING ${columns}`,
);

const read = statement(
  'lookAtExecution',
  `SELECT ${columns} FROM "GraphExecution" WHERE "userId" = $1 AND "graphExecId" = $2`,
);

/**
 * Registers a run, or changes its status. A status that ends the run rejects its WAITING reviews,
 * and RUNNING reopens it. The run belongs to the actor that first registered it or requested a
 * review in it: with `review:request` alone, other actors cannot change it, and nobody can reopen a
 * run that was stopped with `review:decide`.
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

  const { execution, end } = await database.transaction(userId, async (queries) => {
    const [registered] = await queries.query<GraphExecution>(register, [
      ...values,
      actor,
      mayDecide,
      isStop,
    ]);
    if (registered) {
      const message = status === 'TERMINATED' ? stoppedMessage : endedMessage;
      const end = hasEnded(status)
        ? await endExecution(queries, viewer, graphExecId, { message, isStop })
        : null;
      return { execution: registered, end };
    }
    const [execution] = await queries.query<GraphExecution>(read, [userId, graphExecId]);
    if (!execution) throw new Error(`Run ${graphExecId} was deleted while it was being registered`);
    if (execution.registeredBy !== null && execution.registeredBy !== actor) {
      throw new ForbiddenError(
        `Run ${graphExecId} was registered by another actor. Only that actor, or one with review:decide, can change it`,
      );
    }
    // It was stopped with review:decide. Ending it again changes nothing.
    if (hasEnded(status)) return { execution, end: null };
    throw new ExecutionEndedError(graphExecId, execution.status, execution.stoppedBy);
  });
  if (end?.hasChanges) notifyFeed(userId);
  if (end && end.rejected > 0) {
    store.onResolved?.({ source: 'CANCELLATION', status: 'REJECTED', count: end.rejected });
  }
  return execution;
}
