import { z } from 'zod';
import type { Database } from '../database/database.ts';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import { checkInput, id } from '../input.ts';

const deleteWebhookInput = z.object({ webhookId: id });

// Its deliveries may be many: they go when old ones are pruned, and nothing finds them until then.
const remove = statement(
  'deleteWebhook',
  `WITH slots AS (DELETE FROM "WebhookSlot" WHERE "userId" = $1 AND "webhookId" = $2)
  DELETE FROM "Webhook" WHERE "userId" = $1 AND "id" = $2 RETURNING 1`,
);

/**
 * Deletes a webhook; nothing more is sent to it.
 * @returns 1, or 0 where there was none
 * @throws InvalidInputError
 */
export async function deleteWebhook(
  database: Database,
  { userId }: Pick<Viewer, 'userId'>,
  rawInput: unknown,
): Promise<number> {
  const { webhookId } = checkInput(deleteWebhookInput, rawInput);
  return (await database.query(remove, [userId, webhookId])).length;
}
