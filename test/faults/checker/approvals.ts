import { APPROVAL_MS } from '../bed/limits.ts';
import type { ReviewRow } from '../databaseState.ts';
import type { Operation } from '../history.ts';
import {
  describe,
  isOf,
  isParty,
  isStop,
  keyOf,
  keyOfExecution,
  latestEffect,
  mayHaveHappened,
  ROUNDING_MS,
  type Rule,
  type Run,
  reviewsIn,
  succeeded,
} from './run.ts';

/** How late a lapse may be recorded after the last fault. */
const GRACE_MS = 10_000;

const SERVICE = 'holdpoint';

/**
 * Only the requesting agent or a consumer that it named may use an approval, and never the reviewer
 * who gave it. An approval can be used only until it lapses or is voided.
 */
export const approvalsAreForTheirOwn: Rule = (run) => {
  const { database, eventsOf, named } = run;
  const wrong: string[] = [];
  for (const consume of [...named('consumeReview'), ...named('reportOutcome')].filter(succeeded)) {
    const { answer, actor } = consume;
    if (answer?.review && !isParty(actor, answer.review))
      wrong.push(`${describe(consume)} may not use ${answer.review.nodeExecId}`);
  }

  for (const row of database.reviews) {
    const { nodeExecId, owner, decidedBy, decisionSource, consumedBy } = row;
    const events = eventsOf(owner, nodeExecId);
    const isByPerson = ['REVIEWER', 'OVERRIDE', 'AUTO_APPROVAL'].includes(decisionSource ?? '');
    const by = isByPerson ? decidedBy : null;
    if (by !== null && isParty(by, row))
      wrong.push(`${nodeExecId} was decided by ${by}, who may use it`);
    for (const { kind, actor } of events) {
      if ((kind === 'PROCESSED' || kind === 'REPORTED') && !isParty(actor, row))
        wrong.push(`${nodeExecId} was ${kind} by ${actor}, who may not use it`);
    }
    const use = events.find(({ kind }) => kind === 'PROCESSED');
    if (consumedBy !== null && consumedBy !== use?.actor)
      wrong.push(`${nodeExecId} was consumed by ${consumedBy}, but the event says ${use?.actor}`);
    if (row.status === 'APPROVED') wrong.push(...timesOf(row, use?.at ?? null, run));
  }
  return [...wrong, ...toldVoid(run)];
};

/** Checks when an approval lapsed, was used or was voided. */
function timesOf(row: ReviewRow, usedAt: number | null, run: Run): string[] {
  const wrong: string[] = [];
  const { nodeExecId, owner, reviewedAt, validUntil, voidedAt, processed } = row;
  const lapsesAt = (reviewedAt ?? 0) + APPROVAL_MS;
  if (validUntil === null || Math.abs(validUntil - lapsesAt) > ROUNDING_MS)
    return [`${nodeExecId} is valid until ${validUntil}, not ${lapsesAt}`];
  if (usedAt !== null && usedAt > validUntil)
    wrong.push(`${nodeExecId} was used after it had lapsed`);
  if (!processed && voidedAt === null && validUntil < run.database.readAt - GRACE_MS)
    wrong.push(`${nodeExecId} lapsed, but that was never recorded`);

  if (voidedAt === null) return wrong;
  if (processed) wrong.push(`${nodeExecId} is both used and void`);
  const event = run.eventsOf(owner, nodeExecId).find(({ kind }) => kind === 'VOIDED');
  if (event?.actor === SERVICE) {
    if (voidedAt !== validUntil || event.at < validUntil - ROUNDING_MS)
      wrong.push(`${nodeExecId} lapsed too early`);
  } else if (
    !stopsIn(run, row).some((stop) => stop.actor === event?.actor && isAt(stop, voidedAt))
  ) {
    wrong.push(`${nodeExecId} is void, but neither lapsed nor was stopped`);
  }
  return wrong;
}

/** Whether the operation may have taken effect at that time. */
const isAt = (operation: Operation, at: number): boolean =>
  operation.startedAt <= at + ROUNDING_MS && latestEffect(operation) >= at;

const stopsIn = ({ named }: Run, { owner, graphExecId }: ReviewRow) =>
  [...named('cancelPendingReviews'), ...named('registerExecution')].filter(
    (stop) =>
      isStop(stop) && mayHaveHappened(stop) && keyOfExecution(stop) === keyOf(owner, graphExecId),
  );

/**
 * If an answer says that an approval is void, it is void from then on and is not used afterwards.
 */
function toldVoid(run: Run): string[] {
  return run.operations.flatMap((operation) =>
    reviewsIn(operation).flatMap((told) => {
      const row = run.reviewOf(operation.owner, told.nodeExecId);
      if (told.voidedAt === null || !row || !isOf(row, told)) return [];
      const usedAt = run
        .eventsOf(row.owner, row.nodeExecId)
        .find(({ kind }) => kind === 'PROCESSED')?.at;
      if (usedAt !== undefined)
        return usedAt > operation.endedAt + ROUNDING_MS
          ? [`${told.nodeExecId} was used after ${describe(operation)} was told that it is void`]
          : [];
      const at = Date.parse(told.voidedAt);
      if (at === (row.voidedAt ?? row.validUntil)) return [];
      // An approval may lapse while a stop is in progress. Readers may then see the lapse first.
      const isStopping = stopsIn(run, row).some(
        (stop) => stop.startedAt <= operation.endedAt && latestEffect(stop) >= operation.startedAt,
      );
      return at === row.validUntil && isStopping
        ? []
        : [
            `${describe(operation)} was told that ${told.nodeExecId} is void since a different time`,
          ];
    }),
  );
}
