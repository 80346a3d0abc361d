import { z } from 'zod';
import { ExecutionStatus, type GraphExecution } from '../database/generated/prisma/client.ts';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import { hasEnded } from './execution.ts';
import { checkInput, graphVersion, id } from './input.ts';
import type { ReviewStore } from './reviewStore.ts';
import { endedMessage, settleExecution, stoppedMessage } from './settleExecution.ts';

const registerExecutionInput = z.object({
  graphExecId: id,
  graphId: id,
  graphVersion,
  status: z
    .enum(ExecutionStatus)
    .nullish()
    .transform((value) => value ?? ExecutionStatus.RUNNING),
});

const register = statement(
  'registerExecution',
  `INSERT INTO "GraphExecution" ("userId", "graphExecId", "graphId", "graphVersion", "status")
  VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT ("userId", "graphExecId") DO UPDATE SET
    "graphId" = excluded."graphId", "graphVersion" = excluded."graphVersion",
    "status" = excluded."status", "updatedAt" = now()
  RETURNING *`,
);

/**
 * Records an execution, or moves it to another status. Moving it to an end settles what waits (case A25);
 * RUNNING reopens an ended one (case A10).
 * @throws InvalidInputError
 */
export async function registerExecution(
  store: ReviewStore,
  viewer: Viewer,
  rawInput: unknown,
): Promise<GraphExecution> {
  const { database, changed } = store;
  const input = checkInput(registerExecutionInput, rawInput);
  const { graphExecId, graphId, status } = input;
  const values = [viewer.userId, graphExecId, graphId, input.graphVersion, status];

  const { execution, settled } = await database.transaction(async (queries) => {
    const [execution] = await queries.query<GraphExecution>(register, values);
    if (!execution) throw new Error(`registerExecution of ${graphExecId} returned no row`);
    const message = status === 'TERMINATED' ? stoppedMessage : endedMessage;
    const settled = hasEnded(status)
      ? await settleExecution(queries, viewer, graphExecId, message)
      : 0;
    return { execution, settled };
  });
  if (settled > 0) {
    changed(viewer.userId);
    store.settled?.({ source: 'CANCELLATION', status: 'REJECTED', count: settled });
  }
  return execution;
}
