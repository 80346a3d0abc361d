import { feedCursorOf } from '../feed/cursor.ts';
import { readDeliveries } from '../webhooks/readWebhooks.ts';
import type { WebhookDelivery } from '../webhooks/webhook.ts';
import { table } from './table.ts';
import { withWebhook } from './withWebhook.ts';

const heading = ['CURSOR', 'KIND', 'REVIEW', 'STATE', 'ATTEMPTS', 'LAST', 'HTTP', 'MS', 'ERROR'];

export type WebhookDeliveriesOptions = {
  first: number;
  before?: string;
  status?: WebhookDelivery['status'];
};

/** Lists what was or is to be sent to a webhook, the newest event first, each with its last attempt. */
export async function runWebhookDeliveries(
  webhookId: string,
  options: WebhookDeliveriesOptions,
): Promise<void> {
  const deliveries = await withWebhook(webhookId, (database, { userId }) =>
    readDeliveries(database, userId, { webhookId, ...options }),
  );
  const rows = deliveries.map(({ number, kind, nodeExecId, status, attempts, lastAttempts }) => {
    const last = lastAttempts.at(-1);
    return [
      feedCursorOf(number),
      kind,
      nodeExecId,
      status.toLowerCase(),
      String(attempts),
      last?.at.replace(/\.\d+/, '') ?? '-',
      String(last?.status ?? '-'),
      String(last?.milliseconds ?? '-'),
      last?.error ?? '',
    ];
  });
  console.log(table(heading, rows));
}
