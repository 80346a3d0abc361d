import type { ReviewRow } from '../databaseState.ts';
import type { Operation } from '../history.ts';
import {
  describe,
  digestOf,
  keyOf,
  mayHaveHappened,
  type Rule,
  reviewsIn,
  succeeded,
  type Told,
} from './run.ts';

/** The settling comes first, once; then it may be marked as used, once, and reported of, once. */
const LIFE = /^REQUESTED( (APPROVED|REJECTED|EXPIRED)( PROCESSED( REPORTED)?)?| CANCELLED)?$/;

const kindOf = ({ status, decisionSource }: ReviewRow): string =>
  status === 'WAITING'
    ? 'REQUESTED'
    : status === 'REJECTED' && decisionSource === 'CANCELLATION'
      ? 'CANCELLED'
      : status === 'REJECTED' && decisionSource === 'EXPIRY'
        ? 'EXPIRED'
        : status;

/** Every review has one outcome, nobody was ever told another, and whoever was refused had no part in it. */
export const outcomesAreOne: Rule = (run) => {
  const wrong: string[] = [];
  for (const told of everythingTold(run)) {
    const row = run.reviewOf(told.owner, told.nodeExecId);
    if (!row || told.status === 'WAITING' || told.status === undefined) continue;
    const differing = (['status', 'decisionSource', 'decidedBy', 'payloadDigest'] as const).filter(
      (field) => told[field] !== undefined && told[field] !== row[field],
    );
    if (differing.length > 0)
      wrong.push(`${told.by} was told another ${differing.join(', ')} of ${told.nodeExecId}`);
  }

  for (const row of run.database.reviews) {
    const events = run.eventsOf(row.owner, row.nodeExecId);
    const life = events.map(({ kind }) => kind).join(' ');
    if (!LIFE.test(life)) wrong.push(`${row.nodeExecId} has the events ${life}`);
    else if (!events.some(({ kind }) => kind === kindOf(row)))
      wrong.push(
        `${row.nodeExecId} is ${row.status} by ${row.decisionSource}, with the events ${life}`,
      );
    if (row.payloadDigest !== digestOf(row.payload))
      wrong.push(`${row.nodeExecId} has a payload that is not of its digest`);
  }
  return [...wrong, ...decisionsOf(run), ...backwards(run)];
};

/** Whatever anybody was told of a review: answers, events, webhooks' messages. */
function* everythingTold({ entries }: Parameters<Rule>[0]): Generator<Told> {
  for (const entry of entries) {
    if (entry.type === 'operation') {
      for (const review of reviewsIn(entry))
        yield { ...review, owner: entry.owner, by: describe(entry) };
      const { name, input, answer } = entry;
      const result = answer?.result;
      if (name === 'requestReview' && answer?.review && result)
        yield {
          owner: entry.owner,
          nodeExecId: input.nodeExecId,
          by: `the result of ${describe(entry)}`,
          status: result.status,
          payloadDigest: digestOf(result.data),
        };
    } else if (entry.type === 'event' && entry.review) {
      const { owner, nodeExecId, follower } = entry;
      yield { ...entry.review, owner, nodeExecId, by: follower };
    } else if (entry.type === 'message' && entry.status !== null) {
      const { owner, nodeExecId, webhookId, status } = entry;
      yield { owner, nodeExecId, status, by: `webhook ${webhookId}` };
    }
  }
}

/** The message of a decision names its operation, so each row tells who decided it. */
function decisionsOf({ named, reviewOf, database }: Parameters<Rule>[0]): string[] {
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
      wrong.push(`${describe(decide)} was told that it had decided, and does not hold`);
  }
  const inPart = new Set<Operation>();
  for (const row of database.reviews) {
    if (row.decisionSource !== 'REVIEWER') continue;
    const decide = byMessage.get(row.reviewMessage ?? '');
    const decision = decide?.input.decisions.find(
      ({ nodeExecId }: Decision) => nodeExecId === row.nodeExecId,
    );
    if (!decide || !decision || decide.owner !== row.owner || decide.actor !== row.decidedBy) {
      wrong.push(`${row.nodeExecId} was decided by nobody who tried to`);
      continue;
    }
    if (!mayHaveHappened(decide))
      wrong.push(`${row.nodeExecId} was decided by ${describe(decide)}, which was refused`);
    if (!holds(decide)) inPart.add(decide);
    const expected = decision.payload ?? row.originalPayload;
    if (digestOf(expected) !== digestOf(row.payload))
      wrong.push(`${row.nodeExecId} holds another payload than ${describe(decide)} gave it`);
  }
  for (const decide of inPart) wrong.push(`${describe(decide)} took effect in part`);
  return wrong;
}

/** Once somebody was told an outcome, nobody who asks afterwards is told that it waits. */
function backwards({ operations }: Parameters<Rule>[0]): string[] {
  const settledAt = new Map<string, number>();
  const seen = operations.flatMap((operation) =>
    reviewsIn(operation).map((review) => ({
      operation,
      key: keyOf(operation.owner, review.nodeExecId),
      waits: review.status === 'WAITING',
    })),
  );
  for (const { operation, key, waits } of seen) {
    if (waits) continue;
    settledAt.set(key, Math.min(settledAt.get(key) ?? operation.endedAt, operation.endedAt));
  }
  return seen
    .filter(
      ({ operation, key, waits }) =>
        waits && operation.startedAt > (settledAt.get(key) ?? Number.POSITIVE_INFINITY),
    )
    .map(
      ({ operation, key }) => `${describe(operation)} was told that ${key} waits, after its end`,
    );
}

type Decision = { nodeExecId: string; decision: string; payload?: unknown };
