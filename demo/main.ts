// An agent that tidies a folder and asks before each step: `npm run demo [folder] [-- --session
// id]`
import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createClient, serviceUrl, UnreachableError } from '@holdpoint/client';
import { CommandError } from '../src/cli/errors.ts';
import { exitWithNpm } from '../src/cli/exitWithNpm.ts';
import { failureText } from '../src/cli/failure.ts';
import { invocation, safeText, shellWord } from '../src/cli/terminalText.ts';
import { agentToken } from './agentToken.ts';
import { makeMessyFolder } from './messyFolder.ts';
import { sha256 } from './step.ts';
import { tidy } from './tidy.ts';

const usage = `Usage: npm run demo -- [folder] [--session id]

An agent tidies a folder and asks Holdpoint before each step. The default is demo-folder, which is
created if it does not exist. HOLDPOINT_URL is the service, HOLDPOINT_TOKEN the token of the agent.`;

const say = (text: string) => console.log(text);

exitWithNpm();
try {
  const { folder, session } = readArguments();
  if (folder === null) say(usage);
  else await run(folder, session);
  process.exit(process.exitCode ?? 0);
} catch (error) {
  console.error(failureText(error, process.env) ?? error);
  process.exit(1);
}

async function run(wanted: string | undefined, givenSession: string | undefined): Promise<void> {
  const url = serviceUrl(process.env);
  await checkReachable(url);
  const holdpoint = createClient({
    url,
    token: await agentToken(),
    graph: 'tidy-folder',
    patienceMs: Number.POSITIVE_INFINITY,
    onRetry: ({ message }) => say(`     ${message}. Retrying…`),
    onCutOff: () => say('     disconnected; reconnecting…'),
    onBack: () => say('     reconnected'),
  });
  const viewer = await holdpoint.viewer();

  // npm runs scripts in the folder of the clone; INIT_CWD is where the user is.
  const here = process.env['INIT_CWD'] ?? process.cwd();
  const path = resolve(here, wanted ?? 'demo-folder');
  const isNew = wanted === undefined && (await makeMessyFolder(path));
  const folder = await realFolder(path);
  const session = givenSession ?? (await sessionOf(folder));

  say(`The agent tidies ${safeText(folder)}${isNew ? ' (new)' : ''} and asks before each step.`);
  say(
    `Session ${safeText(session)} in workspace ${safeText(viewer.userId)}. Decide on the page, or with:\n`,
  );
  say(`  ${watchCommand(viewer.userId, url)}\n`);

  process.once('SIGINT', () => {
    say('\nStopped. Run the same command to continue.');
    process.exit(130);
  });
  const { done, rejected, left } = await tidy({ folder, session, holdpoint, say });
  say(`\nFinished: ${done} done, ${rejected} rejected, ${left} skipped.`);
}

function readArguments(): { folder: string | undefined | null; session: string | undefined } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { session: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    if (positionals.length > 1) throw new Error('expected at most one folder');
    if (values.session === '') throw new Error('--session must not be empty');
    return { folder: values.help ? null : positionals[0], session: values.session };
  } catch (error) {
    console.error(`demo: ${(error as Error).message}. See: npm run demo -- --help`);
    process.exit(2);
  }
}

/** Done before a token is created, which would start a database if no service is running. */
async function checkReachable(url: string): Promise<void> {
  try {
    await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(5_000) });
  } catch (error) {
    throw new CommandError(
      `${new UnreachableError(url, error).message}. To start it here: npm start`,
    );
  }
}

async function realFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (!found?.isDirectory()) throw new CommandError(`Not a folder: ${safeText(path)}`);
  return realpath(path);
}

/** The same in every run on a folder, but not for a new folder with the same name. */
async function sessionOf(folder: string): Promise<string> {
  const { ino, birthtimeMs } = await stat(folder);
  return `tidy-${sha256(`${folder}\n${ino}\n${birthtimeMs}`).slice(0, 8)}`;
}

function watchCommand(userId: string, url: string): string {
  const create = `token create --workspace ${shellWord(userId)} --as ada --scope review:decide --expires 1d`;
  const where = url === serviceUrl({}) ? '' : ` --url ${shellWord(url)}`;
  // Without it, the command would create the token in another database.
  const dataDir = process.env['HOLDPOINT_DATA_DIR'];
  const variable = dataDir ? `HOLDPOINT_DATA_DIR=${shellWord(dataDir)} ` : '';
  return `HOLDPOINT_TOKEN=$(${variable}${invocation} ${create}) ${invocation} watch${where}`;
}
