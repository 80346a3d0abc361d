import { z } from 'zod';
import type { Database } from '../database/database.ts';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import { checkInput, id, NotFoundError } from '../input.ts';
import { newSecret } from './message.ts';
import { readWebhook } from './readWebhooks.ts';
import type { Webhook } from './webhook.ts';

/** How long the secret before signs beside the new one, so that receivers can change over at leisure. */
const BOTH_HOURS = 24;

const rotateWebhookSecretInput = z.object({ webhookId: id });

const rotate = statement(
  'rotateWebhookSecret',
  `UPDATE "Webhook" SET "secret" = $3, "previousSecret" = "secret",
    "previousSecretUntil" = now() + interval '${BOTH_HOURS} hours'
  WHERE "userId" = $1 AND "id" = $2 RETURNING 1`,
);

/**
 * Gives a webhook a new secret. For a day messages are signed with both; a second rotation ends the first secret at once.
 * @returns the webhook and its new secret: this is the only time that it can be seen
 * @throws InvalidInputError, NotFoundError
 */
export async function rotateWebhookSecret(
  database: Database,
  { userId }: Pick<Viewer, 'userId'>,
  rawInput: unknown,
): Promise<{ webhook: Webhook; secret: string }> {
  const { webhookId } = checkInput(rotateWebhookSecretInput, rawInput);
  const secret = newSecret();
  const rotated = await database.query(rotate, [userId, webhookId, secret]);
  if (rotated.length === 0) throw new NotFoundError('Webhook', [webhookId]);
  return { webhook: await readWebhook(database, userId, webhookId), secret };
}
