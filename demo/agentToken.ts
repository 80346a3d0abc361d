import { existsSync } from 'node:fs';
import { readCommandConfig, withDatabase } from '../src/cli/database.ts';
import { CommandError } from '../src/cli/errors.ts';
import { DEMO_WORKSPACE } from '../src/cli/signInLink.ts';
import { invocation } from '../src/cli/terminalText.ts';
import { createApiToken } from '../src/identity/apiTokens.ts';

const HOUR_MS = 3_600_000;

/**
 * The token of the agent: HOLDPOINT_TOKEN, or a new one for an hour if the service uses the data
 * folder of this clone.
 */
export async function agentToken(): Promise<string> {
  const given = process.env['HOLDPOINT_TOKEN']?.trim();
  if (given) return given;
  const config = readCommandConfig(process.env);
  if (config.databaseUrl !== null || !existsSync(config.dataDir)) {
    throw new CommandError(
      'No token for the agent. Set HOLDPOINT_TOKEN; create a token where the service runs, with: ' +
        `${invocation} token create --workspace ${DEMO_WORKSPACE} --as tidy-agent --scope review:request`,
    );
  }
  return withDatabase(config, (database) =>
    createApiToken(database, {
      userId: DEMO_WORKSPACE,
      actor: 'tidy-agent',
      scopes: ['review:request'],
      expiresAt: new Date(Date.now() + HOUR_MS),
    }),
  );
}
