import { z } from 'zod';
import type { Database } from '../database/database.ts';
import { WebhookDeliveryStatus } from '../database/generated/prisma/enums.ts';
import { numberOfCursor } from '../feed/cursor.ts';
import { checkInput, InvalidInputError, id, MAX_PAGE, NotFoundError } from '../input.ts';
import type { Webhook, WebhookDelivery } from './webhook.ts';

/** A workspace's webhooks, oldest first. */
export const readWebhooks = ({ prisma }: Database, userId: string): Promise<Webhook[]> =>
  prisma.webhook.findMany({
    where: { userId },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });

/** @throws NotFoundError */
export async function readWebhook(
  { prisma }: Database,
  userId: string,
  id: string,
): Promise<Webhook> {
  const webhook = await prisma.webhook.findUnique({ where: { userId_id: { userId, id } } });
  if (!webhook) throw new NotFoundError('Webhook', [id]);
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

/**
 * A webhook's deliveries, the newest event first; none if there is no such webhook.
 * @param args `before`: only events before this cursor, to read the next page
 * @throws InvalidInputError
 */
export async function readDeliveries(
  { prisma }: Database,
  userId: string,
  args: unknown,
): Promise<WebhookDelivery[]> {
  const { webhookId, first, before, status } = checkInput(deliveriesArguments, args, []);
  const deliveries = await prisma.webhookDelivery.findMany({
    where: {
      userId,
      webhookId,
      ...(before != null && { number: { lt: numberIn(before, 'before') } }),
      ...(status && { status }),
      // The deliveries of a deleted webhook are deleted a moment later.
      webhook: { is: { userId } },
    },
    orderBy: { number: 'desc' },
    take: first,
  });
  return deliveries as unknown as WebhookDelivery[];
}

/** @throws InvalidInputError naming the argument */
export function numberIn(cursor: string, path: string): number {
  try {
    return numberOfCursor(cursor);
  } catch {
    const message = `must be the cursor of an event, such as "42", not "${cursor.slice(0, 100)}"`;
    throw new InvalidInputError([{ path, message }]);
  }
}
