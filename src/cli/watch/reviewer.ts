import { type Client, UnreachableError } from '@holdpoint/client';
import { safeText } from '../terminalText.ts';
import { readAnswer } from './answerForm.ts';
import { claim, release, takeBack } from './claims.ts';
import { addComment } from './comment.ts';
import { type Decision, decide } from './decide.ts';
import { editPayload } from './editPayload.ts';
import type { Screen } from './screen.ts';
import type { Terminal } from './terminal.ts';
import type { Entry } from './waitingList.ts';

export type ReviewerOptions = {
  client: Client;
  screen: Screen;
  terminal: Terminal;
  openEditor: (text: string) => Promise<string>;
};

/** Runs the commands that the reviewer types, until they leave. */
export async function serveReviewer(options: ReviewerOptions): Promise<void> {
  const { terminal } = options;
  for (let line = await terminal.next(); line !== null; line = await terminal.next()) {
    const command = parseLine(line);
    if (command?.do === 'quit') break;
    try {
      if (command) await run(command, options);
      else terminal.print('Unknown command. Try: a 3. Type h for help.');
    } catch (error) {
      terminal.print(troubleText(error as Error));
    }
  }
  terminal.close();
}

async function run(command: LineCommand, options: ReviewerOptions): Promise<void> {
  const { screen, terminal } = options;
  if (!('number' in command)) {
    if (command.do === 'list') screen.list();
    if (command.do === 'help') terminal.print(lineHelp);
    return;
  }

  if (command.do === 'takeBack') {
    // A decided review is not listed any more.
    const nodeExecId = screen.waiting.idOf(command.number);
    const answer = nodeExecId && (await takeBack(options.client, nodeExecId, command.message));
    terminal.print(`Review ${command.number}: ${answer || 'there is none with this number'}`);
    return;
  }
  const entry = screen.waiting.get(command.number);
  if (!entry) {
    terminal.print(`No pending review ${command.number}. Type l for the list.`);
  } else if (command.do === 'show') {
    screen.show(entry);
  } else if (command.do === 'claim' || command.do === 'release') {
    const change = command.do === 'claim' ? claim : release;
    const answer = await change(options.client, entry.review.nodeExecId);
    terminal.print(`Review ${entry.number}: ${answer}`);
  } else if (!entry.wasShown) {
    screen.show(entry);
    terminal.print('You had not seen this review yet. Repeat the command to decide.');
  } else if (command.do === 'comment') {
    const answer = await addComment(options.client, entry.review.nodeExecId, command.message);
    terminal.print(`Review ${entry.number}: ${answer}`);
  } else if (command.do === 'approve' && entry.review.kind === 'QUESTION') {
    await answer(entry, command.message, options);
  } else if (command.do === 'approve') {
    await send(entry, { decision: 'APPROVE', message: command.message }, options);
  } else if (command.do === 'reject') {
    await send(entry, { decision: 'REJECT', message: command.message }, options);
  } else if (command.do === 'requestChanges') {
    await send(entry, { decision: 'REQUEST_CHANGES', message: command.message }, options);
  } else if (entry.review.kind === 'QUESTION') {
    terminal.print('A question is answered with a and its number, or rejected with r.');
  } else if (command.do === 'edit') {
    const edit = await editPayload(entry.review, options);
    if (edit) await send(entry, { decision: 'APPROVE', edit }, options);
  } else {
    await approveAll(entry, options);
  }
}

/** Answers a question, with what was typed after its number or is typed now. */
async function answer(entry: Entry, given: string, options: ReviewerOptions): Promise<void> {
  const { terminal } = options;
  const typed = given || (await terminal.next('Answer: '))?.trim();
  if (!typed) {
    terminal.print('Nothing was sent.');
    return;
  }
  try {
    const answer = readAnswer(entry.review, typed);
    await send(entry, { decision: 'ANSWER', answer }, options);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    terminal.print(`Review ${entry.number}: not sent: ${safeText(error.message)}`);
  }
}

async function approveAll(entry: Entry, options: ReviewerOptions): Promise<void> {
  const { nodeId, graphExecId, requestedBy } = entry.review;
  options.terminal.print(
    `This approves review ${entry.number} and all future requests for\n` +
      `  agent  ${safeText(requestedBy)}\n  step   ${safeText(nodeId)}\n` +
      `  run    ${safeText(graphExecId)}\n` +
      'regardless of content, until the standing approval expires (after a day by default) or is revoked.',
  );
  if (await options.terminal.confirm('Approve all of these? (y/n) ')) {
    await send(entry, { decision: 'APPROVE', approveAll: true }, options);
  }
}

async function send(
  entry: Entry,
  decision: Omit<Decision, 'review'>,
  { client, screen, terminal }: ReviewerOptions,
): Promise<void> {
  // Meanwhile someone else may have decided, or the agent may have replaced the request.
  if (screen.waiting.get(entry.number) !== entry) {
    terminal.print(`Review ${entry.number} is no longer pending. Nothing was sent.`);
    return;
  }
  let isSettled = false;
  screen.deciding(entry);
  try {
    const { review, toldClaim } = entry;
    const despiteClaim = toldClaim !== undefined && (review.claimedBy ?? toldClaim) === toldClaim;
    const answer = await decide(client, { review, ...decision, despiteClaim });
    isSettled = answer.isSettled;
    if (answer.claimedBy !== undefined) entry.toldClaim = answer.claimedBy;
    terminal.print(`Review ${entry.number}: ${answer.text}`);
  } finally {
    screen.decided(entry, isSettled);
  }
}

function troubleText(error: Error): string {
  return error instanceof UnreachableError
    ? `${safeText(error.message)}. Your decision may not have been saved. Repeating it is safe.`
    : `Failed: ${safeText(error.message)}`;
}

export type LineCommand =
  | {
      do: 'approve' | 'reject' | 'takeBack' | 'requestChanges' | 'comment';
      number: number;
      message: string;
    }
  | { do: 'edit' | 'approveAll' | 'show' | 'claim' | 'release'; number: number }
  | { do: 'list' | 'help' | 'quit' | 'nothing' };

const lineHelp = [
  'a 3 [message]   approve review 3 as shown',
  'a 3 [answer]    if it is a question: answer it, e.g. a 3 2 for the second choice',
  'r 3 [message]   reject it, e.g. r 3 too expensive',
  'm 3 message     ask for changes, if the agent takes them, e.g. m 3 at most 100',
  'n 3 text        comment on it',
  'e 3             edit its payload in $EDITOR, then approve',
  'A 3             approve it and all future requests for this step in this run',
  's 3             show it again',
  'c 3             claim it, so that others see who is at it',
  'u 3             no longer claim it',
  'w 3 [reason]    take your approval or decision back, if it was not used yet',
  'l  list pending reviews    h  help    q  quit',
].join('\n');

const plain = { l: 'list', h: 'help', '?': 'help', q: 'quit', '': 'nothing' } as const;
const decisions = {
  a: 'approve',
  r: 'reject',
  w: 'takeBack',
  m: 'requestChanges',
  n: 'comment',
} as const;
const others = { e: 'edit', A: 'approveAll', s: 'show', c: 'claim', u: 'release' } as const;

/**
 * Parses a line that a reviewer typed, strictly, since a decision cannot be undone.
 * @returns null for an unknown command
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
