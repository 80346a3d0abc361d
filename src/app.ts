import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { attachmentJob } from './attachments/removeUnused.ts';
import { type Config, isLocal } from './config.ts';
import { openConnections } from './database/connections.ts';
import { openDatabase } from './database/database.ts';
import { joinEmbedded, startEmbedded } from './database/embedded/embedded.ts';
import { fitToTables } from './database/fitToTables.ts';
import { migrate } from './database/migrate.ts';
import { readOrMakeSecret } from './dataFolder.ts';
import { FEED_CONNECTIONS } from './feed/feedReader.ts';
import { Hub } from './feed/hub.ts';
import { LiveSubscriptions } from './feed/liveSubscriptions.ts';
import { openNotifier } from './feed/notifier.ts';
import { eventPruningJob } from './feed/pruneEvents.ts';
import { Authenticator } from './identity/authenticator.ts';
import { DisabledMembers } from './identity/disabledMembers.ts';
import { IdentityProvider } from './identity/identityProvider.ts';
import { TokenUse } from './identity/tokenUse.ts';
import { openWorker } from './jobs/worker.ts';
import { trustProxies } from './limits/clientAddress.ts';
import { OperationTurns } from './limits/operationTurns.ts';
import { RequestLimiter } from './limits/requestLimiter.ts';
import { SubscriptionLimiter } from './limits/subscriptionLimiter.ts';
import { UnreadAnswers } from './limits/unreadAnswers.ts';
import { Pipeline } from './pipeline/pipeline.ts';
import { Policies } from './policy/policies.ts';
import type { Siblings } from './processes/siblings.ts';
import { expiryJob } from './reviews/expiryJob.ts';
import { WorkspaceQuotas } from './reviews/workspaceQuotas.ts';
import { searchJob } from './search/updateSearch.ts';
import { serveAttachments } from './server/attachments.ts';
import { watchHealth } from './server/health.ts';
import { createHttpServer } from './server/httpServer.ts';
import { builtPage, openReviewerPage } from './server/page.ts';
import { SIGN_IN_PATH, SignIn } from './server/signIn.ts';
import { TokenWatch } from './server/tokenWatch.ts';
import { serveWebSockets } from './server/webSocketServer.ts';
import { openYoga } from './server/yoga.ts';
import { DatabaseClock } from './telemetry/databaseClock.ts';
import { openMetrics } from './telemetry/metrics.ts';
import { ReviewGauges } from './telemetry/reviewGauges.ts';
import { openTracing } from './telemetry/tracing.ts';
import { watchersOf } from './telemetry/watchers.ts';
import { version } from './version.ts';
import { type DeliveryOptions, deliveryJob } from './webhooks/deliveryJob.ts';
import { pruneDeliveries } from './webhooks/pruneDeliveries.ts';

/** A read of the feed is small. If it takes longer, it is repeated in smaller parts. */
const FEED_STATEMENT_MS = 3_000;
/** How long requests under way may take to end once the service closes. */
const DRAIN_MS = 3_000;
/** How often idle HTTP connections are closed while the service shuts down. */
const IDLE_CHECK_MS = 20;
/** How many files of a token are received at a time, and of a workspace are read. */
const MAX_FILES = 4;
/** How many of the largest answers a workspace may leave unread. */
const MAX_UNREAD_ANSWERS = 8;

export type App = {
  /** The address of the service, e.g. http://127.0.0.1:4000 */
  url: string;
  /** The folder of the embedded database; null if DATABASE_URL is set. */
  dataDir: string | null;
  /**
   * Finishes running requests, tells clients to reconnect, and closes everything, within five
   * seconds.
   */
  close(): Promise<void>;
};

export type AppOptions = {
  /** The folder of the built page for reviewers. */
  pageFolder?: string;
  /** Timeouts and pauses for webhooks. */
  webhooks?: Partial<DeliveryOptions>;
  /** The worker processes of this service; null if it is one process. */
  siblings?: Siblings | null;
};

/**
 * Starts the service: config → database → feed → schema → server. `close`, and a failing start,
 * close everything that was opened, in reverse order.
 */
export async function openApp(config: Config, log: Logger, options: AppOptions = {}): Promise<App> {
  const { siblings = null } = options;
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
      ? await (await import('./pipeline/trustedDocuments.ts')).readTrustedDocuments(
          config.trustedDocuments,
        )
      : null;
    const tracing = await openTracing(process.env);
    if (tracing) opened.push(() => tracing.close());
    const metrics =
      config.metricsToken || isLocal(config) ? await openMetrics(version, siblings) : null;
    const watchers = watchersOf(metrics, tracing);

    const embedded = config.databaseUrl
      ? null
      : await (siblings ? joinEmbedded : startEmbedded)({ dataDir: config.dataDir, log });
    if (embedded) opened.push(() => embedded.stop());
    const databaseUrl = config.databaseUrl ?? (embedded?.url as string);

    const onLost = (error: Error) =>
      log.debug({ err: error }, 'a connection to PostgreSQL was lost');
    const database = openDatabase(config.poolerUrl ?? databaseUrl, onLost, {
      traceStatement: tracing?.traceStatement,
      pooled: config.poolerUrl !== null,
    });
    opened.push(() => database.close());
    // The pool has a timeout for a database that accepts connections and does not answer. `migrate`
    // would wait forever.
    await database.pool.query('SELECT 1');

    const applied = await migrate(databaseUrl);
    if (applied.length > 0) log.info({ applied }, 'migrated the database');
    const { isOnCitus } = await fitToTables(database);

    const tokenWatch = new TokenWatch(database.prisma, log, config.sessionTimes);
    opened.push(() => tokenWatch.close());
    const onLimit = watchers.limitReached;
    const requestLimiter = new RequestLimiter(config.requestLimits, onLimit);
    const unreadAnswers = new UnreadAnswers(MAX_UNREAD_ANSWERS * config.maxAnswerBytes, onLimit);

    // The feed's own, so that requests which wait for each other's locks hold up no event.
    const feedConnections = openConnections(databaseUrl, FEED_CONNECTIONS, onLost, {
      name: 'feed',
      statementMs: FEED_STATEMENT_MS,
      isOnCitus,
    });
    opened.push(() => feedConnections.close());
    // On the same connections, so that busy requests do not hold up the end of a member's access.
    const disabledMembers = new DisabledMembers(feedConnections, log, () =>
      tokenWatch.endMembers(disabledMembers),
    );
    opened.push(() => disabledMembers.close());
    await disabledMembers.open();
    const tokenUse = new TokenUse(feedConnections, log);
    opened.push(() => tokenUse.close());
    const jwt = {
      secret: config.jwtSecret ?? (embedded && (await readOrMakeSecret(config.dataDir))),
      jwksUrl: config.jwksUrl,
      issuer: config.jwtIssuer,
      audience: config.jwtAudience,
      claims: config.jwtClaims,
    };
    const authenticator = new Authenticator(
      database,
      jwt,
      disabledMembers,
      tokenUse,
      config.sessionTimes,
    );
    const hub = new Hub(feedConnections, log, config.feedDays, {
      mixesWorkspaces: database.mixesWorkspaces,
      onRead: watchers.feedRead,
    });
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
          disabledMembers.refresh();
        },
        onTokenEnded: (tokenId) => {
          authenticator.forget(tokenId);
          tokenWatch.endToken(tokenId);
        },
        onSessionEnded: (sessionId) => {
          authenticator.forget(sessionId);
          tokenWatch.endSession(sessionId);
        },
        onMemberChanged: () => disabledMembers.refresh(),
      },
      log,
    );
    opened.push(() => notifier.close());

    const quotas = new WorkspaceQuotas(database, config.quotas, log, onLimit);
    opened.push(() => quotas.close());

    const store = {
      database,
      quotas,
      policies: new Policies(database),
      notifyFeed: (userId: string) => notifier.notify(userId),
      onResolved: watchers.reviewsResolved,
      onChanged: watchers.reviewsChanged,
      onVerdict: watchers.policyEvaluated,
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
        updateSearch: searchJob,
        pruneEvents: eventPruningJob(config.auditDays, log),
        removeAttachments: attachmentJob,
      },
      log,
      { isOnCitus },
    );
    opened.push(() => worker.close());
    const { publicUrl, production } = config;
    const { origin, pathname } = publicUrl ? new URL(publicUrl) : { origin: null, pathname: '/' };
    // A proxy that does not keep the Host header must not make the page a foreign one.
    const allowedOrigins = [...config.allowedOrigins, ...(origin ? [origin] : [])];
    const pathPrefix = pathname === '/' ? '' : pathname;
    const pipeline = new Pipeline({
      store,
      hub,
      log,
      production,
      trusted,
      allowPrivateWebhooks: config.webhookAllowPrivate,
      pathPrefix,
      maxAnswerBytes: config.maxAnswerBytes,
      turns: new OperationTurns(onLimit),
    });
    const isClosed = production || trusted !== null;
    const live = new LiveSubscriptions(
      hub,
      pipeline,
      new SubscriptionLimiter(config.subscriptionLimits, onLimit),
    );
    const clock = new DatabaseClock();
    metrics?.watch({
      pools: { requests: database.pool, feed: feedConnections.pool },
      subscribers: () => live.subscriberCount,
      subscriptionGroups: () => live.groupCount,
      connections: () => tokenWatch.count,
      reviews: new ReviewGauges(database, clock),
      clock,
    });
    const health = watchHealth(database, hub, siblings);
    const trustProxy = trustProxies(config.trustedProxies);
    const signIn = config.signIn
      ? new SignIn({
          provider: new IdentityProvider(config.signIn),
          database,
          times: config.sessionTimes,
          publicUrl,
          trustProxy,
          log,
        })
      : null;
    const signInUrl = signIn ? (publicUrl ?? '') + SIGN_IN_PATH : null;
    const attachments = serveAttachments({
      store,
      pipeline,
      authenticator,
      requestLimiter,
      unreadAnswers,
      uploads: new OperationTurns(onLimit, MAX_FILES),
      reads: new OperationTurns(onLimit, MAX_FILES),
      signIn,
      allowedOrigins,
    });
    const server = createHttpServer({
      pipeline,
      yoga: openYoga(pipeline),
      live,
      authenticator,
      requestLimiter,
      unreadAnswers,
      tokenWatch,
      health,
      page: openReviewerPage(options.pageFolder ?? builtPage, pathPrefix, signInUrl),
      signIn,
      attachments,
      allowedOrigins,
      pathPrefix,
      production: isClosed,
      observer: watchers.requests,
      metrics,
      metricsToken: config.metricsToken,
      log,
    });
    const webSockets = serveWebSockets(server, {
      pipeline,
      live,
      authenticator,
      requestLimiter,
      unreadAnswers,
      tokenWatch,
      signIn,
      allowedOrigins,
      pathPrefix,
      trustProxy,
      maxHandshakes: config.maxHandshakesPerAddress,
      onLimit,
      observer: watchers.requests,
    });

    // The system gives each connection to one of the workers. If Node's primary process did, a
    // connection would hang when its worker died at that moment.
    const reusePort = siblings !== null && process.platform === 'linux';
    server.listen({ port: config.port, host: config.host, reusePort });
    await once(server, 'listening');
    siblings?.listening();
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
