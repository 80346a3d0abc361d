import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Database } from '../database/database.ts';
import { ReviewEventKind } from '../database/generated/prisma/enums.ts';
import { statement } from '../database/statement.ts';
import type { Viewer } from '../identity/viewer.ts';
import { checkInput, InvalidInputError } from '../input.ts';
import { newSecret } from './message.ts';
import { readWebhook } from './readWebhooks.ts';
import { faultOfReceiverUrl } from './receiverUrl.ts';
import { SLOTS, type Webhook } from './webhook.ts';

const ID_BYTES = 8;
/** Every event of the owner is sent to each of them. */
const MAX_WEBHOOKS = 20;

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

// Its cursor stands at the owner's last event: what comes from now on is sent.
const create = statement(
  'createWebhook',
  `WITH made AS (
    INSERT INTO "Webhook" ("userId", "id", "url", "kinds", "secret", "createdBy", "cursor")
    SELECT $1, $2, $3, $4::"ReviewEventKind"[], $5, $6,
      coalesce((SELECT "lastNumber" FROM "OwnerCounter" WHERE "userId" = $1), 0)
    WHERE (SELECT count(*) FROM "Webhook" WHERE "userId" = $1) < ${MAX_WEBHOOKS}
    RETURNING "userId", "id"
  )
  INSERT INTO "WebhookSlot" ("userId", "webhookId", "slot")
  SELECT "userId", "id", slot FROM made, generate_series(0, ${SLOTS - 1}) slot RETURNING 1`,
);

/**
 * Makes a webhook, which gets the owner's events from now on.
 * @param allowPrivate whether it may lead into one's own network, and do without TLS
 * @returns the webhook and what signs its messages: this is the only time that it can be seen
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
