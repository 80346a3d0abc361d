import { revokeApiToken } from '../identity/apiTokens.ts';
import { readCommandConfig, withDatabase } from './commandDatabase.ts';
import { CommandError } from './commandError.ts';
import { safeText } from './safeText.ts';

/** Revokes a token by the id that `token list` shows. Doing so again is no mistake. */
export async function runTokenRevoke(id: string): Promise<void> {
  const outcome = await withDatabase(readCommandConfig(process.env), async ({ prisma }) => {
    if (await revokeApiToken(prisma, id)) return 'is revoked';
    return (await prisma.apiToken.count({ where: { id } })) > 0 ? 'was revoked before' : null;
  });
  if (outcome === null) {
    throw new CommandError(`There is no token with the id ${safeText(id)}. See: token list`);
  }
  console.log(`Token ${safeText(id)} ${outcome}`);
}
