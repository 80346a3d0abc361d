import { readCommandConfig, withDatabase } from './commandDatabase.ts';
import { table } from './table.ts';

const heading = ['ID', 'USER', 'ACTOR', 'SCOPES', 'CREATED', 'EXPIRES', 'STATE'];

/** Lists the tokens of a user, or of all. What is kept of a token cannot show it again. */
export async function runTokenList({ user }: { user?: string }): Promise<void> {
  const tokens = await withDatabase(readCommandConfig(process.env), ({ prisma }) =>
    prisma.apiToken.findMany({
      where: user === undefined ? {} : { userId: user },
      omit: { hash: true },
      orderBy: [{ userId: 'asc' }, { createdAt: 'asc' }, { id: 'asc' }],
    }),
  );
  const now = new Date();
  const rows = tokens.map(({ id, userId, actor, scopes, createdAt, expiresAt, revokedAt }) => [
    id,
    userId,
    actor,
    scopes.join(','),
    toSecond(createdAt),
    expiresAt ? toSecond(expiresAt) : 'never',
    revokedAt ? 'revoked' : expiresAt && expiresAt <= now ? 'expired' : 'active',
  ]);
  console.log(table(heading, rows));
}

/** `2026-11-21T10:00:00Z` */
const toSecond = (date: Date): string => date.toISOString().replace(/\.\d+/, '');
