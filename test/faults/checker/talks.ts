import type { EventRow, ReviewRow, RevisionRow } from '../databaseState.ts';
import type { Operation, ToldReview } from '../history.ts';
import { isTalk } from '../load/talkStep.ts';
import {
  describe,
  digestOf,
  keyOf,
  mayHaveHappened,
  type Rule,
  reviewsIn,
  succeeded,
} from './run.ts';
import { reviewOf } from './signOffs.ts';

export const MAX_REVISIONS = 10;

/** What may happen to a question in each state, and the state after it. */
const movesOfQuestions: Record<string, Record<string, string>> = {
  NEW: { REQUESTED: 'WAITING' },
  WAITING: { ANSWERED: 'ANSWERED', REJECTED: 'REJECTED', EXPIRED: 'REJECTED' },
};

/** The same for a step that can be revised. */
const movesOfSteps: Record<string, Record<string, string>> = {
  NEW: { REQUESTED: 'WAITING' },
  WAITING: {
    REVISED: 'WAITING',
    CHANGES_REQUESTED: 'CHANGES_REQUESTED',
    APPROVED: 'APPROVED',
    REJECTED: 'REJECTED',
    EXPIRED: 'REJECTED',
  },
  CHANGES_REQUESTED: { REVISED: 'WAITING', EXPIRED: 'REJECTED' },
  APPROVED: { PROCESSED: 'USED', VOIDED: 'VOID' },
};

/**
 * A question has at most one answer, which only its asker reads as such and nobody consumes. Each
 * revision replaces the one before it, and there are at most ten. An approval is of the newest
 * revision at that moment, and only what was approved is used.
 */
export const talksAreKept: Rule = (run) => {
  const calls = Map.groupBy(
    run.operations.filter((operation) => isTalk(reviewOf(operation))),
    (operation) => keyOf(operation.owner, reviewOf(operation)),
  );
  const revisions = Map.groupBy(run.database.revisions, ({ owner, nodeExecId }) =>
    keyOf(owner, nodeExecId),
  );
  return run.database.reviews
    .filter(({ nodeExecId }) => isTalk(nodeExecId))
    .flatMap((row) => {
      const key = keyOf(row.owner, row.nodeExecId);
      const events = run.eventsOf(row.owner, row.nodeExecId);
      const ofReview = calls.get(key) ?? [];
      return [
        ...wrongLife(row, events),
        ...wrongRevisions(row, events, revisions.get(key) ?? [], ofReview),
        ...wrongDecisions(row, ofReview),
        ...(row.kind === 'QUESTION' ? wrongAnswers(row, ofReview) : wrongUses(row, ofReview)),
      ].map((what) => `${row.nodeExecId} ${what}`);
    });
};

function wrongLife(row: ReviewRow, events: readonly EventRow[]): string[] {
  const moves = row.kind === 'QUESTION' ? movesOfQuestions : movesOfSteps;
  let state = 'NEW';
  for (const { kind, number } of events) {
    if (kind === 'COMMENTED' && state !== 'NEW') continue;
    const next = moves[state]?.[kind];
    if (next === undefined) return [`was ${state} when event ${number} says ${kind}`];
    state = next;
  }
  const isUsed = row.status === 'APPROVED' && row.processed;
  const isVoid = row.status === 'APPROVED' && row.voidedAt !== null;
  const right = isUsed ? 'USED' : isVoid ? 'VOID' : row.status;
  return state === right ? [] : [`is ${right}, but its events end with ${state}`];
}

/** Every revision is kept, is based on the one before it, and is what the asker sent. */
function wrongRevisions(
  row: ReviewRow,
  events: readonly EventRow[],
  kept: readonly RevisionRow[],
  calls: readonly Operation[],
): string[] {
  const wrong: string[] = [];
  const digests = events
    .filter(({ kind }) => kind === 'REQUESTED' || kind === 'REVISED')
    .map(({ payloadDigest }) => payloadDigest);
  if (row.revision > MAX_REVISIONS) wrong.push(`has ${row.revision} revisions`);
  const stored = [
    ...kept.toSorted((a, b) => a.revision - b.revision).map(({ payload }) => digestOf(payload)),
    digestOf(row.payload),
  ];
  if (digests.length !== row.revision || JSON.stringify(digests) !== JSON.stringify(stored))
    wrong.push(
      `is revision ${row.revision}, with ${stored.length} payloads and ${digests.length} events`,
    );
  for (const [at, digest] of digests.entries()) {
    const isSent = calls.some(
      ({ name, actor, input, ...call }) =>
        actor === row.requestedBy &&
        mayHaveHappened({ name, actor, input, ...call }) &&
        digestOf(input.payload) === digest &&
        (at === 0
          ? name === 'requestReview'
          : name === 'reviseReview' && input.basedOnDigest === digests[at - 1]),
    );
    if (!isSent) wrong.push(`has a revision ${at + 1} that its asker did not send`);
  }
  const certain = calls.filter((call) => call.name === 'reviseReview' && succeeded(call));
  for (const call of certain) {
    const { payload, basedOnDigest } = call.input;
    const isKept = digests.some(
      (digest, at) => at > 0 && digest === digestOf(payload) && digests[at - 1] === basedOnDigest,
    );
    if (call.actor !== row.requestedBy) wrong.push(`was revised by ${describe(call)}`);
    if (!isKept) wrong.push(`has lost the revision of ${describe(call)}`);
  }
  return wrong;
}

/** An approval counts only if its reviewer saw the revision that is approved, which is the last. */
function wrongDecisions(row: ReviewRow, calls: readonly Operation[]): string[] {
  const shown = new Map<string, ToldReview>();
  for (const told of calls.flatMap(reviewsIn)) shown.set(told.subjectDigest, told);
  const isOfNewest = ({ input }: Operation) => {
    const seen = shown.get(input.decisions[0].subjectDigest);
    return seen?.revision === row.revision && seen.payloadDigest === row.payloadDigest;
  };
  const decides = calls.filter(({ name }) => name === 'decideReviews');
  const isApproval = ({ input }: Operation) => input.decisions[0].decision === 'APPROVE';
  const counted = decides.find(({ id }) => row.reviewMessage === `operation ${id}`);
  const isDecided = row.decisionSource === 'REVIEWER';
  return [
    ...decides
      .filter((call) => isApproval(call) && succeeded(call))
      .filter((call) => row.status !== 'APPROVED' || !isOfNewest(call))
      .map((call) => `was approved in an earlier revision by ${describe(call)}`),
    ...(isDecided && !(counted && counted.actor === row.decidedBy && isOfNewest(counted))
      ? [`is ${row.status} by nobody who saw revision ${row.revision}`]
      : []),
    ...(row.status === 'APPROVED' && !(counted && isApproval(counted))
      ? ['is APPROVED without an approval']
      : []),
  ];
}

function wrongAnswers(row: ReviewRow, calls: readonly Operation[]): string[] {
  const wrong: string[] = [];
  const answer = JSON.stringify(row.answer);
  const isAnswered = row.status === 'ANSWERED';
  if (isAnswered !== (row.answer !== null)) wrong.push(`is ${row.status} with answer ${answer}`);
  if (row.status === 'APPROVED') wrong.push('is APPROVED, though it is a question');
  if (row.consumedAt !== null) wrong.push('was consumed, though it is a question');
  for (const call of calls.filter(succeeded)) {
    const decision = call.input.decisions?.[0];
    if (call.name === 'consumeReview') wrong.push(`was consumed by ${describe(call)}`);
    if (decision?.decision === 'ANSWER' && JSON.stringify(decision.answer) !== answer)
      wrong.push(`has lost the answer of ${describe(call)}`);
    const { result, state } = call.answer ?? {};
    if (call.name !== 'requestReview' || (!result && state !== 'ANSWERED')) continue;
    if (call.actor !== row.requestedBy) wrong.push(`was answered to ${describe(call)}`);
    const isSaid =
      state === row.status &&
      result?.status === state &&
      (state !== 'ANSWERED' || JSON.stringify(result.data) === answer);
    if (!isSaid) wrong.push(`was answered with something else to ${describe(call)}`);
  }
  for (const told of calls.flatMap(reviewsIn))
    if (told.status === 'ANSWERED' && JSON.stringify(told.answer) !== answer)
      wrong.push('was shown with another answer');
  const counted = calls.find(({ id }) => row.reviewMessage === `operation ${id}`);
  if (isAnswered && JSON.stringify(counted?.input.decisions?.[0].answer) !== answer)
    wrong.push('has an answer that nobody gave');
  return wrong;
}

/** What is used is the revision that was approved. */
function wrongUses(row: ReviewRow, calls: readonly Operation[]): string[] {
  const uses = calls.filter((call) => call.name === 'consumeReview' && succeeded(call));
  return [
    ...(uses.length > 1 ? [`was used ${uses.length} times`] : []),
    ...uses
      .filter(
        ({ actor, input, answer }) =>
          row.status !== 'APPROVED' ||
          row.consumedBy !== actor ||
          input.payloadDigest !== digestOf(row.payload) ||
          digestOf(answer?.result?.data) !== input.payloadDigest,
      )
      .map((use) => `was used by ${describe(use)} as it was not approved`),
    ...(row.consumedAt !== null && row.status !== 'APPROVED'
      ? ['was used without an approval']
      : []),
  ];
}
