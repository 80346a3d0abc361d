// A job of graphile-worker says only that a slot may have something to send. What there is to send is in
// WebhookDelivery alone, so a job that comes twice, too early or never loses nothing: the next one finds it.

import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';

/** The task's name in the job queue. */
export const TASK = 'webhook';
/** A job for a receiver that was slow or failed: such jobs get only a part of the workers. */
export const SLOW = 'slow';

export type Slot = { userId: string; webhookId: string; slot: number };

/**
 * SQL: adds one job for each of the slots that `from` gives as `s`, of the webhook `w`. A job that waits already keeps its place
 * among the others.
 */
const addJobs = (from: string): string => `
  SELECT graphile_worker.add_jobs(array_agg(
    ROW('${TASK}',
      json_build_object('userId', s."userId", 'webhookId', s."webhookId", 'slot', s."slot"),
      NULL, NULL, NULL, s."webhookId" || '/' || s."slot", NULL,
      CASE WHEN w."slow" THEN ARRAY['${SLOW}'] END)::graphile_worker.job_spec
    ORDER BY s."webhookId", s."slot"), true)
  ${from} HAVING count(*) > 0`;

const wakeSlots = statement(
  'wakeWebhookSlots',
  addJobs(`FROM unnest($1::text[], $2::text[], $3::int[]) AS s("userId", "webhookId", "slot")
    JOIN "Webhook" w ON w."userId" = s."userId" AND w."id" = s."webhookId"`),
);

/** There may be something to send from these slots now. Inside a transaction it takes effect with it. */
export async function wake(queries: Queries, slots: readonly Slot[]): Promise<void> {
  await queries.query(wakeSlots, [
    slots.map(({ userId }) => userId),
    slots.map(({ webhookId }) => webhookId),
    slots.map(({ slot }) => slot),
  ]);
}

const wakeWebhook = statement(
  'wakeWebhook',
  addJobs(`FROM "Webhook" w
    JOIN "WebhookSlot" s ON s."userId" = w."userId" AND s."webhookId" = w."id"
    WHERE w."userId" = $1 AND w."id" = $2`),
);

/** As wake, for every slot of a webhook. */
export async function wakeAll(queries: Queries, userId: string, webhookId: string): Promise<void> {
  await queries.query(wakeWebhook, [userId, webhookId]);
}

// A key of its own: what is only due later must not put off a job for what is due now.
const wakeLater = statement(
  'wakeWebhookSlotLater',
  `SELECT graphile_worker.add_job('${TASK}',
    json_build_object('userId', w."userId", 'webhookId', w."id", 'slot', $3::int),
    run_at := $4::timestamptz, job_key := w."id" || '/' || $3::int || '/later',
    flags := CASE WHEN w."slow" THEN ARRAY['${SLOW}'] END)
  FROM "Webhook" w WHERE w."userId" = $1 AND w."id" = $2`,
);

/** There will be something to send from this slot. */
export async function wakeAt(queries: Queries, slot: Slot, at: Date): Promise<void> {
  await queries.query(wakeLater, [slot.userId, slot.webhookId, slot.slot, at]);
}

// Slots whose job was lost: its process was killed, or the database went away before it was added.
const wakeForgotten = statement(
  'wakeForgottenWebhookSlots',
  addJobs(`FROM "Webhook" w JOIN "WebhookSlot" s ON s."userId" = w."userId" AND s."webhookId" = w."id"
    WHERE w."enabled" AND coalesce(s."leasedUntil" < clock_timestamp(), true) AND EXISTS (
      SELECT FROM "WebhookDelivery" d
      WHERE d."userId" = s."userId" AND d."webhookId" = s."webhookId" AND d."slot" = s."slot"
        AND d."status" = 'PENDING' AND d."nextAttemptAt" < clock_timestamp() - $1::int * interval '1 ms')`),
);

/** Wakes every slot in which something should have been sent a while ago and that nobody sends from. */
export async function wakeOverdue(queries: Queries, overdueMs: number): Promise<void> {
  await queries.query(wakeForgotten, [overdueMs]);
}
