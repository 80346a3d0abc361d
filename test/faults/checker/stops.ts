import {
  describe,
  isReopening,
  isStop,
  keyOf,
  keyOfExecution,
  latestEffect,
  mayDecide,
  mayHaveHappened,
  ROUNDING_MS,
  type Rule,
  succeeded,
} from './run.ts';

/**
 * After a stop by an actor with the scope to decide, only such an actor can reopen the execution.
 * Earlier unused approvals stay void. For standing approvals see standingApprovals.ts.
 */
export const stopsAreFinal: Rule = (run) => {
  const wrong: string[] = [];
  const { named, database, eventsOf } = run;
  const moves = [...named('cancelPendingReviews'), ...named('registerExecution')];
  const reviews = Map.groupBy(database.reviews, ({ owner, graphExecId }) =>
    keyOf(owner, graphExecId),
  );
  for (const [key, ofExecution] of Map.groupBy(moves, keyOfExecution)) {
    const reopenings = ofExecution.filter(isReopening);
    for (const stop of ofExecution.filter((move) => isStop(move) && succeeded(move))) {
      for (const row of reviews.get(key) ?? []) {
        if (row.createdAt >= stop.startedAt || row.status !== 'APPROVED') continue;
        const { nodeExecId, owner, voidedAt } = row;
        const usedAt = eventsOf(owner, nodeExecId).find(({ kind }) => kind === 'PROCESSED')?.at;
        if (usedAt === undefined && (voidedAt === null || voidedAt > stop.endedAt + ROUNDING_MS))
          wrong.push(`${nodeExecId} is still valid after ${describe(stop)}`);
        if (usedAt !== undefined && usedAt > stop.endedAt + ROUNDING_MS)
          wrong.push(`${nodeExecId} was used after ${describe(stop)}`);
      }
      for (const reopening of reopenings) {
        if (mayDecide(reopening) || !succeeded(reopening)) continue;
        if (reopening.startedAt <= stop.endedAt) continue;
        const isOpen = reopenings.some(
          (other) =>
            mayDecide(other) &&
            mayHaveHappened(other) &&
            latestEffect(other) > stop.startedAt &&
            other.startedAt < reopening.endedAt,
        );
        if (!isOpen) wrong.push(`${describe(reopening)} reopened what ${describe(stop)} stopped`);
      }
    }
  }
  return wrong;
};
