import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { openConnections } from './database/connections.ts';
import { openDatabase } from './database/database.ts';
import { startEmbedded } from './database/embedded/embedded.ts';
import { migrate } from './database/migrate.ts';
import { readOrMakeSecret } from './dataFolder.ts';
import { Hub } from './feed/hub.ts';
import { openNotifier } from './feed/notifier.ts';
import { eventPruningJob } from './feed/pruneEvents.ts';
import { Authenticator } from './identity/authenticator.ts';
import { openWorker } from './jobs/worker.ts';
import { expiryJob } from './reviews/expiryJob.ts';
import { createGraphql } from './server/createGraphql.ts';
import { watchHealth } from './server/health.ts';
import { createHttpServer } from './server/httpServer.ts';
import { LiveSubscriptions } from './server/liveSubscriptions.ts';
import { DatabaseClock } from './server/metrics/databaseClock.ts';
import { openMetrics } from './server/metrics/metrics.ts';
import { ReviewGauges } from './server/metrics/reviewGauges.ts';
import { builtPage, openReviewerPage } from './server/page.ts';
import { TokenWatch } from './server/tokenWatch.ts';
import { openTracing } from './server/tracing/tracing.ts';
import { watchersOf } from './server/watchers.ts';
import { serveWebSockets } from './server/webSocketServer.ts';
import { version } from './version.ts';
import { type DeliveryOptions, deliveryJob } from './webhooks/deliveryJob.ts';
import { pruneDeliveries } from './webhooks/pruneDeliveries.ts';

/** The feed's own, so that requests which wait for each other's locks hold up no event. */
const FEED_CONNECTIONS = 2;
/** How long requests under way may take to end once the service closes. */
const DRAIN_MS = 3_000;
/** A connection whose last request has ended is closed within this time. */
const IDLE_CHECK_MS = 20;

export type App = {
  /** Where it listens: http://127.0.0.1:4000 */
  url: string;
  /** Where the embedded database is; null with a database of its own. */
  dataDir: string | null;
  /** Ends what is under way, tells the clients, and closes everything, within five seconds. */
  close(): Promise<void>;
};

export type AppOptions = {
  /** Off, every request goes through Yoga: to compare the two. */
  fastPost?: boolean;
  /** From how many times on a query is compiled, where it is not the usual number. */
  compileAfter?: number;
  /** The folder of the built page of reviewers, where it is not in its usual place. */
  pageFolder?: string;
  /** Other timeouts and pauses for webhooks than the usual ones. */
  webhooks?: Partial<DeliveryOptions>;
};

/**
 * Puts the service together: config → database, feed, schema, server. What was opened is closed in the opposite
 * order, also where a later step fails.
 */
export async function openApp(config: Config, log: Logger, options: AppOptions = {}): Promise<App> {
  const opened: (() => Promise<void> | void)[] = [];
  let closed: Promise<void> | undefined;
  const closeAll = async () => {
    for (const step of opened.toReversed()) {
      await Promise.resolve()
        .then(step)
        .catch((error: unknown) => log.error({ err: error }, 'closing failed'));
    }
  };
  const close = () => {
    closed ??= closeAll();
    return closed;
  };

  try {
    const trusted = config.trustedDocuments
      ? await (await import('./server/trustedDocuments.ts')).readTrustedDocuments(
          config.trustedDocuments,
        )
      : null;
    const tracing = await openTracing(process.env);
    if (tracing) opened.push(() => tracing.close());
    const metrics = config.metricsToken || !config.production ? await openMetrics(version) : null;
    const watchers = watchersOf(metrics, tracing);

    const embedded = config.databaseUrl
      ? null
      : await startEmbedded({ dataDir: config.dataDir, log });
    if (embedded) opened.push(() => embedded.stop());
    const databaseUrl = config.databaseUrl ?? (embedded?.url as string);

    const onLost = (error: Error) =>
      log.debug({ err: error }, 'a connection to PostgreSQL was lost');
    const database = openDatabase(config.poolerUrl ?? databaseUrl, onLost, {
      traceStatement: tracing?.traceStatement,
      pooled: config.poolerUrl !== null,
    });
    opened.push(() => database.close());
    // The pool gives up on a database that takes connections and says nothing; migrating would wait for ever.
    await database.pool.query('SELECT 1');

    const applied = await migrate(databaseUrl);
    if (applied.length > 0) log.info({ applied }, 'migrated the database');

    const authenticator = new Authenticator(database.prisma, {
      secret: config.jwtSecret ?? (embedded && (await readOrMakeSecret(config.dataDir))),
      jwksUrl: config.jwksUrl,
      issuer: config.jwtIssuer,
      audience: config.jwtAudience,
    });

    const tokenWatch = new TokenWatch(database.prisma, log);
    opened.push(() => tokenWatch.close());

    const feedConnections = openConnections(databaseUrl, FEED_CONNECTIONS, onLost, {
      name: 'feed',
    });
    opened.push(() => feedConnections.close());
    const hub = new Hub(feedConnections, log, config.feedDays, watchers.feedRead);
    opened.push(() => hub.close());
    const notifier = openNotifier(
      databaseUrl,
      {
        onNotify: (userIds) => {
          hub.refresh(userIds);
          worker.ring(userIds);
        },
        onReconnect() {
          hub.refreshAll();
          worker.ringAll();
        },
        onTokenEnded: (tokenId) => {
          authenticator.forget(tokenId);
          tokenWatch.endToken(tokenId);
        },
      },
      log,
    );
    opened.push(() => notifier.close());

    const store = {
      database,
      notifyFeed: (userId: string) => notifier.notify(userId),
      onResolved: watchers.reviewsResolved,
      limits: config.limits,
    };
    const worker = openWorker(
      databaseUrl,
      {
        expireReviews: expiryJob(store),
        deliverWebhook: deliveryJob({
          allowPrivate: config.webhookAllowPrivate,
          ...(watchers.webhookAttempt && { onAttempt: watchers.webhookAttempt }),
          ...options.webhooks,
        }),
        pruneDeliveries,
        pruneEvents: eventPruningJob(config.auditDays, log),
      },
      log,
    );
    opened.push(() => worker.close());
    const { allowedOrigins, production } = config;
    const graphql = createGraphql({
      store,
      hub,
      log,
      production,
      trusted,
      allowPrivateWebhooks: config.webhookAllowPrivate,
      maxAnswerBytes: config.maxAnswerBytes,
      compileAfter: options.compileAfter,
    });
    const live = new LiveSubscriptions(hub, graphql);
    const clock = new DatabaseClock();
    metrics?.watch({
      pools: { requests: database.pool, feed: feedConnections.pool },
      subscribers: () => live.subscriberCount,
      subscriptionGroups: () => live.groupCount,
      connections: () => tokenWatch.count,
      reviews: new ReviewGauges(database, clock),
      clock,
    });
    const health = watchHealth(database, hub);
    const server = createHttpServer({
      ...options,
      graphql,
      live,
      authenticator,
      tokenWatch,
      health,
      page: openReviewerPage(options.pageFolder ?? builtPage),
      allowedOrigins,
      production,
      observer: watchers.requests,
      metrics,
      metricsToken: config.metricsToken,
      log,
    });
    const webSockets = serveWebSockets(server, {
      graphql,
      live,
      authenticator,
      tokenWatch,
      allowedOrigins,
      observer: watchers.requests,
    });

    server.listen(config.port, config.host);
    await once(server, 'listening');
    opened.push(async () => {
      health.closing();
      worker.close().catch(() => {}); // its own step waits for it, and reports errors
      const drained = new Promise<void>((resolve) => server.close(() => resolve()));
      const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
      const limit = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      await webSockets.close();
      hub.close(); // ends the event streams, which the server would wait for
      await drained;
      clearInterval(idle);
      clearTimeout(limit);
    });

    const { port } = server.address() as AddressInfo;
    const host = config.host.includes(':') ? `[${config.host}]` : config.host;
    return { url: `http://${host}:${port}`, dataDir: embedded?.dataDir ?? null, close };
  } catch (error) {
    await close();
    throw error;
  }
}
