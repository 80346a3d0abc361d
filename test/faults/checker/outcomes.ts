import type { ReviewRow } from '../databaseState.ts';
import type { Operation, ToldReview } from '../history.ts';
import {
  describe,
  digestOf,
  isDecidedAtOnce,
  isOf,
  keyOf,
  mayHaveHappened,
  originalOf,
  type Rule,
  type Run,
  reviewsIn,
  succeeded,
} from './run.ts';

/** Earlier requests with the same id, which were deleted while waiting. */
const DELETED_BEFORE = /^(REQUESTED DELETED ?)*/;

/** The events that a review must have. */
function lifeOf({ status, decisionSource, processed, outcome, voidedAt }: ReviewRow): string[] {
  if (status === 'WAITING') return ['REQUESTED'];
  if (status === 'REJECTED' && decisionSource === 'CANCELLATION') return ['REQUESTED', 'CANCELLED'];
  return [
    'REQUESTED',
    status === 'REJECTED' && decisionSource === 'EXPIRY' ? 'EXPIRED' : status,
    ...(processed ? ['PROCESSED'] : []),
    ...(outcome === null ? [] : ['REPORTED']),
    ...(voidedAt === null ? [] : ['VOIDED']),
  ];
}

/** Whether these are the events of an existing or a deleted review. */
function isLife(life: string, row: ReviewRow | undefined): boolean {
  const last = life.replace(DELETED_BEFORE, '');
  if (!row) return last === '';
  const right = lifeOf(row);
  // A standing approval or a rule may decide a review when it is requested.
  const isAtOnce = isDecidedAtOnce(row) && last === right.slice(1).join(' ');
  return isAtOnce || last === right.join(' ');
}

/** What a caller was told about a review. */
type Told = {
  owner: string;
  nodeExecId: string;
  by: string;
  createdAt: string;
} & Partial<ToldReview>;

/**
 * Each review has one outcome, every answer agrees with it, and a rejected decision has no effect.
 */
export const outcomesAreOne: Rule = (run) => {
  const wrong: string[] = [];
  for (const told of everythingTold(run)) {
    if (told.status === 'WAITING') continue;
    const { by, nodeExecId } = told;
    const row = run.reviewOf(told.owner, nodeExecId);
    if (!row || !isOf(row, told)) {
      wrong.push(`${by} was told an outcome of ${nodeExecId}, which does not exist`);
      continue;
    }
    const differing = [
      ...(
        ['status', 'decisionSource', 'decidedBy', 'reviewMessage', 'payloadDigest'] as const
      ).filter((field) => told[field] !== undefined && told[field] !== row[field]),
      // These are set once, after the decision.
      ...(['consumedBy', 'outcome'] as const).filter(
        (field) => told[field] != null && told[field] !== row[field],
      ),
    ];
    if (differing.length > 0)
      wrong.push(`${by} was told a different ${differing.join(', ')} of ${nodeExecId}`);
  }

  const ids = Map.groupBy(run.database.events, ({ owner, nodeExecId }) => keyOf(owner, nodeExecId));
  for (const [key, events] of ids) {
    const [owner, nodeExecId] = JSON.parse(key) as [string, string];
    const row = run.reviewOf(owner, nodeExecId);
    const life = events.map(({ kind }) => kind).join(' ');
    if (!isLife(life, row))
      wrong.push(`${nodeExecId} is ${row?.status ?? 'missing'}, but has the events ${life}`);
    if (row && row.payloadDigest !== digestOf(row.payload))
      wrong.push(`${nodeExecId} has a payload that does not match its digest`);
  }
  return [...wrong, ...decisionsOf(run), ...backwards(run)];
};

/** Everything that answers, events and webhook messages said about reviews. */
function* everythingTold({ entries }: Run): Generator<Told> {
  for (const entry of entries) {
    if (entry.type === 'operation') {
      const { owner } = entry;
      for (const review of reviewsIn(entry)) yield { ...review, owner, by: describe(entry) };
    } else if ((entry.type === 'event' || entry.type === 'message') && entry.review) {
      const { owner, nodeExecId } = entry;
      const by = entry.type === 'event' ? entry.follower : `webhook ${entry.webhookId}`;
      yield { ...entry.review, owner, nodeExecId, by };
    }
  }
}

/**
 * Checks decisions. The message of each names its operation, so the row of a review tells which one
 * decided it.
 */
function decisionsOf({ named, reviewOf, database }: Run): string[] {
  const wrong: string[] = [];
  const decides = named('decideReviews');
  const byMessage = new Map(decides.map((decide) => [`operation ${decide.id}`, decide]));
  const holds = (decide: Operation) =>
    decide.input.decisions.every((decision: Decision) => {
      const row = reviewOf(decide.owner, decision.nodeExecId);
      return (
        row?.status === (decision.decision === 'APPROVE' ? 'APPROVED' : 'REJECTED') &&
        (decision.payload === undefined || digestOf(decision.payload) === digestOf(row.payload))
      );
    });

  for (const decide of decides) {
    if (succeeded(decide) && !holds(decide))
      wrong.push(`${describe(decide)} succeeded, but had no effect`);
  }
  const inPart = new Set<Operation>();
  for (const row of database.reviews) {
    if (row.decisionSource !== 'REVIEWER') continue;
    const decide = byMessage.get(row.reviewMessage ?? '');
    const decision = decide?.input.decisions.find(
      ({ nodeExecId }: Decision) => nodeExecId === row.nodeExecId,
    );
    if (!decide || !decision || decide.owner !== row.owner || decide.actor !== row.decidedBy) {
      wrong.push(`${row.nodeExecId} was decided without a matching call`);
      continue;
    }
    if (!mayHaveHappened(decide))
      wrong.push(`${row.nodeExecId} was decided by ${describe(decide)}, which was refused`);
    if (!holds(decide)) inPart.add(decide);
    const expected = decision.payload ?? originalOf(row);
    if (digestOf(expected) !== digestOf(row.payload))
      wrong.push(`${row.nodeExecId} has a different payload than ${describe(decide)} set`);
  }
  for (const decide of inPart) wrong.push(`${describe(decide)} took effect partially`);
  return wrong;
}

/**
 * The progress of a review: waiting, decided, used or void, reported. A later request with the same
 * id counts as further progress.
 */
const progressOf = ({ createdAt, status, processed, voidedAt, outcome }: ToldReview): number =>
  Date.parse(createdAt) * 10 +
  (status === 'WAITING' ? 0 : outcome !== null ? 3 : processed || voidedAt !== null ? 2 : 1);

/** The progress of a review never goes backwards in later answers. */
function backwards({ operations }: Run): string[] {
  const wrong: string[] = [];
  const seen = operations.flatMap((operation) =>
    reviewsIn(operation).map((review) => ({
      operation,
      nodeExecId: review.nodeExecId,
      progress: progressOf(review),
    })),
  );
  const byReview = Map.groupBy(seen, ({ operation, nodeExecId }) =>
    keyOf(operation.owner, nodeExecId),
  );
  for (const ofReview of byReview.values()) {
    const begun = ofReview.toSorted((a, b) => a.operation.startedAt - b.operation.startedAt);
    const answered = ofReview.toSorted((a, b) => a.operation.endedAt - b.operation.endedAt);
    let told = Number.NEGATIVE_INFINITY;
    let at = 0;
    for (const { operation, nodeExecId, progress } of begun) {
      for (; (answered[at]?.operation.endedAt ?? Infinity) < operation.startedAt; at++)
        told = Math.max(told, answered[at]?.progress ?? told);
      if (progress < told)
        wrong.push(
          `${describe(operation)} was told an older state of ${nodeExecId} than others before`,
        );
    }
  }
  return wrong;
}

type Decision = { nodeExecId: string; decision: string; payload?: unknown };
