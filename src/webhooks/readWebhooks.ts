import { z } from 'zod';
import type { Database } from '../database/database.ts';
import { WebhookDeliveryStatus } from '../database/generated/prisma/enums.ts';
import { statement } from '../database/statement.ts';
import { numberOfCursor } from '../feed/cursor.ts';
import { InvalidInputError, NotFoundError } from '../reviews/errors.ts';
import { checkInput, id } from '../reviews/input.ts';
import { deliveryColumns, type Webhook, type WebhookDelivery, withoutSecrets } from './webhook.ts';

const MAX_PAGE = 100;

/** The owner's webhooks, oldest first. */
export const readWebhooks = (
  { prisma }: Database,
  userId: string,
  ids?: readonly string[],
): Promise<Webhook[]> =>
  prisma.webhook.findMany({
    where: { userId, ...(ids && { id: { in: [...ids] } }) },
    omit: withoutSecrets,
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });

/** @throws NotFoundError */
export async function readWebhook(
  database: Database,
  userId: string,
  webhookId: string,
): Promise<Webhook> {
  const [webhook] = await readWebhooks(database, userId, [webhookId]);
  if (!webhook) throw new NotFoundError('Webhook', [webhookId]);
  return webhook;
}

const deliveriesArguments = z.object({
  webhookId: id,
  first: z
    .int()
    .min(1, { error: ({ input }) => `must be between 1 and ${MAX_PAGE}, not ${input}` })
    .max(MAX_PAGE, { error: ({ input }) => `must be between 1 and ${MAX_PAGE}, not ${input}` }),
  before: z.string().nullish(),
  status: z.enum(WebhookDeliveryStatus).nullish(),
});

const newestFirst = statement(
  'readWebhookDeliveries',
  `SELECT ${deliveryColumns} FROM "WebhookDelivery" d
  JOIN "Webhook" w ON w."userId" = d."userId" AND w."id" = d."webhookId"
  WHERE d."userId" = $1 AND d."webhookId" = $2 AND d."number" < $3::bigint
    AND ($4::text IS NULL OR d."status" = $4::"WebhookDeliveryStatus")
  ORDER BY d."number" DESC LIMIT $5::int`,
);

/**
 * What was or is to be sent to a webhook, the newest event first; nothing where there is no such webhook.
 * @param args `before`: only events before this cursor, to read on
 * @throws InvalidInputError
 */
export async function readDeliveries(
  database: Database,
  userId: string,
  args: unknown,
): Promise<WebhookDelivery[]> {
  const { webhookId, first, before, status } = checkInput(deliveriesArguments, args, []);
  const number = before == null ? Number.MAX_SAFE_INTEGER : numberIn(before, 'before');
  return database.query(newestFirst, [userId, webhookId, number, status ?? null, first]);
}

const byNumbers = statement(
  'readWebhookDeliveriesByNumber',
  `SELECT ${deliveryColumns} FROM "WebhookDelivery" d
  JOIN unnest($2::text[], $3::bigint[]) AS n("webhookId", "number") USING ("webhookId", "number")
  JOIN "Webhook" w ON w."userId" = d."userId" AND w."id" = d."webhookId"
  WHERE d."userId" = $1`,
);

/** These deliveries, in any order; unknown ones are left out. */
export const readDeliveriesByNumber = (
  database: Database,
  userId: string,
  keys: readonly { webhookId: string; number: number }[],
): Promise<WebhookDelivery[]> =>
  database.query(byNumbers, [
    userId,
    keys.map(({ webhookId }) => webhookId),
    keys.map(({ number }) => number),
  ]);

/** @throws InvalidInputError naming the argument */
export function numberIn(cursor: string, path: string): number {
  try {
    return numberOfCursor(cursor);
  } catch {
    const message = `must be the cursor of an event, such as "42", not "${cursor.slice(0, 100)}"`;
    throw new InvalidInputError([{ path, message }]);
  }
}
