import type { Queries } from '../database/connections.ts';
import type { ReviewEventKind } from '../database/generated/prisma/client.ts';
import { statement } from '../database/statement.ts';
import { type Review, reviewColumns, reviewJoins } from '../reviews/review.ts';

/** One entry of an owner's feed. Its number is its place: per owner 1, 2, 3, … in the order of commits. */
export type ReviewEvent = {
  userId: string;
  number: number;
  kind: ReviewEventKind;
  nodeExecId: string;
  graphExecId: string;
  actor: string;
  at: Date;
  /** As it was when this was read; null once it is deleted. */
  review: Review | null;
};

const ownEventColumns = ['userId', 'number', 'kind', 'nodeExecId', 'graphExecId', 'actor', 'at'];
const prefix = 'event.';
const eventColumns = ownEventColumns.map((column) => `e."${column}" AS "${prefix}${column}"`);

const newEvents = statement(
  'readEvents',
  `SELECT ${eventColumns}, ${reviewColumns}
  FROM unnest($1::text[], $2::bigint[]) AS read("userId", "number")
  CROSS JOIN LATERAL (
    SELECT * FROM "ReviewEvent" e
    WHERE e."userId" = read."userId" AND e."number" > read."number"
    ORDER BY e."number" LIMIT $3::int
  ) e
  LEFT JOIN "PendingReview" r ON r."userId" = e."userId" AND r."nodeExecId" = e."nodeExecId"
  ${reviewJoins}
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

const history = statement(
  'readHistory',
  `SELECT * FROM "ReviewEvent"
  WHERE "userId" = $1 AND "nodeExecId" = ANY ($2::text[]) ORDER BY "number"`,
);

/** Everything that happened to these reviews, oldest first, without the reviews themselves. */
export const readHistory = (
  database: Queries,
  userId: string,
  nodeExecIds: readonly string[],
): Promise<Omit<ReviewEvent, 'review'>[]> => database.query(history, [userId, nodeExecIds]);

const place = statement(
  'readPlace',
  `SELECT coalesce(c."lastNumber", 0) AS "head",
    next."at" >= now() - make_interval(days => $3::int) AS "nextIsKept"
  FROM (SELECT) one
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
