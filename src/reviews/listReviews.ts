import { type Statement, statement } from '../database/statement.ts';
import { InvalidInputError } from './errors.ts';
import { id } from './input.ts';
import { briefColumns, type Review, reviewColumns, reviewJoins } from './review.ts';
import type { ReviewStore } from './reviewStore.ts';

const MAX_PAGE = 100;

export type ReviewFilter = {
  graphExecId?: string | null | undefined;
  graphId?: string | null | undefined;
};

export type PageArguments = {
  order: 'newest first' | 'oldest first';
  filter?: ReviewFilter | null | undefined;
  first: number;
  after?: string | null | undefined;
  /** Only `briefFields` of the reviews will be looked at. */
  brief?: boolean;
  /** Neither `feedNumber` nor `totalCount` will be looked at. */
  uncounted?: boolean;
};

/** One page of WAITING reviews. `feedNumber`: where the owner's feed stood at that very moment. */
export type ReviewPage = {
  reviews: Review[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  feedNumber: number;
  totalCount(): Promise<number>;
};

const filterColumns = ['graphExecId', 'graphId'] as const;

/** The counters stand on one of the rows only, and nowhere on an uncounted page. */
type Row = Review & { feedNumber?: number | null; ownersWaiting?: number | null };

/**
 * The owner's WAITING reviews, a page at a time (case A28). Pages are keyed by (createdAt, nodeExecId), so that
 * nothing is skipped or shown twice while others are decided. Page and feed position are read in one statement,
 * that is in one snapshot.
 * @throws InvalidInputError naming `first` or `after`
 */
export async function listReviews(
  { database }: ReviewStore,
  userId: string,
  { order, filter, first, after, brief = false, uncounted = false }: PageArguments,
): Promise<ReviewPage> {
  if (first < 1 || first > MAX_PAGE) {
    const message = `must be between 1 and ${MAX_PAGE}, not ${first}`;
    throw new InvalidInputError([{ path: 'first', message }]);
  }
  const filters = filterColumns.filter((column) => filter?.[column] != null);
  const filterValues = filters.map((column) => filter?.[column]);
  const place = after == null ? [] : placeOf(after);
  const page = pageStatement(order, filters, place.length > 0, brief, uncounted);
  const rows = await database.query<Row>(page, [userId, first + 1, ...filterValues, ...place]);

  const counters = rows.find(({ feedNumber }) => feedNumber != null);
  const found = rows.filter(({ nodeExecId }) => nodeExecId !== null);
  return {
    reviews: found.slice(0, first),
    hasNextPage: found.length > first,
    hasPreviousPage: place.length > 0,
    feedNumber: counters?.feedNumber ?? 0,
    async totalCount() {
      if (filters.length === 0) return counters?.ownersWaiting ?? 0;
      const [row] = await database.query<{ count: number }>(countStatement(filters), [
        userId,
        ...filterValues,
      ]);
      return row?.count ?? 0;
    },
  };
}

const waiting = (filters: readonly string[], firstParameter: number): string =>
  [
    `r."userId" = $1 AND r."status" = 'WAITING'`,
    ...filters.map((column, index) => `r."${column}" = $${firstParameter + index}`),
  ].join(' AND ');

// The constant limit, which no page exceeds, is what lets PostgreSQL keep its plan: how many rows a parameter asks for it
// cannot know beforehand, so with that alone it makes a new plan for each page, which costs more than the page.
function pageStatement(
  order: PageArguments['order'],
  filters: readonly string[],
  fromPlace: boolean,
  brief: boolean,
  uncounted: boolean,
): Statement {
  const [direction, comparison] = order === 'newest first' ? ['DESC', '<'] : ['ASC', '>'];
  const parameter = 3 + filters.length;
  const beyond = fromPlace
    ? `AND (r."createdAt", r."nodeExecId") ${comparison} ($${parameter}::timestamptz, $${parameter + 1})`
    : '';
  const variant = [fromPlace && 'from', brief && 'brief', uncounted && 'uncounted'];
  const columns = brief ? briefColumns : reviewColumns;
  const page = `(SELECT * FROM (
      SELECT * FROM "PendingReview" r WHERE ${waiting(filters, 3)} ${beyond}
      ORDER BY r."createdAt" ${direction}, r."nodeExecId" ${direction} LIMIT ${MAX_PAGE + 1}
    ) longest LIMIT $2::int) r`;
  return statement(
    ['listReviews', direction, ...filters, ...variant.filter(Boolean)].join('_'),
    `${uncounted ? `SELECT ${columns} FROM ${page}` : counted(columns, page)} ${reviewJoins}
    ORDER BY r."createdAt" ${direction}, r."nodeExecId" ${direction}`,
  );
}

/** With the owner's counters, which are there even where no review waits. */
const counted = (columns: string, page: string): string =>
  `SELECT ${onOneRow('coalesce(counter."lastNumber", 0)')} AS "feedNumber",
    ${onOneRow('coalesce(counter."waiting", 0)')} AS "ownersWaiting", ${columns}
  FROM (SELECT) one LEFT JOIN "OwnerCounter" counter ON counter."userId" = $1
  LEFT JOIN ${page} ON true`;

/** What is the same for the whole page need not be sent and read again for each of its rows. */
const onOneRow = (expression: string): string =>
  `CASE WHEN row_number() OVER () = 1 THEN ${expression} END`;

const countStatement = (filters: readonly string[]): Statement =>
  statement(
    ['countReviews', ...filters].join('_'),
    `SELECT count(*) AS "count" FROM "PendingReview" r WHERE ${waiting(filters, 2)}`,
  );

/** The place of a review in its list, opaque to clients. */
export const cursorOf = ({ createdAt, nodeExecId }: Review): string =>
  Buffer.from(JSON.stringify([createdAt.toISOString(), nodeExecId])).toString('base64url');

/** As `cursorOf` writes it: JavaScript's dates reach further than PostgreSQL's. */
const instant = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function placeOf(cursor: string): [createdAt: string, nodeExecId: string] {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(place) && place.length === 2) {
      const [createdAt, nodeExecId] = place;
      if (instant.test(createdAt) && id.safeParse(nodeExecId).success) {
        return [new Date(createdAt).toISOString(), nodeExecId];
      }
    }
  } catch {
    // Falls through to the one answer for everything that is not a cursor of ours.
  }
  const message = `is not a cursor of a page: ${cursor.slice(0, 100)}`;
  throw new InvalidInputError([{ path: 'after', message }]);
}
