import { z } from 'zod';
import type { Database } from '../database/database.ts';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import { checkInput, InvalidInputError, id, NotFoundError } from '../input.ts';
import { numberIn, readWebhook } from './readWebhooks.ts';
import { wake } from './wake.ts';
import { deliveryColumns, type WebhookDelivery } from './webhook.ts';

const redeliverWebhookEventInput = z.object({ webhookId: id, cursor: z.string() });

const queueAgain = statement(
  'redeliverWebhookEvent',
  `UPDATE "WebhookDelivery" d SET "status" = 'PENDING', "failures" = 0,
    "queuedAt" = clock_timestamp(), "nextAttemptAt" = clock_timestamp()
  WHERE d."userId" = $1 AND d."webhookId" = $2 AND d."number" = $3::bigint
  RETURNING ${deliveryColumns}`,
);

/**
 * Sends an event again: the same message, under the same id. One that was parked, or waits for its next attempt, gets all
 * its attempts anew, from now on.
 * @throws InvalidInputError (also where the webhook is disabled), NotFoundError
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
  return database.transaction(async (queries) => {
    const [delivery] = await queries.query<WebhookDelivery>(queueAgain, [
      userId,
      webhookId,
      number,
    ]);
    if (!delivery) throw new NotFoundError('Delivery', [cursor]);
    await wake(queries, [delivery]);
    return delivery;
  });
}
