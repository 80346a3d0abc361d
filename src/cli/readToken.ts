import type { Scope } from '../identity/viewer.ts';
import { readText } from '../readText.ts';
import { CommandError, UsageError } from './errors.ts';
import { invocation } from './terminalText.ts';

/**
 * The token of a command that calls the service, from a file or from HOLDPOINT_TOKEN.
 * @param scope what the command needs, for the error message
 * @throws UsageError, CommandError
 */
export async function readToken(tokenFile: string | undefined, scope: Scope): Promise<string> {
  const text = tokenFile
    ? await readText(tokenFile).catch((error: Error) => {
        throw new CommandError(`Cannot read the token: ${error.message}`);
      })
    : process.env['HOLDPOINT_TOKEN'];
  const token = text?.trim();
  if (!token) {
    throw new UsageError(
      'no token. Set HOLDPOINT_TOKEN or --token-file; create a token with: ' +
        `${invocation} token create --workspace demo --as my-name --scope ${scope}`,
    );
  }
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new CommandError('The token must be one line of printable ASCII characters');
}
