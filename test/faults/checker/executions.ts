import type { Operation } from '../history.ts';
import {
  describe,
  keyOf,
  latestEffect,
  mayHaveHappened,
  type Rule,
  type Run,
  succeeded,
} from './run.ts';

const ENDS = ['COMPLETED', 'FAILED', 'TERMINATED'];

const isEnd = ({ name, input }: Operation): boolean =>
  name === 'cancelPendingReviews' || (name === 'registerExecution' && ENDS.includes(input.status));

/** Once an end was answered, the execution lets nothing through, and nothing waits in it any more. */
export const endedExecutionsAreClosed: Rule = (run) => {
  const wrong: string[] = [];
  const { named, database } = run;
  const moves = [...named('cancelPendingReviews'), ...named('registerExecution')];
  const byExecution = Map.groupBy(moves, keyOfExecution);
  const asks = Map.groupBy(named('requestReview'), keyOfExecution);
  const reviews = Map.groupBy(database.reviews, ({ owner, graphExecId }) =>
    keyOf(owner, graphExecId),
  );
  const consumes = Map.groupBy(named('consumeReview').filter(succeeded), ({ owner, input }) =>
    keyOf(owner, run.reviewOf(owner, input.nodeExecId)?.graphExecId ?? ''),
  );
  const statuses = new Map(
    database.executions.map(({ owner, graphExecId, status }) => [
      keyOf(owner, graphExecId),
      status,
    ]),
  );

  for (const [key, ofExecution] of byExecution) {
    const end = ofExecution.filter((move) => isEnd(move) && succeeded(move))[0];
    if (!end) continue;
    const { startedAt, endedAt } = end;
    const inIt = reviews.get(key) ?? [];
    for (const ask of asks.get(key) ?? []) {
      const asked = succeeded(ask) && ask.answer?.review && ask.endedAt < startedAt;
      const row = asked && run.reviewOf(ask.owner, ask.input.nodeExecId);
      if (row && row.status === 'WAITING')
        wrong.push(`${row.nodeExecId} waits, although ${describe(end)} came after it`);
    }
    // Sessions have no record: they begin anew with the next ask.
    if (end.input.graphExecId.startsWith('copilot-')) continue;
    const mayReopen = ofExecution.some(
      (move) => !isEnd(move) && mayHaveHappened(move) && latestEffect(move) > startedAt,
    );
    if (mayReopen) continue;

    const after = `after ${describe(end)} was answered`;
    for (const ask of asks.get(key) ?? [])
      if (succeeded(ask) && ask.startedAt > endedAt)
        wrong.push(`${describe(ask)} got through ${after}`);
    for (const consume of consumes.get(key) ?? [])
      if (consume.startedAt > endedAt) wrong.push(`${describe(consume)} got through ${after}`);
    for (const { nodeExecId, status, createdAt, reviewedAt, consumedAt } of inIt) {
      if (status === 'WAITING') wrong.push(`${nodeExecId} waits ${after}`);
      if (createdAt > endedAt) wrong.push(`${nodeExecId} was created ${after}`);
      if ((reviewedAt ?? 0) > endedAt) wrong.push(`${nodeExecId} was decided ${after}`);
      if ((consumedAt ?? 0) > endedAt) wrong.push(`${nodeExecId} was consumed ${after}`);
    }
    const status = statuses.get(key) ?? '';
    if (!ENDS.includes(status)) wrong.push(`${key} is ${status} ${after}`);
  }
  return wrong;
};

/** Whether, as far as callers can tell, the execution may have ended by then. */
export const mayEnd = ({ named }: Run, owner: string, graphExecId: string, by: number): boolean =>
  [...named('cancelPendingReviews'), ...named('registerExecution')].some(
    (move) =>
      isEnd(move) &&
      mayHaveHappened(move) &&
      move.startedAt < by &&
      keyOfExecution(move) === keyOf(owner, graphExecId),
  );

const keyOfExecution = ({ owner, input }: Operation): string => keyOf(owner, input.graphExecId);
