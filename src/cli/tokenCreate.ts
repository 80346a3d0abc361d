import { createApiToken } from '../identity/apiTokens.ts';
import type { Scope } from '../identity/viewer.ts';
import { readCommandConfig, withDatabase } from './commandDatabase.ts';

export type TokenCreateOptions = {
  user: string;
  actor: string;
  scope: Scope[];
  /** Milliseconds from now; absent: 90 days. */
  expires?: number | 'never';
};

const DEFAULT_EXPIRY_MS = 90 * 86_400_000;

/** Makes a token and prints it, and nothing else: this is the only time that it can be seen. */
export async function runTokenCreate(options: TokenCreateOptions): Promise<void> {
  const { user, actor, scope, expires = DEFAULT_EXPIRY_MS } = options;
  const token = await withDatabase(readCommandConfig(process.env), ({ prisma }) =>
    createApiToken(prisma, {
      userId: user,
      actor,
      scopes: [...new Set(scope)],
      expiresAt: expires === 'never' ? null : new Date(Date.now() + expires),
    }),
  );
  console.log(token);
}
