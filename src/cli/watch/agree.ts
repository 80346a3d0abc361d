import type { Terminal } from './terminal.ts';

/** Whether the person says yes; whatever is not yes is no. */
export async function isAgreed(question: string, terminal: Terminal): Promise<boolean> {
  const isYes = /^\s*y(es)?\s*$/i.test((await terminal.next(question)) ?? '');
  if (!isYes) terminal.print('Nothing was sent.');
  return isYes;
}
