import { setTimeout as pause } from 'node:timers/promises';
import { statement } from '../database/statement.ts';
import type { JobKind } from '../jobs/worker.ts';

/** How long deliveries can be read and sent again. */
const KEPT_DAYS = 30;
const EVERY_MS = 24 * 3_600_000;
const BATCH = 2_000;
const REST_MS = 100;

const prune = statement(
  'pruneWebhookDeliveries',
  `DELETE FROM "WebhookDelivery" WHERE "userId" = $1 AND "webhookId" = $2 AND "number" IN (
    SELECT "number" FROM "WebhookDelivery"
    WHERE "userId" = $1 AND "webhookId" = $2 AND (
      ("createdAt" < now() - interval '${KEPT_DAYS} days' AND "status" <> 'PENDING')
      OR NOT EXISTS (SELECT FROM "Webhook" WHERE "userId" = $1 AND "id" = $2))
    LIMIT ${BATCH})
  RETURNING 1`,
);

const forget = statement(
  'forgetWebhook',
  `DELETE FROM "Job" WHERE "userId" = $1 AND "key" = $2 AND "kind" = 'pruneDeliveries'
    AND NOT EXISTS (SELECT FROM "Webhook" WHERE "userId" = $1 AND "id" = $2)`,
);

/** Deletes a webhook's old deliveries once a day, and all of them after the webhook was deleted. */
export const pruneDeliveries: JobKind = {
  places: 1,
  leaseMs: 60_000,
  async run(job) {
    for (let count = BATCH; count === BATCH; ) {
      if (job.shouldYield || !(await job.extendLease())) return { dueInMs: 0 };
      count = (await job.database.query(prune, [job.userId, job.key])).length;
      if (count === BATCH) await pause(REST_MS);
    }
    await job.database.query(forget, [job.userId, job.key]);
    return { dueInMs: EVERY_MS };
  },
};
