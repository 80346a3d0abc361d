import { migrate } from '../database/migrate.ts';
import { afterRestore, ProcessesConnectedError } from '../feed/afterRestore.ts';
import { readCommandConfig, withDatabaseUrl } from './database.ts';
import { CommandError } from './errors.ts';
import { invocation } from './terminalText.ts';

/** Does what must be done after a restore from a backup, and prints what is left to do. */
export async function runAfterRestore(): Promise<void> {
  const config = readCommandConfig(process.env);
  const done = await withDatabaseUrl(config, { mayCreate: false }, async (url) => {
    await migrate(url, { mayCreate: false });
    return afterRestore(url);
  }).catch((error: unknown) => {
    throw error instanceof ProcessesConnectedError ? new CommandError(error.message) : error;
  });

  console.log(`Done:
- Cursors from before the restore have expired (feeds: ${done.feeds}). Clients read everything again.
- Unused approvals voided: ${done.voidedApprovals}. Agents must ask again.
- Consumed approvals whose call can no longer be repeated: ${done.endedCalls}.
- Standing approvals revoked: ${done.revokedStandingApprovals}.

Check by hand what happened after the backup was made:
- Reviews with voidedAt ${done.at.toISOString()}, and those in reviewsByState(state: UNREPORTED)
  (${done.unreported}): agents may have acted on them.
- Tokens (${done.activeTokens} active): revoke those that had been revoked. See: ${invocation} token list
- Webhooks (${done.webhooks}): rotate secrets that had been rotated, and delete webhooks that had been
  deleted. See: ${invocation} webhook list`);
}
