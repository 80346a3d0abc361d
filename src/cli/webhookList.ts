import { readCommandConfig, withDatabase } from './commandDatabase.ts';
import { table } from './table.ts';

const heading = ['ID', 'USER', 'URL', 'KINDS', 'CREATED', 'BY', 'STATE'];

/** Lists the webhooks of a user, or of all, without their secrets. */
export async function runWebhookList({ user }: { user?: string }): Promise<void> {
  const webhooks = await withDatabase(readCommandConfig(process.env), ({ prisma }) =>
    prisma.webhook.findMany({
      where: user === undefined ? {} : { userId: user },
      orderBy: [{ userId: 'asc' }, { createdAt: 'asc' }, { id: 'asc' }],
    }),
  );
  const rows = webhooks.map(({ id, userId, url, kinds, createdAt, createdBy, enabled }) => [
    id,
    userId,
    url,
    kinds.join(',') || 'all',
    createdAt.toISOString().replace(/\.\d+/, ''),
    createdBy,
    enabled ? 'enabled' : 'disabled',
  ]);
  console.log(table(heading, rows));
}
