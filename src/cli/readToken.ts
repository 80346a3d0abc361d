import { readFile } from 'node:fs/promises';
import type { Scope } from '../identity/viewer.ts';
import { CommandError } from './commandError.ts';
import { invocation } from './invocation.ts';
import { UsageError } from './usageError.ts';

/**
 * The token of a command that speaks to the service: from a file, or from HOLDPOINT_TOKEN.
 * @param scope that the command needs, to say how a token is made
 * @throws UsageError, CommandError
 */
export async function readToken(tokenFile: string | undefined, scope: Scope): Promise<string> {
  const text = tokenFile
    ? await readFile(tokenFile, 'utf8').catch((error: Error) => {
        throw new CommandError(`The token cannot be read: ${error.message}`);
      })
    : process.env['HOLDPOINT_TOKEN'];
  const token = text?.trim();
  if (!token) {
    throw new UsageError(
      'no token. Put one into HOLDPOINT_TOKEN or a --token-file; this makes one: ' +
        `${invocation} token create --user you --actor your-name --scope ${scope}`,
    );
  }
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new CommandError('The token must be one line of plain text');
  return token;
}
