import { serviceUrl } from '@holdpoint/client';
import { Argument, Command, Option } from 'commander';
import { ReviewEventKind, type WebhookDeliveryStatus } from '../database/generated/prisma/enums.ts';
import { scopes } from '../identity/viewer.ts';
import { version } from '../version.ts';
import {
  collect,
  collectKinds,
  collectScopes,
  collectSources,
  collectStatus,
  collectVariables,
  parseActor,
  parseCount,
  parseEffect,
  parseExpiry,
  parseId,
  parseMode,
  parseMoment,
  parseName,
  parsePort,
  parseReviewKind,
  parseRisk,
  parseServerUrl,
  parseTime,
  parseUrl,
  parseWorkers,
} from './options.ts';

import { invocation } from './terminalText.ts';

// All commands and options. The code of a command is loaded when it is called.

const MAX_DELIVERIES = 100;
const MAX_CHANGES = 1_000;
const MAX_FOUND = 1_000;
const MAX_VERSION = 2_147_483_646;
const MAX_HOOK_SECONDS = 86_400;

/** Former names, which still work. */
const aliases = new Map([
  ['--user', '--workspace'],
  ['--actor', '--as'],
  ['--execution', '--run'],
]);

/** Replaces former option names: `--user acme` and `--user=acme` become `--workspace …`. */
export const withCurrentNames = (args: readonly string[]): string[] =>
  args.map((arg) => arg.replace(/^--[^=]+/, (name) => aliases.get(name) ?? name));

/** @param onCommand is called with each command and subcommand before it runs */
export function createProgram(onCommand: (name: string) => void): Command {
  const program = new Command('holdpoint')
    .description('Stops AI agents until a human approves.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    // Options after a subcommand are its own, such as --url of `mcp proxy`.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .hook('preSubcommand', (_, command) => onCommand(command.name()))
    .addHelpText('beforeAll', ({ command }) => {
      checkSubcommand(command);
      return '';
    })
    .addHelpText('after', examples('serve', 'token create --help', 'watch'));

  program
    .command('serve')
    .description('start the service; environment variables configure it, see docs/configuration.md')
    .option(
      '--workers <n>',
      'worker processes that share the port; max: one per core (default: 1)',
      parseWorkers,
    )
    .addHelpText('after', examples('serve', 'serve --workers max'))
    .action(async (options) => (await import('./serve.ts')).runServe(options));

  program
    .command('migrate')
    .description('apply missing database migrations; serve does this too')
    .option('--distribute', 'on Citus, spread the workspaces over its nodes')
    .addHelpText('after', examples('migrate', 'migrate --distribute'))
    .action(async (options) => (await import('./database.ts')).runMigrate(options));

  program
    .command('after-restore')
    .description(
      'make a restored database safe to use: old cursors expire,\n' +
        'unused approvals become void, standing approvals end. Stop the service first.',
    )
    .addHelpText('after', examples('after-restore'))
    .action(async () => (await import('./afterRestore.ts')).runAfterRestore());

  addTokenCommands(
    program
      .command('token')
      .description('create, list and revoke access tokens')
      .hook('preSubcommand', (_, command) => onCommand(command.name()))
      .addHelpText('after', examples('token list')),
  );
  addMemberCommands(
    program
      .command('member')
      .description('list, set, disable and link the people and agents of a workspace')
      .hook('preSubcommand', (_, command) => onCommand(command.name()))
      .addHelpText('after', examples('member list --workspace demo', 'member set --help')),
  );
  addTeamCommands(
    program
      .command('team')
      .description('list, set and delete the teams of a workspace')
      .hook('preSubcommand', (_, command) => onCommand(command.name()))
      .addHelpText('after', examples('team list --workspace demo', 'team set --help')),
  );
  addDelegationCommands(
    program
      .command('delegation')
      .description('let somebody decide in place of another for a time')
      .hook('preSubcommand', (_, command) => onCommand(command.name()))
      .addHelpText('after', examples('delegation list --workspace demo')),
  );
  addPolicyCommands(
    program
      .command('policy')
      .description('read, test, preview and save the policy of a workspace, as a YAML file')
      .hook('preSubcommand', (_, command) => onCommand(command.name()))
      .addHelpText('after', examples('policy get > policy.yaml', 'policy set policy.yaml')),
  );
  addReviewCommands(
    program
      .command('reviews')
      .description('find reviews of any status, and export them')
      .hook('preSubcommand', (_, command) => onCommand(command.name()))
      .addHelpText('after', examples('reviews search refund --since 7d', 'reviews export --help')),
  );
  addWebhookCommands(
    program
      .command('webhook')
      .description('send review events to other services')
      .hook('preSubcommand', (_, command) => onCommand(command.name()))
      .addHelpText('after', examples('webhook create --help', 'webhook list')),
  );

  program
    .command('watch')
    .description(
      'follow and decide reviews in the terminal, with the token in HOLDPOINT_TOKEN.\n' +
        'If the output is not a terminal, prints one JSON object per event and line.',
    )
    .option(...urlOption)
    .option('--token-file <file>', 'read the token from a file instead')
    .option('--mine', 'only reviews that you may decide')
    .addHelpText(
      'after',
      examples('watch', 'watch --mine', 'watch --token-file ~/.holdpoint-token'),
    )
    .action(async (options) => (await import('./watch.ts')).runWatch(withUrl(options)));

  const mcp = program
    .command('mcp')
    .description(
      'let MCP clients request reviews: over stdio, with the token in HOLDPOINT_TOKEN,\n' +
        'or over HTTP with --port, where each client sends its own token.',
    )
    .option(...urlOption)
    .option('--token-file <file>', 'stdio only: read the token from a file instead')
    .option('--run <id>', 'stdio only: the run that the reviews belong to (default: new)', parseId)
    .option('--port <port>', 'listen for HTTP on this port', parsePort)
    .option('--host <host>', 'HTTP only: listen on this address', '127.0.0.1')
    .option('--origin <origin...>', 'HTTP only: allow web pages of these origins')
    .hook('preSubcommand', (_, command) => onCommand(command.name()))
    .addHelpText('after', examples('mcp', 'mcp --port 4100', 'mcp proxy --help'))
    .action(async (options) => (await import('./mcp.ts')).runMcp(withUrl(options)));
  addMcpProxyCommand(mcp.enablePositionalOptions());

  addHookCommands(
    program
      .command('hook')
      .description('hold the tools of an agent until they are approved')
      .hook('preSubcommand', (_, command) => onCommand(command.name()))
      .addHelpText('after', examples('hook install --help', 'hook json --help')),
  );

  return program;
}

/** Commander prints the help of `command` even if there is an unknown subcommand. */
function checkSubcommand(command: Command): void {
  const name = command.args.find((arg) => !arg.startsWith('-'));
  const names = command.commands.map((known) => known.name());
  if (names.length === 0 || name === undefined || names.includes(name)) return;
  command.error(`unknown command '${name}'`, { code: 'commander.unknownCommand' });
}

const urlOption = [
  '--url <url>',
  'of the service (default: HOLDPOINT_URL, or http://127.0.0.1:4000)',
  parseUrl,
] as const;

/** Only these commands read HOLDPOINT_URL, so that others work with an invalid one. */
const withUrl = <Options extends { url?: string }>(options: Options) => ({
  ...options,
  url: options.url ?? serviceUrl(process.env),
});

const jsonOption = ['--json', 'print one JSON object per line'] as const;
const workspaceOption = ['--workspace <workspace>', 'the workspace', parseId] as const;

function addTokenCommands(token: Command): void {
  token
    .command('create')
    .description('create a token and print it; it cannot be shown again')
    .requiredOption('--workspace <workspace>', 'whose reviews the token gives access to', parseId)
    .requiredOption('--as <name>', 'name of the agent or reviewer', parseActor)
    .requiredOption('--scope <scope>', `${scopes.join(', ')}; repeatable`, collectScopes)
    .option('--expires <time>', 'e.g. 45m, 12h, 30d or never (default: 90d)', parseExpiry)
    .addHelpText(
      'after',
      examples(
        'token create --workspace demo --as my-agent --scope review:request',
        'token create --workspace demo --as ada --scope review:decide --expires 30d',
      ),
    )
    .action(async (options) => (await import('./token.ts')).runCreateToken(options));

  token
    .command('list')
    .description('list tokens, without their secrets')
    .option('--workspace <workspace>', 'only tokens of this workspace', parseId)
    .option(...jsonOption)
    .addHelpText('after', examples('token list --workspace demo'))
    .action(async (options) => (await import('./token.ts')).runListTokens(options));

  token
    .command('revoke')
    .description('revoke a token immediately')
    .argument('<id>', 'see token list')
    .addHelpText('after', examples('token revoke 1f2e3d4c5b6a'))
    .action(async (id) => (await import('./token.ts')).runRevokeToken(id));
}

function addMemberCommands(member: Command): void {
  const actor = ['<actor>', 'name in tokens, sessions and reviews', parseActor] as const;
  const load = () => import('./member.ts');

  member
    .command('list')
    .description('list members')
    .option('--workspace <workspace>', 'only members of this workspace', parseId)
    .option(...jsonOption)
    .addHelpText('after', examples('member list --workspace demo'))
    .action(async (options) => (await load()).runListMembers(options));

  member
    .command('set')
    .description('create or change a member; what is left out stays as it is')
    .argument(...actor)
    .requiredOption(...workspaceOption)
    .addOption(
      new Option('--kind <kind>', 'agents never decide (default for new members: person)').choices([
        'person',
        'agent',
      ]),
    )
    .option('--name <name>', 'name for people')
    .option('--email <address>', 'e-mail address')
    .addHelpText(
      'after',
      examples(
        'member set ada --workspace demo --name "Ada Lovelace"',
        'member set mailer --workspace demo --kind agent',
      ),
    )
    .action(async (name, options) => (await load()).runSetMember(name, options));

  member
    .command('disable')
    .description(
      'refuse everything of a member: ends its tokens, sessions and delegations for good',
    )
    .argument(...actor)
    .requiredOption(...workspaceOption)
    .addHelpText('after', examples('member disable ada --workspace demo'))
    .action(async (name, options) => (await load()).runDisableMember(name, options, true));

  member
    .command('enable')
    .description('accept a disabled member again; it needs new API tokens')
    .argument(...actor)
    .requiredOption(...workspaceOption)
    .addHelpText('after', examples('member enable ada --workspace demo'))
    .action(async (name, options) => (await load()).runDisableMember(name, options, false));

  member
    .command('link')
    .description('let another identity of the identity provider sign in as a member:\nthe next one')
    .argument(...actor)
    .requiredOption(...workspaceOption)
    .addHelpText('after', examples('member link ada --workspace demo'))
    .action(async (name, options) => (await load()).runLinkMember(name, options));

  member
    .command('changes')
    .description('list changes of members, teams, delegations and tokens, newest first')
    .requiredOption(...workspaceOption)
    .option('--first <count>', `how many, 1 to ${MAX_CHANGES}`, parseCount(MAX_CHANGES), 25)
    .option(...jsonOption)
    .addHelpText('after', examples('member changes --workspace demo --first 100'))
    .action(async (options) => (await load()).runListChanges(options));
}

function addTeamCommands(team: Command): void {
  const load = () => import('./team.ts');

  team
    .command('list')
    .description('list teams and their members')
    .option('--workspace <workspace>', 'only teams of this workspace', parseId)
    .option(...jsonOption)
    .addHelpText('after', examples('team list --workspace demo'))
    .action(async (options) => (await load()).runListTeams(options));

  team
    .command('set')
    .description('create or change a team; what is left out stays as it is')
    .argument('<team>', '1 to 64 of a-z, 0-9 and hyphens')
    .requiredOption(...workspaceOption)
    .option('--name <name>', 'name for people (default for new teams: its ID)')
    .option('--group <group>', 'group of the identity provider whose members are in the team')
    .option('--no-group', 'no such group')
    .option('--member <actors...>', 'its members, the whole list')
    .option('--no-member', 'an empty list')
    .addHelpText(
      'after',
      examples(
        'team set finance --workspace demo --name Finance --member ada ben',
        'team set security --workspace demo --group sec-reviewers',
      ),
    )
    .action(async (teamId, options) => (await load()).runSetTeam(teamId, options));

  team
    .command('delete')
    .description('delete a team that no waiting review needs')
    .argument('<team>', 'see team list')
    .requiredOption(...workspaceOption)
    .addHelpText('after', examples('team delete finance --workspace demo'))
    .action(async (teamId, options) => (await load()).runDeleteTeam(teamId, options));
}

function addDelegationCommands(delegation: Command): void {
  const load = () => import('./delegation.ts');

  delegation
    .command('list')
    .description('list delegations that have not ended, and recent ones')
    .option('--workspace <workspace>', 'only delegations of this workspace', parseId)
    .option(...jsonOption)
    .addHelpText('after', examples('delegation list --workspace demo'))
    .action(async (options) => (await load()).runListDelegations(options));

  delegation
    .command('create')
    .description('let somebody decide in place of another from now on')
    .requiredOption(...workspaceOption)
    .requiredOption('--from <actor>', 'who is away', parseActor)
    .requiredOption('--to <actor>', 'who decides in their place', parseActor)
    .requiredOption('--for <time>', 'e.g. 12h or 14d, at most 90d', parseTime)
    .option('--reason <reason>', 'why')
    .addHelpText(
      'after',
      examples('delegation create --workspace demo --from ada --to ben --for 14d'),
    )
    .action(async (options) => (await load()).runCreateDelegation(options));

  delegation
    .command('revoke')
    .description('end a delegation immediately')
    .argument('<id>', 'see delegation list')
    .addHelpText('after', examples('delegation revoke 1f2e3d4c5b6a7980'))
    .action(async (id) => (await load()).runRevokeDelegation(id));
}

function addPolicyCommands(policy: Command): void {
  const load = () => import('./policy.ts');
  const tokenOption = [
    '--token-file <file>',
    'read the token from a file instead of HOLDPOINT_TOKEN',
  ] as const;
  const version = parseCount(MAX_VERSION);
  const file = 'policy file, - for the standard input';

  policy
    .command('get')
    .description('print the newest version, or an older one, as a policy file')
    .argument('[version]', 'an older version, see policy history', version)
    .option(...urlOption)
    .option(...tokenOption)
    .addHelpText('after', examples('policy get > policy.yaml', 'policy get 3'))
    .action(async (number, options) => (await load()).runGetPolicy(number, withUrl(options)));

  policy
    .command('set')
    .description(
      'show what a policy file changes, and save it as the newest version.\n' +
        'Its tests must pass.',
    )
    .argument('[file]', file)
    .option('--mode <mode>', 'off, shadow or enforced, instead of the mode in the file', parseMode)
    .option('--note <note>', 'why, for people, instead of the note in the file')
    .option('--from-version <number>', 'go back: save an old version instead of a file', version)
    .option('--yes', 'save it without asking')
    .option('--dry-run', 'save nothing; the exit code is 1 if there are differences')
    .option(...urlOption)
    .option(...tokenOption)
    .addHelpText(
      'after',
      examples(
        'policy set policy.yaml --mode shadow',
        'policy set policy.yaml --dry-run',
        'policy set --from-version 3',
      ),
    )
    .action(async (name, options) => (await load()).runSetPolicy(name, withUrl(options)));

  policy
    .command('preview')
    .description(
      'say what a policy file would have made of past requests. The exit code is 1\n' +
        'if it disagrees with what people decided. Also needs the scope review:read.',
    )
    .argument('<file>', file)
    .option('--since <time>', 'only requests of the last e.g. 12h or 30d', parseTime)
    .option('--workflow <id>', 'only requests of this workflow', parseId)
    .option('--step <id>', 'only requests for this step', parseId)
    .option('--json', 'print JSON')
    .option(...urlOption)
    .option(...tokenOption)
    .addHelpText('after', examples('policy preview policy.yaml --since 30d'))
    .action(async (name, options) => (await load()).runPreviewPolicy(name, withUrl(options)));

  policy
    .command('test')
    .description(
      'run the tests in a policy file, or evaluate one payload. Nothing is requested.\n' +
        'The exit code is 1 if something is not as expected.',
    )
    .argument('[file]', `${file}; without one, the newest version of the service`)
    .option('--payload <file>', 'evaluate this payload, - for the standard input')
    .option(
      '--var <name=value>',
      'another variable of rules, e.g. node=pay; repeatable',
      collectVariables,
    )
    .option('--expect <effect>', 'allow, review or deny', parseEffect)
    .option('--json', 'print JSON')
    .option(...urlOption)
    .option(...tokenOption)
    .addHelpText(
      'after',
      examples(
        'policy test policy.yaml',
        'policy test policy.yaml --payload refund.json --var node=refund --expect review',
      ),
    )
    .action(async (name, options) =>
      (await load()).runTestPolicy(name, { ...options, service: () => withUrl(options) }),
    );

  policy
    .command('history')
    .description('list the versions, newest first')
    .option('--first <count>', `how many, 1 to ${MAX_CHANGES}`, parseCount(MAX_CHANGES), 25)
    .option(...jsonOption)
    .option(...urlOption)
    .option(...tokenOption)
    .addHelpText('after', examples('policy history'))
    .action(async (options) => (await load()).runListPolicies(withUrl(options)));
}

function addReviewCommands(reviews: Command): void {
  const load = () => import('./reviews.ts');
  const words = [
    '[words...]',
    'words of the headline, message, step, workflow, run or tags, or their beginnings',
  ] as const;
  const withFilters = (command: Command) =>
    command
      .argument(...words)
      .option('--status <status>', 'e.g. waiting or approved; repeatable', collectStatus)
      .option('--kind <kind>', 'action or question', parseReviewKind)
      .option('--workflow <id>', 'only reviews of this workflow', parseId)
      .option('--step <id>', 'only reviews of this step', parseId)
      .option('--run <id>', 'only reviews of this run', parseId)
      .option('--tag <tag>', 'only reviews with this tag', parseId)
      .option(
        '--risk <risk>',
        'low, medium, high or critical: this risk or a higher one',
        parseRisk,
      )
      .option('--requested-by <actor>', 'only reviews that this agent requested', parseId)
      .option('--decided-by <actor>', 'only reviews that this person decided', parseId)
      .option(
        '--source <source>',
        'what decided, e.g. reviewer, policy or expiry; repeatable',
        collectSources,
      )
      .option('--team <id>', 'only reviews that this team was asked to approve', parseId)
      .option('--rule <id>', "only reviews whose policy verdict is this rule's", parseId)
      .option('--since <time>', 'only requests of the last e.g. 12h or 30d', parseTime)
      .option('--from <time>', 'only requests from then on, e.g. 2026-11-21', parseMoment)
      .option('--to <time>', 'only requests before then', parseMoment)
      .option(...urlOption)
      .option('--token-file <file>', 'read the token from a file instead of HOLDPOINT_TOKEN');

  withFilters(reviews.command('search'))
    .description('list reviews, newest first. Needs a token with the scope review:read.')
    .option('--first <count>', `how many, 1 to ${MAX_FOUND}`, parseCount(MAX_FOUND), 25)
    .option(...jsonOption)
    .addHelpText(
      'after',
      examples('reviews search refund --since 7d', 'reviews search --status rejected --risk high'),
    )
    .action(async (found, options) => (await load()).runSearchReviews(found, withUrl(options)));

  withFilters(reviews.command('export'))
    .description(
      'write all reviews that are found to the standard output, newest first.\n' +
        'Needs a token with the scope review:read.',
    )
    .addOption(
      new Option('--format <format>', 'csv, or jsonl: one JSON object per line')
        .choices(['csv', 'jsonl'])
        .makeOptionMandatory(),
    )
    .addHelpText(
      'after',
      examples(
        'reviews export --format csv --from 2026-01-01 > reviews.csv',
        'reviews export --format jsonl --status rejected > rejected.jsonl',
      ),
    )
    .action(async (found, options) => (await load()).runExportReviews(found, withUrl(options)));
}

function addWebhookCommands(webhook: Command): void {
  const id = ['<id>', 'see webhook list'] as const;
  const load = () => import('./webhook.ts');

  webhook
    .command('create')
    .description('create a webhook and print its signing secret; it cannot be shown again')
    .requiredOption('--workspace <workspace>', 'whose review events to send', parseId)
    .requiredOption('--url <url>', 'where to send them: https://…')
    .option(
      '--kind <kind>',
      `${Object.values(ReviewEventKind).join(', ')}; repeatable (default: all)`,
      collectKinds,
    )
    .addHelpText(
      'after',
      examples(
        'webhook create --workspace demo --url https://example.com/webhooks --kind APPROVED --kind REJECTED',
      ),
    )
    .action(async (options) => (await load()).runCreateWebhook(options));

  webhook
    .command('list')
    .description('list webhooks, without their secrets')
    .option('--workspace <workspace>', 'only webhooks of this workspace', parseId)
    .addHelpText('after', examples('webhook list --workspace demo'))
    .action(async (options) => (await load()).runListWebhooks(options));

  webhook
    .command('enable')
    .description('resume sending')
    .argument(...id)
    .addHelpText('after', examples('webhook enable 1f2e3d4c5b6a7980'))
    .action(async (webhookId) => (await load()).runEnableWebhook(webhookId, true));

  webhook
    .command('disable')
    .description('stop sending until the webhook is enabled again')
    .argument(...id)
    .addHelpText('after', examples('webhook disable 1f2e3d4c5b6a7980'))
    .action(async (webhookId) => (await load()).runEnableWebhook(webhookId, false));

  webhook
    .command('delete')
    .description('delete a webhook immediately')
    .argument(...id)
    .addHelpText('after', examples('webhook delete 1f2e3d4c5b6a7980'))
    .action(async (webhookId) => (await load()).runDeleteWebhook(webhookId));

  webhook
    .command('rotate')
    .description('replace the secret and print the new one; both sign messages for 24 hours')
    .argument(...id)
    .addHelpText('after', examples('webhook rotate 1f2e3d4c5b6a7980'))
    .action(async (webhookId) => (await load()).runRotateWebhook(webhookId));

  webhook
    .command('deliveries')
    .description('list deliveries, newest event first, each with its last attempt')
    .argument(...id)
    .option('--first <count>', `how many, 1 to ${MAX_DELIVERIES}`, parseCount(MAX_DELIVERIES), 25)
    .option('--before <cursor>', 'only events before this one')
    .addOption(
      new Option('--status <status>', 'only deliveries with this status').choices([
        'PENDING',
        'DELIVERED',
        'PARKED',
      ] satisfies WebhookDeliveryStatus[]),
    )
    .addHelpText('after', examples('webhook deliveries 1f2e3d4c5b6a7980 --status PARKED'))
    .action(async (webhookId, options) => (await load()).runListDeliveries(webhookId, options));

  webhook
    .command('redeliver')
    .description('send an event again: the same message with the same id')
    .argument(...id)
    .argument('<cursor>', 'of the event, see webhook deliveries')
    .addHelpText('after', examples('webhook redeliver 1f2e3d4c5b6a7980 42'))
    .action(async (webhookId, cursor) => (await load()).runRedeliverEvent(webhookId, cursor));
}

function addMcpProxyCommand(mcp: Command): void {
  mcp
    .command('proxy')
    .description(
      'stand between an MCP client on stdio and a server, and hold every call of a tool\n' +
        'until it is approved. The token is in HOLDPOINT_TOKEN.',
    )
    .argument('[command...]', 'starts the server; after --')
    .option('--url <url>', 'of the server, instead of a command', parseServerUrl)
    .option(
      '--header <header>',
      'for the server, e.g. "Authorization: Bearer $TOKEN"; repeatable',
      collect,
    )
    .option(
      '--name <name>',
      'of the server, in the steps <name>/<tool> (default: of its package or host)',
      parseName,
    )
    .option(
      '--holdpoint <url>',
      'of Holdpoint (default: HOLDPOINT_URL, or http://127.0.0.1:4000)',
      parseUrl,
    )
    .option('--token-file <file>', 'read the token from a file instead')
    .option('--run <id>', 'the run that the reviews belong to (default: new)', parseId)
    .option(
      '--wait <time>',
      'answer after this time, e.g. 10m (default: as long as the client waits)',
      parseTime,
    )
    .addHelpText(
      'after',
      examples(
        'mcp proxy -- npx -y @modelcontextprotocol/server-filesystem ~/Documents',
        'mcp proxy --name shop --url https://shop.example.com/mcp',
      ),
    )
    .action(async (command, options) =>
      (await import('./mcpProxy.ts')).runMcpProxy(command, {
        ...options,
        holdpoint: options.holdpoint ?? serviceUrl(process.env),
      }),
    );
}

function addHookCommands(hook: Command): void {
  const load = () => import('./hook.ts');
  const timeout = [
    '--timeout <seconds>',
    'the limit of the hook in the settings of the agent; it waits half as long',
    parseCount(MAX_HOOK_SECONDS),
    600,
  ] as const;
  const tokenFile = ['--token-file <file>', 'the token, which has only review:request'] as const;
  const scope = () =>
    new Option('--scope <scope>', 'which settings: .claude/settings.json, or local, or of the user')
      .choices(['project', 'local', 'user'])
      .default('project');
  const project = ['--project <folder>', 'the folder of the project', '.'] as const;
  const yes = ['--yes', 'change the settings without asking'] as const;
  const agent = () => new Argument('<agent>', 'the agent').choices(['claude-code']);
  const lazyUrl =
    ({ url }: { url?: string }) =>
    () =>
      url ?? serviceUrl(process.env);

  hook
    .command('install')
    .description('write the hook into the settings of an agent, after showing the change')
    .addArgument(agent())
    .requiredOption(...tokenFile)
    .option(...urlOption)
    .option(...timeout)
    .addOption(scope())
    .option(...project)
    .option(...yes)
    .addHelpText(
      'after',
      examples(
        'hook install claude-code --project ~/my-project \\\n    --token-file ~/.config/holdpoint/claude-code.token',
      ),
    )
    .action(async (_, options) => (await load()).runInstallHook(withUrl(options)));

  hook
    .command('uninstall')
    .description('take the hook out of the settings of an agent, after showing the change')
    .addArgument(agent())
    .addOption(scope())
    .option(...project)
    .option(...yes)
    .addHelpText('after', examples('hook uninstall claude-code --project ~/my-project'))
    .action(async (_, options) => (await load()).runUninstallHook(options));

  hook
    .command('claude-code')
    .description('answer a hook of Claude Code, with its input on stdin')
    .option(...urlOption)
    .option(...tokenFile)
    .option(...timeout)
    .addHelpText('after', examples('hook claude-code --token-file ~/.holdpoint-token'))
    .action(async (options) =>
      (await load()).runClaudeCodeHook({ ...options, url: lazyUrl(options) }),
    );

  hook
    .command('json')
    .description('answer a hook of any agent, with JSON on stdin; see docs/hooks.md')
    .option(...urlOption)
    .option(...tokenFile)
    .option(...timeout)
    .option('--workflow <id>', 'the workflow that the reviews belong to', parseId, 'agent')
    .addHelpText('after', examples('hook json --token-file ~/.holdpoint-token'))
    .action(async (options) => (await load()).runJsonHook({ ...options, url: lazyUrl(options) }));
}

function examples(...commands: string[]): string {
  return `\nExample:\n${commands.map((command) => `  ${invocation} ${command}`).join('\n')}`;
}
