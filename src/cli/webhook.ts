import type { Database } from '../database/database.ts';
import type { ReviewEventKind } from '../database/generated/prisma/client.ts';
import { feedCursorOf } from '../feed/cursor.ts';
import { InvalidInputError, NotFoundError } from '../input.ts';
import {
  createWebhook,
  deleteWebhook,
  redeliverWebhookEvent,
  rotateWebhookSecret,
  setWebhookEnabled,
} from '../webhooks/changeWebhooks.ts';
import { readDeliveries } from '../webhooks/readWebhooks.ts';
import type { Webhook, WebhookDelivery } from '../webhooks/webhook.ts';
import { readCommandConfig, withDatabase } from './database.ts';
import { CommandError } from './errors.ts';
import { invocation, printTable, safeText, toSecond } from './terminalText.ts';

export type CreateWebhookOptions = { workspace: string; url: string; kind?: ReviewEventKind[] };

/** Creates a webhook. Only the secret goes to stdout; it cannot be shown again. */
export async function runCreateWebhook(options: CreateWebhookOptions): Promise<void> {
  const { workspace, url, kind = null } = options;
  const config = readCommandConfig(process.env);
  const { webhook, secret } = await withDatabase(config, (database) =>
    createWebhook(
      database,
      { userId: workspace, actor: 'command line' },
      { url, kinds: kind },
      config.webhookAllowPrivate,
    ),
  ).catch((error: unknown) => {
    if (!(error instanceof InvalidInputError)) throw error;
    throw new CommandError(
      error.issues.map(({ message }) => `--url ${safeText(message)}`).join('; '),
    );
  });
  console.error(`Created webhook ${webhook.id}. Save its secret, which is shown only once:`);
  console.log(secret);
}

/** Lists the webhooks of a workspace, or all, without their secrets. */
export async function runListWebhooks({ workspace }: { workspace?: string }): Promise<void> {
  const webhooks = await withDatabase(readCommandConfig(process.env), ({ prisma }) =>
    prisma.webhook.findMany({
      where: workspace === undefined ? {} : { userId: workspace },
      orderBy: [{ userId: 'asc' }, { createdAt: 'asc' }, { id: 'asc' }],
    }),
  );
  printTable(
    ['ID', 'WORKSPACE', 'URL', 'KINDS', 'CREATED', 'BY', 'STATE'],
    webhooks.map((webhook) => [
      webhook.id,
      webhook.userId,
      webhook.url,
      webhook.kinds.join(',') || 'all',
      toSecond(webhook.createdAt),
      webhook.createdBy,
      stateOf(webhook),
    ]),
    `No webhooks. Create one with: ${invocation} webhook create --help`,
  );
}

function stateOf({ enabled, disabledReason, pausedUntil }: Webhook): string {
  if (!enabled) return disabledReason === null ? 'disabled' : `disabled: ${disabledReason}`;
  const isPaused = pausedUntil !== null && pausedUntil > new Date();
  return isPaused ? `paused by the receiver until ${toSecond(pausedUntil)}` : 'enabled';
}

/** Enables or disables a webhook. Repeating it succeeds. */
export async function runEnableWebhook(webhookId: string, enabled: boolean): Promise<void> {
  await withWebhook(webhookId, (database, owner) =>
    setWebhookEnabled(database, owner, { webhookId, enabled }),
  );
  console.log(`Webhook ${webhookId} ${enabled ? 'enabled' : 'disabled'}`);
}

export async function runDeleteWebhook(webhookId: string): Promise<void> {
  await withWebhook(webhookId, (database, owner) => deleteWebhook(database, owner, { webhookId }));
  console.log(`Webhook ${webhookId} deleted`);
}

/** Replaces the secret. Only the new secret goes to stdout; it cannot be shown again. */
export async function runRotateWebhook(webhookId: string): Promise<void> {
  const { secret } = await withWebhook(webhookId, (database, owner) =>
    rotateWebhookSecret(database, owner, { webhookId }),
  );
  console.error('Messages are signed with the old secret too, for 24 hours. The new secret:');
  console.log(secret);
}

export type ListDeliveriesOptions = {
  first: number;
  before?: string;
  status?: WebhookDelivery['status'];
};

/** Lists the deliveries of a webhook, newest event first, each with its last attempt. */
export async function runListDeliveries(
  webhookId: string,
  options: ListDeliveriesOptions,
): Promise<void> {
  const deliveries = await withWebhook(webhookId, (database, { userId }) =>
    readDeliveries(database, userId, { webhookId, ...options }),
  );
  printTable(
    ['CURSOR', 'KIND', 'REVIEW', 'STATE', 'ATTEMPTS', 'LAST', 'HTTP', 'MS', 'ERROR'],
    deliveries.map(({ number, kind, nodeExecId, status, attempts, lastAttempts }) => {
      const last = lastAttempts.at(-1);
      return [
        feedCursorOf(number),
        kind,
        nodeExecId,
        status.toLowerCase(),
        String(attempts),
        last ? toSecond(new Date(last.at)) : '-',
        String(last?.status ?? '-'),
        String(last?.milliseconds ?? '-'),
        last?.error ?? '',
      ];
    }),
    'No deliveries.',
  );
}

/** Sends an event again. */
export async function runRedeliverEvent(webhookId: string, cursor: string): Promise<void> {
  await withWebhook(webhookId, (database, owner) =>
    redeliverWebhookEvent(database, owner, { webhookId, cursor }),
  );
  console.log(`Event ${cursor} queued. A running service sends it.`);
}

/**
 * Runs `work` in the workspace of a webhook.
 * @throws CommandError if there is no such webhook, or the service refuses the request
 */
function withWebhook<Result>(
  id: string,
  work: (database: Database, owner: { userId: string }) => Promise<Result>,
): Promise<Result> {
  return withDatabase(readCommandConfig(process.env), async (database) => {
    const owner = await database.prisma.webhook.findFirst({
      where: { id },
      select: { userId: true },
    });
    if (!owner)
      throw new CommandError(
        `No webhook with the id ${safeText(id)}. See: ${invocation} webhook list`,
      );
    return work(database, owner).catch((error: unknown) => {
      if (error instanceof NotFoundError) throw new CommandError(safeText(error.message));
      if (!(error instanceof InvalidInputError)) throw error;
      throw new CommandError(error.issues.map(({ message }) => safeText(message)).join('; '));
    });
  });
}
