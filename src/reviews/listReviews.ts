import { type Statement, statement } from '../database/statement.ts';
import { limitedTo, type Viewer } from '../identity/viewer.ts';
import { checkPageSize, InvalidInputError, id, MAX_PAGE } from '../input.ts';
import {
  isLapsed,
  type Review,
  reviewColumns,
  reviewColumnsIn,
  summaryColumns,
  summaryColumnsIn,
} from './review.ts';
import type { ReviewStore } from './reviewStore.ts';

/**
 * Page sizes that have a statement of their own. A page of another size uses the next larger one.
 */
const PAGE_SIZES = [10, 25, 50, 100];

export type ReviewFilter = {
  graphExecId?: string | null | undefined;
  graphId?: string | null | undefined;
};

const unconsumed = `r."status" = 'APPROVED' AND NOT r."processed" AND r."voidedAt" IS NULL
    AND NOT ${isLapsed('r')}`;

/** SQL: the states that reviews can be listed by. */
export const reviewStates = {
  WAITING: `r."status" = 'WAITING'`,
  DECIDED: `r."status" <> 'WAITING'`,
  /** Approved by a person and still valid, but not consumed yet. */
  UNCONSUMED: `${unconsumed} AND r."decisionSource" IS DISTINCT FROM 'AUTO_APPROVAL'`,
  /** Consumed, but no outcome was reported. */
  UNREPORTED: `r."status" = 'APPROVED' AND r."consumedAt" IS NOT NULL AND r."outcome" IS NULL`,
  EXPIRED: `r."decisionSource" = 'EXPIRY'`,
} as const;

export type ReviewState = keyof typeof reviewStates;

const conditions = {
  ...reviewStates,
  /** UNCONSUMED, including automatic approvals. */
  ALL_UNCONSUMED: unconsumed,
  ANY: 'true',
};

type Condition = keyof typeof conditions;

export type PageArguments = {
  order: 'newest first' | 'oldest first';
  /** WAITING by default. */
  state?: Condition;
  filter?: ReviewFilter | null | undefined;
  first: number;
  after?: string | null | undefined;
  /** The columns to read: those in `summaryColumns`, or all. */
  columns?: 'summary' | 'all';
  /** Whether to read `feedNumber` and the number of WAITING reviews. */
  counters?: boolean;
};

export type ReviewPage = {
  reviews: Review[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  /** Position of the feed when the page was read. */
  feedNumber: number;
  totalCount(): Promise<number>;
};

const filterColumns = ['graphExecId', 'graphId', 'requestedBy'] as const;

type Row = Review & { feedNumber?: number; waitingCount?: number };

/**
 * A page of the workspace's reviews in one state. With `review:request` alone, actors see the
 * reviews that they requested. Pages are keyed by (createdAt, nodeExecId), so that no review is
 * skipped or repeated while others are decided. The feed's position is read in the same snapshot as
 * the page.
 * @throws InvalidInputError for `first` or `after`
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
    columns = 'all',
    counters = true,
  }: PageArguments,
): Promise<ReviewPage> {
  checkPageSize(first);
  const { userId } = viewer;
  const filtered = { ...filter, requestedBy: limitedTo(viewer) };
  const filters = filterColumns.filter((column) => filtered[column] != null);
  const filterValues = filters.map((column) => filtered[column]);
  const place = after == null ? [] : placeOf(after);
  const size = PAGE_SIZES.find((size) => size >= first) ?? MAX_PAGE;
  const hasCursor = place.length > 0;
  const shape = { order, state, filters, hasCursor, size, columns, counters };
  const page = statementOf('listReviews', shape, () => pageText(shape));
  const rows = await database.query<Row>(page, [userId, ...filterValues, ...place]);

  const { feedNumber = 0, waitingCount = 0 } = rows[0] ?? {};
  // An empty page with counters is one row without a review.
  const found = rows.filter(({ nodeExecId }) => nodeExecId !== null);
  return {
    reviews: found.slice(0, first),
    hasNextPage: found.length > first,
    hasPreviousPage: hasCursor,
    feedNumber,
    async totalCount() {
      if (state === 'WAITING' && filters.length === 0) return waitingCount;
      const count = statementOf('countReviews', { state, filters }, () =>
        countText(state, filters),
      );
      const values = [userId, ...filterValues];
      const [row] = await database.query<{ count: number }>(count, values);
      return row?.count ?? 0;
    },
  };
}

type PageShape = {
  order: PageArguments['order'];
  state: Condition;
  filters: readonly string[];
  hasCursor: boolean;
  size: number;
  columns: 'summary' | 'all';
  counters: boolean;
};

/** One statement for each shape of page, created on first use. */
const statements = new Map<string, Statement>();

function statementOf(kind: string, shape: object, makeText: () => string): Statement {
  const key = JSON.stringify([kind, shape]);
  const known = statements.get(key);
  if (known) return known;
  const made = statement(`${kind}_${statements.size}`, makeText());
  statements.set(key, made);
  return made;
}

const where = (state: Condition, filters: readonly string[]): string =>
  [
    'r."userId" = $1',
    conditions[state],
    ...filters.map((column, index) => `r."${column}" = $${2 + index}`),
  ].join(' AND ');

// The limit is one more than the page, to know whether another page follows. It is a constant: with
// a parameter PostgreSQL would plan the statement again each time, which takes longer than the
// page.
function pageText(shape: PageShape): string {
  const { order, state, filters, hasCursor, size, columns, counters } = shape;
  const [direction, comparison] = order === 'newest first' ? ['DESC', '<'] : ['ASC', '>'];
  const parameter = 2 + filters.length;
  const beyond = hasCursor
    ? `AND (r."createdAt", r."nodeExecId") ${comparison} ($${parameter}::timestamptz, $${parameter + 1})`
    : '';
  const [inRow, inPage] =
    columns === 'all'
      ? [reviewColumns, reviewColumnsIn('page')]
      : [summaryColumns, summaryColumnsIn('page')];
  const page = (more: string) => `SELECT ${inRow}${more} FROM "PendingReview" r
    WHERE ${where(state, filters)} ${beyond}
    ORDER BY r."createdAt" ${direction}, r."nodeExecId" ${direction} LIMIT ${size + 1}`;
  if (!counters) return page('');
  return `SELECT coalesce(counter."lastNumber", (SELECT "start" FROM "FeedEpoch")) AS "feedNumber",
      coalesce(counter."waiting", 0) AS "waitingCount", ${inPage}
    FROM (SELECT 1) one LEFT JOIN "OwnerCounter" counter ON counter."userId" = $1
    LEFT JOIN (${page(', r."createdAt" AS "sortedBy"')}) page ON true
    ORDER BY page."sortedBy" ${direction}, page."nodeExecId" ${direction}`;
}

const countText = (state: Condition, filters: readonly string[]): string =>
  `SELECT count(*) AS "count" FROM "PendingReview" r WHERE ${where(state, filters)}`;

/** The cursor of a review in a page, opaque to clients. */
export const cursorOf = ({ createdAt, nodeExecId }: Review): string =>
  Buffer.from(JSON.stringify([createdAt.toISOString(), nodeExecId])).toString('base64url');

/** As `cursorOf` writes it. JavaScript's dates have a wider range than PostgreSQL's. */
const instant = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** @throws InvalidInputError */
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
    // Not a cursor.
  }
  const message = `is not a valid cursor: ${cursor.slice(0, 100)}`;
  throw new InvalidInputError([{ path: 'after', message }]);
}
