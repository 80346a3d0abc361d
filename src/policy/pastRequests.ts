import { setImmediate, setTimeout } from 'node:timers/promises';
import { JsonText } from '@holdpoint/client/json';
import { z } from 'zod';
import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import { id } from '../input.ts';
import type { Subject } from './subject.ts';

/** How long a preview may take. */
const PREVIEW_MS = 2_000;
/** How long a preview computes before it lets other work run. */
const TURN_MS = 3;
/** How many requests one statement finds. */
const PAGE = 200;
/** How much of their texts is in memory at once, in bytes. A single request may be larger. */
const BATCH_BYTES = 500_000;

/** Which past requests to look at. */
export const previewRange = z
  .object({
    from: z.date().nullish(),
    to: z.date().nullish(),
    graphId: id.nullish(),
    nodeId: id.nullish(),
  })
  .refine(({ from, to }) => !from || !to || from < to, {
    path: ['to'],
    error: 'must be later than from',
  })
  .nullish();

export type Range = NonNullable<z.output<typeof previewRange>>;

/** A request as it was made. `now` is the time at which it was made. */
export type PastRequest = Subject & {
  nodeExecId: string;
  /** What a person decided. Null if no person did, or not yet. */
  decision: 'APPROVED' | 'EDITED' | 'REJECTED' | null;
};

/** `truncated`: the time was over before all requests of the range were looked at. */
export type Walk = { examined: number; truncated: boolean };

type Place = { createdAt: Date | 'infinity'; nodeExecId: string };
type Found = { createdAt: Date; nodeExecId: string; bytes: number; matches: boolean };

const oneSide = (status: string): string => `(
    SELECT r."nodeExecId", r."createdAt", r."graphId", r."nodeId",
      r."payloadBytes" + coalesce(octet_length(r."instructions"), 0) AS "bytes"
    FROM "PendingReview" r
    WHERE r."userId" = $1 AND ${status} AND r."createdAt" >= $2
      AND (r."createdAt", r."nodeExecId") < ($3::timestamptz, $4)
    ORDER BY r."createdAt" DESC, r."nodeExecId" DESC LIMIT ${PAGE})`;

// Each side has an index in this order. The workflow and the step are compared afterwards, so that
// a page takes the same time however few of its requests match.
const findPage = statement(
  'findPastRequests',
  `SELECT r."nodeExecId", r."createdAt", r."bytes",
    ($5::text IS NULL OR r."graphId" = $5) AND ($6::text IS NULL OR r."nodeId" = $6) AS "matches"
  FROM (${oneSide(`r."status" = 'WAITING'`)} UNION ALL ${oneSide(`r."status" <> 'WAITING'`)}) r
  ORDER BY r."createdAt" DESC, r."nodeExecId" DESC LIMIT ${PAGE}`,
);

const readRequests = statement(
  'readPastRequests',
  `SELECT r."nodeExecId", r."kind", r."nodeId", r."graphId", r."graphVersion", r."graphExecId",
    r."requestedBy", r."consumers", r."instructions", r."headline", r."tags",
    CASE WHEN r."policyVerdict" @? '$.askedRisk' THEN r."policyVerdict" ->> 'askedRisk'
      ELSE r."risk"::text END AS "risk",
    coalesce(r."originalPayload", r."payload") AS "payload", r."createdAt" AS "now",
    CASE WHEN r."decisionSource"::text NOT IN ('REVIEWER', 'OVERRIDE') THEN NULL
      WHEN r."status" = 'APPROVED' AND r."wasEdited" THEN 'EDITED'
      ELSE r."status"::text END AS "decision"
  FROM "PendingReview" r WHERE r."userId" = $1 AND r."nodeExecId" = ANY ($2::text[])
  ORDER BY r."createdAt" DESC, r."nodeExecId" DESC`,
);

type Row = Omit<PastRequest, 'payload'> & { payload: string };

/**
 * Calls `look` with the past requests of a workspace, newest first, for at most two seconds. Other
 * work of the process runs in between.
 */
export async function walkPastRequests(
  database: Queries,
  userId: string,
  { from, to, graphId, nodeId }: Range,
  look: (request: PastRequest) => void,
): Promise<Walk> {
  const end = performance.now() + PREVIEW_MS;
  let examined = 0;
  let place: Place = { createdAt: to ?? 'infinity', nodeExecId: '' };
  for (;;) {
    const found: Found[] | null = await before(
      end,
      database.query<Found>(findPage, [
        ...[userId, from ?? '-infinity', place.createdAt, place.nodeExecId],
        ...[graphId ?? null, nodeId ?? null],
      ]),
    );
    if (found === null) return { examined, truncated: true };
    for (const nodeExecIds of batchesOf(found)) {
      const rows = await before(end, database.query<Row>(readRequests, [userId, nodeExecIds]));
      if (rows === null) return { examined, truncated: true };
      let turnEnd = 0;
      for (const row of rows) {
        if (performance.now() >= turnEnd) {
          await nextTurn();
          turnEnd = performance.now() + TURN_MS;
        }
        if (performance.now() >= end) return { examined, truncated: true };
        look({ ...row, payload: new JsonText(row.payload) });
        examined++;
      }
    }
    const last = found.at(-1);
    if (!last || found.length < PAGE) return { examined, truncated: false };
    place = last;
  }
}

/** The requests that match, in groups that fit in memory. */
function batchesOf(page: readonly Found[]): string[][] {
  const batches: string[][] = [];
  let bytesLeft = 0;
  for (const { nodeExecId, bytes, matches } of page) {
    if (!matches) continue;
    if (bytes > bytesLeft) {
      batches.push([]);
      bytesLeft = BATCH_BYTES;
    }
    batches.at(-1)?.push(nodeExecId);
    bytesLeft -= bytes;
  }
  return batches;
}

/** The result, or null if there is none at this time. */
async function before<Result>(end: number, result: Promise<Result>): Promise<Result | null> {
  const timer = new AbortController();
  const over = setTimeout(Math.max(0, end - performance.now()), null, { signal: timer.signal });
  try {
    return await Promise.race([result, over]);
  } finally {
    timer.abort();
  }
}

let lastTurn: Promise<unknown> = Promise.resolve();

/** Lets other work run. Several previews at once take turns, so that only one computes in between. */
function nextTurn(): Promise<unknown> {
  lastTurn = lastTurn.then(() => setImmediate());
  return lastTurn;
}
