import type { Scope } from '../identity/viewer.ts';
import { commandLine } from '../people/changePeople.ts';
import { createToken, revokeToken } from '../people/tokens.ts';
import { readCommandConfig, withDatabase } from './database.ts';
import { CommandError } from './errors.ts';
import type { ListOptions } from './member.ts';
import { changeAs, printRows, withPeople } from './people.ts';
import { invocation, safeText, toSecond } from './terminalText.ts';

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
  const { secret } = await changeAs(workspace, (store, manager) =>
    createToken(store, manager, {
      actor: as,
      scopes: scope,
      expiresAt: expires === 'never' ? null : new Date(Date.now() + expires),
    }),
  );
  console.log(secret);
}

/** Lists the tokens of a workspace, or all. The database holds only their hashes. */
export async function runListTokens({ workspace, json }: ListOptions): Promise<void> {
  const rows = await withDatabase(readCommandConfig(process.env), ({ prisma }) =>
    prisma.apiToken.findMany({
      where: workspace === undefined ? {} : { userId: workspace },
      orderBy: [{ userId: 'asc' }, { createdAt: 'asc' }, { id: 'asc' }],
    }),
  );
  const tokens = rows.map(({ userId, ...token }) => ({ workspace: userId, ...token }));
  const now = new Date();
  printRows(tokens, json, {
    columns: {
      ID: ({ id }) => id,
      WORKSPACE: ({ workspace }) => workspace,
      AS: ({ actor }) => actor,
      SCOPES: ({ scopes }) => scopes.join(','),
      CREATED: ({ createdAt }) => toSecond(createdAt),
      EXPIRES: ({ expiresAt }) => (expiresAt ? toSecond(expiresAt) : 'never'),
      USED: ({ lastUsedAt }) => (lastUsedAt ? toSecond(lastUsedAt) : '-'),
      STATE: ({ revokedAt, expiresAt }) =>
        revokedAt ? 'revoked' : expiresAt && expiresAt <= now ? 'expired' : 'active',
    },
    empty: `No tokens. Create one with: ${invocation} token create --help`,
  });
}

/** Revokes a token. Revoking it again succeeds. */
export async function runRevokeToken(apiTokenId: string): Promise<void> {
  const id = safeText(apiTokenId);
  const isRevoked = await withPeople(async (store) => {
    const token = await store.database.prisma.apiToken.findUnique({
      where: { id: apiTokenId },
      select: { userId: true },
    });
    if (!token) throw new CommandError(`No token with the id ${id}. See: ${invocation} token list`);
    return revokeToken(store, commandLine(token.userId), { apiTokenId });
  });
  console.log(`Token ${id} ${isRevoked ? 'revoked' : 'was already revoked'}`);
}
