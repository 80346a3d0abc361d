import type { ReviewEventKind } from '../database/generated/prisma/client.ts';
import { InvalidInputError } from '../input.ts';
import { createWebhook } from '../webhooks/changeWebhooks.ts';
import { readCommandConfig, withDatabase } from './commandDatabase.ts';
import { CommandError } from './commandError.ts';
import { safeText } from './safeText.ts';

export type WebhookCreateOptions = { user: string; url: string; kind?: ReviewEventKind[] };

/** Makes a webhook and prints its secret, and nothing else: this is the only time that it can be seen. */
export async function runWebhookCreate({ user, url, kind }: WebhookCreateOptions): Promise<void> {
  const config = readCommandConfig(process.env);
  const owner = { userId: user, actor: 'command line' };
  try {
    const { webhook, secret } = await withDatabase(config, (database) =>
      createWebhook(database, owner, { url, kinds: kind ?? null }, config.webhookAllowPrivate),
    );
    console.error(`Made webhook ${webhook.id}. Its secret is shown this once:`);
    console.log(secret);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    const faults = error.issues.map(({ message }) => `--url ${safeText(message)}`);
    throw new CommandError(faults.join('; '));
  }
}
