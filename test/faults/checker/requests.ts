import type { ReviewRow } from '../databaseState.ts';
import type { Answer, Operation, ToldReview } from '../history.ts';
import { isSigned } from '../load/signedStep.ts';
import {
  askedRiskOf,
  describe,
  digestOf,
  isOf,
  keyOf,
  mayHaveHappened,
  originalOf,
  type Rule,
  type Run,
  reviewsIn,
  succeeded,
} from './run.ts';

/** The fields of a request, without its payload. They never change. */
const requested = [
  'graphExecId',
  'graphId',
  'graphVersion',
  'nodeId',
  'instructions',
  'requestedBy',
  'consumers',
] as const;

/** What identifies a step. A different step with the same id is rejected. */
const identity = ['nodeExecId', 'graphExecId', 'graphId', 'graphVersion', 'nodeId'] as const;

/**
 * Everything that was answered is stored as it was answered, and nothing is stored that was not
 * requested.
 */
export const requestsAreKept: Rule = (run) => {
  const wrong: string[] = [];
  for (const operation of run.operations) {
    for (const told of reviewsIn(operation)) {
      const row = run.reviewOf(operation.owner, told.nodeExecId);
      if (row && isOf(row, told))
        wrong.push(
          ...changesOf(row, told).map(
            (field) =>
              `${told.nodeExecId} has a different ${field} than ${describe(operation)} was shown`,
          ),
        );
    }
    if (succeeded(operation)) wrong.push(...missingOf(operation, run));
  }
  return [...wrong, ...unaskedIn(run), ...deletionsIn(run)];
};

const changesOf = (row: ReviewRow, told: ToldReview): string[] => [
  ...requested.filter((field) => JSON.stringify(row[field]) !== JSON.stringify(told[field])),
  ...(digestOf(originalOf(row)) === digestOf(told.originalPayload) ? [] : ['original payload']),
];

/** Finds reviews that match no request. */
function unaskedIn(run: Run): string[] {
  const asks = Map.groupBy(run.named('requestReview'), ({ owner, input }) =>
    keyOf(owner, input.nodeExecId),
  );
  return run.database.reviews.flatMap((row) => {
    const { owner, nodeExecId, graphExecId, nodeId, requestedBy } = row;
    const digest = digestOf(originalOf(row));
    const isAsked = (asks.get(keyOf(owner, nodeExecId)) ?? []).some(
      (ask) =>
        ask.actor === requestedBy &&
        mayHaveHappened(ask) &&
        identity.every((field) => ask.input[field] === row[field]) &&
        (ask.input.instructions ?? null) === row.instructions &&
        (ask.input.headline ?? null) === row.headline &&
        (ask.input.risk ?? null) === askedRiskOf(row) &&
        JSON.stringify(ask.input.tags ?? []) === JSON.stringify(row.tags) &&
        JSON.stringify([...new Set(ask.input.consumers)]) === JSON.stringify(row.consumers) &&
        digestOf(ask.input.payload) === digest,
    );
    const isGated = run
      .gatedOf(owner, nodeExecId)
      .some(
        (call) =>
          call.actor === requestedBy &&
          call.graphExecId === graphExecId &&
          call.nodeId === nodeId &&
          digestOf(call.payload) === digest,
      );
    // Several people may edit before it is decided, and a withdrawal undoes it.
    const isUnchanged = isSigned(nodeExecId)
      ? row.wasEdited !== true
      : row.originalPayload === null;
    return [
      ...(isAsked || isGated ? [] : [`${nodeExecId} exists without a matching request`]),
      ...(isUnchanged === (row.wasEdited !== true)
        ? []
        : [`${nodeExecId} has ${isUnchanged ? 'no' : 'an'} original payload`]),
    ];
  });
}

/**
 * Finds reviews that disappeared without a deletion or after a decision, and deletions that did not
 * happen as answered.
 */
function deletionsIn(run: Run): string[] {
  const wrong: string[] = [];
  const deletions = Map.groupBy(run.named('deleteReview'), ({ owner, input }) =>
    keyOf(owner, input.nodeExecId),
  );
  const told = Map.groupBy(
    run.operations.flatMap((operation) =>
      reviewsIn(operation).map((review) => ({ ...review, owner: operation.owner })),
    ),
    ({ owner, nodeExecId }) => keyOf(owner, nodeExecId),
  );
  for (const key of new Set([...deletions.keys(), ...told.keys()])) {
    const [owner, nodeExecId] = JSON.parse(key) as [string, string];
    const row = run.reviewOf(owner, nodeExecId);
    const gone = (told.get(key) ?? []).filter((review) => !row || !isOf(row, review));
    if (gone.some(({ status }) => status !== 'WAITING'))
      wrong.push(`${nodeExecId} is missing although it was decided`);

    const ofReview = deletions.get(key) ?? [];
    const certain = ofReview.filter(({ answer }) => answer?.deletedCount === 1).length;
    const possible = ofReview.filter(
      (operation) => mayHaveHappened(operation) && operation.answer?.deletedCount !== 0,
    ).length;
    const happened = run
      .eventsOf(owner, nodeExecId)
      .filter(({ kind }) => kind === 'DELETED').length;
    if (happened < certain || happened > possible)
      wrong.push(`${nodeExecId} was deleted ${happened} times, not ${certain} to ${possible}`);
    if (new Set(gone.map(({ createdAt }) => createdAt)).size > happened)
      wrong.push(`${nodeExecId} is missing although it was shown and not deleted`);
  }
  return wrong;
}

/** Finds answers that the database contradicts. */
function missingOf(operation: Operation, { reviewOf, database }: Run): string[] {
  const { owner, actor, input, answer, name } = operation;
  const row = input.nodeExecId === undefined ? undefined : reviewOf(owner, input.nodeExecId);
  const isOfExecution = (some: { owner: string; graphExecId: string }) =>
    some.owner === owner && some.graphExecId === input.graphExecId;
  const isStored: Record<Operation['name'], () => boolean> = {
    requestReview: () =>
      answer?.review !== undefined &&
      answer.review.requestedBy === actor &&
      identity.every((field) => answer.review?.[field] === input[field]) &&
      isSaidRight(answer, answer.review),
    decideReviews: () => answer?.reviews?.length === input.decisions.length,
    consumeReview: () => row?.consumedAt !== null,
    reportOutcome: () => row?.outcome === input.outcome,
    setReviewProcessed: () => row?.processed === true,
    deleteReview: () => true, // see deletionsIn
    cancelPendingReviews: () => true, // see executions.ts
    registerExecution: () =>
      database.executions.some(
        (some) => isOfExecution(some) && some.registeredBy === answer?.execution?.registeredBy,
      ),
    createAutoApproval: () =>
      database.autoApprovals.some(
        (some) =>
          isOfExecution(some) &&
          some.nodeId === input.nodeId &&
          some.graphId === input.graphId &&
          some.graphVersion === input.graphVersion &&
          some.requestedBy === (input.requestedBy ?? ''),
      ),
    revokeAutoApproval: () =>
      database.autoApprovals.some((some) => isOfExecution(some) && some.nodeId === input.nodeId),
    setPolicy: () =>
      database.policies.some(
        (some) =>
          some.owner === owner &&
          some.version === answer?.policy?.version &&
          some.version === input.basedOnVersion + 1 &&
          some.createdBy === actor,
      ),
    reviews: () => true,
    // See signOffs.ts.
    claimReview: () => true,
    releaseReview: () => true,
    withdrawDecision: () => true,
    reassignReview: () => true,
    overrideReview: () => true,
    // See talks.ts.
    reviseReview: () => true,
    addComment: () => true,
  };
  return isStored[name]() ? [] : [`${describe(operation)} succeeded, but its result is not stored`];
}

/** Whether the state and result match the review in the same answer. */
function isSaidRight({ state, result }: Answer, review: ToldReview): boolean {
  const { status, processed, voidedAt, payloadDigest, decisionSource } = review;
  const right =
    status !== 'APPROVED' ? status : voidedAt ? 'VOID' : processed ? 'CONSUMED' : 'APPROVED';
  if (state !== right) return false;
  if (status === 'WAITING' || processed || voidedAt) return result === null;
  return (
    result?.nodeExecId === review.nodeExecId &&
    result.status === status &&
    digestOf(result.data) === payloadDigest &&
    result.autoApproved === (decisionSource === 'AUTO_APPROVAL')
  );
}
