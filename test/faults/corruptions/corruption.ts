import type { Promised } from '../checker/check.ts';
import type { EventRow, ReviewRow } from '../databaseState.ts';
import type { GoodRun } from '../goodRun.ts';
import type { Entry, Operation } from '../history.ts';
import type { OperationName } from '../load/operations.ts';

/** A violation, the promise that it breaks, and a function that adds it to a correct history. */
export type Corruption = [violation: string, promise: Promised, corrupt: (run: GoodRun) => void];

export const operations = (run: GoodRun, name: OperationName): Operation[] =>
  run.entries.filter(
    (entry): entry is Operation => entry.type === 'operation' && entry.name === name,
  );

/** The first operation with this name, optionally of one review or execution. */
export const first = (run: GoodRun, name: OperationName, id?: string): Operation =>
  operations(run, name).find(
    ({ input }) => id === undefined || (input.nodeExecId ?? input.graphExecId) === id,
  ) as Operation;

export const row = (run: GoodRun, nodeExecId: string): ReviewRow =>
  run.database.reviews.find((each) => each.nodeExecId === nodeExecId) as ReviewRow;

export const of = <Type extends Entry['type']>(run: GoodRun, type: Type) =>
  run.entries.filter((entry) => entry.type === type) as Extract<Entry, { type: Type }>[];

export const drop = (run: GoodRun, ...gone: Entry[]) => {
  run.entries = run.entries.filter((entry) => !gone.includes(entry));
};

export const copy = (run: GoodRun, entry: Operation, change: Partial<Operation>) =>
  run.entries.push({ ...structuredClone(entry), id: run.entries.length + 1_000, ...change });

export const seen = (run: GoodRun, follower = 'acme SSE') =>
  of(run, 'event').filter((event) => event.follower === follower);

/** The events of a review, optionally of one kind. */
export const lifeOf = (run: GoodRun, nodeExecId: string, kind?: string): EventRow[] =>
  run.database.events.filter(
    (event) => event.nodeExecId === nodeExecId && (kind === undefined || event.kind === kind),
  );

export const afterTheEnd = 1_000_000_000_000;
