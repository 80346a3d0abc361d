import { createInterface } from 'node:readline/promises';
import { UsageError } from './errors.ts';

/**
 * Asks in the terminal. Anything but yes is no.
 * @param unasked what to say where nobody can be asked
 * @throws UsageError if the input is not a terminal
 */
export async function confirm(question: string, unasked: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageError(unasked);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return /^y(?:es)?$/i.test(answer.trim());
}
