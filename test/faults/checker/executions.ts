import type { Operation } from '../history.ts';
import {
  describe,
  hasEnded,
  isEnd,
  isOf,
  isReopening,
  isStop,
  keyOf,
  keyOfExecution,
  latestEffect,
  mayDecide,
  mayHaveHappened,
  type Rule,
  type Run,
  succeeded,
} from './run.ts';

/**
 * After the end of an execution was answered, no review is requested, waits or is used in it until
 * it is reopened.
 */
export const endedExecutionsAreClosed: Rule = (run) => {
  const wrong: string[] = [];
  const { named, database, reviewOf } = run;
  const moves = [...named('cancelPendingReviews'), ...named('registerExecution')];
  const asks = Map.groupBy(named('requestReview').filter(succeeded), keyOfExecution);
  const reviews = Map.groupBy(database.reviews, ({ owner, graphExecId }) =>
    keyOf(owner, graphExecId),
  );
  const uses = Map.groupBy(usesIn(run), ({ owner, input }) =>
    keyOf(owner, reviewOf(owner, input.nodeExecId)?.graphExecId ?? ''),
  );
  const executions = new Map(
    database.executions.map((row) => [keyOf(row.owner, row.graphExecId), row]),
  );

  for (const [key, ofExecution] of Map.groupBy(moves, keyOfExecution)) {
    for (const end of ofExecution.filter(isCertainEnd)) {
      const { startedAt, endedAt } = end;
      const after = `after ${describe(end)} was answered`;
      for (const ask of asks.get(key) ?? []) {
        const row = ask.endedAt < startedAt && reviewOf(ask.owner, ask.input.nodeExecId);
        if (row && row.status === 'WAITING' && ask.answer?.review && isOf(row, ask.answer.review))
          wrong.push(`${row.nodeExecId} is still WAITING although ${describe(end)} came later`);
      }

      const reopenedAt = reopeningAfter(end, ofExecution);
      for (const operation of [...(asks.get(key) ?? []), ...(uses.get(key) ?? [])])
        if (operation.startedAt > endedAt && operation.endedAt < reopenedAt)
          wrong.push(`${describe(operation)} succeeded ${after}`);
      if (reopenedAt < Number.POSITIVE_INFINITY) continue;
      for (const row of reviews.get(key) ?? []) {
        const { nodeExecId, status, createdAt, reviewedAt, consumedAt } = row;
        if (status === 'WAITING') wrong.push(`${nodeExecId} is WAITING ${after}`);
        if (createdAt > endedAt) wrong.push(`${nodeExecId} was created ${after}`);
        if ((reviewedAt ?? 0) > endedAt) wrong.push(`${nodeExecId} was decided ${after}`);
        if ((consumedAt ?? 0) > endedAt) wrong.push(`${nodeExecId} was consumed ${after}`);
      }
      const { status = 'unknown', stoppedBy } = executions.get(key) ?? {};
      if (!hasEnded(status)) wrong.push(`${key} is ${status} ${after}`);
      if (isStop(end) && !stoppedBy) wrong.push(`${key} does not record who stopped it ${after}`);
    }
  }
  return wrong;
};

/** The operations that used an approval: consumptions, and claims of approvals. */
const usesIn = ({ named, reviewOf }: Run): Operation[] => [
  ...named('consumeReview').filter(succeeded),
  ...named('setReviewProcessed').filter(
    ({ owner, input, answer }) =>
      answer?.changed === true && reviewOf(owner, input.nodeExecId)?.status === 'APPROVED',
  ),
];

/**
 * Whether this certainly ended an execution. Stopping an unknown session as an agent succeeds
 * without an effect.
 */
const isCertainEnd = (operation: Operation): boolean =>
  isEnd(operation) &&
  succeeded(operation) &&
  (mayDecide(operation) || !operation.input.graphExecId.startsWith('copilot-'));

/**
 * The earliest time at which the execution may have been reopened; infinity if it was not.
 */
const reopeningAfter = (end: Operation, moves: readonly Operation[]): number =>
  Math.min(
    ...moves
      .filter(
        (move) =>
          isReopening(move) &&
          mayHaveHappened(move) &&
          latestEffect(move) > end.startedAt &&
          (!isStop(end) || mayDecide(move)),
      )
      .map(({ startedAt }) => startedAt),
  );

/** Whether the execution may have ended by then, as far as the callers can tell. */
export const mayEnd = ({ named }: Run, owner: string, graphExecId: string, by: number): boolean =>
  [...named('cancelPendingReviews'), ...named('registerExecution')].some(
    (move) =>
      isEnd(move) &&
      mayHaveHappened(move) &&
      move.startedAt < by &&
      keyOfExecution(move) === keyOf(owner, graphExecId),
  );
