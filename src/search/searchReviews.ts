import type { Queries } from '../database/connections.ts';
import { type Statement, statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import { checkInput, checkPageSize, InvalidInputError, MAX_PAGE } from '../input.ts';
import { placeOf } from '../reviews/listReviews.ts';
import { type Review, reviewColumns, summaryColumns } from '../reviews/review.ts';
import type { ReviewStore } from '../reviews/reviewStore.ts';
import { bounded } from './bounded.ts';
import { reviewSearch, type Wanted, wantedOf } from './search.ts';

const MAX_COUNT = 10_000;
const COUNT_MS = 1_000;
const SEARCH_MS = 10_000;
/** Statements with a constant limit are planned once. A smaller page uses the next larger one. */
const PAGE_SIZES = [25, 50, 100] as const;
/** How many of the newest entries are looked at before an index is used. */
const NEWEST = 500;
/** How many, if there were a few matches among these. */
const MANY_NEWEST = 10_000;
/** The same for the newest of a list, which are looked up one by one. */
const LISTED = 250;
const MANY_LISTED = 2_000;
const FEW = 3;
/** What this many of the newest entries match is not looked up in the index. */
const COMMON = NEWEST / 10;

const inRange = (alias: string) =>
  `${alias}."userId" = $1 AND ${alias}."createdAt" >= $3::timestamptz AND ${alias}."createdAt" < $4::timestamptz`;
const beyond = (alias: string) =>
  `(${alias}."createdAt", ${alias}."nodeExecId") < ($5::timestamptz, $6::text COLLATE "C")`;
const newestFirst = (alias: string) =>
  `ORDER BY ${alias}."createdAt" DESC, ${alias}."nodeExecId" DESC`;
const matches = 'e."terms" @@ $2::tsquery';
const newestOf = (limit: number) => `SELECT e.* FROM "SearchEntry" e
  WHERE ${inRange('e')} AND ${beyond('e')} ${newestFirst('e')} LIMIT ${limit}`;
const listed = (limit: number) => `SELECT l."createdAt", l."nodeExecId"
  FROM unnest($7::text[]) v("value") CROSS JOIN LATERAL (
    SELECT l."createdAt", l."nodeExecId" FROM "SearchList" l
    WHERE l."value" = v."value" COLLATE "C" AND ${inRange('l')} AND ${beyond('l')}
    ${newestFirst('l')} LIMIT ${limit}
  ) l ${newestFirst('l')} LIMIT ${limit}`;

/**
 * Ways to find the newest matches. $7 is what each uses to look them up: lists, or the terms that
 * the index is asked for.
 */
const ways = {
  /** Any review. */
  any: (limit: number) => newestOf(limit),

  // A filter that matches many reviews finds a page among the newest ones. Sorting all matches would
  // take longer.
  newest: (limit: number) => newestWhere(NEWEST, limit),
  manyNewest: (limit: number) => newestWhere(MANY_NEWEST, limit),

  // A list has the reviews with one value in the order of their time.
  list: (limit: number) => listed(limit),
  listed: (limit: number) => listedWhere(LISTED, limit),
  manyListed: (limit: number) => listedWhere(MANY_LISTED, limit),

  // A filter that matches few finds them with the index of terms, which begin with the workspace.
  // OFFSET 0 keeps PostgreSQL from looking for them in another way, and from planning each anew.
  all: (limit: number) => `${allWith()} LIMIT ${limit}`,
  allChecked: (limit: number) => checked(allWith(), limit),
  // The same for a table that is split by workspace. Otherwise PostgreSQL would also read all entries
  // of the workspace from another index.
  allApart: (limit: number) => `${allWith('e."userId" = $1 AND')} LIMIT ${limit}`,
  allCheckedApart: (limit: number) => checked(allWith('e."userId" = $1 AND'), limit),

  // In a range of time there may be fewer reviews than there are matches.
  range: (limit: number) => `SELECT e."createdAt", e."nodeExecId" FROM (
    SELECT e."createdAt", e."nodeExecId" FROM "SearchEntry" e
    WHERE ${inRange('e')} AND ${beyond('e')} AND ${matches} OFFSET 0
  ) e ${newestFirst('e')} LIMIT ${limit}`,
};

const newestWhere = (newest: number, limit: number) => `SELECT e."createdAt", e."nodeExecId"
  FROM (${newestOf(newest)}) e WHERE ${matches} ${newestFirst('e')} LIMIT ${limit}`;
const listedWhere = (most: number, limit: number) => checked(listed(most), limit);
const allWith = (ofWorkspace = '') => `SELECT e."createdAt", e."nodeExecId"
  FROM (SELECT $7::tsquery AS "query" OFFSET 0) q CROSS JOIN LATERAL (
    SELECT e."userId", e."createdAt", e."nodeExecId" FROM "SearchEntry" e
    WHERE ${ofWorkspace} e."terms" @@ q."query" OFFSET 0
  ) e WHERE ${inRange('e')} AND ${beyond('e')} ${newestFirst('e')}`;

/** Looks at the terms of one after the other, until there are enough. */
const checked = (places: string, limit: number) => `SELECT p."createdAt", p."nodeExecId"
  FROM (${places}) p CROSS JOIN LATERAL (
    SELECT e."terms" FROM "SearchEntry" e
    WHERE e."userId" = $1 AND e."nodeExecId" = p."nodeExecId" OFFSET 0
  ) e WHERE ${matches} ${newestFirst('p')} LIMIT ${limit}`;

type Way = keyof typeof ways;
type Columns = 'summary' | 'all';

/** What is found, with the reviews as they are now. One more than a page, to know whether it ends. */
function find(way: Way, size: number, columns: Columns): Statement {
  const key = `search ${way} ${size} ${columns}`;
  const known = statements.get(key);
  if (known) return known;
  const text = `SELECT f."createdAt" AS "placeTime", f."nodeExecId" AS "placeId",
      ${columns === 'all' ? reviewColumns : summaryColumns}
    FROM (${ways[way](size + 1)}) f
    LEFT JOIN "PendingReview" r ON r."userId" = $1 AND r."nodeExecId" = f."nodeExecId"
    WHERE ${usesAll} ${newestFirst('f')}`;
  const made = statement(key, text);
  statements.set(key, made);
  return made;
}

const statements = new Map<string, Statement>();
/** All ways have the same parameters. PostgreSQL must know the type of each. */
const usesAll = '($2::text IS NULL OR true) AND ($7::text IS NULL OR true)';

const countMatches = (condition: string) => `SELECT count(*) AS "count" FROM (
  SELECT FROM "SearchEntry" e WHERE ${inRange('e')} ${condition} LIMIT ${MAX_COUNT + 1}) e`;
const count = statement('countSearch', countMatches(`AND ${matches}`));
// $2 is null. It is named so that both have the same parameters.
const countAny = statement('countSearchAny', countMatches('AND $2::text IS NULL'));

const commonParts = statement(
  'findCommonParts',
  `SELECT p."part" FROM unnest($7::text[]) p("part")
  WHERE $2::text IS NOT NULL AND ${COMMON} <= (
    SELECT count(*) FROM (${newestOf(NEWEST)}) e WHERE e."terms" @@ p."part"::tsquery)`,
);

type Found = Review & { placeTime: Date; placeId: string };
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
  /** The columns to read: those in `summaryColumns`, or all. */
  columns?: Columns;
};

/**
 * A page of the workspace's reviews in any status, newest first. The search entries are up to a
 * second behind; the reviews of the page are read as they are now.
 * @throws InvalidInputError
 */
export async function searchReviews(
  { database }: ReviewStore,
  { userId }: Viewer,
  { search: rawSearch, first, after, columns = 'all' }: SearchArguments,
): Promise<SearchPage> {
  const search = checkInput(reviewSearch, rawSearch, ['search']);
  checkPageSize(first);
  const range = [search.requestedFrom ?? '-infinity', search.requestedTo ?? 'infinity'];
  const wanted = wantedOf(userId, search);
  const place = after == null ? ['infinity', ''] : placeOf(after);
  const values = [userId, wanted.query, ...range];

  const rows = await findPage(database, wanted, {
    userId,
    values: [...values, ...place],
    size: PAGE_SIZES.find((size) => size >= first) ?? MAX_PAGE,
    most: first + 1,
    columns,
    isRange: search.requestedFrom != null || search.requestedTo != null,
  });
  const page = rows.slice(0, first);
  const places = page.map(({ placeTime, placeId }) => ({
    createdAt: placeTime,
    nodeExecId: placeId,
  }));
  return {
    // Without those that were deleted since.
    reviews: page.filter(({ nodeExecId }) => nodeExecId !== null),
    hasNextPage: rows.length > first,
    hasPreviousPage: after != null,
    firstPlace: places[0],
    lastPlace: places.at(-1),
    totalCount: async () => {
      const counted = await bounded(database, userId, COUNT_MS, async (queries) => {
        const statement = wanted.query === null ? countAny : count;
        const [row] = await queries.query<{ count: number }>(statement, values);
        return row?.count ?? 0;
      });
      return counted === null || counted > MAX_COUNT ? null : counted;
    },
  };
}

type Options = {
  userId: string;
  values: readonly unknown[];
  size: number;
  /** How many are enough. */
  most: number;
  columns: Columns;
  isRange: boolean;
};

/** The newest matches. The cheap ways come first; most searches end with one of them. */
async function findPage(
  database: ReviewStore['database'],
  { query, parts, isSimple, lists, isExact }: Wanted,
  { userId, values, size, most, columns, isRange }: Options,
): Promise<Found[]> {
  const by = (way: Way, key: unknown = null, queries: Queries = database): Promise<Found[]> =>
    queries.query<Found>(find(way, size, columns), [...values, key]);

  if (query === null) return by('any');
  if (lists && isExact) return by('list', lists);
  // At the same time, since most texts need both.
  const [first, rare] = await Promise.all([
    lists ? by('listed', lists) : by('newest'),
    isSimple || isRange ? parts : rareOf(database, parts, values),
  ]);
  if (first.length >= most) return first;
  if (first.length >= FEW) {
    const further = await (lists ? by('manyListed', lists) : by('manyNewest'));
    if (further.length >= most) return further;
  }
  if (!isRange) {
    const [all, allChecked] = database.mixesWorkspaces
      ? (['all', 'allChecked'] as const)
      : (['allApart', 'allCheckedApart'] as const);
    return rare.length === parts.length ? by(all, query) : by(allChecked, rare.join(' & '));
  }
  const found = await bounded(database, userId, SEARCH_MS, (queries) => by('range', null, queries));
  if (!found) throw tooLong();
  return found;
}

/**
 * The parts that the index is asked for. For beginnings of words and for alternatives it reads all
 * entries with them, so common ones are left to be checked on what the others find.
 */
async function rareOf(
  database: Queries,
  parts: readonly string[],
  values: readonly unknown[],
): Promise<readonly string[]> {
  if (parts.length === 1) return parts;
  const found = await database.query<{ part: string }>(commonParts, [...values, parts]);
  const common = new Set(found.map(({ part }) => part));
  const rare = parts.filter((part) => !common.has(part));
  return rare.length > 0 ? rare : parts;
}

const tooLong = () =>
  new InvalidInputError([
    {
      path: 'search',
      message: `took longer than ${SEARCH_MS / 1_000} seconds: set requestedFrom and requestedTo`,
    },
  ]);
