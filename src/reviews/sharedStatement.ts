// SQL for statements that calls at the same time share. See src/database/sharing.ts.

import { statement } from '../database/statement.ts';

/** The types of a statement's parameters, in their order. */
type Types = Readonly<Record<string, string>>;
/** SQL: each parameter of a statement, with its type. */
export type ParametersOf<T extends Types> = Readonly<Record<keyof T, string>>;

/** SQL: the parameters of a statement for one call. */
export const numbered = <T extends Types>(types: T): ParametersOf<T> =>
  fromEntries(Object.entries(types).map(([name, type], at) => [name, `$${at + 1}::${type}`]));

/** SQL: the parameters of one of the calls in `alias`. */
export const inColumns = <T extends Types>(types: T, alias: string): ParametersOf<T> =>
  fromEntries(
    Object.entries(types).map(([name, type]) => [
      name,
      // Arrays in arrays come as text.
      type.endsWith('[]') ? `${alias}."${name}"::${type}` : `${alias}."${name}"`,
    ]),
  );

/** How long a shared statement waits for a lock that cannot be skipped, such as a new key's. */
const LOCK_MS = 100;

/**
 * The shared forms of a statement. `text` reads the calls from `a`, whose columns are the parameters
 * and `position`, and changes only workspaces in `owner`: their counters are locked, so that the
 * events wait for nobody. Like all statements that change reviews, it locks workspaces and reviews
 * in the order of their IDs.
 * @param types of the parameters; the first has to be `userId`
 */
export function shared(name: string, types: Types, text: string) {
  const arrays = Object.values(types).map(
    (type, at) => `$${at + 1}::${type.endsWith('[]') ? 'text' : type}[]`,
  );
  const names = Object.keys(types).map((column) => `"${column}"`);
  const form = (ifLocked: string) => `WITH a AS MATERIALIZED (
      SELECT * FROM unnest(${arrays.join(', ')})
        WITH ORDINALITY AS call(${names.join(', ')}, "position")
    ), owner AS MATERIALIZED (
      SELECT o."userId" FROM "OwnerCounter" o,
        (SELECT set_config('lock_timeout', '${LOCK_MS}ms', true)) quick
      WHERE o."userId" = ANY ($1::text[]) ORDER BY o."userId" FOR UPDATE OF o ${ifLocked}
    ), ${text}`;
  return {
    together: statement(`${name}Together`, form('SKIP LOCKED')),
    inWorkspace: statement(`${name}InWorkspace`, form('')),
  };
}

/** SQL: a CTE with the calls whose review is not locked. It locks the reviews. */
export const unlocked = `unlocked AS MATERIALIZED (
      SELECT a.* FROM owner JOIN a USING ("userId")
        JOIN "PendingReview" r ON r."userId" = a."userId" AND r."nodeExecId" = a."nodeExecId"
      ORDER BY r."userId", r."nodeExecId" FOR UPDATE OF r SKIP LOCKED)`;

const fromEntries = <T extends Types>(entries: [string, string][]) =>
  Object.fromEntries(entries) as ParametersOf<T>;
