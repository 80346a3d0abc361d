import { type Queries, readEverywhere } from '../database/connections.ts';
import type {
  DecisionSource,
  ReviewEventKind,
  ReviewStatus,
} from '../database/generated/prisma/client.ts';
import { statement } from '../database/statement.ts';
import { limitedTo, type Viewer } from '../identity/viewer.ts';
import { type AnyReview, isVisibleTo, type Review, reviewColumns } from '../reviews/review.ts';

/** An event in a workspace's feed, numbered 1, 2, 3, … in the order of the commits. */
export type ReviewEvent = {
  userId: string;
  number: number;
  kind: ReviewEventKind;
  nodeExecId: string;
  graphExecId: string;
  actor: string;
  at: Date;
  /** The actor that requested the review. */
  requestedBy: string;
  /** Other actors that may consume the approval. Null: none. */
  consumers: string[] | null;
  /** Status of the review after the change. Null for events before version 2.0. */
  status: ReviewStatus | null;
  decisionSource: DecisionSource | null;
  payloadDigest: string | null;
  message: string | null;
  /** The review when the event was read. Null if it was deleted. */
  review: AnyReview | null;
};

const columnNames = [
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
const prefixedColumns = columnNames.map((column) => `e."${column}" AS "${prefix}${column}"`);
const eventColumns = columnNames.map((column) => `e."${column}"`);

const newEvents = statement(
  'readEvents',
  `SELECT ${prefixedColumns}, ${reviewColumns}
  FROM unnest($1::text[], $2::bigint[]) AS read("userId", "number")
  CROSS JOIN LATERAL (
    SELECT ${eventColumns} FROM "ReviewEvent" e
    WHERE e."userId" = read."userId" AND e."number" > read."number"
    ORDER BY e."number" LIMIT $3::int
  ) e
  LEFT JOIN "PendingReview" r ON r."userId" = e."userId" AND r."nodeExecId" = e."nodeExecId"
  ORDER BY e."userId", e."number"`,
);

const newEventsOfOne = statement(
  'readEventsOfWorkspace',
  `SELECT ${prefixedColumns}, ${reviewColumns}
  FROM "ReviewEvent" e
  LEFT JOIN "PendingReview" r ON r."userId" = $1 AND r."nodeExecId" = e."nodeExecId"
  WHERE e."userId" = $1 AND e."number" > $2::bigint ORDER BY e."number" LIMIT $3::int`,
);

// Takes no locks, so it may read every workspace.
const readHeads = statement(
  'readFeedHeads',
  `SELECT "userId", "lastNumber" FROM "OwnerCounter" c WHERE "userId" = ANY ($1::text[])`,
);

/**
 * Reads new events of several workspaces in one query.
 * @param after the last known number of each workspace
 * @returns in order of workspace and number, at most `limit` for each workspace
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

/**
 * The same, but finds the workspaces with new events first, and reads these one by one, so that each
 * statement which reads events is about one workspace.
 */
export async function readEventsApart(
  database: Queries,
  after: ReadonlyMap<string, number>,
  limit: number,
): Promise<ReviewEvent[]> {
  const events: ReviewEvent[] = [];
  for (const [userId, number] of await workspacesBehind(database, after)) {
    const rows = await database.query<Review>(newEventsOfOne, [userId, number, limit]);
    events.push(...rows.map(eventOf));
  }
  return events;
}

/** Those with events after the number that is known. */
async function workspacesBehind(
  database: Queries,
  after: ReadonlyMap<string, number>,
): Promise<[userId: string, number: number][]> {
  if (after.size === 1) return [...after];
  type Head = { userId: string; lastNumber: number };
  const { rows: heads } = await readEverywhere<Head>(database, readHeads, [[...after.keys()]]);
  return heads.flatMap(({ userId, lastNumber }) => {
    const number = after.get(userId);
    return number !== undefined && number < lastNumber ? [[userId, number] as const] : [];
  }) as [string, number][];
}

function eventOf(row: Review): ReviewEvent {
  const cells = row as unknown as Record<string, unknown>;
  const event = Object.fromEntries(columnNames.map((column) => [column, cells[prefix + column]]));
  return { ...event, review: row.nodeExecId === null ? null : row } as ReviewEvent;
}

/** A page of a review's events: the first ones after a number. */
export type HistoryPage = { nodeExecId: string; after: number; first: number };

const history = statement(
  'readHistory',
  `SELECT page."position", ${eventColumns}
  FROM unnest($2::text[], $3::bigint[], $4::int[]) WITH ORDINALITY
    AS page("nodeExecId", "after", "first", "position")
  CROSS JOIN LATERAL (
    SELECT ${eventColumns} FROM "ReviewEvent" e
    WHERE e."userId" = $1 AND e."nodeExecId" = page."nodeExecId" AND e."number" > page."after"
      AND ${isVisibleTo('e', '$5')}
    ORDER BY e."number" LIMIT page."first"
  ) e
  ORDER BY page."position", e."number"`,
);

/**
 * Reads a page of events of each review, oldest first and without the reviews. Events of an earlier
 * review of another actor with the same ID are left out if the viewer may not see them.
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

const position = statement(
  'readPosition',
  `SELECT coalesce(c."lastNumber", epoch."start") AS "head", epoch."start" AS "epoch",
    next."at" >= now() - make_interval(days => $3::int) AS "nextIsKept"
  FROM "FeedEpoch" epoch
  LEFT JOIN "OwnerCounter" c ON c."userId" = $1
  LEFT JOIN "ReviewEvent" next ON next."userId" = $1 AND next."number" = $2::bigint + 1`,
);

/**
 * The end of a workspace's feed, and whether the feed can be resumed after a number.
 * @param days how long events can be resumed
 * @returns `head`: the number of the last event, or the one that the first event comes after.
 *   `restored`: whether `number` is from before the database was restored. `expired`: whether the
 *   event after `number` is too old or was deleted
 */
export async function readPosition(
  database: Queries,
  userId: string,
  number: number,
  days: number,
): Promise<{ head: number; restored: boolean; expired: boolean }> {
  type Row = { head: number; epoch: number; nextIsKept: boolean | null };
  const [row] = await database.query<Row>(position, [userId, number, days]);
  const { head, epoch, nextIsKept } = row as Row;
  return { head, restored: number < epoch, expired: number < head && !nextIsKept };
}
