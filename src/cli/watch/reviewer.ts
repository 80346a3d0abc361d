import { type Client, UnreachableError } from '@holdpoint/client';
import { safeText } from '../safeText.ts';
import { isAgreed } from './agree.ts';
import { type Decision, decide } from './decide.ts';
import { editPayload } from './editPayload.ts';
import { type LineCommand, lineHelp, parseLine } from './lineCommand.ts';
import type { Screen } from './screen.ts';
import type { Terminal } from './terminal.ts';
import type { Entry } from './waitingList.ts';

export type ReviewerOptions = {
  client: Client;
  screen: Screen;
  terminal: Terminal;
  openEditor: (text: string) => Promise<string>;
};

/** Reads what the reviewer types, line by line, and does it, until they leave. */
export async function serveReviewer(options: ReviewerOptions): Promise<void> {
  const { terminal } = options;
  for (let line = await terminal.next(); line !== null; line = await terminal.next()) {
    const command = parseLine(line);
    if (command?.do === 'quit') break;
    try {
      if (command) await run(command, options);
      else terminal.print('That is no command, as "a 3" is. h shows what can be typed.');
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

  const entry = screen.waiting.get(command.number);
  if (!entry) {
    terminal.print(`Nothing waits under ${command.number}. l lists what does.`);
  } else if (command.do === 'show') {
    screen.show(entry);
  } else if (!entry.wasShown) {
    screen.show(entry);
    terminal.print('This had not been shown yet. Type it again to decide.');
  } else if (command.do === 'approve') {
    await send(entry, { decision: 'APPROVE', message: command.message }, options);
  } else if (command.do === 'reject') {
    await send(entry, { decision: 'REJECT', message: command.message }, options);
  } else if (command.do === 'edit') {
    const edit = await editPayload(entry.review, options);
    if (edit) await send(entry, { decision: 'APPROVE', edit }, options);
  } else {
    await approveAll(entry, options);
  }
}

async function approveAll(entry: Entry, options: ReviewerOptions): Promise<void> {
  const { nodeId, graphExecId, requestedBy } = entry.review;
  options.terminal.print(
    `This approves review ${entry.number}, and without asking anybody every later step of\n` +
      `  agent      ${safeText(requestedBy)}\n  node       ${safeText(nodeId)}\n` +
      `  execution  ${safeText(graphExecId)}\n` +
      'regardless of content, until it ends by itself (after a day by default) or is revoked.',
  );
  if (await isAgreed('Approve all of these? (y/n) ', options.terminal)) {
    await send(entry, { decision: 'APPROVE', approveAll: true }, options);
  }
}

async function send(
  entry: Entry,
  decision: Omit<Decision, 'review'>,
  { client, screen, terminal }: ReviewerOptions,
): Promise<void> {
  // While a question was answered somebody else may have decided, or the agent may have asked anew.
  if (screen.waiting.get(entry.number) !== entry) {
    terminal.print(`Review ${entry.number} no longer waits, so nothing was sent.`);
    return;
  }
  let isSettled = false;
  screen.deciding(entry);
  try {
    const answer = await decide(client, { review: entry.review, ...decision });
    isSettled = answer.isSettled;
    terminal.print(`Review ${entry.number}: ${answer.text}`);
  } finally {
    screen.decided(entry, isSettled);
  }
}

function troubleText(error: Error): string {
  return error instanceof UnreachableError
    ? `${safeText(error.message)}. Whether it was decided is not known; to decide the same again does no harm.`
    : `Not done: ${safeText(error.message)}`;
}
