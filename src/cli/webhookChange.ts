import {
  deleteWebhook,
  redeliverWebhookEvent,
  rotateWebhookSecret,
  setWebhookEnabled,
} from '../webhooks/changeWebhooks.ts';
import { withWebhook } from './withWebhook.ts';

/** Enables a webhook or disables it. Doing so again is no mistake. */
export async function runWebhookEnabled(webhookId: string, enabled: boolean): Promise<void> {
  await withWebhook(webhookId, (database, owner) =>
    setWebhookEnabled(database, owner, { webhookId, enabled }),
  );
  console.log(`Webhook ${webhookId} is ${enabled ? 'enabled' : 'disabled'}`);
}

/** Deletes a webhook. */
export async function runWebhookDelete(webhookId: string): Promise<void> {
  await withWebhook(webhookId, (database, owner) => deleteWebhook(database, owner, { webhookId }));
  console.log(`Webhook ${webhookId} is deleted`);
}

/** Gives a webhook a new secret and prints it, and nothing else: this is the only time that it can be seen. */
export async function runWebhookRotate(webhookId: string): Promise<void> {
  const { secret } = await withWebhook(webhookId, (database, owner) =>
    rotateWebhookSecret(database, owner, { webhookId }),
  );
  console.error('For 24 hours messages are signed with the secret before, too. The new one is:');
  console.log(secret);
}

/** Sends an event again. */
export async function runWebhookRedeliver(webhookId: string, cursor: string): Promise<void> {
  await withWebhook(webhookId, (database, owner) =>
    redeliverWebhookEvent(database, owner, { webhookId, cursor }),
  );
  console.log(`Event ${cursor} is sent again, as soon as a service runs`);
}
