import type { Database } from '../database/database.ts';
import { InvalidInputError, NotFoundError } from '../input.ts';
import { readCommandConfig, withDatabase } from './commandDatabase.ts';
import { CommandError } from './commandError.ts';
import { safeText } from './safeText.ts';

/**
 * Runs `work` for the owner of a webhook, by the id that `webhook list` shows.
 * @throws CommandError where there is none, or what was asked of it is refused
 */
export async function withWebhook<Result>(
  id: string,
  work: (database: Database, owner: { userId: string }) => Promise<Result>,
): Promise<Result> {
  return withDatabase(readCommandConfig(process.env), async (database) => {
    const owner = await database.prisma.webhook.findUnique({
      where: { id },
      select: { userId: true },
    });
    if (!owner) {
      throw new CommandError(`There is no webhook with the id ${safeText(id)}. See: webhook list`);
    }
    return work(database, owner).catch((error: unknown) => {
      if (error instanceof NotFoundError) throw new CommandError(safeText(error.message));
      if (!(error instanceof InvalidInputError)) throw error;
      throw new CommandError(error.issues.map(({ message }) => safeText(message)).join('; '));
    });
  });
}
