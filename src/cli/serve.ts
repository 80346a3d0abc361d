import cluster from 'node:cluster';
import type { Logger } from 'pino';
import { type App, openApp } from '../app.ts';
import { type Config, readConfig } from '../config.ts';
import { startEmbedded } from '../database/embedded/embedded.ts';
import { openSiblings } from '../processes/siblings.ts';
import { findPort, type Supervisor, superviseWorkers } from '../processes/supervisor.ts';
import { openLogger } from '../telemetry/openLogger.ts';
import { placeOf } from './failure.ts';
import { DEMO_WORKSPACE, signInLink } from './signInLink.ts';
import { invocation, shellWord } from './terminalText.ts';

/** A shutdown that takes longer is abandoned. */
const CLOSE_MS = 5_000;
/**
 * One Ctrl-C may arrive several times, from the terminal and from npm. Later signals are a second
 * one.
 */
const SAME_SIGNAL_MS = 500;

const EXIT_CODE = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Runs the service until a signal. The first SIGINT, SIGTERM or SIGHUP (the terminal was closed)
 * finishes running requests and closes everything; a second one exits immediately. An unhandled
 * error is logged and ends the service too, since its state is unknown.
 */
export async function runServe({ workers = 1 }: { workers?: number }): Promise<void> {
  const config = readConfig(process.env);
  // On a terminal, the banner replaces the log.
  const quiet = process.stderr.isTTY && !process.env['LOG_LEVEL'];
  const log = openLogger(quiet ? 'warn' : config.logLevel);
  if (workers > 1 && cluster.isPrimary) return runSupervisor(workers, config, log);

  const opening = openApp(config, log, { siblings: openSiblings() });
  const stop = stopper(opening, log);
  let isClosing = false;
  onSignals((signal) => {
    isClosing = true;
    log.info({ signal }, 'closing');
    void stop(0);
  });
  for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
    process.on(event, (error: unknown) => {
      log.fatal({ err: error }, `${event}: the service ends`);
      void stop(1);
    });
  }
  cluster.worker?.once('disconnect', () => {
    // The supervisor was killed. Without this, Node ends the worker in the middle of its requests.
    Object.assign(cluster.worker as object, { exitedAfterDisconnect: true });
    void stop(1);
  });

  const app = await opening;
  const isFirst = cluster.worker === undefined || cluster.worker.id === 1;
  if (!isFirst) return;
  const text = await banner(app, config, workers);
  if (!isClosing) console.log(text);
}

/** Runs the service in several worker processes, and holds the embedded database for them. */
async function runSupervisor(workers: number, config: Config, log: Logger): Promise<void> {
  // First, since a port that is in use must not leave a database server behind.
  const port = await findPort(config.port, config.host);
  let supervisor: Supervisor | undefined;
  let isClosing = false;
  onSignals((signal) => {
    isClosing = true;
    supervisor?.close(signal);
  });
  const embedded = config.databaseUrl
    ? null
    : await startEmbedded({ dataDir: config.dataDir, log });
  if (!isClosing) supervisor = superviseWorkers(workers, port, log);
  const exitCode = await supervisor?.ended;
  await embedded?.stop();
  process.exit(exitCode);
}

/** Calls `close` at the first signal. Later ones, sent on to the workers, exit immediately. */
function onSignals(close: (signal: NodeJS.Signals) => void): void {
  let signalledAt: number | undefined;
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (signalledAt === undefined) {
        signalledAt = performance.now();
        close(signal);
      } else if (performance.now() - signalledAt > SAME_SIGNAL_MS) {
        for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill(signal);
        process.exit(EXIT_CODE[signal]);
      }
    });
  }
}

/** Returns a function that closes the app once, then exits with the given code. */
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

/** What a user needs next. */
async function banner({ url, dataDir }: App, config: Config, workers: number): Promise<string> {
  const { databaseUrl, production, trustedDocuments } = config;
  const publicUrl = config.publicUrl ?? url;
  // The link signs in, so it belongs on a terminal only: other output may be stored.
  const link = process.stdout.isTTY ? await signInLink(publicUrl, config) : null;
  const folder = process.env['HOLDPOINT_DATA_DIR'];
  // Without it, the command would create the token in another database.
  const variable = dataDir !== null && folder ? `HOLDPOINT_DATA_DIR=${shellWord(folder)} ` : '';
  const create = `${variable}${invocation} token create --workspace ${DEMO_WORKSPACE}`;
  return [
    `Holdpoint listens on ${url}/graphql${workers > 1 ? ` with ${workers} workers` : ''}`,
    link ? `Page, signed in to workspace ${DEMO_WORKSPACE}: ${link}` : `Page: ${publicUrl}/`,
    ...(production || trustedDocuments ? [] : [`GraphiQL: ${publicUrl}/graphql#token=<token>`]),
    `Data: ${dataDir ?? `PostgreSQL at ${placeOf(databaseUrl ?? '')}`}`,
    '',
    'Next, in another terminal:',
    ...(url.endsWith(':4000') ? [] : [`  Tell the examples:     export HOLDPOINT_URL=${url}`]),
    ...(link ? ['  Try it:                npm run demo'] : []),
    `  Token for an agent:    ${create} --as my-agent --scope review:request`,
    `  Token for a reviewer:  ${create} --as ada --scope review:decide`,
  ].join('\n');
}
