import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';
import { requirementsOf, votesOf } from '../people/ballot.ts';
import { readGiven } from '../people/given.ts';
import type { StoredVerdict } from '../policy/verdict.ts';
import { digestOfStored } from '../reviews/payloads.ts';
import type { Review } from '../reviews/review.ts';
import { isPendingOfSameReview, type WebhookKey } from './deliveryQueue.ts';
import { bodyOf, type Message } from './message.ts';

const MAX_EVENTS = 200;

/** A webhook, as far as it says what is to be sent. */
export type Subscription = WebhookKey & {
  /** Empty: every kind. */
  kinds: Message['kind'][];
  /** The number of the last event that was queued for it. */
  cursor: number;
  /** The number of the workspace's last event. */
  lastNumber: number;
};

// Messages hold no payload. It is read only where its digest must be computed.
const readMessages = statement(
  'readWebhookMessages',
  `SELECT e."number", e."kind", e."nodeExecId", e."graphExecId", e."actor", e."at",
    e."requestedBy" AS "askedBy", e."payloadDigest" AS "eventDigest", r."kind" AS "reviewKind", r."revision",
    r."graphId", r."graphVersion", r."nodeId", r."headline", r."risk", r."tags", r."policyVersion",
    r."policyVerdict", r."status", r."wasEdited", r."processed", r."requestedBy",
    r."decidedBy", r."decisionSource", r."createdAt", r."expiresAt", r."reviewedAt", r."consumedAt",
    r."voidedAt", r."outcome", r."payloadDigest", r."approvalsRequired", r."votes", r."escalation",
    r."escalationsDone", r."escalatedAt", r."reassignedBy", r."consumers", r."claimedBy",
    CASE WHEN r."status" = 'WAITING' AND r."claimedUntil" > now() THEN r."claimedUntil" END
      AS "claimedUntil",
    CASE WHEN r."payloadDigest" IS NULL THEN r."payload" END AS "payload"
  FROM "ReviewEvent" e
  LEFT JOIN "PendingReview" r ON r."userId" = $1 AND r."nodeExecId" = e."nodeExecId"
  WHERE e."userId" = $1 AND e."number" > $2::bigint
  ORDER BY e."number" LIMIT ${MAX_EVENTS}`,
);

// Only if the cursor still stands where the events were read from, so that each is queued once. A
// delivery behind others of its review that wait for a retry waits with them.
const queue = statement(
  'queueWebhookDeliveries',
  `WITH moved AS (
    UPDATE "Webhook" SET "cursor" = $4::bigint
    WHERE "userId" = $1 AND "id" = $2 AND "cursor" = $3::bigint RETURNING 1
  )
  INSERT INTO "WebhookDelivery"
    ("userId", "webhookId", "number", "kind", "nodeExecId", "body", "nextAttemptAt")
  SELECT n.*, coalesce((
    SELECT max(d."nextAttemptAt") FROM "WebhookDelivery" d
    WHERE ${isPendingOfSameReview('d', 'n')}), date_trunc('milliseconds', clock."now"))
  FROM (SELECT now() AS "now") clock, (
    SELECT $1 AS "userId", $2 AS "webhookId", * FROM unnest($5::bigint[], $6::"ReviewEventKind"[],
      $7::text[], $8::text[]) AS e("number", "kind", "nodeExecId", "body")
  ) n
  WHERE EXISTS (SELECT FROM moved)
  ON CONFLICT DO NOTHING`,
);

/** The review's columns are null if it is deleted. */
type Row = Omit<Message, 'review' | 'requestedBy' | 'payloadDigest'> &
  Omit<Review, 'kind'> & {
    reviewKind: Review['kind'];
    askedBy: string;
    eventDigest: string | null;
  };

/**
 * Queues what has happened since a webhook's cursor, and moves the cursor: one statement, so that
 * each event is queued once, whenever the process ends.
 * @returns whether there may be more
 */
export async function queueEvents(
  queries: Queries,
  { userId, webhookId, kinds, cursor, lastNumber }: Subscription,
): Promise<boolean> {
  if (lastNumber <= cursor) return false;
  const rows = await queries.query<Row>(readMessages, [userId, cursor]);
  const wanted = rows.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind));
  await queries.query(queue, [
    userId,
    webhookId,
    cursor,
    // If the events were deleted, the cursor passes over them, but not over what has come since.
    rows.at(-1)?.number ?? lastNumber,
    wanted.map(({ number }) => number),
    wanted.map(({ kind }) => kind),
    wanted.map(({ nodeExecId }) => nodeExecId),
    await bodiesOf(queries, userId, wanted),
  ]);
  return rows.length === MAX_EVENTS;
}

/** Reads who counts only if one of the reviews requires several approvals. */
async function bodiesOf(queries: Queries, userId: string, rows: readonly Row[]): Promise<string[]> {
  const signed = rows.filter(({ approvalsRequired }) => approvalsRequired !== null);
  const given = new Map(
    (await readGiven(queries, userId, signed)).map((counts, at) => [signed[at], counts]),
  );
  return rows.map((row) => bodyOf(messageOf(row, given.get(row) ?? [])));
}

function messageOf(row: Row, given: readonly number[]): Message {
  const { number, kind, nodeExecId, graphExecId, actor, at, askedBy, eventDigest } = row;
  const event = {
    number,
    kind,
    nodeExecId,
    graphExecId,
    actor,
    at,
    requestedBy: askedBy,
    payloadDigest: eventDigest,
  };
  if (row.graphId === null) return { ...event, review: null };
  return {
    ...event,
    review: {
      kind: row.reviewKind,
      nodeId: row.nodeId,
      graphId: row.graphId,
      graphVersion: row.graphVersion,
      headline: row.headline,
      risk: row.risk,
      tags: row.tags,
      revision: row.revision,
      payloadDigest: row.payloadDigest ?? digestOfStored(row.payload ?? 'null'),
      status: row.status,
      wasEdited: row.wasEdited,
      processed: row.processed,
      requestedBy: row.requestedBy,
      decidedBy: row.decidedBy,
      decisionSource: row.decisionSource,
      createdAt: row.createdAt,
      expiresAt: row.expiresAt,
      reviewedAt: row.reviewedAt,
      voidedAt: row.voidedAt,
      consumedAt: row.consumedAt,
      outcome: row.outcome,
      approvalsRequired: requirementsOf(row).map((requirement, at) => ({
        ...requirement,
        given: given[at] ?? 0,
      })),
      votes: votesOf(row).map(({ actor, onBehalfOf, decision, at, endedBy }) => ({
        ...{ actor, onBehalfOf: onBehalfOf ?? null, decision, at, endedBy },
      })),
      escalatedAt: row.escalatedAt,
      claimedBy: row.claimedUntil && row.claimedBy,
      claimedUntil: row.claimedUntil,
      policy: verdictOf(row),
    },
  };
}

function verdictOf({
  policyVersion: version,
  policyVerdict,
}: Row): NonNullable<Message['review']>['policy'] {
  if (version === null || policyVerdict === null) return null;
  const { mode, effect, ruleIds, problems } = policyVerdict as StoredVerdict;
  return { version, mode, effect, ruleIds, problems: problems.map(({ ruleId }) => ({ ruleId })) };
}
