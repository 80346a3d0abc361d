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

/** A way to share a statement: among calls of many workspaces, or of one. */
export type Form<T extends Types> = {
  /** SQL: the parameters of the call `a`. */
  readonly $: ParametersOf<T>;
  /** SQL: a CTE with the calls whose review is not locked. It locks the reviews. */
  readonly unlocked: string;
};

/**
 * The shared forms of a statement. `text` reads the calls from `a`, whose columns are the parameters
 * and `position`, and changes only workspaces in `owner`: their counters are locked, so that the
 * events wait for nobody. Like all statements that change reviews, it locks workspaces and reviews
 * in the order of their IDs.
 * @param types of the parameters; the first has to be `userId`
 * @param text must compare the workspace of each table that it touches with `$.userId`, which is one
 *   parameter if there is one workspace
 */
export function shared<T extends Types>(name: string, types: T, text: (form: Form<T>) => string) {
  const [, ...others] = Object.entries(types);
  const arrays = others.map(
    ([, type], at) => `$${at + 2}::${type.endsWith('[]') ? 'text' : type}[]`,
  );
  const names = others.map(([column]) => `"${column}"`);
  const position = 'WITH ORDINALITY AS call';
  const inEach = inColumns(types, 'a');
  const form = (calls: string, owners: string, ifLocked: string, $: ParametersOf<T>) =>
    `WITH a AS MATERIALIZED (${calls}), owner AS MATERIALIZED (
      SELECT o."userId" FROM "OwnerCounter" o,
        (SELECT set_config('lock_timeout', '${LOCK_MS}ms', true)) quick
      WHERE o."userId" = ${owners} ORDER BY o."userId" FOR UPDATE OF o ${ifLocked}
    ), ${text({ $, unlocked: unlocked($['userId'] ?? '') })}`;
  return {
    together: statement(
      `${name}Together`,
      form(
        `SELECT * FROM unnest($1::text[], ${arrays.join(', ')})
          ${position}("userId", ${names.join(', ')}, "position")`,
        'ANY ($1::text[])',
        'SKIP LOCKED',
        inEach,
      ),
    ),
    inWorkspace: statement(
      `${name}InWorkspace`,
      form(
        `SELECT $1::text AS "userId", call.* FROM unnest(${arrays.join(', ')})
          ${position}(${names.join(', ')}, "position")`,
        '$1::text',
        '',
        { ...inEach, userId: '$1::text' },
      ),
    ),
  };
}

const unlocked = (userId: string): string => `unlocked AS MATERIALIZED (
      SELECT a.* FROM owner JOIN a USING ("userId")
        JOIN "PendingReview" r ON r."userId" = ${userId} AND r."nodeExecId" = a."nodeExecId"
      ORDER BY r."userId", r."nodeExecId" FOR UPDATE OF r SKIP LOCKED)`;

const fromEntries = <T extends Types>(entries: [string, string][]) =>
  Object.fromEntries(entries) as ParametersOf<T>;
