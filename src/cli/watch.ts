import { type Client, connect, RefusedError, UnreachableError } from '@holdpoint/client';
import { ViewerDocument } from '@holdpoint/client/documents';
import pc from 'picocolors';
import { CommandError } from './errors.ts';
import { readToken } from './readToken.ts';
import { fitted, invocation, safeText } from './terminalText.ts';
import { openEditor } from './watch/editPayload.ts';
import { type FeedListener, jsonOutput, watchFeed } from './watch/feed.ts';
import { serveReviewer } from './watch/reviewer.ts';
import { Screen } from './watch/screen.ts';
import { Terminal } from './watch/terminal.ts';

const DEFAULT_COLUMNS = 80;

export type WatchOptions = { url: string; tokenFile?: string; mine?: boolean };

/**
 * Shows reviews as they arrive. In a terminal, the reviewer decides them there. Without terminal
 * input they are only shown, and without terminal output each event is one line of JSON.
 */
export async function runWatch({ url, tokenFile, mine = false }: WatchOptions): Promise<void> {
  const client = connect({ url, token: await readToken(tokenFile, 'review:decide') });
  const viewer = await greet(client);
  const { stdin, stdout, stderr } = process;
  // stdout was closed, e.g. piped to `head`.
  stdout.on('error', () => process.exit(0));

  if (!stdout.isTTY) {
    await follow(client, jsonOutput(stdout, stderr, mine), mine);
    return;
  }
  const columns = () => stdout.columns || DEFAULT_COLUMNS;
  const look = () => ({ columns: columns(), colors: pc });
  if (!stdin.isTTY) {
    console.log(viewer);
    const print = (text: string) => console.log(fitted(text, columns()));
    await follow(client, new Screen({ print, look, mine }), mine);
    return;
  }
  const terminal = new Terminal({ input: stdin, output: stdout, isTerminal: true, columns });
  const screen = new Screen({ print: (text) => terminal.print(text), look, mine });
  terminal.print(`${viewer}\nType h for help.`);
  const ended = serveReviewer({ client, screen, terminal, openEditor });
  await Promise.race([ended, follow(client, screen, mine)]).finally(() => terminal.close());
  // The socket and stdin would keep the process alive.
  process.exit(0);
}

async function follow(client: Client, listener: FeedListener, mine: boolean): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  try {
    await watchFeed(client, listener, stop.signal, { mine });
  } finally {
    stop.abort();
  }
}

async function greet(client: Client): Promise<string> {
  try {
    const { viewer } = await client.request(ViewerDocument, {});
    const hint = viewer.scopes.includes('review:decide')
      ? ''
      : '\nThis token is read-only. To decide, you need one with the scope review:decide.';
    return `Reviews in workspace ${safeText(viewer.userId)}. You are signed in as ${safeText(viewer.actor)}.${hint}`;
  } catch (error) {
    if (error instanceof UnreachableError) {
      throw new CommandError(`${error.message}. To start it here: ${invocation} serve`);
    }
    if (error instanceof RefusedError) throw new CommandError(safeText(error.message));
    throw error;
  }
}
