import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonText, parseJson, printJson, readJsonTree } from '@holdpoint/client/json';
import { readText } from '../../readText.ts';
import { CommandError } from '../errors.ts';
import { safeText } from '../terminalText.ts';
import { diffLines } from './diffLines.ts';
import type { Review } from './feed.ts';
import { jsonLines } from './payloadLines.ts';
import type { Terminal } from './terminal.ts';

type Options = { terminal: Terminal; openEditor: (text: string) => Promise<string> };

/**
 * Lets the reviewer edit a payload as JSON, shows the changes and asks for confirmation.
 * @returns null if there is nothing to send
 */
export async function editPayload(
  review: Review,
  { terminal, openEditor }: Options,
): Promise<JsonText | null> {
  if (!review.editable) {
    terminal.print('Editing is disabled for this review.');
    return null;
  }
  const before = jsonLines(review.payload);
  let text = `${before.join('\n')}\n`;
  while (true) {
    const shown = text;
    text = await terminal.lend(() => openEditor(shown));
    const edit = readEdit(text);
    if (edit instanceof SyntaxError) {
      terminal.print(`Invalid JSON: ${safeText(edit.message)}`);
      if (await terminal.confirm('Keep editing? (y/n) ')) continue;
      return null;
    }
    const changes = diffLines(before, jsonLines(edit));
    if (changes.length === 0) {
      terminal.print('No changes. To approve the original, type a and its number.');
      return null;
    }
    terminal.print(changes.join('\n'));
    return (await terminal.confirm('Approve with this change? (y/n) ')) ? edit : null;
  }
}

function readEdit(text: string): JsonText | SyntaxError {
  try {
    parseJson(text);
    return new JsonText(printJson(readJsonTree(text)));
  } catch (error) {
    if (error instanceof SyntaxError) return error;
    throw error;
  }
}

/**
 * Opens a text in $VISUAL, $EDITOR or vi. The text may be confidential: only this user can read the
 * file, and it is deleted afterwards.
 * @returns the saved text
 * @throws CommandError if the editor does not start or fails
 */
export async function openEditor(text: string): Promise<string> {
  const editor = process.env['VISUAL'] || process.env['EDITOR'] || 'vi';
  const folder = await mkdtemp(join(tmpdir(), 'holdpoint-'));
  const file = join(folder, 'payload.json');
  try {
    await writeFile(file, text, { mode: 0o600 });
    // As in git, the variable may contain arguments: `code --wait`.
    const child = spawn('sh', ['-c', `${editor} "$1"`, editor, file], { stdio: 'inherit' });
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    if (exitCode !== 0)
      throw new CommandError(`The editor ${editor} failed. Set EDITOR to another`);
    return await readText(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
