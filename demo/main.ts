// An agent that tidies a folder and asks before each step. `npm run demo [folder] [-- --session id]`
import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createClient, serviceUrl, UnreachableError } from '@holdpoint/client';
import { CommandError } from '../src/cli/commandError.ts';
import { exitWithNpm } from '../src/cli/exitWithNpm.ts';
import { failureText } from '../src/cli/failure.ts';
import { invocation, shellWord } from '../src/cli/invocation.ts';
import { safeText } from '../src/cli/safeText.ts';
import { agentToken } from './agentToken.ts';
import { makeMessyFolder } from './messyFolder.ts';
import { sha256 } from './step.ts';
import { tidy } from './tidy.ts';

const usage = `Usage: npm run demo -- [folder] [--session id]

An agent tidies the folder (default: demo-folder, made where it is missing) and asks Holdpoint before
each step. HOLDPOINT_URL and HOLDPOINT_TOKEN say where the service is and who the agent is.`;

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
    onCutOff: () => say('     cut off from the service; trying again…'),
    onBack: () => say('     back again'),
  });
  const viewer = await holdpoint.viewer();

  // npm runs scripts in the clone's folder, and says where the person is.
  const here = process.env['INIT_CWD'] ?? process.cwd();
  const path = resolve(here, wanted ?? 'demo-folder');
  const isNew = wanted === undefined && (await makeMessyFolder(path));
  const folder = await realFolder(path);
  const session = givenSession ?? (await sessionOf(folder));

  say(
    `An agent tidies ${safeText(folder)}${isNew ? ', made just now' : ''}, and asks before each step.`,
  );
  say(
    `Session ${safeText(session)}. Whoever reviews for ${safeText(viewer.userId)} decides, in another terminal:\n`,
  );
  say(`  ${watchCommand(viewer.userId, url)}\n`);

  process.once('SIGINT', () => {
    say('\nStopped. The same command goes on from here.');
    process.exit(130);
  });
  const { done, rejected, left } = await tidy({ folder, session, holdpoint, say });
  say(`\nFinished: ${done} done, ${rejected} rejected, ${left} left as they were.`);
}

function readArguments(): { folder: string | undefined | null; session: string | undefined } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { session: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    if (positionals.length > 1) throw new Error('one folder at most');
    if (values.session === '') throw new Error('--session must not be empty');
    return { folder: values.help ? null : positionals[0], session: values.session };
  } catch (error) {
    console.error(`demo: ${(error as Error).message}. See: npm run demo -- --help`);
    process.exit(2);
  }
}

/** Before a token is made: that would start a database of its own where no service runs. */
async function checkReachable(url: string): Promise<void> {
  try {
    await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(5_000) });
  } catch (error) {
    throw new CommandError(
      `${new UnreachableError(url, error).message}. npm start starts it; HOLDPOINT_URL says where else it listens`,
    );
  }
}

async function realFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (!found?.isDirectory()) throw new CommandError(`There is no folder ${safeText(path)}`);
  return realpath(path);
}

/** The same for a folder in every run; a folder that was made anew is another one. */
async function sessionOf(folder: string): Promise<string> {
  const { ino, birthtimeMs } = await stat(folder);
  return `tidy-${sha256(`${folder}\n${ino}\n${birthtimeMs}`).slice(0, 8)}`;
}

function watchCommand(userId: string, url: string): string {
  const create = `token create --user ${shellWord(userId)} --actor ann --scope review:decide --expires 1d`;
  const where = url === serviceUrl({}) ? '' : ` --url ${shellWord(url)}`;
  return `HOLDPOINT_TOKEN=$(${invocation} ${create}) ${invocation} watch${where}`;
}
