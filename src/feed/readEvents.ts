import type { Queries } from '../database/connections.ts';
import type {
  DecisionSource,
  ReviewEventKind,
  ReviewStatus,
} from '../database/generated/prisma/client.ts';
import { statement } from '../database/statement.ts';
import { limitedTo, type Viewer } from '../identity/viewer.ts';
import { type AnyReview, isVisibleTo, type Review, reviewColumns } from '../reviews/review.ts';

/** One entry of an owner's feed. Its number is its place: per owner 1, 2, 3, … in the order of commits. */
export type ReviewEvent = {
  userId: string;
  number: number;
  kind: ReviewEventKind;
  nodeExecId: string;
  graphExecId: string;
  actor: string;
  at: Date;
  /** Who asked for the review. */
  requestedBy: string;
  /** Who else may consume its approval; null: nobody. */
  consumers: string[] | null;
  /** How the review stood after the change; null for events from before version 2.0. */
  status: ReviewStatus | null;
  decisionSource: DecisionSource | null;
  payloadDigest: string | null;
  message: string | null;
  /** As it was when this was read; null once it is deleted. */
  review: AnyReview | null;
};

const ownEventColumns = [
  'userId',
  'number',
  'kind',
  'nodeExecId',
  'graphExecId',
  'actor',
  'at',
  'requestedBy',
  'consumers',
  'status',
  'decisionSource',
  'payloadDigest',
  'message',
];
const prefix = 'event.';
const eventColumns = ownEventColumns.map((column) => `e."${column}" AS "${prefix}${column}"`);
const historyColumns = ownEventColumns.map((column) => `e."${column}"`);

const newEvents = statement(
  'readEvents',
  `SELECT ${eventColumns}, ${reviewColumns}
  FROM unnest($1::text[], $2::bigint[]) AS read("userId", "number")
  CROSS JOIN LATERAL (
    SELECT ${historyColumns} FROM "ReviewEvent" e
    WHERE e."userId" = read."userId" AND e."number" > read."number"
    ORDER BY e."number" LIMIT $3::int
  ) e
  LEFT JOIN "PendingReview" r ON r."userId" = e."userId" AND r."nodeExecId" = e."nodeExecId"
  ORDER BY e."userId", e."number"`,
);

/**
 * What came after a number, for any number of owners in one query.
 * @param after for each owner the last number that is known
 * @returns in order of owner and number, at most `limit` for each owner
 */
export async function readEvents(
  database: Queries,
  after: ReadonlyMap<string, number>,
  limit: number,
): Promise<ReviewEvent[]> {
  const rows = await database.query<Review>(newEvents, [
    [...after.keys()],
    [...after.values()],
    limit,
  ]);
  return rows.map(eventOf);
}

function eventOf(row: Review): ReviewEvent {
  const cells = row as unknown as Record<string, unknown>;
  const event = Object.fromEntries(
    ownEventColumns.map((column) => [column, cells[prefix + column]]),
  );
  return { ...event, review: row.nodeExecId === null ? null : row } as ReviewEvent;
}

/** A page of a review's events: after which number, and how many. */
export type HistoryPage = { nodeExecId: string; after: number; first: number };

const history = statement(
  'readHistory',
  `SELECT page."position", ${historyColumns}
  FROM unnest($2::text[], $3::bigint[], $4::int[]) WITH ORDINALITY
    AS page("nodeExecId", "after", "first", "position")
  CROSS JOIN LATERAL (
    SELECT ${historyColumns} FROM "ReviewEvent" e
    WHERE e."userId" = $1 AND e."nodeExecId" = page."nodeExecId" AND e."number" > page."after"
      AND ${isVisibleTo('e', '$5')}
    ORDER BY e."number" LIMIT page."first"
  ) e
  ORDER BY page."position", e."number"`,
);

/**
 * What happened to these reviews, as far as the viewer sees it, a page of each, oldest first,
 * without the reviews themselves. Another actor may have asked under the same id before.
 */
export async function readHistory(
  database: Queries,
  viewer: Viewer,
  pages: readonly HistoryPage[],
): Promise<Omit<ReviewEvent, 'review'>[][]> {
  type Row = Omit<ReviewEvent, 'review'> & { position: number };
  const rows = await database.query<Row>(history, [
    viewer.userId,
    pages.map(({ nodeExecId }) => nodeExecId),
    pages.map(({ after }) => after),
    pages.map(({ first }) => first),
    limitedTo(viewer),
  ]);
  const grouped = Map.groupBy(rows, ({ position }) => position);
  return pages.map((_, at) => grouped.get(at + 1) ?? []);
}

const place = statement(
  'readPlace',
  `SELECT coalesce(c."lastNumber", 0) AS "head",
    next."at" >= now() - make_interval(days => $3::int) AS "nextIsKept"
  FROM (SELECT 1) one
  LEFT JOIN "OwnerCounter" c ON c."userId" = $1
  LEFT JOIN "ReviewEvent" next ON next."userId" = $1 AND next."number" = $2::bigint + 1`,
);

/**
 * Where an owner's feed stands, and whether it can be followed from a number on.
 * @param days how long events are kept for following
 * @returns `head`: the number of the last event, 0 before the first. `expired`: the next event after the number is gone
 */
export async function readPlace(
  database: Queries,
  userId: string,
  number: number,
  days: number,
): Promise<{ head: number; expired: boolean }> {
  const [row] = await database.query<{ head: number; nextIsKept: boolean | null }>(place, [
    userId,
    number,
    days,
  ]);
  const head = row?.head ?? 0;
  return { head, expired: number < head && !row?.nextIsKept };
}
