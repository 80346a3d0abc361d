import { createHash } from 'node:crypto';
import type { Connections, Queries } from '../database/connections.ts';
import { type Statement, statement } from '../database/statement.ts';
import { digestOfStored } from '../reviews/payloads.ts';
import type { Review } from '../reviews/review.ts';
import { bodyOf, type Message } from './message.ts';
import { pendingOfReview } from './slotQueue.ts';
import { wake } from './wake.ts';
import { SLOTS } from './webhook.ts';

const MAX_WEBHOOKS = 20;
const MAX_EVENTS = 200;

type Behind = {
  userId: string;
  id: string;
  kinds: Message['kind'][];
  cursor: number;
  /** The owner's last event, as it was when the webhook was locked. */
  lastNumber: number;
};

/** The webhooks that have not taken up all events yet, and that no other process is at. */
const lock = (name: string, owners: string): Statement =>
  statement(
    name,
    `SELECT w."userId", w."id", w."kinds"::text[] AS "kinds", w."cursor", c."lastNumber"
    FROM "Webhook" w JOIN "OwnerCounter" c USING ("userId")
    WHERE w."enabled" AND c."lastNumber" > w."cursor" ${owners}
    LIMIT ${MAX_WEBHOOKS} FOR UPDATE OF w SKIP LOCKED`,
  );
const lockAny = lock('lockWebhooks', '');
const lockOfOwners = lock('lockWebhooksOfOwners', 'AND w."userId" = ANY ($1::text[])');

// Without the payload, which a message does not hold, unless its digest is to be computed.
const readMessages = statement(
  'readWebhookMessages',
  `SELECT w."userId", w."id" AS "webhookId", e."number", e."kind", e."nodeExecId", e."graphExecId", e."actor", e."at",
    e."requestedBy" AS "askedBy", e."payloadDigest" AS "eventDigest",
    r."graphId", r."graphVersion", r."nodeId", r."status", r."wasEdited", r."processed", r."requestedBy",
    r."decidedBy", r."decisionSource", r."createdAt", r."expiresAt", r."reviewedAt", r."consumedAt",
    r."voidedAt", r."outcome", r."payloadDigest",
    CASE WHEN r."payloadDigest" IS NULL THEN r."payload" END AS "payload"
  FROM unnest($1::text[], $2::text[], $3::bigint[]) AS w("userId", "id", "cursor")
  CROSS JOIN LATERAL (
    SELECT "userId", "number", "kind", "nodeExecId", "graphExecId", "actor", "at", "requestedBy", "payloadDigest"
    FROM "ReviewEvent" e WHERE e."userId" = w."userId" AND e."number" > w."cursor"
    ORDER BY e."number" LIMIT ${MAX_EVENTS}
  ) e
  LEFT JOIN "PendingReview" r ON r."userId" = e."userId" AND r."nodeExecId" = e."nodeExecId"
  ORDER BY e."number"`,
);

// A delivery behind others of its review that wait for their next attempt waits with them.
const insertDeliveries = statement(
  'insertWebhookDeliveries',
  `INSERT INTO "WebhookDelivery"
    ("userId", "webhookId", "number", "kind", "nodeExecId", "slot", "body", "nextAttemptAt")
  SELECT n.*, coalesce((
    SELECT max(d."nextAttemptAt") FROM "WebhookDelivery" d
    WHERE ${pendingOfReview('d', 'n')}), clock_timestamp())
  FROM unnest($1::text[], $2::text[], $3::bigint[], $4::"ReviewEventKind"[], $5::text[], $6::smallint[],
    $7::text[]) AS n("userId", "webhookId", "number", "kind", "nodeExecId", "slot", "body")
  ON CONFLICT DO NOTHING`,
);

const moveCursors = statement(
  'moveWebhookCursors',
  `UPDATE "Webhook" w SET "cursor" = m."number"
  FROM unnest($1::text[], $2::text[], $3::bigint[]) AS m("userId", "id", "number")
  WHERE w."userId" = m."userId" AND w."id" = m."id"`,
);

/** The review's columns are null where it is deleted. */
type Row = Omit<Message, 'review' | 'requestedBy' | 'payloadDigest'> &
  Review & { userId: string; webhookId: string; askedBy: string; eventDigest: string | null };

/**
 * Notes for some webhooks that are behind what is to be sent, and moves their cursors: one transaction, so an event
 * is noted once, whatever ends in between. Of several processes each takes other webhooks.
 * @param userIds of these owners, or null: of all
 * @returns whether there may be more
 */
export function takeUp(database: Connections, userIds: readonly string[] | null): Promise<boolean> {
  return database.transaction(async (queries) => {
    const behind = userIds
      ? await queries.query<Behind>(lockOfOwners, [userIds])
      : await queries.query<Behind>(lockAny, []);
    if (behind.length === 0) return false;
    // A statement of its own: it sees what was committed until the locks were taken.
    const rows = await queries.query<Row>(readMessages, [
      behind.map(({ userId }) => userId),
      behind.map(({ id }) => id),
      behind.map(({ cursor }) => cursor),
    ]);
    const kindsOf = new Map(behind.map(({ id, kinds }) => [id, kinds]));
    const wanted = rows.filter(({ webhookId, kind }) => {
      const kinds = kindsOf.get(webhookId);
      return !kinds?.length || kinds.includes(kind);
    });
    if (wanted.length > 0) await note(queries, wanted);

    const newest = new Map(rows.map(({ webhookId, number }) => [webhookId, number]));
    await queries.query(moveCursors, [
      behind.map(({ userId }) => userId),
      behind.map(({ id }) => id),
      // Where events were deleted, the cursor passes over them; not over what has come since they were read.
      behind.map(({ id, lastNumber }) => newest.get(id) ?? lastNumber),
    ]);
    const read = [...Map.groupBy(rows, ({ webhookId }) => webhookId).values()];
    return behind.length === MAX_WEBHOOKS || read.some(({ length }) => length === MAX_EVENTS);
  });
}

async function note(queries: Queries, rows: Row[]): Promise<void> {
  const deliveries = rows.map((row) => ({
    userId: row.userId,
    webhookId: row.webhookId,
    number: row.number,
    kind: row.kind,
    nodeExecId: row.nodeExecId,
    slot: slotOf(row.nodeExecId),
    body: bodyOf(messageOf(row)),
  }));
  const column = (name: keyof (typeof deliveries)[number]) => deliveries.map((row) => row[name]);
  await queries.query(insertDeliveries, [
    column('userId'),
    column('webhookId'),
    column('number'),
    column('kind'),
    column('nodeExecId'),
    column('slot'),
    column('body'),
  ]);
  await wake(queries, [
    ...new Map(deliveries.map((each) => [`${each.webhookId}/${each.slot}`, each])).values(),
  ]);
}

/** All deliveries of a review stand in one slot: there they keep their order. */
const slotOf = (nodeExecId: string): number =>
  (createHash('sha256').update(nodeExecId).digest()[0] as number) % SLOTS;

function messageOf(row: Row): Message {
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
      nodeId: row.nodeId,
      graphId: row.graphId,
      graphVersion: row.graphVersion,
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
    },
  };
}
