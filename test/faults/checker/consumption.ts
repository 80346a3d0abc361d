import type { ReviewRow } from '../databaseState.ts';
import type { Operation } from '../history.ts';
import { mayEnd } from './executions.ts';
import { describe, digestOf, keyOf, type Rule, type Run, succeeded } from './run.ts';

/** Nothing is consumed twice, except that whoever got it gets it again; and what is consumed is what was approved. */
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
      wrong.push(`${describe(consume)} got another payload than was approved`);
    if (row?.status !== 'APPROVED') wrong.push(`${describe(consume)} got what was not approved`);
    if (row?.consumedBy !== actor || row.idempotencyKey !== (input.idempotencyKey ?? null))
      wrong.push(`${describe(consume)} is not who consumed it`);
    const reported = reports.get(keyOf(owner, input.nodeExecId)) ?? [];
    if (reported.some(({ endedAt }) => endedAt < consume.startedAt))
      wrong.push(`${describe(consume)} got what had been reported of`);
  }
  for (const [key, ofReview] of attempts) {
    const got = ofReview.filter(succeeded);
    const callers = new Set(
      got.map(({ id, actor, input }) => keyOf(actor, input.idempotencyKey ?? `operation ${id}`)),
    );
    if (callers.size > 1) wrong.push(`${key} was consumed by ${got.map(describe).join(' and ')}`);
  }
  for (const consume of consumes) {
    const row = reviewOf(consume.owner, consume.input.nodeExecId);
    if (row && isRefusedRepeat(run, consume, row))
      wrong.push(`${describe(consume)} consumed it, and was refused when it asked again`);
  }
  for (const row of database.reviews) {
    if (row.consumedAt === null) continue;
    const ofReview = attempts.get(keyOf(row.owner, row.nodeExecId)) ?? [];
    const digest = digestOf(row.payload);
    const mayBe = ofReview.some(
      (consume) =>
        consume.actor === row.consumedBy &&
        consume.input.payloadDigest === digest &&
        (consume.input.idempotencyKey ?? null) === row.idempotencyKey &&
        (succeeded(consume) || consume.outcome !== 'answered'),
    );
    const isGated = gatedOf(row.owner, row.nodeExecId).some(
      ({ actor }) => actor === row.consumedBy,
    );
    if (!mayBe && !isGated) wrong.push(`${row.nodeExecId} was consumed by nobody who could`);
    const used = eventsOf(row.owner, row.nodeExecId).filter(({ kind }) => kind === 'PROCESSED');
    if (used.length !== 1) wrong.push(`${row.nodeExecId} was consumed with ${used.length} events`);
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
      wrong.push(`the tool of ${key} ran with another payload than was approved`);
  }
  return wrong;
};

/** Whether it was refused what it had got before, although no outcome was reported yet and its execution goes on. */
function isRefusedRepeat(run: Run, { owner, input, answer, endedAt }: Operation, row: ReviewRow) {
  const [told] = answer?.__typename === 'ReviewConflictError' ? (answer.reviews ?? []) : [];
  if (!told || told.consumedBy === null || told.outcome !== null) return false;
  if (row.idempotencyKey === null || input.idempotencyKey !== row.idempotencyKey) return false;
  if (input.payloadDigest !== digestOf(row.payload)) return false;
  return !mayEnd(run, owner, row.graphExecId, endedAt);
}
