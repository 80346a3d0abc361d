import { endpointOf, serviceUrl } from '@holdpoint/client';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { exitWithNpm } from './cli/exitWithNpm.ts';
import { invocation } from './cli/invocation.ts';
import { UsageError } from './cli/usageError.ts';
import { addWebhookCommands } from './cli/webhook.ts';
import { parseDuration } from './duration.ts';
import { isReservedActor, isScope, type Scope, scopes } from './identity/viewer.ts';
import { version } from './version.ts';

const MAX_ID_CHARACTERS = 255;

exitWithNpm();

/** Which command is called, as a person would look up its help. */
let called = 'holdpoint';

// Who reads has gone, as `head` does once it has enough: there is nobody left to tell. The service works on.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  if (called !== 'holdpoint serve') process.exit();
});

const program = new Command('holdpoint')
  .description('Where an AI agent stops until a person has said go on.')
  .version(version, '-V, --version', 'print the version')
  .helpOption('-h, --help', 'print help')
  .helpCommand(false)
  .exitOverride()
  .configureOutput({ outputError: () => {} })
  .hook('preSubcommand', noteCalled)
  .addHelpText('after', example('serve', 'token create --help', 'watch'));

program
  .command('serve')
  .description('start the service; everything is set through the environment, see the README')
  .addHelpText('after', example('serve'))
  .action(async () => (await import('./cli/serve.ts')).runServe());

program
  .command('migrate')
  .description('bring the database to the newest schema; serve does so too')
  .addHelpText('after', example('migrate'))
  .action(async () => (await import('./cli/migrate.ts')).runMigrate());

const token = program
  .command('token')
  .description('make, list and revoke the tokens of agents and reviewers')
  .hook('preSubcommand', noteCalled)
  .addHelpText('after', example('token list'));

token
  .command('create')
  .description('make a token and print it; it cannot be shown again')
  .requiredOption('--user <user>', 'the owner of the reviews that it may see', parseId)
  .requiredOption('--actor <actor>', 'who acts: the name of an agent or a person', parseActor)
  .requiredOption('--scope <scope>', `${scopes.join(', ')}; may be repeated`, collectScopes)
  .option(
    '--expires <time>',
    'how long it is valid: 45m, 12h, 30d or never (default: 90d)',
    parseExpiry,
  )
  .addHelpText(
    'after',
    example(
      'token create --user acme --actor my-agent --scope review:request',
      'token create --user acme --actor ann --scope review:decide --expires 30d',
    ),
  )
  .action(async (options) => (await import('./cli/tokenCreate.ts')).runTokenCreate(options));

token
  .command('list')
  .description('list tokens, never the secrets themselves')
  .option('--user <user>', 'only those of this owner', parseId)
  .addHelpText('after', example('token list --user acme'))
  .action(async (options) => (await import('./cli/tokenList.ts')).runTokenList(options));

token
  .command('revoke')
  .description('end a token at once')
  .argument('<id>', 'as token list shows it')
  .addHelpText('after', example('token revoke 1f2e3d4c5b6a'))
  .action(async (id) => (await import('./cli/tokenRevoke.ts')).runTokenRevoke(id));

addWebhookCommands(
  program
    .command('webhook')
    .description('send events to other services, and see what came of it')
    .hook('preSubcommand', noteCalled)
    .addHelpText('after', example('webhook create --help', 'webhook list')),
  { parseId, example },
);

program
  .command('watch')
  .description(
    'follow the reviews and decide them here; the token is read from HOLDPOINT_TOKEN.\n' +
      'Where the output is no terminal, one JSON object a line is printed for each event.',
  )
  .option('--url <url>', 'of the service, as HOLDPOINT_URL', parseUrl, serviceUrl(process.env))
  .option('--token-file <file>', 'read the token from a file instead')
  .addHelpText('after', example('watch', 'watch --token-file ~/.holdpoint-token'))
  .action(async (options) => (await import('./cli/watch.ts')).runWatch(options));

program
  .command('mcp')
  .description(
    'let any client of the Model Context Protocol ask a person first: on stdio, with the token in HOLDPOINT_TOKEN,\n' +
      'or with --port over HTTP, where each caller sends its own token.',
  )
  .option('--url <url>', 'of the service, as HOLDPOINT_URL', parseUrl, serviceUrl(process.env))
  .option('--token-file <file>', 'on stdio: read the token from a file instead')
  .option('--execution <id>', 'on stdio: what the reviews belong to (default: a new one)', parseId)
  .option('--port <port>', 'listen here for HTTP', parsePort)
  .option('--host <host>', 'listen on this address', '127.0.0.1')
  .option('--origin <origin...>', 'over HTTP: pages of these origins may call')
  .addHelpText('after', example('mcp', 'mcp --port 4100'))
  .action(async (options) => (await import('./cli/mcp.ts')).runMcp(options));

try {
  await program.parseAsync();
} catch (error) {
  await fail(error);
}

/** Says in one line what was wrong, where a person can do something about it, and sets the exit code. */
async function fail(error: unknown): Promise<void> {
  if (error instanceof CommanderError) {
    const isHelp = /^commander\.(help|version)/.test(error.code);
    if (!isHelp) console.error(`${called}: ${onOneLine(error.message)}. See: ${called} --help`);
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof UsageError) {
    console.error(`${called}: ${error.message}`);
    process.exitCode = 2;
  } else {
    const { failureText } = await import('./cli/failure.ts');
    console.error(failureText(error, process.env) ?? error);
    // What was opened before the failure must not keep the process alive.
    process.exit(1);
  }
}

function noteCalled(_: Command, command: Command): void {
  called += ` ${command.name()}`;
}

function onOneLine(message: string): string {
  return message
    .replace(/^error: /, '')
    .split('\n')
    .map((line) => line.trim())
    .join(' ')
    .replace(/\.$/, '');
}

function example(...commands: string[]): string {
  return `\nExample:\n${commands.map((command) => `  ${invocation} ${command}`).join('\n')}`;
}

function parseId(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.');
  if (text.length <= MAX_ID_CHARACTERS) return text;
  throw new InvalidArgumentError(`It must have at most ${MAX_ID_CHARACTERS} characters.`);
}

function collectScopes(text: string, before: Scope[] = []): Scope[] {
  if (isScope(text)) return [...before, text];
  throw new InvalidArgumentError(`It must be one of ${scopes.join(', ')}.`);
}

function parseActor(text: string): string {
  const actor = parseId(text);
  if (!isReservedActor(actor)) return actor;
  throw new InvalidArgumentError('It is reserved for the service itself.');
}

// Not null, which commander takes for an option without a value.
function parseExpiry(text: string): number | 'never' {
  if (text === 'never') return text;
  const duration = parseDuration(text);
  if (duration !== null) return duration;
  throw new InvalidArgumentError('It must be a time such as 45m, 12h or 30d, or never.');
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a port from 0 to 65535.');
}

function parseUrl(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return endpointOf(text);
  throw new InvalidArgumentError('It must be a URL such as http://127.0.0.1:4000/graphql.');
}
