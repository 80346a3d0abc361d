import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { pino } from 'pino';
import { readConfig } from '../../../src/config.ts';
import { openDatabase } from '../../../src/database/database.ts';
import { Hub } from '../../../src/feed/hub.ts';
import { LiveSubscriptions } from '../../../src/feed/liveSubscriptions.ts';
import { openNotifier } from '../../../src/feed/notifier.ts';
import { Authenticator } from '../../../src/identity/authenticator.ts';
import { RequestLimiter } from '../../../src/limits/requestLimiter.ts';
import { SubscriptionLimiter } from '../../../src/limits/subscriptionLimiter.ts';
import { UnreadAnswers } from '../../../src/limits/unreadAnswers.ts';
import { Pipeline } from '../../../src/pipeline/pipeline.ts';
import { Policies } from '../../../src/policy/policies.ts';
import { defaultLimits } from '../../../src/reviews/reviewStore.ts';
import { watchHealth } from '../../../src/server/health.ts';
import { createHttpServer } from '../../../src/server/httpServer.ts';
import { TokenWatch } from '../../../src/server/tokenWatch.ts';
import { serveWebSockets } from '../../../src/server/webSocketServer.ts';
import { openYoga } from '../../../src/server/yoga.ts';
import type { TestDatabase } from '../../support/testDatabase.ts';
import { JWT_SECRET } from '../../support/testService.ts';

/**
 * The service assembled as in app.ts, with its parts exposed to the test.
 */
export async function openLiveParts(testDatabase: TestDatabase) {
  const log = pino({ level: 'silent' });
  const database = openDatabase(testDatabase.url);
  const jwt = { secret: JWT_SECRET, jwksUrl: null, issuer: null, audience: null };
  const authenticator = new Authenticator(database, jwt, { has: () => false }, { note: () => {} });
  const tokenWatch = new TokenWatch(database.prisma, log);
  const hub = new Hub(database, log, 90);
  const notifier = openNotifier(
    testDatabase.url,
    {
      onNotify: (userIds) => hub.refresh(userIds),
      onReconnect: () => hub.refreshAll(),
      onTokenEnded: (tokenId) => tokenWatch.endToken(tokenId),
      onSessionEnded: () => {},
      onMemberChanged: () => {},
    },
    log,
  );
  const store = {
    database,
    limits: defaultLimits,
    policies: new Policies(database),
    notifyFeed: (userId: string) => notifier.notify(userId),
  };
  const pipeline = new Pipeline({ store, hub, log, production: false, maxAnswerBytes: 32_000_000 });
  const { requestLimits, subscriptionLimits } = readConfig({});
  const live = new LiveSubscriptions(hub, pipeline, new SubscriptionLimiter(subscriptionLimits));
  const options = {
    pipeline,
    yoga: openYoga(pipeline),
    live,
    authenticator,
    requestLimiter: new RequestLimiter(requestLimits),
    unreadAnswers: new UnreadAnswers(256_000_000),
    tokenWatch,
    allowedOrigins: [],
    trustProxy: () => false,
    maxHandshakes: 1_000,
  };
  const health = watchHealth(database, hub);
  const page = { answer: () => false };
  const attachments = { answer: async () => false };
  const parts = { ...options, health, page, attachments, production: false, log };
  const server = createHttpServer(parts);
  const sockets = serveWebSockets(server, options);
  const connections = new Set<Socket>();
  server.on('connection', (socket) => connections.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  testDatabase.beforeDrop(async () => {
    await sockets.close();
    hub.close();
    server.closeAllConnections();
    server.close();
    await notifier.close();
    tokenWatch.close();
    await database.close();
  });
  return {
    url: `http://127.0.0.1:${port}`,
    hub,
    live,
    tokenWatch,
    connections,
    queries: database,
  };
}
