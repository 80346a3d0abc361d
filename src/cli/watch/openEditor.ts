import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError } from '../commandError.ts';

/**
 * Lets a person change a text in $VISUAL, $EDITOR or vi. What is asked about may be secret, so the file is its
 * owner's alone, and gone afterwards.
 * @returns the text as it was saved
 * @throws CommandError where the editor could not be started or says that it failed
 */
export async function openEditor(text: string): Promise<string> {
  const editor = process.env['VISUAL'] || process.env['EDITOR'] || 'vi';
  const folder = await mkdtemp(join(tmpdir(), 'holdpoint-'));
  const file = join(folder, 'payload.json');
  try {
    await writeFile(file, text, { mode: 0o600 });
    // As git does it: the variable may hold arguments, `code --wait`.
    const child = spawn('sh', ['-c', `${editor} "$1"`, editor, file], { stdio: 'inherit' });
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    if (exitCode !== 0)
      throw new CommandError(`The editor ${editor} failed. Set EDITOR to another`);
    return await readFile(file, 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
