import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { DatabaseState, EventRow, ReviewRow } from '../databaseState.ts';
import type { Entry, GatedCall, Operation, ToldReview } from '../history.ts';
import type { OperationName } from '../load/operations.ts';

/** Something that somebody was told of a review. */
export type Told = { owner: string; nodeExecId: string; by: string } & Partial<ToldReview>;

/** What a rule looks at: all that happened, and what is left of it. */
export type Run = {
  entries: readonly Entry[];
  operations: readonly Operation[];
  /** The calls of tools behind the client's gate, of one step each. */
  gatedOf(owner: string, nodeExecId: string): readonly GatedCall[];
  database: DatabaseState;
  named(name: OperationName): readonly Operation[];
  reviewOf(owner: string, nodeExecId: string): ReviewRow | undefined;
  /** In the order of their numbers. */
  eventsOf(owner: string, nodeExecId: string): readonly EventRow[];
};

/** @returns what is wrong, one line each */
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

/** `sha256:…`, computed here and not by the service. */
export const digestOf = (value: unknown): string =>
  `sha256:${createHash('sha256')
    .update(canonicalize(value) ?? 'null')
    .digest('hex')}`;

/** What the database keeps of a call that can be repeated, computed here and not by the service; null where it cannot. */
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

/** What the service says without having looked at the request. */
const REFUSED_UNSEEN = ['UNAUTHENTICATED', 'FORBIDDEN'];

/** Whether it may have taken effect, as far as whoever asked can tell: it did, or there is no saying. */
export const mayHaveHappened = (operation: Operation): boolean =>
  succeeded(operation) ||
  (operation.outcome !== 'answered' && !REFUSED_UNSEEN.includes(operation.error ?? ''));

/** Until when it may have taken effect: one without an answer may still be on its way. */
export const latestEffect = (operation: Operation): number =>
  operation.outcome === 'answered' ? operation.endedAt : Number.POSITIVE_INFINITY;

export const describe = ({ id, name, actor, owner }: Operation): string =>
  `operation ${id} (${name} by ${actor} of ${owner})`;

/** The reviews that an answer shows, in whichever field. */
export const reviewsIn = ({ answer }: Operation): ToldReview[] => [
  ...(answer?.review ? [answer.review] : []),
  ...(answer?.reviews ?? []),
];

/** Whether a standing approval let this very ask through, without a review. */
export const isLetThrough = (operation: Operation): boolean =>
  succeeded(operation) &&
  !operation.answer?.review &&
  operation.answer?.result?.autoApproved === true;
