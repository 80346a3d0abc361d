export type LineCommand =
  | { do: 'approve' | 'reject'; number: number; message: string }
  | { do: 'edit' | 'approveAll' | 'show'; number: number }
  | { do: 'list' | 'help' | 'quit' | 'nothing' };

export const lineHelp = [
  'a 3 [message]   approve review 3 as it is shown',
  'r 3 [message]   reject it, e.g. r 3 too expensive',
  'e 3             edit its payload in $EDITOR, then approve that',
  'A 3             approve it and all later ones of its node in this execution',
  's 3             show it again',
  'l  list what waits    h  help    q  quit',
].join('\n');

const plain = { l: 'list', h: 'help', '?': 'help', q: 'quit', '': 'nothing' } as const;
const decisions = { a: 'approve', r: 'reject' } as const;
const others = { e: 'edit', A: 'approveAll', s: 'show' } as const;

/**
 * Reads a line that a reviewer typed. Only what is complete and plain is a command, since a decision cannot be taken back.
 * @returns null for anything else
 */
export function parseLine(line: string): LineCommand | null {
  const match = /^(\S?)(?:\s+(\d{1,9})(?:\s+(.*))?)?$/s.exec(line.trim());
  if (!match) return null;
  const [, letter = '', digits, rest = ''] = match;
  if (digits === undefined) {
    return Object.hasOwn(plain, letter) ? { do: plain[letter as keyof typeof plain] } : null;
  }
  const number = Number(digits);
  if (Object.hasOwn(decisions, letter)) {
    return { do: decisions[letter as keyof typeof decisions], number, message: rest.trim() };
  }
  if (!Object.hasOwn(others, letter) || rest.trim() !== '') return null;
  return { do: others[letter as keyof typeof others], number };
}
