import { z } from 'zod';
import type { Database } from '../database/database.ts';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import { checkInput, id, NotFoundError } from '../input.ts';
import { readWebhook } from './readWebhooks.ts';
import { wakeAll } from './wake.ts';
import type { Webhook } from './webhook.ts';

const setWebhookEnabledInput = z.object({ webhookId: id, enabled: z.boolean() });

// What happened while it was disabled is passed over. One that is enabled already keeps its place.
const set = statement(
  'setWebhookEnabled',
  `UPDATE "Webhook" w SET "enabled" = $3::boolean, "cursor" = CASE
    WHEN $3::boolean AND NOT w."enabled" THEN coalesce(
      (SELECT "lastNumber" FROM "OwnerCounter" c WHERE c."userId" = w."userId"), w."cursor")
    ELSE w."cursor" END
  WHERE w."userId" = $1 AND w."id" = $2 RETURNING 1`,
);

/**
 * Enables a webhook or disables it. While it is disabled nothing is sent and no event is taken up; what was still to be
 * sent is kept for when it is enabled again.
 * @throws InvalidInputError, NotFoundError
 */
export async function setWebhookEnabled(
  database: Database,
  { userId }: Pick<Viewer, 'userId'>,
  rawInput: unknown,
): Promise<Webhook> {
  const { webhookId, enabled } = checkInput(setWebhookEnabledInput, rawInput);
  await database.transaction(async (queries) => {
    const changed = await queries.query(set, [userId, webhookId, enabled]);
    if (changed.length === 0) throw new NotFoundError('Webhook', [webhookId]);
    if (enabled) await wakeAll(queries, userId, webhookId);
  });
  return readWebhook(database, userId, webhookId);
}
