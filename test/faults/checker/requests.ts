import type { Operation } from '../history.ts';
import {
  describe,
  digestOf,
  isLetThrough,
  keyOf,
  mayHaveHappened,
  type Rule,
  reviewsIn,
  succeeded,
} from './run.ts';

/** Every answered request is there, as it was answered; and nothing is there that nobody asked for, or that was refused. */
export const requestsAreKept: Rule = (run) => {
  const wrong: string[] = [];
  const asks = Map.groupBy(run.named('requestReview'), ({ owner, input }) =>
    keyOf(owner, input.nodeExecId),
  );

  for (const operation of run.operations) {
    for (const told of reviewsIn(operation)) {
      const row = run.reviewOf(operation.owner, told.nodeExecId);
      if (!row) wrong.push(`${told.nodeExecId}, which ${describe(operation)} was shown, is gone`);
      else if (digestOf(row.originalPayload) !== digestOf(told.originalPayload))
        wrong.push(`${told.nodeExecId} has another original than ${describe(operation)} was shown`);
      else if (row.graphExecId !== told.graphExecId)
        wrong.push(
          `${told.nodeExecId} is of another execution than ${describe(operation)} was shown`,
        );
    }
    if (succeeded(operation)) wrong.push(...missingOf(operation, run));
  }

  for (const row of run.database.reviews) {
    const digest = digestOf(row.originalPayload);
    const isAsked = (asks.get(keyOf(row.owner, row.nodeExecId)) ?? []).some(
      (ask) =>
        ask.actor === row.requestedBy &&
        mayHaveHappened(ask) &&
        !isLetThrough(ask) &&
        digestOf(ask.input.payload) === digest,
    );
    const isGated = run
      .gatedOf(row.owner, row.nodeExecId)
      .some(({ actor, payload }) => actor === row.requestedBy && digestOf(payload) === digest);
    if (!isAsked && !isGated)
      wrong.push(`${row.nodeExecId} is there although nobody asked for it so`);
  }
  return wrong;
};

function missingOf(operation: Operation, { reviewOf, database }: Parameters<Rule>[0]): string[] {
  const { owner, input, answer, name } = operation;
  const row = input.nodeExecId === undefined ? undefined : reviewOf(owner, input.nodeExecId);
  const isOfExecution = (some: { owner: string; graphExecId: string }) =>
    some.owner === owner && some.graphExecId === input.graphExecId;
  const isThere = {
    requestReview: () =>
      answer?.review
        ? answer.review.nodeExecId === input.nodeExecId
        : isLetThrough(operation) && digestOf(answer?.result?.data) === digestOf(input.payload),
    decideReviews: () => answer?.reviews?.length === input.decisions.length,
    consumeReview: () => row?.consumedAt !== null,
    reportOutcome: () => row?.outcome === input.outcome,
    setReviewProcessed: () => row?.processed === input.processed,
    cancelPendingReviews: () => true, // see executions.ts
    registerExecution: () => database.executions.some(isOfExecution),
    createAutoApproval: () => hasApproval(),
    revokeAutoApproval: () => hasApproval(),
  }[name];
  const hasApproval = () =>
    database.autoApprovals.some((some) => isOfExecution(some) && some.nodeId === input.nodeId);
  return isThere() ? [] : [`what ${describe(operation)} was told does not hold`];
}
