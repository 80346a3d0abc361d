import type { Queries } from '../database/connections.ts';
import { type Statement, statement } from '../database/statement.ts';
import { limitedTo, may, type Viewer } from '../identity/viewer.ts';
import { checkPageSize, InvalidInputError, id, MAX_PAGE } from '../input.ts';
import { ANYONE } from '../people/requirement.ts';
import { readViewerPeople } from '../people/viewerPeople.ts';
import {
  isLapsed,
  isPartySql,
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
  /** Whether the viewer may approve it now. */
  mayDecide?: boolean | null | undefined;
  /** A team that can meet a requirement of it now. */
  teamId?: string | null | undefined;
  claimedBy?: string | null | undefined;
  /** Whether nobody has claimed it. */
  unclaimed?: boolean | null | undefined;
};

const unconsumed = `r."status" = 'APPROVED' AND NOT r."processed" AND r."voidedAt" IS NULL
    AND NOT ${isLapsed('r')}`;

/** SQL: the states that reviews can be listed by. */
export const reviewStates = {
  WAITING: `r."status" = 'WAITING'`,
  DECIDED: `r."status" <> 'WAITING'`,
  /** Approved by a person and still valid, but not consumed yet. */
  UNCONSUMED: `${unconsumed}
    AND coalesce(r."decisionSource" NOT IN ('AUTO_APPROVAL', 'POLICY'), true)`,
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

const isClaimed = `(r."claimedUntil" IS NOT NULL AND r."claimedUntil" > clock_timestamp())`;

const equals = (column: string) => (parameter: string) => `r."${column}" = ${parameter}`;

/** SQL: each filter as a condition on the review `r`, with its value in a parameter. */
const filterConditions: Record<string, (parameter: string) => string> = {
  graphExecId: equals('graphExecId'),
  graphId: equals('graphId'),
  requestedBy: equals('requestedBy'),
  mayDecide: (parameter) => mayDecideSql(`${parameter}::jsonb`),
  mayNotDecide: (parameter) => `NOT ${mayDecideSql(`${parameter}::jsonb`)}`,
  teamId: (parameter) => `r."approverTeams" @> ARRAY[${parameter}::text] COLLATE "C"`,
  claimedBy: (parameter) => `r."claimedBy" = ${parameter} AND ${isClaimed}`,
  unclaimed: (parameter) => `${isClaimed} <> ${parameter}::boolean`,
};

/**
 * SQL: `mayNotDecide` in src/people/viewerPeople.ts is null.
 * @param viewer SQL: what `deciderOf` returns, as jsonb
 */
const mayDecideSql = (viewer: string): string => `(
    (${viewer} -> 'mayDecide')::boolean AND r."status" = 'WAITING'
    AND NOT ${isPartySql('r', `(${viewer} ->> 'actor')`)}
    AND NOT (${isClaimed} AND r."claimedBy" <> ${viewer} ->> 'actor')
    AND (r."approvalsRequired" IS NULL OR (
      NOT ${viewer} ->> 'actor' = ANY (r."reassignedBy") AND NOT ${hasVoted(`${viewer} -> 'actor'`)}
      AND EXISTS (
        SELECT FROM jsonb_array_elements(${viewer} -> 'roles') role
        WHERE (r."approverActors" @> ARRAY[role ->> 'actor'] COLLATE "C"
            OR r."approverTeams" && ARRAY(SELECT jsonb_array_elements_text(role -> 'teams')) COLLATE "C")
          AND NOT role ->> 'actor' = ANY (r."reassignedBy" || r."consumers" || r."requestedBy")
          AND NOT ${hasVoted(`role -> 'actor'`)}))))`;

/** SQL: whether a vote that counts has used up this name. */
function hasVoted(actor: string): string {
  const uses = (name: string) =>
    `coalesce(r."votes" @> jsonb_build_array(jsonb_build_object('${name}', ${actor}, 'endedBy', NULL)), false)`;
  return `(${uses('actor')} OR ${uses('onBehalfOf')})`;
}

/** What `mayDecideSql` needs to know about the viewer, as JSON. */
async function deciderOf(database: Queries, viewer: Viewer): Promise<string> {
  const { isBarred, roles } = await readViewerPeople(database, viewer);
  return JSON.stringify({
    actor: viewer.actor,
    mayDecide: may(viewer, 'review:decide') && !isBarred,
    roles: roles.map(({ actor, teams }) => ({ actor, teams: [ANYONE, ...teams] })),
  });
}

/** The filters that are set, as names of `filterConditions` and their values. */
async function filtersOf(
  database: Queries,
  viewer: Viewer,
  { mayDecide, ...filter }: ReviewFilter,
): Promise<[name: string, value: unknown][]> {
  const set = Object.entries({ ...filter, requestedBy: limitedTo(viewer) }).filter(
    ([, value]) => value != null,
  );
  if (mayDecide == null) return set;
  const decider = await deciderOf(database, viewer);
  return [...set, [mayDecide ? 'mayDecide' : 'mayNotDecide', decider]];
}

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
  const filtered = await filtersOf(database, viewer, filter ?? {});
  const filters = filtered.map(([name]) => name);
  const filterValues = filtered.map(([, value]) => value);
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
    ...filters.map((name, index) => filterConditions[name]?.(`$${2 + index}`)),
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
export const cursorOf = ({
  createdAt,
  nodeExecId,
}: Pick<Review, 'createdAt' | 'nodeExecId'>): string =>
  Buffer.from(JSON.stringify([createdAt.toISOString(), nodeExecId])).toString('base64url');

/** As `cursorOf` writes it. JavaScript's dates have a wider range than PostgreSQL's. */
const instant = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * Reads what `cursorOf` writes.
 * @throws InvalidInputError
 */
export function placeOf(cursor: string): [createdAt: string, nodeExecId: string] {
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
