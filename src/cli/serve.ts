import type { Logger } from 'pino';
import { type App, openApp } from '../app.ts';
import { type Config, readConfig } from '../config.ts';
import { openLogger } from '../telemetry/openLogger.ts';
import { placeOf } from './failure.ts';
import { invocation, shellWord } from './invocation.ts';
import { signInLink } from './signInLink.ts';

/** Within this time from a signal all is closed, or given up. */
const CLOSE_MS = 5_000;
/** One Ctrl-C comes several times, from the terminal and from each npm in between. Later ones are a second one. */
const SAME_SIGNAL_MS = 500;

const EXIT_CODE = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Runs the service until a signal. The first SIGINT, SIGTERM or SIGHUP (the terminal was closed) lets what is under way end and closes everything; a
 * second one ends the process at once. Whatever fails where nobody waits for it is logged and ends the service too, since
 * nobody knows what state it is in.
 */
export async function runServe(): Promise<void> {
  const config = readConfig(process.env);
  // On a terminal a person reads: the banner says what the log would.
  const quiet = process.stderr.isTTY && !process.env['LOG_LEVEL'];
  const log = openLogger(quiet ? 'warn' : config.logLevel);
  const opening = openApp(config, log);
  const stop = stopper(opening, log);
  let signalledAt: number | undefined;

  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (signalledAt === undefined) {
        signalledAt = performance.now();
        log.info({ signal }, 'closing');
        void stop(0);
      } else if (performance.now() - signalledAt > SAME_SIGNAL_MS) {
        process.exit(EXIT_CODE[signal]);
      }
    });
  }
  for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
    process.on(event, (error: unknown) => {
      log.fatal({ err: error }, `${event}: the service ends`);
      void stop(1);
    });
  }

  const app = await opening;
  const inbox = await inboxLine(app, config);
  if (signalledAt === undefined) console.log(banner(app, config, inbox));
}

/** Answers the function that closes the app, once, and ends the process with `exitCode`. */
function stopper(opening: Promise<App>, log: Logger): (exitCode: number) => Promise<void> {
  let isStopping = false;
  return async (exitCode) => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => {
      log.error(`not everything closed within ${CLOSE_MS} ms`);
      process.exit(exitCode || 1);
    }, CLOSE_MS).unref();
    try {
      await opening.then((app) => app.close());
      log.info('closed');
      process.exit(exitCode);
    } catch (error) {
      log.error({ err: error }, 'closing failed');
      process.exit(1);
    }
  };
}

/** Where reviewers go: with a link that signs in on a terminal only, as what is piped away may be kept. */
async function inboxLine({ url }: App, config: Config): Promise<string> {
  const link = process.stdout.isTTY ? await signInLink(url, config) : null;
  return link === null ? `Inbox: ${url}/` : `Inbox, signed in for the demo: ${link}`;
}

/** What a person needs next. */
function banner({ url, dataDir }: App, config: Config, inbox: string): string {
  const { databaseUrl, production, trustedDocuments } = config;
  const data = dataDir ?? `PostgreSQL at ${placeOf(databaseUrl ?? '')}`;
  // Else it would be a token of another database. What DATABASE_URL holds is not for the screen.
  const folder = process.env['HOLDPOINT_DATA_DIR'];
  const where = dataDir !== null && folder ? `HOLDPOINT_DATA_DIR=${shellWord(folder)} ` : '';
  const token = `${where}${invocation} token create --user you`;
  return [
    `Holdpoint listens on ${url}/graphql`,
    inbox,
    ...(production || trustedDocuments ? [] : [`GraphiQL: ${url}/graphql#token=<token>`]),
    `Data: ${data}`,
    `A token for an agent:    ${token} --actor my-agent --scope review:request`,
    `A token for a reviewer:  ${token} --actor your-name --scope review:decide`,
  ].join('\n');
}
