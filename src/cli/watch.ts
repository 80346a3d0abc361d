import { type Client, connect, RefusedError, UnreachableError } from '@holdpoint/client';
import { ViewerDocument } from '@holdpoint/client/documents';
import pc from 'picocolors';
import { CommandError } from './commandError.ts';
import { invocation } from './invocation.ts';
import { readToken } from './readToken.ts';
import { safeText } from './safeText.ts';
import { jsonOutput } from './watch/jsonOutput.ts';
import { openEditor } from './watch/openEditor.ts';
import { serveReviewer } from './watch/reviewer.ts';
import { Screen } from './watch/screen.ts';
import { Terminal } from './watch/terminal.ts';
import { type FeedListener, watchFeed } from './watch/watchFeed.ts';

const DEFAULT_COLUMNS = 80;

export type WatchOptions = { url: string; tokenFile?: string };

/**
 * Shows the reviews of a user as they come. In a terminal the reviewer decides them there; where only the output is one
 * they are shown, and where it is none each event is one line of JSON.
 */
export async function runWatch({ url, tokenFile }: WatchOptions): Promise<void> {
  const client = connect({ url, token: await readToken(tokenFile, 'review:decide') });
  const viewer = await greet(client);
  const { stdin, stdout, stderr } = process;
  // A reader that has seen enough, as `head` has, ends the command quietly.
  stdout.on('error', () => process.exit(0));

  if (!stdout.isTTY) {
    await follow(client, jsonOutput(stdout, stderr));
    return;
  }
  const look = () => ({ columns: stdout.columns || DEFAULT_COLUMNS, colors: pc });
  if (!stdin.isTTY) {
    console.log(viewer);
    await follow(client, new Screen({ print: (text) => console.log(text), look }));
    return;
  }
  const terminal = new Terminal({ input: stdin, output: stdout, isTerminal: true });
  const screen = new Screen({ print: (text) => terminal.print(text), look });
  terminal.print(`${viewer}\nh shows what can be typed.`);
  const ended = serveReviewer({ client, screen, terminal, openEditor });
  await Promise.race([ended, follow(client, screen)]).finally(() => terminal.close());
  // The socket and the input would keep the process alive.
  process.exit(0);
}

async function follow(client: Client, listener: FeedListener): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  try {
    await watchFeed(client, listener, stop.signal);
  } finally {
    stop.abort();
  }
}

async function greet(client: Client): Promise<string> {
  try {
    const { viewer } = await client.request(ViewerDocument, {});
    const may = viewer.scopes.includes('review:decide')
      ? ''
      : '\nThis token may look only: to decide, it needs the scope review:decide.';
    return `Reviews of ${safeText(viewer.userId)}. You decide as ${safeText(viewer.actor)}.${may}`;
  } catch (error) {
    if (error instanceof UnreachableError) {
      throw new CommandError(
        `${error.message}. Is the service running? ${invocation} serve starts it; --url or HOLDPOINT_URL says where else it listens`,
      );
    }
    if (error instanceof RefusedError) throw new CommandError(safeText(error.message));
    throw error;
  }
}
