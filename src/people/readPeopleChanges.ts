import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';

/** A change of members, teams, delegations or API tokens. */
export type PeopleChange = {
  number: number;
  at: Date;
  actor: string;
  change: string;
  subject: string;
  /** As JSON text. */
  detail: string;
};

/** A team of thousands makes a large detail. A page ends after this many characters of them. */
const PAGE_CHARACTERS = 1_000_000;

const read = statement(
  'readPeopleChanges',
  `SELECT "number", "at", "actor", "change", "subject", "detail" FROM (
    SELECT *, sum(length("detail")) OVER (ORDER BY "number" DESC) - length("detail") AS "before"
    FROM (
      SELECT "number", "at", "actor", "change", "subject", "detail"::text AS "detail"
      FROM "PeopleChange" WHERE "userId" = $1 AND ($2::bigint IS NULL OR "number" < $2)
      ORDER BY "number" DESC LIMIT $3
    ) page
  ) measured
  WHERE "before" < ${PAGE_CHARACTERS} ORDER BY "number" DESC`,
);

/**
 * Reads a page of changes, newest first. It has fewer than `first` if they are large, and none only
 * at the end.
 * @param before number of the last change of the previous page
 */
export const readPeopleChanges = (
  database: Queries,
  userId: string,
  first: number,
  before: number | null,
): Promise<PeopleChange[]> => database.query<PeopleChange>(read, [userId, before, first]);
