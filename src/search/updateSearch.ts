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
/** While there are changes, they are collected for this long, because a large batch costs less. */
const COLLECT_MS = 500;
/** The same while the process is busy and there are many. So requests come first. */
const COLLECT_WHILE_BUSY_MS = 5_000;
const MANY_EVENTS = 10;
/** How long words may be collected at a time, while requests wait. */
const WORDS_MS = 10;

const readCursor = statement(
  'readSearchCursor',
  `SELECT c."number", c."rebuiltTo", e."first", e."last", e."count", e."changed"
  FROM "SearchCursor" c CROSS JOIN LATERAL (
    SELECT min(e."number") AS "first", max(e."number") AS "last", count(*) AS "count",
      coalesce(array_agg(DISTINCT e."nodeExecId"), '{}') AS "changed"
    FROM (SELECT e."number", e."nodeExecId" FROM "ReviewEvent" e
      WHERE e."userId" = $1 AND e."number" > c."number" ORDER BY e."number" LIMIT ${MAX_EVENTS}) e
  ) e WHERE c."userId" = $1`,
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

const ofReview = `r."createdAt", r."graphId", r."nodeId", r."graphExecId", r."status", r."kind",
  r."tags", r."risk", r."requestedBy", r."decidedBy", r."decisionSource", r."wasEdited",
  r."reviewedAt", r."approverTeams", r."headline", r."instructions",
  coalesce(r."policyVerdict" -> 'ruleIds', '[]') AS "ruleIds"`;
/** The lists that a review is in already. */
const ofEntry = `e."createdAt" AS "listedAt", ARRAY${listsIn('e."terms"')} AS "listedIn"`;

const readChanged = statement(
  'readChangedForSearch',
  `SELECT c."nodeExecId", ${ofReview}, e."listedAt", e."listedIn"
  FROM unnest($2::text[]) c("nodeExecId")
  LEFT JOIN LATERAL (SELECT * FROM "PendingReview" r
    WHERE r."userId" = $1 AND r."nodeExecId" = c."nodeExecId" OFFSET 0) r ON true
  LEFT JOIN LATERAL (SELECT ${ofEntry} FROM "SearchEntry" e
    WHERE e."userId" = $1 AND e."nodeExecId" = c."nodeExecId" OFFSET 0) e ON true`,
);

const readNext = statement(
  'readNextForSearch',
  `SELECT r."nodeExecId", ${ofReview}, e."listedAt", e."listedIn"
  FROM (SELECT * FROM "PendingReview" r WHERE r."userId" = $1 AND r."nodeExecId" > $2
    ORDER BY r."nodeExecId" LIMIT ${MAX_REVIEWS}) r
  LEFT JOIN LATERAL (SELECT ${ofEntry} FROM "SearchEntry" e
    WHERE e."userId" = $1 AND e."nodeExecId" = r."nodeExecId" OFFSET 0) e ON true
  ORDER BY r."nodeExecId"`,
);

const findGone = statement(
  'findGoneFromSearch',
  `SELECT e."nodeExecId", NULL AS "createdAt", ${ofEntry} FROM "SearchEntry" e
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
// writes, and an entry is never replaced by an older one. What a crash takes back is written again,
// so the commit does not wait for the disk.
const write = statement(
  'writeSearchEntries',
  `WITH moved AS (
    UPDATE "SearchCursor" SET "number" = $4::bigint, "rebuiltTo" = $5
    WHERE "userId" = $1 AND "number" = $2::bigint AND "rebuiltTo" IS NOT DISTINCT FROM $3
    RETURNING set_config('synchronous_commit', 'off', true)
  ), removed AS (
    DELETE FROM "SearchEntry" WHERE "userId" = $1 AND "ctid" = ANY(ARRAY(
      SELECT e."ctid" FROM unnest((SELECT $6::text[])) g("nodeExecId") CROSS JOIN LATERAL (
        SELECT e."ctid" FROM "SearchEntry" e
        WHERE e."userId" = $1 AND e."nodeExecId" = g."nodeExecId" OFFSET 0
      ) e
      WHERE EXISTS (SELECT FROM moved)))
  ), unlisted AS (
    DELETE FROM "SearchList" WHERE "userId" = $1 AND "ctid" = ANY(ARRAY(
      SELECT l."ctid" FROM unnest((SELECT $7::text[]), (SELECT $8::timestamptz[]), (SELECT $9::text[]))
        o("value", "createdAt", "nodeExecId") CROSS JOIN LATERAL (
        SELECT l."ctid" FROM "SearchList" l WHERE l."userId" = $1 AND l."value" = o."value"
          AND l."createdAt" = o."createdAt" AND l."nodeExecId" = o."nodeExecId" OFFSET 0
      ) l
      WHERE EXISTS (SELECT FROM moved)))
  ), listed AS (
    INSERT INTO "SearchList" ("userId", "value", "createdAt", "nodeExecId")
    SELECT $1, l.* FROM unnest((SELECT $10::text[]), (SELECT $11::timestamptz[]), (SELECT $12::text[])) l
    WHERE EXISTS (SELECT FROM moved)
  )
  INSERT INTO "SearchEntry" AS e ("userId", "nodeExecId", ${list()})
  SELECT $1, "nodeExecId", ${list()}
  FROM jsonb_to_recordset($13::jsonb) AS n("nodeExecId" TEXT, "createdAt" TIMESTAMPTZ,
    "terms" TSVECTOR, "graphId" TEXT, "nodeId" TEXT, "status" "ReviewStatus", "wasEdited" BOOLEAN,
    "decidedBy" TEXT, "decisionSource" "DecisionSource", "reviewedAt" TIMESTAMPTZ, "teamIds" TEXT[],
    "ruleIds" TEXT[])
  WHERE EXISTS (SELECT FROM moved)
  ON CONFLICT ("userId", "nodeExecId") DO UPDATE SET (${list()}) = ROW(${list('excluded.')})
  WHERE ROW(${list('e.')}) IS DISTINCT FROM ROW(${list('excluded.')})`,
);

type Place = { number: number; rebuiltTo: string | null };

/** How far the workspace's entries are up to date, and the events after that. */
type Cursor = Place & {
  first: number | null;
  last: number | null;
  /** How many events there are, at most MAX_EVENTS. */
  count: number;
  /** Their reviews. */
  changed: string[];
};

type Review = Searchable & {
  nodeExecId: string;
  createdAt: Date;
  wasEdited: boolean | null;
  reviewedAt: Date | null;
};

/** What the lists have of a review. Null: it has no entry. */
type Listed = { listedAt: Date | null; listedIn: string[] | null };

type Gone = { nodeExecId: string; createdAt: null };
type Row = (Review | Gone) & Listed;

/** Keeps the search entries of a workspace up to date. */
export const searchJob: JobKind = {
  places: PLACES,
  leaseMs: LEASE_MS,
  async run(job) {
    const terms = new Terms(job.userId);
    let isRebuilding = false;
    do {
      const cursor = await cursorOf(job);
      isRebuilding = cursor?.rebuiltTo !== null;
      if (!cursor) {
        await startRebuild(job, await lastNumberOf(job));
        continue;
      }
      await follow(job, cursor, terms);
      if (isRebuilding) {
        if (cursor.count < MAX_EVENTS) await rebuild(job, (await cursorOf(job)) ?? cursor, terms);
      } else if (cursor.count > 0) {
        const isLoaded = job.isBusy && cursor.count >= MANY_EVENTS;
        const dueInMs = isLoaded ? COLLECT_WHILE_BUSY_MS : COLLECT_MS;
        if (cursor.count < MAX_EVENTS) return { dueInMs, notEarlier: true };
      } else {
        // Those that saw that the job was due have committed then. Others make it due again.
        const lastNumber = await lastNumberOf(job);
        if (lastNumber === cursor.number) return { dueInMs: null };
        if ((await cursorOf(job))?.count === 0) await startRebuild(job, lastNumber);
      }
    } while (!job.shouldYield && (await job.extendLease()));
    return { dueInMs: 0, slow: isRebuilding };
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

/** Reads the reviews of the events, and moves the cursor over these. */
async function follow(job: Job, cursor: Cursor, terms: Terms): Promise<void> {
  const { first, last, changed } = cursor;
  if (first === null || last === null) return;
  if (first !== cursor.number + 1) {
    // Events have no gaps, so those in between were deleted.
    await startRebuild(job, await lastNumberOf(job));
    return;
  }
  const rows = await job.database.query<Row>(readChanged, [job.userId, changed]);
  await store(job, cursor, { number: last, rebuiltTo: cursor.rebuiltTo }, rows, terms);
}

/** Reads the next reviews in the order of their IDs, then rests as long as that took. */
async function rebuild(job: Job, cursor: Cursor, terms: Terms): Promise<void> {
  const { database, userId } = job;
  const { number, rebuiltTo } = cursor;
  if (rebuiltTo === null) return; // another process has finished the rebuild
  const start = performance.now();
  const rows = await database.query<Row>(readNext, [userId, rebuiltTo]);
  const reached = rows.length < MAX_REVIEWS ? null : (rows.at(-1)?.nodeExecId ?? null);
  const gone = await database.query<Row>(findGone, [userId, rebuiltTo, reached]);
  await store(job, cursor, { number, rebuiltTo: reached }, [...rows, ...gone], terms);
  await pause(Math.max(MIN_REST_MS, performance.now() - start));
}

/** Rows of SearchList: their values, times and reviews. */
class ListRows {
  readonly columns: [string[], (Date | null)[], string[]] = [[], [], []];

  add(values: Iterable<string>, createdAt: Date | null, nodeExecId: string): void {
    const [ofValues, ofTimes, ofReviews] = this.columns;
    for (const value of values) {
      ofValues.push(value);
      ofTimes.push(createdAt);
      ofReviews.push(nodeExecId);
    }
  }
}

/** Writes the entries of reviews, and of the lists what has changed. */
async function store(
  { database, userId }: Job,
  from: Place,
  to: Place,
  rows: readonly Row[],
  terms: Terms,
): Promise<void> {
  const entries = [];
  const gone = [];
  const unlisted = new ListRows();
  const listed = new ListRows();
  let start = performance.now();
  for (const row of rows) {
    const { nodeExecId, listedAt, listedIn } = row;
    const before = new Set(listedIn);
    if (row.createdAt === null) {
      gone.push(nodeExecId);
      unlisted.add(before, listedAt, nodeExecId);
      continue;
    }
    const { createdAt, graphId, nodeId, status, wasEdited } = row;
    const { decidedBy, decisionSource, reviewedAt, ruleIds } = row;
    const teamIds = teamsOf(row);
    entries.push({
      ...{ nodeExecId, createdAt, terms: terms.of(row), graphId, nodeId, status, wasEdited },
      ...{ decidedBy, decisionSource, reviewedAt, teamIds, ruleIds },
    });
    const after = new Set(listsWith(row));
    const isMoved = listedAt?.getTime() !== createdAt.getTime();
    unlisted.add(isMoved ? before : without(before, after), listedAt, nodeExecId);
    listed.add(isMoved ? after : without(after, before), createdAt, nodeExecId);
    if (performance.now() - start > WORDS_MS) {
      await setImmediate();
      start = performance.now();
    }
  }
  const values = [from.number, from.rebuiltTo, to.number, to.rebuiltTo, gone];
  const lists = [...unlisted.columns, ...listed.columns];
  await database.query(write, [userId, ...values, ...lists, JSON.stringify(entries)]);
}

const without = (values: Set<string>, others: Set<string>): string[] =>
  [...values].filter((value) => !others.has(value));
