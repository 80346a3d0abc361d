import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Database } from '../database/database.ts';
import { ReviewEventKind } from '../database/generated/prisma/enums.ts';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import { checkInput, InvalidInputError, id, NotFoundError } from '../input.ts';
import { disableWebhook } from './enabling.ts';
import { newSecret } from './message.ts';
import { numberIn, readWebhook } from './readWebhooks.ts';
import { faultOfReceiverUrl } from './receiverAddress.ts';
import { deliveryColumns, type Webhook, type WebhookDelivery } from './webhook.ts';

const ID_BYTES = 8;
/** Each of them gets every event of the workspace. */
const MAX_WEBHOOKS = 20;
/**
 * How long the old secret stays valid beside the new one, so that receivers have time to change.
 */
const BOTH_SECRETS_HOURS = 24;

/**
 * SQL: the number of the workspace's last event. It waits for events that are being written, and
 * those that come later find the webhook's job, so no event lies in between.
 */
const lastEvent = `
  INSERT INTO "OwnerCounter" AS c ("userId", "lastNumber") SELECT $1, "start" FROM "FeedEpoch"
  ON CONFLICT ("userId") DO UPDATE SET "lastNumber" = c."lastNumber" RETURNING "lastNumber"`;

const createWebhookInput = (allowPrivate: boolean) =>
  z.object({
    url: z.string().superRefine((url, { addIssue }) => {
      const fault = faultOfReceiverUrl(url, allowPrivate);
      if (fault) addIssue(fault);
    }),
    kinds: z
      .array(z.enum(ReviewEventKind))
      .min(1, 'must hold at least one kind; leave it out for every kind')
      .nullish()
      .transform((kinds) => [...new Set(kinds)]),
  });

const create = statement(
  'createWebhook',
  `WITH last AS (${lastEvent}), made AS (
    INSERT INTO "Webhook" ("userId", "id", "url", "kinds", "secret", "createdBy", "cursor")
    SELECT $1, $2, $3, $4::"ReviewEventKind"[], $5, $6, last."lastNumber" FROM last
    WHERE (SELECT count(*) FROM "Webhook" WHERE "userId" = $1) < ${MAX_WEBHOOKS}
    RETURNING "userId", "id"
  )
  INSERT INTO "Job" ("userId", "kind", "key", "dueAt")
  SELECT "userId", kind, "id", now() FROM made, unnest(ARRAY['deliverWebhook', 'pruneDeliveries']) kind
  RETURNING 1`,
);

/**
 * Creates a webhook, which gets the workspace's events from now on.
 * @param allowPrivate whether it may lead into one's own network, and do without TLS
 * @returns the webhook, and the secret that signs its messages, which is never shown again
 * @throws InvalidInputError
 */
export async function createWebhook(
  database: Database,
  { userId, actor }: Pick<Viewer, 'userId' | 'actor'>,
  rawInput: unknown,
  allowPrivate: boolean,
): Promise<{ webhook: Webhook; secret: string }> {
  const { url, kinds } = checkInput(createWebhookInput(allowPrivate), rawInput);
  const id = randomBytes(ID_BYTES).toString('hex');
  const secret = newSecret();
  const made = await database.query(create, [userId, id, url, kinds, secret, actor]);
  if (made.length === 0) {
    const message = `must be one of at most ${MAX_WEBHOOKS} webhooks; delete another one first`;
    throw new InvalidInputError([{ path: 'input.url', message }]);
  }
  return { webhook: await readWebhook(database, userId, id), secret };
}

const setWebhookEnabledInput = z.object({ webhookId: id, enabled: z.boolean() });

// Events that happened while it was disabled are skipped. If it is enabled already, it keeps its
// cursor.
const enable = statement(
  'enableWebhook',
  `WITH last AS (${lastEvent}), enabled AS (
    UPDATE "Webhook" w SET "enabled" = true, "disabledReason" = NULL, "pausedUntil" = NULL,
      "cursor" = CASE WHEN w."enabled" THEN w."cursor" ELSE last."lastNumber" END
    FROM last WHERE w."userId" = $1 AND w."id" = $2 RETURNING 1
  )
  INSERT INTO "Job" AS j ("userId", "kind", "key", "dueAt")
  SELECT $1, 'deliverWebhook', $2, now() FROM enabled
  ON CONFLICT ("userId", "kind", "key") DO UPDATE SET "dueAt" = excluded."dueAt" RETURNING 1`,
);

/**
 * Enables or disables a webhook. While it is disabled nothing is sent and no event is queued.
 * Deliveries that are pending are kept until it is enabled again.
 * @throws InvalidInputError, NotFoundError
 */
export async function setWebhookEnabled(
  database: Database,
  { userId }: Pick<Viewer, 'userId'>,
  rawInput: unknown,
): Promise<Webhook> {
  const { webhookId, enabled } = checkInput(setWebhookEnabledInput, rawInput);
  const isFound = enabled
    ? (await database.query(enable, [userId, webhookId])).length > 0
    : await disableWebhook(database, { userId, webhookId }, null);
  if (!isFound) throw new NotFoundError('Webhook', [webhookId]);
  return readWebhook(database, userId, webhookId);
}

const webhookInput = z.object({ webhookId: id });

const rotate = statement(
  'rotateWebhookSecret',
  `UPDATE "Webhook" SET "secret" = $3, "previousSecret" = "secret",
    "previousSecretUntil" = now() + interval '${BOTH_SECRETS_HOURS} hours'
  WHERE "userId" = $1 AND "id" = $2 RETURNING 1`,
);

/**
 * Gives a webhook a new secret. For a day messages are signed with both. A second rotation within
 * that day ends the first secret at once.
 * @returns the webhook, and the new secret, which is never shown again
 * @throws InvalidInputError, NotFoundError
 */
export async function rotateWebhookSecret(
  database: Database,
  { userId }: Pick<Viewer, 'userId'>,
  rawInput: unknown,
): Promise<{ webhook: Webhook; secret: string }> {
  const { webhookId } = checkInput(webhookInput, rawInput);
  const secret = newSecret();
  const rotated = await database.query(rotate, [userId, webhookId, secret]);
  if (rotated.length === 0) throw new NotFoundError('Webhook', [webhookId]);
  return { webhook: await readWebhook(database, userId, webhookId), secret };
}

const remove = statement(
  'deleteWebhook',
  `WITH deliver AS (
    DELETE FROM "Job" WHERE "userId" = $1 AND "kind" = 'deliverWebhook' AND "key" = $2
  ), prune AS (
    UPDATE "Job" SET "dueAt" = now() WHERE "userId" = $1 AND "kind" = 'pruneDeliveries' AND "key" = $2
  )
  DELETE FROM "Webhook" WHERE "userId" = $1 AND "id" = $2 RETURNING 1`,
);

/**
 * Deletes a webhook. Nothing more is sent to it, and a job deletes its deliveries.
 * @returns 1, or 0 if there is no such webhook
 * @throws InvalidInputError
 */
export async function deleteWebhook(
  database: Database,
  { userId }: Pick<Viewer, 'userId'>,
  rawInput: unknown,
): Promise<number> {
  const { webhookId } = checkInput(webhookInput, rawInput);
  return (await database.query(remove, [userId, webhookId])).length;
}

const redeliverWebhookEventInput = z.object({ webhookId: id, cursor: z.string() });

const redeliver = statement(
  'redeliverWebhookEvent',
  `WITH job AS (
    UPDATE "Job" SET "dueAt" = now() WHERE "userId" = $1 AND "kind" = 'deliverWebhook' AND "key" = $2
  )
  UPDATE "WebhookDelivery" d SET "status" = 'PENDING', "failures" = 0,
    "queuedAt" = now(), "nextAttemptAt" = date_trunc('milliseconds', now())
  WHERE d."userId" = $1 AND d."webhookId" = $2 AND d."number" = $3::bigint
  RETURNING ${deliveryColumns}`,
);

/**
 * Sends an event again: the same message, under the same id. A delivery that was parked, or waits
 * for a retry, gets all its attempts again.
 * @throws InvalidInputError (also if the webhook is disabled), NotFoundError
 */
export async function redeliverWebhookEvent(
  database: Database,
  { userId }: Pick<Viewer, 'userId'>,
  rawInput: unknown,
): Promise<WebhookDelivery> {
  const { webhookId, cursor } = checkInput(redeliverWebhookEventInput, rawInput);
  const number = numberIn(cursor, 'input.cursor');
  const { enabled } = await readWebhook(database, userId, webhookId);
  if (!enabled) {
    const message = `must be enabled first: ${webhookId} is disabled`;
    throw new InvalidInputError([{ path: 'input.webhookId', message }]);
  }
  const [delivery] = await database.query<WebhookDelivery>(redeliver, [userId, webhookId, number]);
  if (!delivery) throw new NotFoundError('Delivery', [cursor]);
  return delivery;
}
