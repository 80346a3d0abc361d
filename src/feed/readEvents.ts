import type { Queries } from '../database/database.ts';
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

const lastNumber = statement(
  'readLastNumber',
  `SELECT "lastNumber" FROM "OwnerCounter" WHERE "userId" = $1`,
);

/** Where an owner's feed stands: the number of its last event, 0 before the first. */
export async function readLastNumber(database: Queries, userId: string): Promise<number> {
  const [row] = await database.query<{ lastNumber: number }>(lastNumber, [userId]);
  return row?.lastNumber ?? 0;
}
