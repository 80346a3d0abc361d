import { existsSync } from 'node:fs';
import { readCommandConfig, withDatabase } from '../src/cli/commandDatabase.ts';
import { CommandError } from '../src/cli/commandError.ts';
import { invocation } from '../src/cli/invocation.ts';
import { createApiToken } from '../src/identity/apiTokens.ts';

const HOUR_MS = 3_600_000;

/**
 * The agent's token: HOLDPOINT_TOKEN, or, where the service runs on the data folder of this clone, one for an hour
 * that is made as `token create` makes it.
 */
export async function agentToken(): Promise<string> {
  const given = process.env['HOLDPOINT_TOKEN']?.trim();
  if (given) return given;
  const config = readCommandConfig(process.env);
  if (config.databaseUrl !== null || !existsSync(config.dataDir)) {
    throw new CommandError(
      'No token for the agent. Put one into HOLDPOINT_TOKEN; where the service runs, this makes one: ' +
        `${invocation} token create --user demo --actor tidy-agent --scope review:request`,
    );
  }
  return withDatabase(config, ({ prisma }) =>
    createApiToken(prisma, {
      userId: 'demo',
      actor: 'tidy-agent',
      scopes: ['review:request'],
      expiresAt: new Date(Date.now() + HOUR_MS),
    }),
  );
}
