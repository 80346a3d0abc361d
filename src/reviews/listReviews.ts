import { type Statement, statement } from '../database/statement.ts';
import { limitedTo, type Viewer } from '../identity/viewer.ts';
import { InvalidInputError, id } from '../input.ts';
import { columnsOf, computedColumnsOf, type Extent, isLapsed, type Review } from './review.ts';
import type { ReviewStore } from './reviewStore.ts';

/** How many reviews a statement reads at most. A page is the beginning of the next larger. */
const PAGE_SIZES = [10, 25, 50, 100];
const MAX_PAGE = 100;

export type ReviewFilter = {
  graphExecId?: string | null | undefined;
  graphId?: string | null | undefined;
};

const unconsumed = `r."status" = 'APPROVED' AND NOT r."processed" AND r."voidedAt" IS NULL
    AND NOT ${isLapsed('r')}`;

/** What became of a review so far, to list by. */
export const reviewStates = {
  WAITING: `r."status" = 'WAITING'`,
  DECIDED: `r."status" <> 'WAITING'`,
  /** Approved by a person, still valid, and not executed yet. */
  UNCONSUMED: `${unconsumed} AND r."decisionSource" IS DISTINCT FROM 'AUTO_APPROVAL'`,
  /** Consumed and never reported. */
  UNREPORTED: `r."status" = 'APPROVED' AND r."consumedAt" IS NOT NULL AND r."outcome" IS NULL`,
  EXPIRED: `r."decisionSource" = 'EXPIRY'`,
} as const;

export type ReviewState = keyof typeof reviewStates;

const conditions = {
  ...reviewStates,
  /** As UNCONSUMED, with approvals that no person looked at. */
  ALL_UNCONSUMED: unconsumed,
  ANY: 'true',
};

type Condition = keyof typeof conditions;

export type PageArguments = {
  order: 'newest first' | 'oldest first';
  /** Absent: WAITING. */
  state?: Condition;
  filter?: ReviewFilter | null | undefined;
  first: number;
  after?: string | null | undefined;
  /** What of the reviews will be looked at; absent: the whole. */
  extent?: Extent;
  /** Neither `feedNumber` nor `totalCount` will be looked at. */
  uncounted?: boolean;
};

/** One page of reviews. `feedNumber`: where the owner's feed stood at that very moment. */
export type ReviewPage = {
  reviews: Review[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  feedNumber: number;
  totalCount(): Promise<number>;
};

const filterColumns = ['graphExecId', 'graphId', 'requestedBy'] as const;

/** The counters stand on one of the rows only, and nowhere on an uncounted page. */
type Row = Review & { feedNumber?: number | null; ownersWaiting?: number | null };

/**
 * The owner's reviews in one state, a page at a time (case A28): with review:request alone, those that the same actor asked for. Pages are keyed by (createdAt, nodeExecId), so that
 * nothing is skipped or shown twice while others are decided. Page and feed position are read in one statement,
 * that is in one snapshot.
 * @throws InvalidInputError naming `first` or `after`
 */
export async function listReviews(
  { database }: ReviewStore,
  viewer: Viewer,
  {
    order,
    state = 'WAITING',
    filter,
    first,
    after,
    extent = 'whole',
    uncounted = false,
  }: PageArguments,
): Promise<ReviewPage> {
  if (first < 1 || first > MAX_PAGE) {
    const message = `must be between 1 and ${MAX_PAGE}, not ${first}`;
    throw new InvalidInputError([{ path: 'first', message }]);
  }
  const { userId } = viewer;
  const filtered = { ...filter, requestedBy: limitedTo(viewer) };
  const filters = filterColumns.filter((column) => filtered[column] != null);
  const filterValues = filters.map((column) => filtered[column]);
  const place = after == null ? [] : placeOf(after);
  const size = PAGE_SIZES.find((size) => size >= first) ?? MAX_PAGE;
  const fromPlace = place.length > 0;
  const shape = { order, state, filters, fromPlace, size, extent, uncounted };
  const page = statementOf('listReviews', shape, () => pageText(shape));
  const rows = await database.query<Row>(page, [userId, ...filterValues, ...place]);

  const counters = rows.find(({ feedNumber }) => feedNumber != null);
  const found = rows.filter(({ nodeExecId }) => nodeExecId !== null);
  return {
    reviews: found.slice(0, first),
    hasNextPage: found.length > first,
    hasPreviousPage: fromPlace,
    feedNumber: counters?.feedNumber ?? 0,
    async totalCount() {
      if (state === 'WAITING' && filters.length === 0) return counters?.ownersWaiting ?? 0;
      const count = statementOf('countReviews', { state, filters }, () =>
        countText(state, filters),
      );
      const values = [userId, ...filterValues];
      const [row] = await database.query<{ count: number }>(count, values);
      return row?.count ?? 0;
    },
  };
}

const listed = (state: Condition, filters: readonly string[]): string =>
  [
    'r."userId" = $1',
    conditions[state],
    ...filters.map((column, index) => `r."${column}" = $${2 + index}`),
  ].join(' AND ');

type PageShape = {
  order: PageArguments['order'];
  state: Condition;
  filters: readonly string[];
  fromPlace: boolean;
  size: number;
  extent: Extent;
  uncounted: boolean;
};

/** One statement for each shape of page, made when it is first asked for. */
const statements = new Map<string, Statement>();

function statementOf(kind: string, shape: object, makeText: () => string): Statement {
  const key = JSON.stringify([kind, shape]);
  const known = statements.get(key);
  if (known) return known;
  const made = statement(`${kind}_${statements.size}`, makeText());
  statements.set(key, made);
  return made;
}

// The limit, one more than the page to know whether another follows, is a constant: how many rows a parameter asks for
// PostgreSQL cannot know beforehand, so with that it makes a new plan for each page, which costs more than the page.
function pageText({
  order,
  state,
  filters,
  fromPlace,
  size,
  extent,
  uncounted,
}: PageShape): string {
  const [direction, comparison] = order === 'newest first' ? ['DESC', '<'] : ['ASC', '>'];
  const parameter = 2 + filters.length;
  const beyond = fromPlace
    ? `AND (r."createdAt", r."nodeExecId") ${comparison} ($${parameter}::timestamptz, $${parameter + 1})`
    : '';
  const columns = computedColumnsOf(extent, 'r');
  const page = `(
      SELECT ${columnsOf(extent)}, r."createdAt" AS "sortedBy" FROM "PendingReview" r
      WHERE ${listed(state, filters)} ${beyond}
      ORDER BY r."createdAt" ${direction}, r."nodeExecId" ${direction} LIMIT ${size + 1}
    ) r`;
  return `${uncounted ? `SELECT ${columns} FROM ${page}` : counted(columns, page)}
    ORDER BY r."sortedBy" ${direction}, r."nodeExecId" ${direction}`;
}

/** With the owner's counters, which are there even where no review waits. */
const counted = (columns: string, page: string): string =>
  `SELECT ${onOneRow('coalesce(counter."lastNumber", 0)')} AS "feedNumber",
    ${onOneRow('coalesce(counter."waiting", 0)')} AS "ownersWaiting", ${columns}
  FROM (SELECT 1) one LEFT JOIN "OwnerCounter" counter ON counter."userId" = $1
  LEFT JOIN ${page} ON true`;

/** What is the same for the whole page need not be sent and read again for each of its rows. */
const onOneRow = (expression: string): string =>
  `CASE WHEN row_number() OVER () = 1 THEN ${expression} END`;

const countText = (state: Condition, filters: readonly string[]): string =>
  `SELECT count(*) AS "count" FROM "PendingReview" r WHERE ${listed(state, filters)}`;

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
