import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import { checkInput, checkPageSize, InvalidInputError } from '../input.ts';
import { placeOf } from '../reviews/listReviews.ts';
import { type Review, reviewColumns } from '../reviews/review.ts';
import type { ReviewStore } from '../reviews/reviewStore.ts';
import { bounded } from './bounded.ts';
import { queryOf, reviewSearch } from './search.ts';

const MAX_COUNT = 10_000;
const COUNT_MS = 1_000;
const SEARCH_MS = 10_000;
/** How many of the newest entries are looked at before the index of terms is used. */
const NEWEST = 500;
/** How many, if there were a few matches among these. */
const MANY_NEWEST = 10_000;
const FEW = 3;

const inRange = `e."userId" = $1 AND e."createdAt" >= $3::timestamptz AND e."createdAt" < $4::timestamptz`;
const beyond = `(e."createdAt", e."nodeExecId") < ($5::timestamptz, $6::text COLLATE "C")`;
const newestFirst = `ORDER BY e."createdAt" DESC, e."nodeExecId" DESC`;
const matches = `e."terms" @@ $2::tsquery`;

// A filter that matches many reviews finds a page among the newest ones. Sorting all matches would
// take longer. The limit is one more than a page, to know whether another page follows.
const searchNewest = (newest: number) =>
  statement(
    `searchNewest${newest}`,
    `SELECT e."createdAt", e."nodeExecId" FROM (
      SELECT e."createdAt", e."nodeExecId", e."terms" FROM "SearchEntry" e
      WHERE ${inRange} AND ${beyond} ${newestFirst} LIMIT ${newest}
    ) e WHERE coalesce(${matches}, true) ${newestFirst} LIMIT $7::int`,
  );
const searchFirst = searchNewest(NEWEST);
const searchFurther = searchNewest(MANY_NEWEST);

// A filter that matches few finds them with the index of terms, which begin with the workspace.
// OFFSET 0 keeps PostgreSQL from looking for them in another way.
const searchAll = statement(
  'searchAll',
  `SELECT e."createdAt", e."nodeExecId" FROM (
    SELECT e."userId", e."createdAt", e."nodeExecId" FROM "SearchEntry" e WHERE ${matches} OFFSET 0
  ) e WHERE ${inRange} AND ${beyond} ${newestFirst} LIMIT $7::int`,
);

// In a range of time there may be fewer reviews than there are matches.
const searchRange = statement(
  'searchRange',
  `SELECT e."createdAt", e."nodeExecId" FROM (
    SELECT e."createdAt", e."nodeExecId" FROM "SearchEntry" e
    WHERE ${inRange} AND ${beyond} AND ${matches} OFFSET 0
  ) e ${newestFirst} LIMIT $7::int`,
);

const countMatches = (condition: string) => `SELECT count(*) AS "count" FROM (
  SELECT FROM "SearchEntry" e WHERE ${inRange} ${condition} LIMIT ${MAX_COUNT + 1}) e`;
const count = statement('countSearch', countMatches(`AND ${matches}`));
// $2 is null. It is named so that both have the same parameters.
const countAny = statement('countSearchAny', countMatches('AND $2::text IS NULL'));

const readFound = statement(
  'readFoundReviews',
  `SELECT ${reviewColumns} FROM "PendingReview" r
  WHERE r."userId" = $1 AND r."nodeExecId" = ANY($2::text[])`,
);

type Place = { createdAt: Date; nodeExecId: string };

export type SearchPage = {
  reviews: Review[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  /** Of the page, also if its review was deleted since. */
  firstPlace: Place | undefined;
  lastPlace: Place | undefined;
  /** Null: more than 10,000, or counting them takes longer than a second. */
  totalCount(): Promise<number | null>;
};

export type SearchArguments = {
  search: unknown;
  first: number;
  after?: string | null | undefined;
};

/**
 * A page of the workspace's reviews in any status, newest first. The search entries are up to a
 * second behind; the reviews of the page are read as they are now.
 * @throws InvalidInputError
 */
export async function searchReviews(
  { database }: ReviewStore,
  { userId }: Viewer,
  { search: rawSearch, first, after }: SearchArguments,
): Promise<SearchPage> {
  const search = checkInput(reviewSearch, rawSearch, ['search']);
  checkPageSize(first);
  const range = [search.requestedFrom ?? '-infinity', search.requestedTo ?? 'infinity'];
  const query = queryOf(userId, search);
  const place = after == null ? ['infinity', ''] : placeOf(after);
  const values = [userId, query, ...range, ...place];

  const found = await findPlaces(database, [...values, first + 1], {
    isFiltered: query !== null,
    isRange: search.requestedFrom != null || search.requestedTo != null,
  });
  const places = found.slice(0, first);
  return {
    reviews: await readReviews(database, userId, places),
    hasNextPage: found.length > first,
    hasPreviousPage: after != null,
    firstPlace: places[0],
    lastPlace: places.at(-1),
    totalCount: async () => {
      const counted = await bounded(database, COUNT_MS, async (queries) => {
        const statement = query === null ? countAny : count;
        const [row] = await queries.query<{ count: number }>(statement, values.slice(0, 4));
        return row?.count ?? 0;
      });
      return counted === null || counted > MAX_COUNT ? null : counted;
    },
  };
}

/** The places that match, in their order: as many as the last of the values says, if there are. */
async function findPlaces(
  database: ReviewStore['database'],
  values: readonly unknown[],
  { isFiltered, isRange }: { isFiltered: boolean; isRange: boolean },
): Promise<Place[]> {
  const most = values.at(-1) as number;
  const first = await database.query<Place>(searchFirst, [...values]);
  if (!isFiltered || first.length >= most) return first;
  if (first.length >= FEW) {
    const further = await database.query<Place>(searchFurther, [...values]);
    if (further.length >= most) return further;
  }
  if (!isRange) return database.query<Place>(searchAll, [...values]);
  const found = await bounded(database, SEARCH_MS, (queries) =>
    queries.query<Place>(searchRange, [...values]),
  );
  if (!found) throw tooLong();
  return found;
}

const tooLong = () =>
  new InvalidInputError([
    {
      path: 'search',
      message: `took longer than ${SEARCH_MS / 1_000} seconds: set requestedFrom and requestedTo`,
    },
  ]);

/** The reviews in the order of the places, without those that were deleted since. */
async function readReviews(
  database: Queries,
  userId: string,
  places: readonly Place[],
): Promise<Review[]> {
  if (places.length === 0) return [];
  const ids = places.map(({ nodeExecId }) => nodeExecId);
  const rows = await database.query<Review>(readFound, [userId, ids]);
  const found = new Map(rows.map((review) => [review.nodeExecId, review]));
  return ids.flatMap((nodeExecId) => found.get(nodeExecId) ?? []);
}
