import { type Command, InvalidArgumentError, Option } from 'commander';
import { ReviewEventKind, type WebhookDeliveryStatus } from '../database/generated/prisma/enums.ts';

/** What main.ts has for all commands. */
export type CommandTools = {
  parseId(text: string): string;
  example(...commands: string[]): string;
};

const id = ['<id>', 'as webhook list shows it'] as const;
const MAX_PAGE = 100;

/** Adds what can be done with webhooks. Each command is loaded when it is called. */
export function addWebhookCommands(webhook: Command, { parseId, example }: CommandTools): void {
  webhook
    .command('create')
    .description("have an owner's events sent to a URL; prints the secret that signs them, once")
    .requiredOption('--user <user>', 'the owner of the reviews', parseId)
    .requiredOption('--url <url>', 'where to, https://…')
    .option(
      '--kind <kind>',
      `${Object.values(ReviewEventKind).join(', ')}; may be repeated (default: all)`,
      collectKinds,
    )
    .addHelpText(
      'after',
      example(
        'webhook create --user acme --url https://example.com/webhooks --kind APPROVED --kind REJECTED',
      ),
    )
    .action(async (options) => (await import('./webhookCreate.ts')).runWebhookCreate(options));

  webhook
    .command('list')
    .description('list webhooks, never their secrets')
    .option('--user <user>', 'only those of this owner', parseId)
    .addHelpText('after', example('webhook list --user acme'))
    .action(async (options) => (await import('./webhookList.ts')).runWebhookList(options));

  for (const [name, enabled] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    webhook
      .command(name)
      .description(enabled ? 'send events again, from now on' : 'send nothing until it is enabled')
      .argument(...id)
      .addHelpText('after', example(`webhook ${name} 1f2e3d4c5b6a7980`))
      .action(async (webhookId) =>
        (await import('./webhookChange.ts')).runWebhookEnabled(webhookId, enabled),
      );
  }

  webhook
    .command('delete')
    .description('end a webhook at once')
    .argument(...id)
    .addHelpText('after', example('webhook delete 1f2e3d4c5b6a7980'))
    .action(async (webhookId) => (await import('./webhookChange.ts')).runWebhookDelete(webhookId));

  webhook
    .command('rotate')
    .description('make a new secret and print it; the one before signs, too, for 24 hours')
    .argument(...id)
    .addHelpText('after', example('webhook rotate 1f2e3d4c5b6a7980'))
    .action(async (webhookId) => (await import('./webhookChange.ts')).runWebhookRotate(webhookId));

  webhook
    .command('deliveries')
    .description('list what was or is to be sent, the newest event first, with the last attempt')
    .argument(...id)
    .option('--first <count>', `how many, 1 to ${MAX_PAGE}`, parseCount, 25)
    .option('--before <cursor>', 'only events before this one')
    .addOption(
      new Option('--status <status>', 'only those').choices([
        'PENDING',
        'DELIVERED',
        'PARKED',
      ] satisfies WebhookDeliveryStatus[]),
    )
    .addHelpText('after', example('webhook deliveries 1f2e3d4c5b6a7980 --status PARKED'))
    .action(async (webhookId, options) =>
      (await import('./webhookDeliveries.ts')).runWebhookDeliveries(webhookId, options),
    );

  webhook
    .command('redeliver')
    .description('send an event again: the same message under the same id')
    .argument(...id)
    .argument('<cursor>', 'of the event, as webhook deliveries shows it')
    .addHelpText('after', example('webhook redeliver 1f2e3d4c5b6a7980 42'))
    .action(async (webhookId, cursor) =>
      (await import('./webhookChange.ts')).runWebhookRedeliver(webhookId, cursor),
    );
}

function collectKinds(text: string, before: ReviewEventKind[] = []): ReviewEventKind[] {
  const kind = Object.values(ReviewEventKind).find((each) => each === text.toUpperCase());
  if (kind) return [...before, kind];
  throw new InvalidArgumentError(`It must be one of ${Object.values(ReviewEventKind).join(', ')}.`);
}

function parseCount(text: string): number {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= MAX_PAGE) return count;
  throw new InvalidArgumentError(`It must be a number from 1 to ${MAX_PAGE}.`);
}
