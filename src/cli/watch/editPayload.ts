import { JsonText, parseJson, printJson, readJsonTree } from '@holdpoint/client/json';
import { safeText } from '../safeText.ts';
import { isAgreed } from './agree.ts';
import { diffLines } from './diffLines.ts';
import { jsonLines } from './jsonLines.ts';
import type { Review } from './review.ts';
import type { Terminal } from './terminal.ts';

type Options = { terminal: Terminal; openEditor: (text: string) => Promise<string> };

/**
 * Lets the reviewer change a payload as JSON, shows what changed and asks whether to send it.
 * @returns null where there is nothing to send
 */
export async function editPayload(
  review: Review,
  { terminal, openEditor }: Options,
): Promise<JsonText | null> {
  if (!review.editable) {
    terminal.print('It cannot be edited: who asked wants it as it is, or not at all.');
    return null;
  }
  const before = jsonLines(review.payload);
  let text = `${before.join('\n')}\n`;
  while (true) {
    const shown = text;
    text = await terminal.lend(() => openEditor(shown));
    const edit = readEdit(text);
    if (edit instanceof SyntaxError) {
      terminal.print(`That is not JSON: ${safeText(edit.message)}`);
      if (await isAgreed('Go on editing? (y/n) ', terminal)) continue;
      return null;
    }
    const changes = diffLines(before, jsonLines(edit));
    if (changes.length === 0) {
      terminal.print('Nothing was changed. To approve it as it is: a and its number.');
      return null;
    }
    terminal.print(changes.join('\n'));
    return (await isAgreed('Approve it with this change? (y/n) ', terminal)) ? edit : null;
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
