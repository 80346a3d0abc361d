import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { DatabaseState, EventRow, ReviewRow } from '../databaseState.ts';
import type { Entry, GatedCall, Operation, ToldReview } from '../history.ts';
import type { OperationName } from '../load/operations.ts';

/** What a rule checks: everything that happened, and the final state of the database. */
export type Run = {
  entries: readonly Entry[];
  operations: readonly Operation[];
  /** The gated calls of a step. */
  gatedOf(owner: string, nodeExecId: string): readonly GatedCall[];
  database: DatabaseState;
  named(name: OperationName): readonly Operation[];
  reviewOf(owner: string, nodeExecId: string): ReviewRow | undefined;
  /** In order. */
  eventsOf(owner: string, nodeExecId: string): readonly EventRow[];
};

/** Returns one line for each violation. */
export type Rule = (run: Run) => string[];

export function runOf(entries: readonly Entry[], database: DatabaseState): Run {
  const operations = entries.filter((entry) => entry.type === 'operation');
  const byName = Map.groupBy(operations, ({ name }) => name);
  const reviews = new Map(database.reviews.map((row) => [keyOf(row.owner, row.nodeExecId), row]));
  const gated = Map.groupBy(
    entries.filter((entry) => entry.type === 'gate'),
    ({ owner, nodeExecId }) => keyOf(owner, nodeExecId),
  );
  const events = Map.groupBy(database.events, (row) => keyOf(row.owner, row.nodeExecId));
  return {
    entries,
    operations,
    database,
    gatedOf: (owner, nodeExecId) => gated.get(keyOf(owner, nodeExecId)) ?? [],
    named: (name) => byName.get(name) ?? [],
    reviewOf: (owner, nodeExecId) => reviews.get(keyOf(owner, nodeExecId)),
    eventsOf: (owner, nodeExecId) => events.get(keyOf(owner, nodeExecId)) ?? [],
  };
}

export const keyOf = (...parts: string[]): string => JSON.stringify(parts);

/** `sha256:…`, computed independently of the service. */
export const digestOf = (value: unknown): string =>
  `sha256:${createHash('sha256')
    .update(canonicalize(value) ?? 'null')
    .digest('hex')}`;

/**
 * The digest of a repeatable call, computed independently of the service; null if it has no key.
 */
export const callDigestOf = ({
  name,
  actor,
  input,
}: Pick<Operation, 'name' | 'actor' | 'input'>): string | null =>
  input.idempotencyKey === undefined
    ? null
    : `sha256:${createHash('sha256')
        .update(
          JSON.stringify([
            name,
            actor,
            input.payloadDigest ?? input.processed,
            input.idempotencyKey,
          ]),
        )
        .digest('hex')}`;

/** Whether the operation was answered with its payload, not with an error. */
export const succeeded = ({ name, answer }: Operation): boolean =>
  answer?.__typename === `${name.charAt(0).toUpperCase()}${name.slice(1)}Payload`;

/** The codes of requests that were rejected before they had any effect. */
const REFUSED_UNSEEN = ['UNAUTHENTICATED', 'FORBIDDEN'];

/** Whether it may have taken effect, as far as the caller can tell. */
export const mayHaveHappened = (operation: Operation): boolean =>
  succeeded(operation) ||
  (operation.outcome !== 'answered' && !REFUSED_UNSEEN.includes(operation.error ?? ''));

/**
 * The latest time at which it may have taken effect. A request without an answer may still be in
 * transit.
 */
export const latestEffect = (operation: Operation): number =>
  operation.outcome === 'answered' ? operation.endedAt : Number.POSITIVE_INFINITY;

export const describe = ({ id, name, actor, owner }: Operation): string =>
  `operation ${id} (${name} by ${actor} of ${owner})`;

/** The reviews in an answer, in whichever field. */
export const reviewsIn = ({ answer }: Operation): ToldReview[] => [
  ...(answer?.review ? [answer.review] : []),
  ...(answer?.reviews ?? []),
];

/**
 * Whether this is the request in the row, and not an earlier, deleted one with the same id.
 */
export const isOf = (row: ReviewRow, told: { createdAt: string }): boolean =>
  Date.parse(told.createdAt) === row.createdAt;

/** Whether it may have been decided in the same step in which it was requested. */
export const isDecidedAtOnce = ({ decisionSource }: { decisionSource: string | null }): boolean =>
  decisionSource === 'AUTO_APPROVAL' || decisionSource === 'POLICY';

/** The risk that the agent named, which a rule may have raised. */
export const askedRiskOf = ({ risk, policyVerdict }: ReviewRow): ReviewRow['risk'] =>
  policyVerdict?.askedRisk === undefined ? risk : policyVerdict.askedRisk;

/** The payload that the agent sent. */
export const originalOf = ({ originalPayload, payload }: ReviewRow): unknown =>
  originalPayload ?? payload;

/** Whether an actor may use an approval, as its requester or as a named consumer. */
export const isParty = (
  actor: string,
  { requestedBy, consumers }: Pick<ReviewRow, 'requestedBy' | 'consumers'>,
): boolean => requestedBy === actor || consumers.includes(actor);

/** Whether the caller may decide, and therefore see everything. */
export const mayDecide = ({ scopes }: Operation): boolean =>
  scopes.split(' ').includes('review:decide');

/** The key of the execution that an operation names. */
export const keyOfExecution = ({ owner, input }: Operation): string =>
  keyOf(owner, input.graphExecId);

const ENDS = ['COMPLETED', 'FAILED', 'TERMINATED'];

export const hasEnded = (status: string): boolean => ENDS.includes(status);

/** Whether the operation ends an execution, if it has an effect. */
export const isEnd = ({ name, input }: Operation): boolean =>
  name === 'cancelPendingReviews' || (name === 'registerExecution' && hasEnded(input.status));

/** Whether it is a stop by an actor with the scope to decide, which is final. */
export const isStop = (operation: Operation): boolean =>
  mayDecide(operation) &&
  (operation.name === 'cancelPendingReviews' ||
    (operation.name === 'registerExecution' && operation.input.status === 'TERMINATED'));

export const isReopening = (operation: Operation): boolean =>
  operation.name === 'registerExecution' && !isEnd(operation);

/** Timestamps are rounded to milliseconds. */
export const ROUNDING_MS = 1;
