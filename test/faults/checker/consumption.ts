import type { ReviewRow } from '../databaseState.ts';
import type { Operation } from '../history.ts';
import { mayEnd } from './executions.ts';
import { callDigestOf, describe, digestOf, keyOf, type Rule, type Run, succeeded } from './run.ts';

/**
 * An approval is consumed by one caller, with the approved payload. Only that caller gets it again,
 * if it repeats the call with its key. At most one caller claims an outcome that was not consumed,
 * and a claim is never undone.
 */
export const consumedOnce: Rule = (run) => {
  const { named, entries, reviewOf, eventsOf, database, gatedOf } = run;
  const wrong: string[] = [];
  const consumes = named('consumeReview');
  const reports = Map.groupBy(named('reportOutcome').filter(succeeded), ({ owner, input }) =>
    keyOf(owner, input.nodeExecId),
  );
  const attempts = Map.groupBy(consumes, ({ owner, input }) => keyOf(owner, input.nodeExecId));

  for (const consume of consumes.filter(succeeded)) {
    const { owner, input, answer, actor } = consume;
    const row = reviewOf(owner, input.nodeExecId);
    const got = digestOf(answer?.result?.data);
    if (got !== input.payloadDigest || got !== (row && digestOf(row.payload)))
      wrong.push(`${describe(consume)} got a payload that was not approved`);
    if (row?.status !== 'APPROVED')
      wrong.push(`${describe(consume)} got a review that was not approved`);
    if (row?.consumedBy !== actor || row.callDigest !== callDigestOf(consume))
      wrong.push(`${describe(consume)} is not the recorded consumer`);
  }
  const takers = [
    ...consumes.filter(succeeded),
    ...named('setReviewProcessed').filter(({ answer }) => answer?.changed === true),
  ];
  for (const [key, got] of Map.groupBy(takers, ({ owner, input }) =>
    keyOf(owner, input.nodeExecId),
  )) {
    if (callersOf(got) > 1) wrong.push(`${key} was used by ${got.map(describe).join(' and ')}`);
    const reported = reports.get(key) ?? [];
    for (const take of got)
      if (reported.some(({ endedAt }) => endedAt < take.startedAt))
        wrong.push(`${describe(take)} got an approval whose outcome had been reported`);
  }
  for (const consume of consumes) {
    const row = reviewOf(consume.owner, consume.input.nodeExecId);
    if (row && isRefusedRepeat(run, consume, row))
      wrong.push(`${describe(consume)} consumed it, but its repeated call was refused`);
  }
  for (const row of database.reviews) {
    if (row.consumedAt === null) continue;
    const ofReview = attempts.get(keyOf(row.owner, row.nodeExecId)) ?? [];
    const digest = digestOf(row.payload);
    const mayBe = ofReview.some(
      (consume) =>
        consume.actor === row.consumedBy &&
        consume.input.payloadDigest === digest &&
        callDigestOf(consume) === row.callDigest &&
        (succeeded(consume) || consume.outcome !== 'answered'),
    );
    const isGated = gatedOf(row.owner, row.nodeExecId).some(
      ({ actor }) => actor === row.consumedBy,
    );
    if (!mayBe && !isGated) wrong.push(`${row.nodeExecId} was consumed without a matching call`);
    const used = eventsOf(row.owner, row.nodeExecId).filter(({ kind }) => kind === 'PROCESSED');
    if (used.length !== 1)
      wrong.push(`${row.nodeExecId} was consumed, but has ${used.length} PROCESSED events`);
  }

  const claims = named('setReviewProcessed');
  for (const claim of claims.filter(({ input }) => input.processed !== true).filter(succeeded))
    wrong.push(`${describe(claim)} undid a claim`);
  const claimsOf = Map.groupBy(claims, ({ owner, input }) => keyOf(owner, input.nodeExecId));
  for (const row of database.reviews) {
    if (!row.processed || row.consumedAt !== null || row.decisionSource === 'CANCELLATION')
      continue;
    const [use] = eventsOf(row.owner, row.nodeExecId).filter(({ kind }) => kind === 'PROCESSED');
    const mayBe = (claimsOf.get(keyOf(row.owner, row.nodeExecId)) ?? []).some(
      (claim) =>
        claim.actor === use?.actor &&
        callDigestOf(claim) === row.callDigest &&
        (claim.answer?.changed === true || claim.outcome !== 'answered'),
    );
    if (!mayBe) wrong.push(`${row.nodeExecId} was claimed without a matching call`);
  }
  for (const claim of claims.filter(({ answer }) => answer?.changed === false)) {
    const call = callDigestOf(claim);
    const isOver = claim.answer?.review?.outcome != null;
    if (
      !isOver &&
      call !== null &&
      call === reviewOf(claim.owner, claim.input.nodeExecId)?.callDigest
    )
      wrong.push(`${describe(claim)} claimed it, but its repeated call was told otherwise`);
  }

  const runs = entries.filter((entry) => entry.type === 'run');
  const byStep = Map.groupBy(runs, ({ owner, nodeExecId }) => keyOf(owner, nodeExecId));
  for (const [key, ofStep] of byStep) {
    if (ofStep.length > 1) wrong.push(`the tool of ${key} ran ${ofStep.length} times`);
    const [{ owner, actor, nodeExecId, payload }] = ofStep as [(typeof ofStep)[number]];
    const row = reviewOf(owner, nodeExecId);
    if (row?.status !== 'APPROVED' || row.consumedBy !== actor)
      wrong.push(`the tool of ${key} ran without an approval`);
    else if (digestOf(payload) !== digestOf(row.payload))
      wrong.push(`the tool of ${key} ran with a payload that was not approved`);
  }
  return wrong;
};

/**
 * Whether a repeated call was rejected although no outcome was reported and the execution has not
 * ended.
 */
function isRefusedRepeat(run: Run, consume: Operation, row: ReviewRow) {
  const { owner, answer, endedAt } = consume;
  const [told] = answer?.__typename === 'ReviewConflictError' ? (answer.reviews ?? []) : [];
  if (!told || told.consumedBy === null || told.outcome !== null) return false;
  if (row.callDigest === null || callDigestOf(consume) !== row.callDigest) return false;
  return !mayEnd(run, owner, row.graphExecId, endedAt);
}

/** How many different calls these are. Repetitions with the same key count as one. */
const callersOf = (some: readonly Operation[]): number =>
  new Set(
    some.map(({ id, name, actor, input }) =>
      keyOf(name, actor, input.idempotencyKey ?? `operation ${id}`),
    ),
  ).size;
