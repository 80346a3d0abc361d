import { setTimeout as pause, setImmediate } from 'node:timers/promises';
import { statement } from '../database/statement.ts';
import type { Job } from '../jobs/job.ts';
import type { JobKind } from '../jobs/worker.ts';
import { listsIn, listsWith, type Searchable, Terms, teamsOf } from './terms.ts';

// The search entries of a workspace follow its events: the job reads the reviews of the events after
// its cursor, and writes their entries and moves the cursor in one statement. A workspace without a
// cursor, or whose events were deleted before they were read, is rebuilt from its reviews, while
// new events are followed all the same.

/** Few, because each of them keeps PostgreSQL busy. */
const PLACES = 4;
/** How soon another process goes on if this one dies. */
const LEASE_MS = 1_000;
const MAX_EVENTS = 500;
const MAX_REVIEWS = 200;
const MIN_REST_MS = 2;
/** Under load, changes are collected for this long, because a large batch costs less. */
const NEXT_LOOK_MS = 400;
/** How long words may be collected at a time, while requests wait. */
const WORDS_MS = 10;

const readCursor = statement(
  'readSearchCursor',
  `SELECT "number", "rebuiltTo" FROM "SearchCursor" WHERE "userId" = $1`,
);

// Every transaction that changes a review of the workspace holds its counter's row until it commits.
const waitForWriters = statement(
  'waitForWritersOfSearch',
  `SELECT "lastNumber" FROM "OwnerCounter" WHERE "userId" = $1 FOR SHARE`,
);

const beginRebuild = statement(
  'beginSearchRebuild',
  `INSERT INTO "SearchCursor" AS c ("userId", "number", "rebuiltTo") VALUES ($1, $2::bigint, '')
  ON CONFLICT ("userId") DO UPDATE SET "number" = excluded."number", "rebuiltTo" = ''
  WHERE c."number" < excluded."number"`,
);

const readEvents = statement(
  'readSearchEvents',
  `SELECT "number", "nodeExecId" FROM "ReviewEvent"
  WHERE "userId" = $1 AND "number" > $2::bigint ORDER BY "number" LIMIT ${MAX_EVENTS}`,
);

const columns = `r."nodeExecId", r."createdAt", r."graphId", r."nodeId", r."graphExecId", r."status",
 r."kind", r."tags", r."risk", r."requestedBy", r."decidedBy", r."decisionSource", r."wasEdited",
  r."reviewedAt", r."approverTeams", r."headline", r."instructions",
  coalesce(r."policyVerdict" -> 'ruleIds', '[]') AS "ruleIds"`;

const readChanged = statement(
  'readChangedForSearch',
  `SELECT ${columns} FROM "PendingReview" r WHERE r."userId" = $1 AND r."nodeExecId" = ANY($2::text[])`,
);

const readNext = statement(
  'readNextForSearch',
  `SELECT ${columns} FROM "PendingReview" r WHERE r."userId" = $1 AND r."nodeExecId" > $2
  ORDER BY r."nodeExecId" LIMIT ${MAX_REVIEWS}`,
);

const findGone = statement(
  'findGoneFromSearch',
  `SELECT e."nodeExecId" FROM "SearchEntry" e
  WHERE e."userId" = $1 AND e."nodeExecId" > $2 AND ($3::text IS NULL OR e."nodeExecId" <= $3)
    AND NOT EXISTS (SELECT FROM "PendingReview" r
      WHERE r."userId" = $1 AND r."nodeExecId" = e."nodeExecId")`,
);

const stored = [
  ...['createdAt', 'terms', 'graphId', 'nodeId', 'status', 'wasEdited', 'decidedBy'],
  ...['decisionSource', 'reviewedAt', 'teamIds', 'ruleIds'],
] as const;
const list = (prefix = '') => stored.map((name) => `${prefix}"${name}"`).join(', ');

// Only if the cursor still stands where the reviews were read from. So of several processes one
// writes, and an entry is never replaced by an older one. Of the lists only what changes is written.
const write = statement(
  'writeSearchEntries',
  `WITH moved AS (
    UPDATE "SearchCursor" SET "number" = $4::bigint, "rebuiltTo" = $5
    WHERE "userId" = $1 AND "number" = $2::bigint AND "rebuiltTo" IS NOT DISTINCT FROM $3
    RETURNING 1
  ), n AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($7::jsonb) AS n("nodeExecId" TEXT, "createdAt" TIMESTAMPTZ,
      "terms" TSVECTOR, "graphId" TEXT, "nodeId" TEXT, "status" "ReviewStatus", "wasEdited" BOOLEAN,
      "decidedBy" TEXT, "decisionSource" "DecisionSource", "reviewedAt" TIMESTAMPTZ, "teamIds" TEXT[],
      "ruleIds" TEXT[], "lists" TEXT[])
    WHERE EXISTS (SELECT FROM moved)
  ), old AS MATERIALIZED (
    SELECT o."nodeExecId", o."createdAt", o."lists"
    FROM unnest($6::text[] || ARRAY(SELECT n."nodeExecId" FROM n)) c("id") CROSS JOIN LATERAL (
      SELECT e."nodeExecId", e."createdAt", ARRAY${listsIn('e."terms"')} AS "lists"
      FROM "SearchEntry" e WHERE e."userId" = $1 AND e."nodeExecId" = c."id" OFFSET 0
    ) o
  ), removed AS (
    DELETE FROM "SearchEntry" WHERE "userId" = $1 AND "nodeExecId" = ANY($6::text[])
      AND EXISTS (SELECT FROM moved)
  ), unlisted AS (
    DELETE FROM "SearchList" WHERE "userId" = $1 AND "ctid" = ANY(ARRAY(
      SELECT l."ctid" FROM old o LEFT JOIN n USING ("nodeExecId", "createdAt")
      CROSS JOIN LATERAL unnest(o."lists") v("value") CROSS JOIN LATERAL (
        SELECT l."ctid" FROM "SearchList" l WHERE l."userId" = $1 AND l."value" = v."value"
          AND l."createdAt" = o."createdAt" AND l."nodeExecId" = o."nodeExecId" OFFSET 0
      ) l
      WHERE (n."lists" IS NULL OR v."value" <> ALL(n."lists")) AND EXISTS (SELECT FROM moved)))
  ), listed AS (
    INSERT INTO "SearchList" ("userId", "value", "createdAt", "nodeExecId")
    SELECT $1, v."value", n."createdAt", n."nodeExecId"
    FROM n LEFT JOIN old o USING ("nodeExecId", "createdAt")
    CROSS JOIN LATERAL unnest(n."lists") v("value")
    WHERE o."lists" IS NULL OR v."value" <> ALL(o."lists")
  )
  INSERT INTO "SearchEntry" AS e ("userId", "nodeExecId", ${list()})
  SELECT $1, "nodeExecId", ${list()} FROM n
  ON CONFLICT ("userId", "nodeExecId") DO UPDATE SET (${list()}) = ROW(${list('excluded.')})
  WHERE ROW(${list('e.')}) IS DISTINCT FROM ROW(${list('excluded.')})`,
);

type Cursor = { number: number; rebuiltTo: string | null };

type Row = Searchable & {
  nodeExecId: string;
  createdAt: Date;
  wasEdited: boolean | null;
  reviewedAt: Date | null;
};

/** Keeps the search entries of a workspace up to date. */
export const searchJob: JobKind = {
  places: PLACES,
  leaseMs: LEASE_MS,
  async run(job) {
    const terms = new Terms(job.userId);
    for (;;) {
      const cursor = await cursorOf(job);
      const isRebuilding = cursor?.rebuiltTo !== null;
      if (job.shouldYield || !(await job.extendLease())) return { dueInMs: 0, slow: isRebuilding };
      if (!cursor) {
        await startRebuild(job, await lastNumberOf(job));
        continue;
      }
      const followed = await follow(job, cursor, terms);
      if (isRebuilding) {
        if (followed < MAX_EVENTS) await rebuild(job, (await cursorOf(job)) ?? cursor, terms);
      } else if (followed > 0) {
        if (followed < MAX_EVENTS) return { dueInMs: NEXT_LOOK_MS };
      } else {
        // Those that saw that the job was due have committed then. Others make it due again.
        const lastNumber = await lastNumberOf(job);
        if (lastNumber === cursor.number) return { dueInMs: null };
        if ((await follow(job, cursor, terms)) === 0) await startRebuild(job, lastNumber);
      }
    }
  },
};

async function cursorOf({ database, userId }: Job): Promise<Cursor | undefined> {
  const [cursor] = await database.query<Cursor>(readCursor, [userId]);
  return cursor;
}

/** The number of the last event, once the changes under way are committed. */
async function lastNumberOf({ database, userId }: Job): Promise<number> {
  const [row] = await database.query<{ lastNumber: number }>(waitForWriters, [userId]);
  return row?.lastNumber ?? 0;
}

const startRebuild = async ({ database, userId }: Job, lastNumber: number): Promise<void> => {
  await database.query(beginRebuild, [userId, lastNumber]);
};

/**
 * Reads the reviews of the next events, and moves the cursor over these.
 * @returns how many events there were, at most MAX_EVENTS
 */
async function follow(job: Job, cursor: Cursor, terms: Terms): Promise<number> {
  const { database, userId } = job;
  const { number, rebuiltTo } = cursor;
  const events = await database.query<{ number: number; nodeExecId: string }>(readEvents, [
    userId,
    number,
  ]);
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last) return 0;
  if (first.number !== number + 1) {
    // Events have no gaps, so those in between were deleted.
    await startRebuild(job, await lastNumberOf(job));
    return MAX_EVENTS;
  }
  const changed = [...new Set(events.map(({ nodeExecId }) => nodeExecId))];
  const rows = await database.query<Row>(readChanged, [userId, changed]);
  const found = new Set(rows.map(({ nodeExecId }) => nodeExecId));
  const gone = changed.filter((nodeExecId) => !found.has(nodeExecId));
  await store(job, cursor, { number: last.number, rebuiltTo }, { gone, rows }, terms);
  return events.length;
}

/** Reads the next reviews in the order of their IDs, then rests as long as that took. */
async function rebuild(job: Job, cursor: Cursor, terms: Terms): Promise<void> {
  const { database, userId } = job;
  const { number, rebuiltTo } = cursor;
  if (rebuiltTo === null) return; // another process has finished the rebuild
  const start = performance.now();
  const rows = await database.query<Row>(readNext, [userId, rebuiltTo]);
  const reached = rows.length < MAX_REVIEWS ? null : (rows.at(-1)?.nodeExecId ?? null);
  const stale = await database.query<Pick<Row, 'nodeExecId'>>(findGone, [
    userId,
    rebuiltTo,
    reached,
  ]);
  const gone = stale.map(({ nodeExecId }) => nodeExecId);
  await store(job, cursor, { number, rebuiltTo: reached }, { gone, rows }, terms);
  await pause(Math.max(MIN_REST_MS, performance.now() - start));
}

async function store(
  { database, userId }: Job,
  from: Cursor,
  to: Cursor,
  { gone, rows }: { gone: readonly string[]; rows: readonly Row[] },
  terms: Terms,
): Promise<void> {
  const entries = [];
  let start = performance.now();
  for (const row of rows) {
    const { nodeExecId, createdAt, graphId, nodeId, status, wasEdited } = row;
    const { decidedBy, decisionSource, reviewedAt, ruleIds } = row;
    const teamIds = teamsOf(row);
    entries.push({
      ...{ nodeExecId, createdAt, terms: terms.of(row), graphId, nodeId, status, wasEdited },
      ...{ decidedBy, decisionSource, reviewedAt, teamIds, ruleIds, lists: listsWith(row) },
    });
    if (performance.now() - start > WORDS_MS) {
      await setImmediate();
      start = performance.now();
    }
  }
  const values = [from.number, from.rebuiltTo, to.number, to.rebuiltTo, gone];
  await database.query(write, [userId, ...values, JSON.stringify(entries)]);
}
