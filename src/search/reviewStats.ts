import { z } from 'zod';
import type { Database } from '../database/database.ts';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import { checkInput, InvalidInputError } from '../input.ts';
import { bounded } from './bounded.ts';

const DAY_MS = 86_400_000;
const MAX_DAYS = 366;
const STATS_MS = 5_000;
const MAX_ROWS = 1_000;

const isByPeople = `(e."status" <> 'WAITING' AND e."decidedBy" IS NOT NULL
  AND e."reviewedAt" IS NOT NULL AND e."decisionSource" IN ('REVIEWER', 'OVERRIDE'))`;

/** SQL: what the reviews are grouped by, as joins that give "key". */
const keys = {
  ACTOR: `JOIN LATERAL (SELECT e."decidedBy" AS "key" WHERE ${isByPeople}) k ON true`,
  NODE: `JOIN LATERAL (SELECT e."nodeId" AS "key") k ON true`,
  GRAPH: `JOIN LATERAL (SELECT e."graphId" AS "key") k ON true`,
  TEAM: `JOIN LATERAL unnest(e."teamIds") k("key") ON true`,
  RULE: `JOIN LATERAL unnest(e."ruleIds") k("key") ON true`,
  DAY: `JOIN LATERAL (SELECT to_char(e."createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS "key") k ON true`,
} as const;

export type StatsBy = keyof typeof keys;
export const statsBy = Object.keys(keys) as StatsBy[];

export type ReviewStats = {
  key: string;
  askedCount: number;
  approvedCount: number;
  editedCount: number;
  rejectedCount: number;
  expiredCount: number;
  /** How many people decided. The seconds are of these. */
  decidedByPeopleCount: number;
  /** In seconds. Null: people decided none. */
  medianSeconds: number | null;
  p95Seconds: number | null;
};

const statementOf = (by: StatsBy) =>
  statement(
    `reviewStats${by}`,
    `SELECT "key", "askedCount", "approvedCount", "editedCount", "rejectedCount", "expiredCount",
      "decidedByPeopleCount", "percentiles"[1] AS "medianSeconds", "percentiles"[2] AS "p95Seconds"
    FROM (
      SELECT k."key", count(*) AS "askedCount",
        count(*) FILTER (WHERE e."status" = 'APPROVED') AS "approvedCount",
        count(*) FILTER (WHERE e."status" = 'APPROVED' AND e."wasEdited") AS "editedCount",
        count(*) FILTER (WHERE e."status" = 'REJECTED'
          AND coalesce(e."decisionSource" NOT IN ('EXPIRY', 'CANCELLATION'), true)) AS "rejectedCount",
        count(*) FILTER (WHERE e."decisionSource" = 'EXPIRY') AS "expiredCount",
        count(*) FILTER (WHERE ${isByPeople}) AS "decidedByPeopleCount",
        percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (
          ORDER BY extract(epoch FROM e."reviewedAt" - e."createdAt")::float8
        ) FILTER (WHERE ${isByPeople}) AS "percentiles"
      FROM "SearchEntry" e ${keys[by]}
      WHERE e."userId" = $1 AND e."createdAt" >= $2::timestamptz AND e."createdAt" < $3::timestamptz
      GROUP BY k."key"
    ) s ORDER BY ${by === 'DAY' ? '"key"' : '"askedCount" DESC, "key"'} LIMIT ${MAX_ROWS}`,
  );
const statements = new Map(statsBy.map((by) => [by, statementOf(by)]));

const input = z
  .object({ by: z.enum(statsBy), from: z.date(), to: z.date() })
  .superRefine(({ from, to }, { addIssue }) => {
    const ms = to.getTime() - from.getTime();
    const message =
      ms <= 0
        ? `must be after from (${from.toISOString()}), not ${to.toISOString()}`
        : `must be at most ${MAX_DAYS} days after from, not ${Math.ceil(ms / DAY_MS)}`;
    if (ms <= 0 || ms > MAX_DAYS * DAY_MS) addIssue({ code: 'custom', path: ['to'], message });
  });

/**
 * Figures of the reviews that were requested in a range, up to a second old. Those with the most
 * reviews come first, or the first days.
 * @throws InvalidInputError
 */
export async function reviewStats(
  database: Database,
  { userId }: Viewer,
  rawInput: { by: StatsBy; from: Date; to: Date },
): Promise<ReviewStats[]> {
  const { by, from, to } = checkInput(input, rawInput, []);
  const rows = await bounded(database, userId, STATS_MS, (queries) =>
    queries.query<ReviewStats>(statements.get(by) ?? statementOf(by), [userId, from, to]),
  );
  if (rows) return rows;
  const message = `took longer than ${STATS_MS / 1_000} seconds: choose a shorter range`;
  throw new InvalidInputError([{ path: 'to', message }]);
}
