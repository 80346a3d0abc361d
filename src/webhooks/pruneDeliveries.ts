import type { Queries } from '../database/connections.ts';
import { statement } from '../database/statement.ts';

/** How long what was delivered or parked can be read and sent again. */
export const KEPT_DAYS = 30;
const BATCH = 2_000;

const prune = statement(
  'pruneWebhookDeliveries',
  `DELETE FROM "WebhookDelivery" WHERE ctid = ANY (ARRAY(
    SELECT d.ctid FROM "WebhookDelivery" d
    WHERE (d."createdAt" < now() - make_interval(days => $1::int) AND d."status" <> 'PENDING')
      OR NOT EXISTS (SELECT FROM "Webhook" w WHERE w."userId" = d."userId" AND w."id" = d."webhookId")
    LIMIT ${BATCH} FOR UPDATE SKIP LOCKED))
  RETURNING 1`,
);

// Of a process that was killed: the queue frees its jobs after hours, and some of those are never run again.
const pruneJobs = statement(
  'pruneWebhookJobs',
  `DELETE FROM graphile_worker._private_jobs WHERE "attempts" >= "max_attempts" AND "locked_at" IS NULL`,
);

/** Deletes deliveries that are no longer kept, those of deleted webhooks, and jobs that nobody will run. */
export async function pruneDeliveries(queries: Queries, days = KEPT_DAYS): Promise<number> {
  let pruned = 0;
  for (let count = BATCH; count === BATCH; pruned += count) {
    count = (await queries.query(prune, [days])).length;
  }
  await queries.query(pruneJobs, []);
  return pruned;
}
