import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const budget = 'item,amount\nrent,1200\ncoffee,85\ntrains,240\n';

const files = {
  'Budget 2026.csv': budget,
  'Budget 2026 - Copy.csv': budget,
  'Meeting Notes FINAL (2).txt':
    'Meeting of 3 November\n\n- Ann writes to the printers.\n- Ben books the room.\n',
  'welcome.txt':
    'Welcome!\n\nYou will recieve teh key at the front desk.\nPlease write your adress on the list.\n',
  'Holiday Photo List.md': '# Photos\n\n1. The harbour\n2. The old bridge\n',
  '~draft.tmp': 'half a sentence that nobody',
} satisfies Record<string, string>;

/** Creates an untidy folder unless it exists. @returns whether it was created */
export async function makeMessyFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return true;
}
