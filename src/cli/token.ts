import { createApiToken, revokeApiToken } from '../identity/apiTokens.ts';
import type { Scope } from '../identity/viewer.ts';
import { readCommandConfig, withDatabase } from './database.ts';
import { CommandError } from './errors.ts';
import { invocation, printTable, safeText, toSecond } from './terminalText.ts';

const DEFAULT_LIFETIME_MS = 90 * 86_400_000;

export type CreateTokenOptions = {
  workspace: string;
  as: string;
  scope: Scope[];
  /** Milliseconds from now; absent: 90 days. */
  expires?: number | 'never';
};

/** Creates a token and prints it alone, for use in a shell variable. It cannot be shown again. */
export async function runCreateToken(options: CreateTokenOptions): Promise<void> {
  const { workspace, as, scope, expires = DEFAULT_LIFETIME_MS } = options;
  const token = await withDatabase(readCommandConfig(process.env), ({ prisma }) =>
    createApiToken(prisma, {
      userId: workspace,
      actor: as,
      scopes: [...new Set(scope)],
      expiresAt: expires === 'never' ? null : new Date(Date.now() + expires),
    }),
  );
  console.log(token);
}

/** Lists the tokens of a workspace, or all. The database holds only their hashes. */
export async function runListTokens({ workspace }: { workspace?: string }): Promise<void> {
  const tokens = await withDatabase(readCommandConfig(process.env), ({ prisma }) =>
    prisma.apiToken.findMany({
      where: workspace === undefined ? {} : { userId: workspace },
      omit: { hash: true },
      orderBy: [{ userId: 'asc' }, { createdAt: 'asc' }, { id: 'asc' }],
    }),
  );
  const now = new Date();
  printTable(
    ['ID', 'WORKSPACE', 'AS', 'SCOPES', 'CREATED', 'EXPIRES', 'STATE'],
    tokens.map(({ id, userId, actor, scopes, createdAt, expiresAt, revokedAt }) => [
      id,
      userId,
      actor,
      scopes.join(','),
      toSecond(createdAt),
      expiresAt ? toSecond(expiresAt) : 'never',
      revokedAt ? 'revoked' : expiresAt && expiresAt <= now ? 'expired' : 'active',
    ]),
    `No tokens. Create one with: ${invocation} token create --help`,
  );
}

/** Revokes a token. Revoking it again succeeds. */
export async function runRevokeToken(id: string): Promise<void> {
  const outcome = await withDatabase(readCommandConfig(process.env), async ({ prisma }) => {
    if (await revokeApiToken(prisma, id)) return 'revoked';
    return (await prisma.apiToken.count({ where: { id } })) > 0 ? 'was already revoked' : null;
  });
  if (outcome === null)
    throw new CommandError(`No token with the id ${safeText(id)}. See: ${invocation} token list`);
  console.log(`Token ${safeText(id)} ${outcome}`);
}
